"""Records → rows of the tables, in two steps.

`tabulate` makes what follows from the text alone, so it can be kept as long as the bytes of the file are the same.
`place` adds what the folder knows: the file's path, its manifest, and the unit that a name stands for.
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from operator import itemgetter
from typing import Any

import pyarrow as pa

from pipeline.ledger.contract import DECLARED, FACTS, INFORMATION, evidence, fact_spans, note, parts
from pipeline.ledger.reconcile import reconcile
from pipeline.ledger.schema import COMMITMENTS, DISCREPANCIES, ISSUES, MEASURES, PLACES, TABLES, arrow_schema
from pipeline.ledger.units import Unit
from pipeline.records import Bulletin, Fact, Item, Manifest, Place, Source, Span, Themes

Row = dict[str, Any]

DATES = ("inspected_from", "inspected_to", "feedback_date", "published_date", "written_date")
YEAR_FROM = ("feedback_date", "inspected_to", "published_date")  # the first that is known gives the year
# The tables that hold many rows of one bulletin, as Arrow's columns; without labels, which take long to copy.
BATCHES = {
    table.name: pa.schema([(field.name, field.type) for field in arrow_schema(table)])
    for table in (ISSUES, MEASURES, COMMITMENTS, DISCREPANCIES, PLACES)
}


def bulletin_id(text_sha256: str) -> str:
    """Make the id of the bulletin with this clean text.

    >>> bulletin_id("9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")
    'b9f86d081884c'
    """
    return f"b{text_sha256[:12]}"


def tabulate(source: Source, bulletin: Bulletin, themes: Sequence[Themes]) -> tuple[Row, dict[str, list[Row]]]:
    """Make the row of the bulletin, and the rows of its items, measures, commitments, comparisons and places.

    What only the folder knows is None: path, unit_id, unit_name, region, url, year.

    Parameters
    ----------
    source
        The document.
    bulletin
        What was read from it.
    themes
        The themes of each item, in the order of the items.
    """
    key = bulletin_id(source.text_sha256)
    rows: dict[str, list[Row]] = {name: [] for name in BATCHES}
    for ordinal, (item, labels) in enumerate(zip(bulletin.items, themes, strict=True), start=1):
        issue = issue_id(key, ordinal)
        page = next((place.page for place in source.places if place.span[1] > item.span[0]), None)
        rows["issues"].append(_issue(key, issue, ordinal, item, labels) | {"page": page})
        rows["measures"] += _measures(key, issue, item)
        rows["commitments"] += _commitments(key, issue, item)
    rows["discrepancies"] = _discrepancies(key, bulletin)
    rows["places"] = list(_places(key, source.places))
    return _bulletin(key, source, bulletin), rows


def issue_id(bulletin: str, ordinal: int) -> str:
    """Make the id of an item: five digits, so that ids sort as the items stand.

    >>> issue_id("b9f86d081884c", 7)
    'b9f86d081884c-00007'
    """
    return f"{bulletin}-{ordinal:05d}"


def batches(rows: Mapping[str, Sequence[Row]]) -> dict[str, pa.RecordBatch]:
    """Put the rows into Arrow's columns, sorted by the key of their table."""
    return {
        # One array of structs a table: an array a column takes many times as long for a few rows.
        name: pa.RecordBatch.from_struct_array(
            pa.array(sorted(rows[name], key=itemgetter(TABLES[name].key)), pa.struct(list(schema)))
        )
        for name, schema in BATCHES.items()
    }


def place(
    row: Row, tables: Mapping[str, pa.RecordBatch], path: str, manifest: Manifest, units: Mapping[str, Unit | None]
) -> tuple[Row, dict[str, pa.RecordBatch]]:
    """Add what the folder knows to the bulletin's row and tables.

    Parameters
    ----------
    row, tables
        From `tabulate` and `batches`; they are left as they are.
    path
        The first file that holds the bulletin, relative to the folder.
    manifest
        The file's row in manifest.csv. It only fills what the text does not say.
    units
        The unit of every name in the folder, from `units.fold`.
    """
    unit = row["unit"] or manifest.unit
    published = row["published_date"] or _date(manifest.published)
    dates = row | {"published_date": published}
    year_from = next((key for key in YEAR_FROM if dates[key]), None)
    folded = units.get(unit) if unit else None
    placed = dates | {
        "path": path,
        "unit": unit,
        "unit_from": "text" if row["unit"] else "manifest" if unit else None,
        "unit_id": folded.id if folded else None,
        "unit_name": folded.name if folded else None,
        "region": manifest.region,
        "url": manifest.url,
        "published_from": "text" if row["published_date"] else "manifest" if published else None,
        "year": dates[year_from].year if year_from else None,
        "year_from": year_from,
    }
    named = [name or unit for name in tables["issues"].column("unit").to_pylist()]
    issues = _set(tables["issues"], "unit", named)
    issues = _set(issues, "unit_id", [_attribute(units, name, "id") for name in named])
    issues = _set(issues, "unit_name", [_attribute(units, name, "name") for name in named])
    issues = _set(issues, "year", [placed["year"]] * len(named))
    owners = dict(zip(issues.column("issue_id").to_pylist(), issues.column("unit_id").to_pylist(), strict=True))
    promises = tables["commitments"]
    promises = _set(promises, "unit_id", [owners[i] for i in promises.column("issue_id").to_pylist()])
    return placed, {**tables, "issues": issues, "commitments": promises}


