"""The schema → docs/data-dictionary.md.

Run `python -m pipeline.ledger.dictionary > docs/data-dictionary.md`; a test keeps the two equal.
"""

import sys
from collections.abc import Iterator

import pyarrow as pa

from pipeline.ledger import schema
from pipeline.ledger.schema import TABLES, Column, Table

TYPES = {
    schema.TEXT: "text",
    schema.WHOLE: "whole number",
    schema.NUMBER: "number",
    schema.DATE: "day",
    schema.YES_NO: "yes/no",
    schema.TEXTS: "list of texts",
}
# Chinese words for the values of closed sets.
WORDS = {
    tuple(words): words
    for words in (
        schema.STATUSES,
        schema.STATUS_SOURCES,
        schema.VERDICTS,
        schema.SEVERITIES,
        schema.DOCUMENT_STATUSES,
        schema.KINDS,
        schema.COMPARISONS,
        schema.REVIEWED,
        schema.OUTCOMES,
        schema.CONFLICTS,
    )
}

HEAD = """# Data dictionary 数据字典

Made from `pipeline/ledger/schema.py` by `python -m pipeline.ledger.dictionary`; do not edit.

The ledger is a folder of Parquet tables, the clean texts in `texts/<bulletin_id>.txt`, and `ledger.json`, which names
each table with its number of rows and its SHA-256. In a notebook: `from pipeline import open_ledger`.

- A missing value is missing: never 0, never "". A stated zero is 0.
- A span is two columns, `…_start` and `…_end` (not included), counted in characters of the clean text.
- Ids are the same on every machine and in every run, as long as the text is the same.
- `cache/` holds what was read from each file; it may be deleted, the next build reads everything again.
"""


def describe() -> str:
    """Write the data dictionary as Markdown."""
    contents = "\n".join(f"- [{t.name}](#{t.name}-{t.label}) {t.meaning}" for t in TABLES.values())
    tables = "\n".join("\n".join(_table(table)) for table in TABLES.values())
    return f"{HEAD}\n{contents}\n\n{tables}"


def _table(table: Table) -> Iterator[str]:
    yield f"## {table.name} {table.label}\n"
    yield f"{table.meaning} Key and order: `{table.key}`.\n"
    yield "| column | 名称 | type | missing | meaning |"
    yield "| --- | --- | --- | --- | --- |"
    yield from (_row(column) for column in table.columns)
    yield ""
    for column in table.columns:
        if column.values in WORDS:
            yield f"Values of `{column.name}`: {_values(column)}.\n"


def _row(column: Column) -> str:
    meaning = column.meaning if column.values in WORDS or not column.values else f"{column.meaning}: {_values(column)}"
    missing = "may be" if column.nullable else "never"
    return f"| `{column.name}` | {column.label} | {_type(column.type, column.unit)} | {missing} | {meaning} |"


def _type(type_: pa.DataType, unit: str | None) -> str:
    return f"{TYPES[type_]} ({unit})" if unit else TYPES[type_]


def _values(column: Column) -> str:
    words = WORDS.get(column.values, {})
    return ", ".join(f"`{value}` {words[value]}" if value in words else f"`{value}`" for value in column.values)


if __name__ == "__main__":
    sys.stdout.write(describe())
