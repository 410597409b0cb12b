"""How much can be checked in what an item says was done: days, counts, money, named papers, meetings; and the rules made."""

import re
from collections.abc import Iterator
from functools import cache

import pandas as pd

from pipeline.analysis.bulletins import look_up, name_bulletins
from pipeline.analysis.findings import conform, records
from pipeline.analysis.groups import group_items, sort_groups
from pipeline.analysis.interval import intervals
from pipeline.ledger.schema import NUMBER, STATUSES, TEXT, WHOLE, Column, Table
from pipeline.lexicon import read_table

KINDS = {"rule": "文件", "money": "金额", "date": "日期", "meeting": "会议", "count": "数量"}
CLASSES = ("none", "one", "two", "more")  # items by the number of kinds
MADE = {"new": "新订", "revised": "修订"}
_NEAR = 10  # characters between a verb and the title that it makes
_AFTER = re.compile(
    r"(?:等[^，。；]{0,8})?(?:已|现已|均已|并|也)?(?:经[^，。；]{0,12}|于[\d年月日底初末上中下旬]{2,11})?"
)
_JOINT = re.compile(r"[、和及与，]|以及|并|等")  # between the titles of one list
_CLAUSE = "，。；：！？\n"

ITEM = (  # whose evidence or rule it is
    Column("issue_id", TEXT, "条目编号", "As in the ledger", False),
    Column("bulletin_id", TEXT, "通报编号", "As in the ledger", False),
    Column("unit_id", TEXT, "单位编号", "The unit"),
    Column("unit_name", TEXT, "单位", "Name of the unit"),
    Column("year", WHOLE, "年份", "As in the ledger"),
    Column("n", TEXT, "序号", "Number of the item", False),
    Column("primary", TEXT, "主要主题", "What the problem is about", False),
)

EVIDENCE = Table(
    "evidence",
    "可核对的内容",
    "One row an item that says what was done: how much in it can be checked.",
    "issue_id",
    (
        *ITEM,
        Column("statement", TEXT, "问题", "The problem", False),
        Column("status", TEXT, "整改状态", "As reported", False, None, tuple(STATUSES)),
        Column("characters", WHOLE, "字数", "Of measures and outcome", False, "字"),
        *(Column(kind, WHOLE, label, f"Places that name a {kind}", False, "处") for kind, label in KINDS.items()),
        Column("kinds", WHOLE, "依据种类", "How many of the five kinds occur", False, "种"),
        Column("density", NUMBER, "每百字依据", "Places of any kind a hundred characters", False, "处"),
    ),
)

DEPTH = Table(
    "depth",
    "依据的厚薄",
    "One row a group of items that say what was done: how many kinds of evidence they name.",
    "group",
    (
        Column("group", TEXT, "分组", "Value that the items share; null where it is not known"),
        Column("label", TEXT, "名称", "How the group is called in figures", False),
        Column("items", WHOLE, "条目", "Items of the group: the denominator", False, "条"),
        Column("none", WHOLE, "没有依据", "Items without a day, count, sum, named paper or meeting", False, "条"),
        Column("one", WHOLE, "一种依据", "Items that name one kind", False, "条"),
        Column("two", WHOLE, "两种依据", "Items that name two kinds", False, "条"),
        Column("more", WHOLE, "三种以上", "Items that name three kinds or more", False, "条"),
        Column("rate", NUMBER, "至多一种占比", "(none + one) / items", True, "0—1"),
        Column("low", NUMBER, "区间下限", "Lower bound of Wilson's interval", True, "0—1"),
        Column("high", NUMBER, "区间上限", "Upper bound of Wilson's interval", True, "0—1"),
        Column("density", NUMBER, "每百字依据", "Median over the items", True, "处"),
    ),
)

RULES = Table(
    "rules",
    "建立的制度",
    "One row a place where an item says that a rule was made or revised.",
    "issue_id",
    (
        *ITEM,
        Column("title", TEXT, "制度", "Title between 《 and 》, as printed", False),
        Column("made", TEXT, "新订或修订", "What was done with it", False, None, tuple(MADE)),
        Column("verb", TEXT, "动词", "The word that says so", False),
        Column("sentence", TEXT, "原文", "The clause", False),
        Column(
            "before", TEXT, "此前已有", "The first bulletin in which the unit said so of this title, if an earlier one"
        ),
    ),
)


