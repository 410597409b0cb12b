"""Raw text → clean text: one paragraph a line, with what PDF, web page and markdown left behind taken away.

Characters are only deleted or replaced one by one, so every position leads back to the file as received.
"""

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import pairwise

from pipeline.lexicon import read_lines
from pipeline.lexicon.cues import opens_with_cue
from pipeline.lexicon.labels import read_label
from pipeline.numbering import read_marker
from pipeline.sources.offsets import Offsets, chain, cut
from pipeline.sources.rows import part_cells
from pipeline.text import HAN, level_width

# Deleted wherever they stand: carriage returns, invisible characters, bold marks, backslashes that escape punctuation.
_RESIDUE = re.compile(
    r"\r(?=\n)|[\u200b-\u200f\u2028-\u202e\u2060\ufeff\u00ad]|\*\*+|__+|\\(?=[!-/:-@\[-`{-~（）：；，])|&nbsp;?|</?(?:br|p|b|strong)\s*/?>"
)
# Deleted at the start of a line: heading marks, quotation marks and list marks of markdown.
_LINE_RESIDUE = re.compile(r"^ *(?:(?:#{1,6} *|> ?)+|[-*+] +(?=[\u3400-\u9fff*（【“《]))", re.MULTILINE)
_BLANKS = re.compile(" +")
_HAN = re.compile(f"[{HAN}]")
CELLS = 2  # tabs of a line from which on it may be the row of a table
NEAR = 3  # lines from one row to another at most: a heading or two may stand between
# 1  贯彻党的教育方针方面: after the number of a heading one blank stays, since nothing else parts them.
_BLANK_AFTER_NUMBER = re.compile(
    r"(?m)^ *(?:\d{1,2}(?:\.\d{1,2}){0,2}|[一二三四五六七八九十]{1,3})( +)(?=[\u3400-\u9fff“])(?! *[年月日])"
)
# Two or more blanks after the end of a sentence are a paragraph that lost its line break, and so are those before the next
# entry of an information block: 索引号：…　　发布机构：…
_MANY_BLANKS = re.compile(" {2,}")
_NEXT_ENTRY = re.compile("[\u3400-\u9fff]{2,6}：")

_PAGE_NUMBER = re.compile(r"[-—–·\s]*(?:第\s*)?\d{1,4}(?:\s*页)?(?:\s*[/，,]?\s*共?\s*\d{1,4}\s*页?)?[-—–·\s]*")
_BARE_NUMBER = re.compile(r"\d{1,3}")
# 发布机构：县民政局  浏览量：386: an entry of a web page's information block
_ENTRY_OF_BLOCK = re.compile(r"[\u3400-\u9fff]{2,8}：[^，。；：]{0,40}")
_DATE_LINE = re.compile(r"[\d〇零一二三四五六七八九十年月日.\-/ ]{6,}")
_SIGNED = re.compile(r"[^，。；：]{4,40}\d{4}年\d{1,2}月\d{1,2}日")
_REMARKED = re.compile("[。；][（【][^（）【】]{2,40}[）】]$")  # …到位。（正在整改）
_COUNTER = re.compile(r"(?:点击|浏览|阅读|访问)[次数量]{0,3}：?[\d,，]+ ?次?$")  # of a page, above its text
_PUNCTUATION = re.compile("[，。；：（《]")
_TITLE_TAIL = re.compile(r"(?:通报|公告|公示|报告|情况|函)(?:（[^）]*）)?$")
_PHRASE_END = re.compile(
    r"(?:方面|问题|整改|情况|如下|通报|公告|公示|报告|计划|打算|安排|措施|成效|效果|建议|意见|落实|到位|不够|不足|不严|不强|不实|不力|不高|不深|不细"
    r"|薄弱|差距|短板|缺失|淡化|弱化|虚化|滞后|突出|明显|工作|建设|责任|完成|坚持|推进|[个项条处件]|\d）|））)$"
)
_CLOSING = "，。、；：！？）》”’%"  # begins no paragraph
_TOLD = re.compile("。|整改情况：.{12}")  # what no heading has: a sentence's end, or a label with much behind it
_OPEN_END = re.compile(r"[‘—]$|(?:[的和与及对把将在是为被从]|(?<!方)向)$")


@dataclass(frozen=True, slots=True)
class Repaired:
    """A clean text, where its characters come from, and how often each repair was made."""

    text: str
    offsets: Offsets
    repairs: dict[str, int]


@dataclass(slots=True)
class _Line:
    start: int
    end: int
    text: str
    indented: bool


