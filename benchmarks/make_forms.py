"""Makes the sample bulletins that are no text: HTML pages, DOCX, PDF and a scan, from their twins in data/truth/texts.

    python benchmarks/make_forms.py [FILE ...]

Real programs make them: python-docx, LibreOffice (`soffice`), Chromium (`chromium`), PDFium and Pillow for the scan. The same
programs give the same bytes; other releases and fonts break the lines of a PDF elsewhere. Nobody needs to run this: the files are
kept in data/raw.
"""

import argparse
import html
import io
import itertools
import re
import subprocess
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from string import Template

import numpy as np
import pypdfium2
from docx import Document
from docx.document import Document as Word
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.section import Section
from docx.shared import Cm, Pt
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph
from PIL import Image, ImageFilter

from pipeline.records import Manifest
from pipeline.sources.manifest import read_manifest

ROOT = Path(__file__).parents[1]
RAW, TWINS = ROOT / "data" / "raw", ROOT / "data" / "truth" / "texts"
TEMPLATES = Path(__file__).with_name("forms")
LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the first time a ZIP can tell
FIELD = r"整改措施|整改成效|整改状态|整改情况|未完成整改原因|未完成原因|下步工作打算|下一步打算|下一步计划|存在困难|落实情况|问题|整改"
LABEL = re.compile(rf"(?:{FIELD})：")
PART, SECTION, NUMBER = (
    re.compile(r"[一二三四五六七八九十]+、"),
    re.compile(r"（[一二三四五六七八九十]+）"),
    re.compile(r"\d+\.\s?"),
)
ASCII_OR_NOT = re.compile(r"[!-~]+|[^!-~]+")  # a word processor starts a run where the script changes
NEXT_MEASURE = re.compile(r"(?=[①②③④⑤])|(?<=；)(?=\d\.)")  # where a cell of measures starts a new line
PRINT = "Noto Serif CJK SC"  # the font of the PDFs: they are made here, so it must be one that is here
RESOLUTION = 150  # dots an inch of the scan


@dataclass(frozen=True, slots=True)
class Twin:
    """The text of a bulletin: title, paragraphs, the lines of its table if it has one, and who signs when."""

    name: str
    title: list[str]
    before: list[str]
    table: list[list[str]]  # cells, the header first; empty where merged with the cell above
    after: list[str]
    signature: list[str]
    url: str = ""  # where its page was saved from
    published: str = "2024-01-02"  # ISO


@dataclass(frozen=True, slots=True)
class Look:
    """Fonts and size of a document: body, title, headings 一、 and （一）, and the points of the body."""

    body: str = "仿宋_GB2312"
    title: str = "方正小标宋简体"
    part: str = "黑体"
    section: str = "楷体_GB2312"
    size: float = 16


def read_twin(name: str) -> Twin:
    """The first lines without a full stop are the title, the last two the signature, lines with tabs the table."""
    lines = [line for line in (TWINS / f"{name}.txt").read_text(encoding="utf-8").splitlines() if line.strip()]
    opening = next(n for n, line in enumerate(lines) if line.endswith("。"))
    rows = [n for n, line in enumerate(lines) if "\t" in line]
    first, last = (rows[0], rows[-1] + 1) if rows else (-2, -2)
    table = [line.split("\t") for line in lines[first:last]]
    row = known(name)
    return Twin(
        name,
        title=lines[:opening],
        before=lines[opening:first],
        table=table,
        after=lines[last:-2] if rows else [],
        signature=lines[-2:],
        url=row.url or "",
        published=row.published or "",
    )


def known(name: str) -> Manifest:
    """What the manifest says of the file that is made from the twin of this name."""
    return next(row for path, row in read_manifest(RAW).items() if Path(path).stem == name)


