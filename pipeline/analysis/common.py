"""What many units have in common (共性问题): like weaknesses across units, named by their own words."""

from collections import Counter
from collections.abc import Sequence
from math import log

import numpy as np
import pandas as pd

from pipeline.analysis.findings import conform, records
from pipeline.analysis.interval import intervals
from pipeline.analysis.likeness import Features, find_links, group, strip
from pipeline.analysis.recurrence import LEAST, feature
from pipeline.ledger.schema import NUMBER, TEXT, WHOLE, Column, Table
from pipeline.themes.tokens import cut_words

UNITS = 3  # a weakness of fewer units is not common
NAMED = 3  # words of a name
EXAMPLES = 3

COMMON = Table(
    "common_weaknesses",
    "共性问题",
    "One row a weakness that several units have: how many of all units, and in which words.",
    "weakness",
    (
        Column("weakness", TEXT, "编号", "issue_id of the item in its middle", False),
        Column("label", TEXT, "名称", "Words that its statements share and others do not have", False),
        Column("theme", TEXT, "主题", "Most frequent primary theme of its items", False),
        Column("units", WHOLE, "有此问题的单位", "Units that have it at least once", False, "个"),
        Column("all_units", WHOLE, "全部单位", "Units with any item: the denominator", False, "个"),
        Column("rate", NUMBER, "单位占比", "units / all_units", True, "0—1"),
        Column("low", NUMBER, "区间下限", "Lower bound of Wilson's interval", True, "0—1"),
        Column("high", NUMBER, "区间上限", "Upper bound of Wilson's interval", True, "0—1"),
        Column("items", WHOLE, "条目", "Items that are in it", False, "条"),
        Column("again", WHOLE, "跨轮又有的单位", "Units that have it in more than one year", False, "个"),
        Column("examples", TEXT, "例子", "Statements of different units, the most typical first", False),
        Column("issues", TEXT, "条目编号", "issue_ids of its items", False),
    ),
)

TREND = Table(
    "common_trend",
    "共性问题逐年",
    "One row a common weakness and year: of the units inspected in the year, how many have it.",
    "weakness",
    (
        Column("weakness", TEXT, "编号", "As in common_weaknesses", False),
        Column("label", TEXT, "名称", "As in common_weaknesses", False),
        Column("year", WHOLE, "年份", "As in the ledger", False),
        Column("units", WHOLE, "有此问题的单位", "Units that have it in the year", False, "个"),
        Column("all_units", WHOLE, "当年单位", "Units with any item in the year: the denominator", False, "个"),
        Column("rate", NUMBER, "单位占比", "units / all_units", True, "0—1"),
        Column("low", NUMBER, "区间下限", "Lower bound of Wilson's interval", True, "0—1"),
        Column("high", NUMBER, "区间上限", "Upper bound of Wilson's interval", True, "0—1"),
    ),
)


def common_weaknesses(
    placed: pd.DataFrame, *, least: float = LEAST, units: int = UNITS, features: Features | None = None
) -> pd.DataFrame:
    """Gather like items of all units and tell the gatherings that several units are in.

    Parameters
    ----------
    placed
        From `recurrence.place`: items of known units, of one version of each bulletin.
    least
        Similarity from which on two items are alike.
    units
        Units that a weakness must be found in.
    features
        Of the items in their order; made here if not given.

    Returns
    -------
    pd.DataFrame
        In the columns of COMMON, those of most units first. The interval takes the units as a sample of those that
        could have been inspected.
    """
    features = features or feature(placed)
    links = find_links(features, least)
    gathered = placed.assign(centre=group(links, len(placed)), words=placed["statement"].map(_words))
    wide = gathered.groupby("centre")["unit_id"].transform("nunique") >= units
    seen = Counter(word for words in gathered["words"] for word in words)
    rows = [_tell(items, features, seen, len(placed)) for _, items in gathered[wide].groupby("centre")]
    found = pd.DataFrame(rows, columns=[column.name for column in COMMON.columns])
    found = found.assign(all_units=placed["unit_id"].nunique()).drop(columns=["rate", "low", "high"])
    found = found.join(intervals(found["units"], found["all_units"]))
    return conform(found.sort_values(["units", "items", "weakness"], ascending=[False, False, True]), COMMON)


def common_trend(common: pd.DataFrame, placed: pd.DataFrame) -> pd.DataFrame:
    """Tell the common weaknesses year by year, against the units inspected in each.

    Parameters
    ----------
    common
        From `common_weaknesses`.
    placed
        The items that it was made from.

    Returns
    -------
    pd.DataFrame
        In the columns of TREND: every weakness in every year that the ledger has, also where no unit has it.
    """
    inspected = placed.dropna(subset="year").groupby("year")["unit_id"].nunique()
    unit_years = placed.set_index("issue_id")[["unit_id", "year"]]
    rows = []
    for weakness in records(common):
        having = unit_years.loc[weakness.issues.split("、")].groupby("year")["unit_id"].nunique()
        rows += [
            {"weakness": weakness.weakness, "label": weakness.label, "year": year, "units": having.get(year, 0),
             "all_units": n}
            for year, n in inspected.items()
        ]  # fmt: skip
    told = pd.DataFrame(rows, columns=["weakness", "label", "year", "units", "all_units"])
    return conform(told.join(intervals(told["units"], told["all_units"])), TREND)


def name(texts: Sequence[Sequence[str]], seen: Counter[str], n: int, most: int = NAMED) -> str:
    """Name a gathering by the words that many of its statements have and few others.

    Parameters
    ----------
    texts
        Words of each of its statements, each word once.
    seen
        Statements of all that have each word.
    n
        All statements.
    most
        Words of the name at most.

    Examples
    --------
    >>> name([["固定资产", "台账"], ["固定资产", "盘点"]], Counter({"固定资产": 2, "台账": 9, "盘点": 9}), 100, 1)
    '固定资产'
    """
    share = Counter(word for words in texts for word in words)
    weight = {word: count / len(texts) * log((1 + n) / (1 + seen[word])) for word, count in share.items()}
    chosen: list[str] = []
    for word in sorted(weight, key=lambda word: (-weight[word], word)):
        if len(chosen) < most and not any(word in other or other in word for other in chosen):
            chosen.append(word)
    return "、".join(chosen)


def _words(statement: str) -> list[str]:
    """Words of two characters and more, each once, the stock predicates taken out."""
    return sorted(
        {word for word in cut_words(strip(statement, "，")) if len(word) > 1 and "\u3400" <= word[0] <= "\u9fff"}
    )


def _tell(items: pd.DataFrame, features: Features, seen: Counter[str], n: int) -> dict[str, object]:
    centre = int(items["centre"].iloc[0])
    likeness = np.asarray((features.matrix[items.index.to_numpy()] @ features.matrix[[centre]].T).todense()).ravel()
    typical = items.assign(likeness=likeness).sort_values(["likeness", "issue_id"], ascending=[False, True])
    examples = typical.drop_duplicates("unit_id")["statement"].head(EXAMPLES)
    years = items.groupby("unit_id")["year"].nunique()
    return {
        "weakness": items["issue_id"].loc[centre], "label": name(items["words"].tolist(), seen, n) or examples.iloc[0],
        "theme": items["primary"].mode().iloc[0], "units": items["unit_id"].nunique(), "items": len(items),
        "again": int((years > 1).sum()), "examples": "；".join(examples), "issues": "、".join(sorted(items["issue_id"])),
    }  # fmt: skip
