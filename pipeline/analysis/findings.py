"""What the frames of this package hold: one description a table, as `ledger.schema` does for the ledger."""

from collections.abc import Iterator
from typing import Any

import pandas as pd
import pyarrow as pa

from pipeline.ledger.schema import (
    DATE,
    DOCUMENT_STATUSES,
    NUMBER,
    SEVERITIES,
    TEXT,
    TEXTS,
    VERDICTS,
    WHOLE,
    YES_NO,
    Column,
    Table,
)


def _span(prefix: str, label: str) -> tuple[Column, Column]:
    """The two columns of a span in the clean text of a bulletin."""
    return (
        Column(f"{prefix}_start", WHOLE, f"{label}起", "First character in the clean text", True, "字符"),
        Column(f"{prefix}_end", WHOLE, f"{label}止", "Character after the last in the clean text", True, "字符"),
    )


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
        *_span("declared", "所称"),
        *_span("listed", "条目"),
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
        *_span("quote", "原文"),
    ),
)

MIX = Table(
    "mix",
    "主题构成",
    "One row a group of items: how many there are, and in a column for each theme how many are mainly about it.",
    "group",
    (
        Column("group", TEXT, "分组", "Value that the items share; null where it is not known"),
        Column("label", TEXT, "名称", "How the group is called in figures", False),
        Column("bulletins", WHOLE, "通报数", "Bulletins that the items are from", False, "份"),
        Column("items", WHOLE, "条目", "Items of the group; the themes add up to it", False, "条"),
    ),
)

THEME_SHARE = Table(
    "theme_share",
    "主题占比",
    "One row a group and theme: the share of the group's items that are mainly about the theme.",
    "group",
    (
        Column("group", TEXT, "分组", "Value that the items share; null where it is not known"),
        Column("label", TEXT, "名称", "How the group is called in figures", False),
        Column("theme", TEXT, "主题", "Primary theme", False),
        Column("items", WHOLE, "条目", "All items of the group: the denominator", False, "条"),
        Column("primary", WHOLE, "主要主题为此", "Items whose primary theme it is", False, "条"),
        Column("rate", NUMBER, "占比", "primary / items; null where there are none", True, "0—1"),
        Column("low", NUMBER, "区间下限", "Lower bound of Wilson's interval", True, "0—1"),
        Column("high", NUMBER, "区间上限", "Upper bound of Wilson's interval", True, "0—1"),
    ),
)

DOUBT = Table(
    "doubt",
    "待复核",
    "One row a group of items: how many of them a person should look at.",
    "group",
    (
        Column("group", TEXT, "分组", "Value that the items share; null where it is not known"),
        Column("label", TEXT, "名称", "How the group is called in figures", False),
        Column("items", WHOLE, "条目", "All items of the group", False, "条"),
        Column("review", WHOLE, "待复核", "Items to be looked at by a person", False, "条"),
        Column("rate", NUMBER, "待复核占比", "review / items; null where there are none", True, "0—1"),
        Column("low", NUMBER, "区间下限", "Lower bound of Wilson's interval", True, "0—1"),
        Column("high", NUMBER, "区间上限", "Upper bound of Wilson's interval", True, "0—1"),
    ),
)

CONFIDENCE = Table(
    "confidence",
    "把握的分布",
    "One row a range of the confidence in the primary theme, zero included, the surest first.",
    "label",
    (
        Column("label", TEXT, "把握", "The range", False),
        Column("items", WHOLE, "条目", "Items in it", False, "条"),
        Column("sure", WHOLE, "不必复核", "Those that nobody needs to look at", False, "条"),
        Column("review", WHOLE, "待复核", "Those that a person should look at", False, "条"),
    ),
)