def spans(rows: Sequence[Sequence[str]]) -> Iterator[tuple[int, int, int]]:
    """Row, column and height of every cell: an empty cell belongs to the one above.

    >>> list(spans([["甲", "一"], ["", "二"]]))
    [(0, 0, 2), (0, 1, 1), (1, 1, 1)]
    """
    for row, cells in enumerate(rows):
        for column, text in enumerate(cells):
            if text:
                below = (n for n in range(row + 1, len(rows)) if rows[n][column])
                yield row, column, next(below, len(rows)) - row


# HTML


def page(twin: Twin, template: str, body: str) -> str:
    """The saved page: the template with title, body and the address it was saved from."""
    return Template((TEMPLATES / template).read_text(encoding="utf-8")).substitute(
        title="<br>".join(map(html.escape, twin.title)),
        title_line=html.escape("".join(twin.title)),
        body=body,
        url=twin.url,
        url_length=f"{len(twin.url):04}",
    )


def marked(line: str, mark: str = "strong") -> str:
    """The line with its label or its heading in bold."""
    label = LABEL.match(line)
    if label:
        return f"<{mark}>{label[0]}</{mark}>{html.escape(line[label.end() :])}"
    return f"<{mark}>{html.escape(line)}</{mark}>" if is_heading(line) else html.escape(line)


def is_heading(line: str) -> bool:
    return not line.endswith("。") and any(p.match(line) for p in (PART, SECTION, NUMBER))


def hospital_page(twin: Twin) -> str:
    """2020, a content manager: paragraphs indented by blanks inside a TRS_Editor."""
    paragraphs = [f"<P>　　{marked(line)}</P>" for line in twin.before]
    signed = [f'<P align="right">{html.escape(line)}　　</P>' for line in twin.signature]
    return page(twin, "hospital.html", "\n".join([*paragraphs, *signed]))


def digest_page(twin: Twin) -> str:
    """2019, tables for layout and no paragraphs at all: lines are broken and indented by hand."""
    lines = [
        ("<br>\n" if PART.match(line) else "") + f"&nbsp;&nbsp;&nbsp;&nbsp;{marked(line, 'b')}<br>"
        for line in twin.before
    ]
    signed = "<br>\n".join(twin.signature)
    return page(twin, "digest.html", "\n".join([*lines, f'<p align="right">{signed}</p>']))


def museum_page(twin: Twin) -> str:
    """2024, pasted from a word processor: every paragraph with styles of its own, the table with merged cells."""
    before, after = (["".join(pasted(line) for line in lines)] for lines in (twin.before, twin.after))
    signed = [pasted(line, "text-align:right") for line in twin.signature]
    return page(twin, "museum.html", "\n".join([*before, pasted_table(twin.table), *after, *signed]))


def pasted(line: str, style: str = "text-indent:32.0pt;mso-char-indent-count:2.0", size: int = 16) -> str:
    runs = "".join(
        f'<span style="font-size:{size}.0pt;font-family:仿宋_GB2312;mso-ascii-font-family:Calibri">{html.escape(run)}</span>'
        if not run.isascii()
        else f'<span lang="EN-US" style="font-size:{size}.0pt;font-family:&quot;Times New Roman&quot;,serif">{html.escape(run)}</span>'
        for run in ASCII_OR_NOT.findall(line)
    )
    return f'<p class="MsoNormal" style="{style}">{runs}<o:p></o:p></p>\n'


def pasted_table(rows: list[list[str]]) -> str:
    heights = {(row, column): height for row, column, height in spans(rows)}
    made = [
        '<table class="MsoTableGrid" border="1" cellspacing="0" cellpadding="0" style="border-collapse:collapse;border:none">'
    ]
    for row, cells in enumerate(rows):
        made.append(f'<tr style="mso-yfti-irow:{row}">')
        for column, text in enumerate(cells):
            height = heights.get((row, column), 0)
            if height:
                merged = f' rowspan="{height}"' if height > 1 else ""
                lines = "".join(pasted(line, "line-height:15.0pt", 10) for line in NEXT_MEASURE.split(text))
                made.append(f'<td{merged} style="border:solid windowtext 1.0pt;padding:0cm 5.4pt">{lines}</td>')
        made.append("</tr>")
    return "\n".join([*made, "</table>"])


