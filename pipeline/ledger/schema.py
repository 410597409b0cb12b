"""The one description of every table: checks, data dictionary and export headings are made from it."""

from dataclasses import dataclass

import pyarrow as pa

TEXT = pa.string()
WHOLE = pa.int64()
NUMBER = pa.float64()
DATE = pa.date32()
YES_NO = pa.bool_()
TEXTS = pa.list_(pa.string())


@dataclass(frozen=True, slots=True)
class Column:
    """One column: what it holds and how it is called in Chinese."""

    name: str
    type: pa.DataType
    label: str  # Chinese heading for figures, reports and exports
    meaning: str
    nullable: bool = True
    unit: str | None = None  # of measurement
    values: tuple[str, ...] = ()  # the closed set, if there is one


@dataclass(frozen=True, slots=True)
class Table:
    """One table; `key` names the column that is unique in it, rows stand in its order."""

    name: str
    label: str
    meaning: str
    key: str
    columns: tuple[Column, ...]


STATUSES = {
    "done": "已完成",
    "done_ongoing": "已完成并长期坚持",
    "in_progress": "正在推进",
    "not_started": "未启动",
    "not_stated": "未说明",
}
STATUS_SOURCES = {"item": "条目自述", "section": "所在部分标题", "declared": "总数说明", "none": "未说明"}
VERDICTS = {"agrees": "一致", "differs": "不一致", "uncertain": "存疑", "not_assessable": "无法核对"}
SEVERITIES = {"none": "无", "minor": "轻微", "major": "重要"}
DOCUMENT_STATUSES = {
    "read": "已读取",
    "duplicate": "内容重复",
    "not_bulletin": "不是整改通报",
    "unsupported": "格式暂不支持",
    "failed": "读取失败",
}
KINDS = {"issue": "反馈问题", "suggestion": "意见建议"}
REVIEWED = {
    "themes": "主题",
    "status": "整改状态",
    "statement": "问题",
    "unit": "单位",
}  # fields a person may decide on
OUTCOMES = {"applied": "已采用", "confirmed": "已确认", "superseded": "已被取代", "conflict": "有冲突"}
CONFLICTS = {
    "item_gone": "条目已不存在",
    "statement_changed": "问题原文已改变",
    "ambiguous": "同样的问题不止一条",
    "value_changed": "程序的读法已变",
    "value_unknown": "不再是可用的值",
    "contradiction": "决定互相矛盾",
}

DECLARED = {
    "aspects": "方面数",
    "categories": "分类数",
    "issues": "问题数",
    "done": "已完成数",
    "done_ongoing": "其中长期坚持数",
    "in_progress": "正在推进数",
    "not_started": "未启动数",
    "suggestions": "意见建议数",
    "measures": "整改措施数",
    "measures_done": "已完成措施数",
    "systems": "制定修订制度数",
    "recovered_yuan": "挽回资金",
    "accountable": "问责人数",
}

# What is compared in `discrepancies`. The part_… codes are numbers stated about a part: 理论学习方面（10个问题）.
COMPARISONS = {
    **DECLARED,
    "measures_with_suggestions": "整改措施数（含意见建议）",
    "status_sum": "各状态之和",
    "ongoing_within_done": "长期坚持数与已完成数",
    "done_within_measures": "已完成措施数与措施数",
    **{f"part_{key}": f"分部分{label}" for key, label in DECLARED.items()},
    "done_but_future": "称已完成，措施尚待进行",
    "done_but_reason": "称已完成，又写未完成原因",
    "unfinished_but_done": "称未完成，成效又称已完成",
    "no_measures": "未写整改措施",
    "number_skipped": "序号跳号",
    "number_repeated": "序号重复",
    "number_restarted": "序号重新起编",
}

_BULLETIN = Column(
    "bulletin_id", TEXT, "通报编号", "Id of the bulletin: b and 12 hex digits of its clean text's SHA-256", False
)
_ISSUE = Column("issue_id", TEXT, "条目编号", "Id of the item: bulletin_id, a hyphen, its place in the bulletin", False)
_UNIT = Column("unit_id", TEXT, "单位编号", "Id of the unit after folding aliases; null where the unit is not known")
_UNIT_NAME = Column("unit_name", TEXT, "单位", "Name of the unit after folding aliases")
_YEAR = Column("year", WHOLE, "年份", "Year of feedback_date, else of inspected_to, else of published_date")


