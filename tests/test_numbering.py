"""The numbering grammar: what is a marker and what is a number in a sentence."""

import pytest

from pipeline.numbering import find_entries, read_marker
from pipeline.text import level_width


@pytest.mark.parametrize(
    ("line", "kind", "number"),
    [
        ("一、总体情况", "cn", 1), ("十一、其他", "cn", 11), ("二. 整改情况", "cn", 2),
        ("（三）关于", "cn_paren", 3), ("(三)关于", "cn_paren", 3), ("（四关于", "cn_paren", 4), ("五）关于", "cn_paren", 5), ("㈥其他", "cn_paren", 6),
        ("1.关于", "ar", 1), ("1、关于", "ar", 1), ("2024.关于", "ar", 2024), ("10000.学习", "ar", 10000), ("１．关于", "ar", 1), ("12 . 关于", "ar", 12), ("3关于学习", "ar", 3), ("1.2024年未召开", "ar", 1),
        ("2 履行责任方面", "ar", 2), ("⒊关于", "ar", 3),
        ("（1）关于", "ar_paren", 1), ("(2)关于", "ar_paren", 2), ("3）关于", "ar_paren", 3), ("⑷关于", "ar_paren", 4),
        ("①加强", "circled", 1), ("❷加强", "circled", 2), ("一是加强", "is", 1), ("第一，加强", "first", 1), ("第二部分", "part", 2),
        ("1.1 关于", "decimal", 1), ("2.3学科规划落地慢", "decimal", 3), ("问题一：学习", "issue", 1), ("反馈问题3：学习", "issue_ar", 3), ("●学习", "bullet", None),
    ],
)  # fmt: skip
def test_markers(line, kind, number):
    marker = read_marker(level_width(line))
    assert marker is not None
    assert (marker.kind, marker.number) == (kind, number)


@pytest.mark.parametrize(
    "line",
    [
        "2025年3月4日召开会议", "2024.全年", "8890热线", "3月4日，市委", "2.5万元已退回", "3.15活动", "19个问题", "8890工作站", "一把手末位发言", "三定方案", "十二届市委",
        "一是否落实", "第一书记", "（以下简称）", "60周年", "第二方面的问题", "", "整改措施：", "12315热线",
    ],
)  # fmt: skip
def test_numbers_that_are_no_markers(line):
    assert read_marker(level_width(line)) is None


@pytest.mark.parametrize(
    ("text", "entries"),
    [
        ("一是学习；二是检查；三是通报。", [("is", 1), ("is", 2), ("is", 3)]),
        ("整改：①学习。②检查", [("circled", 1), ("circled", 2)]),
        ("其一是学习", []),  # not at the start of a clause
        ("先后开展（1）次", []),
        ("措施：1.学习；2.检查", [("ar", 1), ("ar", 2)]),
        ("一、学习；二、检查", [("cn", 1), ("cn", 2)]),
        ("第一，学习。第二，检查。", [("first", 1), ("first", 2)]),
        ("完成13 场。60 家", []),
    ],
)
def test_list_entries_inside_a_paragraph(text, entries):
    text = level_width(text)
    assert [(m.kind, m.number) for m in find_entries(text, 0, len(text))] == entries
