"""The JSON object of a bulletin: every key, in order, null where the text says nothing."""

import json

import pytest
from ledger_factories import make_bulletin, make_commitment, make_item, make_source, make_themes

from pipeline.ledger import contract, schema
from pipeline.ledger.contract import as_object, parts
from pipeline.records import Note

BULLETIN = [
    "title", "unit", "party_body", "team", "kind", "round", "inspected_from", "inspected_to", "feedback_date",
    "published_date", "declared", "index_number", "publisher", "written_date", "facts",
]  # fmt: skip
DECLARED = [
    "aspects", "categories", "issues", "done", "done_ongoing", "in_progress", "not_started", "suggestions", "measures",
    "measures_done", "systems", "recovered_yuan", "accountable",
]  # fmt: skip
ITEM = [
    "n", "kind", "aspect", "category", "statement", "description", "cause", "outcome", "incomplete_reason",
    "next_steps", "measures", "deadline", "responsible", "status", "status_from", "status_text", "parts", "span",
    "statement_span", "themes", "primary", "confidence", "evidence", "review",
]  # fmt: skip


def printed(bulletin, *, themes=()):
    made = as_object(make_source(), bulletin, themes or [make_themes() for _ in bulletin.items])
    return json.loads(json.dumps(made, ensure_ascii=False))


def test_every_key_is_there_in_its_order():
    found = printed(make_bulletin([make_item()]))
    assert list(found) == ["source", "text_sha256", "bulletin", "items", "notes"]
    assert list(found["bulletin"]) == BULLETIN
    assert list(found["bulletin"]["declared"]) == DECLARED
    assert list(found["items"][0])[: len(ITEM)] == ITEM


def test_what_is_not_said_is_null():
    bulletin = printed(make_bulletin())["bulletin"]
    assert {bulletin[key] for key in BULLETIN[:10]} == {None}
    assert set(bulletin["declared"].values()) == {None}


def test_values_and_spans():
    item = make_item(measures=("甲", "乙"), commitments=(make_commitment(),), spans={"cause": ((1, 2),)})
    notes = (Note("x", "说明", (3, 4)),)
    found = printed(make_bulletin([item], notes=notes, facts={"title": "通报"}, issues=19, recovered_yuan=0.0))
    assert found["source"] == "甲.txt"
    assert found["bulletin"]["title"] == "通报"
    assert found["bulletin"]["declared"]["issues"] == 19
    assert found["bulletin"]["declared"]["recovered_yuan"] == 0
    assert found["bulletin"]["facts"] == {
        "title": [0, 4],
        "declared_issues": [106, 108],
        "declared_recovered_yuan": [133, 135],
    }
    (made,) = found["items"]
    assert made["measures"] == [{"n": 1, "text": "甲", "span": [521, 522]}, {"n": 2, "text": "乙", "span": [522, 523]}]
    assert (made["span"], made["statement_span"], made["spans"]) == ([500, 550], [502, 506], {"cause": [[1, 2]]})
    assert made["commitments"][0]["due"] == "2021-06-30"
    assert found["notes"] == [{"code": "x", "message": "说明", "span": [3, 4]}]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"measures": ()}, []),
        ({"measures": ("甲",)}, ["measures"]),
        ({"measures": (), "measures_text": "见附件"}, ["measures"]),
        ({"measures": (), "description": "甲", "cause": "乙", "outcome": "丙"}, ["description", "cause", "outcome"]),
        ({"measures": (), "incomplete_reason": "甲", "next_steps": "乙"}, ["incomplete_reason", "next_steps"]),
        ({"measures": (), "target": "甲", "deadline": "乙", "responsible": "丙"}, []),  # no parts
    ],
)
def test_parts(fields, expected):
    assert parts(make_item(**fields)) == expected


def test_the_schema_and_the_contract_name_the_same_figures():
    assert list(schema.DECLARED) == list(contract.DECLARED) == DECLARED
    assert list(contract.FACTS) == BULLETIN[:10]
