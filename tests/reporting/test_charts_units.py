"""Charts of units, promises and substance, by reading what was drawn; and their layout as whole figures."""

import itertools
from datetime import date

import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex
from matplotlib.dates import date2num
from matplotlib.figure import Figure
from matplotlib.text import Text

from pipeline import open_ledger
from pipeline.analysis.commitments import PROMISES, follow
from pipeline.analysis.copies import copies
from pipeline.analysis.copies import repeated as count_repeated
from pipeline.analysis.findings import conform
from pipeline.analysis.funnel import funnel, limits
from pipeline.analysis.mix import mix
from pipeline.analysis.pooled import declared, pooled
from pipeline.analysis.substance import depth, evidence
from pipeline.analysis.units import rounds
from pipeline.reporting import charts, charts_units, style
from pipeline.reporting.figures import MARGIN, Caption, draw

DAY = date(2024, 6, 30)


@pytest.fixture(autouse=True)
def _house_style():
    style.use()
    yield
    style.use()


@pytest.fixture
def axes():
    figure = Figure()
    FigureCanvasAgg(figure)
    return figure.add_subplot()


@pytest.fixture(scope="module")
def frames(sample_ledger):
    """What is drawn of the sample corpus, with the options of each chart."""
    ledger = open_ledger(sample_ledger)
    issues, bulletins, measures = ledger.issues, ledger.bulletins, ledger.measures
    proof = evidence(issues, measures)
    return {
        "funnel": (charts_units.funnel, funnel(issues), {}),
        "funnel of themes": (charts_units.funnel, funnel(issues, "primary"), {"chosen": ("财务",)}),
        "rounds": (charts_units.rounds, rounds(issues, bulletins, measures, ledger.commitments).head(20), {}),
        "pooled": (charts_units.pooled, pooled(issues, "themes"), {"reference": 0.76}),
        "declared": (charts_units.declared, declared(bulletins, issues).dropna(subset="declared_rate").head(12), {}),
        "promises": (charts_units.promises, follow(ledger.commitments, issues, bulletins, DAY), {"day": DAY}),
        "depth": (charts_units.depth, depth(proof, "unit_id"), {}),
        "repeated": (charts_units.repeated, count_repeated(copies(measures, issues, bulletins), measures, issues, "unit_id"), {}),
        "mix": (charts.mix, mix(issues, "unit_id"), {}),
        "composition": (charts.composition, pooled(issues, "unit_id"), {}),
    }  # fmt: skip


def names(axes):
    return [label.get_text().replace("\n", "") for label in axes.get_yticklabels()]


def words(axes):
    return [text.get_text() for text in axes.texts]


def dots(axes, marker="o"):
    return [line for line in axes.lines if line.get_marker() == marker and len(line.get_xdata()) == 1]


# funnel


def test_a_dot_stands_at_rate_and_number_and_is_red_outside_the_limits(frames, axes):
    _, frame, options = frames["funnel of themes"]
    charts_units.funnel(frame, axes, **options)
    drawn = {(line.get_xdata()[0], line.get_ydata()[0]): line for line in [*dots(axes), *dots(axes, "D")]}
    assert set(drawn) == set(zip(frame["stated"], frame["rate"], strict=True))
    for row in frame.itertuples():
        line = drawn[row.stated, row.rate]
        assert to_hex(line.get_markeredgecolor()) == (style.ACCENT if row.place == "inside" else style.WARNING)
        assert (line.get_marker() == "D") == (row.label == "财务")


def test_limits_are_those_of_the_pooled_rate(frames, axes):
    _, frame, _ = frames["funnel"]
    charts_units.funnel(frame, axes)
    curves = [line for line in axes.lines if len(line.get_xdata()) > 2]
    assert len(curves) == 4
    sizes = curves[0].get_xdata()
    assert curves[2].get_ydata().tolist() == limits(frame["pooled"][0], sizes, 0.95)["low"].tolist()
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["99.8% 界限", "95% 界限", "合计 76%"]


def test_dots_on_one_another_are_counted(axes):
    rows = [("a", "done"), ("a", "in_progress"), ("b", "done"), ("b", "in_progress"), ("c", "done")]
    items = pd.DataFrame(
        [{"bulletin_id": "x", "kind": "issue", "unit_id": u, "unit_name": u, "status": s} for u, s in rows]
    )
    charts_units.funnel(funnel(items), axes)
    assert words(axes) == ["×2"]


