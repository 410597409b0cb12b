"""Recurrence: chains, rates, explicit words and common weaknesses, on made ledgers and on what was planted."""

import json
import re
from datetime import date

import pandas as pd
import pytest
from recurrence_truth import planted, sample

from pipeline.analysis.common import COMMON, TREND, common_trend, common_weaknesses
from pipeline.analysis.explicit import BEFORE, KINDS, explicit_words, find_sayings
from pipeline.analysis.recurrence import CHAINS, RATES, chains, place, recurrence_rates
from pipeline.lexicon import read_table

LETTERS = {"d": "done", "o": "done_ongoing", "p": "in_progress", "-": "not_stated"}


def ledger(*rounds):
    """Bulletins and issues of rounds, each (unit, year, [(statement, status letter, theme)])."""
    bulletins, issues = [], []
    for number, (unit, year, items) in enumerate(rounds):
        bulletin = f"b{number}"
        day = pd.Timestamp(date(year, 3, 1)) if year else pd.NaT
        bulletins.append({
            "bulletin_id": bulletin, "feedback_date": day, "inspected_to": pd.NaT, "published_date": day, "year": year,
        })  # fmt: skip
        issues += [
            {
                "issue_id": f"{bulletin}-{n:05d}", "bulletin_id": bulletin, "ordinal": n, "kind": "issue", "unit_id": unit,
                "unit_name": unit, "year": year, "statement": statement, "description": None, "status": LETTERS[letter],
                "primary": theme, "themes": [theme], "statement_start": 0, "statement_end": len(statement),
            }
            for n, (statement, letter, theme) in enumerate(items, start=1)
        ]  # fmt: skip
    columns = [
        "issue_id", "bulletin_id", "ordinal", "kind", "unit_id", "unit_name", "year", "statement", "description", "status",
        "primary", "themes", "statement_start", "statement_end",
    ]  # fmt: skip
    days = ["feedback_date", "inspected_to", "published_date"]
    told = pd.DataFrame(bulletins, columns=["bulletin_id", *days, "year"])
    return pd.DataFrame(issues, columns=columns), told.astype(dict.fromkeys(days, "datetime64[s]"))


ASSETS = ("固定资产账实不符", "d", "财务")
ASSETS_AGAIN = ("校产家底不清，账实不符", "p", "财务")
FEES = ("党费收缴不及时", "d", "党建")
STUDY = ("中心组学习研讨不深", "d", "理论学习")
RECORDS = ("会议记录要素缺失", "d", "三重一大")


# Chains


def test_a_weakness_that_comes_back_is_told_with_both_rounds():
    found = chains(*ledger(("甲", 2019, [ASSETS, FEES]), ("甲", 2022, [STUDY, ASSETS_AGAIN])))
    (row,) = found.itertuples()
    assert (row.earlier_id, row.later_id, row.step) == ("b0-00001", "b1-00002", 1)
    assert (row.earlier_year, row.later_year) == (2019, 2022)
    assert (row.earlier_status, row.later_status, row.after_done) == ("done", "in_progress", True)
    assert (row.earlier_start, row.earlier_end) == (0, len(ASSETS[0]))
    assert 0.45 <= row.similarity <= 1
    assert list(found.columns) == [column.name for column in CHAINS.columns]


def test_a_chain_goes_over_a_round_without_it():
    found = chains(*ledger(("甲", 2017, [ASSETS]), ("甲", 2020, [FEES]), ("甲", 2024, [ASSETS])))
    assert found["rounds_between"].tolist() == [1]


def test_three_rounds_make_two_steps_of_one_chain():
    found = chains(*ledger(("甲", 2017, [ASSETS]), ("甲", 2020, [ASSETS_AGAIN]), ("甲", 2024, [ASSETS])))
    assert set(found["chain"]) == {"b0-00001"}
    assert found["step"].tolist() == [1, 2]
    assert found["after_done"].tolist() == [True, False]


