"""Confidence intervals of a share."""

from math import sqrt
from statistics import NormalDist

import pandas as pd


def wilson(successes: int, n: int, level: float = 0.95) -> tuple[float, float] | None:
    """Wilson's score interval of the share `successes / n`.

    It stays inside [0, 1], keeps its coverage near 0, near 1 and in small samples, where the textbook interval (share ±
    1.96 standard errors) is far too short or of no width at all.

    Parameters
    ----------
    successes
        How many of the n, from 0 to n.
    n
        Number of cases.
    level
        Confidence, between 0 and 1.

    Returns
    -------
    tuple[float, float] or None
        Lower and upper bound, both shares; None where there are no cases.

    Raises
    ------
    ValueError
        If `successes` is not between 0 and n, or `level` not between 0 and 1.

    References
    ----------
    Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference. *Journal of the
    American Statistical Association* 22, 209–212.

    Brown, L. D., Cai, T. T. and DasGupta, A. (2001). Interval estimation for a binomial proportion. *Statistical
    Science* 16, 101–133; they recommend it for n ≤ 40.

    Examples
    --------
    >>> low, high = wilson(16, 19)
    >>> print(f"{low:.3f} {high:.3f}")
    0.624 0.945
    >>> wilson(24, 24)[1]
    1.0
    >>> wilson(0, 0) is None
    True
    """
    if not 0 <= successes <= n:
        raise ValueError(f"successes must be between 0 and n: {successes} of {n}")
    if not 0 < level < 1:
        raise ValueError(f"level must be between 0 and 1: {level}")
    if n == 0:
        return None
    z = NormalDist().inv_cdf((1 + level) / 2)
    share = successes / n
    middle = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    # At 0 of n and n of n the bound is 0 or 1 exactly; rounding would leave 1e-17.
    low = 0.0 if successes == 0 else middle - half
    high = 1.0 if successes == n else middle + half
    return low, high


def intervals(successes: pd.Series, n: pd.Series, level: float = 0.95) -> pd.DataFrame:
    """Give share and Wilson's interval row by row: `rate`, `low`, `high`, null where there are no cases.

    >>> intervals(pd.Series([16, 0]), pd.Series([19, 0])).round(2).values.tolist()
    [[0.84, 0.62, 0.94], [nan, nan, nan]]
    """
    bounds = [wilson(int(part), int(whole), level) or (None, None) for part, whole in zip(successes, n, strict=True)]
    shares = pd.DataFrame(bounds, index=n.index, columns=["low", "high"], dtype="float64")
    shares.insert(0, "rate", (successes / n.where(n > 0)).astype("float64"))
    return shares
