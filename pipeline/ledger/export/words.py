"""The schema in two languages: Chinese words of codes, Chinese meanings of columns, and the rows of the data dictionary."""

from collections.abc import Iterable
from functools import cache

import pyarrow as pa

from pipeline.ledger.dictionary import TYPES, WORDS
from pipeline.ledger.schema import BULLETINS, DATE, NUMBER, TEXT, TEXTS, WHOLE, YES_NO, Column, Table
from pipeline.lexicon import read_table

TYPES_ZH = {TEXT: "文字", WHOLE: "整数", NUMBER: "数", DATE: "日期", YES_NO: "是否", TEXTS: "几个文字"}
YES, NO = "是", "否"
DIVIDER = "|"  # of several texts in one cell

# Closed sets that need no words in reports.
_OTHERS = {
    ("text", "manifest"): {"text": "正文", "manifest": "文件清单"},
    ("feedback_date", "inspected_to", "published_date"): {
        c.name: c.label for c in BULLETINS.columns if c.name in ("feedback_date", "inspected_to", "published_date")
    },
}

HEADINGS = {
    "table": "表",
    "table_label": "表的中文名",
    "column": "列",
    "label": "列的中文名",
    "type": "类型",
    "type_zh": "类型（中文）",
    "unit": "单位",
    "missing": "可否缺失",
    "meaning_zh": "含义",
    "meaning": "含义（英文）",
    "values": "可能的值",
}


def value_words(column: Column) -> dict[str, str]:
    """The Chinese words of the column's codes, in the schema's order; nothing where the set is not closed.

    >>> next(iter(value_words(BULLETINS.columns[4]).items()))
    ('text', '正文')
    """
    words = WORDS.get(column.values) or _OTHERS.get(column.values) or {}
    return {code: words.get(code, code) for code in column.values}


def meaning_zh(table: Table, column: Column) -> str:
    """The meaning of a column in Chinese; its heading where nobody has written one yet.

    >>> meaning_zh(BULLETINS, BULLETINS.columns[2])
    '标题，照印'
    """
    known = _meanings()
    written = known.get((table.name, column.name)) or known.get(("*", column.name))
    if written:
        return written
    if column.name.startswith("declared_") and column.unit:
        return f"通报自己写明的{column.label.removeprefix('通报称')}；没有写为空，写明为零是 0"
    if column.name.endswith("_start"):
        return f"{column.label.removesuffix('起')}的第一个字，在所存清洁文本里的位置"
    if column.name.endswith("_end"):
        return f"{column.label.removesuffix('止')}的最后一个字之后，在所存清洁文本里的位置"
    return column.label


def dictionary(tables: Iterable[Table]) -> list[dict[str, str]]:
    """The rows of the data dictionary, a column each, under the keys of `HEADINGS`."""
    return [_row(table, column) for table in tables for column in table.columns]


def _row(table: Table, column: Column) -> dict[str, str]:
    return {
        "table": table.name,
        "table_label": table.label,
        "column": column.name,
        "label": column.label,
        "type": TYPES[column.type],
        "type_zh": TYPES_ZH[column.type],
        "unit": column.unit or "",
        "missing": "可" if column.nullable else "不可",
        "meaning_zh": meaning_zh(table, column),
        "meaning": column.meaning,
        "values": "；".join(f"{code}＝{word}" for code, word in value_words(column).items()),
    }


@cache
def _meanings() -> dict[tuple[str, str], str]:
    rows = read_table("column_meanings", ("table", "column", "meaning"))
    return {(row["table"], row["column"]): row["meaning"] for row in rows}


def is_list(column: Column) -> bool:
    """Whether a cell holds several texts."""
    return bool(pa.types.is_list(column.type))