def test_of_two_in_a_round_the_liker_is_kept_and_the_other_listed():
    near = ("固定资产账实不符，台账不清", "d", "财务")
    found = chains(*ledger(("甲", 2019, [ASSETS]), ("甲", 2022, [near, ASSETS])))
    assert found["later_id"].tolist() == ["b1-00002"]
    assert found["others"].tolist() == ["b1-00001"]


def test_other_units_and_the_same_round_do_not_recur():
    assert chains(*ledger(("甲", 2019, [ASSETS]), ("乙", 2022, [ASSETS]))).empty
    assert chains(*ledger(("甲", 2019, [ASSETS, ASSETS_AGAIN]))).empty


def test_versions_of_a_bulletin_are_one_round():
    assert chains(*ledger(("甲", 2019, [ASSETS]), ("甲", 2019, [ASSETS]))).empty


def test_suggestions_and_what_has_no_unit_or_day_are_left_out():
    issues, bulletins = ledger(
        ("甲", 2019, [ASSETS]), (None, 2022, [ASSETS]), ("甲", None, [ASSETS]), ("甲", 2023, [ASSETS])
    )
    issues.loc[issues["bulletin_id"] == "b3", "kind"] = "suggestion"
    assert place(issues, bulletins)["issue_id"].tolist() == ["b0-00001"]


def test_an_empty_ledger_has_empty_frames_of_the_same_columns():
    issues, bulletins = ledger()
    placed, found = place(issues, bulletins), chains(issues, bulletins)
    shared = common_weaknesses(placed)
    assert list(found.columns) == [column.name for column in CHAINS.columns]
    assert recurrence_rates(placed, found)["followed"].tolist() == [0, 0]
    assert recurrence_rates(placed, found, "unit_id").empty
    assert list(shared.columns) == [column.name for column in COMMON.columns]
    assert list(common_trend(shared, placed).columns) == [column.name for column in TREND.columns]
    assert explicit_words(issues, str).empty


# Rates


def test_only_items_of_units_with_a_later_round_could_come_back():
    issues, bulletins = ledger(
        ("甲", 2019, [ASSETS, FEES, ("考勤松散", "p", "作风")]), ("甲", 2022, [ASSETS_AGAIN]), ("乙", 2020, [STUDY])
    )
    every, done = recurrence_rates(place(issues, bulletins), chains(issues, bulletins)).itertuples()
    assert (every.basis, every.followed, every.recurred, every.units) == ("all", 3, 1, 1)
    assert (done.basis, done.followed, done.recurred) == ("done", 2, 1)
    assert every.rate == pytest.approx(1 / 3)
    assert every.low < every.rate < every.high


def test_rates_by_group_add_up():
    issues, bulletins = ledger(
        ("甲", 2019, [ASSETS, FEES]), ("甲", 2022, [ASSETS_AGAIN]), ("乙", 2018, [STUDY]), ("乙", 2021, [STUDY])
    )
    placed, found = place(issues, bulletins), chains(issues, bulletins)
    for by in ("unit_id", "year", "primary"):
        rates = recurrence_rates(placed, found, by)
        assert list(rates.columns) == [column.name for column in RATES.columns]
        assert rates.groupby("basis")[["followed", "recurred"]].sum().to_numpy().tolist() == [[3, 2], [3, 2]]


# Explicit words

SAYINGS = read_table("recurrence_words", ("kind", "pattern", "unless", "example"))


@pytest.mark.parametrize("row", SAYINGS, ids=lambda row: row["example"])
def test_each_saying_takes_its_example(row):
    assert re.search(row["pattern"], row["example"])
    assert row["kind"] in {kind for *_, kind in find_sayings(row["example"])}
    assert row["kind"] in KINDS


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("吃拿卡要问题依然存在", ["依然存在"]),
        ("要坚决防止问题反弹", []),
        ("坚决防止，部分问题仍反弹", ["反弹"]),  # another clause
        ("没有出现反弹", []),
        ("公款吃喝边改边犯，屡禁不止", ["边改边犯", "屡禁不止"]),
        ("对上轮巡察反馈的问题", ["上轮巡察反馈"]),
        ("本轮巡察反馈的问题", []),
        ("历史遗留问题久拖不决", ["久拖不决"]),
        ("", []),
    ],
)
def test_sayings_in_sentences(text, words):
    assert [text[start:end] for start, end, _ in find_sayings(text)] == words