def street_page(twin: Twin) -> str:
    """2025, a portal: spans inside paragraphs, headings by font only."""
    lines = [
        f'<p style="text-indent:2em"><span style="font-family:{street_font(line)}">{html.escape(line)}</span></p>'
        for line in twin.before
    ]
    signed = [f'<p style="text-align:right"><span>{html.escape(line)}</span></p>' for line in twin.signature]
    return page(twin, "street.html", "\n".join([*lines, *signed]))


def street_font(line: str) -> str:
    return "黑体" if PART.match(line) else "楷体" if SECTION.match(line) or not re.search("[。：；]", line) else "仿宋"


def library_page(twin: Twin) -> str:
    """2025, printed from a browser with what its page has around the text."""
    lines = [f"<p{' class=h' * is_heading(line)}>{html.escape(line)}</p>" for line in twin.before]
    signed = [f'<p class="sign">{html.escape(line)}</p>' for line in twin.signature]
    return page(twin, "library.html", "\n".join([*lines, *signed]))


# DOCX


def typed_document(twin: Twin) -> bytes:
    """Typed as a clerk types: numbers by hand, headings by font."""
    document = new_document(twin, Look())
    for line in twin.before:
        write_line(document, line, Look())
    write_signature(document, twin, Look())
    return packed(document)


def numbered_document(twin: Twin) -> bytes:
    """Numbers made by the word processor: 一、 by the style, （一） and 1. by each paragraph. None of them is in the text."""
    look = Look(size=15)
    document = new_document(twin, look)
    number = add_numbering(document)
    for line in twin.before:
        level = next((n for n, pattern in enumerate((PART, SECTION, NUMBER)) if pattern.match(line)), None)
        if level is None:
            write_line(document, line, look)
            continue
        text = (PART, SECTION, NUMBER)[level].sub("", line, count=1)
        fonts = (look.part, look.section, look.body)
        paragraph = write_line(document, text, look, fonts[level] if is_heading(line) or level else look.body)
        if level == 0:
            paragraph.style = document.styles["Heading 1"]
        else:
            properties = paragraph._p.get_or_add_pPr()  # noqa: SLF001  python-docx has no numbering of its own
            properties.insert_element_before(numbered(level, number), "w:spacing", "w:ind", "w:jc")
    write_signature(document, twin, look)
    return packed(document)


def table_document(twin: Twin) -> bytes:
    """The table on pages laid across, its header on every page, its first column merged."""
    look = Look(size=15)
    document = new_document(twin, look)
    for line in twin.before:
        write_line(document, line, look)
    lay_across(document.add_section(WD_SECTION.NEW_PAGE), across=True)
    write_table(document, twin.table, (2.0, 1.1, 4.4, 5.6, 2.4, 2.2, 4.8, 2.0), "宋体")
    lay_across(document.add_section(WD_SECTION.NEW_PAGE), across=False)
    for line in twin.after:
        write_line(document, line, look)
    write_signature(document, twin, look)
    return packed(document)


def new_document(twin: Twin, look: Look, *, across: bool = False) -> Word:
    """An A4 document with the margins of official papers, its title and page numbers."""
    document = Document()
    day = datetime.fromisoformat(f"{twin.published} 09:30")
    core = document.core_properties
    core.author = core.last_modified_by = "办公室"
    core.title, core.comments, core.created, core.modified = "".join(twin.title), "", day, day
    document.styles["Normal"].font.size = Pt(look.size)
    lay_across(document.sections[0], across=across)
    for line in twin.title:
        paragraph = document.add_paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        write_run(paragraph, line, look.title, look.size + 6)
    document.add_paragraph()
    number_pages(document.sections[0])
    return document


