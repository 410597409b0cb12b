"""Tables → CSV, a file each: UTF-8 with the byte-order mark that Excel wants, or plain."""

import csv
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

import pyarrow as pa

from pipeline.ledger.export.about import About, explain
from pipeline.ledger.export.cells import Cell, headings, rows_of
from pipeline.ledger.export.words import HEADINGS, dictionary
from pipeline.ledger.schema import TABLES

DICTIONARY, README = "dictionary.csv", "README.txt"


def write(path: Path, tables: Mapping[str, pa.Table], about: About, tick: Callable[[int], None]) -> None:
    """Write a folder: `<table>.csv`, the data dictionary and what the files are."""
    path.mkdir()
    for name, rows in tables.items():
        table = TABLES[name]
        heads = headings(table, english=about.english)
        write_file(path / f"{name}.csv", heads, rows_of(table, rows, english=about.english), mark=not about.plain)
        tick(rows.num_rows)
    entries = dictionary(TABLES[name] for name in tables)
    write_file(
        path / DICTIONARY, list(HEADINGS.values()), (list(row.values()) for row in entries), mark=not about.plain
    )
    (path / README).write_text("\n".join([*explain(about, tables), ""]), encoding="utf-8")


def write_file(path: Path, heads: Sequence[str], rows: Iterable[Sequence[Cell]], *, mark: bool) -> None:
    """Write one table: days as 2026-01-02, yes and no as true and false where they are no words, missing as nothing."""
    with path.open("w", encoding="utf-8-sig" if mark else "utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow(heads)
        writer.writerows([str(cell).lower() if isinstance(cell, bool) else cell for cell in row] for row in rows)
