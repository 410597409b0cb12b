"""Makes ten forms of one bulletin by real programs: what a reader of any of them has to give is known from its text.

`make(form, bulletins)` gives the bytes of each. Programs: python-docx, LibreOffice, Chromium (driven by playwright), PDFium and
Pillow for the scans, openpyxl. `missing(form)` says which of them is not here.
"""

import html
import io
import re
import shutil
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial
from importlib.util import find_spec
from string import Template

from docx.document import Document as Word
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from make_forms import (
    NUMBER,
    PART,
    PRINT,
    SECTION,
    TEMPLATES,
    Look,
    Twin,
    add_numbering,
    marked,
    new_document,
    numbered,
    packed,
    pasted,
    pasted_table,
    printed_all,
    scanned_pages,
    spans,
    write_line,
    write_signature,
    write_table,
)
from openpyxl import Workbook
from openpyxl.styles import Alignment

from pipeline.bulletins import parse
from pipeline.numerals import read_whole
from pipeline.records import Item
from pipeline.sources.office import find_office
from pipeline.sources.raw import join_lines
from pipeline.sources.read import FORMATS

TEXT, GB18030, HTML = "text", "text, GB18030", "HTML"
DOCX, NUMBERED, TABLE = "DOCX, typed", "DOCX, numbers automatic", "DOCX, table"
OFFICE, BROWSER = "PDF, LibreOffice", "PDF, Chromium"
SCAN_150, SCAN_300 = "scan, 150 dpi", "scan, 300 dpi"
XLSX = "XLSX"
SCANS = (SCAN_150, SCAN_300)
TABLES = (TABLE, XLSX)  # made of the items as a table
SUFFIX = {GB18030: ".txt", HTML: ".html", XLSX: ".xlsx"} | dict.fromkeys((DOCX, NUMBERED, TABLE), ".docx")
SUFFIX |= dict.fromkeys((OFFICE, BROWSER, SCAN_150, SCAN_300), ".pdf")
URL = "https://www.example.org/zwgk/content_1.html"
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
_DATE = re.compile(r"\d{4}年\d{1,2}月\d{1,2}日")
_LIKE_TITLE = re.compile("(?m)^.{4,60}关于.*(?:整改|巡[视察]).*$")
_HEADER = ("问题类别", "序号", "反馈问题", "整改措施", "责任单位", "完成时限", "落实情况", "完成情况")
_WIDTHS = (2.0, 1.1, 4.4, 5.6, 2.4, 2.2, 4.8, 2.0)  # centimetres
_STATUS = {"done": "已完成", "done_ongoing": "已完成并长期坚持", "in_progress": "正在推进", "not_started": "未启动"}


# What is to be made


def bulletin_of(name: str, text: str) -> Twin:
    """Part the clean text of a bulletin: title, paragraphs, table, and who signs when, with what a page has below."""
    lines = text.split("\n")
    title = parse(text).facts.get("title")
    place = title.span[0] if title else next((m.start() for m in _LIKE_TITLE.finditer(text)), 0)
    first = text.count("\n", 0, place)
    last = text.count("\n", 0, title.span[1]) if title else first
    signed = next((n for n in range(len(lines) - 1, last + 1, -1) if _DATE.fullmatch(lines[n])), len(lines))
    signed -= signed < len(lines) and not lines[signed - 1].endswith("。")
    body = [*lines[:first], *lines[last + 1 : signed]]
    rows = [n for n, line in enumerate(body) if "\t" in line]
    begin, end = (rows[0], rows[-1] + 1) if rows else (len(body), len(body))
    table = [line.split("\t") for line in body[begin:end]]
    return Twin(name, lines[first : last + 1], body[:begin], table, body[end:], lines[signed:], URL)


def tabled(twin: Twin) -> Twin:
    """The bulletin as an office would have it in a table: a row an item, what is above and below the items as it is.

    One that has a table already keeps its own.
    """
    if twin.table:
        return twin
    text = text_of(twin)
    items = parse(text).items
    if not items:
        return twin
    lines = text.split("\n")
    first = text.count("\n", 0, items[0].span[0])
    last = text.count("\n", 0, max(item.span[1] for item in items))
    while first > len(twin.title) and not lines[first - 1].endswith("。"):
        first -= 1  # the headings above the first item are its row now
    rows = [list(_HEADER), *map(_row, items)]
    for below, above in zip(rows[:1:-1], rows[-2:0:-1], strict=True):
        if below[0] == above[0]:
            below[0] = ""  # merged with the cell above
    filled = [any(column) for column in zip(*rows[1:], strict=True)]
    rows = [[cell for cell, kept in zip(row, filled, strict=True) if kept] for row in rows]
    after = [line for line in lines[last + 1 :] if line not in twin.signature]
    return replace(twin, before=lines[len(twin.title) : first], table=rows, after=after)


