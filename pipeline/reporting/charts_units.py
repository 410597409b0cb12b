"""Charts of units, of what they promise, and of how much of what they say can be checked; see `charts` for the rules."""

from datetime import date
from itertools import pairwise

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter, date2num
from matplotlib.ticker import MaxNLocator, MultipleLocator, PercentFormatter

from pipeline.analysis.commitments import STATES
from pipeline.analysis.findings import records
from pipeline.analysis.funnel import LEVELS, limits
from pipeline.reporting import style
from pipeline.reporting.charts import (
    BAR,
    FEW,
    INDENT,
    _after,
    _before,
    _dot,
    _ink_on,
    _legend,
    _rows,
    _shares,
    _whole_numbers,
    completion,
)
from pipeline.reporting.percent import percent, with_interval
from pipeline.reporting.wrap import width, wrap

STATE_COLOURS = {
    "overdue": style.WARNING,
    "open": style.ACCENT,
    "unclear": style.STATUS_COLOURS["not_stated"],
    "reported": style.STATUS_COLOURS["done_ongoing"],
    "earlier": style.STATUS_COLOURS["not_stated"],
}
CLASSES = {
    "none": ("没有依据", style.WARNING),
    "one": ("一种", "#f0b85a"),
    "two": ("两种", "#62a5d6"),
    "more": ("三种以上", style.ACCENT),
}
TICK = 0.9  # lines that a promise is high; those of one day stand on one another
TALLEST = 1.4  # lines that all of a day are high at most
ASPECT = 0.62  # height of a chart without rows, with its width as one
NAMED = 8  # characters of a name beside a dot
_WIDE = 5.0  # inches that such a chart is wide at least, for placing names


def funnel(frame: pd.DataFrame, axes: Axes, chosen: tuple[str, ...] = ()) -> Axes:
    """Draw rates against numbers of items, between the limits that chance allows around the pooled rate.

    Parameters
    ----------
    frame
        In the columns of `analysis.funnel.FUNNEL`; a dot a row. Dots outside the limits are named, and the chosen ones.
    axes
        Where to draw.
    chosen
        Groups or labels to name and to draw as diamonds.
    """
    pooled = float(frame["pooled"].iloc[0])
    most = int(frame["stated"].max())
    sizes = np.unique(np.linspace(1, max(most * 1.12, 12), 400).round().astype("int64"))
    for name, dashes in (("998", (0, (1, 2))), ("95", (0, (5, 2)))):
        bounds = limits(pooled, sizes, LEVELS[name])
        label = f"{'99.8' if name == '998' else '95'}% 界限"
        axes.plot(sizes, bounds["low"], color=style.MUTED, linewidth=1, linestyle=dashes, label=label, zorder=1)
        axes.plot(sizes, bounds["high"], color=style.MUTED, linewidth=1, linestyle=dashes, label="_", zorder=1)
    axes.axhline(pooled, color=style.MUTED, linewidth=1, label=f"合计 {percent(pooled)}", zorder=1)
    for row in records(frame):
        picked = row.group in chosen or row.label in chosen
        outside = row.place != "inside"
        colour = style.WARNING if outside else style.ACCENT
        axes.plot(
            [row.stated], [row.rate], linestyle="none", marker="D" if picked else "o", markersize=8 if picked else 7,
            markerfacecolor="white" if row.stated < FEW else colour, markeredgecolor=colour, markeredgewidth=1.6,
            label="_", clip_on=False, zorder=3,
        )  # fmt: skip
    for (stated, rate), same in frame.groupby(["stated", "rate"]):
        if len(same) > 1:  # dots that cover one another
            axes.annotate(
                f"×{len(same)}", (stated, rate), (7, 5), textcoords="offset points", fontsize=style.SMALL,
                color=style.MUTED, annotation_clip=False,
            )  # fmt: skip
    axes.set_xlim(0, sizes[-1])
    low = min(float(frame["rate"].min()), float(limits(pooled, [max(FEW, 1)], LEVELS["998"])["low"][0]))
    axes.set_ylim(max(0.0, np.floor(low * 10 - 0.5) / 10), 1.05)
    axes.yaxis.set_major_formatter(PercentFormatter(1))
    axes.yaxis.set_major_locator(MultipleLocator(0.2 if axes.get_ylim()[0] < 0.5 else 0.1))
    axes.xaxis.set_major_locator(MaxNLocator(8, integer=True))
    axes.set_xlabel("说明了状态的问题（条）")
    axes.grid(axis="y")
    axes.tick_params(length=0, labelsize=style.SMALL)
    axes.set_box_aspect(ASPECT)
    named = frame[(frame["place"] != "inside") | frame["group"].isin(chosen) | frame["label"].isin(chosen)]
    _name_dots(axes, named, frame)
    _legend(axes)
    return axes