def evidence(issues: pd.DataFrame, measures: pd.DataFrame) -> pd.DataFrame:
    """Count in each item's measures and outcome what a reader could check.

    A day, a count with its measure word, a sum, a paper named in 《》, a meeting: `lexicon/evidence_words.csv` says what
    each looks like. A place counts once, as the first kind in that order of rules, money, dates, meetings, counts. It
    is a measure of wording, not of truth: a figure may be wrong, and a good deed may be told without one.

    Parameters
    ----------
    issues, measures
        Tables of the ledger. Suggestions are left out, and so are items that say nothing of what was done.

    Returns
    -------
    pd.DataFrame
        In the columns of `EVIDENCE`, in the order of the items.

    Examples
    --------
    >>> marks("3月5日召开专题会议，印发《经费管理办法》，清退1.2万元，涉及37人次")
    {'rule': 1, 'money': 1, 'date': 1, 'meeting': 1, 'count': 1}
    >>> marks("提高思想认识，加强日常监督检查，防止同类问题再次发生")
    {'rule': 0, 'money': 0, 'date': 0, 'meeting': 0, 'count': 0}
    """
    items = issues[issues["kind"] == "issue"]
    texts = told(items, measures)
    items = items.assign(text=texts)[texts != ""]
    counts = pd.DataFrame([marks(text) for text in items["text"]], index=items.index, columns=list(KINDS))
    items = items.join(counts).assign(
        characters=items["text"].str.len(),
        kinds=(counts > 0).sum(axis="columns"),
        density=(100 * counts.sum(axis="columns") / items["text"].str.len()).round(2),
    )
    return conform(items, EVIDENCE)


def depth(found: pd.DataFrame, by: str | None = None) -> pd.DataFrame:
    """Count in each group how many kinds of evidence the items name.

    Parameters
    ----------
    found
        From `evidence`.
    by
        Column to group by (see `groups.group_items`); None for one row over all.

    Returns
    -------
    pd.DataFrame
        In the columns of `DEPTH`.
    """
    items = group_items(found, by)
    groups = items.groupby("label", sort=False)
    classes = items["kinds"].clip(upper=3).map(dict(enumerate(CLASSES)))
    counts = pd.crosstab(items["label"], classes).reindex(columns=list(CLASSES), fill_value=0)
    counts = counts.assign(group=groups["group"].first(), items=groups.size(), density=groups["density"].median())
    counts = counts.rename_axis("label").reset_index()
    counts = counts.join(intervals(counts["none"] + counts["one"], counts["items"]))
    return conform(sort_groups(counts, by, "items"), DEPTH)


def rules(issues: pd.DataFrame, measures: pd.DataFrame, bulletins: pd.DataFrame) -> pd.DataFrame:
    """List the rules that items say were made or revised, with the words that say it.

    A title in 《》 counts where a word of making stands before it in the clause, or right behind it; what is only studied
    or followed does not, nor what comes from above (中国共产党…条例). `lexicon/rule_words.csv` holds the words, and the
    endings by which a title is one of a rule. In a list the word counts for all its titles.

    Parameters
    ----------
    issues, measures, bulletins
        Tables of the ledger.

    Returns
    -------
    pd.DataFrame
        In the columns of `RULES`; a title counts once an item.
    """
    days = bulletins.set_index("bulletin_id")["published_date"]
    rows = [
        {**row._asdict(), "title": title, "made": made, "verb": verb, "sentence": sentence}
        for row in records(issues.assign(text=told(issues, measures)))
        for title, made, verb, sentence in dict.fromkeys(made_rules(row.text))
    ]
    named = pd.DataFrame(rows, columns=[*issues.columns, "title", "made", "verb", "sentence"])
    named = named.drop_duplicates(["issue_id", "title"])
    # By time, so that the first of a title is the earliest.
    timed = named.assign(day=look_up(days, named["bulletin_id"])).sort_values(["day", "issue_id"], na_position="last")
    first = timed.groupby([timed["unit_id"].fillna(""), timed["title"]])["bulletin_id"].transform("first")
    earlier = look_up(name_bulletins(bulletins), first).where(
        (first != timed["bulletin_id"]) & timed["unit_id"].notna()
    )
    return conform(named.assign(before=earlier), RULES)


