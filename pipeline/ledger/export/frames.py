"""Tables → frames as Stata and SPSS hold them: numbers with value labels, days, and texts that are never missing."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa

from pipeline.ledger.export.cells import column_of
from pipeline.ledger.export.words import NO, YES, value_words
from pipeline.ledger.schema import DATE, NUMBER, WHOLE, YES_NO, Column, Table


@dataclass(frozen=True, slots=True)
class Frame:
    """A frame, and what each of its columns is called."""

    data: pd.DataFrame
    labels: Mapping[str, str]  # of the columns
    words: Mapping[str, dict[int | float, str]]  # column → number → word
    days: tuple[str, ...]
    texts: tuple[str, ...]
    whole: tuple[str, ...]  # numbers without decimals, codes among them


def frame(table: Table, rows: pa.Table) -> Frame:
    """Make the frame of a table.

    A closed set becomes the numbers 1, 2 … in the order of the schema, yes/no 1 and 0. Both programs have no missing
    text: it becomes "".
    """
    data = {column.name: _series(column, rows.column(column.name)) for column in table.columns}
    return Frame(
        pd.DataFrame(data, index=pd.RangeIndex(rows.num_rows)),
        {column.name: column.label for column in table.columns},
        {column.name: codes(column) for column in table.columns if _is_coded(column)},
        tuple(column.name for column in table.columns if column.type == DATE),
        tuple(column.name for column in table.columns if _is_text(column)),
        tuple(c.name for c in table.columns if c.type not in (NUMBER, DATE) and not _is_text(c)),
    )


def codes(column: Column) -> dict[int | float, str]:
    """The words of a column's numbers."""
    if column.type == YES_NO:
        return {0: NO, 1: YES}
    return {number: word for number, word in enumerate(value_words(column).values(), start=1)}  # noqa: C416  keys are numbers


def _is_coded(column: Column) -> bool:
    return bool(column.values) or column.type == YES_NO


def _is_text(column: Column) -> bool:
    return not _is_coded(column) and column.type not in (WHOLE, NUMBER, DATE)


def _series(column: Column, values: pa.ChunkedArray) -> pd.Series:
    cells = column_of(column, values)
    if column.type == DATE:
        return pd.Series(values.cast(pa.timestamp("ms")).to_numpy(), dtype="datetime64[ms]")
    if _is_text(column):
        return pd.Series(["" if cell is None else cell for cell in cells], dtype=object)
    if column.values:  # noqa: PD011
        numbers = {code: number for number, code in enumerate(column.values, start=1)}
        cells = [None if cell is None else numbers[str(cell)] for cell in cells]
    if column.type == NUMBER or any(cell is None for cell in cells):
        return pd.Series([np.nan if cell is None else cell for cell in cells], dtype="float64")
    return pd.Series(cells, dtype="int64")