def test_a_saying_has_its_sentence_span_and_part():
    text = "一、问题突出。关于吃拿卡要依然存在的问题。\n整改措施：严防反弹，对反弹的问题重新立项。"
    start, measures = text.index("关于"), text.index("整改措施")
    spans = json.dumps({"statement": [[start, measures - 1]], "measures": [[measures, len(text)]]})
    item = {
        "issue_id": "b-1", "bulletin_id": "b", "ordinal": 1, "unit_id": "u", "unit_name": "甲", "year": 2020, "item_start": 0,
        "item_end": len(text), "statement_start": start, "statement_end": measures - 1, "spans": spans,
    }  # fmt: skip
    problem, mending = explicit_words(pd.DataFrame([item]), lambda _: text).itertuples()
    assert (problem.word, problem.field, problem.in_problem, problem.kind) == ("依然存在", "statement", True, "still")
    assert problem.sentence == "关于吃拿卡要依然存在的问题。"
    assert text[problem.word_start : problem.word_end] == "依然存在"
    assert (mending.word, mending.field, mending.in_problem) == ("反弹", "measures", False)
    assert len("坚决防止") < BEFORE


# Common weaknesses


def test_a_weakness_of_three_units_is_common_and_has_its_own_words():
    issues, bulletins = ledger(
        ("甲", 2019, [ASSETS, FEES]), ("乙", 2019, [ASSETS_AGAIN]), ("丙", 2022, [("固定资产账实不符、未盘点", "d", "财务")]),
        ("甲", 2022, [ASSETS]), ("丁", 2022, [STUDY, RECORDS]),
    )  # fmt: skip
    placed = place(issues, bulletins)
    shared = common_weaknesses(placed)
    (row,) = shared.itertuples()
    assert (row.units, row.all_units, row.items, row.again) == (3, 4, 4, 1)
    assert "账实不符" in row.label
    assert row.rate == pytest.approx(0.75)
    trend = common_trend(shared, placed).set_index("year")
    assert trend["units"].to_dict() == {2019: 2, 2022: 2}
    assert trend["all_units"].to_dict() == {2019: 2, 2022: 3}


def test_one_unit_many_times_is_not_common():
    issues, bulletins = ledger(*((("甲", year, [ASSETS])) for year in (2017, 2019, 2021)), ("乙", 2019, [ASSETS]))
    assert common_weaknesses(place(issues, bulletins)).empty


# What was planted


@pytest.fixture(scope="module")
def told():
    return planted(sample())


def test_planted_chains_are_found(told):
    assert len(told.true) >= 65
    assert len(told.hits) / len(told.true) >= 0.75


def test_what_else_is_found_was_read_and_is_mostly_the_same_weakness(told):
    taken = len(told.hits) + len(told.extra)
    assert len(told.hits) / taken >= 0.52  # the story alone
    assert (len(told.hits) + len(told.same_again)) / taken >= 0.85


def test_planted_groups_are_found(told):
    hits, wanted, strange = (sum(column) for column in zip(*told.groups.values(), strict=True))
    assert hits / wanted >= 0.82
    assert strange / (hits + strange) <= 0.05


def test_a_chain_never_has_two_items_of_a_round(told):
    steps = told.found
    assert (steps["later_year"] > steps["earlier_year"]).all()
    assert not steps.duplicated(["chain", "later_year"]).any()
    assert steps["later_id"].is_unique
    assert steps["earlier_id"].is_unique


def test_rates_of_the_sample_count_every_item_once(told):
    every, done = recurrence_rates(told.placed, told.found).itertuples()
    last = told.placed.groupby("unit_id")["round_n"].transform("max")
    assert every.followed == (told.placed["round_n"] < last).sum()
    assert every.recurred == len(told.found)
    assert done.recurred == told.found["after_done"].sum()
