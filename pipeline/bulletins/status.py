"""What the words about an item say of its status."""

import re
from dataclasses import dataclass

from pipeline.bulletins.headings import remark
from pipeline.bulletins.wording import only_status
from pipeline.text import trim

_OF_THE_ISSUE = re.compile("(?<=，)(?:目前)?[该此本这](?:项|个|条)?(?:问题|事项|任务|整改)")
# 正在推进，预计2025年12月底前完成。
_PROMISE = re.compile("，(?:预计|计划|拟|力争|争取|确保|目标)")


@dataclass(frozen=True, slots=True)
class Stated:
    """A status and the words that state it."""

    status: str
    start: int
    end: int


def whole_status(text: str, start: int, end: int) -> Stated | None:
    """The status that the span states and does nothing else, or None.

    >>> s = "目前，该问题已完成整改，并长期坚持。"
    >>> whole_status(s, 0, len(s)).status, whole_status("召开会议已完成部署", 0, 9)
    ('done_ongoing', None)
    """
    start, end = trim(text, start, end, " 。；：，（）【】\n")
    status = only_status(text[start:end])
    return Stated(status, start, end) if status else None


def leading_status(text: str, start: int, end: int) -> tuple[Stated | None, int]:
    """The status that the span begins with (已完成。一是…), and where the text after it begins."""
    stop = re.compile(r"[。；\n]|$").search(text, start, end)
    first = stop.start() if stop else end
    whole = whole_status(text, start, first)
    if whole is None and (comma := text.find("，", start, first)) != -1:
        whole, first = whole_status(text, start, comma), comma
    return (whole, first + 1) if whole else (None, start)


def closing_status(text: str, start: int, end: int) -> tuple[Stated | None, int]:
    """The status that the span ends with, in brackets or as its last sentence, and where the text before it ends."""
    start, end = trim(text, start, end)
    bracket = remark(text, start, end)
    if bracket:
        # （已完成）  （正在整改：预计8月到岗）  （基本完成，余下2处拟年底前完成）
        whole = whole_status(text, *bracket) or whole_status(text, *_first_clause(text, *bracket))
        if whole:
            return whole, bracket[0] - 1
    body_end = end
    while body_end > start and text[body_end - 1] in "。； ）":
        body_end -= 1
    last = max(text.rfind(c, start, body_end) for c in "。；\n") + 1
    last = max(last, start)
    whole = whole_status(text, last, end)
    if whole:
        return whole, last
    clause = _first_clause(text, last, end)
    if _PROMISE.match(text, clause[1], end) and (whole := whole_status(text, *clause)):
        return whole, last
    # 由于项目需报批，该问题正在推进整改，预计年底前完成。
    for named in _OF_THE_ISSUE.finditer(text, last, end):
        if whole := whole_status(text, *_first_clause(text, named.start(), end)):
            return whole, last
    return None, end


def _first_clause(text: str, start: int, end: int) -> tuple[int, int]:
    found = re.compile("[：，；]").search(text, start, end)
    return start, found.start() if found else end
