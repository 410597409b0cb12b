"""Charts: each function takes a tidy frame and axes, draws one row of the frame a line, and returns the axes.

The y axis is measured in lines of text, downwards, so that a long name gets the room it needs. Size, margins, title and
source line are the business of `figures.draw`.
"""

from collections.abc import Sequence
from math import ceil

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import to_hex, to_rgb
from matplotlib.ticker import FuncFormatter, MaxNLocator, PercentFormatter

from pipeline.analysis.findings import records
from pipeline.analysis.mix import is_core, theme_columns
from pipeline.ledger.schema import STATUSES
from pipeline.reporting import style
from pipeline.reporting.labels import word
from pipeline.reporting.percent import percent, with_interval
from pipeline.reporting.wrap import balance, width, wrap

NAME_WIDTH = 13  # Chinese characters in a line of a row's name
NAME_LINES = 3
FEW = 10  # below this many cases a dot is drawn hollow
BAR = 1.15  # height of a bar, in lines
CELL = 0.94  # width of a cell, where one begins at every whole number
APART = 0.35  # between the core themes and the others, likewise
INDENT = "\N{IDEOGRAPHIC SPACE}"
STACK = ("done", "done_ongoing", "in_progress", "not_started")


def completion(frame: pd.DataFrame, axes: Axes, reference: float | None = None) -> Axes:
    """Draw completion rates as dots on their intervals, 0 to 100 %, with n beside each name.

    Parameters
    ----------
    frame
        In the columns of `findings.COMPLETION`; one row a line, from the top.
    axes
        Where to draw.
    reference
        Rate of all together, as a dotted line.
    """
    places = _shares(axes, frame["label"], reference)
    for y, row in zip(places, records(frame), strict=True):
        _before(axes, y, f"n={row.stated}")
        if pd.isna(row.rate):
            axes.annotate(
                "未说明状态，不计算", (0, y), (6, 0), textcoords="offset points", va="center_baseline",
                fontsize=style.SMALL, color=style.MUTED, bbox={"facecolor": "white", "edgecolor": "none", "pad": 1},
            )  # fmt: skip
            continue
        _dot(axes, y, row.rate, (row.low, row.high), row.stated)
        _after(axes, y, with_interval(row.rate, row.low, row.high))
    return axes


def composition(frame: pd.DataFrame, axes: Axes) -> Axes:
    """Draw how many items are in each state as one bar a row; those without a stated state stand apart, left of zero.

    Parameters
    ----------
    frame
        In the columns of `findings.COMPLETION`.
    axes
        Where to draw.
    """
    places = _rows(axes, frame["label"])
    # Within a bar each item stands once: done without those kept up for good.
    counts = frame.assign(done=frame["done"] - frame["done_ongoing"])[list(STATUSES)].astype("int64")
    right = max(int(counts[list(STACK)].sum(axis="columns").max()), 1)
    left = int(counts["not_stated"].max())
    for status, name in STATUSES.items():
        widths = counts[status]
        if widths.sum() == 0:
            continue
        colour = style.STATUS_COLOURS[status]
        starts = -widths if status == "not_stated" else counts[[*STACK[: STACK.index(status)]]].sum(axis="columns")
        axes.barh(places, widths, left=starts, height=BAR, color=colour, label=name, edgecolor="white")
        for y, start, wide in zip(places, starts, widths, strict=True):
            if wide / (left + right) > 0.012 + 0.016 * len(str(wide)):  # the number fits into the bar
                axes.text(
                    start + wide / 2, y, str(wide), ha="center", va="center_baseline", fontsize=style.SMALL,
                    color=_ink_on(colour),
                )  # fmt: skip
    axes.axvline(0, color=style.MUTED, linewidth=0.8)
    axes.set_xlim(-left * 1.02, right * 1.02)
    _whole_numbers(axes)
    axes.set_xlabel("条目数（零线左侧：未说明状态）" if left else "条目数")
    _legend(axes)
    return axes


