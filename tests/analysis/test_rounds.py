"""Rounds of a unit, and which of several versions of a bulletin counts."""

import pandas as pd
import pytest

from pipeline import open_ledger
from pipeline.analysis.rounds import latest_versions, number_rounds, same_round, versions, with_circumstances


def bulletins(*rows):
    """id, feedback, published, and whatever else a test is about."""
    frame = pd.DataFrame([{"region": None, "kind": None, "inspected_to": None} | row for row in rows])
    days = ["feedback_date", "inspected_to", "published_date"]
    return frame.assign(**{day: pd.to_datetime(frame[day]) for day in days})


def about(unit, *ids):
    return pd.DataFrame([{"bulletin_id": i, "unit_id": unit, "issue_id": f"{i}-{n}"} for i in ids for n in (1, 2)])


THREE = bulletins(
    {"bulletin_id": "a", "feedback_date": "2022-06-17", "published_date": "2022-11-18"},
    {"bulletin_id": "b", "feedback_date": "2022-06-27", "published_date": "2022-12-16"},
    {"bulletin_id": "c", "feedback_date": "2025-05-28", "published_date": "2025-11-14"},
)


def test_a_revised_bulletin_is_the_same_round_and_only_its_last_version_counts():
    items = about("u1", "a", "b", "c")
    kept, left = latest_versions(THREE, items)
    assert list(kept["bulletin_id"]) == ["b", "c"]
    assert set(left["bulletin_id"]) == {"b", "c"}
    assert versions(THREE, items).to_numpy().tolist() == [["a", "b"]]
    assert same_round(THREE, items) == {("u1", "a"): 1, ("u1", "b"): 1, ("u1", "c"): 2}


def test_two_units_of_one_digest_have_rounds_of_their_own():
    items = pd.concat([about("u1", "a", "c"), about("u2", "c")])
    numbered = number_rounds(THREE, items).set_index(["unit_id", "bulletin_id"])["round_n"]
    assert numbered[("u1", "c")] == 2
    assert numbered[("u2", "c")] == 1


def test_without_a_feedback_day_the_inspection_and_the_publication_tell():
    frame = bulletins(
        {"bulletin_id": "a", "feedback_date": None, "published_date": "2019-11-18"},
        {"bulletin_id": "b", "feedback_date": None, "inspected_to": "2022-06-01", "published_date": None},
    )
    assert number_rounds(frame, about("u1", "a", "b"))["round_n"].tolist() == [1, 2]


def test_without_any_day_nothing_is_taken_for_a_version():
    frame = bulletins(
        {"bulletin_id": "a", "feedback_date": None, "published_date": None},
        {"bulletin_id": "b", "feedback_date": None, "published_date": None},
    )
    items = about("u1", "a", "b")
    assert number_rounds(frame, items)["round_n"].isna().all()
    assert len(latest_versions(frame, items)[1]) == len(items)


def test_items_without_a_unit_are_kept():
    items = about(None, "a", "b")
    assert len(latest_versions(THREE, items)[1]) == 4
    assert number_rounds(THREE, items).empty


def test_items_take_region_and_time_from_their_bulletin():
    frame = THREE.assign(region="澜西省云栖市", kind="常规巡察")
    placed = with_circumstances(about("u1", "a", "c"), frame)
    assert placed["round_label"].tolist() == ["第1轮", "第1轮", "第2轮", "第2轮"]
    assert placed["days"].tolist() == [154, 154, 170, 170]
    assert placed["elapsed"].tolist() == ["5至6个月"] * 4
    assert set(placed["region"]) == {"澜西省云栖市"}


def test_days_that_run_backwards_are_unknown():
    frame = bulletins({"bulletin_id": "a", "feedback_date": "2022-06-17", "published_date": "2021-01-01"})
    placed = with_circumstances(about("u1", "a"), frame)
    assert placed["days"].isna().all()
    assert placed["elapsed"].isna().all()


def test_the_order_of_rows_and_their_index_stay():
    items = about("u1", "c", "a").iloc[[3, 0, 2]]
    placed = with_circumstances(items, THREE)
    assert placed["issue_id"].tolist() == items["issue_id"].tolist()
    assert placed.index.tolist() == items.index.tolist()


def test_the_planted_versions_are_found_and_no_other(sample_ledger):
    ledger = open_ledger(sample_ledger)
    files = ledger.bulletins.set_index("bulletin_id")["path"].str.rsplit(".", n=1).str[0]
    found = versions(ledger.bulletins, ledger.issues)
    pairs = {frozenset((files[row.bulletin_id], files[row.latest_id])) for row in found.itertuples()}
    assert pairs == {
        frozenset(("linting-hospital-2020", "linting-hospital-2020-city")),
        frozenset(("tingnan-wangchun-2022", "tingnan-wangchun-2022-revised")),
    }


@pytest.mark.parametrize("name", ["empty_ledger", "one_bulletin"])
def test_small_ledgers(request, name):
    ledger = open_ledger(request.getfixturevalue(name))
    kept, items = latest_versions(ledger.bulletins, ledger.issues)
    assert len(kept) == len(ledger.bulletins)
    assert len(with_circumstances(items, kept)) == len(ledger.issues)
    assert versions(ledger.bulletins, ledger.issues).empty
