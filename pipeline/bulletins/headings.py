"""A heading → the span of what it names: without number, 关于/针对, outer quotes, 问题的整改 and status in brackets."""

import re

from pipeline.bulletins import wording
from pipeline.bulletins.lines import Line
from pipeline.bulletins.wording import ABOUT
from pipeline.lexicon.labels import read_label
from pipeline.text import closing_quote, first_sentence_end, trim, unquote

# What stands before the problem itself.
_LEAD = re.compile(
    r"(?:关于|针对|对于|围绕)?(?:反馈(?:意见)?(?:中)?(?:指出|提出)?的?|巡[视察]组?(?:反馈|指出)的?)?(?=[“‘\u3400-\u9fff])"
)
_FINDER = re.compile(r"(?:反馈|巡[视察])(?:组|意见)?(?:中)?(?:反馈)?(?:指出|提出|反馈)的?(?=[“‘])")
# What stands after it, only cut where 关于/针对 opens the phrase or 整改 closes it.
_TAIL = re.compile(
    r"(?:的?(?:问题|意见建议|建议))(?:的?(?:整改|落实|办理|采纳))(?:工作)?(?:的?(?:落实|完成|进展|推进))?(?:情况|进展)?$"
    r"|的(?:整改|落实|办理)(?:落实|完成|进展)?(?:情况|进展)?$|(?:整改|整改落实|整改完成|整改进展|进展)情况$|的?(?:意见)?建议$"
)
# The same after the quote that it closes: 关于“Z。在这里还说事实”问题的整改
_AFTER_QUOTE = re.compile(
    r"(?:等|方面|的)*(?:问题)?(?:的?整改)?(?:工作)?(?:的?(?:落实|完成|进展|推进))?(?:情况)?(?=[\n。：；（【]|$)"
)
_PROBLEM_TAIL = re.compile(r"的?问题$")
_GROUP_TAIL = re.compile(r"(?:等)?方面(?:存在)?(?:的)?(?:问题)?(?:的?整改)?(?:落实|进展|完成)?(?:情况)?$")
_GROUP_LEAD = re.compile(r"(?:关于|针对|对于|在|聚焦(?=[“‘]))")
# A remark in brackets at the end: （已完成） （整改时限：2025年6月） （3个问题）
_REMARK = re.compile(r"[（【〔\[]([^（）【】〔〕\[\]\n]{1,60})[）】〕\]][。；：]?$")
_EDGES = " 。；：，、\n—-【】"


def statement_span(text: str, line: Line, end: int) -> tuple[int, int, int]:
    """The span of the problem that the heading states, and where the text after it begins.

    >>> from pipeline.bulletins.lines import read_lines
    >>> s = "1.关于“三定”相关问题的整改"
    >>> a, b, rest = statement_span(s, read_lines(s)[0], len(s)); s[a:b], s[rest:]
    ('“三定”相关', '')
    >>> s = "针对制度落实不到位的问题。一是压实责任"
    >>> a, b, rest = statement_span(s, read_lines(s)[0], len(s)); s[a:b], s[rest:]
    ('制度落实不到位', '。一是压实责任')
    """
    start = line.label.end if line.label else line.head
    line_end = min(line.end, end)
    start, _ = trim(text, start, line_end)
    about = ABOUT.match(text, start, line_end)
    stop = _before_label(text, start, first_sentence_end(text, start, line_end))
    if about and about.end() <= stop:
        tail = _tail_after(text, about.end(), line_end)
        if tail <= stop or text[about.end() : about.end() + 1] in "，：；":
            found = _FINDER.match(text, about.start(1), about.end(1))
            stop_at = about.end(1) - (text[about.end(1) - 2 : about.end(1)] in {"”等", "’等"})
            a, b = _bare(text, found.end() if found else about.start(1), stop_at)
            inner = first_sentence_end(text, a, b)
            return (a, inner, inner) if inner < b else (a, b, tail)
    if (
        text[start : start + 1] == "“"
        and (close := closing_quote(text, start, line_end)) != -1
        and _is_whole_quote(text, close, line_end)
    ):
        inner = first_sentence_end(text, start + 1, close)
        return (*_bare(text, start + 1, inner), inner if inner < close else close + 1)
    colon = _colon(text, start, stop)
    rest = stop if colon is None else colon
    a, b = _strip(text, start, rest)
    if (bracket := text.find("（", b, rest)) != -1 and remark(text, bracket, rest):
        rest = bracket
    inner = first_sentence_end(text, a, b)
    if inner < b and text[a - 1] in "“‘":
        return a, inner, inner
    return a, b, rest


