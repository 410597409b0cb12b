"""Exports read back as other programs read them, each into rows of the schema: what a test compares with the ledger."""

import csv
import json
import re
import sqlite3
from contextlib import closing
from datetime import date, datetime

import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyreadstat

from pipeline.ledger.export.words import value_words
from pipeline.ledger.export.xlsx import MORE
from pipeline.ledger.schema import DATE, NUMBER, TABLES, TEXTS, WHOLE, YES_NO, arrow_schema


def ledger_rows(folder, name):
    """What the ledger holds: rows as dicts."""
    return pq.read_table(folder / f"{name}.parquet").to_pylist()


def read_xlsx(out, name, *, english=False):
    table = TABLES[name]
    book = openpyxl.load_workbook(out / "ledger.xlsx")
    assert all(cell.data_type != "f" for sheet in book for row in sheet for cell in row)
    sheets = [sheet for sheet in book if re.fullmatch(re.escape(table.label) + r"\d*", sheet.title)]
    lines = [list(row) for sheet in sheets for row in list(sheet.iter_rows(values_only=True))[1:]]
    heads = [cell.value for cell in sheets[0][1]]
    assert heads == [c.name if english else c.label for c in table.columns]
    whole = {}
    if "长文本" in book.sheetnames:
        for table_name, column, key, _, text in list(book["长文本"].iter_rows(values_only=True))[1:]:
            whole[table_name, column, key] = whole.get((table_name, column, key), "") + _unescape(text)
    key = [c.name for c in table.columns].index(table.key)
    rows = []
    for line in lines:
        cells = {}
        for column, cell in zip(table.columns, line, strict=True):
            text = _unescape(cell) if isinstance(cell, str) else cell
            full = whole.get((name, column.name, line[key]))
            if full is not None:
                assert text.endswith(MORE)
                assert full.startswith(text.removesuffix(MORE))
                text = full
            cells[column.name] = _from_cell(column, text, words=not english)
        rows.append(cells)
    return rows


def read_csv(out, name, *, english=False, mark=True):
    data = (out / "csv" / f"{name}.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf") == mark
    return _csv_rows(out / "csv" / f"{name}.csv", name, english=english)


def read_package(out, name):
    return _csv_rows(out / "package" / "data" / f"{name}.csv", name, english=True)


def read_parquet(out, name):
    rows = pq.read_table(out / "parquet" / f"{name}.parquet")
    assert rows.schema.equals(arrow_schema(TABLES[name]))
    return rows.to_pylist()


def read_stata(out, name):
    with pd.read_stata(out / "stata" / f"{name}.dta", iterator=True, convert_categoricals=False) as reader:
        frame = reader.read()
        words = reader.value_labels()
        assert reader.variable_labels() == {c.name: c.label for c in TABLES[name].columns}
    return _frame_rows(name, frame, words)


def read_spss(out, name):
    frame, about = pyreadstat.read_sav(out / "spss" / f"{name}.sav", disable_datetime_conversion=False)
    assert about.file_label == TABLES[name].label
    for column in TABLES[name].columns:
        assert about.column_names_to_labels[column.name] == column.label
        more = [other for other in frame.columns if re.fullmatch(rf"{column.name}_\d+", other)]
        for other in more:
            frame[column.name] = frame[column.name] + frame[other]
    return _frame_rows(name, frame, about.variable_value_labels)


def read_sqlite(out, name):
    with closing(sqlite3.connect(out / "ledger.sqlite")) as base:
        base.row_factory = sqlite3.Row
        assert base.execute("PRAGMA foreign_key_check").fetchall() == []
        assert base.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        rows = [dict(row) for row in base.execute(f'SELECT * FROM "{name}" ORDER BY rowid')]  # noqa: S608
    return [{c.name: _from_sqlite(c, row[c.name]) for c in TABLES[name].columns} for row in rows]


READERS = {
    "xlsx": read_xlsx,
    "csv": read_csv,
    "parquet": read_parquet,
    "stata": read_stata,
    "spss": read_spss,
    "sqlite": read_sqlite,
    "package": read_package,
}


def _csv_rows(path, name, *, english):
    table = TABLES[name]
    csv.field_size_limit(10_000_000)
    with path.open(encoding="utf-8-sig", newline="") as file:
        heads, *lines = csv.reader(file)
    assert heads == [c.name if english else c.label for c in table.columns]
    return [
        {c.name: _from_cell(c, cell or None, words=not english) for c, cell in zip(table.columns, line, strict=True)}
        for line in lines
    ]


def _from_cell(column, cell, *, words):
    if cell is None:
        return None if column.nullable else [] if column.type == TEXTS else ""
    if column.type == TEXTS:
        return cell.split("|")
    if column.type == YES_NO:
        return cell if isinstance(cell, bool) else {"是": True, "否": False, "true": True, "false": False}[cell]
    if column.type == DATE:
        return cell.date() if isinstance(cell, datetime) else date.fromisoformat(cell)
    if column.type in (WHOLE, NUMBER):
        assert column.type == NUMBER or not isinstance(cell, float)
        return int(cell) if column.type == WHOLE else float(cell)
    assert isinstance(cell, str), (column.name, cell)
    if words and column.values:  # noqa: PD011
        return {word: code for code, word in value_words(column).items()}[cell]
    return cell


def _frame_rows(name, frame, words):
    """Rows of a frame of Stata or SPSS, in which a missing text is empty."""
    rows = []
    for line in frame.to_dict("records"):
        row = {}
        for column in TABLES[name].columns:
            cell = line[column.name]
            if column.values or column.type == YES_NO:  # noqa: PD011
                shown = None if pd.isna(cell) else words[column.name][cell]
                cell = _from_cell(column, shown, words=True)
            elif column.type in (WHOLE, NUMBER, DATE):
                cell = None if pd.isna(cell) else cell
                cell = cell if cell is None else _number_or_day(column, cell)
            else:
                cell = _from_cell(column, cell or None, words=False)
            row[column.name] = cell
        rows.append(row)
    return rows


def _number_or_day(column, cell):
    if column.type == DATE:
        return cell.date() if isinstance(cell, datetime) else cell
    return int(cell) if column.type == WHOLE else float(cell)


def _from_sqlite(column, cell):
    if cell is None:
        return None
    if column.type == DATE:
        return date.fromisoformat(cell)
    if column.type == TEXTS:
        return json.loads(cell)
    return bool(cell) if column.type == YES_NO else cell


def _unescape(text):
    """What Excel shows: characters that XML cannot hold are written _x0001_."""
    return re.sub("_x([0-9A-Fa-f]{4})_", lambda found: chr(int(found[1], 16)), text)


def arrow(name, rows):
    return pa.Table.from_pylist(rows, arrow_schema(TABLES[name]))