def _row(item: Item) -> list[str]:
    told = [item.outcome, item.incomplete_reason, item.next_steps]
    cells = (
        item.aspect,
        item.n,
        join_lines(filter(None, [f"{item.statement.rstrip('。；')}。", item.description])),
        item.measures_text,
        item.responsible,
        item.deadline,
        join_lines(filter(None, told)),
        _STATUS.get(item.status, ""),
    )
    return [join_lines((cell or "").split("\n")) for cell in cells]


def text_of(twin: Twin) -> str:
    """The bulletin as text, rows of its table with tabs."""
    rows = ["\t".join(row) for row in twin.table]
    return "\n".join([*twin.title, *twin.before, *rows, *twin.after, *twin.signature])


# The forms


def gb18030(twins: Sequence[Twin]) -> list[bytes]:
    return [text_of(twin).encode("gb18030") for twin in twins]


def pages(twins: Sequence[Twin]) -> list[bytes]:
    """Saved pages, by turns as four content managers write them; every second in what its page calls gb2312."""
    return [
        _page(twin, _WAYS[number % len(_WAYS)], "gb2312" if number % 2 else "utf-8")
        for number, twin in enumerate(twins)
    ]


def _page(twin: Twin, way: Callable[[str], str], charset: str) -> bytes:
    lines = [way(line) for line in twin.before]
    table = [pasted_table(twin.table)] if twin.table else []
    after = [way(line) for line in twin.after]
    signed = [f'<p style="text-align:right">{html.escape(line)}</p>' for line in twin.signature]
    made = Template((TEMPLATES / "ten.html").read_text(encoding="utf-8")).substitute(
        title="<br>".join(map(html.escape, twin.title)),
        title_line=html.escape("".join(twin.title)),
        body="\n".join([*lines, *table, *after, *signed]),
        url=twin.url,
        url_length=f"{len(twin.url):04}",
        charset=charset,
    )
    return made.encode("gb18030" if charset == "gb2312" else charset)


_WAYS: tuple[Callable[[str], str], ...] = (
    lambda line: f"<P>　　{marked(line)}</P>",
    lambda line: f"&nbsp;&nbsp;&nbsp;&nbsp;{marked(line, 'b')}<br>",
    pasted,
    lambda line: f'<p style="text-indent:2em"><span>{html.escape(line)}</span></p>',
)


def documents(twins: Sequence[Twin], font: str | None = None) -> list[bytes]:
    """Typed as a clerk types; one with a table on pages laid across."""
    look = Look(font, font, font, font, 14) if font else Look(size=15)
    return [_document(twin, look, lambda document, line: write_line(document, line, look)) for twin in twins]


def _document(twin: Twin, look: Look, write: Callable[[Word, str], object]) -> bytes:
    document = new_document(twin, look, across=bool(twin.table))
    for line in twin.before:
        write(document, line)
    if twin.table:
        count = len(twin.table[0])
        widths = _WIDTHS if count == len(_WIDTHS) else [25.0 / count] * count
        write_table(document, _rectangle(twin.table), widths, look.body if look.body == PRINT else "宋体", _merged)
    for line in twin.after:
        write(document, line)
    write_signature(document, twin, look)
    return packed(document)


def _merged(rows: list[list[str]]) -> list[tuple[int, int, int]]:
    """Row, column and height of every cell: of a table made here only the aspects are merged, elsewhere empty is empty."""
    made_here = set(rows[0]) <= set(_HEADER)
    return [
        (row, column, height if rows[0][column] == _HEADER[0] or not made_here else 1)
        for row, column, height in spans(rows)
    ]


def _rectangle(rows: list[list[str]]) -> list[list[str]]:
    width = max(map(len, rows))
    return [[*row, *[""] * (width - len(row))] for row in rows]


def numbered_documents(twins: Sequence[Twin]) -> list[bytes]:
    """一、, （一） and 1. are counted by the word processor and are in no text; where the bulletin skips a number, the list does."""
    return [_numbered(twin) for twin in twins]