def lay_across(section: Section, *, across: bool) -> None:
    section.orientation = WD_ORIENT.LANDSCAPE if across else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = (Cm(29.7), Cm(21)) if across else (Cm(21), Cm(29.7))
    section.left_margin, section.right_margin = (Cm(2.2), Cm(2.2)) if across else (Cm(2.8), Cm(2.6))
    section.top_margin, section.bottom_margin = (Cm(2.2), Cm(2)) if across else (Cm(3.7), Cm(3.5))


def number_pages(section: Section) -> None:
    """— 3 — at the foot of every page, as a field."""
    paragraph = section.footer.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    write_run(paragraph, "— ", "宋体", 14)
    field = parse_xml(f'<w:fldSimple {nsdecls("w")} w:instr=" PAGE "><w:r><w:t>1</w:t></w:r></w:fldSimple>')
    paragraph._p.append(field)  # noqa: SLF001
    write_run(paragraph, " —", "宋体", 14)


def write_line(document: Word, line: str, look: Look, font: str | None = None) -> Paragraph:
    """A paragraph indented by two characters; its label in bold, its heading in the heading's font."""
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.first_line_indent = Pt(look.size * 2)
    paragraph.paragraph_format.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    paragraph.paragraph_format.line_spacing = Pt(look.size * 1.75)
    paragraph.paragraph_format.space_after = Pt(0)
    label = LABEL.match(line)
    if label:
        write_run(paragraph, label[0], look.body, look.size, bold=True)
        line = line[label.end() :]
    by_marker = look.part if PART.match(line) else look.section if SECTION.match(line) else look.body
    write_run(paragraph, line, font or by_marker, look.size, bold=bool(NUMBER.match(line)) and is_heading(line))
    return paragraph


def write_run(paragraph: Paragraph, text: str, font: str, size: float, *, bold: bool = False) -> None:
    for piece in ASCII_OR_NOT.findall(text):
        run = paragraph.add_run(piece)
        run.font.size, run.font.name = Pt(size), "Times New Roman" if font != PRINT else PRINT
        run.bold = bold or None
        run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)  # noqa: SLF001


def write_signature(document: Word, twin: Twin, look: Look) -> None:
    document.add_paragraph()
    for line in twin.signature:
        paragraph = document.add_paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        paragraph.paragraph_format.right_indent = Pt(look.size * 2)
        write_run(paragraph, line, look.body, look.size)


def write_table(
    document: Word,
    rows: list[list[str]],
    widths: Sequence[float],
    font: str,
    merged: Callable[[list[list[str]]], Iterable[tuple[int, int, int]]] = spans,
) -> Table:
    """A grid with fixed widths in centimetres; empty cells are merged with the one above, the header is repeated."""
    table: Table = document.add_table(len(rows), len(rows[0]), style="Table Grid")
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Cm(width)
        for cell in column.cells:
            cell.width = Cm(width)
    cells, columns = table._cells, len(rows[0])  # noqa: SLF001  Table.cell() gathers all cells each time
    for row, column, height in merged(rows):
        cell = cells[row * columns + column]
        if height > 1:
            cell.merge(cells[(row + height - 1) * columns + column])
        write_cell(cell, rows[row][column], font, bold=row == 0)
    header = OxmlElement("w:tblHeader")
    table.rows[0]._tr.get_or_add_trPr().append(header)  # noqa: SLF001
    return table


def write_cell(cell: _Cell, text: str, font: str, *, bold: bool) -> None:
    for n, line in enumerate(NEXT_MEASURE.split(text)):
        paragraph = cell.paragraphs[0] if n == 0 else cell.add_paragraph()
        paragraph.paragraph_format.space_after = Pt(0)
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER if bold or len(text) < 5 else WD_ALIGN_PARAGRAPH.LEFT
        write_run(paragraph, line, font, 10.5, bold=bold)
    for empty in [p for p in cell.paragraphs if not p.text]:  # merging leaves one of each cell
        empty._p.getparent().remove(empty._p)  # noqa: SLF001


