"""PDF → raw text: the rows of every page in reading order, drawn tables as rows with tabs.

PDFium says which character stands where and what is drawn; a page that is a picture is recognised. Heads and feet
of pages go; rows are not joined to paragraphs here: `repair` does that, over pages too. A table that goes on on the next page is
one table, and a row that was cut by the page is one row. For every printed row the page and the box are kept.
"""

import math
import re
import time
from bisect import bisect
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import zip_longest

from pipeline.errors import SourceError
from pipeline.numbering import read_marker
from pipeline.records import Place, Recognition, Span
from pipeline.sources.page import text_bounds
from pipeline.sources.pdf_layout import Box, Char, Row, around, furniture, holds, in_columns, mark_margins, rows_of
from pipeline.sources.pdf_lines import Cells
from pipeline.sources.pdf_pages import SECONDS, Page, read_pages, render, turn
from pipeline.sources.raw import Raw
from pipeline.sources.scan import Progress, Scan, no_progress, recognise_all

MOST_SCANNED = 300  # pages
_ODD = re.compile("[\x00-\x08\x0e-\x1f\ue000-\uf8ff\ufffd\ufffe\uffff]")
_NUMBER = re.compile(r"(?:序号|编号|问题序号|号)$")
_ENDED = "。；！？：…）”"
_NEAR = 3.0  # points that two lines of a table may differ and be one
_ROWS = 8  # of a scanned page that tell its margins
_INK = 0.5  # characters that a recognised row may end short of its last one, whose blank half is not seen
_OPENING, _CLOSING = "“‘《（【", "，。、；：！？）》】”’…—"
_UNBROKEN = re.compile(rf"[{_OPENING}]*(?:[!-~]{{1,30}}|.?)(?:[{_CLOSING}]+[!-~]{{0,9}}|[{_OPENING}]+.)*")
_LETTERS = re.compile("[A-Za-z]")


@dataclass(slots=True)
class _Piece:
    """What one printed row says, in a cell or outside of tables."""

    text: str
    page: int
    box: Box
    indented: bool = False
    short: float = math.inf
    doubts: tuple[int, ...] = ()


_Cell = list[_Piece]


@dataclass(slots=True)
class _Table:
    """A drawn table: its cells, those covered by another empty."""

    rows: list[list[_Cell]]
    edges: list[float]  # where its columns begin
    box: Box
    reach: list[int]  # by column, the row whose cell reaches the bottom of the table
    cut: bool  # whether the page ended within its last row


@dataclass(slots=True)
class _Page:
    """A page, and what was found on it."""

    page: Page
    scanned: bool = False
    tables: list[_Table] = field(default_factory=list)
    columns: list[list[Row]] = field(default_factory=list)  # outside of tables: rows in reading order, by column


def read_pdf(data: bytes, progress: Progress = no_progress) -> Raw:
    """Read the document.

    Raises SourceError with code encrypted, damaged, too_large, too_slow or no_text_layer.
    """
    deadline = time.monotonic() + SECONDS
    found, tables = read_pages(data, deadline)
    pictures = [number for number, page in enumerate(found) if page.bare or _is_garbled(page)]
    if len(pictures) > MOST_SCANNED:
        raise SourceError(
            "too_large",
            f"PDF 有 {len(pictures)} 页是扫描件，超过上限 {MOST_SCANNED} 页；请拆分，或识别后另存为文本再读",
        )
    scans = recognise_all(render(data, pictures), len(pictures), progress)
    for number, scan in scans.items():
        shown = found[number].shown
        found[number] = Page(scan.chars, scan.width, scan.height, (shown + scan.turned) % 4, shown)
    return assemble(found, tables.items(), scans)


def assemble(found: Sequence[Page], cells: Iterable[tuple[int, list[Cells]]], scans: Mapping[int, Scan]) -> Raw:
    """Make one text of the pages.

    Parameters
    ----------
    found
        The pages.
    cells
        Number of a page from 0, and its tables.
    scans
        By number, what was recognised on those pages that are pictures.
    """
    pages = [_Page(page, number in scans) for number, page in enumerate(found)]
    for number, tables in cells:
        _add_tables(pages[number], tables, number + 1)
    for page in pages:
        outside = [c for c in page.page.chars if not any(holds(table.box, c) for table in page.tables)]
        page.columns = [rows_of(outside)] if page.tables else in_columns(outside, page.page.width)
    _drop_furniture(pages)
    _mark_margins(pages)
    blocks: list[_Piece | _Table] = []
    for number, page in enumerate(pages, start=1):
        _add_page(blocks, page, number)
    text, places, doubts = _written(_without_page_of_browser(blocks))
    return Raw(text, "pdf", places=places, recognition=_recognition(scans, doubts))


