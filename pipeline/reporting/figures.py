"""Figures: a chart with title, subtitle and source line; saved as PNG and SVG with the CSV behind it."""

import warnings
from collections.abc import Callable
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text

from pipeline.errors import FontError
from pipeline.ledger.files import write_bytes
from pipeline.reporting import style
from pipeline.reporting.display import Html, Picture
from pipeline.reporting.labels import caption as in_language
from pipeline.reporting.labels import word
from pipeline.reporting.tables import note, to_csv
from pipeline.reporting.wrap import balance, width, wrap

# Inches.
WIDTH = 6.5
MARGIN = 0.12
DPI = 300
SCREEN = 104  # pixels to an inch on a page
SHORTEST = 6  # Chinese characters that a last line may have; a shorter one is a widow
METADATA: dict[str, dict[str, str | None]] = {"png": {}, "svg": {"Date": None}}  # no date: same bytes in every run

Chart = Callable[..., Axes]
Line = tuple[str, float, str]  # words, size in points, colour


@dataclass(frozen=True, slots=True)
class Caption:
    """The words around a chart."""

    title: str  # what is to be seen, as a sentence
    subtitle: str  # what is measured, and how to read it
    source: str  # where the data is from, and of which days


def draw(chart: Chart, frame: pd.DataFrame, caption: Caption, **options: object) -> Figure:
    """Draw a chart as a whole figure.

    The figure is as high as the rows need and as wide as a page; margins are measured from the texts, so that no name
    is cut off however long it is. `tests/reporting` checks that no text leaves the figure and none covers another.

    Parameters
    ----------
    chart
        A function of `charts`.
    frame
        What it draws.
    caption
        The words around it.
    **options
        Handed on to the chart.
    """
    figure = Figure(figsize=(WIDTH, WIDTH))
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    chart(frame, axes, **options)
    for text in axes.findobj(Text):  # names of rows and columns, which are broken into lines, see to it themselves
        text.set_text(word(text.get_text()))
    head = [
        *_lines(in_language(caption.title), style.TITLE, style.INK, balance),
        *_lines(in_language(caption.subtitle), style.TEXT, style.MUTED),
    ]
    _fit(figure, axes, head, _lines(in_language(caption.source), style.SMALL, style.MUTED))
    return figure


def save(figure: Figure, frame: pd.DataFrame, folder: Path, name: str) -> tuple[Path, Path, Path]:
    """Write `<name>.png` (300 dpi), `<name>.svg` and `<name>.csv` (the frame; UTF-8 with BOM, Chinese headings).

    The same figure gives the same bytes in every run. All three are made before the first is written.

    Parameters
    ----------
    figure
        From `draw`.
    frame
        What it shows; `attrs["labels"]` names its columns (see `analysis.findings.conform`).
    folder
        Made if it is not there.
    name
        Without ending.

    Returns
    -------
    tuple[Path, Path, Path]
        The three files.

    Raises
    ------
    FontError
        If a character has no glyph: an empty box is not printed.
    """
    contents = {
        ".png": _render(figure, "png"),
        ".svg": _render(figure, "svg"),
        ".csv": to_csv(frame).encode("utf-8-sig"),
    }
    folder.mkdir(parents=True, exist_ok=True)
    for ending, content in contents.items():
        write_bytes(folder / (name + ending), content)
    return folder / f"{name}.png", folder / f"{name}.svg", folder / f"{name}.csv"


