"""Answers that stand in several items: the same measures between items, rounds or units, letter for letter or nearly."""

import re
from functools import cache

import numpy as np
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from pipeline.analysis.bulletins import look_up, name_bulletins
from pipeline.analysis.findings import conform, records
from pipeline.analysis.groups import group_items, sort_groups
from pipeline.analysis.interval import intervals
from pipeline.analysis.rounds import same_round
from pipeline.ledger.schema import NUMBER, TEXT, WHOLE, Column, Table
from pipeline.lexicon import read_lines

LEAST = 20  # characters that two items must have in common
SHORTEST = 8  # characters of a sentence that is looked at
LIKENESS = {"exact": "逐字相同", "near": "只改数字、日期、单位名或虚词"}
SCOPES = {
    "item": "同一份通报",
    "version": "同一轮的另一版（转载、修订）",
    "round": "同一单位前后轮次",
    "unit": "不同单位",
    "unknown": "单位不明",
}
COPIED = ("item", "round", "unit", "unknown")  # another version of a bulletin is no copied answer

_SENTENCE = re.compile(r"[^。；！？\n]+")
_MARKS = re.compile(r"[\W_]+")
_NUMBER = re.compile(r"[\d.,%％〇零一二两三四五六七八九十百千万亿]+")
_PLACE = re.compile(r"^(?:.{2,4}(?:省|自治区))?(?:[^市]{2,4}市)?(?:[^县区旗]{1,4}[县区旗])?(?=.{3})")

COPIES = Table(
    "copies",
    "相同的措施",
    "One row an item and the earlier item whose measures it repeats.",
    "issue_id",
    (
        Column("family", WHOLE, "组别", "Number of the group of items that repeat one another", False),
        Column("issue_id", TEXT, "条目编号", "The item that repeats", False),
        Column("bulletin_id", TEXT, "通报编号", "Its bulletin", False),
        Column("source_id", TEXT, "先见条目编号", "The item where it stands earlier", False),
        Column("source_bulletin_id", TEXT, "先见通报编号", "The bulletin of that", False),
        Column("bulletin", TEXT, "通报", "The bulletin that repeats", False),
        Column("n", TEXT, "序号", "Number of its item", False),
        Column("source_bulletin", TEXT, "先见于", "The bulletin where it stands earlier", False),
        Column("source_n", TEXT, "先见序号", "Number of that item", False),
        Column("likeness", TEXT, "相同程度", "Letter for letter, or nearly", False, None, tuple(LIKENESS)),
        Column("scope", TEXT, "范围", "Between what", False, None, tuple(SCOPES)),
        Column("characters", WHOLE, "相同字数", "Of the sentences in common, marks left out", False, "字"),
        Column("share", NUMBER, "占措施", "characters / those of the item's measures", False, "0—1"),
        Column("text", TEXT, "措施", "The sentences as printed here", False),
        Column("source_text", TEXT, "先见的措施", "The same as printed there", False),
        Column("text_start", WHOLE, "起", "First character in the clean text", False, "字符"),
        Column("text_end", WHOLE, "止", "Character after the last", False, "字符"),
        Column("source_start", WHOLE, "先见起", "First character in the clean text of the other", False, "字符"),
        Column("source_end", WHOLE, "先见止", "Character after the last", False, "字符"),
    ),
)

REPEATED = Table(
    "repeated",
    "照搬的条目",
    "One row a group of items with measures: how many repeat measures of another item.",
    "group",
    (
        Column("group", TEXT, "分组", "Value that the items share; null where it is not known"),
        Column("label", TEXT, "名称", "How the group is called in figures", False),
        Column("items", WHOLE, "条目", "Items with measures: the denominator", False, "条"),
        Column("repeated", WHOLE, "措施重复", "Items that share measures with another, whoever was first", False, "条"),
        Column("rate", NUMBER, "措施重复占比", "repeated / items", True, "0—1"),
        Column("low", NUMBER, "区间下限", "Lower bound of Wilson's interval", True, "0—1"),
        Column("high", NUMBER, "区间上限", "Upper bound of Wilson's interval", True, "0—1"),
    ),
)


