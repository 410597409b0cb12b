"""Whole figures: nothing cut off, nothing covered, the same bytes again, the data beside it."""

import itertools

import pandas as pd
import pytest
from matplotlib.text import Text

from pipeline import open_ledger
from pipeline.analysis.comparison import compare
from pipeline.analysis.completion import completion
from pipeline.analysis.coverage import cover
from pipeline.analysis.doubt import bin_confidence, doubt
from pipeline.analysis.findings import CALIBRATION, conform
from pipeline.analysis.mix import mix
from pipeline.errors import FontError
from pipeline.reporting import charts, style
from pipeline.reporting.figures import Caption, draw, publish, save, to_csv

CAPTION = Caption(
    "单位自报完成率在 71% 与 84% 之间，区间相互重叠，差别可能出于偶然",
    "线为 95% 区间",
    "资料来源：6 份公开整改通报（单位自报）。" * 3,
)


@pytest.fixture(autouse=True)
def _house_style():
    style.use()


@pytest.fixture(scope="module")
def frames(small_ledger):
    ledger = open_ledger(small_ledger)
    by_unit = completion(ledger.issues, "unit_id")
    extremes = pd.DataFrame(
        {"bulletin_id": "b", "kind": "issue", "status": ["done", "in_progress"], "year": [2019, 2020]}
    )
    judged = ledger.issues.assign(confidence=[n % 97 / 96 for n in range(len(ledger.issues))])
    judged["review"] = judged["confidence"] < 0.75
    bins = [{"label": "90–100%", "confidence": 1.0, "n": 20000, "right": 1.0, "low": 0.99, "high": 1.0}] * 2
    calibration = conform(pd.DataFrame([*bins, bins[0] | {"right": 0.0, "confidence": 0.0, "low": 0.0}]), CALIBRATION)
    return {
        "completion": (charts.completion, by_unit, {"reference": 0.99}),
        "completion at both ends": (charts.completion, completion(extremes, "year"), {"reference": 0.0}),
        "composition": (charts.composition, by_unit, {}),
        "composition of one": (charts.composition, by_unit.tail(1), {}),
        "comparison": (charts.comparison, compare(ledger.discrepancies, ledger.bulletins, ledger.text), {}),
        "coverage": (charts.coverage, cover(ledger.documents), {}),
        "mix": (charts.mix, mix(ledger.issues, "unit_id"), {}),
        "mix of years": (charts.mix, mix(ledger.issues, "year"), {}),
        "doubt": (charts.doubt, doubt(judged, "primary"), {"reference": 0.0}),
        "confidence": (charts.confidence, bin_confidence(judged), {}),
        "reliability": (charts.reliability, calibration, {}),
    }


NAMES = [
    "completion", "completion at both ends", "composition", "composition of one", "comparison", "coverage",
    "mix", "mix of years", "doubt", "confidence", "reliability",
]  # fmt: skip


def written(figure):
    """Every text that can be seen, and the box around it."""
    figure.draw_without_rendering()
    hidden = {id(tick) for axes in figure.axes for tick in _out_of_view(axes)}
    return [
        (text.get_text(), text.get_window_extent())
        for text in figure.findobj(Text)
        if text.get_visible() and text.get_text().strip() and id(text) not in hidden
    ]


def _out_of_view(axes):
    low, high = sorted(axes.get_xlim())
    for place, label in zip(axes.get_xticks(), axes.get_xticklabels(), strict=True):
        if not low <= place <= high or not axes.xaxis.get_visible():
            yield label


@pytest.mark.parametrize("name", NAMES)
def test_no_text_leaves_the_figure_and_none_covers_another(frames, name):
    chart, frame, options = frames[name]
    figure = draw(chart, frame, CAPTION, **options)
    texts = written(figure)
    page = figure.bbox
    for words, box in texts:
        assert box.x0 >= 0, words
        assert box.y0 >= 0, words
        assert box.x1 <= page.x1 + 0.5, words
        assert box.y1 <= page.y1, words
    for (one, box), (other, another) in itertools.combinations(texts, 2):
        across = min(box.x1, another.x1) - max(box.x0, another.x0)
        down = min(box.y1, another.y1) - max(box.y0, another.y0)
        assert across <= 0.5 or down <= 1.5, (one, other)  # pixels; letters do not fill their boxes