def comparison(frame: pd.DataFrame, axes: Axes) -> Axes:
    """Draw the figure that a bulletin states (ring) and what its items come to (dot), joined by a line.

    Each bulletin has a line for its name, the comparisons under it.

    Parameters
    ----------
    frame
        In the columns of `findings.COMPARISON`, with both figures in every row.
    axes
        Where to draw.
    """
    opens = frame["bulletin"] != frame["bulletin"].shift()  # a row that begins a bulletin has its name above it
    names = [
        name
        for bulletin, compared, first in zip(frame["bulletin"], frame["compared"], opens, strict=True)
        for name in ((bulletin, INDENT + compared) if first else (INDENT + compared,))
    ]
    places = [place for place, name in zip(_rows(axes, names), names, strict=True) if name.startswith(INDENT)]
    rings, dots = "通报所称", "逐条统计"
    for y, row in zip(places, records(frame), strict=True):
        colour = style.VERDICT_COLOURS[row.verdict]
        axes.plot([row.declared, row.listed], [y, y], color=colour, linewidth=2, alpha=0.5, zorder=2)
        axes.plot(
            [row.declared], [y], marker="o", markersize=11, linestyle="none", markerfacecolor="white",
            markeredgecolor=colour, markeredgewidth=1.6, label=rings, clip_on=False, zorder=3,
        )  # fmt: skip
        axes.plot(
            [row.listed], [y], marker="o", markersize=5.5, linestyle="none", color=colour, label=dots,
            clip_on=False, zorder=4,
        )  # fmt: skip
        _after(axes, y, _against(row.declared, row.listed))
        rings, dots = "_", "_"  # one entry each in the legend
    axes.set_xlim(0, max(frame[["declared", "listed"]].max().max(), 1) * 1.05)
    _whole_numbers(axes)
    axes.grid(axis="x")
    _legend(axes)
    return axes


def coverage(frame: pd.DataFrame, axes: Axes) -> Axes:
    """Draw how many files were read and what became of the others; outcomes that did not occur are left out.

    Parameters
    ----------
    frame
        In the columns of `findings.COVERAGE`.
    axes
        Where to draw.
    """
    frame = frame[(frame["files"] > 0) | (frame["status"] == "read")]
    places = _rows(axes, frame["label"])
    colours = [style.DOCUMENT_COLOURS[status] for status in frame["status"]]
    axes.barh(places, frame["files"].astype("int64"), height=BAR, color=colours)
    for y, row in zip(places, records(frame), strict=True):
        share = "" if pd.isna(row.share) else f"（{percent(row.share)}）"
        axes.annotate(
            f"{row.files} 个{share}", (row.files, y), (6, 0), textcoords="offset points", va="center_baseline",
            fontsize=style.TEXT,
        )  # fmt: skip
    axes.set_xlim(0, max(int(frame["files"].max()), 1) * 1.3)
    axes.xaxis.set_visible(False)
    axes.spines["bottom"].set_visible(False)
    return axes


def doubt(frame: pd.DataFrame, axes: Axes, reference: float | None = None) -> Axes:
    """Draw the share of items to be reviewed as dots on their intervals, from 0 % up, with n beside each name.

    Parameters
    ----------
    frame
        In the columns of `findings.DOUBT`; groups without items are left out.
    axes
        Where to draw.
    reference
        Share of all together, as a dotted line.
    """
    frame = frame[frame["items"] > 0]
    for y, row in zip(_shares(axes, frame["label"], reference), records(frame), strict=True):
        _before(axes, y, f"n={row.items}")
        _dot(axes, y, row.rate, (row.low, row.high), row.items)
        _after(axes, y, f"{row.review} 条，{with_interval(row.rate, row.low, row.high)}")
    axes.set_xlim(0, min(1, ceil(frame["high"].max() * 10) / 10))
    return axes


