"""Findings about themes in words: the numbers in them, and what is said where there are none."""

import pandas as pd
import pytest

from pipeline import open_ledger
from pipeline.analysis.discovery import discover
from pipeline.analysis.doubt import bin_confidence, doubt
from pipeline.analysis.evaluation import Measured, measure
from pipeline.analysis.mix import mix, theme_shares
from pipeline.reporting import theme_words


@pytest.fixture(scope="module")
def small(small_ledger):
    return open_ledger(small_ledger)


@pytest.fixture(scope="module")
def empty(empty_ledger):
    return open_ledger(empty_ledger)


def shares(rows):
    frame = pd.DataFrame(
        [{"bulletin_id": "b", "kind": "issue", "aspect": group, "primary": theme} for group, theme in rows],
        columns=["bulletin_id", "kind", "aspect", "primary"],
    )
    return theme_shares(mix(frame, "aspect"))


def test_overview(small, empty):
    assert theme_words.overview(small.issues).startswith(
        "154 条反馈问题和意见建议都有一个主要主题，其中 78 条另属别的主题"
    )
    assert theme_words.overview(empty.issues) == theme_words.NOTHING


def test_mix_tells_the_most_frequent_and_the_core(small, empty):
    said = theme_words.mix(theme_shares(mix(small.issues)))
    assert said == (
        "154 条反馈问题中最多的是三重一大 26%（40 条）、财务 26%（40 条）、主责主业 25%（38 条）；"
        "核心五个主题合计 116 条（75%，95%区间 68%–81%）。"
    )
    assert theme_words.mix(theme_shares(mix(empty.issues))) == "没有反馈问题，谈不上构成。"


def test_groups_that_differ_are_told_with_both_intervals():
    found = shares([("甲", "财务")] * 40 + [("乙", "财务")] * 5 + [("乙", "党建")] * 35)
    said = theme_words.differences(found, "个方面")
    assert said.startswith(
        "2 个方面相比，占比区间互不重叠的主题有 2 个——财务：乙 12%（5%–26%），甲 100%（91%–100%）；党建："
    )
    assert "总有碰巧拉开的" in said
    assert theme_words.mix_title(found, "个方面") == "2 个方面的主题构成：财务、党建的占比相差大"


def test_groups_that_do_not_differ_are_said_not_to():
    found = shares([("甲", "财务")] * 20 + [("乙", "财务")] * 19 + [("乙", "党建")])
    assert "差别可能出于偶然" in theme_words.differences(found, "个方面")
    assert "差别可能出于偶然" in theme_words.mix_title(found, "个方面")


@pytest.mark.parametrize("rows", [[], [("甲", "财务")] * 50, [("甲", "财务")] * 50 + [("乙", "党建")] * 9])
def test_one_group_or_few_items_cannot_be_compared(rows):
    assert theme_words.differences(shares(rows), "个方面") == "不足两个方面有 10 条以上的问题，构成无从比较。"
    assert theme_words.mix_title(shares(rows), "个方面") == "主题构成"


def test_doubt():
    frame = pd.DataFrame(
        [("财务", False)] * 50 + [("党建", True)] * 9 + [("党建", False)], columns=["primary", "review"]
    ).assign(confidence=0.5)
    found = doubt(frame, "primary")
    assert theme_words.doubt(found) == (
        "待复核占比最大的主题是党建：90%（9/10，95%区间 60%–98%）。有的主题区间互不重叠。"
    )
    assert theme_words.doubt_title(found) == "60 条中 9 条待复核，分属 1 个主题"
    assert theme_words.confidence_title(bin_confidence(frame)) == "60 条中 0 条把握在九成以上，9 条待复核"
    sure = doubt(frame.assign(review=False), "primary")
    assert theme_words.doubt(sure) == theme_words.doubt_title(sure) + "。"
    assert theme_words.doubt(found.head(0)) == "没有条目，没有可复核的。"


def test_discovery_leaves_no_item_untold(small, empty):
    frame = small.issues.assign(statement="窑址", review=True)
    frame.loc[frame.index[:3], "statement"] = ["不到位", "候鸟环志", "渡口摆渡"]
    said = theme_words.discovery(discover(frame, small.bulletins))
    assert said == (
        "154 条中拿不准的有 154 条：151 条归成 1 组，列在下面；2 条与别的说法都不相近，或组里不足 3 条；"
        "1 条除了套话没有别的词。这些只是给人看的建议，主题方案没有改动。"
    )
    loose = theme_words.discovery(discover(frame, small.bulletins, stable=1.01))
    assert "没有一组够大又够稳定" in loose
    assert "151 条所在的 1 组不稳定" in loose
    assert "没有拿不准的" in theme_words.discovery(discover(small.issues, small.bulletins))
    assert theme_words.discovery(discover(empty.issues, empty.bulletins)) == "没有条目，没有可归并的。"


def test_evaluation_names_the_best_of_the_usual_ways(tmp_path):
    nothing = measure(tmp_path / "none.csv", [])
    assert theme_words.evaluation(nothing) == [nothing.reason]
    assert theme_words.reliability_title(nothing.calibration) == "把握与正确率"
    bounds = {"primary_low": 0.8, "primary_high": 0.95, "micro": 0.9, "macro": 0.88, "core": 0.91}
    methods = pd.DataFrame([
        {"data": "甲", "method": method, "n": 40, "primary": right} | bounds
        for method, right in (("本程序", 0.9), ("只用学得的部分", 0.92), ("词表", 0.8), ("最近邻", 0.7))
    ])  # fmt: skip
    calibration = pd.DataFrame({"data": "甲", "confidence": [0.95, 0.5], "right": [0.95, 0.4], "n": [30, 10]})
    answered = pd.DataFrame({"data": "甲", "covered": [0.5, 1.0], "right": [1.0, 0.9]})
    measured = Measured("", methods, nothing.per_theme, calibration, answered, nothing.confusions)
    (said,) = theme_words.evaluation(measured)
    assert said == (
        "甲 40 条：主要主题判对 90.0%（95%区间 80.0%–95.0%），宏平均 F1 0.880，核心五类 0.910；"
        "常见方法中最好的是词表，80.0%。把握的校准误差（ECE）0.025；只答最有把握的 50%，判对 100.0%。"
    )
    assert theme_words.reliability_title(calibration) == "把握与实际正确率平均相差 2.5%"
