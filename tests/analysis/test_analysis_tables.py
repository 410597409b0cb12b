"""What was read, what is said two ways, and which bulletins a report is about."""

import json
from datetime import date

import pandas as pd
import pytest

from pipeline import open_ledger
from pipeline.analysis.bulletins import choose_bulletins, name_bulletins
from pipeline.analysis.comparison import compare
from pipeline.analysis.coverage import cover
from pipeline.analysis.findings import COMPARISON, COMPLETION, COVERAGE, NOTES
from pipeline.analysis.notes import list_notes
from pipeline.analysis.quote import LONGEST, quote
from pipeline.errors import ReportError
from pipeline.ledger.schema import DOCUMENT_STATUSES


@pytest.fixture(scope="module")
def small(small_ledger):
    return open_ledger(small_ledger)


@pytest.mark.parametrize("table", [COMPLETION, COMPARISON, COVERAGE, NOTES], ids=lambda table: table.name)
def test_every_column_has_a_chinese_heading_of_its_own(table):
    labels = [column.label for column in table.columns]
    assert len(set(labels)) == len(labels)
    assert all(any("\u4e00" <= character <= "\u9fff" for character in label) for label in labels)


# bulletins


def test_bulletins_of_one_unit_and_year_are_told_apart():
    frame = pd.DataFrame({
        "bulletin_id": ["b1", "b2", "b3"], "unit_name": "文化馆", "title": None, "path": "x",
        "year": [2021, 2021, 2023],
    })  # fmt: skip
    assert name_bulletins(frame).tolist() == ["文化馆（2021） b1", "文化馆（2021） b2", "文化馆（2023）"]
    frame["published_date"] = pd.to_datetime(["2021-09-01", "2021-12-16", "2023-09-01"])
    assert name_bulletins(frame).tolist() == [
        "文化馆（2021，2021-09-01 公布）", "文化馆（2021，2021-12-16 公布）", "文化馆（2023）",
    ]  # fmt: skip
    frame["published_date"] = pd.Timestamp("2021-09-01")
    assert name_bulletins(frame).tolist()[0] == "文化馆（2021） b1"  # the day does not tell them apart


def test_what_came_out_after_a_day_is_left_out():
    bulletins = pd.DataFrame({
        "bulletin_id": ["b1", "b2", "b3", "b4"], "unit_id": "u", "unit_name": "甲", "unit": "甲", "year": 2021,
        "published_date": pd.to_datetime(["2021-09-01", "2021-09-02", None, None]),
        "feedback_date": pd.to_datetime(["2021-03-01", "2021-03-01", "2021-09-05", None]),
    })  # fmt: skip
    issues = bulletins[["bulletin_id", "unit_id", "unit_name", "unit", "year"]]
    kept, items = choose_bulletins(bulletins, issues, until=date(2021, 9, 1))
    assert kept["bulletin_id"].tolist() == items["bulletin_id"].tolist() == ["b1", "b4"]


def test_all_is_chosen_where_nothing_is_named(small):
    bulletins, issues = choose_bulletins(small.bulletins, small.issues)
    assert (len(bulletins), len(issues)) == (6, 154)


def test_units_are_chosen_by_name_or_id_and_years_with_them(small):
    identity = small.bulletins.set_index("unit_name")["unit_id"]["雷锋纪念馆"]
    for units in ("雷锋纪念馆", ["雷锋纪念馆"], [identity]):
        bulletins, issues = choose_bulletins(small.bulletins, small.issues, units, [2025])
        assert bulletins["unit_name"].tolist() == ["雷锋纪念馆"]
        assert len(issues) == 19


def test_one_year_may_stand_alone(small):
    bulletins, _ = choose_bulletins(small.bulletins, small.issues, years=2019)
    assert bulletins["year"].tolist() == [2019, 2019]


def test_a_digest_is_kept_for_the_sake_of_one_of_its_units():
    bulletins = pd.DataFrame(
        {"bulletin_id": ["b1"], "unit_id": [None], "unit_name": [None], "unit": [None], "year": [2021]}
    )
    issues = pd.DataFrame({
        "bulletin_id": "b1", "unit_id": ["u1", "u2"], "unit_name": ["甲", "乙"], "unit": ["甲", "乙"], "year": 2021,
    })  # fmt: skip
    kept, items = choose_bulletins(bulletins, issues, ["乙"])
    assert kept["bulletin_id"].tolist() == ["b1"]
    assert items["unit_id"].tolist() == ["u2"]


