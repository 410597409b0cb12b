"""Arrow's columns → cells as other programs can hold them: lists as one text, codes as words."""

from collections.abc import Iterator, Sequence
from datetime import date

import pyarrow as pa

from pipeline.errors import ExportError
from pipeline.ledger.export.words import DIVIDER, NO, YES, is_list, value_words
from pipeline.ledger.schema import YES_NO, Column, Table

Cell = str | int | float | bool | date | None
AT_A_TIME = 5_000  # rows that are Python values at once


def headings(table: Table, *, english: bool) -> list[str]:
    """The headings of a table, in Chinese or as the columns are named."""
    return [column.name if english else column.label for column in table.columns]


def rows_of(table: Table, rows: pa.Table, *, english: bool) -> Iterator[tuple[Cell, ...]]:
    """Give the rows one by one: lists joined by a bar; with Chinese headings, the words of codes.

    Raises ExportError where a text of a list holds the bar itself.
    """
    for start in range(0, rows.num_rows, AT_A_TIME):
        part = rows.slice(start, AT_A_TIME)
        columns = [column_of(c, part.column(c.name), words=not english) for c in table.columns]
        yield from zip(*columns, strict=True)


def column_of(column: Column, values: pa.ChunkedArray, *, words: bool = False) -> Sequence[Cell]:
    """Give the cells of one column."""
    cells: Sequence[Cell] = values.to_pylist()
    if is_list(column):
        return [None if cell is None else join(column, cell) for cell in values.to_pylist()]
    if words and column.type == YES_NO:
        return [None if cell is None else YES if cell else NO for cell in cells]
    if words and column.values:
        known = value_words(column)
        return [known.get(str(cell), cell) for cell in cells]
    return cells


def join(column: Column, texts: Sequence[str]) -> str:
    """Put several texts into one cell, so that they can be told apart again."""
    if any(DIVIDER in text or not text for text in texts):
        fault = next(text for text in texts if DIVIDER in text or not text)
        raise ExportError(
            f"列 {column.name} 里有“{fault}”：空的，或含有分隔用的竖线，写出后分不开；请改正这一条，或只导出 parquet、sqlite"
        )
    return DIVIDER.join(texts)
