"""Promised dates."""

from datetime import date

import pytest

from pipeline.bulletins.commitments import find_commitments

FEEDBACK = date(2021, 2, 23)


@pytest.mark.parametrize(
    ("words", "printed", "due"),
    [
        ("拟于2021年12月组织教练员走进校园。", "2021年12月", "2021-12-31"),
        ("预计六月底前完成开发建设。", "六月底", "2021-06-30"),
        ("6月30日前完成统计功能的开发。", "6月30日", "2021-06-30"),
        ("计划在1月份召开会议。", "1月份", "2022-01-31"),  # the first January after the feedback
        ("力争明年底前销号", "明年底", "2022-12-31"),
        ("预计2022年底完成。", "2022年底", "2022-12-31"),
        ("预计2022年上半年完成。", "2022年上半年", "2022-06-30"),
        ("预计2022年第三季度完成。", "2022年第三季度", "2022-09-30"),
        ("拟于5月上旬培训。", "5月上旬", None),  # inexact: kept, without a day
        ("预计2021年2月30日完成。", "2021年2月30日", None),
    ],
)
def test_promises(words, printed, due):
    found = find_commitments(words, [(0, len(words))], FEEDBACK)
    assert [(c.date_text, c.due) for c in found] == [(printed, due)]


@pytest.mark.parametrize("words", ["已于2021年3月底前完成。", "3月底前完成了整改", "会前印发材料", "2021年3月召开会议"])
def test_what_is_past_is_no_promise(words):
    assert find_commitments(words, [(0, len(words))], FEEDBACK) == ()


def test_without_a_day_to_count_from_a_month_has_no_year():
    words = "预计六月底前完成。"
    assert find_commitments(words, [(0, len(words))], None)[0].due is None