def told(issues: pd.DataFrame, measures: pd.DataFrame) -> pd.Series:
    """Join what each item says was done: its measures and its outcome; "" where it says nothing."""
    listed = measures.groupby("issue_id")["text"].agg("\n".join)
    parts = pd.DataFrame({"measures": issues["issue_id"].map(listed), "outcome": issues["outcome"]})
    joined = parts["measures"].fillna("").astype("str") + "\n" + parts["outcome"].fillna("").astype("str")
    return joined.str.strip("\n")


def marks(text: str) -> dict[str, int]:
    """Count the places in a text that can be checked, by kind."""
    counts = dict.fromkeys(KINDS, 0)
    for found in _evidence().finditer(text):
        counts[str(found.lastgroup).partition("_")[0]] += 1
    return counts


def made_rules(text: str) -> Iterator[tuple[str, str, str, str]]:
    """Find the rules that a text says were made: title, new or revised, the word that says so, the clause.

    >>> [found[:3] for found in made_rules("学习《预算法》，修订《采购办法》《报销规定》，《考勤制度》已印发")]
    [('采购办法', 'revised', '修订'), ('报销规定', 'revised', '修订'), ('考勤制度', 'new', '印发')]
    """
    verb: tuple[str, str] | None = None
    end = 0
    for found in re.finditer(r"《([^《》\n]{2,60})》", text):
        between = text[end : found.start()] if end else None
        in_list = between is not None and (not between or _JOINT.fullmatch(between))
        before = text[max(_clause_start(text, found.start()), end) : found.start()]
        verb = _verb_before(before) or _verb_behind(text, found.end()) or (verb if in_list else None)
        end = found.end()
        if verb and _is_rule(found[1]):
            yield found[1], *verb, _clause(text, found.start(), found.end())


@cache
def _evidence() -> re.Pattern[str]:
    rows = read_table("evidence_words", ("kind", "pattern", "example"))
    return re.compile("|".join(f"(?P<{row['kind']}_{i}>{row['pattern']})" for i, row in enumerate(rows)))


@cache
def _words(role: str) -> re.Pattern[str]:
    rows = read_table("rule_words", ("role", "pattern", "example"))
    return re.compile("|".join(row["pattern"] for row in rows if row["role"] == role))


@cache
def _making() -> re.Pattern[str]:
    """Words of making, those of revising first: 制定修订 is one of them."""
    return re.compile("|".join(f"(?P<{role}>{_words(role).pattern})" for role in ("revised", "new")))


def _verb_before(words: str) -> tuple[str, str] | None:
    """The last word of making before a title, near enough and with no word of following behind it."""
    found = list(_making().finditer(words))
    if not found or len(words) - found[-1].end() > _NEAR or _words("cited").search(words, found[-1].end()):
        return None
    return str(found[-1].lastgroup), found[-1][0]


def _verb_behind(text: str, position: int) -> tuple[str, str] | None:
    """The word of making right behind a title: 《…》已印发."""
    link = _AFTER.match(text, position)
    found = _making().match(text, link.end() if link else position)
    return (str(found.lastgroup), found[0]) if found else None


def _is_rule(title: str) -> bool:
    return bool(_words("title").search(title)) and not _words("above").search(title)


def _clause_start(text: str, position: int) -> int:
    return max(text.rfind(mark, 0, position) for mark in _CLAUSE) + 1


def _clause(text: str, start: int, end: int) -> str:
    stops = [place for place in (text.find(mark, end) for mark in _CLAUSE) if place != -1]
    return text[_clause_start(text, start) : min(stops, default=len(text))].strip()