def _recognition(scans: Mapping[int, Scan], doubts: tuple[Span, ...]) -> Recognition | None:
    """Sum up what was recognised, if anything was."""
    sure = [char.confidence for scan in scans.values() for char in scan.chars]
    if not scans:
        return None
    mean = sum(sure) / len(sure) if sure else 0.0
    return Recognition(len(scans), round(mean, 3), sum(scan.unread for scan in scans.values()), doubts)


def _drop_furniture(pages: list[_Page]) -> None:
    rows = [[row for column in page.columns for row in column] for page in pages]
    aside = furniture(rows, [page.page.height for page in pages])
    for number, page in enumerate(pages):
        gone = {id(rows[number][n]) for of, n in aside if of == number}
        page.columns = [[row for row in column if id(row) not in gone] for column in page.columns]


def _mark_margins(pages: list[_Page]) -> None:
    """Mark the rows of pages with one column by the margins of all pages of that width, all others by their own."""
    for width in {page.page.width for page in pages}:
        alike = [page for page in pages if page.page.width == width and len(page.columns) == 1]
        for page, rows in zip(alike, mark_margins([page.columns[0] for page in alike]), strict=True):
            page.columns = [rows]
    for page in pages:
        shifted = page.scanned and sum(map(len, page.columns)) >= _ROWS  # no two sheets lay alike
        if len(page.columns) > 1 or shifted:
            page.columns = [mark_margins([column])[0] for column in page.columns]


def _is_garbled(page: Page) -> bool:
    """Whether the characters of the page mean nothing, since its fonts do not say what their signs stand for."""
    return sum(bool(_ODD.match(char.text)) for char in page.chars) * 5 > len(page.chars)


# Tables


def _add_tables(page: _Page, tables: list[Cells], number: int) -> None:
    for cells in tables:
        boxes = [turn(cell, _size_stored(page.page), page.page.turned) for cell in cells.boxes]
        edges, tops = _edges(b[0] for b in boxes), _edges(b[1] for b in boxes)
        if len(edges) < 3:
            continue
        whole = around(boxes)
        chars = [c for c in page.page.chars if holds(whole, c)]
        rows: list[list[_Cell]] = [[[] for _ in edges] for _ in tops]
        reach = [len(tops) - 1] * len(edges)
        for box, held in zip(boxes, _held(boxes, chars, tops, edges), strict=True):
            row, column = _index(tops, box[1]), _index(edges, box[0])
            inside = rows_of(held)
            rows[row][column] = [_Piece(r.text, number, r.box, doubts=r.doubts) for r in inside]
            if box[3] > whole[3] - _NEAR:
                reach[column] = row
        if sum(bool(cell) for row in rows for cell in row) > 1:
            page.tables.append(_Table(rows, edges, whole, reach, cells.cut and not page.page.turned))
    page.tables.sort(key=lambda table: table.box[1])


def _held(boxes: list[Box], chars: Sequence[Char], tops: list[float], edges: list[float]) -> list[list[Char]]:
    """Give the characters of each cell; of a merged one, those in all the rows and columns that it covers."""
    covering: dict[tuple[int, int], int] = {}
    for number, (left, top, right, bottom) in enumerate(boxes):
        for row in range(bisect(tops, top - _NEAR), bisect(tops, bottom - _NEAR)):
            for column in range(bisect(edges, left - _NEAR), bisect(edges, right - _NEAR)):
                covering[row, column] = number
    held: list[list[Char]] = [[] for _ in boxes]
    for char in chars:
        across, down = (char.box[0] + char.box[2]) / 2, (char.box[1] + char.box[3]) / 2
        cell = covering.get((bisect(tops, down) - 1, bisect(edges, across) - 1))
        if cell is None or not holds(boxes[cell], char):  # on a line
            cell = next((n for n, box in enumerate(boxes) if holds(box, char)), None)
        if cell is not None:
            held[cell].append(char)
    return held


def _size_stored(page: Page) -> tuple[float, float]:
    """Give width and height of the page before it was turned."""
    return (page.height, page.width) if page.turned % 2 else (page.width, page.height)


def _edges(values: Iterator[float]) -> list[float]:
    edges: list[float] = []
    for value in sorted(values):
        if not edges or value - edges[-1] > _NEAR:
            edges.append(value)
    return edges


def _index(edges: list[float], value: float) -> int:
    return min(range(len(edges)), key=lambda n: abs(edges[n] - value))


# Pages to one text


def _add_page(blocks: list[_Piece | _Table], page: _Page, number: int) -> None:
    """Add the rows and tables of a page from top to bottom; a table that goes on is joined to the one before."""
    waiting = list(page.tables)
    for row in (row for column in page.columns for row in column):
        while waiting and waiting[0].box[1] < row.box[1]:
            _add_table(blocks, waiting.pop(0))
        short = row.short - (_INK if page.scanned else 0.0)
        blocks.append(_Piece(row.text, number, row.box, row.indented, short, row.doubts))
    for table in waiting:
        _add_table(blocks, table)


