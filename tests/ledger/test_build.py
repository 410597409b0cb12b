"""Records become rows: ids, types, and what only the folder knows."""

import json
from datetime import date

import pyarrow as pa
import pytest
from ledger_factories import TEXT, make_bulletin, make_commitment, make_item, make_items, make_source, make_themes

from pipeline.ledger.build import batches, bulletin_id, place, tabulate, unit_names
from pipeline.ledger.schema import BULLETINS, TABLES, arrow_schema
from pipeline.ledger.units import Unit
from pipeline.records import Evidence, Manifest, Note, Place, Themes

HALL, OFFICE = Unit("u1", "市文化馆"), Unit("u2", "市体育局")
NOWHERE = Manifest()


PLACES = (Place((0, 40), 1, (90.0, 80.0, 500.0, 96.0)), Place((40, 900), 2, (90.0, 80.5, 500.0, 96.0)))


def tabulated(items=(), places=(), **bulletin):
    return tabulate(make_source(places=places), make_bulletin(items, **bulletin), [make_themes() for _ in items])


def placed(items=(), manifest=NOWHERE, units=None, **bulletin):
    row, rows = tabulated(items, **bulletin)
    row, tables = place(row, batches(rows), "甲.txt", manifest, units or {})
    return row, {name: table.to_pylist() for name, table in tables.items()}


def test_rows_have_the_columns_of_the_schema():
    row, rows = tabulated([make_item(commitments=(make_commitment(),))], PLACES[:1], issues=2)
    assert row.keys() == {column.name for column in BULLETINS.columns}
    pa.RecordBatch.from_pylist([row | {"path": "甲.txt"}], arrow_schema(BULLETINS)).validate(full=True)
    for name, batch in batches(rows).items():
        assert batch.num_rows == 1, name
        assert batch.schema.names == [column.name for column in TABLES[name].columns]


def test_an_item_of_a_file_with_pages_knows_its_page():
    _, rows = tabulated([make_item(at=10), make_item(at=500)], PLACES)
    assert [row["page"] for row in rows["issues"]] == [1, 2]
    assert [(r["place_id"][-8:], r["text_start"], r["text_end"], r["page"], r["top"]) for r in rows["places"]] == [
        ("-p000001", 0, 40, 1, 80.0), ("-p000002", 40, 900, 2, 80.5),
    ]  # fmt: skip
    _, rows = tabulated([make_item()])
    assert (rows["issues"][0]["page"], rows["places"]) == (None, [])


def test_ids_are_made_of_the_text_and_the_place():
    row, rows = tabulated([make_item(measures=("甲", "乙")), make_item(commitments=(make_commitment(),))])
    key = bulletin_id(make_source().text_sha256)
    assert row["bulletin_id"] == key == "b" + make_source().text_sha256[:12]
    assert [r["issue_id"] for r in rows["issues"]] == [f"{key}-00001", f"{key}-00002"]
    assert [r["measure_id"] for r in rows["measures"]] == [f"{key}-00001-001", f"{key}-00001-002", f"{key}-00002-001"]
    assert [r["commitment_id"] for r in rows["commitments"]] == [f"{key}-00002-c01"]


def test_two_comparisons_of_a_kind_in_one_place_are_both_kept():
    notes = (Note("number_skipped", "由4到6", (60, 61)), Note("number_skipped", "由6到9", (60, 61)))
    _, rows = tabulated(notes=notes)
    assert [r["discrepancy_id"].partition("-")[2] for r in rows["discrepancies"]] == [
        "d-number_skipped-0000060",
        "d-number_skipped-0000060-2",
    ]
    assert {r["message"] for r in rows["discrepancies"]} == {"由4到6", "由6到9"}


def test_rows_stand_in_the_order_of_their_keys():
    _, rows = tabulated(make_items("dd" * 9, measures=("甲", "乙")), issues=3, done=2, aspects=1)
    for name, batch in batches(rows).items():
        keys = batch.column(TABLES[name].key).to_pylist()
        assert keys == sorted(keys), name
    assert len(rows["discrepancies"]) == 3


def test_what_is_not_said_is_missing_and_a_stated_zero_is_zero():
    row, _ = tabulated(accountable=0)
    assert row["declared_accountable"] == 0
    assert row["declared_issues"] is None
    assert row["unit"] is None


