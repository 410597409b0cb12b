"""Lines of Chinese text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.reporting.wrap import NOT_FIRST, NOT_LAST, balance, width, wrap

TEXTS = st.text("整改完成率单位市县局（）“”《》，。、；：12aB% ", max_size=60)


@given(TEXTS, st.integers(4, 20))
def test_nothing_is_lost_and_no_line_is_too_wide(text, limit):
    for broken in (wrap(text, limit), balance(text, limit)):
        assert "".join(broken.split()) == "".join(text.split())
        assert all(width(line) <= limit for line in broken.split("\n"))


@given(st.text("整改（“，。）”、单位", min_size=1, max_size=40), st.integers(10, 20))
def test_marks_stand_where_they_may(text, limit):
    # A run of marks as wide as the line has to be cut somewhere.
    marks = NOT_FIRST | NOT_LAST
    if any(all(c in marks for c in text[i : i + 5]) for i in range(max(len(text) - 4, 1))):
        return
    lines = wrap(text, limit).split("\n")
    assert not any(line[0] in NOT_FIRST for line in lines[1:])
    assert not any(line[-1] in NOT_LAST for line in lines[:-1])


def test_numbers_and_words_stay_whole():
    assert wrap("区间为 Wilson 95% 区间", 6) == "区间为\nWilson 95%\n区间"


def test_a_cut_is_marked():
    assert wrap("一二三四五六七八九十", 4, lines=2) == "一二三四\n五六七…"
    assert wrap("一二三四", 4, lines=1) == "一二三四"


@pytest.mark.parametrize("lines", [1, 2, 3])
def test_balancing_never_cuts_what_would_fit(lines):
    text = "清源县住房和城乡建设局（县人民防空办公室）下属物业管理服务中心"
    balanced = balance(text, 13, lines)
    assert balanced.count("\n") < lines
    assert ("…" in balanced) == (lines < 3)


def test_balance_breaks_after_a_mark_where_it_can():
    assert balance("4 个单位自报完成率在 71% 与 84% 之间，区间相互重叠，分不出高下", 29).split("\n")[0].endswith("，")