def rounds(frame: pd.DataFrame, axes: Axes) -> Axes:
    """Draw each unit's completion rates over its rounds, the rounds under its name, joined by a line.

    Parameters
    ----------
    frame
        In the columns of `analysis.units.ROUNDS`, the rows of a unit together.
    axes
        Where to draw.
    """
    opens = frame["unit_id"] != frame["unit_id"].shift()
    names = [
        name
        for unit, label, first in zip(frame["unit"], frame["label"], opens, strict=True)
        for name in ((unit, INDENT + label) if first else (INDENT + label,))
    ]
    every = _shares(axes, pd.Series(names))
    places = [place for place, name in zip(every, names, strict=True) if name.startswith(INDENT)]
    drawn = list(zip(places, records(frame), strict=True))
    for y, row in drawn:
        _before(axes, y, f"n={row.stated}")
        if pd.isna(row.rate):
            _after(axes, y, "未说明状态")
            continue
        _dot(axes, y, row.rate, (row.low, row.high), row.stated)
        _after(
            axes,
            y,
            f"{row.done}/{row.stated}，{with_interval(row.rate, row.low, row.high)}",
        )
    rated = [(y, row) for y, row in drawn if pd.notna(row.rate)]
    for (above, before), (below, after) in pairwise(rated):
        if before.unit_id == after.unit_id:
            axes.plot([before.rate, after.rate], [above, below], color=style.MUTED, linewidth=0.8, zorder=2.5)
    return axes


def pooled(frame: pd.DataFrame, axes: Axes, reference: float | None = None) -> Axes:
    """Draw completion rates as `charts.completion` does, and the interval over bulletins as a thin line with ends.

    Parameters
    ----------
    frame
        In the columns of `analysis.pooled.POOLED`.
    axes
        Where to draw.
    reference
        Rate of all together.
    """
    completion(frame, axes, reference)
    for y, row in zip(axes.get_yticks(), records(frame), strict=True):
        if pd.notna(row.clustered_low):
            axes.plot(
                [row.clustered_low, row.clustered_high], [y + 0.55, y + 0.55], color=style.INK, linewidth=0.9,
                marker="|", markersize=5, zorder=2, clip_on=False,
            )  # fmt: skip
    return axes


def declared(frame: pd.DataFrame, axes: Axes) -> Axes:
    """Draw the completion that a bulletin states (ring) and that of its items (dot on its interval).

    Parameters
    ----------
    frame
        In the columns of `analysis.pooled.DECLARED`.
    axes
        Where to draw.
    """
    rings, dots = "通报所称", "逐条统计"
    for y, row in zip(_shares(axes, frame["label"]), records(frame), strict=True):
        _before(axes, y, f"n={row.stated}")
        if pd.notna(row.rate):
            _dot(axes, y, row.rate, (row.low, row.high), row.stated, label=dots)
            dots = "_"
        if pd.notna(row.declared_rate):
            axes.plot(
                [row.declared_rate], [y], marker="o", markersize=12, linestyle="none", markerfacecolor="none",
                markeredgecolor=style.WARNING, markeredgewidth=1.6, label=rings, clip_on=False, zorder=4,
            )  # fmt: skip
            rings = "_"
        said = "未说" if pd.isna(row.declared_rate) else f"{row.declared_done}/{row.declared_issues}"
        counted = "未说明状态" if pd.isna(row.rate) else f"{row.done}/{row.stated}"
        _after(axes, y, f"称 {said}，列 {counted}")
    _legend(axes)
    return axes


