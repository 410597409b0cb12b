"""Totals: a table of sentences as units write them, with the reading each should get."""

import pytest

from pipeline.bulletins.declared import read_declared


def read_off(sentence):
    facts, notes = read_declared(sentence, [(0, len(sentence))])
    for fact in facts.values():
        assert 0 <= fact.span[0] < fact.span[1] <= len(sentence)
    return {key: fact.value for key, fact in facts.items()}, [note.code for note in notes]


@pytest.mark.parametrize(
    ("sentence", "totals"),
    [
        # chains
        ("巡察反馈意见指出3个方面19个问题。", {"aspects": 3, "issues": 19}),
        ("反馈的4大方面、11分类、60个具体问题", {"aspects": 4, "categories": 11, "issues": 60}),
        ("反馈三方面十二个问题，制定措施四十条", {"aspects": 3, "issues": 12, "measures": 40}),
        ("指出6个方面15个问题，提出3条意见建议", {"aspects": 6, "issues": 15, "suggestions": 3}),
        # number after the noun
        ("反馈问题24个，已完成整改20个，正在推进4个。", {"issues": 24, "done": 20, "in_progress": 4}),
        ("反馈问题12个。截至目前，已完成8个，尚未启动0个。", {"issues": 12, "done": 8, "not_started": 0}),
        # parts of parts
        ("已完成整改的问题53个（其中列入长期坚持的事项15个）", {"done": 53, "done_ongoing": 15}),
        ("10个问题已销号8个，其余2个仍在推进", {"issues": 10, "done": 8, "in_progress": 2}),
        ("八个问题中七个完成整改", {"issues": 8, "done": 7}),
        # what is counted changes, and comes back
        ("制定整改措施37条，已完成34条。", {"measures": 37, "measures_done": 34}),
        ("反馈14个问题，制定措施44条，目前已完成整改12个", {"issues": 14, "measures": 44, "done": 12}),
        ("27条措施落实到位23条", {"measures": 27, "measures_done": 23}),
        # rules, money, people
        ("修订完善制度12项", {"systems": 12}),
        ("新建制度4项、修订5项", {"systems": 9}),
        ("挽回经济损失16.66万元，问责0人。", {"recovered_yuan": 166600.0, "accountable": 0}),
        ("追缴欠租38.65万元，清退补贴21500元", {"recovered_yuan": 408000.0}),
        ("对2名责任人员进行了问责", {"accountable": 2}),
        ("21个问题均已完成整改", {"issues": 21, "done": 21}),
    ],
)  # fmt: skip
def test_totals(sentence, totals):
    assert read_off(sentence)[0] == totals


@pytest.mark.parametrize(
    "sentence",
    [
        "反馈意见分解为41项任务清单。",  # tasks are neither issues nor measures
        "召开专题会议9次，发出提醒函12件。",
        "做到整改一个、销号一个。",
        "党委书记对7个难点问题直接包抓。",  # what leaders took on
        "民主生活会查摆问题52个。",  # what members found in themselves
        "9个科室开展自查。",
        "组织推动解决群众烦心事85件。",
        "党的领导方面（3分类10个问题）",  # a part, not the whole
        "给予党纪处分3人，诫勉谈话5人。",  # head counts by kind of discipline
        "落实八项规定和一岗双责。",
    ],
)
def test_numbers_that_are_no_totals(sentence):
    assert read_off(sentence)[0] == {}


def test_an_inexact_number_is_noted_and_not_used():
    assert read_off("修订完善制度20余项。") == ({}, ["inexact_number"])
    assert read_off("追缴资金3万余元。") == ({}, ["inexact_number"])


def test_two_totals_that_differ_are_noted_and_neither_is_used():
    totals, notes = read_off("巡察反馈问题12个。巡察反馈问题13个。")
    assert totals == {}
    assert notes == ["total_ambiguous"]


def test_of_two_numbers_the_one_that_is_said_of_the_findings_counts():
    assert read_off("会上讨论3个问题。巡察组共反馈12个问题。")[0] == {"issues": 12}
