"""Charts, by reading what was drawn: positions, lengths, colours, words."""

import itertools

import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from pipeline import open_ledger
from pipeline.analysis.comparison import compare
from pipeline.analysis.completion import completion
from pipeline.analysis.coverage import cover
from pipeline.reporting import charts, style


@pytest.fixture(autouse=True)
def _house_style():
    style.use()


@pytest.fixture
def axes():
    figure = Figure()
    FigureCanvasAgg(figure)
    return figure.add_subplot()


@pytest.fixture(scope="module")
def small(small_ledger):
    return open_ledger(small_ledger)


@pytest.fixture(scope="module")
def by_unit(small):
    return completion(small.issues, "unit_id")


def names(axes):
    return [label.get_text().replace("\n", "") for label in axes.get_yticklabels()]


def words(axes):
    return [text.get_text() for text in axes.texts]


def by_colour(patches):
    """Lengths of bars by their colour, left to right in each."""
    found = {}
    for patch in patches:
        found.setdefault(to_hex(patch.get_facecolor()), []).append(round(patch.get_width()))
    return found


# completion


def test_a_dot_at_the_rate_on_a_line_over_the_interval(by_unit, axes):
    assert charts.completion(by_unit, axes) is axes
    rated = by_unit.dropna(subset="rate")
    lines = [line for line in axes.lines if len(line.get_xdata()) == 2]
    dots = [line for line in axes.lines if line.get_marker() == "o"]
    assert [tuple(line.get_xdata()) for line in lines] == list(zip(rated["low"], rated["high"], strict=True))
    assert [dot.get_xdata()[0] for dot in dots] == rated["rate"].tolist()
    assert [line.get_ydata()[0] for line in lines] == [dot.get_ydata()[0] for dot in dots]
    assert not any(artist.get_clip_on() for artist in (*lines, *dots))  # 0 % and 100 % are drawn whole


def test_the_axis_of_shares_is_whole(by_unit, axes):
    charts.completion(by_unit, axes)
    axes.figure.draw_without_rendering()
    assert axes.get_xlim() == (0, 1)
    assert [label.get_text() for label in axes.get_xticklabels()] == ["0%", "20%", "40%", "60%", "80%", "100%"]


def test_rows_stand_in_order_from_the_top_with_n_and_figures(by_unit, axes):
    charts.completion(by_unit, axes, reference=0.79)
    assert names(axes)[0] == by_unit["label"].iloc[0]
    bottom, top = axes.get_ylim()
    assert bottom > top  # downwards
    assert sorted(axes.get_yticks()) == list(axes.get_yticks())
    assert [w for w in words(axes) if w.startswith("n=")] == ["n=60", "n=45", "n=0", "n=19", "n=6"]
    assert "83%（72–91%）" in words(axes)
    assert "合计 79%" in words(axes)


def test_few_cases_are_hollow(by_unit, axes):
    charts.completion(by_unit, axes)
    dots = [line for line in axes.lines if line.get_marker() == "o"]
    assert [dot.get_markerfacecolor() == "white" for dot in dots] == [False, False, False, True]


def test_what_is_not_stated_is_said_not_drawn_as_zero(by_unit, axes):
    charts.completion(by_unit[by_unit["stated"] == 0], axes)
    assert not axes.lines
    assert "未说明状态，不计算" in words(axes)


def test_a_long_name_is_broken_and_gets_the_room(by_unit, axes, ledgers):
    charts.completion(by_unit, axes)
    assert ledgers.long_name in names(axes)
    label = axes.get_yticklabels()[1].get_text()
    assert label.count("\n") == 2
    places = list(axes.get_yticks())
    assert places[1] - places[0] > 2  # lines


def test_a_name_is_not_read_as_mathematics_or_drawn_as_a_box(by_unit, axes):
    charts.completion(by_unit, axes)
    assert "$5_x^2$〓局" in names(axes)[-1]


# composition


def test_bars_are_counts_and_each_item_stands_once(by_unit, axes):
    charts.composition(by_unit, axes)
    bars = by_colour(axes.patches)
    assert bars[style.STATUS_COLOURS["done"]] == [38, 32, 0, 16, 5]
    assert bars[style.STATUS_COLOURS["done_ongoing"]] == [12, 0, 0, 0, 0]
    assert bars[style.STATUS_COLOURS["not_stated"]] == [0, 4, 20, 0, 0]
    assert sum(sum(lengths) for lengths in bars.values()) == by_unit["listed"].sum()


def test_bars_follow_one_another_and_unstated_ones_stand_left_of_zero(by_unit, axes):
    charts.composition(by_unit, axes)
    for container in axes.containers:
        unstated = container.get_label() == "未说明"
        assert all((bar.get_x() < 0) == unstated for bar in container if bar.get_width())
    first = [container[0] for container in axes.containers if container.get_label() != "未说明"]
    for before, after in itertools.pairwise(first):
        assert after.get_x() == pytest.approx(before.get_x() + before.get_width())


def test_only_what_occurs_is_in_the_legend(by_unit, axes):
    charts.composition(by_unit[by_unit["not_stated"] == 0].head(1), axes)
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["已完成", "已完成并长期坚持", "正在推进"]
    assert axes.get_xlabel() == "条目数"


def test_numbers_are_written_where_they_fit(by_unit, axes):
    charts.composition(by_unit, axes)
    assert {"38", "12", "10", "20", "4"} <= set(words(axes))
    assert "0" not in words(axes)


# comparison


def test_ring_and_dot_stand_where_the_figures_are(small, axes):
    frame = compare(small.discrepancies, small.bulletins, small.text)
    charts.comparison(frame, axes)
    rings = [line for line in axes.lines if line.get_markerfacecolor() == "white"]
    dots = [line for line in axes.lines if line.get_marker() == "o" and line not in rings]
    assert [ring.get_xdata()[0] for ring in rings] == frame["declared"].tolist()
    assert [dot.get_xdata()[0] for dot in dots] == frame["listed"].tolist()
    assert rings[0].get_markeredgecolor() == style.VERDICT_COLOURS["differs"]
    assert rings[1].get_markeredgecolor() == style.VERDICT_COLOURS["agrees"]
    assert words(axes)[0] == "53，列出 50，少 3"
    assert axes.get_xlim()[0] == 0
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["通报所称", "逐条统计"]


def test_each_bulletin_is_named_once_above_its_comparisons(small, axes):
    charts.comparison(compare(small.discrepancies, small.bulletins, small.text), axes)
    assert names(axes)[:4] == ["鞍南市文化旅游和广播电视局（2021）", "　已完成数", "　问题数", names(axes)[3]]
    assert not names(axes)[3].startswith("　")
    assert len(names(axes)) == 6 + 7


# coverage


def test_outcomes_that_did_not_occur_are_left_out(small, axes):
    charts.coverage(cover(small.documents), axes)
    assert names(axes) == ["已读取", "不是整改通报", "格式暂不支持", "读取失败"]
    assert [bar.get_width() for bar in axes.patches] == [6, 1, 1, 1]
    assert words(axes)[0] == "6 个（67%）"


def test_no_file_read_is_drawn_as_none(axes):
    charts.coverage(cover(pd.DataFrame({"status": ["failed"]})), axes)
    assert words(axes) == ["0 个（0%）", "1 个（100%）"]
