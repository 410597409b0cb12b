"""What the frames of this package hold: one description a table, as `ledger.schema` does for the ledger."""

from collections.abc import Iterator
from typing import Any

import pandas as pd
import pyarrow as pa

from pipeline.ledger.schema import DOCUMENT_STATUSES, NUMBER, SEVERITIES, TEXT, VERDICTS, WHOLE, Column, Table

COMPLETION = Table(
    "completion",
    "自报完成率",
    "One row a group of items: how many there are, what state they are said to be in, and the share that is done.",
    "group",
    (
        Column("group", TEXT, "分组", "Value that the items share; null where it is not known"),
        Column("label", TEXT, "名称", "How the group is called in figures", False),
        Column("bulletins", WHOLE, "通报数", "Bulletins that the items are from", False, "份"),
        Column("listed", WHOLE, "列出条目", "All items of the group", False, "条"),
        Column("stated", WHOLE, "说明状态", "Items whose status is known: the denominator", False, "条"),
        Column("done", WHOLE, "已完成", "Done, those kept up for good included", False, "条"),
        Column("done_ongoing", WHOLE, "其中长期坚持", "Done and kept up for good; counted within done", False, "条"),
        Column("in_progress", WHOLE, "正在推进", "Under way", False, "条"),
        Column("not_started", WHOLE, "未启动", "Not begun", False, "条"),
        Column("not_stated", WHOLE, "未说明", "The bulletin does not say; in no rate", False, "条"),
        Column("rate", NUMBER, "自报完成率", "done / stated; null where nothing is stated", True, "0—1"),
        Column("low", NUMBER, "区间下限", "Lower bound of Wilson's interval", True, "0—1"),
        Column("high", NUMBER, "区间上限", "Upper bound of Wilson's interval", True, "0—1"),
    ),
)

COMPARISON = Table(
    "comparison",
    "所称与所列",
    "One row a comparison of a figure that a bulletin states with what its items come to.",
    "discrepancy_id",
    (
        Column("discrepancy_id", TEXT, "核对编号", "As in the ledger", False),
        Column("bulletin_id", TEXT, "通报编号", "As in the ledger", False),
        Column("issue_id", TEXT, "条目编号", "The item, where it is about one"),
        Column("bulletin", TEXT, "通报", "Unit and year of the bulletin, else its title, else its file", False),
        Column("code", TEXT, "核对代码", "What is compared, as in the ledger", False),
        Column("compared", TEXT, "核对项", "What is compared, in Chinese", False),
        Column("declared", NUMBER, "通报所称", "The figure the text states"),
        Column("listed", NUMBER, "逐条统计", "The figure counted from the items"),
        Column("difference", NUMBER, "相差", "listed - declared; null where either is missing"),
        Column("verdict", TEXT, "结论", "Outcome of the comparison", False, None, tuple(VERDICTS)),
        Column("severity", TEXT, "程度", "How much it matters", False, None, tuple(SEVERITIES)),
        Column("message", TEXT, "说明", "One sentence in Chinese", False),
        Column("declared_quote", TEXT, "所称原文", "The clause that states the figure, the figure between 〔 and 〕"),
        Column("listed_quote", TEXT, "条目原文", "The words that it is compared with, between 〔 and 〕"),
    ),
)

COVERAGE = Table(
    "coverage",
    "文件读取情况",
    "One row for each thing that can become of a file, zero included.",
    "status",
    (
        Column("status", TEXT, "结果代码", "As in the ledger", False, None, tuple(DOCUMENT_STATUSES)),
        Column("label", TEXT, "结果", "The same in Chinese", False),
        Column("files", WHOLE, "文件数", "Files with this outcome", False, "个"),
        Column("share", NUMBER, "占比", "files / all files; null where there is no file", True, "0—1"),
    ),
)

NOTES = Table(
    "notes",
    "读取疑点",
    "One row for each thing in a bulletin that could not be read or looks wrong.",
    "bulletin_id",
    (
        Column("bulletin_id", TEXT, "通报编号", "As in the ledger", False),
        Column("bulletin", TEXT, "通报", "Unit and year of the bulletin, else its title, else its file", False),
        Column("code", TEXT, "代码", "One word for counting", False),
        Column("message", TEXT, "说明", "One sentence in Chinese", False),
        Column("quote", TEXT, "原文", "The sentence that it is about"),
    ),
)

DTYPES = {WHOLE: "Int64", NUMBER: "Float64", TEXT: "str"}


def conform(frame: pd.DataFrame, table: Table) -> pd.DataFrame:
    """Give a frame the table's columns, in its order and types; `attrs["labels"]` holds their Chinese headings.

    Whole numbers are Int64 (missing stays missing), shares float64 with NaN for missing, words str.

    >>> frame = conform(pd.DataFrame({"status": ["read"], "label": ["已读取"], "files": [3], "share": [1]}), COVERAGE)
    >>> print(frame["files"].dtype, frame.attrs["labels"]["files"])
    Int64 文件数
    """
    conformed = frame.reindex(columns=[column.name for column in table.columns]).reset_index(drop=True)
    conformed = conformed.astype({column.name: _dtype(column.type) for column in table.columns})
    # By way of Float64, which takes every kind of missing; charts want plain numbers.
    conformed = conformed.astype({column.name: "float64" for column in table.columns if column.type == NUMBER})
    conformed.columns.name = None
    conformed.attrs["labels"] = {column.name: column.label for column in table.columns}
    return conformed


def records(frame: pd.DataFrame) -> Iterator[Any]:
    """Go through the rows as tuples with a name for each column; what is in them depends on the frame."""
    yield from frame.itertuples(index=False)


def _dtype(type_: pa.DataType) -> str:
    return DTYPES[type_]