def _span(prefix: str, label: str, *, nullable: bool = False) -> tuple[Column, Column]:
    """The two columns of a span; end is not included."""
    return (
        Column(f"{prefix}_start", WHOLE, f"{label}起", "First character in the stored clean text", nullable, "字符"),
        Column(
            f"{prefix}_end", WHOLE, f"{label}止", "Character after the last in the stored clean text", nullable, "字符"
        ),
    )


BULLETINS = Table(
    "bulletins",
    "通报",
    "One row a bulletin: what it says of itself.",
    "bulletin_id",
    (
        _BULLETIN,
        Column("path", TEXT, "文件", "The first file, by path, that holds this text", False),
        Column("title", TEXT, "标题", "Title as printed"),
        Column("unit", TEXT, "单位（原文）", "The inspected unit as the text, else the manifest, names it"),
        Column("unit_from", TEXT, "单位来源", "Where `unit` is from", True, None, ("text", "manifest")),
        _UNIT,
        _UNIT_NAME,
        Column("region", TEXT, "地区", "From the manifest"),
        Column("url", TEXT, "网址", "From the manifest"),
        Column("party_body", TEXT, "党组织", "党组, 党委, 党支部 …"),
        Column("team", TEXT, "巡视巡察组", "As printed"),
        Column("kind", TEXT, "巡视巡察类型", "常规巡察, 专项巡察, 机动巡察, 巡察“回头看”, 巡察; likewise 巡视"),
        Column("round", TEXT, "轮次", "As printed"),
        Column("inspected_from", DATE, "巡察开始", "First day of the inspection"),
        Column("inspected_to", DATE, "巡察结束", "Last day of the inspection"),
        Column("feedback_date", DATE, "反馈日期", "Day on which the findings were handed over"),
        Column("published_date", DATE, "公布日期", "Day of publication, by the text, else the manifest"),
        Column("published_from", TEXT, "公布日期来源", "Where it is from", True, None, ("text", "manifest")),
        Column("index_number", TEXT, "索引号", "Of the information block, as printed"),
        Column(
            "publisher", TEXT, "发布机构", "Of the information block, as printed; it need not be the inspected unit"
        ),
        Column("written_date", DATE, "成文日期", "Of the information block"),
        _YEAR,
        Column(
            "year_from",
            TEXT,
            "年份依据",
            "Which date gave the year",
            True,
            None,
            ("feedback_date", "inspected_to", "published_date"),
        ),
        *(
            Column(
                f"declared_{key}",
                NUMBER if key == "recovered_yuan" else WHOLE,
                f"通报称{label}",
                f"Stated by the bulletin: {key}; null where it states none, 0 where it states zero",
                unit="元" if key == "recovered_yuan" else "人" if key == "accountable" else "个",
            )
            for key, label in DECLARED.items()
        ),
        Column("listed_issues", WHOLE, "列出问题数", "Items of kind issue", False, "个"),
        Column("listed_suggestions", WHOLE, "列出意见建议数", "Items of kind suggestion", False, "个"),
        Column("listed_measures", WHOLE, "列出措施数", "Measures of all items", False, "条"),
        Column("characters", WHOLE, "字数", "Length of the clean text", False, "字符"),
        Column("facts", TEXT, "事实出处", "JSON: fact → [start, end) in the clean text", False),
        Column(
            "notes", TEXT, "读取说明", "JSON list: code, message, span of what could not be read or looks wrong", False
        ),
    ),
)

