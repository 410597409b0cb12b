"""Where each item ends, and where the body of the bulletin does."""

import re

from pipeline.bulletins.leaves import Leaf
from pipeline.bulletins.lines import Line
from pipeline.records import Span

_ONE_LINE = frozenset({"status", "responsible", "deadline"})  # labels whose value never goes on in the next paragraph
# How lines begin with which the body of a bulletin is over …
_CLOSING = re.compile(
    r"欢迎(?:广大|社会|各界|干部|党员|群众)|(?:监督|联系|举报|咨询|受理|意见反馈)(?:电话|方式|信箱|邮箱|地址|人)|电子邮[箱件]|邮政?编码?|通[讯信]地址"
    r"|特此(?:通报|公告|公示|报告)|(?:如|若)(?:有|对)|对(?:以上|上述|本)[^。]{0,12}(?:意见|异议|情况)|上一[篇条]|下一[篇条]|责任编辑|打印本?页|关闭窗口"
    r"|分享到|扫一扫|版权所有|来源：|附件：?|公示期|[（(]此件"
)
# … or what they say: a telephone number, an address of e-mail.
_CONTACT = re.compile(
    r"(?:电话|传真|邮编|邮政编码|信箱|邮箱)[^，。；\n]{0,10}?：?[（(]?(?:\d[\d\-（）()]{5,}|[\w.\-]+@)"
)
_DATE_LINE = re.compile(
    r"[（]?(?:\d{4}|[〇零○一二三四五六七八九]{4})年[\d一二三四五六七八九十]{1,3}月(?:[\d一二三四五六七八九十]{1,3}日)?[）]?$"
)
_SIGNATURE = re.compile(
    r"(?:中共|中国共产党)?[\u3400-\u9fff（）]{4,40}(?:委员会|党组|党委|党支部|党总支|支部|党工委|局|馆|院|校|中心|集团|公司|办公室)(?:\d{4}年\d{1,2}月\d{1,2}日)?$"
)
_OUTLOOK_PARAGRAPH = re.compile(
    r"(?:[^。]{0,10}整改[^。]{0,16}(?:永远在路上|没有终点|不是终点|只有进行时|没有完成时)[^。]{0,10}。)?"
    r"(?:下一?步|接下来|今后|在今后|后续)[^。]{0,20}(?:将|要|继续|[局馆院校镇县乡司会])"
)


def find_ends(text: str, lines: list[Line], leaves: list[Leaf]) -> list[int]:
    """Where the text of each leaf ends."""
    ends = []
    for leaf in leaves:
        node = leaf.node
        last = lines[node.last - 1].end if node.last > node.first else lines[node.first].end
        ends.append(last)
    if leaves:
        ends[-1] = _last_end(text, lines, leaves[-1])
    return ends


def _last_end(text: str, lines: list[Line], leaf: Leaf) -> int:
    """Where the last leaf ends: before outlook, contact, signature and date, if no heading parts them from it."""
    first, last = leaf.node.first, leaf.node.last
    short_from = last  # from this line on all lines are short, as those of a signature are
    while short_from > first and lines[short_from - 1].end - lines[short_from - 1].start <= 60:
        short_from -= 1
    for index in range(first + 1, last):
        line = lines[index]
        words = text[line.start : line.end]
        if line.label and not _CLOSING.match(words):
            continue
        label = lines[index - 1].label
        if line.kind is None and not line.cue and label and label.field in _ONE_LINE:
            return lines[index - 1].end
        closing = _CLOSING.match(words) or _CONTACT.search(words) or _DATE_LINE.match(words)
        if (
            closing
            or (index >= short_from and _SIGNATURE.match(words))
            or (line.kind is None and _OUTLOOK_PARAGRAPH.match(words))
        ):
            return lines[index - 1].end
    return lines[last - 1].end


def tail_without_items(text: str, lines: list[Line]) -> int:
    """Where contact, signature and date begin in a text that has no items."""
    for line in lines[len(lines) // 2 :]:
        if _CLOSING.match(text, line.start) or _CONTACT.search(text, line.start, line.end):
            return line.start
    return lines[-1].start if lines else 0


def outside_of_items(text: str, leaves: list[Leaf], ends: list[int], tail: int) -> list[Span]:
    """The parts of the text that belong to no item, up to where the last one ends."""
    spans = []
    position = 0
    for leaf, end in zip(leaves, ends, strict=True):
        if leaf.node.line is not None:
            if leaf.node.line.start > position:
                spans.append((position, leaf.node.line.start))
            position = max(position, end)
    if position < tail or not leaves:
        spans.append((position, max(tail, len(text) if not leaves else tail)))
    return spans