def _numbered(twin: Twin) -> bytes:
    look = Look(size=15)
    number, counts = 0, [0, 0, 0]

    def write(document: Word, line: str) -> None:
        nonlocal number
        number = number or add_numbering(document)
        level = next((n for n, pattern in enumerate((PART, SECTION, NUMBER)) if pattern.match(line)), None)
        marker = (PART, SECTION, NUMBER)[level].match(line) if level is not None else None
        printed = read_whole(marker[0].strip("（）、. ")) if marker else None
        if level is None or marker is None or printed is None or marker[0] != marker[0].strip():
            write_line(document, line, look)
            return
        if printed != counts[level] + 1:  # as 设置编号值 does
            number += 1
            document.part.numbering_part.element.append(parse_xml(_begun_at(number, level, printed)))
        counts[level:] = [printed, *[0] * (2 - level)]
        paragraph = write_line(document, line[marker.end() :], look, (look.part, look.section, look.body)[level])
        properties = paragraph._p.get_or_add_pPr()  # noqa: SLF001  python-docx has no numbering of its own
        properties.insert_element_before(numbered(level, number), "w:spacing", "w:ind", "w:jc")

    return _document(twin, look, write)


def _begun_at(number: int, level: int, printed: int) -> str:
    return (
        f'<w:num {nsdecls("w")} w:numId="{number}"><w:abstractNumId w:val="77"/>'
        f'<w:lvlOverride w:ilvl="{level}"><w:startOverride w:val="{printed}"/></w:lvlOverride></w:num>'
    )


def workbooks(twins: Sequence[Twin]) -> list[bytes]:
    """An office's ledger: title and paragraphs over the whole width, the header, and the first column merged."""
    return [_workbook(twin) for twin in twins]


def _workbook(twin: Twin) -> bytes:
    book = Workbook()
    sheet = book.active
    sheet.title = "整改台账"
    width = max(map(len, twin.table))
    for line in ["".join(twin.title), *twin.before]:
        sheet.append([line])
        sheet.merge_cells(start_row=sheet.max_row, end_row=sheet.max_row, start_column=1, end_column=width)
    top = sheet.max_row + 1
    rows = _rectangle(twin.table)
    for row in rows:
        sheet.append([int(cell) if cell.isdigit() else cell or None for cell in row])
    for row, column, height in _merged(rows):
        if height > 1:
            where = {"start_row": top + row, "end_row": top + row + height - 1}
            sheet.merge_cells(start_column=column + 1, end_column=column + 1, **where)
    for line in [*twin.after, *twin.signature]:
        sheet.append([line])
        sheet.merge_cells(start_row=sheet.max_row, end_row=sheet.max_row, start_column=1, end_column=width)
    for cells in sheet.iter_rows():
        for cell in cells:
            cell.alignment = Alignment(wrap_text=True, vertical="center")
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def office_prints(twins: Sequence[Twin]) -> list[bytes]:
    return printed_all(documents(twins, PRINT))


def browser_prints(twins: Sequence[Twin]) -> list[bytes]:
    """The saved page printed by Chromium with the page's own head and foot, all by one start."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415  need not be here

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page()
        made = []
        for number, twin in enumerate(twins):
            page.set_content(_page(twin, _WAYS[number % len(_WAYS)], "utf-8").decode(), wait_until="load")
            made.append(page.pdf(prefer_css_page_size=True))
        browser.close()
    return made


def scans(twins: Sequence[Twin], resolution: int, first: int | None = None) -> list[bytes]:
    """LibreOffice's print, askew, softened and speckled, as pictures; only the first so many pages where told."""
    return [scanned_pages(pdf, resolution, first, quality=60) for pdf in office_prints(twins)]


FORMS: dict[str, Callable[[Sequence[Twin]], list[bytes]]] = {
    GB18030: gb18030,
    HTML: pages,
    DOCX: documents,
    NUMBERED: numbered_documents,
    TABLE: documents,
    XLSX: workbooks,
    OFFICE: office_prints,
    BROWSER: browser_prints,
    SCAN_150: partial(scans, resolution=150),
    SCAN_300: partial(scans, resolution=300),
}


def make(form: str, twins: Iterable[Twin]) -> list[bytes]:
    """The files of these bulletins in one form; those of a table form must be `tabled` before."""
    return FORMS[form](list(twins))


def missing(form: str) -> str | None:
    """What is not here and is needed to make or to read the form."""
    if SUFFIX[form] not in FORMATS:
        return f"no reader of {SUFFIX[form]} yet"
    if form in {OFFICE, *SCANS} and find_office() is None:
        return "LibreOffice is not installed"
    if form == BROWSER and (CHROMIUM is None or find_spec("playwright") is None):
        return "Chromium or playwright is not installed"
    if form in SCANS and find_spec("rapidocr") is None:
        return "the extra ocr is not installed"
    return None