ISSUES = Table(
    "issues",
    "问题与建议",
    "One row a leaf issue or suggestion.",
    "issue_id",
    (
        _ISSUE,
        _BULLETIN,
        Column("ordinal", WHOLE, "次序", "Place among the items of the bulletin, from 1", False),
        Column("n", TEXT, "序号", "The number as printed; <parent>.<ordinal> where there is none", False),
        Column("kind", TEXT, "类别", "Issue or suggestion", False, None, tuple(KINDS)),
        Column("unit", TEXT, "单位（原文）", "The unit this item is about"),
        _UNIT,
        _UNIT_NAME,
        _YEAR,
        Column("aspect", TEXT, "方面", "The 方面 heading above"),
        Column("category", TEXT, "分类", "The heading between aspect and item"),
        Column("statement", TEXT, "问题", "The problem in the bulletin's words", False),
        Column("description", TEXT, "具体表现", "Further facts about the problem"),
        Column("cause", TEXT, "原因", "Why it came about"),
        Column("outcome", TEXT, "整改成效", "What came of it"),
        Column("incomplete_reason", TEXT, "未完成原因", "Why it is not finished"),
        Column("next_steps", TEXT, "下步打算", "What is still to be done"),
        Column("target", TEXT, "整改目标", "What is to be reached"),
        Column("deadline", TEXT, "整改时限", "As printed"),
        Column("responsible", TEXT, "责任人与单位", "As printed"),
        Column("status", TEXT, "整改状态", "As reported by the unit itself", False, None, tuple(STATUSES)),
        Column("status_from", TEXT, "状态依据", "What says so", False, None, tuple(STATUS_SOURCES)),
        Column("status_text", TEXT, "状态原文", "The printed words"),
        Column("n_measures", WHOLE, "措施数", "Entries of the highest-level list of measures", False, "条"),
        Column("parts", TEXTS, "具备部分", "Which text fields the item has", False),
        Column("themes", TEXTS, "主题", "All themes, the primary first", False),
        Column("primary", TEXT, "主要主题", "What the problem is about", False),
        Column("confidence", NUMBER, "把握", "Confidence in the primary theme, 0 to 1", False),
        Column("review", YES_NO, "待复核", "To be looked at by a person", False),
        Column("corrected", TEXTS, "人工更正", "Fields that are as a person decided, not as they were read", False),
        Column("evidence", TEXT, "主题依据", "JSON list: theme, word, weight, span of the words that decided", False),
        *_span("item", "条目"),
        *_span("statement", "问题"),
        Column("page", WHOLE, "页码", "Page of the PDF or scan on which the item begins; null for files without pages"),
        Column("spans", TEXT, "各部分出处", "JSON: field → list of [start, end) in the clean text", False),
    ),
)

MEASURES = Table(
    "measures",
    "整改措施",
    "One row a measure.",
    "measure_id",
    (
        Column("measure_id", TEXT, "措施编号", "issue_id, a hyphen, its place", False),
        _ISSUE,
        _BULLETIN,
        Column("n", WHOLE, "序号", "Place among the measures of the item, from 1", False),
        Column("text", TEXT, "措施", "As printed", False),
        *_span("text", "措施"),
    ),
)

COMMITMENTS = Table(
    "commitments",
    "承诺时限",
    "One row a promised date.",
    "commitment_id",
    (
        Column("commitment_id", TEXT, "承诺编号", "issue_id, -c, its place", False),
        _ISSUE,
        _BULLETIN,
        _UNIT,
        Column("sentence", TEXT, "原文", "The clause that promises", False),
        Column("date_text", TEXT, "时限原文", "The printed date", False),
        Column("due_date", DATE, "到期日", "Last day of the promised period; null where it cannot be told"),
        *_span("sentence", "承诺"),
    ),
)

DISCREPANCIES = Table(
    "discrepancies",
    "数字核对",
    "One row a comparison of something that the bulletin says in two places.",
    "discrepancy_id",
    (
        Column("discrepancy_id", TEXT, "核对编号", "bulletin_id, -d-, what is compared and where", False),
        _BULLETIN,
        Column("issue_id", TEXT, "条目编号", "The item, where it is about one"),
        Column(
            "code",
            TEXT,
            "核对项",
            "What is compared, e.g. issues, done, measures_with_suggestions",
            False,
            None,
            tuple(COMPARISONS),
        ),
        Column("declared", NUMBER, "通报所称", "The figure the text states"),
        Column("listed", NUMBER, "逐条统计", "The figure counted from the items"),
        Column("verdict", TEXT, "结论", "Outcome of the comparison", False, None, tuple(VERDICTS)),
        Column("severity", TEXT, "程度", "How much it matters", False, None, tuple(SEVERITIES)),
        Column("message", TEXT, "说明", "One sentence in Chinese", False),
        *_span("declared", "所称", nullable=True),
        *_span("listed", "条目", nullable=True),
    ),
)

