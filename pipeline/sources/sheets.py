"""Ledgers that an office keeps in a spreadsheet (整改台账: XLSX, CSV) → raw text: the lines of titles, and the rows with tabs.

Only the values of cells are read: no macro, no formula and no link to another file is followed. Which sheet is a ledger is told by
the words of its header, which may stand over up to three rows.
"""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TYPE_CHECKING

from lxml import etree

from pipeline.errors import SourceError
from pipeline.lexicon.columns import FEWEST_COLUMNS, column_of, is_header
from pipeline.sources.decode import decode
from pipeline.sources.docx import ENCRYPTED, OLE
from pipeline.sources.package import Package, damaged, encrypted
from pipeline.sources.raw import WIDEST, Raw, join_lines

if TYPE_CHECKING:
    from openpyxl.cell.read_only import ReadOnlyCell
    from openpyxl.worksheet._read_only import ReadOnlyWorksheet

MOST_ROWS = 20_000  # of a sheet that hold something; a ledger has some hundreds
_LAST_ROW = 2**20  # of a sheet
_HEADER_ROWS = 3
_DELIMITERS = ",\t;|"
_OURS = frozenset({"通报编号", "bulletin_id", "现有主题"})  # heads of our own exports and review sheets
# How rows begin that are none of the table: sums, and remarks below it.
_ASIDE = re.compile(r"(?:合|总|小)\s*计|(?:注|说明|备注|填[表报]\S{0,6}|审核\S{0,4}|联系\S{0,4})\s*[:：]")
_HEADING = re.compile(r"\D{4}")  # a number alone is none
_NAMESPACE = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@dataclass(frozen=True, slots=True)
class _Area:
    """Cells that are merged into one; rows and columns from 0, the last included."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(slots=True)
class _Sheet:
    """The cells of a sheet that hold something, row by row; a merged cell stands in its first row and column."""

    name: str
    rows: dict[int, dict[int, str]]
    merged: list[_Area]


def read_xlsx(data: bytes) -> Raw:
    """Read the sheets of a workbook that are ledgers, one after the other; the others are noted.

    Raises SourceError with code encrypted, damaged, too_large, own_export or no_ledger.
    """
    if data.startswith(OLE):
        raise encrypted() if ENCRYPTED in data else damaged()
    import openpyxl  # noqa: PLC0415  it takes long to load

    Package(data).check()
    sheets, hidden = [], []
    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        for sheet in book.worksheets:
            if sheet.sheet_state == "visible":
                sheets.append(_read_sheet(sheet))
            else:
                hidden.append(sheet.title)
    except SourceError:
        raise
    except Exception as error:  # the library raises whatever it stumbles over
        raise damaged() from error
    notes = [f"工作表“{name}”是隐藏的，没有读入" for name in hidden]
    return _raw(sheets, "utf-8", notes)


def read_csv(data: bytes) -> Raw:
    """Read a table of comma-separated values; commas may be tabs, semicolons or bars.

    Raises SourceError with code empty, binary, encoding, damaged, too_large, own_export or no_ledger.
    """
    text, encoding = decode(data)
    for delimiter in _DELIMITERS:
        sheet = _parse_csv(text, delimiter)
        if _is_ours(sheet) or any(_headers(sheet)):
            break
    return _raw([sheet], encoding, [])


def _parse_csv(text: str, delimiter: str) -> _Sheet:
    rows = {}
    try:
        for number, row in enumerate(csv.reader(io.StringIO(text), delimiter=delimiter)):
            held = {column: join_lines(cell.splitlines()) for column, cell in enumerate(row[:WIDEST]) if cell.strip()}
            if held:
                rows[number] = held
                _check_rows(rows)
    except csv.Error as error:
        raise SourceError("damaged", f"不是完好的 CSV（{error}）；请用 Excel 或 WPS 打开后另存") from error
    return _Sheet("", rows, [])


def _read_sheet(sheet: "ReadOnlyWorksheet") -> _Sheet:
    rows: dict[int, dict[int, str]] = {}
    # What the file says of its extent is not believed: a ledger whose extent was not brought up to date would be cut.
    for number, row in enumerate(sheet.iter_rows(1, _LAST_ROW, 1, WIDEST)):
        held = {column: _show(cell) for column, cell in enumerate(row) if cell.value is not None}
        held = {column: words for column, words in held.items() if words}
        if held:
            rows[number] = held
            _check_rows(rows)
    with sheet._get_source() as source:  # noqa: SLF001  the library tells merged cells only where it loads all into memory
        merged = list(_merged(source))
    return _Sheet(sheet.title, rows, merged)


def _merged(source: io.BufferedIOBase) -> Iterator[_Area]:
    """Give the merged cells of a sheet's XML."""
    from openpyxl.utils import range_boundaries  # noqa: PLC0415  likewise

    tags = (f"{_NAMESPACE}row", f"{_NAMESPACE}mergeCell")
    for _, element in etree.iterparse(source, tag=tags, resolve_entities=False, no_network=True):
        if element.tag == tags[1]:
            left, top, right, bottom = range_boundaries(element.get("ref"))
            yield _Area(top - 1, left - 1, bottom - 1, right - 1)
        element.clear()


