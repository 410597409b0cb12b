"""Charts of recurrence, by reading what was drawn."""

import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from pipeline.reporting import charts_recurrence, recurrence_words, style


@pytest.fixture
def axes():
    style.use()
    figure = Figure()
    FigureCanvasAgg(figure)
    return figure.add_subplot()


def names(axes):
    return [label.get_text().replace("\n", "") for label in axes.get_yticklabels()]


def words(axes):
    return [text.get_text() for text in axes.texts]


CHAINS = pd.DataFrame({
    "chain": ["a", "a", "b"], "unit_id": ["u", "u", "v"], "unit_name": ["甲局", "甲局", "乙局"], "step": [1, 2, 1], "theme": "财务",
    "earlier_id": ["a", "a2", "b"], "later_id": ["a2", "a3", "b2"], "earlier_year": [2017, 2020, 2019],
    "later_year": [2020, 2023, 2022], "earlier_statement": ["资产账实不符", "账实不符", "<b>"],
    "later_statement": ["账实不符", "家底不清", "党费收缴不及时" * 5], "similarity": [0.7, 0.6, 0.5],
    "earlier_status": ["done", "in_progress", "done_ongoing"], "later_status": ["in_progress", "done", "done"],
    "after_done": [True, False, True], "others": [None, "x", None],
    **{f"{side}_{name}": value for side in ("earlier", "later") for name, value in (("bulletin", "b1"), ("start", 0), ("end", 4))},
})  # fmt: skip
CHAINS.attrs["labels"] = {column: column for column in CHAINS.columns}


def test_a_chain_is_a_line_with_a_dot_a_round_in_the_colour_of_its_status(axes):
    assert charts_recurrence.paths(CHAINS, axes) is axes
    shown = [(list(line.get_xdata()), to_hex(line.get_color())) for line in axes.lines if len(line.get_xdata())]
    first = shown[:5]
    assert first == [
        ([2017, 2020], style.WARNING), ([2020, 2023], style.FAINT), ([2017], style.STATUS_COLOURS["done"]),
        ([2020], style.STATUS_COLOURS["in_progress"]), ([2023], style.STATUS_COLOURS["done"]),
    ]  # fmt: skip
    assert names(axes)[0] == "甲局：家底不清"
    assert names(axes)[1].endswith("…")
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["已完成", "已完成并长期坚持", "正在推进"]


def test_only_whole_chains_are_drawn():
    assert [charts_recurrence.rows_of_chains(CHAINS, n) for n in (0, 1, 2, 9)] == [0, 2, 3, 3]


def test_rates_are_dots_on_intervals_with_n(axes):
    frame = pd.DataFrame({
        "label": ["甲局", "乙局"], "followed": [20, 4], "recurred": [5, 1], "rate": [0.25, 0.25], "low": [0.1, 0.05], "high": [0.5, 0.7],
    })  # fmt: skip
    charts_recurrence.recurrence(frame, axes, 0.25)
    assert {"n=20", "n=4", "5 条，25%（10–50%）"} <= set(words(axes))
    dots = [line for line in axes.lines if line.get_marker() == "o"]
    assert [list(line.get_xdata()) for line in dots] == [[0.25], [0.25]]
    assert [to_hex(line.get_markerfacecolor()) for line in dots] == [style.ACCENT, "#ffffff"]


def test_common_weaknesses_are_shares_of_units(axes):
    frame = pd.DataFrame(
        {"label": ["账实不符"], "units": [8], "all_units": [14], "rate": [8 / 14], "low": [0.33], "high": [0.79]}
    )
    charts_recurrence.common(frame, axes)
    assert {"8/14", "57%（33–79%）"} <= set(words(axes))


def test_the_trend_has_a_cell_a_year_with_both_counts(axes):
    frame = pd.DataFrame({
        "weakness": ["a", "a", "b", "b"], "label": ["甲", "甲", "乙", "乙"], "year": [2019, 2022] * 2, "units": [1, 2, 0, 1],
        "all_units": [2, 2, 2, 2], "rate": [0.5, 1.0, 0, 0.5],
    })  # fmt: skip
    charts_recurrence.trend(frame, axes)
    assert words(axes) == ["1/2", "2/2", "0/2", "1/2"]
    assert [label.get_text() for label in axes.get_xticklabels()] == ["2019", "2022"]
    lightness = [sum(patch.get_facecolor()[:3]) for patch in axes.patches]
    assert lightness[2] > lightness[0] == pytest.approx(lightness[3])
    assert lightness[0] > lightness[1]


def test_cards_escape_what_bulletins_say_and_lead_to_its_place():
    html = recurrence_words.cards(CHAINS, limit=3).html
    assert "&lt;b&gt;" in html
    assert "<b>" not in html
    assert html.count("<article") == 3
    assert "b1.html#0-4" in html
    assert "另有 2 处" in recurrence_words.cards(CHAINS, limit=1).html