def mix(frame: pd.DataFrame, axes: Axes) -> Axes:
    """Draw what each group is about: a cell for every theme, the darker the larger its share of the group's items.

    The core themes stand first and apart. Cells of a group with few items are not filled.

    Parameters
    ----------
    frame
        From `analysis.mix.mix`; one row a line, from the top.
    axes
        Where to draw.
    """
    names = theme_columns(frame)
    places = _rows(axes, frame["label"], gap=50)
    starts = [place + APART * (not is_core(name)) for place, name in enumerate(names)]
    counts = frame[names].to_numpy("float64")
    sizes = frame["items"].to_numpy("float64")
    shares = counts / sizes.clip(min=1)[:, None]
    most = shares[sizes >= FEW].max(initial=0) or 1
    for y, size, row in zip(places, sizes, shares, strict=True):
        _before(axes, y, f"n={size:.0f}")
        for start, share in zip(starts, row, strict=True):
            colour = _shade(share / most) if size >= FEW else "white"
            axes.barh(y, CELL, left=start, height=BAR, color=colour, edgecolor=style.FAINT, linewidth=0.6)
            axes.text(
                start + CELL / 2, y, percent(share, sign=False) if size else "", ha="center", va="center_baseline",
                fontsize=style.SMALL, color=_ink_on(colour) if share else style.MUTED,
            )  # fmt: skip
    axes.set_xlim(0, starts[-1] + 1)
    axes.xaxis.tick_top()
    said = [word(name) for name in names]
    # Two characters a line; words of a language that has no room for them so stand upright.
    upright = said != names
    headings = [style.printable(name) if upright else wrap(style.printable(name), 2, 3) for name in said]
    axes.set_xticks([start + CELL / 2 for start in starts], headings, linespacing=1.15)
    axes.tick_params(axis="x", labelrotation=90 if upright else 0)
    axes.tick_params(axis="x", length=0, labelcolor=style.INK)
    axes.spines["bottom"].set_visible(False)
    return axes


def confidence(frame: pd.DataFrame, axes: Axes) -> Axes:
    """Draw how many items there are in each range of confidence; those to be reviewed in another colour.

    Parameters
    ----------
    frame
        In the columns of `findings.CONFIDENCE`; ranges below the last one that has items are left out.
    axes
        Where to draw.
    """
    frame = frame.loc[: frame.index[frame["items"] > 0].max()]
    places = _rows(axes, frame["label"])
    start = pd.Series(0, frame.index)
    for column, name in (("sure", "不必复核"), ("review", "待复核")):
        widths = frame[column].astype("int64")
        if widths.sum():
            colour = style.REVIEW_COLOURS[column]
            axes.barh(places, widths, left=start, height=BAR, color=colour, linewidth=0, label=name)
        start += widths
    for y, row in zip(places, records(frame), strict=True):
        note = f"，其中待复核 {row.review} 条" if row.sure and row.review else ""
        axes.annotate(
            f"{row.items} 条{note}", (row.items, y), (6, 0), textcoords="offset points", va="center_baseline",
            fontsize=style.SMALL,
        )  # fmt: skip
    axes.set_xlim(0, start.max() * 1.3)
    axes.xaxis.set_visible(False)
    axes.spines["bottom"].set_visible(False)
    _legend(axes)
    return axes


def reliability(frame: pd.DataFrame, axes: Axes) -> Axes:
    """Draw how sure the classifier was (ring) and how often it was right (dot on its interval), joined by a line.

    Parameters
    ----------
    frame
        In the columns of `findings.CALIBRATION`, of one set of statements.
    axes
        Where to draw.
    """
    rings, dots = "平均把握", "实际正确率"
    for y, row in zip(_shares(axes, frame["label"]), records(frame), strict=True):
        _before(axes, y, f"n={row.n}")
        _dot(axes, y, row.right, (row.low, row.high), row.n, label=dots)
        axes.plot(
            [row.confidence], [y], marker="o", markersize=12, linestyle="none", markerfacecolor="none",
            markeredgecolor=style.WARNING, markeredgewidth=1.6, label=rings, clip_on=False, zorder=4,
        )  # fmt: skip
        _after(axes, y, f"{percent(row.right)}（把握 {percent(row.confidence)}）")
        rings, dots = "_", "_"  # one entry each in the legend
    _legend(axes)
    return axes


def _shares(axes: Axes, names: pd.Series, reference: float | None = None) -> list[float]:
    """Lay out one row a name with shares from 0 to 100 % across; `reference` is the share of all, as a dotted line."""
    places = _rows(axes, names, gap=50)
    axes.set_xlim(0, 1)
    axes.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    axes.grid(axis="x")
    if reference is not None and pd.notna(reference):
        axes.axvline(reference, color=style.MUTED, linewidth=1, linestyle=(0, (1, 2)), zorder=1)
        axes.annotate(
            f"合计 {percent(reference)}", (reference, 1), (0, 4), xycoords=("data", "axes fraction"),
            textcoords="offset points", ha="center", va="bottom", fontsize=style.SMALL, color=style.MUTED,
        )  # fmt: skip
    return places