def unit_names(row: Row, rows: Mapping[str, Sequence[Row]]) -> list[str]:
    """List every name of a unit in the rows of a bulletin."""
    return sorted({name for name in (row["unit"], *(issue["unit"] for issue in rows["issues"])) if name})


def as_json(value: object) -> str:
    """Write a value into a cell, as short as JSON can be."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _bulletin(key: str, source: Source, bulletin: Bulletin) -> Row:
    kinds = Counter(item.kind for item in bulletin.items)
    facts = {name: _said(bulletin.facts.get(name)) for name in (*FACTS, *INFORMATION)}
    return {
        "bulletin_id": key,
        "path": None,
        **facts,
        **{name: _date(facts[name]) for name in DATES},
        "unit_from": None,
        "unit_id": None,
        "unit_name": None,
        "region": None,
        "url": None,
        "published_from": None,
        "year": None,
        "year_from": None,
        **{f"declared_{name}": _said(bulletin.declared.get(name)) for name in DECLARED},
        "listed_issues": kinds["issue"],
        "listed_suggestions": kinds["suggestion"],
        "listed_measures": sum(len(item.measures) for item in bulletin.items),
        "characters": len(source.text),
        "facts": as_json(fact_spans(bulletin)),
        "notes": as_json([note(n) for n in bulletin.notes]),
    }


def _issue(key: str, issue: str, ordinal: int, item: Item, themes: Themes) -> Row:
    return {
        "issue_id": issue,
        "bulletin_id": key,
        "ordinal": ordinal,
        "n": item.n,
        "kind": item.kind,
        "unit": item.unit,
        "aspect": item.aspect,
        "category": item.category,
        "statement": item.statement,
        "description": item.description,
        "cause": item.cause,
        "outcome": item.outcome,
        "incomplete_reason": item.incomplete_reason,
        "next_steps": item.next_steps,
        "target": item.target,
        "deadline": item.deadline,
        "responsible": item.responsible,
        "status": item.status,
        "status_from": item.status_from,
        "status_text": item.status_text,
        "n_measures": len(item.measures),
        "parts": parts(item),
        "themes": themes.themes,
        "primary": themes.primary,
        "confidence": themes.confidence,
        "review": themes.review,
        "corrected": (),
        "evidence": as_json([evidence(e) for e in themes.evidence]),
        **_span("item", item.span),
        **_span("statement", item.statement_span),
        "spans": as_json(dict(sorted(item.spans.items()))),
    }


def _measures(key: str, issue: str, item: Item) -> Iterable[Row]:
    for place_, measure in enumerate(item.measures, start=1):
        yield {
            "measure_id": f"{issue}-{place_:03d}",
            "issue_id": issue,
            "bulletin_id": key,
            "n": place_,
            "text": measure.text,
            **_span("text", measure.span),
        }


def _commitments(key: str, issue: str, item: Item) -> Iterable[Row]:
    for place_, promise in enumerate(item.commitments, start=1):
        yield {
            "commitment_id": f"{issue}-c{place_:02d}",
            "issue_id": issue,
            "bulletin_id": key,
            "sentence": promise.text,
            "date_text": promise.date_text,
            "due_date": _date(promise.due),
            **_span("sentence", promise.span),
        }


def _discrepancies(key: str, bulletin: Bulletin) -> list[Row]:
    rows: dict[str, Row] = {}
    for found in reconcile(bulletin):
        name = "-".join(filter(None, (key, "d", found.code, found.where)))
        # Two of a kind in one place: both are kept.
        identity = next(i for i in (name, *(f"{name}-{n}" for n in range(2, len(rows) + 3))) if i not in rows)
        rows[identity] = {
            "discrepancy_id": identity,
            "bulletin_id": key,
            "issue_id": issue_id(key, found.ordinal) if found.ordinal else None,
            "code": found.code,
            "declared": found.declared,
            "listed": found.listed,
            "verdict": found.verdict,
            "severity": found.severity,
            "message": found.message,
            **_span("declared", found.declared_span),
            **_span("listed", found.listed_span),
        }
    return list(rows.values())


def _places(key: str, places: Iterable[Place]) -> Iterable[Row]:
    for number, found in enumerate(places, start=1):
        left, top, right, bottom = found.box
        box = {"left": left, "top": top, "right": right, "bottom": bottom}
        yield {
            "place_id": f"{key}-p{number:06d}",
            "bulletin_id": key,
            **_span("text", found.span),
            "page": found.page,
            **box,
        }


def _span(prefix: str, span: Span | None) -> Row:
    start, end = span or (None, None)
    return {f"{prefix}_start": start, f"{prefix}_end": end}


def _said(fact: Fact | None) -> str | float | None:
    return None if fact is None else fact.value


def _date(text: str | float | None) -> date | None:
    return date.fromisoformat(str(text)) if text else None


def _set(table: pa.RecordBatch, name: str, values: Sequence[Any]) -> pa.RecordBatch:
    index = table.schema.get_field_index(name)
    return table.set_column(index, name, pa.array(values, table.schema.field(index).type))


def _attribute(units: Mapping[str, Unit | None], name: str | None, attribute: str) -> str | None:
    unit = units.get(name) if name else None
    return getattr(unit, attribute) if unit else None