LEVELS = (("chineseCountingThousand", "%1、"), ("japaneseCounting", "（%2）"), ("decimal", "%3."))


def add_numbering(document: Word) -> int:
    """One list of three levels, each beginning anew below the one above; the first is that of the style Heading 1."""
    numbering = document.part.numbering_part.element
    abstract, number = 77, 78  # python-docx's own template uses the lower ones
    levels = "".join(
        f'<w:lvl w:ilvl="{n}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/>'
        + ('<w:pStyle w:val="Heading1"/>' if n == 0 else "")
        + f'<w:suff w:val="nothing"/><w:lvlText w:val="{text}"/><w:lvlJc w:val="left"/><w:pPr><w:ind w:left="0" w:firstLine="600"/></w:pPr></w:lvl>'
        for n, (kind, text) in enumerate(LEVELS)
    )
    made = f'<w:abstractNum {nsdecls("w")} w:abstractNumId="{abstract}"><w:multiLevelType w:val="multilevel"/>{levels}</w:abstractNum>'
    numbering.insert(0, parse_xml(made))
    numbering.append(
        parse_xml(f'<w:num {nsdecls("w")} w:numId="{number}"><w:abstractNumId w:val="{abstract}"/></w:num>')
    )
    style = document.styles["Heading 1"]
    style.font.color.rgb, style.font.bold = None, False
    style.element.get_or_add_pPr().insert_element_before(
        numbered(0, number), "w:spacing", "w:ind", "w:jc", "w:outlineLvl"
    )
    return number


def numbered(level: int, number: int) -> BaseOxmlElement:
    return parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>')


def packed(document: Word) -> bytes:
    """The file, without the time at which it was packed."""
    written, made = io.BytesIO(), io.BytesIO()
    document.save(written)
    with zipfile.ZipFile(written) as source, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(zipfile.ZipInfo(name, LONG_AGO), source.read(name), zipfile.ZIP_DEFLATED)
    return made.getvalue()


# PDF


def hospital_print(twin: Twin) -> bytes:
    """A long table on pages laid across; its cells break over pages, its first column is merged."""
    look = Look(PRINT, PRINT, PRINT, PRINT, 14)
    document = new_document(twin, look, across=True)
    for line in twin.before:
        write_line(document, line, look)
    write_table(document, twin.table, (1.8, 1.0, 5.2, 5.9, 2.6, 1.9, 1.9, 5.0), PRINT)
    for line in twin.after:
        write_line(document, line, look)
    write_signature(document, twin, look)
    return printed_by_office(packed(document))


def library_print(twin: Twin) -> bytes:
    """Chromium's own print to PDF."""
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "page.html", Path(folder) / "page.pdf"
        source.write_text(library_page(twin), encoding="utf-8")
        options = (
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--no-pdf-header-footer",
            f"--user-data-dir={folder}/user",
        )
        subprocess.run(
            ["chromium", *options, f"--print-to-pdf={target}", source.as_uri()], check=True, capture_output=True
        )
        return re.sub(
            rb"\(D:\d{14}", b"(D:20251120092600", target.read_bytes()
        )  # the day of the print, not of the making


def school_scan(twin: Twin) -> bytes:
    """Printed, laid on the glass a little askew, scanned in grey: pictures and no text."""
    look = Look(PRINT, PRINT, PRINT, PRINT, 14)
    document = new_document(twin, look)
    for line in twin.before:
        write_line(document, line, look)
    write_signature(document, twin, look)
    return scanned_pages(printed_by_office(packed(document)))


