"""Tables → a data package (Frictionless): CSV, `datapackage.json`, a dictionary in Chinese and English, checksums."""

import hashlib
import json
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa

from pipeline.ledger.export.about import TITLE, About, citation, explain
from pipeline.ledger.export.cells import headings, rows_of
from pipeline.ledger.export.csv_files import write_file
from pipeline.ledger.export.keys import foreign_keys
from pipeline.ledger.export.words import DIVIDER, dictionary, is_list, meaning_zh, value_words
from pipeline.ledger.schema import DATE, NUMBER, TABLES, TEXT, WHOLE, YES_NO, Column, Table

DESCRIPTOR, DATA, DICTIONARY, SUMS = "datapackage.json", "data", "dictionary.csv", "SHA256SUMS"
TYPES = {TEXT: "string", WHOLE: "integer", NUMBER: "number", DATE: "date", YES_NO: "boolean"}


def write(path: Path, tables: Mapping[str, pa.Table], about: About, tick: Callable[[int], None]) -> None:
    """Write the folder; its CSV is plain UTF-8 with English column names and codes, as machines read it.

    `SHA256SUMS` is read by `sha256sum --check`.
    """
    (path / DATA).mkdir(parents=True)
    for name, rows in tables.items():
        table = TABLES[name]
        heads = headings(table, english=True)
        write_file(path / DATA / f"{name}.csv", heads, rows_of(table, rows, english=True), mark=False)
        tick(rows.num_rows)
    entries = dictionary(TABLES[name] for name in tables)
    write_file(path / DICTIONARY, list(entries[0]), (list(row.values()) for row in entries), mark=False)
    resources = [_resource(path, TABLES[name], tables) for name in tables]
    resources.append(_dictionary_resource(path, list(entries[0])))
    _write(path / DESCRIPTOR, json.dumps(_descriptor(about, tables, resources), ensure_ascii=False, indent=1) + "\n")
    _write(path / "CITATION.cff", citation(about))
    _write(path / "README.md", "\n\n".join([f"# {TITLE}", *explain(about, tables)]) + "\n")
    files = sorted(file for file in path.rglob("*") if file.is_file())
    _write(path / SUMS, "".join(f"{_sha256(file)}  {file.relative_to(path).as_posix()}\n" for file in files))


def _descriptor(about: About, tables: Mapping[str, pa.Table], resources: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "name": "zhenggai-ledger",
        "title": TITLE,
        "description": "\n".join(explain(about, tables)),
        "version": about.version,
        "created": f"{about.made}T00:00:00Z",
        "sources": [{"title": "ledger.json", "hash": f"sha256:{about.ledger}"}],
        "redacted": about.masked is not None,
        "masked": dict(about.masked or {}),
        "resources": resources,
    }


def _resource(path: Path, table: Table, among: Collection[str]) -> dict[str, Any]:
    keys = [
        {"fields": [column], "reference": {"resource": other, "fields": [key]}}
        for column, other, key in foreign_keys(table, among)
    ]
    schema: dict[str, Any] = {
        "fields": [_field(table, column) for column in table.columns],
        "missingValues": [""],
        "primaryKey": [table.key],
    }
    if keys:
        schema["foreignKeys"] = keys
    return _file(path, table.name, f"{DATA}/{table.name}.csv") | {
        "title": table.label,
        "description": table.meaning,
        "schema": schema,
    }


def _dictionary_resource(path: Path, names: list[str]) -> dict[str, Any]:
    schema = {"fields": [{"name": name, "type": "string"} for name in names], "missingValues": [""]}
    return _file(path, "dictionary", DICTIONARY) | {"title": "数据字典", "schema": schema}


def _file(path: Path, name: str, place: str) -> dict[str, Any]:
    return {
        "name": name,
        "type": "table",
        "path": place,
        "scheme": "file",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": (path / place).stat().st_size,
        "hash": f"sha256:{_sha256(path / place)}",
        "dialect": {"csv": {"lineTerminator": "\r\n"}},
    }


def _field(table: Table, column: Column) -> dict[str, Any]:
    described: dict[str, Any] = {
        "name": column.name,
        "type": "list" if is_list(column) else TYPES[column.type],
        "title": column.label,
        "description": column.meaning,
        "description_zh": meaning_zh(table, column),
    }
    if is_list(column):
        described |= {"delimiter": DIVIDER, "itemType": "string"}
    if column.unit:
        described["unit"] = column.unit
    constraints: dict[str, Any] = {}
    # An empty text or list is written as nothing, which a required column may not be.
    if not column.nullable and (column.values or (column.type != TEXT and not is_list(column))):
        constraints["required"] = True
    if column.name == table.key:
        constraints |= {"required": True, "unique": True}
    if column.values:
        constraints["enum"] = list(column.values)
        described["categories"] = [{"value": code, "label": word} for code, word in value_words(column).items()]
    return described | ({"constraints": constraints} if constraints else {})


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