PROPOSALS = Table(
    "proposals",
    "主题建议",
    "One row a group of doubtful items that say alike things: a proposal for the scheme of themes, to be judged by people.",
    "name",
    (
        Column("name", TEXT, "共有的词", "Up to three words that weigh most in the group", False),
        Column("items", WHOLE, "条目", "Items of the group", False, "条"),
        Column("bulletins", WHOLE, "通报数", "Bulletins that they are from", False, "份"),
        Column("stability", NUMBER, "稳定度", "Mean Jaccard similarity over bootstrap draws", False, "0—1"),
        Column("themes", TEXT, "现有主题", "Their primary themes now, with the number of items", False),
        Column("alike", WHOLE, "相近的条目", "Items of the ledger that say alike things, these included", False, "条"),
        Column("doubtful", WHOLE, "其中拿不准的", "Those among them that are doubtful", False, "条"),
        Column("examples", TEXTS, "例子", "The statements nearest to the middle of the group", False),
        Column("sources", TEXTS, "例子出处", "The bulletin of each example", False),
        Column(
            "issue_ids",
            TEXTS,
            "条目编号",
            "All items of the group, as in the ledger, those of the examples first",
            False,
        ),
    ),
)

METHODS = Table(
    "methods",
    "方法比较",
    "One row a set of labelled statements and a method: how often it is right; F1 is averaged over themes.",
    "method",
    (
        Column("data", TEXT, "数据", "The set: labelled statements, or a folder of annotated bulletins", False),
        Column("method", TEXT, "方法", "本程序 is the one in use", False),
        Column("n", WHOLE, "语句", "Statements of the set", False, "条"),
        Column("primary", NUMBER, "主要主题", "Share of right primary themes", False, "0—1"),
        Column("primary_low", NUMBER, "95%下限", "Lower bound of its bootstrap interval", False, "0—1"),
        Column("primary_high", NUMBER, "95%上限", "Upper bound", False, "0—1"),
        Column("micro", NUMBER, "微平均F1", "F1 over all labels together", False, "0—1"),
        Column("macro", NUMBER, "宏平均F1", "Mean F1 of the themes", False, "0—1"),
        Column("core", NUMBER, "核心五类F1", "Mean F1 of the core five", False, "0—1"),
    ),
)

PER_THEME = Table(
    "per_theme",
    "逐个主题",
    "One row a set and theme: how well the classifier in use finds the theme.",
    "theme",
    (
        Column("data", TEXT, "数据", "The set", False),
        Column("theme", TEXT, "主题", "Of the scheme", False),
        Column("n", WHOLE, "语句", "Statements that have it", False, "条"),
        Column("precision", NUMBER, "精确率", "Right / found", False, "0—1"),
        Column("recall", NUMBER, "召回率", "Right / there", False, "0—1"),
        Column("f1", NUMBER, "F1", "Their harmonic mean; null where it neither stands nor was found", True, "0—1"),
    ),
)

CALIBRATION = Table(
    "calibration",
    "把握与正确率",
    "One row a set and range of confidence: how often those that the classifier was so sure of were right.",
    "label",
    (
        Column("data", TEXT, "数据", "The set", False),
        Column("label", TEXT, "把握", "The range", False),
        Column("confidence", NUMBER, "平均把握", "Mean confidence of its statements", False, "0—1"),
        Column("n", WHOLE, "语句", "Statements in it", False, "条"),
        Column("right", NUMBER, "正确率", "Share of right primary themes", False, "0—1"),
        Column("low", NUMBER, "区间下限", "Lower bound of Wilson's interval", False, "0—1"),
        Column("high", NUMBER, "区间上限", "Upper bound of Wilson's interval", False, "0—1"),
    ),
)

ANSWERED = Table(
    "answered",
    "只答有把握的",
    "One row a set and share of its statements, the surest ones: how many of these are right.",
    "covered",
    (
        Column("data", TEXT, "数据", "The set", False),
        Column("covered", NUMBER, "作答的部分", "Share of the statements", False, "0—1"),
        Column("right", NUMBER, "正确率", "Share of right primary themes among them", False, "0—1"),
    ),
)

CONFUSIONS = Table(
    "confusions",
    "判错的语句",
    "One row a statement whose primary theme is another than the annotator's, the surest mistakes of a set first.",
    "statement",
    (
        Column("data", TEXT, "数据", "The set", False),
        Column("statement", TEXT, "语句", "The problem", False),
        Column("expected", TEXT, "标注", "The annotator's primary theme", False),
        Column("found", TEXT, "程序", "The classifier's", False),
        Column("confidence", NUMBER, "把握", "How sure the classifier was", False, "0—1"),
    ),
)

DTYPES = {WHOLE: "Int64", NUMBER: "Float64", TEXT: "str", TEXTS: "object", DATE: "datetime64[s]", YES_NO: "boolean"}


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
