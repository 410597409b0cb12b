"""Records with defaults, so that a test states only what matters."""

from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

import pyarrow as pa

from pipeline.ledger.build import bulletin_id
from pipeline.ledger.reviews import Decision
from pipeline.ledger.schema import DECLARED, TABLES, Column, arrow_schema
from pipeline.ledger.write import text_path, write
from pipeline.records import Bulletin, Commitment, Count, Fact, Item, Measure, Note, Source, Themes

TEXT = "关于巡察整改情况的通报\n" + "一二三四五六七八九十" * 100
# Where each declared figure stands: every one somewhere else, so that a mix-up shows.
DECLARED_AT = {key: (100 + 3 * place, 102 + 3 * place) for place, key in enumerate(DECLARED)}


def make_item(
    status: str = "done", *, status_from: str = "item", measures: Any = ("制定制度。",), **fields: Any
) -> Item:
    """An item at `at` (500 by default); `measures` are texts, one character apart."""
    at = fields.pop("at", 500)
    spans = fields.pop("spans", {})
    listed = tuple(Measure(n, text, (at + 20 + n, at + 21 + n)) for n, text in enumerate(measures, start=1))
    values = {
        "n": "1", "kind": "issue", "unit": None, "aspect": None, "category": None, "statement": "学习不够",
        "description": None, "cause": None, "outcome": None, "incomplete_reason": None, "next_steps": None,
        "target": None, "deadline": None, "responsible": None, "commitments": (),
        "measures_text": "\n".join(measures) or None, "status_text": None, "status_span": None,
        "span": (at, at + 50), "statement_span": (at + 2, at + 6),
    }  # fmt: skip
    return Item(measures=listed, status=status, status_from=status_from, spans=spans, **(values | fields))


def make_items(statuses: str, **fields: Any) -> list[Item]:
    """One item a letter: d done, o ongoing, p in progress, n not started, - not stated; each 60 characters on."""
    codes = {"d": "done", "o": "done_ongoing", "p": "in_progress", "n": "not_started", "-": "not_stated"}
    sources = {"status_from": "none"}
    return [
        make_item(codes[letter], at=500 + 60 * i, n=str(i + 1), **((sources | fields) if letter == "-" else fields))
        for i, letter in enumerate(statuses)
    ]


def make_bulletin(
    items: Any = (),
    *,
    counts: tuple[Count, ...] = (),
    notes: tuple[Note, ...] = (),
    facts: Any = None,
    **declared: float,
) -> Bulletin:
    """A bulletin that declares the figures given by name."""
    return Bulletin(
        facts={key: Fact(value, (0, 4)) for key, value in (facts or {}).items()},
        declared={key: Fact(value, DECLARED_AT[key]) for key, value in declared.items()},
        counts=counts,
        items=tuple(items),
        notes=notes,
    )


def make_source(text: str = TEXT, **fields: Any) -> Source:
    digest = sha256(text.encode()).hexdigest()
    values = {"path": "甲.txt", "sha256": digest, "format": "txt", "encoding": "utf-8", "text": text}
    return Source(text_sha256=digest, **(values | fields))


def make_themes(*themes: str) -> Themes:
    themes = themes or ("理论学习",)
    return Themes(themes, themes[0], 0.9, (), review=False)


def make_commitment(due: str | None = "2021-06-30", **fields: Any) -> Commitment:
    return Commitment(**({"text": "预计6月底前完成", "span": (530, 538), "date_text": "6月底", "due": due} | fields))


def make_rows(name: str, *rows: Mapping[str, Any]) -> pa.RecordBatch:
    """Rows of a table, with something valid in every column that is not given."""
    table = TABLES[name]
    defaults = {column.name: _default(column) for column in table.columns}
    assert all(row.keys() <= defaults.keys() for row in rows)
    return pa.RecordBatch.from_pylist([defaults | row for row in rows], arrow_schema(table))


def make_ledger(folder: Path, text: str = "", **tables: list[dict[str, Any]]) -> Path:
    """A ledger of the rows given, in the order of their keys, and of one clean text."""
    folder.mkdir(exist_ok=True)
    pieces = [(name, make_rows(name, *tables.get(name, ()))) for name in TABLES]
    write(folder, pieces, {"pipeline": "test", "warnings": ["注意"]})
    path = text_path(folder, id_of(text))
    path.parent.mkdir()
    path.write_bytes(text.encode())
    return folder


def id_of(text: str) -> str:
    return bulletin_id(sha256(text.encode()).hexdigest())


def _default(column: Column) -> Any:
    if column.nullable:
        return None
    if column.values:
        return column.values[0]
    return {pa.int64(): 0, pa.float64(): 0.0, pa.bool_(): False, pa.string(): ""}.get(column.type, [])


def make_decision(new: str = "in_progress", **fields: str) -> Decision:
    """A decision on the status of the item b1-00001, made at minute `at` where that is given."""
    if "at" in fields:
        fields["decided_at"] = f"2026-01-02T03:{int(fields.pop('at')):02d}:00Z"
    values = {
        "decided_at": "2026-01-02T03:04:05Z", "reviewer": "analyst-a", "path": "甲.txt", "issue_id": "b1-00001",
        "n": "1", "statement": "学习不够", "field": "status", "old": "done", "reason": "",
    }  # fmt: skip
    return Decision(**(values | {"new": new} | fields))
