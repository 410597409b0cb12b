"""Findings in words: the numbers in them, and what is said where there are none."""

import pandas as pd
import pytest

from pipeline import open_ledger
from pipeline.analysis.comparison import compare
from pipeline.analysis.completion import completion
from pipeline.analysis.coverage import cover
from pipeline.reporting import words


@pytest.fixture(scope="module")
def small(small_ledger):
    return open_ledger(small_ledger)


@pytest.fixture(scope="module")
def empty(empty_ledger):
    return open_ledger(empty_ledger)


def test_scope(small, empty):
    assert words.scope(small.bulletins, small.issues, small.measures) == (
        "台账收录 6 份通报、5 个单位，2019–2025 年；列出反馈问题 154 条、意见建议 0 条，整改措施 154 条。"
    )
    assert "没有一份整改通报" in words.scope(empty.bulletins, empty.issues, empty.measures)


def test_source_says_the_days(small, empty):
    assert words.source(small.bulletins) == (
        "资料来源：6 份公开整改通报（单位自报），反馈日期 2019-03-01 至 2025-03-01。"
    )
    assert words.source(empty.bulletins) == "资料来源：0 份公开整改通报（单位自报），反馈日期 均未写明。"


def test_coverage(small, empty):
    assert words.coverage(cover(small.documents)) == (
        "找到 9 个文件：已读取 6 个，不是整改通报 1 个，格式暂不支持 1 个，读取失败 1 个。"
    )
    assert words.coverage_title(cover(small.documents)) == "9 个文件中 6 个读成通报"
    assert "没有找到任何文件" in words.coverage(cover(empty.documents))


def test_completion_over_all(small):
    said = words.completion(completion(small.issues))
    assert said.startswith(
        "【单位自报】6 份通报列出问题 154 条，其中 130 条说明了整改状态，自报完成率 79%（103/130，95%区间 71%–85%）"
    )
    assert "另有 24 条未说明状态，不计入完成率，也不当作未完成。" in said
    assert "多份通报合计的实际不确定性大于所列区间" in said


def test_completion_of_one_bulletin_says_nothing_of_several(one_bulletin):
    assert "多份通报" not in words.completion(completion(open_ledger(one_bulletin).issues))


def test_completion_of_nothing(empty):
    assert words.completion(completion(empty.issues)) == "【单位自报】自报完成率无法计算（没有条目）。"


def test_groups(small):
    said = words.groups(completion(small.issues, "unit_id"), "个单位")
    assert "雷锋纪念馆：84%（16/19，95%区间 62%–94%）" in said
    assert "区间相互重叠，差别可能出于偶然。" in said
    assert "宽河区文联未说明状态，不计算。" in said
    assert "不足 10 条，区间很宽。" in said


def test_groups_that_differ_are_said_to():
    rows = [("a", "done")] * 30 + [("b", "in_progress")] * 30
    frame = completion(
        pd.DataFrame([{"bulletin_id": "b", "kind": "issue", "aspect": a, "status": s} for a, s in rows]), "aspect"
    )
    assert words.groups(frame, "个方面").endswith("有的区间互不重叠。相距最远的是b（0%–11%）与a（89%–100%）。")
    assert words.groups_title(frame, "个方面") == "2 个方面自报完成率在 0% 与 100% 之间，有的区间互不重叠"


@pytest.mark.parametrize(
    ("statuses", "title", "said"),
    [
        ([], None, "没有方面可以比较。"),
        (
            ["not_stated"],
            "1 个方面都没有说明整改状态",
            "【单位自报】1 个方面的问题都没有说明整改状态，无法计算完成率。",
        ),
        (["done"], "甲：自报完成率 100%（1/1，95%区间 21%–100%）", None),
    ],
)
def test_groups_that_cannot_be_compared(statuses, title, said):
    rows = [{"bulletin_id": "b", "kind": "issue", "aspect": "甲", "status": status} for status in statuses]
    frame = completion(pd.DataFrame(rows, columns=["bulletin_id", "kind", "aspect", "status"]), "aspect")
    if title:
        assert words.groups_title(frame, "个方面") == title
    if said:
        assert words.groups(frame, "个方面") == said


def test_many_groups_are_not_told_one_by_one():
    rows = [{"bulletin_id": "b", "kind": "issue", "year": 2000 + i, "status": "done"} for i in range(30)]
    said = words.groups(completion(pd.DataFrame(rows), "year"), "个年份")
    assert said.startswith("【单位自报】30 个年份中，最低的是2000，100%（1/1")
    assert len(said) < 200


def test_comparison(small, empty):
    compared = compare(small.discrepancies, small.bulletins, small.text)
    assert words.comparison(compared) == (
        "可以核对 7 处：6 处一致，1 处不一致。不一致的涉及 1 份通报，其中 1 处会影响完成率。"
        "这里只并列两个数字，不替通报改正。"
    )
    assert words.comparison_title(compared) == "1 份通报有 1 处总数与逐条统计不一致"
    unsure = compared.head(2).assign(verdict="uncertain")
    assert words.comparison_title(unsure) == "2 处总数与逐条统计存疑，没有不一致"
    assert "没有可以核对的数字" in words.comparison(compare(empty.discrepancies, empty.bulletins, empty.text))


def test_composition_title(small):
    by_unit = completion(small.issues, "unit_id")
    assert words.composition_title(by_unit) == "154 条问题中 24 条未说明整改状态"
    assert words.composition_title(by_unit[by_unit["not_stated"] == 0]) == "85 条问题都说明了整改状态，71 条称已完成"