def promises(frame: pd.DataFrame, axes: Axes, day: date) -> Axes:
    """Draw every promised date as a stroke on the line of its unit, by its state; the day as a vertical line.

    Parameters
    ----------
    frame
        In the columns of `analysis.commitments.PROMISES`; those without a due date are only counted, beside the name.
    axes
        Where to draw.
    day
        The day as of which the states are told.
    """
    units = frame["unit_name"].fillna("单位不明")
    order = units.value_counts(sort=False).sort_values(ascending=False, kind="stable")
    places = dict(zip(order.index, _rows(axes, list(order.index), gap=50), strict=True))
    for unit, y in places.items():
        _before(axes, y, f"n={order[unit]}")
        overdue = int(((units == unit) & (frame["state"] == "overdue")).sum())
        _after(axes, y, f"未见完成 {overdue}" if overdue else "")
    dated = frame[frame["due_date"].notna()].assign(unit=units)
    days = dated.groupby(["unit", "due_date"])
    tall = (TALLEST / days["unit"].transform("size")).clip(upper=TICK)
    top = dated["unit"].map(places) - tall * days["unit"].transform("size") / 2 + tall * days.cumcount()
    for state, name in STATES.items():
        own = dated[dated["state"] == state]
        if own.empty:
            continue
        axes.vlines(
            date2num(own["due_date"]), top[own.index], (top + 0.88 * tall)[own.index], label=name, linewidth=1.8,
            color=STATE_COLOURS[state], clip_on=False, zorder=3,
        )  # fmt: skip
    axes.axvline(date2num(day), color=style.INK, linewidth=1, linestyle=(0, (4, 2)), zorder=2)
    locator = AutoDateLocator(minticks=3, maxticks=7)
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(
        ConciseDateFormatter(locator, formats=["%Y", "%Y-%m", "%m-%d", "%H:%M", "%H:%M", "%S"], show_offset=False)
    )
    axes.grid(axis="y", linewidth=0.6)
    axes.annotate(
        f"截至 {day.isoformat()}", (date2num(day), 0), (0, -16), xycoords=("data", "axes fraction"),
        textcoords="offset points", ha="center", va="top", fontsize=style.SMALL, color=style.INK,
    )  # fmt: skip
    axes.legend(
        loc="lower right", bbox_to_anchor=(1.2, 1), ncols=5, frameon=False, fontsize=style.SMALL, borderpad=0,
        handlelength=1, handletextpad=0.5, columnspacing=1.2,
    )  # fmt: skip
    return axes


def depth(frame: pd.DataFrame, axes: Axes) -> Axes:
    """Draw how many items name no, one, two or more kinds of evidence, as one bar a group.

    Parameters
    ----------
    frame
        In the columns of `analysis.substance.DEPTH`.
    axes
        Where to draw.
    """
    places = _rows(axes, frame["label"], gap=50)
    start = pd.Series(0, frame.index)
    most = max(int(frame["items"].max()), 1)
    for column, (name, colour) in CLASSES.items():
        widths = frame[column].astype("int64")
        if widths.sum():
            axes.barh(places, widths, left=start, height=BAR, color=colour, edgecolor="white", label=name)
            for y, begin, wide in zip(places, start, widths, strict=True):
                if wide / most > 0.02 + 0.04 * len(str(wide)):  # the number fits into the bar
                    axes.text(
                        begin + wide / 2, y, str(wide), ha="center", va="center_baseline", fontsize=style.SMALL,
                        color=_ink_on(colour),
                    )  # fmt: skip
        start += widths
    for y, row in zip(places, records(frame), strict=True):
        _before(axes, y, f"n={row.items}")
        _after(axes, y, f"至多一种 {with_interval(row.rate, row.low, row.high)}")
    axes.set_xlim(0, most * 1.02)
    _whole_numbers(axes)
    axes.set_xlabel("条目数")
    _legend(axes)
    return axes