def test_spans_and_evidence_are_kept():
    item = make_item(cause="认识不足", spans={"outcome": ((3, 5),), "cause": ((1, 2), (7, 9))}, measures=())
    themes = Themes(("财务",), "财务", 0.5, (Evidence("财务", "报销", 1.5, (4, 6)),), review=True)
    _, rows = tabulate(make_source(), make_bulletin([item]), [themes])
    (issue,) = rows["issues"]
    assert json.loads(issue["spans"]) == {"cause": [[1, 2], [7, 9]], "outcome": [[3, 5]]}
    assert "报销" in issue["evidence"]  # to be read by people as well
    assert json.loads(issue["evidence"]) == [{"theme": "财务", "word": "报销", "weight": 1.5, "span": [4, 6]}]
    assert (issue["parts"], issue["item_start"], issue["statement_end"]) == (["cause"], 500, 506)


def test_notes_and_counts_of_the_bulletin():
    items = [*make_items("dd", measures=("甲", "乙")), make_item(kind="suggestion")]
    row, _ = tabulated(items, notes=(Note("x", "说明", None),), facts={"title": "通报"}, issues=2)
    assert (row["listed_issues"], row["listed_suggestions"], row["listed_measures"]) == (2, 1, 5)
    assert row["characters"] == len(TEXT)
    assert json.loads(row["notes"]) == [{"code": "x", "message": "说明", "span": None}]
    assert json.loads(row["facts"]) == {"title": [0, 4], "declared_issues": [106, 108]}


# dates that the text states, date of the manifest → year, where it is from
YEARS = [
    ({"feedback_date": "2021-02-23", "inspected_to": "2020-10-15"}, "2019-01-01", 2021, "feedback_date"),
    ({"inspected_to": "2020-10-15", "published_date": "2022-06-01"}, None, 2020, "inspected_to"),
    ({"published_date": "2022-06-01"}, "2019-01-01", 2022, "published_date"),
    ({}, "2019-01-01", 2019, "published_date"),
    ({}, None, None, None),
]  # fmt: skip


@pytest.mark.parametrize(("facts", "published", "year", "year_from"), YEARS)
def test_the_year_and_where_it_is_from(facts, published, year, year_from):
    row, tables = placed(make_items("d"), Manifest(published=published), facts=facts)
    assert (row["year"], row["year_from"]) == (year, year_from)
    assert [issue["year"] for issue in tables["issues"]] == [year]


def test_the_manifest_fills_what_the_text_does_not_say_and_is_marked():
    known = Manifest(unit="市文化馆", region="甲市", url="http://x", published="2021-06-01")
    row, _ = placed((), known, {"市文化馆": HALL})
    assert (row["unit"], row["unit_from"], row["unit_id"], row["region"]) == ("市文化馆", "manifest", "u1", "甲市")
    assert (row["published_date"], row["published_from"]) == (date(2021, 6, 1), "manifest")
    row, _ = placed((), known, {"市体育局": OFFICE}, facts={"unit": "市体育局", "published_date": "2020-01-01"})
    assert (row["unit"], row["unit_from"], row["unit_id"]) == ("市体育局", "text", "u2")
    assert (row["published_date"], row["published_from"]) == (date(2020, 1, 1), "text")


def test_items_of_a_digest_keep_their_own_unit():
    promised = make_item(unit="市体育局", commitments=(make_commitment(),))
    units = {"市文化馆": HALL, "市体育局": OFFICE}
    _, tables = placed([make_item(), promised], units=units, facts={"unit": "市文化馆"})
    assert [(i["unit"], i["unit_id"], i["unit_name"]) for i in tables["issues"]] == [
        ("市文化馆", "u1", "市文化馆"),
        ("市体育局", "u2", "市体育局"),
    ]
    assert [c["unit_id"] for c in tables["commitments"]] == ["u2"]


def test_a_unit_that_cannot_be_told_has_no_id():
    row, tables = placed(make_items("d"), units={"市文化馆": None}, facts={"unit": "市文化馆"})
    assert (row["unit"], row["unit_id"], row["unit_name"]) == ("市文化馆", None, None)
    assert [issue["unit_id"] for issue in tables["issues"]] == [None]


def test_placing_leaves_what_was_read_as_it_was():
    row, rows = tabulated(make_items("d"), facts={"unit": "市文化馆"})
    before, tables = dict(row), batches(rows)
    place(row, tables, "甲.txt", Manifest(region="甲市"), {"市文化馆": HALL})
    assert row == before
    assert tables["issues"].column("unit_id").to_pylist() == [None]


def test_every_name_of_a_unit_is_found():
    row, rows = tabulated([make_item(unit="市体育局"), make_item()], facts={"unit": "市文化馆"})
    assert unit_names(row, rows) == ["市体育局", "市文化馆"]