def copies(measures: pd.DataFrame, issues: pd.DataFrame, bulletins: pd.DataFrame) -> pd.DataFrame:
    """Find items whose measures stand, letter for letter or nearly, in an earlier item.

    Measures are cut into sentences; marks are left out. Two sentences are nearly the same if they are the same after
    numbers and dates, the unit's own name and words that say nothing (`lexicon/filler_words.txt`) are left out.
    Sentences are compared by their hash, each with the first and with the last before it that is the same, so that
    the work grows with the number of sentences. What an item has in common with another must be `LEAST` characters
    or more; sentences below `SHORTEST` do not count. That a text is copied does not mean that it was not done.

    Parameters
    ----------
    measures, issues, bulletins
        Tables of the ledger; measures of items that are not among the issues are left out.

    Returns
    -------
    pd.DataFrame
        In the columns of `COPIES`; families by number of items, within one by time. Earlier is by publication, then
        by the order of the ledger. The spans run from the first common sentence to the last.
    """
    pieces = _pieces(measures, issues, bulletins)
    links = _links(pieces)
    if links.empty:
        return conform(pd.DataFrame(), COPIES)
    about = issues.set_index("issue_id")[["bulletin_id", "unit_id", "n"]]
    rows = links.join(about, on="issue_id").join(about.add_suffix("_source"), on="source_id")
    names = name_bulletins(bulletins)
    whole = pieces.groupby("issue_id")["characters"].sum()
    rows = rows.assign(
        family=_families(rows),
        bulletin=rows["bulletin_id"].map(names),
        source_bulletin=rows["bulletin_id_source"].map(names),
        source_n=rows["n_source"],
        source_bulletin_id=rows["bulletin_id_source"],
        scope=_scopes(rows, same_round(bulletins, issues)),
        share=rows["characters"] / rows["issue_id"].map(whole),
    )
    size = rows.groupby("family")["issue_id"].transform("size")
    rows = rows.assign(fewer=-size).sort_values(["fewer", "family", "time", "source_time"], kind="stable")
    rows["family"] = pd.factorize(rows["family"])[0] + 1
    return conform(rows, COPIES)


def repeated(found: pd.DataFrame, measures: pd.DataFrame, issues: pd.DataFrame, by: str | None = None) -> pd.DataFrame:
    """Count in each group the items whose measures also stand in another item.

    Parameters
    ----------
    found
        From `copies`; other versions of one bulletin do not count.
    measures, issues
        Tables of the ledger. Items without measures are left out.
    by
        Column to group by (see `groups.group_items`); None for one row over all.

    Returns
    -------
    pd.DataFrame
        In the columns of `REPEATED`.
    """
    real = found[found["scope"].isin(COPIED)]
    shared = set(real["issue_id"]) | set(real["source_id"])
    items = group_items(issues[issues["issue_id"].isin(measures["issue_id"])], by)
    groups = items.assign(repeated=items["issue_id"].isin(shared)).groupby("label", sort=False)
    counts = pd.DataFrame(
        {"group": groups["group"].first(), "items": groups.size(), "repeated": groups["repeated"].sum()}
    )
    counts = counts.rename_axis("label").reset_index()
    counts = counts.join(intervals(counts["repeated"], counts["items"]))
    return conform(sort_groups(counts, by, "items"), REPEATED)


def level(text: str, names: re.Pattern[str] | None = None) -> str:
    """Level what a copy may change: marks, numbers and dates, the unit's name, words that say nothing.

    >>> level("进一步清理账号12个，6月30日前完成") == level("清理账号3个；12月5日前完成")
    True
    """
    named = names.sub("某", text) if names else text
    return _NUMBER.sub("0", _MARKS.sub("", _fillers().sub("", named)))


def _pieces(measures: pd.DataFrame, issues: pd.DataFrame, bulletins: pd.DataFrame) -> pd.DataFrame:
    """One row a sentence that is long enough, the earliest item first: where it stands, exact and levelled words."""
    published = bulletins.set_index("bulletin_id")["published_date"]
    order = issues.assign(day=look_up(published, issues["bulletin_id"])).sort_values(
        ["day", "issue_id"], na_position="last"
    )
    time = {issue: place for place, issue in enumerate(order["issue_id"])}
    own = measures[measures["issue_id"].isin(list(time))]
    names = _names(issues)
    unit = issues.set_index("issue_id")["unit_id"]
    rows = [
        (time[row.issue_id], row.issue_id, start, end, sentence, exact, level(sentence, names.get(owner)))
        for row, owner in zip(records(own), own["issue_id"].map(unit), strict=True)
        for start, end, sentence in _sentences(row.text, row.text_start)
        if len(exact := _MARKS.sub("", sentence)) >= SHORTEST
    ]
    columns = ["time", "issue_id", "start", "end", "sentence", "exact", "levelled"]
    pieces = pd.DataFrame(rows, columns=columns).assign(characters=lambda frame: frame["exact"].str.len())
    return pieces.sort_values(["time", "start"], kind="stable", ignore_index=True)