def _before_label(text: str, start: int, end: int) -> int:
    """Where the first sentence ends if a field follows in it: X不系统；责任领导：…；整改措施：…."""
    position = text.find("；", start, end)
    while position != -1:
        label = read_label(text, position + 1, end)
        inside = text.count("（", start, position) > text.count("）", start, position)
        if label and label.end < end and not inside:
            return position
        position = text.find("；", position + 1, end)
    return end


def _is_whole_quote(text: str, close: int, end: int) -> bool:
    """Whether a quote that opens a heading is the problem itself, as in “Z。…”（已完成）, not a name."""
    return close + 1 == end or text[close + 1] in "（：。，【"


def _tail_after(text: str, position: int, end: int) -> int:
    """Where the words 的整改情况 that follow 问题 end."""
    found = re.compile(r"(?:的?整改)?(?:的?(?:落实|完成|进展))?(?:情况)?").match(text, position, end)
    return found.end() if found else position


def after_quote(text: str, position: int, end: int) -> int:
    """Where the words end that close a heading after its quote (”问题的整改); `position` where there are none.

    >>> s = "关于“学习不深。全年未学原文”问题的整改：一是补学"
    >>> s[after_quote(s, s.index("”") + 1, len(s)) :]
    '：一是补学'
    """
    found = _AFTER_QUOTE.match(text, position, end)
    return found.end() if found else position


def _colon(text: str, start: int, stop: int) -> int | None:
    """Where a colon ends the problem before the sentence does (政治站位不高：2021年以来…)."""
    position = text.find("：", start, stop)
    if position == -1 or any(
        text.count(a, start, position) > text.count(b, start, position) for a, b in ("“”", "（）")
    ):
        return None
    named = text[position - 1] in "”’" or text.startswith(("关于", "针对"), start)
    return position if position == stop - 1 or named or wording.states_problem(text[start:position]) else None


def _strip(text: str, start: int, end: int) -> tuple[int, int]:
    start, end = trim(text, start, end, _EDGES)
    while (remark := _REMARK.search(text, start, end)) and _is_remark(remark[1]):
        start, end = trim(text, start, remark.start(), _EDGES)
    lead = _LEAD.match(text, start, end)
    begin = lead.end() if lead else start
    tail = _TAIL.search(text, begin, end)
    if tail and tail.start() > begin:
        end = tail.start()
    elif (problem := _PROBLEM_TAIL.search(text, begin, end)) and (begin > start or _names_it(text[begin : end - 2])):
        end = problem.start()
    return _bare(text, begin, end)


def _names_it(words: str) -> bool:
    """Whether the words before 的问题 name the problem without it: 记录不规范的问题, not 存在先支付后讨论的问题."""
    return words.endswith("的") and not words.startswith(("存在", "疑似", "有", "出现")) and not words.endswith("等的")


def _bare(text: str, start: int, end: int) -> tuple[int, int]:
    """Without blanks and quotes around the whole."""
    start, end = trim(text, start, end, _EDGES)
    return trim(text, *unquote(text, start, end), _EDGES)


def _is_remark(words: str) -> bool:
    return bool(
        wording.read_status(words) or re.search(r"时限|责任|牵头|[个项条]问题|^\d+[个项条]$|已?完成|整改", words)
    )


def remark(text: str, start: int, end: int) -> tuple[int, int] | None:
    """The span of the remark in brackets at the end of the span, or None."""
    found = _REMARK.search(text, start, end)
    return (found.start(1), found.end(1)) if found and _is_remark(found[1]) else None


def group_span(text: str, line: Line) -> tuple[int, int]:
    """The span of the words of a heading above the issues.

    >>> from pipeline.bulletins.lines import read_lines
    >>> s = "（一）关于聚焦基层党组织建设方面"
    >>> a, b = group_span(s, read_lines(s)[0]); s[a:b]
    '聚焦基层党组织建设'
    """
    start = line.label.end if line.label else line.head
    end = line.end if line.kind == "plain" else first_sentence_end(text, start, line.end)
    start, end = trim(text, start, end, _EDGES)
    while (found := _REMARK.search(text, start, end)) and _is_remark(found[1]):
        start, end = trim(text, start, found.start(), _EDGES)
    lead = _GROUP_LEAD.match(text, start, end)
    begin = lead.end() if lead else start
    tail = _GROUP_TAIL.search(text, begin, end) or _TAIL.search(text, begin, end)
    if tail and tail.start() > begin:
        end = tail.start()
    elif (lead or text[begin] == "“") and (problem := _PROBLEM_TAIL.search(text, begin, end)):
        end = problem.start()
    return _bare(text, begin, end)
