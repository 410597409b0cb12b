"""Promised dates."""

from datetime import date

import pytest

from pipeline import parse, read
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


def test_a_clause_may_promise_two_days():
    words = "二期、三期预计分别于2024年6月底前、2024年11月底前完成。"
    found = find_commitments(words, [(0, len(words))], date(2023, 6, 9))
    assert [(c.date_text, c.due) for c in found] == [("2024年6月底", "2024-06-30"), ("2024年11月底", "2024-11-30")]
    assert {c.text for c in found} == {words[:-1]}


def test_a_place_that_is_searched_twice_promises_once():
    words = "正在推进，预计2024年6月底前完成。"
    assert len(find_commitments(words, [(0, len(words)), (0, 10), (0, len(words))], date(2023, 6, 9))) == 1


BULLETIN = """中共市图书馆党组关于巡察整改情况的通报
2023年6月9日，市委第一巡察组反馈了巡察意见。现将整改情况予以公布。
一、正在推进的问题2个
1.古籍书库漏水的问题
整改措施：查清漏点3处。因屋面防水须整体更换，该问题正在推进整改，拟于2024年4月底前完工。
2.押金清退缓慢的问题
整改措施：刊登清退公告。
整改时限：2024年12月底前
"""


def test_a_promise_after_the_texts_of_an_item_counts_and_a_deadline_does_not(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text(BULLETIN, encoding="utf-8")
    first, second = parse(read(path).text).items
    assert [(c.text, c.due) for c in first.commitments] == [("该问题正在推进整改，拟于2024年4月底前完工", "2024-04-30")]
    assert second.deadline == "2024年12月底前"
    assert second.commitments == ()
