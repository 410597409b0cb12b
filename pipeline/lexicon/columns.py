"""What a column of a table holds, told by the words of its head and never by its place."""

import re
from collections.abc import Sequence
from functools import cache

from pipeline.lexicon.labels import field_of

FEWEST_COLUMNS = 3  # of a table of problems
ANSWERS = frozenset({"measures", "progress", "outcome"})
_NUMBER = re.compile("(?:序号|编号|号|问题序号|条目)$")
_ASPECT = re.compile(".*(?:类别|分类|类型|方面|领域|维度|板块|专题)$")
_UNIT = re.compile("(?:被?巡[察视])?(?:单位|党组织)(?:名称)?$")
# 责任领导、责任部门  责任领导/责任科室  整改措施（具体）: what parts the words of a header
_PARTS = re.compile(r"[、/／和及与（）()\s]+")


@cache
def column_of(words: str) -> str | None:
    """Say what a column holds by the words of its head; None where they do not tell.

    >>> [column_of(w) for w in ("序号", "反馈问题", "问题类别", "责任领导、责任部门", "整改进展情况", "备注")]
    ['n', 'statement', 'aspect', 'responsible', 'progress', None]
    """
    if _NUMBER.match(words):
        return "n"
    if _ASPECT.match(words):
        return "aspect"
    if _UNIT.match(words):
        return "unit"
    fields = {field_of(part) for part in (words, *_PARTS.split(words)) if part} - {None}
    return fields.pop() if len(fields) == 1 else None


def is_header(heads: Sequence[str]) -> bool:
    """Whether these are the heads of a table of problems: it names them and something that was done about them.

    >>> is_header(["序号", "存在问题", "整改措施"]), is_header(["序号", "姓名", "职务"])
    (True, False)
    """
    columns = {column_of(head) for head in heads}
    return bool({"statement", "suggestion"} & columns) and bool(ANSWERS & columns)