def scanned_pages(pdf: bytes, resolution: int = RESOLUTION, pages: int | None = None, quality: int = 38) -> bytes:
    """The pages of a PDF (the first so many of them) as pictures in a PDF without a text layer."""
    rng = np.random.default_rng(2018)
    with pypdfium2.PdfDocument(pdf) as document:
        scale = resolution / 72
        sheets = [p.render(scale=scale, grayscale=True).to_pil() for p in itertools.islice(document, pages)]
    scans = [scanned(sheet, rng) for sheet in sheets]
    made = io.BytesIO()
    day = datetime(2018, 11, 19, 15, 20, tzinfo=UTC).timetuple()
    options = {"resolution": resolution, "quality": quality, "creationDate": day, "modDate": day, "producer": "Scan"}
    scans[0].save(made, "PDF", save_all=True, append_images=scans[1:], **options)
    return made.getvalue()


def scanned(sheet: Image.Image, rng: np.random.Generator) -> Image.Image:
    """The sheet as a cheap scanner sees it: askew by up to 0.8°, softened, speckled, darker towards one edge."""
    askew = sheet.rotate(rng.uniform(-0.8, 0.8), Image.Resampling.BICUBIC, fillcolor=250)
    soft = askew.filter(ImageFilter.GaussianBlur(0.6))
    light = np.asarray(soft, dtype=np.float32) * 0.92 + 12
    height, width = light.shape
    light -= np.linspace(0, 14, width)[None, :] ** 1.2 * 0.5
    light += rng.normal(0, 2.2, (height, width))
    for _ in range(40):  # dust
        y, x, size = rng.integers(0, height - 4), rng.integers(0, width - 4), rng.integers(1, 4)
        light[y : y + size, x : x + size] -= rng.uniform(40, 140)
    return Image.fromarray(np.clip(light, 0, 255).astype(np.uint8), "L")


def printed_by_office(document: bytes) -> bytes:
    return printed_all([document])[0]


def printed_all(documents: Sequence[bytes], seconds: float = 180) -> list[bytes]:
    """The documents as PDF, by one start of LibreOffice with a profile of its own.

    Raises subprocess.TimeoutExpired where it takes longer.
    """
    with tempfile.TemporaryDirectory() as folder:
        sources = [Path(folder) / f"document{number}.docx" for number in range(len(documents))]
        for source, document in zip(sources, documents, strict=True):
            source.write_bytes(document)
        profile = f"-env:UserInstallation={(Path(folder) / 'user').as_uri()}"
        command = ["soffice", "--headless", profile, "--convert-to", "pdf", "--outdir", folder, *map(str, sources)]
        subprocess.run(command, check=True, capture_output=True, timeout=seconds)
        return [undated(source.with_suffix(".pdf").read_bytes()) for source in sources]


def undated(pdf: bytes) -> bytes:
    """The PDF without the time of its making; as many bytes, since it is indexed by position."""
    pdf = re.sub(rb"\(D:\d{14}", b"(D:20231215093000", pdf)
    return re.sub(rb"(?<=[</])[0-9A-F]{32}\b", b"0" * 32, pdf)


FORMS: dict[str, Callable[[Twin], str | bytes]] = {
    "linting-hospital-2020.html": hospital_page,
    "linting-hospital-2023.pdf": hospital_print,
    "linting-museum-2024.html": museum_page,
    "tingnan-digest-2019.html": digest_page,
    "tingnan-wangchun-2022.docx": numbered_document,
    "tingnan-wangchun-2025.html": street_page,
    "wangchuan-school-2018.pdf": school_scan,
    "wangchuan-school-2021.docx": typed_document,
    "wangchuan-school-2024.docx": table_document,
    "yunqi-library-2025.pdf": library_print,
}
ENCODINGS = {"tingnan-digest-2019.html": "gb18030"}  # what its page calls gb2312


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", default=list(FORMS), metavar="FILE")
    for name in parser.parse_args().files:
        made = FORMS[name](read_twin(Path(name).stem))
        content = made if isinstance(made, bytes) else made.encode(ENCODINGS.get(name, "utf-8"))
        (RAW / name).write_bytes(content)
        print(f"{name}: {len(content):,} bytes")


if __name__ == "__main__":
    main()