def test_only_units_outside_or_chosen_are_named(frames, axes):
    _, frame, _ = frames["funnel"]
    charts_units.funnel(frame, axes)
    assert not [text for text in words(axes) if not text.startswith("×")]
    chosen = frame["label"][0]
    charts_units.funnel(frame, axes, (chosen,))
    assert next(text.replace("\n", "") for text in words(axes) if not text.startswith("×"))[:6] == chosen[:6]


# rounds


def test_rounds_stand_under_their_unit_joined_by_a_line(frames, axes):
    _, frame, _ = frames["rounds"]
    charts_units.rounds(frame, axes)
    shown = names(axes)
    assert [name for name in shown if not name.startswith("　")] == list(dict.fromkeys(frame["unit"]))
    assert len(shown) == len(frame) + frame["unit_id"].nunique()
    places = dict(zip([i for i, name in enumerate(shown) if name.startswith("　")], frame.itertuples(), strict=True))
    ticks = axes.get_yticks()
    drawn = {line.get_ydata()[0]: line.get_xdata()[0] for line in dots(axes)}
    assert drawn == {ticks[place]: row.rate for place, row in places.items() if row.stated}
    joins = [line for line in axes.lines if len(line.get_xdata()) == 2 and line.get_ydata()[0] != line.get_ydata()[1]]
    rated = frame.dropna(subset="rate")
    assert len(joins) == len(rated) - rated["unit_id"].nunique()


def test_whole_units_are_drawn():
    groups = pd.Series(["a", "a", "b", "b", "b", "c"])
    assert [charts_units.whole(groups, most) for most in (1, 2, 4, 5, 9)] == [2, 2, 2, 5, 6]


# pooled, declared


def test_the_interval_over_bulletins_is_a_line_with_ends_below(frames, axes):
    _, frame, options = frames["pooled"]
    charts_units.pooled(frame, axes, **options)
    ends = [tuple(line.get_xdata()) for line in axes.lines if line.get_marker() == "|"]
    known = frame.dropna(subset="clustered_low")
    assert 0 < len(ends) < len(frame)
    assert ends == list(zip(known["clustered_low"], known["clustered_high"], strict=True))


def test_what_is_stated_is_a_ring_and_what_is_listed_a_dot(frames, axes):
    _, frame, _ = frames["declared"]
    charts_units.declared(frame, axes)
    rings = [line for line in dots(axes) if line.get_markerfacecolor() == "none"]
    assert [ring.get_xdata()[0] for ring in rings] == frame["declared_rate"].tolist()
    assert [line.get_xdata()[0] for line in dots(axes) if line not in rings] == frame["rate"].dropna().tolist()
    row = frame.iloc[0]
    assert f"称 {row['declared_done']}/{row['declared_issues']}，列 {row['done']}/{row['stated']}" in words(axes)


# promises


def test_every_dated_promise_is_a_stroke_at_its_day_in_the_colour_of_its_state(frames, axes):
    _, frame, options = frames["promises"]
    charts_units.promises(frame, axes, **options)
    for lines in axes.collections:
        state = {
            "到期，未见完成": "overdue",
            "未到期": "open",
            "到期，条目已报完成": "reported",
            "公布前已到期": "earlier",
        }[lines.get_label()]
        own = frame[(frame["state"] == state) & frame["due_date"].notna()]
        assert sorted(path[0][0] for path in lines.get_segments()) == sorted(date2num(own["due_date"]))
        assert to_hex(lines.get_color()[0]) == charts_units.STATE_COLOURS[state]
    assert sum(len(lines.get_segments()) for lines in axes.collections) == frame["due_date"].notna().sum()
    assert f"截至 {DAY}" in words(axes)
    assert {f"n={n}" for n in frame["unit_name"].value_counts()} <= set(words(axes))


