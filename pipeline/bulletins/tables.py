"""Tables of a bulletin (序号 | 反馈问题 | 整改措施 | …) → items.

In the clean text a row of a table is a line, its cells parted by tabs. What a column holds is told by the words of the
header, never by its place; of two columns of progress the one that holds status words is the status. A cell merged over
rows stands in its first row and is empty in those below; a row without a problem of its own goes on with the one above.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

from pipeline.bulletins import wording
from pipeline.bulletins.fields import Fields, read_cells
from pipeline.bulletins.headings import group_span, statement_span
from pipeline.bulletins.items import Read, Surroundings, assemble
from pipeline.bulletins.lines import Line
from pipeline.bulletins.marks import Marks
from pipeline.bulletins.segments import Segment
from pipeline.lexicon.columns import FEWEST_COLUMNS, column_of, is_header
from pipeline.numbering import read_marker
from pipeline.records import Item, Note, Span
from pipeline.text import trim

_GROUPS = frozenset({"cn", "cn_paren", "part", "plain"})  # kinds of headings that may stand between rows
_MERGED_DOWN = frozenset({"aspect", "unit", "responsible", "deadline"})  # empty below a cell means: the same


@dataclass(frozen=True, slots=True)
class Table:
    """A table of issues."""

    columns: tuple[str | None, ...]  # the field that each column holds; None: not known
    heads: tuple[Span, ...]  # the cells of the header
    rows: tuple[tuple[Span, ...], ...]  # the cells of each row
    span: Span
    kind: str = "issue"  # or suggestion: what its rows are


def find_tables(text: str, lines: Sequence[Line]) -> list[Table]:
    """Find the tables whose header names the problems and something that was done about them."""
    tables: list[Table] = []
    rows: list[tuple[Span, ...]] = []
    for line, after in zip_longest(lines, lines[1:]):
        cells = _cells(text, line)
        if cells:
            rows.append(cells)
        elif rows and line.kind in _GROUPS and after and len(_cells(text, after)) == len(rows[-1]):
            rows.append(((line.start, line.end),))
        elif rows:
            tables += _tables(text, rows)
            rows = []
    return tables + _tables(text, rows)


def read_table(text: str, marks: Marks, table: Table, around: Surroundings) -> list[Item]:
    """Read the items of a table."""
    items: list[Item] = []
    above: dict[str, list[Span]] = {}
    for group in _groups(text, table):
        above |= {name: cells for name, cells in group.cells.items() if name in _MERGED_DOWN}
        items.append(_item(text, marks, group, above, len(items) + 1, around))
    return items


def note_columns(text: str, table: Table) -> list[Note]:
    """Note the columns that were not read, so that nothing is lost unseen."""
    unread = [text[slice(*head)] for head, field in zip(table.heads, table.columns, strict=True) if field is None]
    words = "、".join(word for word in unread if word)
    return [Note("column_unread", f"表格有未读入的列：{words}", table.heads[0])] if words else []


@dataclass(frozen=True, slots=True)
class _Group:
    """The rows of one item: the cells of every field that hold something."""

    cells: dict[str, list[Span]]
    span: Span
    kind: str  # issue, suggestion


def _cells(text: str, line: Line) -> tuple[Span, ...]:
    """Give the cells of a row; none where the line is no row."""
    if "\t" not in text[line.start : line.end]:
        return ()
    cells, start = [], line.start
    for words in text[line.start : line.end].split("\t"):
        cells.append(trim(text, start, start + len(words)))
        start += len(words) + 1
    return tuple(cells) if len(cells) >= FEWEST_COLUMNS else ()


def _tables(text: str, rows: list[tuple[Span, ...]]) -> list[Table]:
    """Make tables of rows that stand together: each begins with a header, and a header printed again is no row."""
    tables: list[Table] = []
    for _number, row in enumerate(rows):
        words = _words(text, row)
        if is_header(words):
            if not tables or words != _words(text, tables[-1].heads):
                tables.append(_begin(tuple(map(column_of, words)), row))
        elif tables and len(row) <= len(tables[-1].columns) + 1:
            last = tables[-1]
            end = max(end for _, end in row)
            tables[-1] = replace(last, rows=(*last.rows, row), span=(last.span[0], end))
    return [_with_status(text, table) for table in tables if table.rows]


def _begin(columns: tuple[str | None, ...], heads: tuple[Span, ...]) -> Table:
    """Begin a table with its header; one of suggestions has them where others have the problems."""
    kind = "issue" if "statement" in columns else "suggestion"
    named = tuple("statement" if field == kind == "suggestion" else field for field in columns)
    return Table(named, heads, (), (heads[0][0], heads[-1][1]), kind)


def _words(text: str, row: Sequence[Span]) -> list[str]:
    return ["".join(text[slice(*cell)].split()) for cell in row]


def _with_status(text: str, table: Table) -> Table:
    """Tell the column that holds status words, where a column of progress does."""
    columns = list(table.columns)
    for number, field in enumerate(columns):
        if field != "progress":
            continue
        filled = [
            text[slice(*row[number])] for row in table.rows if number < len(row) and row[number][0] < row[number][1]
        ]
        stated = sum(bool(wording.only_status(words.strip("。 "))) for words in filled)
        if filled and stated * 2 > len(filled):
            columns[number] = "status"
    return replace(table, columns=tuple(columns))


def _groups(text: str, table: Table) -> Iterator[_Group]:
    """Give the rows item by item."""
    cells: dict[str, list[Span]] = {}
    span: Span | None = None
    for row in table.rows:
        if len(row) == 1:  # 一、购销业务方面: a heading between the rows
            if "statement" in cells and span:
                yield _Group(cells, span, table.kind)
            cells, span = {"aspect": [row[0]]}, None
            continue
        pairs = zip(table.columns, row, strict=False)
        held = [(field, cell) for field, cell in pairs if field is not None and cell[0] < cell[1]]
        if not held:
            continue
        begins = any(f == "statement" or (f == "n" and read_marker(text, *cell) is not None) for f, cell in held)
        if begins and "statement" in cells and span:
            yield _Group(cells, span, table.kind)
            cells, span = {}, None
        for field, cell in held:
            cells.setdefault(field, []).append(cell)
        if "statement" in cells:
            first = min(start for spans in cells.values() for start, _ in spans)
            span = (span[0] if span else first, max(end for _, (_, end) in held))
    if "statement" in cells and span:
        yield _Group(cells, span, table.kind)


def _item(
    text: str, marks: Marks, group: _Group, above: dict[str, list[Span]], ordinal: int, around: Surroundings
) -> Item:
    cell = group.cells["statement"][0]
    marker = read_marker(text, *cell)
    head = marker.end if marker else cell[0]
    line = Line(cell[0], cell[1], "ar", ordinal, None, head, None, cue=False)
    start, stop, rest = statement_span(text, line, cell[1])
    fields = _read_fields(text, marks, group, (rest, cell[1]))
    for name in ("responsible", "deadline"):
        if name in above and name not in fields.spans:
            fields.spans[name] = above[name]
    number = text[slice(*group.cells["n"][0])].strip("．.、（） ") if "n" in group.cells else None
    return assemble(
        text,
        marks,
        Read(
            n=number or (marker.printed if marker and marker.printed else str(ordinal)),
            kind=group.kind,
            unit=above["unit"][-1] if "unit" in above else None,
            aspect=_aspect(text, above["aspect"][-1] if "aspect" in above else None),
            category=None,
            statement=(start, stop),
            status=_status(fields),
            span=group.span,
        ),
        fields,
        around,
    )


def _read_fields(text: str, marks: Marks, group: _Group, description: Span) -> Fields:
    aside = {"n", "statement", *(_MERGED_DOWN - {"responsible", "deadline"})}
    segments = [Segment(name, *cell) for name, cells in group.cells.items() if name not in aside for cell in cells]
    further = [Segment("description", *cell) for cell in group.cells["statement"][1:]]
    return read_cells(text, marks, [Segment("description", *description), *further, *segments])


def _aspect(text: str, cell: Span | None) -> Span | None:
    if cell is None:
        return None
    marker = read_marker(text, *cell)
    return group_span(text, Line(*cell, "plain", None, None, marker.end if marker else cell[0], None, cue=False))


def _status(fields: Fields) -> tuple[str, str, Span | None]:
    stated = fields.status
    return (stated.status, "item", (stated.start, stated.end)) if stated else ("not_stated", "none", None)