def _add_table(blocks: list[_Piece | _Table], table: _Table) -> None:
    last = blocks[-1] if blocks else None
    if isinstance(last, _Table) and _same_columns(last, table):
        _go_on(last, table)
    else:
        blocks.append(table)


def _same_columns(one: _Table, two: _Table) -> bool:
    return len(one.edges) == len(two.edges) and all(
        abs(a - b) <= 2 * _NEAR for a, b in zip(one.edges, two.edges, strict=True)
    )


def _go_on(table: _Table, rest: _Table) -> None:
    """Join the rest of a table: its head, printed again, goes, and a row that the page cut is put together.

    A cell merged over rows goes on in the row where it began, wherever its words are printed.
    """
    heads = 0
    while (
        heads < min(len(table.rows), len(rest.rows) - 1)
        and any(_said(cell) for cell in rest.rows[heads])
        and list(map(_said, rest.rows[heads])) == list(map(_said, table.rows[heads]))
    ):
        heads += 1
    rows = rest.rows[heads:]
    joined = bool(rows and table.rows) and (table.cut or _is_rest(table, rows[0]))
    if joined:
        for column, more in enumerate(rows[0]):
            table.rows[table.reach[column] if table.cut else -1][column].extend(more)
        rows = rows[1:]
    begun = len(table.rows) - joined - heads  # row of the whole table that the first row of the rest would be
    table.reach = [
        above if joined and below == heads else begun + below
        for above, below in zip(table.reach, rest.reach, strict=True)
    ]
    table.cut = rest.cut
    table.rows += rows


def _is_rest(table: _Table, row: list[_Cell]) -> bool:
    """Whether a row goes on with the last one: it has no number, or where rows have none, nothing in it begins a sentence."""
    column = next((n for n, cell in enumerate(table.rows[0]) if _NUMBER.match(_said(cell))), None)
    if column is not None:
        return not row[column]
    last = table.rows[-1]
    both = [(_said(a), _said(b)) for a, b in zip(last, row, strict=True) if b]
    return any(a and a[-1] not in _ENDED for a, _ in both) and len(both) < len(row)


def _said(cell: _Cell) -> str:
    return "".join("".join(piece.text.split()) for piece in cell)


def _without_page_of_browser(blocks: list[_Piece | _Table]) -> list[_Piece | _Table]:
    """Cut off what a page printed from a browser has above its title and below its text."""
    return blocks[slice(*text_bounds([block.text if isinstance(block, _Piece) else "\t" for block in blocks]))]


def _goes_on(before: _Piece | _Table, after: _Piece | _Table) -> bool:
    """Whether a row goes on with the one before, where paragraphs are indented.

    The one before leaves no room for what this one begins with: a character, or a number or word that is not cut, with the
    punctuation that stands at the end or the beginning of no row.
    """
    if not isinstance(before, _Piece) or not isinstance(after, _Piece) or after.indented:
        return False
    unbroken = after.text[:1] if read_marker(after.text) else _UNBROKEN.findall(after.text)[0]
    width = sum(0.6 if char.isascii() else 1 for char in unbroken)
    return before.short < width + (1.6 if after.text[0].isascii() else 0.6)


def _written(blocks: list[_Piece | _Table]) -> tuple[str, tuple[Place, ...], tuple[Span, ...]]:
    """Write the blocks as lines, and note where each piece stands and which characters are doubtful."""
    text: list[str] = []
    places: list[Place] = []
    doubts: list[Span] = []
    length = 0

    def write(words: str) -> None:
        nonlocal length
        text.append(words)
        length += len(words)

    def put(piece: _Piece) -> None:
        box = tuple(round(edge, 1) for edge in piece.box)
        places.append(Place((length, length + len(piece.text)), piece.page, (box[0], box[1], box[2], box[3])))
        doubts.extend((length + n, length + n + 1) for n in piece.doubts)
        write(piece.text)

    pieces = [block for block in blocks if isinstance(block, _Piece)]
    by_indents = sum(piece.indented for piece in pieces) * 12 > len(pieces)
    for block, after in zip_longest(blocks, blocks[1:]):
        if isinstance(block, _Piece):
            write("　　" if block.indented else "")
            put(block)
            write("" if by_indents and after and _goes_on(block, after) else "\n")
            continue
        for number, row in enumerate(block.rows):
            filled = sum(map(bool, row))
            if not filled:
                continue
            alone = filled == 1 and number in (0, len(block.rows) - 1)
            for column, cell in enumerate(row):
                write("\t" if column and not alone else "")
                for n, piece in enumerate(cell):
                    parted = n and _LETTERS.match(piece.text) and _LETTERS.match(cell[n - 1].text[-1:])
                    write(" " if parted else "")
                    put(replace(piece, text=piece.text.replace("\t", " ")))
            write("\n")
    return "".join(text), tuple(places), tuple(doubts)