def repeated(frame: pd.DataFrame, axes: Axes, reference: float | None = None) -> Axes:
    """Draw the share of items whose measures stand in another item as well, as dots on their intervals.

    Parameters
    ----------
    frame
        In the columns of `analysis.copies.REPEATED`.
    axes
        Where to draw.
    reference
        Share of all together.
    """
    for y, row in zip(_shares(axes, frame["label"], reference), records(frame), strict=True):
        _before(axes, y, f"n={row.items}")
        _dot(axes, y, row.rate, (row.low, row.high), row.items)
        _after(axes, y, f"{row.repeated} 条，{with_interval(row.rate, row.low, row.high)}")
    axes.set_xlim(0, min(1.0, float(np.ceil(frame["high"].max() * 10) / 10)))
    return axes


def whole(groups: pd.Series, most: int) -> int:
    """Say how many rows, at most so many, hold all rows of each group that they hold any of; never less than one group.

    >>> whole(pd.Series(["a", "a", "b", "b", "c"]), 3), whole(pd.Series(["a", "a"]), 1), whole(pd.Series([]), 5)
    (2, 2, 0)
    """
    ends = (groups != groups.shift(-1)).to_numpy().nonzero()[0] + 1
    fitting = ends[ends <= most]
    return int(fitting[-1] if len(fitting) else ends[0] if len(ends) else 0)


def _name_dots(axes: Axes, named: pd.DataFrame, every: pd.DataFrame) -> None:
    """Write names beside dots where they cover neither another name nor another dot; else leave them out."""
    (left, right), (low, high) = axes.get_xlim(), axes.get_ylim()
    across, up = _WIDE * 72 / (right - left), _WIDE * ASPECT * 72 / (high - low)  # points a unit of the axes
    dots = [((row.stated - left) * across, (row.rate - low) * up) for row in records(every)]
    taken = [(x - 5, y - 5, x + 5, y + 5) for x, y in dots]
    for row in records(named):
        words = wrap(style.printable(row.label), NAMED, 2)
        lines = words.split("\n")
        wide, tall = max(map(width, lines)) * style.SMALL, len(lines) * style.SMALL * 1.3
        x, y = (row.stated - left) * across, (row.rate - low) * up
        for dx, dy, ha in _around(tall):
            begin = x + dx - {"left": 0, "right": wide, "center": wide / 2}[ha]
            box = (begin, y + dy, begin + wide, y + dy + tall)
            inside = box[0] >= 0 and box[2] <= _WIDE * 72 and box[1] >= 0 and box[3] <= _WIDE * ASPECT * 72
            if inside and not any(_cover(box, other) for other in taken if other != (x - 5, y - 5, x + 5, y + 5)):
                taken.append(box)
                axes.annotate(
                    words, (row.stated, row.rate), (dx, dy + tall / 2), textcoords="offset points", ha=ha, va="center",
                    fontsize=style.SMALL, linespacing=1.15, zorder=4,
                    bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.5},
                )  # fmt: skip
                break


def _around(tall: float) -> list[tuple[float, float, str]]:
    """Where a name of this height may stand about a dot, the best place first; points right and up, and alignment."""
    middle, below, above = -tall / 2, -tall - 8, 8
    level = [(9.0, middle, "left"), (-9.0, middle, "right"), (0.0, below, "center"), (0.0, above, "center")]
    return [
        *level,
        (6.0, below + 4, "left"),
        (-6.0, below + 4, "right"),
        (6.0, above - 4, "left"),
        (-6.0, above - 4, "right"),
    ]


def _cover(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