def test_a_misspelt_unit_or_year_is_refused_with_the_choices(small):
    with pytest.raises(ReportError, match=r"没有这些单位：雷峰纪念馆；有的是：.*雷锋纪念馆"):
        choose_bulletins(small.bulletins, small.issues, ["雷峰纪念馆"])
    with pytest.raises(ReportError, match=r"没有这些年份：1999；有的是：2019、2021、2023、2025"):
        choose_bulletins(small.bulletins, small.issues, years=[1999])


# comparison


def test_contradictions_come_first_with_both_figures_and_the_words(small):
    compared = compare(small.discrepancies, small.bulletins, small.text)
    assert len(compared) == len(small.discrepancies)
    first = compared.iloc[0]
    assert (first["bulletin"], first["compared"]) == ("鞍南市文化旅游和广播电视局（2021）", "已完成数")
    assert (first["declared"], first["listed"], first["difference"]) == (53, 50, -3)
    assert first["declared_quote"] == "2021年3月1日反馈的问题60个，已完成53个。"
    assert pd.isna(first["listed_quote"])
    # what else that bulletin says follows, although it agrees
    assert compared["bulletin"].iloc[1] == first["bulletin"]


def test_comparisons_of_other_bulletins_are_left_out(small):
    chosen = small.bulletins[small.bulletins["year"] == 2025]
    assert set(compare(small.discrepancies, chosen, small.text)["bulletin_id"]) == set(chosen["bulletin_id"])


def test_parts_of_a_bulletin_are_told_apart_by_their_headings(small):
    row = small.discrepancies[small.discrepancies["code"] == "done"].assign(code="part_done")
    compared = compare(row, small.bulletins, small.text)["compared"].tolist()
    assert compared == ["分部分已完成数：2021年3月1日反馈的问题60个，已完成53个。"]


def test_figures_that_are_missing_have_no_difference(small):
    rows = small.discrepancies.head(1).assign(listed=pd.NA)
    assert compare(rows, small.bulletins, small.text)["difference"].isna().all()


# quotes


@pytest.mark.parametrize(
    ("text", "words", "expected"),
    [
        ("甲。共3个，完成2个；其余在办。乙。", "完成2个", "共3个，完成2个；"),
        ("标题\n完成2个\n正文", "完成2个", "完成2个"),
        ("完成2个", "完成2个", "完成2个"),
        ("字" * 50 + "完成2个" + "字" * 50, "完成2个", "…" + "字" * 30 + "完成2个" + "字" * 30 + "…"),
    ],
)
def test_the_sentence_is_quoted_and_cuts_are_marked(text, words, expected):
    start = text.index(words)
    assert quote(text, start, start + len(words)).strip() == expected


def test_a_long_span_is_cut():
    words = quote("整改。" * 100, 0, 300)
    assert len(words) == LONGEST + 1
    assert words.endswith("…")


def test_of_several_lines_the_first_is_quoted():
    text = "一、概况\n1.学习不够\n整改措施：学。\n2.下一条"
    assert quote(text, text.index("1."), text.index("2.")) == "1.学习不够…"


def test_no_span_is_no_quote():
    assert quote("文", None, None) is None
    assert quote("文", pd.NA, pd.NA) is None


# coverage and notes


def test_every_file_is_in_one_outcome(small):
    covered = cover(small.documents)
    assert covered["status"].tolist() == list(DOCUMENT_STATUSES)
    assert covered["files"].sum() == len(small.documents) == 9
    assert covered["share"].sum() == pytest.approx(1)


def test_no_file_has_no_share(empty_ledger):
    covered = cover(open_ledger(empty_ledger).documents)
    assert covered["files"].tolist() == [0] * 5
    assert covered["share"].isna().all()


def test_notes_are_listed_with_their_words(small):
    notes = list_notes(small.bulletins, small.text)
    assert min(notes["bulletin"]) == "宽河区文联（2025）"
    assert set(notes["message"]) == {"序号从3跳到5"}
    assert notes["quote"].str.startswith("中共").all()


def test_a_note_without_a_place_has_no_quote():
    frame = pd.DataFrame({
        "bulletin_id": ["b1"], "unit_name": ["甲"], "title": None, "path": "x", "year": [2021],
        "notes": [json.dumps([{"code": "x", "message": "日期残缺", "span": None}])],
    })  # fmt: skip
    assert list_notes(frame, lambda _: "")["quote"].isna().all()
