"""Control limits around a pooled rate: how far a group of n may lie from it by chance."""

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.stats import binom

from pipeline.analysis.completion import completion
from pipeline.analysis.findings import COMPLETION, conform
from pipeline.ledger.schema import NUMBER, TEXT, Column, Table

LEVELS = {"95": 0.95, "998": 0.998}
PLACES = {
    "low_998": "低于99.8%界限",
    "low_95": "低于95%界限",
    "inside": "界限之内",
    "high_95": "高于95%界限",
    "high_998": "高于99.8%界限",
}

FUNNEL = Table(
    "funnel",
    "完成率与条目数",
    "One row a group of items with a stated status: its rate against what chance allows a group of its size.",
    "group",
    (
        *COMPLETION.columns,
        Column("pooled", NUMBER, "总完成率", "done / stated of all groups together", False, "0—1"),
        Column("low_95", NUMBER, "95%下限", "Below it a group of this size falls by chance in 2.5 % of cases", False),
        Column("high_95", NUMBER, "95%上限", "Above it likewise", False),
        Column("low_998", NUMBER, "99.8%下限", "Below it in 0.1 % of cases", False),
        Column("high_998", NUMBER, "99.8%上限", "Above it likewise", False),
        Column("place", TEXT, "位置", "Where the rate lies", False, None, tuple(PLACES)),
    ),
)


def funnel(issues: pd.DataFrame, by: str = "unit_id") -> pd.DataFrame:
    """Place each group's completion rate within the limits around the rate of all together.

    The question is not who comes first but whether a group lies farther from the whole than its size explains. The
    limits take items as independent; those of one bulletin are not quite, so that somewhat more groups than one in
    twenty lie outside by chance. Each group is part of the pooled rate.

    Parameters
    ----------
    issues
        Table `issues` of the ledger.
    by
        Column to group by, as in `completion.completion`.

    Returns
    -------
    pd.DataFrame
        In the columns of `FUNNEL`; groups without a stated status are left out.

    References
    ----------
    Spiegelhalter, D. J. (2005). Funnel plots for comparing institutional performance. *Statistics in Medicine* 24,
    1185–1202.
    """
    groups = completion(issues, by)
    rated = groups[groups["stated"] > 0]
    # Over the items themselves: an item with several themes counts once in the whole.
    pooled = float(completion(issues)["rate"].iloc[0]) if len(rated) else float("nan")
    sizes = rated["stated"].to_numpy("int64")
    bounds = {f"{side}_{name}": each for name in LEVELS for side, each in limits(pooled, sizes, LEVELS[name]).items()}
    placed = rated.assign(pooled=pooled, **bounds)
    return conform(placed.assign(place=_place(placed)), FUNNEL)


def limits(pooled: float, sizes: ArrayLike, level: float) -> dict[str, NDArray[np.float64]]:
    """Limits within which the rate of a group of n lies with this probability, if its true rate is the pooled one.

    The exact binomial quantiles, with the interpolation of Spiegelhalter (2005, appendix A.1.1) that makes the limits
    run smoothly instead of in steps. The upper one is taken from what is not done, by symmetry: a rate is outside
    exactly if the binomial probability of it or anything more extreme is less than half of the rest.

    Parameters
    ----------
    pooled
        Rate of all together, 0 to 1.
    sizes
        Numbers of items, each at least 1.
    level
        Probability of lying within, half of the rest on each side.

    Returns
    -------
    dict[str, NDArray[np.float64]]
        `low` and `high`, one share a size, in [0, 1].

    Examples
    --------
    >>> found = limits(0.8, [5, 20, 200], 0.95)
    >>> found["low"].round(2).tolist(), found["high"].round(2).tolist()
    ([0.27, 0.58, 0.74], [1.0, 0.99, 0.86])
    """
    n = np.asarray(sizes, dtype="int64")
    tail = (1 - level) / 2
    if pooled in (0.0, 1.0):  # nothing can lie anywhere else
        return {"low": np.full(n.shape, pooled), "high": np.full(n.shape, pooled)}
    return {"low": _quantile(pooled, n, tail), "high": 1 - _quantile(1 - pooled, n, tail)}


def _quantile(pooled: float, n: NDArray[np.int64], probability: float) -> NDArray[np.float64]:
    """Share that a binomial count of n falls short of with this probability, interpolated between whole counts."""
    count = binom.ppf(probability, n, pooled)
    above, below = binom.cdf(count, n, pooled), binom.cdf(count - 1, n, pooled)
    part = (above - probability) / (above - below)
    shares: NDArray[np.float64] = np.clip((count - part) / n, 0, 1)
    return shares


def _place(placed: pd.DataFrame) -> list[str]:
    rate = placed["rate"]
    tests = [
        rate < placed["low_998"], rate > placed["high_998"], rate < placed["low_95"], rate > placed["high_95"],
    ]  # fmt: skip
    return [str(place) for place in np.select(tests, ["low_998", "high_998", "low_95", "high_95"], "inside")]