def _dot(axes: Axes, y: float, rate: float, bounds: tuple[float, float], n: int, label: str = "_") -> None:
    """Draw a share as a dot on its interval; hollow where there are few cases."""
    axes.plot(
        bounds, [y, y], color=style.ACCENT, linewidth=3, alpha=0.35, solid_capstyle="butt", clip_on=False, zorder=2,
    )  # fmt: skip
    axes.plot(
        [rate], [y], marker="o", markersize=8, color=style.ACCENT, clip_on=False, zorder=3, label=label,
        linestyle="none", markerfacecolor="white" if n < FEW else style.ACCENT, markeredgewidth=1.8,
    )  # fmt: skip


def _shade(strength: float) -> str:
    """White for 0, the accent for 1, in between what lies between.

    >>> _shade(0), _shade(1) == style.ACCENT
    ('#ffffff', True)
    """
    red, green, blue = (1 - strength * (1 - part) for part in to_rgb(style.ACCENT))
    return to_hex((red, green, blue))


def _rows(axes: Axes, names: Sequence[str] | pd.Series, gap: float = 8) -> list[float]:
    """Lay out one row a name, the first on top, and return where each has its middle.

    Names are written from the left edge, broken into lines; `gap` points are kept between them and the axes.
    """
    labels = [_label(name) for name in names]
    heights = [label.count("\n") + 1 + 0.6 for label in labels]
    places = [sum(heights[:i]) + height / 2 for i, height in enumerate(heights)]
    widest = max((width(line) for label in labels for line in label.split("\n")), default=0)
    axes.set_yticks(places, labels, linespacing=1.15, ha="left")
    axes.set_ylim(sum(heights), 0)
    axes.tick_params(axis="y", length=0, pad=gap + widest * style.TEXT)
    axes.tick_params(axis="x", length=0)
    return places


def _label(name: str) -> str:
    """Break a name into lines; those of an indented one are all indented."""
    indent = INDENT if name.startswith(INDENT) else ""
    lines = balance(style.printable(word(name.removeprefix(indent))), NAME_WIDTH - len(indent), NAME_LINES)
    return indent + lines.replace("\n", f"\n{indent}")


def _before(axes: Axes, y: float, text: str) -> None:
    """Write a text left of the axes, between them and the names."""
    axes.annotate(
        text, (0, y), (-12, 0), xycoords=("axes fraction", "data"), textcoords="offset points", ha="right",
        va="center_baseline", fontsize=style.SMALL, color=style.MUTED, annotation_clip=False,
    )  # fmt: skip


def _after(axes: Axes, y: float, text: str) -> None:
    """Write a text right of the axes."""
    axes.annotate(
        text, (1, y), (12, 0), xycoords=("axes fraction", "data"), textcoords="offset points", ha="left",
        va="center_baseline", fontsize=style.SMALL, color=style.INK, annotation_clip=False,
    )  # fmt: skip


def _whole_numbers(axes: Axes) -> None:
    axes.xaxis.set_major_locator(MaxNLocator(6, integer=True))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{abs(value):.0f}"))


def _legend(axes: Axes) -> None:
    """Names of the colours in one line above the bars."""
    axes.legend(
        loc="lower left", bbox_to_anchor=(0, 1), ncols=5, frameon=False, fontsize=style.SMALL, borderpad=0,
        handlelength=1, handletextpad=0.5, columnspacing=1.2,
    )  # fmt: skip


def _against(declared: float, listed: float) -> str:
    """Say both figures and how far apart they are.

    >>> _against(53, 50), _against(7, 10), _against(3, 3)
    ('53，列出 50，少 3', '7，列出 10，多 3', '3，数目相同')
    """
    if declared == listed:
        return f"{declared:g}，数目相同"
    return f"{declared:g}，列出 {listed:g}，{'多' if listed > declared else '少'} {abs(listed - declared):g}"


def _ink_on(colour: str) -> str:
    """White on dark colours, ink on light ones."""
    red, green, blue = to_rgb(colour)
    return "white" if 0.299 * red + 0.587 * green + 0.114 * blue < 0.55 else style.INK
