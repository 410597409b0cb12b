"""Units: which are alike by what they are told to mend, and each over its rounds."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.analysis.bulletins import look_up
from pipeline.analysis.completion import completion
from pipeline.analysis.findings import conform, records
from pipeline.analysis.groups import group_items
from pipeline.analysis.interval import intervals
from pipeline.analysis.mix import mix, theme_columns
from pipeline.analysis.rounds import number_rounds
from pipeline.ledger.schema import DATE, NUMBER, STATUSES, TEXT, WHOLE, Column, Table
from pipeline.themes.cues import themes

LEAST = 8  # items that a unit needs for a profile of its own
PRIOR = 5.0  # items of the common mix added to each unit's, so that few items do not make a sharp profile
DRAWS = 200
NEAR = 3  # how many nearest units count as near in a draw
SEED = 20240601
TOLD = 3  # themes told of a round

PEERS = Table(
    "peers",
    "相近单位",
    "One row a unit and a unit with a like theme profile, the nearest first.",
    "unit_id",
    (
        Column("unit_id", TEXT, "单位编号", "The unit", False),
        Column("label", TEXT, "单位", "How it is called in figures", False),
        Column("items", WHOLE, "条目", "Its items", False, "条"),
        Column("peer_id", TEXT, "相近单位编号", "The unit that is like it", False),
        Column("peer", TEXT, "相近单位", "How that is called", False),
        Column("peer_items", WHOLE, "其条目", "Items of that", False, "条"),
        Column("likeness", NUMBER, "相近度", "Bhattacharyya coefficient of the two theme profiles", False, "0—1"),
        Column("steady", NUMBER, "稳定度", f"Share of bootstrap draws in which it is among the {NEAR} nearest", False),
        Column("shared", TEXT, "都多的主题", "Themes that both have more of than all units together"),
        Column("apart", TEXT, "相差最多的主题", "The theme in which their shares differ most, with both shares"),
    ),
)

ROUNDS = Table(
    "rounds",
    "单位历次整改",
    "One row a unit and bulletin: what was found, what is reported of it, and how much of that is promised.",
    "bulletin_id",
    (
        Column("unit_id", TEXT, "单位编号", "The unit", False),
        Column("unit", TEXT, "单位", "How it is called in figures", False),
        Column("label", TEXT, "轮次", "The round, with its year", False),
        Column("round_n", WHOLE, "第几轮", "Among the rounds of the unit that the ledger holds"),
        Column("version", WHOLE, "版本", "Among the bulletins on that round"),
        Column("bulletin_id", TEXT, "通报编号", "As in the ledger", False),
        Column("inspection", TEXT, "巡察类型", "As printed"),
        Column("feedback_date", DATE, "反馈日期", "Day on which the findings were handed over"),
        Column("days", WHOLE, "反馈至公布", "Days from feedback to publication", True, "天"),
        Column("listed", WHOLE, "列出条目", "Issues of the unit in the bulletin", False, "条"),
        Column("stated", WHOLE, "说明状态", "Those whose status is known", False, "条"),
        Column("done", WHOLE, "已完成", "Done, those kept up for good included", False, "条"),
        Column("rate", NUMBER, "自报完成率", "done / stated", True, "0—1"),
        Column("low", NUMBER, "区间下限", "Lower bound of Wilson's interval", True, "0—1"),
        Column("high", NUMBER, "区间上限", "Upper bound of Wilson's interval", True, "0—1"),
        Column("measures", WHOLE, "措施数", "Measures of these issues", False, "条"),
        Column("promises", WHOLE, "承诺数", "Promised dates in these issues", False, "个"),
        Column("themes", TEXT, "主要主题", f"The {TOLD} themes with most issues, with their number"),
    ),
)

LISTING = Table(
    "listing",
    "单位逐条",
    "One row an item of a unit, those about one theme together, the latest round first.",
    "issue_id",
    (
        Column("issue_id", TEXT, "条目编号", "As in the ledger", False),
        Column("bulletin_id", TEXT, "通报编号", "As in the ledger", False),
        Column("unit_id", TEXT, "单位编号", "The unit", False),
        Column("unit_name", TEXT, "单位", "Name of the unit"),
        Column("round", TEXT, "轮次", "The round, with its year", False),
        Column("primary", TEXT, "主要主题", "What the problem is about", False),
        Column("n", TEXT, "序号", "Number of the item", False),
        Column("statement", TEXT, "问题", "The problem", False),
        Column("status", TEXT, "整改状态", "As reported", False, None, tuple(STATUSES)),
        Column("due", DATE, "承诺到期日", "Last day that the item promises, where it promises one"),
        Column("statement_start", WHOLE, "问题起", "First character in the clean text", True, "字符"),
        Column("statement_end", WHOLE, "问题止", "Character after the last", True, "字符"),
    ),
)


def peers(issues: pd.DataFrame, most: int = NEAR) -> pd.DataFrame:
    """Find for each unit the units whose issues are about like things.

    A profile is the share of each primary theme, drawn towards the mix of all units together by `PRIOR` items. Two
    profiles are compared by the sum of the roots of their products (Bhattacharyya 1943): 1 for equal ones, 0 for
    those without a common theme. How steady a likeness is shows in draws of as many items for each unit with
    replacement. Units with fewer than `LEAST` issues have no profile.

    Parameters
    ----------
    issues
        Table `issues` of the ledger.
    most
        How many for each unit.

    Returns
    -------
    pd.DataFrame
        In the columns of `PEERS`; units by number of items.

    References
    ----------
    Bhattacharyya, A. (1943). On a measure of divergence between two statistical populations defined by their
    probability distributions. *Bulletin of the Calcutta Mathematical Society* 35, 99–109.
    """
    mixed = mix(issues, "unit_id")
    mixed = mixed[mixed["group"].notna() & (mixed["items"] >= LEAST)].reset_index(drop=True)
    names = theme_columns(mixed)
    counts = mixed[names].to_numpy("float64")
    if len(mixed) < 2:
        return conform(pd.DataFrame(), PEERS)
    shares = counts / counts.sum(axis=1, keepdims=True)
    common = counts.sum(axis=0) / counts.sum()
    likeness = _likeness(counts, common)
    steady = _steadiness(counts, common)
    order = np.argsort(-likeness, axis=1, kind="stable")
    rows = [
        {
            "unit_id": mixed["group"][one], "label": mixed["label"][one], "items": mixed["items"][one],
            "peer_id": mixed["group"][other], "peer": mixed["label"][other], "peer_items": mixed["items"][other],
            "likeness": round(float(likeness[one, other]), 3), "steady": steady[one, other],
            "shared": _shared(names, shares[one], shares[other], common),
            "apart": _apart(names, shares[one], shares[other]),
        }
        for one in range(len(mixed))
        for other in [place for place in order[one] if place != one][:most]
    ]  # fmt: skip
    return conform(pd.DataFrame(rows), PEERS)


def rounds(
    issues: pd.DataFrame, bulletins: pd.DataFrame, measures: pd.DataFrame, commitments: pd.DataFrame
) -> pd.DataFrame:
    """Follow each unit over its rounds: what was found, what it reports, what it promises.

    Parameters
    ----------
    issues, bulletins, measures, commitments
        Tables of the ledger; suggestions are not counted.

    Returns
    -------
    pd.DataFrame
        In the columns of `ROUNDS`; units by number of rounds and items, rounds by time, all versions of a bulletin.
    """
    own = issues[(issues["kind"] == "issue") & issues["unit_id"].notna()]
    if own.empty:
        return conform(pd.DataFrame(), ROUNDS)
    numbered = number_rounds(bulletins, own)
    own = group_items(own, "unit_id").assign(
        done=own["status"].isin(["done", "done_ongoing"]),
        stated=own["status"] != "not_stated",
        measures=own["issue_id"].map(measures["issue_id"].value_counts()).fillna(0),
        promises=own["issue_id"].map(commitments["issue_id"].value_counts()).fillna(0),
    )
    keys = ["unit_id", "bulletin_id"]
    groups = own.groupby(keys)
    counts = groups[["done", "stated", "measures", "promises"]].sum()
    counts = counts.assign(listed=groups.size(), unit=groups["label"].first(), themes=groups["primary"].agg(_top))
    counts = counts.join(intervals(counts["done"], counts["stated"])).reset_index().merge(numbered, on=keys)
    about = bulletins.set_index("bulletin_id")
    of = counts["bulletin_id"]
    counts = counts.assign(
        inspection=of.map(about["kind"]),
        feedback_date=of.map(about["feedback_date"]),
        days=of.map((about["published_date"] - about["feedback_date"]).dt.days),
        year=of.map(about["year"]),
        how_many=counts.groupby("unit_id")["round_n"].transform("nunique"),
        total=counts.groupby("unit_id")["listed"].transform("sum"),
    )
    counts["label"] = [_round_name(row) for row in records(counts)]
    order = ["how_many", "total", "unit_id", "round_n", "version", "bulletin_id"]
    return conform(counts.sort_values(order, ascending=[False, False, True, True, True, True]), ROUNDS)


def by_theme(issues: pd.DataFrame, bulletins: pd.DataFrame) -> pd.DataFrame:
    """Count the themes of every unit in every round: `mix`, with the unit and its round as the group.

    Parameters
    ----------
    issues, bulletins
        Tables of the ledger; of several versions the last is taken.

    Returns
    -------
    pd.DataFrame
        As `mix.mix` gives it; groups are called 单位（第1轮）; units by number of items, rounds by time.
    """
    numbered = number_rounds(bulletins, issues)
    latest = numbered[numbered["latest"]].dropna(subset="round_n")
    placed = issues.drop(columns="round_n", errors="ignore").merge(latest, on=["unit_id", "bulletin_id"])
    named = group_items(placed, "unit_id")["label"]
    placed = placed.assign(
        unit_round=named + "（第" + placed["round_n"].astype("str") + "轮）",
        total=placed.groupby("unit_id")["issue_id"].transform("size"),
    )
    order = placed.sort_values(["total", "unit_id", "round_n"], ascending=[False, True, True])["unit_round"].unique()
    mixed = mix(placed, "unit_round")
    place = {name: i for i, name in enumerate(order)}
    return mixed.sort_values("label", key=lambda names: names.map(place), ignore_index=True)


def listing(issues: pd.DataFrame, bulletins: pd.DataFrame, commitments: pd.DataFrame) -> pd.DataFrame:
    """List the items of units so that a reader sees what a theme was about round after round.

    Parameters
    ----------
    issues, bulletins, commitments
        Tables of the ledger; suggestions and items without a unit are left out.

    Returns
    -------
    pd.DataFrame
        In the columns of `LISTING`; units by number of items, themes in the order of the scheme.
    """
    own = issues[(issues["kind"] == "issue") & issues["unit_id"].notna()]
    numbered = number_rounds(bulletins, own).assign(
        year=lambda frame: look_up(bulletins.set_index("bulletin_id")["year"], frame["bulletin_id"])
    )
    numbered["round"] = [_round_name(row) for row in records(numbered)]
    told = numbered[["unit_id", "bulletin_id", "round_n", "version", "round"]]
    rows = own.drop(columns="round_n", errors="ignore").merge(told, on=["unit_id", "bulletin_id"])
    place = {theme: rank for rank, theme in enumerate(themes())}
    rows = rows.assign(
        due=look_up(commitments.groupby("issue_id")["due_date"].max(), rows["issue_id"]),
        fewer=-rows.groupby("unit_id")["issue_id"].transform("size"),
        place=rows["primary"].map(place).fillna(len(place)),
        later=-rows["round_n"].fillna(0),
    )
    order = ["fewer", "unit_id", "place", "primary", "later", "version", "issue_id"]
    return conform(rows.sort_values(order), LISTING)


def compared(issues: pd.DataFrame) -> tuple[int, int]:
    """Count the units that have a profile, and those with too few issues for one."""
    units = completion(issues, "unit_id").dropna(subset="group")
    enough = int((units["listed"] >= LEAST).sum())
    return enough, len(units) - enough


def _likeness(counts: NDArray[np.float64], common: NDArray[np.float64]) -> NDArray[np.float64]:
    """Compare every profile with every other, units × units."""
    profiles = (counts + PRIOR * common) / (counts.sum(axis=1, keepdims=True) + PRIOR)
    roots = np.sqrt(profiles)
    product: NDArray[np.float64] = np.minimum(roots @ roots.T, 1.0)
    return product


def _steadiness(counts: NDArray[np.float64], common: NDArray[np.float64]) -> NDArray[np.float64]:
    """How often each unit is among the nearest of each other when the items are drawn anew."""
    draw = np.random.default_rng(SEED)
    sizes = counts.sum(axis=1).astype("int64")
    shares = counts / counts.sum(axis=1, keepdims=True)
    near = min(NEAR, len(counts) - 1)
    hits = np.zeros((len(counts), len(counts)))
    for _ in range(DRAWS):
        likeness = _likeness(draw.multinomial(sizes, shares).astype("float64"), common)
        np.fill_diagonal(likeness, -1.0)
        nearest = np.argpartition(-likeness, near - 1, axis=1)[:, :near]
        np.put_along_axis(hits, nearest, np.take_along_axis(hits, nearest, axis=1) + 1, axis=1)
    return hits / DRAWS


def _shared(names: list[str], one: NDArray[np.float64], other: NDArray[np.float64], common: NDArray[np.float64]) -> str:
    more = np.minimum(one, other) - common
    return "、".join(names[place] for place in np.argsort(-more, kind="stable")[:2] if more[place] > 0)


def _apart(names: list[str], one: NDArray[np.float64], other: NDArray[np.float64]) -> str:
    place = int(np.argmax(np.abs(one - other)))
    return f"{names[place]}（{one[place]:.0%} 对 {other[place]:.0%}）"


def _top(themes: pd.Series) -> str:
    """Name the themes that occur most, with their number; equal ones in the order in which they are met.

    >>> [part.split() for part in _top(pd.Series(["财务", "党建", "财务"])).split("、")]
    [['财务', '2'], ['党建', '1']]
    """
    counts = themes.value_counts(sort=False).sort_values(ascending=False, kind="stable").head(TOLD)
    # The space keeps a number on the line of its theme.
    return "、".join(f"{theme}\N{NO-BREAK SPACE}{count}" for theme, count in counts.items())


def _round_name(row: object) -> str:
    n, version, year = (getattr(row, name) for name in ("round_n", "version", "year"))
    name = "轮次不明" if pd.isna(n) else f"第{n}轮"
    later = f"，第{version}版" if pd.notna(version) and version > 1 else ""
    return name + (f"（{int(year)}{later}）" if pd.notna(year) else "")
