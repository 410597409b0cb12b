"""Text → text: width, quotes, sentences."""

import pytest

from pipeline.text import first_sentence_end, level_width, unquote


@pytest.mark.parametrize(
    ("printed", "levelled"),
    [
        ("整改情况:已完成,并长期坚持", "整改情况：已完成，并长期坚持"),
        ("共1,200元", "共1,200元"),  # a comma inside a number stays
        ("9:30开会", "9:30开会"),
        ("见http://example.org/a,b", "见http://example.org/a,b"),
        ("(一)关于", "（一）关于"),
        ("１２个", "12个"),
        ("1．关于", "1.关于"),
        ("已完成.", "已完成。"),
        ("2.5万元", "2.5万元"),
        ('开展巡察"回头看",反馈', "开展巡察“回头看”，反馈"),
        ("①㎡（㈠）", "①㎡（㈠）"),  # nothing is folded that changes what is printed
    ],
)  # fmt: skip
def test_width_is_levelled_without_moving_a_character(printed, levelled):
    assert level_width(printed) == levelled
    assert len(printed) == len(levelled)


def test_levelling_twice_changes_nothing():
    text = '(1)"整改":完成,１项.'
    assert level_width(level_width(text)) == level_width(text)


@pytest.mark.parametrize(
    ("quoted", "bare"),
    [
        ("“三定”相关", "“三定”相关"),  # a quote that opens the words but does not hold all of them
        ("“学习不深入”", "学习不深入"),
        ("“学习不深入", "学习不深入"),  # never closed
        ("学习不深入”", "学习不深入"),  # never opened
        ("“‘一岗双责’落实不够”", "‘一岗双责’落实不够"),
        ("“上热”“下冷”", "“上热”“下冷”"),
        ("“”", ""),
        ("", ""),
    ],
)
def test_outer_quotes_go_inner_ones_stay(quoted, bare):
    start, end = unquote(quoted, 0, len(quoted))
    assert quoted[start:end] == bare


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("学习不够。检查不严。", "学习不够"),
        ("“学习不够。检查不严。”整改", "“学习不够。检查不严。”整改"),
        ("“学习不够。检查不严。", "“学习不够"),  # the quote is never closed
        ("没有句号", "没有句号"),
    ],
)
def test_a_sentence_ends_at_its_full_stop(words, first):
    assert words[: first_sentence_end(words, 0, len(words))] == first
