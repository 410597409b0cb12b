"""Wilson's interval against the equation it solves, and against published figures."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.analysis.interval import wilson

Z = 1.959963984540054


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    [
        # Newcombe (1998), Statistics in Medicine 17, 857–872, table I, method 3
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
        # bulletins of ours: 16 of 19, 24 of 24, 53 declared and 50 listed of 60
        (16, 19, 0.624, 0.945),
        (24, 24, 0.862, 1.0),
        (53, 60, 0.778, 0.942),
        (50, 60, 0.720, 0.907),
    ],
)
def test_published_values(successes, n, low, high):
    assert wilson(successes, n) == pytest.approx((low, high), abs=0.0006)


@given(st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_bounds_solve_the_score_equation(counts):
    # The bounds are the shares x at which (p - x)² = z² x (1 - x) / n.
    successes, n = counts
    p = successes / n
    roots = sorted(np.roots([1 + Z**2 / n, -(2 * p + Z**2 / n), p**2]).real)
    assert wilson(successes, n) == pytest.approx(tuple(roots), abs=1e-7)


@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_share_lies_within_and_bounds_are_shares(counts):
    successes, n = counts
    low, high = wilson(successes, n)
    assert 0 <= low <= successes / n <= high <= 1
    assert low < high


def test_more_confidence_is_a_wider_interval():
    low, high = wilson(16, 19, 0.99)
    assert low < wilson(16, 19)[0]
    assert high > wilson(16, 19)[1]


def test_no_cases_is_no_interval():
    assert wilson(0, 0) is None


@pytest.mark.parametrize(("successes", "n", "level"), [(3, 2, 0.95), (-1, 2, 0.95), (1, 2, 1.0), (1, 2, 0)])
def test_impossible_counts_are_refused(successes, n, level):
    with pytest.raises(ValueError, match="must be between"):
        wilson(successes, n, level)