PLACES = Table(
    "places",
    "版面位置",
    "One row a printed row, or the part of one in a cell, of a bulletin that has pages: where its characters stand.",
    "place_id",
    (
        Column("place_id", TEXT, "位置编号", "bulletin_id, -p, its place", False),
        _BULLETIN,
        *_span("text", "文字"),
        Column("page", WHOLE, "页码", "From 1", False),
        *(
            Column(
                name, NUMBER, label, f"{meaning} of its box, from the top left corner of the upright page", False, "磅"
            )
            for name, label, meaning in (
                ("left", "左", "Left edge"),
                ("top", "上", "Top edge"),
                ("right", "右", "Right edge"),
                ("bottom", "下", "Bottom edge"),
            )
        ),
    ),
)

DOCUMENTS = Table(
    "documents",
    "文件",
    "One row for every file found.",
    "path",
    (
        Column("path", TEXT, "文件", "Relative to the folder that was read, with forward slashes", False),
        Column("sha256", TEXT, "校验和", "Of the bytes as received; null where they could not be read"),
        Column("bytes", WHOLE, "大小", "Of the file as received", True, "字节"),
        Column("format", TEXT, "格式", "By the file's ending", False),
        Column("encoding", TEXT, "编码", "Of the text"),
        Column("status", TEXT, "结果", "What became of the file", False, None, tuple(DOCUMENT_STATUSES)),
        Column(
            "reason", TEXT, "原因", "Why it was not read, and what to do; of a file that was read: which part was not"
        ),
        Column("bulletin_id", TEXT, "通报编号", "Id of the bulletin that it holds"),
        Column(
            "version_of",
            TEXT,
            "计入的通报编号",
            "Id of the later version of the same bulletin that is counted in its place (a copy on another site, a revision)",
        ),
        Column("characters", WHOLE, "字数", "Length of the clean text", True, "字符"),
        Column("repairs", TEXT, "修复", "JSON: repair → how often it was made", False),
        Column("scanned_pages", WHOLE, "识别页数", "Pages without a text layer, which were recognised", True, "页"),
        Column("legibility", NUMBER, "识别把握", "Mean confidence of the recognised characters, 0 to 1"),
    ),
)

REVIEWS = Table(
    "reviews",
    "复核决定",
    "One row for every row of reviews.csv: what a person decided about a field of an item, and what became of it.",
    "review_id",
    (
        Column("review_id", TEXT, "决定编号", "Its time, a hyphen, 8 hex digits of the row's SHA-256", False),
        Column("decided_at", TEXT, "决定时间", "ISO, UTC", False),
        Column("reviewer", TEXT, "复核人", "Who decided", False),
        Column("path", TEXT, "文件", "The bulletin's file when it was decided", False),
        Column("issue_id", TEXT, "条目编号", "The item's id when it was decided", False),
        Column("n", TEXT, "序号", "The item's number when it was decided", False),
        Column("statement", TEXT, "问题", "The problem in the bulletin's words when it was decided", False),
        Column("field", TEXT, "复核项", "What was decided on", False, None, tuple(REVIEWED)),
        Column("old", TEXT, "原值", "What the ledger said; themes are divided by a bar, the primary first"),
        Column("new", TEXT, "新值", "What it should say", False),
        Column("reason", TEXT, "原因", "Why"),
        Column("outcome", TEXT, "处理结果", "What became of it", False, None, tuple(OUTCOMES)),
        Column("conflict", TEXT, "冲突", "Why it was not applied", True, None, tuple(CONFLICTS)),
        Column("fits", TEXT, "现条目编号", "The item that it is about now; null where none can be told"),
        Column("message", TEXT, "说明", "One sentence in Chinese, where there is something to say"),
    ),
)

TABLES = {
    table.name: table for table in (BULLETINS, ISSUES, MEASURES, COMMITMENTS, DISCREPANCIES, PLACES, DOCUMENTS, REVIEWS)
}


def arrow_schema(table: Table) -> pa.Schema:
    """The table's columns as an Arrow schema, with Chinese label, meaning and unit in each field's metadata."""
    return pa.schema(
        [
            pa.field(c.name, c.type, c.nullable, {"label": c.label, "meaning": c.meaning, "unit": c.unit or ""})
            for c in table.columns
        ],
        {"table": table.name, "label": table.label, "meaning": table.meaning, "key": table.key},
    )