def repair(raw: str, *, paragraphs: bool = False) -> Repaired:
    r"""The clean text of a raw one.

    Parameters
    ----------
    raw
        The text as received.
    paragraphs
        Whether a line is known to be a paragraph, as in a word processor's file. Then only a title over several lines and a
        line that begins with closing punctuation are joined to the one before, and no line is taken for a head of a page.
        A file whose lines are all of one width was wrapped by hand, and is read like any other text.

    >>> r = repair("# 一、总体情况\n\n一是**加强**学\n- 3 -\n习 。\n")
    >>> r.text, r.repairs
    ('一、总体情况\n一是加强学习。', {'lines_joined': 1, 'page_numbers': 1, 'residue': 3})
    """
    parted = part_cells(raw)
    levelled = _keep_cells(parted, level_width(parted)) if "\t" in parted else level_width(parted)
    if "\r" in levelled:
        levelled = re.sub(r"\r(?!\n)", "\n", levelled)
    repairs: Counter[str] = Counter()
    indents = _indented_lines(levelled)
    levelled = _restore_breaks(levelled, repairs)
    text, outer = _delete_residue(levelled, repairs)
    lines = _lines(text, indents, outer)
    width = _wrap_width(lines)
    whole = paragraphs and width is None
    lines = _drop_page_numbers(lines, repairs, whole=whole)
    if not whole:
        lines = _drop_running_heads(lines, repairs)
        width = _wrap_width(lines)
    holes = _breaks_to_delete(lines, len(text), repairs, width=width, whole=whole)
    clean, inner = cut(text, holes)
    return Repaired(clean, chain(inner, outer, len(clean)), dict(sorted(repairs.items())))


def _keep_cells(raw: str, levelled: str) -> str:
    """The levelled text with the tabs that part the cells of a table: two and more in a line, and in another one near it."""
    old, new = raw.split("\n"), levelled.split("\n")
    filled = [(n, line.count("\t")) for n, line in enumerate(old) if line.strip()]
    rows = [n for n, (_, tabs) in enumerate(filled) if tabs >= CELLS]
    near = [
        row
        for before, row, after in zip([-9, *rows], rows, [*rows[1:], 10**9], strict=False)
        if row - before <= NEAR or after - row <= NEAR
    ]
    for n in (filled[row][0] for row in near):
        new[n] = "".join("\t" if a == "\t" else b for a, b in zip(old[n], new[n], strict=True))
    return "\n".join(new)


def _indented_lines(text: str) -> frozenset[int]:
    """Where the lines begin that are indented by a paragraph's two full-width blanks (or four of ASCII)."""
    return frozenset(m.end() for m in re.finditer(r"(?m)^ {2,8}(?=[^ \n])", text))


def _restore_breaks(text: str, repairs: Counter[str]) -> str:
    pieces, position = [], 0
    for blanks in _MANY_BLANKS.finditer(text):
        before, after = text[max(0, blanks.start() - 1) : blanks.start()], text[blanks.end() : blanks.end() + 1]
        inside = before not in {"", "\n"} and after not in {"", "\n"}
        if inside and (before in "。；：！？”）" or _NEXT_ENTRY.match(text, blanks.end())):
            pieces += [text[position : blanks.start()], "\n"]
            position = blanks.start() + 1
    if pieces:
        repairs["breaks_restored"] += len(pieces) // 2
    return "".join((*pieces, text[position:]))


def _delete_residue(text: str, repairs: Counter[str]) -> tuple[str, Offsets]:
    """The text without residue; two passes, since blanks are judged by their neighbours once residue is gone."""
    holes = sorted({m.span() for p in (_RESIDUE, _LINE_RESIDUE) for m in p.finditer(text) if m.end() > m.start()})
    if holes:
        repairs["residue"] += len(holes)
    first, outer = cut(text, _merged(holes))
    numbered = {m.start(1) for m in _BLANK_AFTER_NUMBER.finditer(first)}
    blanks = [
        (m.start() + (m.start() in numbered or _separates(first, *m.span())), m.end()) for m in _BLANKS.finditer(first)
    ]
    second, inner = cut(first, [(start, end) for start, end in blanks if start < end])
    return second, chain(inner, outer, len(second))


def _separates(text: str, start: int, end: int) -> bool:
    """Whether one of these blanks must stay: between Han characters, or inside an ASCII run; elsewhere it separates nothing."""
    before, after = text[start - 1 : start], text[end : end + 1]
    if not before or not after:
        return False
    if _HAN.match(before):
        return bool(_HAN.match(after))
    return before.isascii() and (before.isalnum() or before in ".)") and after.isascii() and after.isalnum()