@pytest.mark.parametrize("name", NAMES)
def test_axes_keep_a_width_that_can_be_read(frames, name):
    chart, frame, options = frames[name]
    figure = draw(chart, frame, CAPTION, **options)
    assert figure.axes[0].get_position().width * figure.get_figwidth() > 2  # inches


def test_title_subtitle_and_source_are_there_in_full(frames):
    chart, frame, options = frames["completion"]
    words = "".join(text.get_text() for text in draw(chart, frame, CAPTION, **options).texts).replace(" ", "")
    for expected in (CAPTION.title, CAPTION.subtitle, CAPTION.source):
        assert expected.replace(" ", "") in words


def test_the_same_figure_is_the_same_bytes(frames, tmp_path):
    chart, frame, options = frames["composition"]
    for run in ("one", "two"):
        save(draw(chart, frame, CAPTION, **options), frame, tmp_path / run, "x")
    for ending in ("png", "svg", "csv"):
        assert (tmp_path / "one" / f"x.{ending}").read_bytes() == (tmp_path / "two" / f"x.{ending}").read_bytes()
    assert sorted(path.name for path in (tmp_path / "one").iterdir()) == ["x.csv", "x.png", "x.svg"]


def test_svg_needs_no_font_and_no_address(frames, tmp_path):
    chart, frame, options = frames["coverage"]
    _, svg, _ = save(draw(chart, frame, CAPTION, **options), frame, tmp_path, "x")
    text = svg.read_text("utf-8")
    assert "<text" not in text
    assert "font-family" not in text
    assert "<image" not in text


def test_csv_has_chinese_headings_for_excel_and_reads_back(frames, tmp_path):
    chart, frame, options = frames["completion"]
    _, _, csv = save(draw(chart, frame, CAPTION, **options), frame, tmp_path, "x")
    assert csv.read_bytes().startswith(b"\xef\xbb\xbf")
    back = pd.read_csv(csv, keep_default_na=False, na_values=[""])
    assert back.columns.tolist() == list(frame.attrs["labels"].values())
    assert back["名称"].tolist() == frame["label"].tolist()  # also what the picture shows as 〓
    assert back["已完成"].tolist() == frame["done"].tolist()
    assert back["自报完成率"].tolist() == pytest.approx(frame["rate"].tolist(), nan_ok=True)


def test_csv_says_verdicts_in_words(frames):
    _, frame, _ = frames["comparison"]
    assert "不一致,重要" in to_csv(frame)
    assert ",53," in to_csv(frame)  # not 53.0


def test_a_glyph_that_is_not_there_is_an_error_and_nothing_is_written(frames, tmp_path):
    chart, frame, options = frames["coverage"]
    figure = draw(chart, frame, CAPTION, **options)
    figure.text(0.5, 0.5, "\N{SAUROPOD}")
    with pytest.raises(FontError, match="cannot draw"):
        save(figure, frame, tmp_path / "none", "x")
    assert not (tmp_path / "none").exists()


def test_publish_shows_the_picture_with_words_for_it(frames, tmp_path):
    chart, frame, options = frames["completion"]
    shown = publish(chart, frame, CAPTION, tmp_path / "x", **options)
    png, metadata = shown._repr_png_()
    assert png == (tmp_path / "x.png").read_bytes()
    assert metadata["alt"].startswith(CAPTION.title)
    assert len(repr(shown)) < 200


def test_publish_without_rows_says_so_and_removes_an_old_figure(frames, tmp_path):
    chart, frame, options = frames["completion"]
    publish(chart, frame, CAPTION, tmp_path / "x", **options)
    (tmp_path / "other.png").touch()
    shown = publish(chart, frame.head(0), CAPTION, tmp_path / "x", **options)
    assert "没有可画的数据" in shown._repr_html_()
    assert [path.name for path in tmp_path.iterdir()] == ["other.png"]


def test_publish_draws_the_first_rows_and_says_how_many_there_are(tmp_path):
    rows = [{"bulletin_id": "b", "kind": "issue", "status": "done", "year": 1900 + i} for i in range(40)]
    frame = completion(pd.DataFrame(rows), "year")
    publish(charts.completion, frame, CAPTION, tmp_path / "x", most=5)
    assert len((tmp_path / "x.csv").read_text("utf-8-sig").splitlines()) == 41
    figure = draw(charts.completion, frame.head(5), CAPTION)
    assert len(figure.axes[0].get_yticks()) == 5