def publish(
    chart: Chart, frame: pd.DataFrame, caption: Caption, path: Path, *, most: int = 30, **options: object
) -> Html | Picture:
    """Draw a chart, save it with `save`, and show it in the notebook: one call for a cell.

    Where the frame has no row nothing is drawn and the page says so; files of that name left by an earlier run are
    removed, so that no figure stands there that this ledger does not bear out.

    Parameters
    ----------
    chart, frame, caption, **options
        As in `draw`. The CSV holds the whole frame, also where not all of it is drawn.
    path
        Folder and name of the files, without ending.
    most
        How many rows are drawn at most, the first ones; the source line says so.
    """
    if frame.empty:
        for ending in (".png", ".svg", ".csv"):
            path.with_name(path.name + ending).unlink(missing_ok=True)
        return note("没有可画的数据，本图从略。")
    if len(frame) > most:
        more = f"{caption.source}只画前 {most} 行，全部 {len(frame)} 行见 {path.name}.csv。"
        caption = replace(caption, source=more)
    figure = draw(chart, frame.head(most), caption, **options)
    png, _, _ = save(figure, frame, path.parent, path.name)
    alt = in_language(f"{caption.title}。{caption.subtitle}。")
    return Picture(png.read_bytes(), alt, round(WIDTH * SCREEN))


def _render(figure: Figure, kind: str) -> bytes:
    file = BytesIO()
    with warnings.catch_warnings():
        warnings.filterwarnings("error", message="Glyph .* missing from")
        try:
            figure.savefig(file, format=kind, dpi=DPI, metadata=METADATA[kind])
        except UserWarning as warning:
            raise FontError(f"a figure has a character that the font cannot draw: {warning}") from warning
    return file.getvalue()


def _lines(text: str, size: float, colour: str, breaking: Callable[[str, float], str] = wrap) -> list[Line]:
    """Break a text into lines as long as the page is wide."""
    limit = 0.96 * (WIDTH - 2 * MARGIN) * 72 / size  # a letter is drawn up to 4 % wider, on whole pixels
    lines = breaking(style.printable(text), limit).splitlines()
    if len(lines) > 1 and width(lines[-1]) < SHORTEST:
        lines = balance(style.printable(text), limit).splitlines()
    return [(line, size, colour) for line in lines]


def _fit(figure: Figure, axes: Axes, head: list[Line], foot: list[Line]) -> None:
    """Place the axes so that all texts around them have room, the head above and the foot below."""
    figure.draw_without_rendering()
    outer = axes.get_tightbbox()
    inner = axes.get_window_extent()
    if outer is None:
        return
    left, right, above, below = (
        distance / figure.dpi + MARGIN
        for distance in (inner.x0 - outer.x0, outer.x1 - inner.x1, outer.y1 - inner.y1, inner.y0 - outer.y0)
    )
    aspect = axes.get_box_aspect()  # of a chart without rows: its height, with its width as one
    line = style.TEXT * style.LINE / 72
    rows = axes.get_ylim()[0] * line if aspect is None else aspect * (WIDTH - left - right)
    head_height, foot_height = (sum(size * style.LINE / 72 for _, size, _ in block) for block in (head, foot))
    height = MARGIN + head_height + above + rows + below + foot_height + MARGIN
    figure.set_size_inches(WIDTH, height)
    axes.set_position(
        (left / WIDTH, (MARGIN + foot_height + below) / height, (WIDTH - left - right) / WIDTH, rows / height)
    )
    _stack(figure, head, height - MARGIN)
    _stack(figure, foot, MARGIN + foot_height)
    _keep_inside(figure, axes)


def _keep_inside(figure: Figure, axes: Axes) -> None:
    """Move a legend that is wider than the room beside its axes, until it leaves the page on neither side."""
    legend = axes.get_legend()
    if legend is None:
        return
    figure.draw_without_rendering()
    box, edge = legend.get_window_extent(), MARGIN * figure.dpi
    shift = max(min(figure.bbox.x1 - edge - box.x1, 0), edge - box.x0)
    if box.x0 < edge or shift < 0:
        anchor = legend.get_bbox_to_anchor().translated(shift, 0)
        legend.set_bbox_to_anchor(anchor.transformed(axes.transAxes.inverted()), axes.transAxes)


def _stack(figure: Figure, block: list[Line], top: float) -> None:
    """Write lines under each other, the first at `top` inches from the figure's bottom."""
    height = figure.get_figheight()
    for words, size, colour in block:
        figure.text(MARGIN / WIDTH, top / height, words, fontsize=size, color=colour, ha="left", va="top")
        top -= size * style.LINE / 72