def _sentences(text: str, start: int) -> list[tuple[int, int, str]]:
    return [(start + found.start(), start + found.end(), found[0]) for found in _SENTENCE.finditer(text)]


def _links(pieces: pd.DataFrame) -> pd.DataFrame:
    """One row an item and an earlier one with sentences in common, long enough together."""
    once = pieces.drop_duplicates(["levelled", "issue_id"])
    alike = pd.Series(once.index, index=once.index).groupby(once["levelled"])
    first, before = alike.transform("first"), alike.shift()
    members = before.notna()
    choices = pd.concat(
        [
            pd.DataFrame({"piece": once.index[members], "source": source[members].astype("int64")})
            for source in (first, before)
        ]
    ).drop_duplicates()
    if choices.empty:
        return pd.DataFrame()
    choices = choices.assign(
        issue_id=pieces["issue_id"].to_numpy()[choices["piece"]],
        source_id=pieces["issue_id"].to_numpy()[choices["source"]],
        characters=pieces["characters"].to_numpy()[choices["piece"]],
        exact=(pieces["exact"].to_numpy()[choices["piece"]] == pieces["exact"].to_numpy()[choices["source"]]),
    )
    together = choices.groupby(["issue_id", "source_id"])["characters"].transform("sum")
    # Of the two candidates of a sentence the one with most in common, else the earlier.
    best = choices.assign(together=together).sort_values(["piece", "together", "source"], ascending=[True, False, True])
    best = best.drop_duplicates("piece").sort_values("piece")
    pairs = best.groupby(["issue_id", "source_id"], sort=False)
    found = pairs.agg(characters=("characters", "sum"), exact=("exact", "all"))
    found = found[found["characters"] >= LEAST]
    kept = best.set_index(["issue_id", "source_id"]).loc[found.index.unique()]
    here, there = pieces.loc[kept["piece"]], pieces.loc[kept["source"]]
    keys = kept.index
    return (
        found.join(_joined(here, keys, ""))
        .join(_joined(there, keys, "source_"))
        .assign(likeness=lambda frame: np.where(frame["exact"], "exact", "near"))
        .reset_index()
    )


def _joined(pieces: pd.DataFrame, keys: pd.Index, side: str) -> pd.DataFrame:
    """Put together the sentences of each pair, in their order in the text."""
    groups = pieces.set_index(keys).sort_values("start", kind="stable").groupby(level=[0, 1], sort=False)
    return groups.agg(
        **{
            f"{side}text": ("sentence", lambda texts: "；".join(text.strip() for text in texts)),
            f"{side or 'text_'}start": ("start", "min"),
            f"{side or 'text_'}end": ("end", "max"),
            f"{side}time": ("time", "first"),
        }
    )


def _families(links: pd.DataFrame) -> pd.Series:
    """Number the groups of items that are linked, by whatever way."""
    ids = pd.Index(links["issue_id"]).append(pd.Index(links["source_id"])).unique()
    one, other = ids.get_indexer(links["issue_id"]), ids.get_indexer(links["source_id"])
    graph = coo_array((np.ones(len(links)), (one, other)), shape=(len(ids), len(ids)))
    _, labels = connected_components(graph, directed=False)
    return pd.Series(labels[one], index=links.index)


def _scopes(links: pd.DataFrame, rounds: dict[tuple[str, str], int]) -> list[str]:
    """Say between what each text is repeated."""
    scopes = []
    for row in records(links):
        if row.bulletin_id == row.bulletin_id_source:
            scopes.append("item")
        elif pd.isna(row.unit_id) or pd.isna(row.unit_id_source):
            scopes.append("unknown")
        elif row.unit_id != row.unit_id_source:
            scopes.append("unit")
        else:
            here = rounds.get((row.unit_id, row.bulletin_id))
            there = rounds.get((row.unit_id, row.bulletin_id_source))
            scopes.append("version" if here is not None and here == there else "round")
    return scopes


def _names(issues: pd.DataFrame) -> dict[str, re.Pattern[str]]:
    """The names of each unit, also without the place before them, as a pattern."""
    named = issues[["unit_id", "unit", "unit_name"]].drop_duplicates().melt("unit_id")[["unit_id", "value"]].dropna()
    patterns = {}
    for unit, values in named.groupby("unit_id")["value"]:
        names = {name for value in values for name in (value, _PLACE.sub("", value))}
        longest = sorted(names, key=lambda name: (-len(name), name))
        patterns[str(unit)] = re.compile("|".join(map(re.escape, longest)))
    return patterns


@cache
def _fillers() -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, sorted(read_lines("filler_words"), key=len, reverse=True))))
