"""Records → the JSON object of one bulletin, as `zhenggai parse --json` prints it (docs: ledger.md, the JSON contract).

Imports no table library, so that reading one file stays quick.
"""

from collections.abc import Sequence
from typing import Any

from pipeline.records import Bulletin, Evidence, Fact, Item, Note, Source, Span, Themes

FACTS = (
    "title", "unit", "party_body", "team", "kind", "round",
    "inspected_from", "inspected_to", "feedback_date", "published_date",
)  # fmt: skip
INFORMATION = ("index_number", "publisher", "written_date")  # of the information block; beyond the contract
DECLARED = (
    "aspects", "categories", "issues", "done", "done_ongoing", "in_progress", "not_started",
    "suggestions", "measures", "measures_done", "systems", "recovered_yuan", "accountable",
)  # fmt: skip
PARTS = ("description", "cause", "measures", "outcome", "incomplete_reason", "next_steps")


def as_object(source: Source, bulletin: Bulletin, themes: Sequence[Themes]) -> dict[str, Any]:
    """Make one JSON object of the bulletin; what the text does not say is None, and every key is there.

    Parameters
    ----------
    source
        The document, whose clean text the spans point into.
    bulletin
        What was read from it.
    themes
        The themes of each of its items, in their order.
    """
    return {
        "source": source.path,
        "text_sha256": source.text_sha256,
        "bulletin": {
            **{key: value(bulletin.facts.get(key)) for key in FACTS},
            "declared": {key: value(bulletin.declared.get(key)) for key in DECLARED},
            **{key: value(bulletin.facts.get(key)) for key in INFORMATION},
            "facts": fact_spans(bulletin),
        },
        "items": [_item(i, t) for i, t in zip(bulletin.items, themes, strict=True)],
        "notes": [note(n) for n in bulletin.notes],
    }


def value(fact: Fact | None) -> str | float | None:
    """Say what the fact says; a sum of whole yuan as a whole number."""
    found = None if fact is None else fact.value
    return int(found) if isinstance(found, float) and found.is_integer() else found


def fact_spans(bulletin: Bulletin) -> dict[str, Span]:
    """Say where each fact stands, by its column in the table bulletins: title, declared_issues and so on."""
    facts = {key: bulletin.facts[key].span for key in (*FACTS, *INFORMATION) if key in bulletin.facts}
    return facts | {f"declared_{key}": bulletin.declared[key].span for key in DECLARED if key in bulletin.declared}


def parts(item: Item) -> list[str]:
    """List which of the text fields the item has."""
    has_measures = bool(item.measures or item.measures_text)
    return [part for part in PARTS if (has_measures if part == "measures" else getattr(item, part))]


def evidence(found: Evidence) -> dict[str, Any]:
    """Make an object of a word that spoke for a theme."""
    return {"theme": found.theme, "word": found.word, "weight": found.weight, "span": found.span}


def note(found: Note) -> dict[str, Any]:
    """Make an object of something that could not be read or looks wrong."""
    return {"code": found.code, "message": found.message, "span": found.span}


def _item(item: Item, themes: Themes) -> dict[str, Any]:
    return {
        "n": item.n,
        "kind": item.kind,
        "aspect": item.aspect,
        "category": item.category,
        "statement": item.statement,
        "description": item.description,
        "cause": item.cause,
        "outcome": item.outcome,
        "incomplete_reason": item.incomplete_reason,
        "next_steps": item.next_steps,
        "measures": [{"n": m.n, "text": m.text, "span": m.span} for m in item.measures],
        "deadline": item.deadline,
        "responsible": item.responsible,
        "status": item.status,
        "status_from": item.status_from,
        "status_text": item.status_text,
        "parts": parts(item),
        "span": item.span,
        "statement_span": item.statement_span,
        "themes": themes.themes,
        "primary": themes.primary,
        "confidence": themes.confidence,
        "evidence": [evidence(e) for e in themes.evidence],
        "review": themes.review,
        # Beyond the contract
        "unit": item.unit,
        "target": item.target,
        "measures_text": item.measures_text,
        "status_span": item.status_span,
        "commitments": [
            {"text": c.text, "span": c.span, "date_text": c.date_text, "due": c.due} for c in item.commitments
        ],
        "spans": item.spans,
    }