def _show(cell: "ReadOnlyCell") -> str:
    """Write the value of a cell as the sheet shows it: days with their characters, whole numbers without a point."""
    value = cell.value
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime | date):
        return f"{value.year}年{value.month}月{value.day}日"
    if isinstance(value, time):
        return value.isoformat("minutes")
    if isinstance(value, int | float):
        if str(cell.number_format).endswith("%"):
            return f"{round(value * 100, 6):g}%"
        return f"{value:.15g}"
    return join_lines(str(value).splitlines())


def _check_rows(rows: dict[int, dict[int, str]]) -> None:
    if len(rows) > MOST_ROWS:
        raise SourceError("too_large", f"一张表超过上限 {MOST_ROWS} 行；请拆分后再读")


def _raw(sheets: Sequence[_Sheet], encoding: str, notes: list[str]) -> Raw:
    """Put the ledgers among the sheets on one text."""
    if any(map(_is_ours, sheets)):
        raise SourceError("own_export", "是 zhenggai 自己导出的表，不是整改台账原件；请移出文件夹")
    lines = []
    for sheet in sheets:
        found = _lines(sheet)
        lines += found
        if not found and sheet.rows:
            notes.append(f"工作表“{sheet.name}”没有台账的表头，没有读入")
    if not lines:
        raise SourceError(
            "no_ledger", "表里没有台账的表头（如：序号、反馈问题、整改措施、完成情况）；请核对后移出文件夹"
        )
    return Raw("\n".join(lines), encoding, paragraphs=True, notes=tuple(notes))


def _is_ours(sheet: _Sheet) -> bool:
    return any(_OURS & set(row.values()) for _, row in zip(range(_HEADER_ROWS), sheet.rows.values(), strict=False))


def _headers(sheet: _Sheet) -> Iterator[tuple[int, int, dict[int, str]]]:
    """Find the headers: first row, row after the last, and the heads by column."""
    done = 0
    for number, row in sheet.rows.items():
        if number < done or len(row) < FEWEST_COLUMNS - 1:
            continue
        end = 1 + max([number, *(a.bottom for a in sheet.merged if a.top == number and a.left in row)])
        heads = dict(row)
        for below in range(number + 1, min(end, number + _HEADER_ROWS)):
            heads |= sheet.rows.get(below, {})
        words = ["".join(head.split()) for head in heads.values()]
        if len(heads) >= FEWEST_COLUMNS and is_header(words):
            done = end
            yield number, end, heads


def _lines(sheet: _Sheet) -> list[str]:
    """Write the sheet: a row of a table as its cells between tabs, any other as one line; none where there is no table."""
    headers = list(_headers(sheet))
    if not headers:
        return []
    starts = [start for start, _, _ in headers]
    lines = ["　".join(row.values()) for number, row in sheet.rows.items() if number < starts[0]]
    for (_, end, heads), until in zip(headers, [*starts[1:], _LAST_ROW + 1], strict=True):
        lines += _table(sheet, end, until, heads)
    return lines


def _table(sheet: _Sheet, start: int, end: int, heads: dict[int, str]) -> list[str]:
    """Write the table below a header; sums and remarks stand after it."""
    rows = {number: dict(row) for number, row in sheet.rows.items() if start <= number < end}
    statement = next(column for column, head in heads.items() if column_of("".join(head.split())) == "statement")
    last = max((number for number, row in rows.items() if len(row) > 1 and statement in row), default=end)
    aside = [n for n, row in rows.items() if _ASIDE.match(row[min(row)]) or (n > last and set(row) == {min(heads)})]
    after = ["　".join(rows.pop(number).values()) for number in aside]
    _fill_down(rows, [a for a in sheet.merged if start <= a.top < end and a.bottom > a.top], statement)
    grouped = _group(rows, heads)
    columns = [*([-1] if grouped else []), *range(max(map(max, (heads, *rows.values()))) + 1)]
    every = [{-1: "方面", **heads}, *rows.values()]
    return ["\t".join(row.get(column, "") for column in columns) for row in every] + after


def _fill_down(rows: dict[int, dict[int, str]], merged: Sequence[_Area], statement: int) -> None:
    """Say in every problem's row what one cell says of several problems; a problem's own rows stay as they are."""
    for area in merged:
        words = rows.get(area.top, {}).get(area.left)
        if words and not area.left <= statement <= area.right:
            for number in range(area.top + 1, min(area.bottom, max(rows)) + 1):
                if statement in rows.get(number, {}):
                    rows[number][area.left] = words


def _group(rows: dict[int, dict[int, str]], heads: dict[int, str]) -> bool:
    """Make a column of the rows that hold but the heading of those below (一、党的领导方面); say whether there are any."""
    if any(column_of("".join(head.split())) == "aspect" for head in heads.values()):
        return False
    headings = [number for number, row in rows.items() if set(row) == {min(heads)} and _HEADING.search(row[min(heads)])]
    words: list[str] = []  # of headings that stand together
    for number in list(rows):
        if number in headings:
            words = [*(words if number - 1 in headings else []), *rows.pop(number).values()]
        elif words:
            rows[number][-1] = " ".join(words)
    return bool(headings)