def _merged(holes: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in holes:
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _lines(text: str, indents: frozenset[int], offsets: Offsets) -> list[_Line]:
    """The lines that hold something."""
    origin = dict(zip(*offsets, strict=True))
    lines = []
    start = 0
    for line in text.split("\n"):
        end = start + len(line)
        if line:
            lines.append(_Line(start, end, line, origin.get(start, -1) in indents))
        start = end + 1
    return lines


def _drop_page_numbers(lines: list[_Line], repairs: Counter[str], *, whole: bool) -> list[_Line]:
    """Without lines that hold a page number only: decorated (- 3 -, 第3页), or a bare number where it interrupts a sentence.

    Where lines are whole paragraphs, a bare number interrupts nothing.
    """
    kept: list[_Line] = []
    for index, line in enumerate(lines):
        bare = _BARE_NUMBER.fullmatch(line.text)
        numbered = "\t" not in line.text and _PAGE_NUMBER.fullmatch(line.text) and not _DATE_LINE.fullmatch(line.text)
        if numbered and (not bare or (not whole and _interrupts(lines, index))):
            repairs["page_numbers"] += 1
        else:
            kept.append(line)
    return kept


def _interrupts(lines: list[_Line], index: int) -> bool:
    before = lines[index - 1].text if index else "。"
    return len(before) > 10 and before[-1] not in "。！？；：" and index + 1 < len(lines)


def _drop_running_heads(lines: list[_Line], repairs: Counter[str]) -> list[_Line]:
    """Without lines that come back word for word and each time but the first interrupt a sentence: heads of pages."""
    places: defaultdict[str, list[int]] = defaultdict(list)
    for index, line in enumerate(lines):
        if (
            6 <= len(line.text) <= 60
            and line.text[-1] not in "。；："
            and "：" not in line.text
            and "\t" not in line.text
        ):
            places[line.text].append(index)
    heads = {
        words
        for words, at in places.items()
        if len(at) >= 3 and not read_marker(words) and all(_interrupts(lines, i) for i in at[1:])
    }
    kept: list[_Line] = []
    met: set[str] = set()
    for line in lines:
        if line.text in heads and line.text in met:
            repairs["running_heads"] += 1
            continue
        met.add(line.text)
        kept.append(line)
    return kept


def _breaks_to_delete(
    lines: list[_Line], length: int, repairs: Counter[str], *, width: int | None, whole: bool
) -> list[tuple[int, int]]:
    """The holes between the lines: all of a gap where two lines belong together, all but its line break where not."""
    if not lines:
        return [(0, length)] if length else []
    holes = [(0, lines[0].start)] if lines[0].start else []
    paragraph = lines[0].text
    for before, after in pairwise(lines):
        if _continues_whole(paragraph, before, after) if whole else _continues(paragraph, before, after, width):
            holes.append((before.end, after.start))
            repairs["lines_joined"] += 1
            paragraph = (paragraph + after.text)[-400:] if len(paragraph) > 800 else paragraph + after.text
        else:
            if after.start - before.end > 1:
                # One character of the gap must stay as the line break: the newline that ends the line before.
                holes.append((before.end + 1, after.start))
            paragraph = after.text
    if lines[-1].end < length:
        holes.append((lines[-1].end, length))
    return holes


def _wrap_width(lines: list[_Line]) -> int | None:
    """The length at which the file's lines are wrapped, or None where a line is a paragraph."""
    open_ended = [len(line.text) for line in lines if line.text[-1] not in "。！？；：" and len(line.text) > 12]
    if len(lines) < 8 or len(open_ended) * 2 < len(lines):
        return None
    lengths = sorted(open_ended)
    width = lengths[int(len(lengths) * 0.9)]
    near = sum(width - 4 <= n <= width + 2 for n in lengths)
    return width if width <= 60 and near * 2 > len(lengths) else None


def _continues_whole(paragraph: str, before: _Line, after: _Line) -> bool:
    """Whether a paragraph was cut in two all the same: a title over several lines, or a line that cannot begin one."""
    if "\t" in after.text or "\t" in before.text:
        return False
    return after.text[0] in _CLOSING or _goes_on_title(paragraph, after.text)


def _continues(paragraph: str, before: _Line, after: _Line, width: int | None) -> bool:
    """Whether the line after goes on with the paragraph, which the line before ends so far.

    The first reason decides, in the order: what the next line is, how the paragraph ends, how the file is wrapped.
    """
    if "\t" in after.text or "\t" in before.text:
        return False
    if after.text[0] in _CLOSING or _goes_on_title(paragraph, after.text):
        return True
    full = width is not None and len(before.text) >= width - 3
    if (full or paragraph[-1] == "；") and _goes_on_list(paragraph, after.text):
        return True
    if _begins_paragraph(after.text):
        return False
    if paragraph[-1] in "，、（《“":
        return True
    if after.indented or _is_complete(paragraph):
        return False
    if _OPEN_END.search(paragraph) or _left_open(paragraph, after.text):
        return True
    if full:
        return True
    return not _is_short(paragraph) if not _may_be_heading(paragraph) else _completes(paragraph, after.text)


def _goes_on_title(paragraph: str, after: str) -> bool:
    """中共云栖市图书馆支部委员会 / 关于巡察整改情况的通报, or 云栖市图书馆关于巡察整改 / 进展情况的通报."""
    if after.startswith("关于"):
        return _is_name(paragraph) and _is_title(after)
    unfinished = _is_title(paragraph) and not _TITLE_TAIL.search(paragraph)
    if "关于" in paragraph and len(paragraph) <= 60 and not unfinished:  # cut within a word, or before 的通报
        cut = after.startswith("的") if _is_title(paragraph) else not _is_title(after)
        return cut and len(after) <= 40 and _is_whole_title(paragraph + after)
    return unfinished and len(after) <= 40 and not _begins_paragraph(after) and not _DATE_LINE.fullmatch(after)


def _goes_on_list(paragraph: str, line: str) -> bool:
    """Whether the line begins with the next number, as （8）, of a list that runs inside the paragraph up to （7）."""
    marker = read_marker(line)
    if marker is None or marker.kind != "ar_paren" or not marker.number:
        return False
    return marker.number > 1 and f"（{marker.number - 1}）" in paragraph[1:]


def _begins_paragraph(line: str) -> bool:
    """Whether the line is one that begins a paragraph, whatever stands before it."""
    return bool(
        read_marker(line)
        or _is_whole_title(line)
        or read_label(line, 0, len(line))
        or opens_with_cue(line)
        or _opens_issue(line)
        or _DATE_LINE.fullmatch(line)
    )


def _is_complete(paragraph: str) -> bool:
    """Whether the paragraph ends as one that is whole."""
    return bool(
        paragraph[-1] in "。！？；：…]】"
        or (paragraph[-1] in "”’）" and paragraph[-2:-1] in "。！？")
        or _REMARKED.search(paragraph[-50:])
        or _COUNTER.search(paragraph[-30:])
        or _DATE_LINE.fullmatch(paragraph)
        or _SIGNED.fullmatch(paragraph)
        or _is_title(paragraph)
    )


def _is_short(paragraph: str) -> bool:
    """Whether the paragraph could be whole without a full stop: a label with its value, or a phrase that ends as one."""
    if _is_short_label(paragraph) or _ENTRY_OF_BLOCK.fullmatch(paragraph):
        return True
    return len(paragraph) <= 60 and bool(_PHRASE_END.search(paragraph))


def _may_be_heading(paragraph: str) -> bool:
    """Whether the paragraph is a numbered heading, or nothing but a phrase since the last full stop: an unnumbered one."""
    if _is_short_label(paragraph) or _ENTRY_OF_BLOCK.fullmatch(paragraph):
        return False
    numbered = not _TOLD.search(paragraph) and len(paragraph) <= 100 and read_marker(paragraph) is not None
    return numbered or (len(paragraph) <= 40 and not _PUNCTUATION.search(paragraph))


def _completes(heading: str, after: str) -> bool:
    """Whether a line is the rest of a heading:廉政风险防控重部署轻落 / 实."""
    return _is_fragment(after) and not (read_marker(heading) and _PHRASE_END.search(heading))


def _is_title(paragraph: str) -> bool:
    return (
        len(paragraph) <= 80
        and bool(re.search(r"关于.*(?:巡[视察]|整改)", paragraph))
        and not read_marker(paragraph)
        and not re.search("[，。；：]", paragraph)
    )


def _is_whole_title(text: str) -> bool:
    return _is_title(text) and bool(_TITLE_TAIL.search(text)) and not text.startswith("关于")


def _is_name(paragraph: str) -> bool:
    """Whether the paragraph could be the first line of a title: the name of the unit alone."""
    return 4 <= len(paragraph) <= 40 and not re.search("[，。；：、>›»|/]", paragraph) and not read_marker(paragraph)


def _opens_issue(text: str) -> bool:
    return bool(re.match(r"针对.{2,80}问题|关于.{2,80}问题(?:的|。|：|$)", text))


def _left_open(paragraph: str, after: str) -> bool:
    """Whether a quote or bracket that the paragraph opens is closed first thing that matters in the line after."""
    for opener, closer in ("“”", "《》", "（）"):
        if paragraph.count(opener) > paragraph.count(closer):
            close, open_again = after.find(closer), after.find(opener)
            if close != -1 and (open_again == -1 or close < open_again):
                return True
    return False


def _is_short_label(paragraph: str) -> bool:
    """整改状态：已完成: a label with a word or two is complete without a full stop."""
    label = read_label(paragraph, 0, len(paragraph))
    return label is not None and len(paragraph) - label.end <= 24 and "。" not in paragraph


def _is_fragment(text: str) -> bool:
    """Whether a line is too little to be a paragraph: a word cut off, or the rest of a heading."""
    return (len(text) <= 8 and text not in read_lines("short_lines")) or bool(
        re.match(r"[^，。；：]{0,30}(?:的整改|整改情况|问题|方面)[。：]?$", text)
    )
