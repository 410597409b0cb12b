"""Control limits: against the binomial distribution itself, and what they say of groups."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from pipeline import open_ledger
from pipeline.analysis.funnel import FUNNEL, LEVELS, funnel, limits

rates = st.sampled_from([0.05, 0.31, 0.5, 0.76, 0.8, 0.99])


@given(st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), rates)
def test_a_rate_is_outside_exactly_if_it_is_as_rare_as_that(counts, pooled):
    done, n = counts
    for level in LEVELS.values():
        tail = (1 - level) / 2
        bounds = limits(pooled, [n], level)
        below, above = binom.cdf(done, n, pooled), binom.sf(done - 1, n, pooled)
        if abs(below - tail) > 1e-9:
            assert (done / n < bounds["low"][0] - 1e-12) == (below < tail)
        if abs(above - tail) > 1e-9:
            assert (done / n > bounds["high"][0] + 1e-12) == (above < tail)


@given(st.integers(1, 2000), rates)
def test_limits_hold_the_pooled_rate_and_the_wider_hold_the_narrower(n, pooled):
    inner, outer = (limits(pooled, [n], LEVELS[name]) for name in ("95", "998"))
    assert 0 <= outer["low"][0] <= inner["low"][0] <= pooled <= inner["high"][0] <= outer["high"][0] <= 1


def test_limits_come_near_the_normal_ones_for_many():
    n, p = 100_000, 0.76
    half = 1.959964 * np.sqrt(p * (1 - p) / n)
    bounds = limits(p, [n], 0.95)
    assert bounds["low"][0] == pytest.approx(p - half, abs=2e-5)
    assert bounds["high"][0] == pytest.approx(p + half, abs=2e-5)


@pytest.mark.parametrize("pooled", [0.0, 1.0])
def test_where_all_is_done_or_nothing_there_is_no_room(pooled):
    assert limits(pooled, [3, 30], 0.95)["low"].tolist() == [pooled, pooled]
    assert limits(pooled, [3, 30], 0.95)["high"].tolist() == [pooled, pooled]


def items(**groups):
    """One item a letter: d done, p in progress, - not stated."""
    codes = {"d": "done", "p": "in_progress", "-": "not_stated"}
    return pd.DataFrame([
        {"bulletin_id": f"b{unit}", "kind": "issue", "unit_id": unit, "unit_name": unit, "status": codes[letter]}
        for unit, letters in groups.items() for letter in letters
    ])  # fmt: skip


def test_a_unit_far_below_is_outside_and_a_small_one_is_not():
    placed = funnel(items(many="d" * 90 + "p" * 10, low="d" * 10 + "p" * 20, small="p" * 2, silent="---"))
    place = placed.set_index("label")["place"]
    assert place["low"] == "low_998"
    assert place["small"] in {"inside", "low_95"}
    assert placed["pooled"].unique().tolist() == [100 / 132]
    assert "silent" not in place.index


def test_a_few_that_are_all_done_are_nothing_special():
    placed = funnel(items(many="d" * 80 + "p" * 20, few="d" * 5)).set_index("label")
    assert placed.loc["few", "place"] == "inside"
    assert placed.loc["few", "high_95"] == 1


def test_the_whole_counts_an_item_of_two_themes_once():
    frame = items(a="ddp").assign(themes=[["财务", "党建"]] * 3)
    placed = funnel(frame, "themes")
    assert placed["stated"].tolist() == [3, 3]
    assert placed["pooled"].tolist() == pytest.approx([2 / 3, 2 / 3])


def test_no_planted_unit_lies_outside_and_two_themes_do(sample_ledger):
    # docs/corpus.md: the units were given like rates on purpose; what is left undone is about people and business.
    ledger = open_ledger(sample_ledger)
    assert set(funnel(ledger.issues)["place"]) == {"inside"}
    by_theme = funnel(ledger.issues, "primary").set_index("label")["place"]
    assert by_theme["选人用人"] == "low_998"
    assert by_theme["主责主业"] == "low_998"


def test_small_ledgers(empty_ledger, one_bulletin):
    assert funnel(open_ledger(empty_ledger).issues).empty
    one = funnel(open_ledger(one_bulletin).issues)
    assert one["place"].tolist() == ["inside"]
    assert one.columns.tolist() == [column.name for column in FUNNEL.columns]
