"""Tables → one XLSX workbook: 说明, 数据字典, a sheet a table; text is text, whatever it begins with."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import islice
from pathlib import Path

import pyarrow as pa
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from pipeline.ledger.export.about import TITLE, About, explain
from pipeline.ledger.export.cells import Cell, headings, rows_of
from pipeline.ledger.export.words import HEADINGS, dictionary
from pipeline.ledger.schema import TABLES, Table

GUIDE, DICTIONARY, LONG = "说明", "数据字典", "长文本"
LONG_HEADINGS = ("表", "列", "键", "段", "文字")
MORE = "……（全文见“长文本”页）"
ROWS = 1_000_000  # of a sheet; Excel holds 1,048,576
LONGEST = 32_000  # UTF-16 units of a cell; Excel holds 32,767
NARROWEST, WIDEST = 6, 60  # of a column; a Han character takes two
LOOKED_AT = 200  # rows, to find the width of a column
FIRST_YEAR = 1900  # Excel has no day before it


class _Exact(float):
    """A number that is written with all its digits; the library would write 16 of 17."""

    def __format__(self, _: str) -> str:
        return float.__repr__(self)


Piece = tuple[str, str, str, int, str]  # a row of the sheet of long texts


def write(path: Path, tables: Mapping[str, pa.Table], about: About, tick: Callable[[int], None]) -> None:
    """Write the workbook.

    A text that a cell cannot hold begins there and stands whole, in numbered pieces, on the sheet 长文本. A table with
    more rows than a sheet can hold goes on in the next: 措施, 措施2.
    """
    options = {"constant_memory": True, "default_date_format": "yyyy-mm-dd"}
    with Workbook(str(path), options) as book:
        made = datetime.combine(about.made, datetime.min.time())
        book.set_properties({"title": TITLE, "comments": f"SHA-256 {about.ledger}", "created": made})
        style = {
            "head": book.add_format({"bold": True, "bg_color": "#D9E1F2", "border": 1, "valign": "top"}),
            "text": book.add_format({"quote_prefix": True, "valign": "top"}),
            "day": book.add_format({"num_format": "yyyy-mm-dd", "valign": "top", "align": "left"}),
            "wrapped": book.add_format({"quote_prefix": True, "text_wrap": True, "valign": "top"}),
        }
        _write_guide(book.add_worksheet(GUIDE), style, explain(about, tables))
        rows = [tuple(row.values()) for row in dictionary(TABLES[name] for name in tables)]
        _write_sheet(book.add_worksheet(DICTIONARY), style, list(HEADINGS.values()), iter(rows), lambda _: None)
        long: list[Piece] = []
        for name, held in tables.items():
            table = TABLES[name]
            cut = _cut(table, rows_of(table, held, english=about.english), long)
            for number in range(1 + max(held.num_rows - 1, 0) // ROWS):
                sheet = book.add_worksheet(f"{table.label}{number + 1 if number else ''}")
                _write_sheet(sheet, style, headings(table, english=about.english), islice(cut, ROWS), tick)
        if long:
            _write_sheet(book.add_worksheet(LONG), style, LONG_HEADINGS, iter(long), lambda _: None)


def pieces(text: str, longest: int) -> list[str]:
    """Part a text into pieces of at most so many UTF-16 units, as Excel counts; no character is torn.

    >>> pieces("一二三\N{SAUROPOD}", 4)
    ['一二三', '🦕']
    """
    found, begin, size = [], 0, 0
    for place, character in enumerate(text):
        units = 1 + (ord(character) > 0xFFFF)
        if size + units > longest:
            found.append(text[begin:place])
            begin, size = place, 0
        size += units
    return [*found, text[begin:]]


def _cut(table: Table, rows: Iterator[tuple[Cell, ...]], long: list[Piece]) -> Iterator[tuple[Cell, ...]]:
    """Shorten the cells that are too long, and add their pieces to `long`."""
    key = [column.name for column in table.columns].index(table.key)
    for row in rows:
        if not any(isinstance(cell, str) and len(cell) * 2 > LONGEST for cell in row):
            yield row
            continue
        cells = list(row)
        for place, cell in enumerate(row):
            parts = pieces(cell, LONGEST) if isinstance(cell, str) else []
            if len(parts) > 1:
                cells[place] = parts[0] + MORE
                name = table.columns[place].name
                long += [(table.name, name, str(row[key]), number, part) for number, part in enumerate(parts, start=1)]
        yield tuple(cells)


def _write_guide(sheet: Worksheet, style: Mapping[str, Format], lines: Sequence[str]) -> None:
    sheet.set_column(0, 0, 100)
    for row, line in enumerate(lines):
        sheet.write_string(row, 0, line, style["wrapped"])


def _write_sheet(
    sheet: Worksheet,
    style: Mapping[str, Format],
    head: Sequence[str],
    rows: Iterator[Sequence[Cell]],
    tick: Callable[[int], None],
) -> None:
    first = list(islice(rows, LOOKED_AT))
    for column, name in enumerate(head):
        width = max([_width(name) + 3, *(_width(row[column]) for row in first)])  # 3 for the button of the filter
        sheet.set_column(column, column, min(max(width + 1, NARROWEST), WIDEST))
    for column, name in enumerate(head):
        sheet.write_string(0, column, name, style["head"])
    last = 0
    for part in (first, rows):
        for row in part:
            last += 1
            for column, cell in enumerate(row):
                _write_cell(sheet, last, column, cell, style)
            tick(1)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, last, len(head) - 1)


def _write_cell(sheet: Worksheet, row: int, column: int, cell: Cell, style: Mapping[str, Format]) -> None:
    if cell is None or cell == "":
        return
    if isinstance(cell, str):  # never a formula, a link or a number
        sheet.write_string(row, column, cell, style["text"])
    elif isinstance(cell, bool):
        sheet.write_boolean(row, column, cell)
    elif isinstance(cell, date):
        if cell.year < FIRST_YEAR:
            sheet.write_string(row, column, cell.isoformat(), style["text"])
        else:
            sheet.write_datetime(row, column, datetime.combine(cell, datetime.min.time()), style["day"])
    else:
        sheet.write_number(row, column, _Exact(cell) if isinstance(cell, float) else cell)


def _width(cell: Cell) -> int:
    """The columns that a cell takes: in GB18030 a Han character has two bytes, as it takes two columns."""
    return max(len(line.encode("gb18030", "replace")) for line in str("" if cell is None else cell)[:200].split("\n"))
