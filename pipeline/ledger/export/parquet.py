"""Tables → Parquet, a file each: types, lists and missing values as in the ledger, labels in the fields' metadata."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.ledger.export.about import About, explain
from pipeline.ledger.export.csv_files import README
from pipeline.ledger.export.words import meaning_zh, value_words
from pipeline.ledger.schema import TABLES, Table, arrow_schema


def write(path: Path, tables: Mapping[str, pa.Table], about: About, tick: Callable[[int], None]) -> None:
    """Write a folder: `<table>.parquet` and what the files are."""
    path.mkdir()
    for name, rows in tables.items():
        pq.write_table(rows.cast(described(TABLES[name])), path / f"{name}.parquet", compression="zstd")
        tick(rows.num_rows)
    (path / README).write_text("\n".join([*explain(about, tables), ""]), encoding="utf-8")


def described(table: Table) -> pa.Schema:
    """The ledger's schema; each field also says its meaning in Chinese and the words of its codes (JSON)."""
    schema = arrow_schema(table)
    for place, column in enumerate(table.columns):
        said = {"meaning_zh": meaning_zh(table, column)}
        if column.values:
            said["values"] = json.dumps(value_words(column), ensure_ascii=False)
        known = {key.decode(): value.decode() for key, value in schema.field(place).metadata.items()}
        schema = schema.set(place, schema.field(place).with_metadata(known | said))
    return schema
