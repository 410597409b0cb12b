"""Completion of several bulletins: intervals over bulletins, and what bulletins state beside what they list."""

import numpy as np
import pandas as pd
import pytest

from pipeline import open_ledger
from pipeline.analysis.completion import completion
from pipeline.analysis.pooled import DECLARED, FEWEST, POOLED, declared, pooled


def items(*bulletins):
    """One item a letter, a bulletin a word: d done, p in progress, - not stated."""
    codes = {"d": "done", "p": "in_progress", "-": "not_stated"}
    return pd.DataFrame([
        {"bulletin_id": f"b{i}", "kind": "issue", "year": 2020 + i % 2, "status": codes[letter]}
        for i, letters in enumerate(bulletins) for letter in letters
    ])  # fmt: skip


def test_rates_are_those_of_completion():
    frame = items("ddp", "dp-", "ddd", "pp", "dp", "d")
    shared = [column.name for column in POOLED.columns if not column.name.startswith("clustered")]
    pd.testing.assert_frame_equal(pooled(frame, "year")[shared], completion(frame, "year")[shared], check_like=True)


def test_bulletins_that_are_all_alike_leave_no_room_and_those_that_differ_leave_much():
    alike = pooled(items(*["dddp"] * 8)).iloc[0]
    assert alike["clustered_low"] == alike["clustered_high"] == alike["rate"] == 0.75
    apart = pooled(items(*["dddd", "pppp"] * 6)).iloc[0]
    assert apart["clustered_low"] < apart["low"] < apart["high"] < apart["clustered_high"]


def test_bounds_are_those_of_a_bootstrap_over_bulletins():
    words = ["d" * 18 + "p" * 2, "d" * 5 + "p" * 5, "dddp", "d" * 9 + "p", "ppd", "d" * 7 + "ppp"]
    row = pooled(items(*words)).iloc[0]
    draw = np.random.default_rng(7)
    done, size = (np.array([word.count("d") for word in words]), np.array([len(word) for word in words]))
    drawn = draw.integers(len(words), size=(20_000, len(words)))
    rates = done[drawn].sum(axis=1) / size[drawn].sum(axis=1)
    assert row["clustered_low"] == pytest.approx(np.quantile(rates, 0.025), abs=0.025)
    assert row["clustered_high"] == pytest.approx(np.quantile(rates, 0.975), abs=0.025)


@pytest.mark.parametrize(
    "words",
    [["ddp"] * (FEWEST - 1), ["ddp"] * (FEWEST - 1) + ["---"], ["dd"] * 9, ["pp"] * 9],
    ids=["few", "one states nothing", "all done", "none done"],
)
def test_where_drawing_says_nothing_there_is_no_second_interval(words):
    row = pooled(items(*words)).iloc[0]
    assert pd.isna(row["clustered_low"])
    assert pd.isna(row["clustered_high"])
    assert row["low"] < row["high"]


def test_the_same_every_time():
    frame = items("ddp", "dp-", "ddd", "pp", "dp", "d")
    pd.testing.assert_frame_equal(pooled(frame), pooled(frame))


def test_what_is_stated_stands_beside_what_is_listed():
    bulletins = pd.DataFrame({
        "bulletin_id": ["b0", "b1", "b2"], "unit_name": ["甲", "乙", "丙"], "title": None, "path": "x", "year": 2020,
        "declared_issues": [3, None, 0], "declared_done": [3, 1, 0],
    }).astype({"declared_issues": "Int64", "declared_done": "Int64"})  # fmt: skip
    found = declared(bulletins, items("ddp", "d-")).set_index("label")
    first, second, third = (found.loc[name] for name in ("甲（2020）", "乙（2020）", "丙（2020）"))
    assert (first["declared_rate"], first["rate"]) == (1, 2 / 3)
    assert pd.isna(second["declared_rate"])
    assert (second["listed"], second["stated"], second["rate"]) == (2, 1, 1)
    assert pd.isna(third["declared_rate"])  # 0 of 0 is no rate
    assert third["listed"] == 0


def test_stated_totals_of_the_sample_differ_where_the_truth_says_so(sample_ledger):
    ledger = open_ledger(sample_ledger)
    found = declared(ledger.bulletins, ledger.issues).set_index("label")
    library = found.loc["云栖市图书馆（2019）"]
    assert (library["declared_done"], library["declared_issues"], library["done"], library["stated"]) == (
        11,
        14,
        10,
        13,
    )


@pytest.mark.parametrize("name", ["empty_ledger", "one_bulletin"])
def test_small_ledgers(request, name):
    ledger = open_ledger(request.getfixturevalue(name))
    assert pooled(ledger.issues)["clustered_low"].isna().all()
    assert pooled(ledger.issues, "unit_id").columns.tolist() == [column.name for column in POOLED.columns]
    assert declared(ledger.bulletins, ledger.issues).columns.tolist() == [column.name for column in DECLARED.columns]
