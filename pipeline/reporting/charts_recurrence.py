"""Charts of what comes back and of what many units have in common; see `charts` for the rules."""

from itertools import pairwise

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from pipeline.analysis.findings import records
from pipeline.ledger.schema import STATUSES
from pipeline.reporting import style
from pipeline.reporting.charts import BAR, CELL, _after, _before, _dot, _ink_on, _legend, _rows, _shade, _shares
from pipeline.reporting.percent import with_interval

NAME = 22  # characters of a statement that stand for its chain


def recurrence(frame: pd.DataFrame, axes: Axes, reference: float | None = None) -> Axes:
    """Draw the share of items that came back as dots on their intervals, with n beside each name.

    Parameters
    ----------
    frame
        In the columns of `analysis.recurrence.RATES`, of one basis.
    axes
        Where to draw.
    reference
        Share of all together, as a dotted line.
    """
    for y, row in zip(_shares(axes, frame["label"], reference), records(frame), strict=True):
        _before(axes, y, f"n={row.followed}")
        _dot(axes, y, row.rate, (row.low, row.high), row.followed)
        _after(axes, y, f"{row.recurred} 条，{with_interval(row.rate, row.low, row.high)}")
    return axes


def paths(frame: pd.DataFrame, axes: Axes) -> Axes:
    """Draw chains over the years: a line a chain, a dot a round in the colour of the status that was reported then.

    Parameters
    ----------
    frame
        In the columns of `analysis.recurrence.CHAINS`; the rows of a chain follow each other.
    axes
        Where to draw.
    """
    chains = list(frame.groupby("chain", sort=False))
    names = [f"{steps['unit_name'].iloc[0]}：{_short(steps['later_statement'].iloc[-1])}" for _, steps in chains]
    for status in STATUSES:  # an entry of the legend each, in their order
        if status in {*frame["earlier_status"], *frame["later_status"]}:
            axes.plot([], [], marker="o", linestyle="none", color=style.STATUS_COLOURS[status], label=STATUSES[status])
    for y, (_, steps) in zip(_rows(axes, names), chains, strict=True):
        years = [int(steps["earlier_year"].iloc[0]), *steps["later_year"].astype("int64")]
        states = [steps["earlier_status"].iloc[0], *steps["later_status"]]
        for (year, following), after_done in zip(pairwise(years), steps["after_done"], strict=True):
            axes.plot(
                [year, following], [y, y], color=style.WARNING if after_done else style.FAINT, linewidth=2, zorder=2,
            )  # fmt: skip
        for year, status in zip(years, states, strict=True):
            axes.plot(
                [year], [y], marker="o", markersize=9, linestyle="none", color=style.STATUS_COLOURS[status],
                markeredgecolor="white", zorder=3,
            )  # fmt: skip
    axes.xaxis.set_major_locator(MaxNLocator(8, integer=True))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:.0f}"))
    axes.margins(x=0.08)
    axes.grid(axis="x")
    _legend(axes)
    return axes


def rows_of_chains(frame: pd.DataFrame, chains: int) -> int:
    """Say in how many rows the first so many chains are whole.

    >>> rows_of_chains(pd.DataFrame({"chain": ["a", "a", "b", "c"]}), 2)
    3
    """
    first = frame["chain"].drop_duplicates().head(chains)
    return int(frame["chain"].isin(first).sum())


def common(frame: pd.DataFrame, axes: Axes) -> Axes:
    """Draw the share of units that have each common weakness as dots on their intervals.

    Parameters
    ----------
    frame
        In the columns of `analysis.common.COMMON`.
    axes
        Where to draw.
    """
    for y, row in zip(_shares(axes, frame["label"]), records(frame), strict=True):
        _before(axes, y, f"{row.units}/{row.all_units}")
        _dot(axes, y, row.rate, (row.low, row.high), row.all_units)
        _after(axes, y, with_interval(row.rate, row.low, row.high))
    return axes


def trend(frame: pd.DataFrame, axes: Axes) -> Axes:
    """Draw the common weaknesses year by year: a cell each, the darker the more of the year's units have it.

    In a cell stand the units that have it and all units of the year, so that a share of few units is seen to be one.

    Parameters
    ----------
    frame
        In the columns of `analysis.common.TREND`: every weakness in every year.
    axes
        Where to draw.
    """
    years = sorted(int(year) for year in frame["year"].unique())
    labels = frame.drop_duplicates("weakness")
    place = dict(zip(labels["weakness"], _rows(axes, labels["label"]), strict=True))
    for row in records(frame):
        start = years.index(int(row.year))
        colour = _shade(float(row.rate) * 0.9)
        axes.barh(
            place[row.weakness], CELL, left=start, height=BAR, color=colour, edgecolor=style.FAINT, linewidth=0.6,
        )  # fmt: skip
        axes.text(
            start + CELL / 2, place[row.weakness], f"{row.units}/{row.all_units}", ha="center", va="center_baseline",
            fontsize=style.SMALL, color=_ink_on(colour) if row.units else style.MUTED,
        )  # fmt: skip
    axes.set_xlim(0, len(years))
    axes.xaxis.tick_top()
    axes.set_xticks(np.arange(len(years)) + CELL / 2, [str(year) for year in years])
    axes.tick_params(axis="x", length=0, labelcolor=style.INK)
    axes.spines["bottom"].set_visible(False)
    return axes


def _short(statement: str) -> str:
    return statement if len(statement) <= NAME else f"{statement[: NAME - 1]}…"
