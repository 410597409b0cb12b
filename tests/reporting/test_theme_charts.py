"""Charts of themes, by reading what was drawn: shades, lengths, positions, words."""

import itertools

import pandas as pd
import pytest
from colour import lab
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from pipeline import open_ledger
from pipeline.analysis.doubt import bin_confidence, doubt
from pipeline.analysis.findings import CALIBRATION, conform
from pipeline.analysis.mix import mix, theme_columns
from pipeline.reporting import charts, style
from pipeline.reporting.charts import FEW


@pytest.fixture(autouse=True)
def _house_style():
    style.use()


@pytest.fixture
def axes():
    figure = Figure()
    FigureCanvasAgg(figure)
    return figure.add_subplot()


@pytest.fixture(scope="module")
def by_unit(small_ledger):
    return mix(open_ledger(small_ledger).issues, "unit_id")


@pytest.fixture(scope="module")
def issues():
    rows = (
        [("财务", 0.98, False)] * 30
        + [("财务", 0.71, True)] * 10
        + [("财务", 0.75, False)] * 4
        + [("党建", 0.33, True)] * 2
    )
    return pd.DataFrame(rows, columns=["primary", "confidence", "review"])


@pytest.fixture(scope="module")
def calibration():
    rows = [
        ("90–100%", 0.97, 200, 0.99, 0.96, 1.0),
        ("60–70%", 0.66, 40, 0.5, 0.35, 0.65),
        ("20–30%", 0.25, 4, 0.0, 0.0, 0.49),
    ]
    columns = ["label", "confidence", "n", "right", "low", "high"]
    return conform(pd.DataFrame(rows, columns=columns).assign(data="x"), CALIBRATION)


def names(axes):
    return [label.get_text().replace("\n", "") for label in axes.get_yticklabels()]


def words(axes):
    return [text.get_text() for text in axes.texts]


def dots(axes, face):
    return [line for line in axes.lines if line.get_marker() == "o" and line.get_markerfacecolor() == face]


# mix


def test_a_cell_for_every_group_and_theme_says_its_share(by_unit, axes):
    assert charts.mix(by_unit, axes) is axes
    themes = theme_columns(by_unit)
    assert len(axes.patches) == len(by_unit) * len(themes)
    assert [label.get_text().replace("\n", "") for label in axes.get_xticklabels()] == themes
    first = by_unit.iloc[0]
    assert first["items"] == 60
    cells = words(axes)[1 : 1 + len(themes)]  # after n=60
    assert cells == [f"{round(100 * first[theme] / 60)}" for theme in themes]


def test_larger_shares_are_darker_none_is_white_and_few_items_are_not_filled(axes):
    rows = [("多", "财务")] * 30 + [("多", "党建")] * 10 + [("少", "财务")] * (FEW - 1)
    frame = pd.DataFrame([{"bulletin_id": "b", "kind": "issue", "aspect": a, "primary": p} for a, p in rows])
    counted = mix(frame, "aspect")
    charts.mix(counted, axes)
    themes = theme_columns(counted)
    colours = [to_hex(patch.get_facecolor()) for patch in axes.patches]
    many, few = colours[: len(themes)], colours[len(themes) :]
    assert many[themes.index("财务")] == style.ACCENT
    assert lab(many[themes.index("财务")])[0] < lab(many[themes.index("党建")])[0] < lab("white")[0]
    assert many[themes.index("作风")] == "#ffffff"
    assert set(few) == {"#ffffff"}
    assert "100" in words(axes)  # said all the same


def test_core_themes_stand_first_and_apart(by_unit, axes):
    charts.mix(by_unit, axes)
    starts = [patch.get_x() for patch in axes.patches[:6]]
    steps = [after - before for before, after in itertools.pairwise(starts)]
    assert steps[:4] == [1] * 4
    assert steps[4] > 1
    low, high = axes.get_xlim()
    last = axes.patches[len(theme_columns(by_unit)) - 1]
    assert low <= starts[0]
    assert last.get_x() + last.get_width() <= high


# doubt


def test_shares_to_be_reviewed_stand_where_they_are_with_their_counts(issues, axes):
    frame = doubt(issues, "primary")
    charts.doubt(frame, axes, reference=doubt(issues)["rate"][0])
    assert names(axes) == ["财务", "党建"]
    assert [dot.get_xdata()[0] for dot in axes.lines if dot.get_marker() == "o"] == frame["rate"].tolist()
    intervals = [tuple(line.get_xdata()) for line in axes.lines if line.get_linewidth() == 3 and line.get_alpha()]
    assert intervals == list(zip(frame["low"], frame["high"], strict=True))
    assert "10 条，23%（13–37%）" in words(axes)
    assert "合计 26%" in words(axes)
    assert len(dots(axes, "white")) == 1  # two items are few


def test_the_axis_ends_behind_the_last_interval(axes):
    frame = doubt(pd.DataFrame({"primary": ["财务"] * 100, "review": [True] * 3 + [False] * 97}), "primary")
    charts.doubt(frame, axes)
    assert axes.get_xlim() == (0, 0.1)
    axes.figure.draw_without_rendering()
    assert all(label.get_text().strip("%").isdecimal() for label in axes.get_xticklabels())


# confidence


def test_bars_are_counts_and_what_is_to_be_reviewed_follows_in_another_colour(issues, axes):
    charts.confidence(bin_confidence(issues), axes)
    assert names(axes) == [
        "90–100%",
        "80–90%",
        "70–80%",
        "60–70%",
        "50–60%",
        "40–50%",
        "30–40%",
    ]  # none below has items
    sure, review = axes.containers
    assert [bar.get_width() for bar in sure] == [30, 0, 4, 0, 0, 0, 0]
    assert [bar.get_width() for bar in review] == [0, 0, 10, 0, 0, 0, 2]
    assert [bar.get_x() for bar in review] == [30, 0, 4, 0, 0, 0, 0]
    assert to_hex(review[2].get_facecolor()) == style.REVIEW_COLOURS["review"]
    assert words(axes)[:3] == ["30 条", "0 条", "14 条，其中待复核 10 条"]
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["不必复核", "待复核"]


def test_only_what_occurs_is_in_the_legend(issues, axes):
    charts.confidence(bin_confidence(issues[~issues["review"]]), axes)
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["不必复核"]


# reliability


def test_ring_is_the_confidence_and_dot_the_share_of_right_ones(calibration, axes):
    charts.reliability(calibration, axes)
    rings = dots(axes, "none")
    points = [*dots(axes, style.ACCENT), *dots(axes, "white")]
    assert [ring.get_xdata()[0] for ring in rings] == [0.97, 0.66, 0.25]
    assert [point.get_xdata()[0] for point in points] == [0.99, 0.5, 0.0]
    assert len(dots(axes, "white")) == 1  # four statements are few
    assert words(axes)[:2] == ["n=200", "99%（把握 97%）"]
    assert sorted(text.get_text() for text in axes.get_legend().get_texts()) == ["实际正确率", "平均把握"]
    assert axes.get_xlim() == (0, 1)