def test_promises_of_one_day_stand_on_one_another_within_their_row(axes):
    row = {"unit_name": "甲", "state": "open", "due_date": pd.Timestamp("2024-12-31")}
    frame = conform(pd.DataFrame([row] * 4 + [row | {"due_date": pd.Timestamp("2025-12-31")}]), PROMISES)
    charts_units.promises(frame, axes, DAY)
    spans = sorted(
        (path[0][1], path[1][1])
        for path in axes.collections[0].get_segments()
        if path[0][0] == date2num(row["due_date"])
    )
    assert all(before[1] < after[0] for before, after in itertools.pairwise(spans))
    assert spans[-1][1] - spans[0][0] <= charts_units.TALLEST


# depth, repeated


def test_bars_of_depth_add_up_to_the_items(frames, axes):
    _, frame, _ = frames["depth"]
    charts_units.depth(frame, axes)
    widths = [[bar.get_width() for bar in container] for container in axes.containers]
    assert [sum(row) for row in zip(*widths, strict=True)] == frame["items"].tolist()
    assert axes.get_xlabel() == "条目数"


def test_a_number_that_does_not_fit_its_bar_is_left_out(axes):
    counts = {"items": [100, 3], "none": 0, "one": [85, 1], "two": [15, 1], "more": [0, 1]}
    bounds = {"rate": 0.5, "low": 0.1, "high": 0.9}
    charts_units.depth(pd.DataFrame({"label": ["甲", "乙"], **counts, **bounds}), axes)
    assert {"85", "15"} <= set(words(axes))
    assert "1" not in words(axes)


def test_shares_that_are_repeated_are_dots_with_their_counts(frames, axes):
    _, frame, _ = frames["repeated"]
    charts_units.repeated(frame, axes)
    assert [line.get_xdata()[0] for line in dots(axes)] == frame["rate"].tolist()
    assert axes.get_xlim()[1] >= frame["high"].max()
    row = frame.iloc[0]
    assert any(text.startswith(f"{row['repeated']} 条，") for text in words(axes))


# Whole figures, in both languages

CAPTION = Caption("线为 95% 区间", "自报完成率", "资料来源：6 份公开整改通报（单位自报）。")
NAMES = [
    "funnel",
    "funnel of themes",
    "rounds",
    "pooled",
    "declared",
    "promises",
    "depth",
    "repeated",
    "mix",
    "composition",
]


def written(figure):
    """Every text that can be seen, and the box around it."""
    figure.draw_without_rendering()
    (axes,) = figure.axes
    sides = ((axes.xaxis, axes.get_xlim()), (axes.yaxis, axes.get_ylim()))
    hidden = {
        id(label) for axis, ends in sides for place, label in zip(axis.get_ticklocs(), axis.get_ticklabels(), strict=True)
        if not min(ends) <= place <= max(ends)
    }  # fmt: skip
    texts = [text for text in figure.findobj(Text) if text.get_visible() and text.get_text().strip()]
    return [(text.get_text(), text.get_window_extent()) for text in texts if id(text) not in hidden]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("name", NAMES)
def test_no_text_leaves_the_page_none_covers_another_and_all_labels_are_translated(frames, name, language):
    chart, frame, options = frames[name]
    style.use(language)
    figure = draw(chart, frame, CAPTION, **options)
    texts = written(figure)
    for words_, box in texts:
        assert box.x0 >= 0, words_
        assert box.y0 >= 0, words_
        assert box.x1 <= figure.bbox.x1 + 0.5, words_
        assert box.y1 <= figure.bbox.y1, words_
    for (one, box), (other, another) in itertools.combinations(texts, 2):
        across = min(box.x1, another.x1) - max(box.x0, another.x0)
        down = min(box.y1, another.y1) - max(box.y0, another.y0)
        assert across <= 0.5 or down <= 1.5, (one, other)
    legend = figure.axes[0].get_legend()
    if legend is not None:
        box, edge = legend.get_window_extent(), MARGIN * figure.dpi
        assert edge - 1 <= box.x0
        assert box.x1 <= figure.bbox.x1 - edge + 1
    assert figure.axes[0].get_position().width * figure.get_figwidth() > 1.5  # inches
    if language == "en":
        named = {
            part for column in ("label", "unit", "unit_name") if column in frame for part in frame[column].dropna()
        }
        left = [text for text, _ in texts if any("\u4e00" <= c <= "\u9fff" for c in text)]
        assert all(any("".join(text.split()).strip("…") in "".join(name.split()) for name in named) for text in left), (
            left
        )
