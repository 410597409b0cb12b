"""Tables → files: Parquet with fixed options, so the same rows give the same bytes; each file whole or not at all.

`ledger.json` is written last and names every table with its hash: a ledger is finished when they agree.
"""

import hashlib
import json
import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline.errors import LedgerError
from pipeline.ledger.files import temporary, write_bytes
from pipeline.ledger.schema import TABLES, Table, arrow_schema

FORMAT = 1  # of the folder; a change that older readers cannot read raises it
CONTENTS = "ledger.json"
TEXTS = "texts"  # folder of the clean texts
OPTIONS: dict[str, Any] = {"compression": "zstd", "compression_level": 3, "version": "2.6"}
ROW_GROUP = 20_000  # rows; a group ends after the bulletin that reaches them, so memory stays flat


def table_path(folder: Path, name: str) -> Path:
    """Name the table's file."""
    return folder / f"{name}.parquet"


def text_path(folder: Path, bulletin_id: str) -> Path:
    """Name the file of the bulletin's clean text."""
    return folder / TEXTS / f"{bulletin_id}.txt"


def write(folder: Path, pieces: Iterable[tuple[str, pa.RecordBatch]], about: dict[str, Any]) -> dict[str, int]:
    """Write the ledger and return how many rows each table has.

    Parameters
    ----------
    folder
        Where to; the folder is there.
    pieces
        Names of tables with batches of their rows, those of each table in the order of its key. They are taken one by
        one and not kept.
    about
        What else `ledger.json` is to say.

    Raises
    ------
    LedgerError
        A row breaks the schema: a key that is not unique, a value missing or not in its closed set.
    """
    writers: dict[str, _TableWriter] = {}
    try:
        for name, table in TABLES.items():
            writers[name] = _TableWriter(folder, table)
        for name, batch in pieces:
            writers[name].add(batch)
        finished = {name: writer.finish() for name, writer in writers.items()}
    except BaseException:
        for writer in writers.values():
            writer.discard()
        raise
    # All tables are complete on disk; from here on only names change, so the ledger is unusable for a moment at most.
    for writer in writers.values():
        writer.temporary.replace(writer.path)
    contents = {"format": FORMAT, **about, "tables": finished}
    write_bytes(folder / CONTENTS, (json.dumps(contents, ensure_ascii=False, indent=1) + "\n").encode())
    return {name: table["rows"] for name, table in finished.items()}


def check(table: Table, rows: pa.Table, last_key: str | None = None) -> str:
    """Raise LedgerError where rows break the schema; return the last key.

    Parameters
    ----------
    table
        The schema.
    rows
        In the table's columns and types, at least one.
    last_key
        The key of the row before these; keys must ascend, which makes them unique.
    """
    for column in table.columns:
        values = rows.column(column.name)
        if not column.nullable and values.null_count:
            raise LedgerError(_fault(table, f"列 {column.name} 有 {values.null_count} 个空值"))
        if column.values:
            known = pa.array([*column.values, None], column.type)
            wrong = values.filter(pc.invert(pc.is_in(values, known)))
            if len(wrong):
                raise LedgerError(_fault(table, f"列 {column.name} 有未知的值 {wrong[0]}"))
    keys = rows.column(table.key).combine_chunks()
    before = pa.concat_arrays([pa.array([last_key or ""], keys.type), keys.slice(0, len(keys) - 1)])
    disordered = keys.filter(pc.greater_equal(before, keys))
    if len(disordered):
        raise LedgerError(_fault(table, f"{table.key} {disordered[0]} 重复或乱序"))
    return str(keys[-1])


def _fault(table: Table, what: str) -> str:
    return f"表 {table.name} 不合规定：{what}；这是程序的错误，请连同所读的文件一起报告"


class _TableWriter:
    """Collects the rows of one table into row groups in a temporary file."""

    def __init__(self, folder: Path, table: Table) -> None:
        self.table = table
        self.path = table_path(folder, table.name)
        self.temporary = temporary(self.path)
        self.schema = arrow_schema(table)
        self.rows = 0
        self.last_key: str | None = None
        self._waiting: list[pa.RecordBatch] = []
        self._waiting_rows = 0
        self._file = self.temporary.open("wb")
        self._parquet = pq.ParquetWriter(self._file, self.schema, **OPTIONS)

    def add(self, batch: pa.RecordBatch) -> None:
        self._waiting.append(batch)
        self._waiting_rows += batch.num_rows
        if self._waiting_rows >= ROW_GROUP:
            self._flush()

    def finish(self) -> dict[str, Any]:
        self._flush()
        self._parquet.close()
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        with self.temporary.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        return {"rows": self.rows, "sha256": digest}

    def discard(self) -> None:
        with suppress(OSError):  # a full disk may be the reason why
            self._parquet.close()
            self._file.close()
        self.temporary.unlink(missing_ok=True)

    def _flush(self) -> None:
        if not self._waiting_rows:
            return
        rows = pa.Table.from_batches(self._waiting).combine_chunks().cast(self.schema)
        self.last_key = check(self.table, rows, self.last_key)
        self._parquet.write_table(rows, row_group_size=rows.num_rows)
        self.rows += rows.num_rows
        self._waiting, self._waiting_rows = [], 0
