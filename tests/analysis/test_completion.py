"""Completion rates: what is in the numerator, what in the denominator, and what in neither."""

import pandas as pd
import pytest

from pipeline import open_ledger
from pipeline.analysis.completion import completion
from pipeline.analysis.findings import COMPLETION

COLUMNS = [column.name for column in COMPLETION.columns]


def issues(*rows):
    """A frame of items: status, and whatever else a test is about."""
    return pd.DataFrame([{"bulletin_id": "b1", "kind": "issue"} | row for row in rows])


def test_ongoing_is_done_and_not_stated_is_nowhere():
    frame = issues(*({"status": s} for s in ("done", "done_ongoing", "in_progress", "not_started", "not_stated")))
    row = completion(frame).iloc[0]
    assert row[["listed", "stated", "done", "done_ongoing", "in_progress", "not_started", "not_stated"]].tolist() == [
        5, 4, 2, 1, 1, 1, 1,
    ]  # fmt: skip
    assert row["rate"] == 0.5


def test_suggestions_are_left_out_unless_asked_for():
    frame = issues({"status": "done"}, {"status": "in_progress", "kind": "suggestion"})
    assert completion(frame)["rate"].tolist() == [1.0]
    assert completion(frame, suggestions=True)["rate"].tolist() == [0.5]


def test_nothing_stated_is_no_rate_never_zero():
    row = completion(issues({"status": "not_stated"})).iloc[0]
    assert (row["listed"], row["stated"]) == (1, 0)
    assert row[["rate", "low", "high"]].isna().all()


def test_all_not_started_is_zero_with_an_interval():
    row = completion(issues(*[{"status": "not_started"}] * 3)).iloc[0]
    assert (row["rate"], row["low"]) == (0.0, 0.0)
    assert row["high"] > 0.5


def test_an_item_counts_in_each_of_its_themes():
    frame = issues(
        {"status": "done", "themes": ["财务", "作风"], "primary": "财务"},
        {"status": "in_progress", "themes": ["财务"], "primary": "财务"},
    )
    by_theme = completion(frame, "themes").set_index("group")
    assert by_theme["listed"].to_dict() == {"财务": 2, "作风": 1}
    assert completion(frame, "primary")["listed"].tolist() == [2]


def test_themes_stand_in_the_order_of_the_taxonomy_whatever_their_number():
    frame = issues(
        *({"status": "done", "themes": [t]} for t in ("内部治理", "内部治理", "选人用人", "理论学习", "自拟主题"))
    )
    assert completion(frame, "themes")["group"].tolist() == ["理论学习", "选人用人", "内部治理", "自拟主题"]


def test_an_order_may_be_given():
    frame = issues(*({"status": "done", "aspect": a} for a in "甲乙乙丙"))
    assert completion(frame, "aspect", order=["丙"])["group"].tolist() == ["丙", "乙", "甲"]


def test_years_ascend_and_are_written_as_years_also_beside_missing_ones():
    frame = issues(*({"status": "done", "year": y} for y in (2025.0, 2025.0, 2019.0, None)))
    by_year = completion(frame, "year")
    assert by_year["label"].tolist() == ["2019", "2025", "年份不明"]
    assert by_year["group"].tolist()[:2] == ["2019", "2025"]
    assert pd.isna(by_year["group"].iloc[2])


def test_unknown_units_are_kept_last_and_units_of_one_name_told_apart():
    rows = [("u1", "文化馆"), ("u2", "文化馆"), ("u3", "图书馆"), (None, None), (None, None)]
    frame = issues(*({"status": "done", "unit_id": i, "unit_name": n} for i, n in rows))
    assert completion(frame, "unit_id")["label"].tolist() == ["图书馆", "文化馆（u1）", "文化馆（u2）", "单位不明"]


def test_bulletins_of_a_group_are_counted():
    frame = issues(*({"status": "done", "year": 2021, "bulletin_id": b} for b in ("b1", "b1", "b2")))
    assert completion(frame, "year")["bulletins"].tolist() == [2]


def test_empty_ledger_has_one_row_over_all_and_none_by_group(empty_ledger):
    frame = open_ledger(empty_ledger).issues
    assert completion(frame)["listed"].tolist() == [0]
    assert completion(frame)["rate"].isna().all()
    for by in ("unit_id", "themes", "primary", "year"):
        assert completion(frame, by).empty
        assert completion(frame, by).columns.tolist() == COLUMNS


def test_ledger_as_opened(small_ledger):
    frame = open_ledger(small_ledger).issues
    before = frame.copy(deep=True)
    by_unit = completion(frame, "unit_id")
    assert by_unit["listed"].sum() == len(frame)
    assert (by_unit["stated"] + by_unit["not_stated"] == by_unit["listed"]).all()
    assert (by_unit["done"] + by_unit["in_progress"] + by_unit["not_started"] == by_unit["stated"]).all()
    assert by_unit.dtypes["done"] == "Int64"
    assert by_unit.dtypes["rate"] == "float64"
    assert by_unit.attrs["labels"]["rate"] == "自报完成率"
    pd.testing.assert_frame_equal(frame, before)


def test_unknown_column_is_named():
    with pytest.raises(KeyError, match="no column 'region' to group by"):
        completion(issues({"status": "done"}), "region")
