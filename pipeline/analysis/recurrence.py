"""What comes back: the same weakness of a unit in a later round (屡改屡犯), said or found, and how often.

A weakness is taken to have come back where a later item of the unit
is alike (see `likeness`); whether it is the same one is for a reader to say, so both texts stand beside each other.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipeline.analysis.findings import conform, records
from pipeline.analysis.groups import ALL, group_items, sort_groups
from pipeline.analysis.interval import intervals
from pipeline.analysis.likeness import Features, Ints, compare, featurize
from pipeline.analysis.rounds import number_rounds
from pipeline.ledger.schema import NUMBER, STATUSES, TEXT, WHOLE, YES_NO, Column, Table

LEAST = 0.45  # similarity from which on two items are taken for one weakness: see docs/recurrence.md
DONE = ("done", "done_ongoing")

CHAINS = Table(
    "chains",
    "跨轮重复",
    "One row a weakness that came back: an item, and the next one of the same chain in a later round.",
    "later_id",
    (
        Column("chain", TEXT, "链编号", "Id of the chain's first item", False),
        Column("unit_id", TEXT, "单位编号", "As in the ledger", False),
        Column("unit_name", TEXT, "单位", "As in the ledger"),
        Column("step", WHOLE, "第几次重复", "1 for the first time that it came back, 2 for the next", False),
        Column("theme", TEXT, "主题", "Primary theme of the later item", False),
        Column("earlier_id", TEXT, "前一条目", "issue_id", False),
        Column("later_id", TEXT, "后一条目", "issue_id", False),
        Column("earlier_year", WHOLE, "前一年份", "Year of its round", False),
        Column("later_year", WHOLE, "后一年份", "Year of its round", False),
        Column("earlier_statement", TEXT, "前一问题", "In the bulletin's words", False),
        Column("later_statement", TEXT, "后一问题", "In the bulletin's words", False),
        Column("similarity", NUMBER, "相似度", "Of the two statements; themes heard", False, "0—1"),
        Column("earlier_status", TEXT, "前一状态", "As reported by the unit itself", False, None, tuple(STATUSES)),
        Column("later_status", TEXT, "后一状态", "As reported by the unit itself", False, None, tuple(STATUSES)),
        Column("after_done", YES_NO, "已完成后重复", "The earlier one was reported done", False),
        Column("rounds_between", WHOLE, "中间轮次", "Rounds of the unit between the two, without it", False, "轮"),
        Column("others", TEXT, "其他相近条目", "Further items of the later round that are alike, the likest first"),
        Column("earlier_bulletin", TEXT, "前一通报", "bulletin_id", False),
        Column("later_bulletin", TEXT, "后一通报", "bulletin_id", False),
        Column("earlier_start", WHOLE, "前一问题起", "First character of the statement in the clean text", False),
        Column("earlier_end", WHOLE, "前一问题止", "Character after its last", False),
        Column("later_start", WHOLE, "后一问题起", "First character of the statement in the clean text", False),
        Column("later_end", WHOLE, "后一问题止", "Character after its last", False),
    ),
)

RATES = Table(
    "recurrence_rates",
    "重复率",
    "One row a group: of the items that could come back, how many did.",
    "group",
    (
        Column("group", TEXT, "分组", "Value that the items share; null where it is not known"),
        Column("label", TEXT, "名称", "How the group is called in figures", False),
        Column("basis", TEXT, "口径", "Which items: all, or those reported done", False, None, ("all", "done")),
        Column("units", WHOLE, "单位数", "Units with a later round that the items are of", False, "个"),
        Column(
            "followed",
            WHOLE,
            "有后续轮次的条目",
            "Items of a unit that has a later round: the denominator",
            False,
            "条",
        ),
        Column("recurred", WHOLE, "再次出现", "Those that a later item of the unit is alike to", False, "条"),
        Column("rate", NUMBER, "重复率", "recurred / followed; null where nothing could come back", True, "0—1"),
        Column("low", NUMBER, "区间下限", "Lower bound of Wilson's interval", True, "0—1"),
        Column("high", NUMBER, "区间上限", "Upper bound of Wilson's interval", True, "0—1"),
    ),
)

Likeness = npt.NDArray[np.float32]


def place(issues: pd.DataFrame, bulletins: pd.DataFrame) -> pd.DataFrame:
    """Keep the issues whose round is known, of the latest version of each bulletin.

    Parameters
    ----------
    issues, bulletins
        Tables of the ledger.

    Returns
    -------
    pd.DataFrame
        Rows of `issues` with the number of their round (`round_n`, see `rounds.number_rounds`), in the order of unit,
        round and place; suggestions and items without unit or day are left out.
    """
    numbered = number_rounds(bulletins, issues)
    numbered = numbered[numbered["latest"] & numbered["round_n"].notna()]
    placed = issues[issues["kind"] == "issue"].merge(
        numbered[["unit_id", "bulletin_id", "round_n"]], on=["unit_id", "bulletin_id"]
    )
    return placed.sort_values(["unit_id", "round_n", "bulletin_id", "ordinal"], ignore_index=True)


def feature(placed: pd.DataFrame) -> Features:
    """Turn items into features: their statements, their themes, and softly their descriptions."""
    described = placed["description"].astype("object").where(placed["description"].notna(), None)
    return featurize(placed["statement"].tolist(), placed["themes"].tolist(), described.tolist())


def chains(
    issues: pd.DataFrame, bulletins: pd.DataFrame, *, least: float = LEAST, features: Features | None = None
) -> pd.DataFrame:
    """Find the weaknesses of a unit that come back in later rounds.

    All items of different rounds of a unit are compared. The likest two are joined first, then chain to chain as long as
    no round has two items in one chain and the items of both are alike on the average (average linkage with a
    cannot-link between items of a round). An item that lost its place to a liker one of its round is in `others`.

    Parameters
    ----------
    issues, bulletins
        Tables of the ledger.
    least
        Similarity from which on two items are alike.
    features
        Of the items that `place` gives, in their order; made from their statements if not given.

    Returns
    -------
    pd.DataFrame
        In the columns of CHAINS; chains with the most steps first.
    """
    placed = place(issues, bulletins)
    features = features or feature(placed)
    rows: list[dict[str, Any]] = []
    for of_unit in placed.groupby("unit_id").indices.values():
        positions = np.asarray(of_unit, np.int64)
        of_round = placed["round_n"].to_numpy()[positions]
        if of_round[0] != of_round[-1]:
            likeness = _likeness(features, positions)
            for members in _join(likeness, of_round, least):
                rows.extend(_tell(placed, positions, likeness, members, least))
    found = pd.DataFrame(rows, columns=[column.name for column in CHAINS.columns])
    longest = found.groupby("chain")["step"].transform("max")
    strongest = found.groupby("chain")["similarity"].transform("max")
    found = found.assign(longest=-longest, strongest=-strongest)
    return conform(found.sort_values(["longest", "strongest", "chain", "step"]), CHAINS)


def recurrence_rates(placed: pd.DataFrame, found: pd.DataFrame, by: str | None = None) -> pd.DataFrame:
    """Share of items that came back, of all that could, and of those that were reported done.

    An item could come back if its unit has a later round in the ledger. The interval (Wilson, 95 %) takes items as
    independent; those of one bulletin are not quite, so the true uncertainty is larger.

    Parameters
    ----------
    placed
        From `place`.
    found
        From `chains`, over the same items.
    by
        Column to group by: `unit_id`, `year`, `primary`, `themes` or any other; None for all together.

    Returns
    -------
    pd.DataFrame
        In the columns of RATES, two rows a group: basis `all` and, after those, `done`.
    """
    last = placed.groupby("unit_id")["round_n"].transform("max")
    followed = placed[placed["round_n"] < last]
    followed = followed.assign(recurred=followed["issue_id"].isin(found["earlier_id"]))
    bases = {"all": followed, "done": followed[followed["status"].isin(DONE)]}
    return conform(pd.concat([_rate(items, by).assign(basis=basis) for basis, items in bases.items()]), RATES)


def _rate(followed: pd.DataFrame, by: str | None) -> pd.DataFrame:
    """One row a group, sorted; one row of zeros where all are asked for and there are none."""
    grouped = group_items(followed, by).groupby("label", sort=False)
    counts = grouped.agg(
        group=("group", "first"),
        units=("unit_id", "nunique"),
        followed=("issue_id", "size"),
        recurred=("recurred", "sum"),
    ).reset_index()
    if by is None and counts.empty:
        counts = pd.DataFrame([{"label": ALL, "group": ALL, "units": 0, "followed": 0, "recurred": 0}])
    counts = sort_groups(counts, by, "followed")
    return counts.join(intervals(counts["recurred"], counts["followed"]))


def _likeness(features: Features, positions: Ints) -> Likeness:
    """Similarities of every two items of a unit."""
    n = len(positions)
    one, other = np.triu_indices(n, 1)
    likeness = np.zeros((n, n), np.float32)
    likeness[one, other] = likeness[other, one] = compare(features, positions[one], positions[other])
    return likeness


def _join(likeness: Likeness, of_round: Ints, least: float) -> Iterator[list[int]]:
    """Join items of different rounds into chains; give the members of each that has two or more, by round."""
    one, other = np.nonzero(np.triu(likeness >= least, 1))
    apart = of_round[one] != of_round[other]
    one, other = one[apart], other[apart]
    chain = {n: [n] for n in range(len(of_round))}
    for place in np.lexsort((other, one, -likeness[one, other])):
        left, right = chain[one[place]], chain[other[place]]
        if left is right or {of_round[n] for n in left} & {of_round[n] for n in right}:
            continue
        if likeness[np.ix_(left, right)].mean() >= least:
            joined = left + right
            chain.update(dict.fromkeys(joined, joined))
    seen = {id(members): members for members in chain.values() if len(members) > 1}
    for members in seen.values():
        yield sorted(members, key=lambda n: of_round[n])


def _tell(
    placed: pd.DataFrame,
    positions: Ints,
    likeness: Likeness,
    members: Sequence[int],
    least: float,
) -> Iterator[dict[str, Any]]:
    """Tell a chain: a row for each item but the first."""
    of_unit = placed.iloc[positions]
    rounds_of, ids = of_unit["round_n"].to_numpy(), of_unit["issue_id"].to_numpy()
    items = list(records(of_unit))
    for step, (before, after) in enumerate(pairwise(members), start=1):
        earlier, later = items[before], items[after]
        alike = np.flatnonzero((rounds_of == rounds_of[after]) & (likeness[before] >= least))
        others = sorted((n for n in alike if n != after), key=lambda n: -likeness[before, n])
        yield {
            "chain": items[members[0]].issue_id, "unit_id": later.unit_id, "unit_name": later.unit_name, "step": step,
            "theme": later.primary, "similarity": float(likeness[before, after]),
            "after_done": earlier.status in DONE, "rounds_between": later.round_n - earlier.round_n - 1,
            "others": "、".join(ids[n] for n in others) or None,
            **{
                f"{side}_{name}": getattr(item, column)
                for side, item in (("earlier", earlier), ("later", later))
                for name, column in (
                    ("id", "issue_id"), ("year", "year"), ("statement", "statement"), ("status", "status"),
                    ("bulletin", "bulletin_id"), ("start", "statement_start"), ("end", "statement_end"),
                )
            },
        }  # fmt: skip
