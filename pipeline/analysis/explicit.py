"""Where a bulletin itself says that a weakness is still there or has come back: 依然存在, 边改边犯, 反弹, 上轮巡察指出."""

import json
import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, NamedTuple

import pandas as pd

from pipeline.analysis.findings import conform, records
from pipeline.analysis.quote import quote
from pipeline.ledger.schema import TEXT, WHOLE, YES_NO, Column, Table
from pipeline.lexicon import read_table

KINDS = {"again": "一犯再犯", "rebound": "反弹回潮", "still": "依然存在", "last_round": "上轮已指出"}
PROBLEM = ("statement", "description", "cause", "incomplete_reason")  # fields that say what is wrong, not what was done
BEFORE = 10  # characters before a word in which it may be taken back: 防止问题反弹

EXPLICIT = Table(
    "explicit_words",
    "明说的重复",
    "One row a word by which an item says that its weakness is still there or has come back.",
    "issue_id",
    (
        Column("issue_id", TEXT, "条目编号", "As in the ledger", False),
        Column("bulletin_id", TEXT, "通报编号", "As in the ledger", False),
        Column("unit_id", TEXT, "单位编号", "As in the ledger"),
        Column("unit_name", TEXT, "单位", "As in the ledger"),
        Column("year", WHOLE, "年份", "As in the ledger"),
        Column("kind", TEXT, "说法代码", "What the word says", False, None, tuple(KINDS)),
        Column("kind_label", TEXT, "说法", "The same in Chinese", False),
        Column("word", TEXT, "原词", "As printed", False),
        Column("field", TEXT, "所在部分", "Part of the item that it stands in; null where between two"),
        Column("in_problem", YES_NO, "在说问题", "It stands where the problem is told, not its mending", False),
        Column("sentence", TEXT, "原句", "With the words around it", False),
        Column("word_start", WHOLE, "原词起", "First character in the clean text", False),
        Column("word_end", WHOLE, "原词止", "Character after the last in the clean text", False),
    ),
)


class _Saying(NamedTuple):
    kind: str
    pattern: re.Pattern[str]
    unless: re.Pattern[str] | None  # words before it that take it back


def explicit_words(issues: pd.DataFrame, read_text: Callable[[str], str]) -> pd.DataFrame:
    """Find the words by which items say that a weakness is still there or has come back.

    The words are those of lexicon/recurrence_words.csv; one that is taken back just before it (防止反弹) does not count.

    Parameters
    ----------
    issues
        Table `issues` of the ledger.
    read_text
        Gives the clean text of a bulletin by its id, e.g. `ledger.text`.

    Returns
    -------
    pd.DataFrame
        In the columns of EXPLICIT, in the order of the items; of overlapping words the longest.
    """
    rows: list[dict[str, Any]] = []
    for bulletin, items in issues.groupby("bulletin_id", sort=True):
        text = read_text(str(bulletin))
        for item in records(items.sort_values("ordinal")):
            rows.extend(_tell(item, text))
    return conform(pd.DataFrame(rows, columns=[column.name for column in EXPLICIT.columns]), EXPLICIT)


def find_sayings(text: str) -> list[tuple[int, int, str]]:
    """Find the sayings in a text: start, end and kind, in their order and not overlapping.

    >>> text = "公款吃喝边改边犯，要防止反弹"
    >>> [(text[start:end], kind) for start, end, kind in find_sayings(text)]
    [('边改边犯', 'again')]
    """
    found = []
    for kind, pattern, unless in _sayings():
        for match in pattern.finditer(text):
            before = re.split("[。；，、！？\n]", text[max(0, match.start() - BEFORE) : match.start()])[-1]
            if not (unless and unless.search(before)):
                found.append((*match.span(), kind))
    kept: list[tuple[int, int, str]] = []
    for start, end, kind in sorted(found, key=lambda saying: (saying[0] - saying[1], saying[0])):
        if all(end <= first or last <= start for first, last, _ in kept):
            kept.append((start, end, kind))
    return sorted(kept)


@cache
def _sayings() -> tuple[_Saying, ...]:
    rows = read_table("recurrence_words", ("kind", "pattern", "unless", "example"))
    return tuple(
        _Saying(row["kind"], re.compile(row["pattern"]), re.compile(row["unless"]) if row["unless"] else None)
        for row in rows
    )


def _tell(item: Any, text: str) -> Iterator[dict[str, Any]]:  # noqa: ANN401  # a row of the ledger as `records` gives it
    first = int(item.item_start)
    spans = {name: pieces for name, pieces in json.loads(item.spans).items() if pieces}
    spans.setdefault("statement", [[int(item.statement_start), int(item.statement_end)]])
    for start, end, kind in find_sayings(text[first : int(item.item_end)]):
        here = first + start
        fields = [name for name, pieces in spans.items() if any(begin <= here < stop for begin, stop in pieces)]
        field = fields[0] if fields else None
        yield {
            "issue_id": item.issue_id, "bulletin_id": item.bulletin_id, "unit_id": item.unit_id,
            "unit_name": item.unit_name, "year": item.year, "kind": kind, "kind_label": KINDS[kind],
            "word": text[here : first + end],
            "field": field, "in_problem": field in PROBLEM, "sentence": quote(text, here, first + end),
            "word_start": here, "word_end": first + end,
        }  # fmt: skip
