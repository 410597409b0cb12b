"""Tables → one SQLite file: keys and closed sets are checked by it, and a view a table has the Chinese headings."""

import sqlite3
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import closing
from pathlib import Path

import pyarrow as pa

from pipeline.ledger.build import as_json
from pipeline.ledger.export.about import About, explain
from pipeline.ledger.export.keys import foreign_keys
from pipeline.ledger.export.words import HEADINGS, dictionary, is_list, value_words
from pipeline.ledger.schema import DATE, NUMBER, TABLES, WHOLE, YES_NO, Column, Table

AT_A_TIME = 5_000  # rows


def write(path: Path, tables: Mapping[str, pa.Table], about: About, tick: Callable[[int], None]) -> None:
    """Write the file.

    Days are texts (2026-01-02), yes and no are 1 and 0, lists are JSON, which json_each takes apart. Beside the tables:
    `dictionary`, `codes` (the words of codes), `about`, and a view for each table under its Chinese name.
    """
    described = [TABLES[name] for name in tables]
    with closing(sqlite3.connect(path)) as base:
        base.execute("PRAGMA foreign_keys = ON")
        with base:
            _fill(base, "about", ("line",), ((line,) for line in explain(about, tables)))
            entries = dictionary(described)
            _fill(base, "dictionary", tuple(HEADINGS), (tuple(row.values()) for row in entries))
            codes = ((t.name, c.name, code, word) for t in described for c in t.columns for code, word in _words(c))
            _fill(base, "codes", ("table", "column", "code", "word"), codes)
            base.execute("PRAGMA defer_foreign_keys = ON")
            for table in described:
                base.execute(_create(table, tables))
                base.execute(_view(table))
            for table in described:
                _insert(base, table, tables[table.name], tick)


def _create(table: Table, among: Collection[str]) -> str:
    lines = [_column(column, table.key) for column in table.columns]
    lines += [
        f"FOREIGN KEY ({_name(column)}) REFERENCES {_name(other)} ({_name(key)})"
        for column, other, key in foreign_keys(table, among)
    ]
    return f"CREATE TABLE {_name(table.name)} (\n  " + ",\n  ".join(lines) + "\n) STRICT"


def _column(column: Column, key: str) -> str:
    words = [_name(column.name), _type(column)]
    if column.name == key:
        words.append("PRIMARY KEY")
    if not column.nullable:
        words.append("NOT NULL")
    if column.values:
        words.append(f"CHECK ({_name(column.name)} IN ({', '.join(map(_text, column.values))}))")
    return f"{' '.join(words)} /* {column.label} */"


def _type(column: Column) -> str:
    if column.type in (WHOLE, YES_NO):
        return "INTEGER"
    return "REAL" if column.type == NUMBER else "TEXT"


def _view(table: Table) -> str:
    shown = []
    for column in table.columns:
        cell = f"t.{_name(column.name)}"
        if column.values:
            where = f'c."table" = {_text(table.name)} AND c."column" = {_text(column.name)} AND c.code = {cell}'
            cell = f"(SELECT word FROM codes c WHERE {where})"  # noqa: S608
        shown.append(f"{cell} AS {_name(column.label)}")
    return f"CREATE VIEW {_name(table.label)} AS SELECT {', '.join(shown)} FROM {_name(table.name)} t"  # noqa: S608  names are the schema's


def _insert(base: sqlite3.Connection, table: Table, rows: pa.Table, tick: Callable[[int], None]) -> None:
    marks = ", ".join("?" * len(table.columns))
    for start in range(0, rows.num_rows, AT_A_TIME):
        part = rows.slice(start, AT_A_TIME)
        columns = [_cells(column, part.column(column.name)) for column in table.columns]
        base.executemany(f"INSERT INTO {_name(table.name)} VALUES ({marks})", zip(*columns, strict=True))  # noqa: S608
        tick(part.num_rows)


def _cells(column: Column, values: pa.ChunkedArray) -> Iterable[object]:
    cells = values.to_pylist()
    if column.type == DATE:
        return [None if cell is None else cell.isoformat() for cell in cells]
    if is_list(column):
        return [None if cell is None else as_json(cell) for cell in cells]
    return cells if column.type != YES_NO else [None if cell is None else int(cell) for cell in cells]


def _fill(base: sqlite3.Connection, name: str, columns: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> None:
    base.execute(f"CREATE TABLE {_name(name)} ({', '.join(f'{_name(column)} TEXT' for column in columns)}) STRICT")
    base.executemany(f"INSERT INTO {_name(name)} VALUES ({', '.join('?' * len(columns))})", rows)  # noqa: S608


def _words(column: Column) -> Iterable[tuple[str, str]]:
    return value_words(column).items()


def _name(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
