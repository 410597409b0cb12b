"""The font is certain, the colours are told apart."""

import itertools
from pathlib import Path

import matplotlib as mpl
import pytest
from colour import EYES, distance, lab
from fontTools.ttLib import TTFont
from matplotlib import font_manager
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from pipeline.errors import FontError
from pipeline.ledger.schema import COMPARISONS, DOCUMENT_STATUSES, STATUSES, TABLES, VERDICTS
from pipeline.reporting import charts, style, tables, theme_words, words
from pipeline.themes.cues import themes

DEJAVU = Path(font_manager.findfont("DejaVu Sans"))


@pytest.fixture(autouse=True)
def _house_style():
    style.use()


def test_the_file_that_matplotlib_draws_with_is_ours():
    assert font_manager.findfont(mpl.rcParams["font.sans-serif"][0], fallback_to_default=False) == str(
        style.font_file()
    )
    assert mpl.rcParams["font.family"] == ["sans-serif"]
    assert mpl.rcParams["font.sans-serif"] == [style.FAMILY]  # nothing to fall back to


def test_seaborn_has_not_taken_the_font_back():
    style.use()
    style.use()
    assert mpl.rcParams["font.sans-serif"] == [style.FAMILY]


def test_the_font_has_a_glyph_for_every_word_of_ours():
    # cmap read with another library than the one that draws
    with TTFont(style.font_file(), lazy=True) as font:
        cmap = font.getBestCmap()
    vocabulary = [*STATUSES.values(), *VERDICTS.values(), *DOCUMENT_STATUSES.values(), *COMPARISONS.values(), *themes()]
    vocabulary += [column.label for table in TABLES.values() for column in table.columns]
    vocabulary += [Path(module.__file__).read_text("utf-8") for module in (charts, tables, theme_words, words)]
    missing = {c for text in vocabulary for c in text if ord(c) not in cmap and not c.isspace()}
    assert not missing
    assert ord("\N{SAUROPOD}") not in cmap


def test_dejavu_would_not_pass():
    assert "整" not in {chr(c) for c in style.glyphs(DEJAVU)}
    with pytest.raises(FontError, match="holds the font 'DejaVu Sans', not 'Noto Sans CJK SC'"):
        style.register(DEJAVU)


def test_a_missing_or_broken_font_is_refused(monkeypatch, tmp_path):
    with pytest.raises(FontError, match="cannot be read as a font"):
        style.register(tmp_path / "none.otf")
    (tmp_path / "broken.otf").write_bytes(b"OTTO")
    with pytest.raises(FontError, match="cannot be read as a font"):
        style.register(tmp_path / "broken.otf")
    monkeypatch.setattr(style, "FILE", "NoSuchFont.otf")
    with pytest.raises(FontError, match=r"NoSuchFont\.otf not found in the package mplfonts"):
        style.font_file()


def test_what_the_font_lacks_is_replaced_and_the_rest_is_not():
    assert style.printable("雷锋\N{SAUROPOD}馆\n第2行") == "雷锋〓馆\n第2行"


def test_a_dollar_is_a_dollar():
    figure = Figure()
    FigureCanvasAgg(figure)
    text = figure.text(0, 0, "$5_x^2$")
    plain = figure.text(0, 0, "$5_x^2$", parse_math=False)
    figure.draw_without_rendering()
    assert text.get_window_extent().width == plain.get_window_extent().width


@pytest.mark.parametrize("eye", EYES)
@pytest.mark.parametrize(
    "palette",
    [style.STATUS_COLOURS, style.VERDICT_COLOURS, style.REVIEW_COLOURS],
    ids=["status", "verdict", "review"],
)
def test_colours_are_told_apart_by_every_eye(eye, palette):
    for one, other in itertools.combinations(palette, 2):
        assert distance(palette[one], palette[other], eye) > 20, (one, other)


def test_neighbours_in_a_bar_differ_in_lightness():
    for one, other in itertools.pairwise(charts.STACK):
        assert abs(lab(style.STATUS_COLOURS[one])[0] - lab(style.STATUS_COLOURS[other])[0]) > 10
