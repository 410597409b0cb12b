"""Peers by theme profile, and units over their rounds."""

import pandas as pd
import pytest

from pipeline import open_ledger
from pipeline.analysis.units import LEAST, PEERS, ROUNDS, by_theme, compared, peers, rounds


def items(**units):
    """Units by the primary themes of their items: "财财党" is two about 财务 and one about 党建."""
    themes = {"财": "财务", "党": "党建", "风": "作风", "主": "主责主业"}
    return pd.DataFrame([
        {"bulletin_id": f"b{unit}", "kind": "issue", "unit_id": unit, "unit_name": unit, "primary": themes[letter],
         "status": "done"}
        for unit, letters in units.items() for letter in letters
    ])  # fmt: skip


def test_the_unit_with_the_same_themes_is_nearest_and_what_both_have_more_of_is_named():
    found = peers(items(a="财" * 15 + "党" * 5, b="财" * 12 + "党" * 4, c="风" * 20, d="主" * 20), most=1)
    nearest = found.set_index("label")
    assert nearest.loc["a", "peer"] == "b"
    assert nearest.loc["b", "peer"] == "a"
    assert nearest.loc["a", "shared"].startswith("财务")
    assert nearest.loc["a", "likeness"] > 0.99
    assert nearest.loc["a", "steady"] > 0.9


def test_likeness_goes_both_ways_and_steadiness_is_a_share():
    found = peers(items(a="财" * 10, b="财党" * 5, c="风" * 9 + "党", d="主" * 10), most=3)
    pairs = {(row.label, row.peer): row.likeness for row in found.itertuples()}
    assert all(pairs[one, other] == pairs[other, one] for one, other in pairs)
    assert found["steady"].between(0, 1).all()


def test_units_with_few_items_are_not_compared_but_counted():
    frame = items(a="财" * LEAST, b="党" * LEAST, c="风" * (LEAST - 1))
    assert set(peers(frame)["label"]) == {"a", "b"}
    assert compared(frame) == (2, 1)


def test_the_same_every_time():
    frame = items(a="财" * 10, b="财党" * 5, c="风" * 9 + "党")
    pd.testing.assert_frame_equal(peers(frame), peers(frame))


def test_one_unit_has_no_peer():
    found = peers(items(a="财" * 20))
    assert found.empty
    assert found.columns.tolist() == [column.name for column in PEERS.columns]


def test_rounds_of_the_sample_are_counted_as_the_register_has_them(sample_ledger):
    ledger = open_ledger(sample_ledger)
    followed = rounds(ledger.issues, ledger.bulletins, ledger.measures, ledger.commitments)
    library = followed[followed["unit"] == "云栖市图书馆"]
    assert library["label"].tolist() == ["第1轮（2019）", "第2轮（2023）", "第3轮（2025）"]
    assert library["done"].tolist() == [10, 10, 11]
    hospital = followed[followed["unit"] == "临汀市中医医院"]
    assert hospital["label"].tolist()[1:3] == ["第2轮（2020）", "第2轮（2020，第2版）"]
    assert followed["listed"].sum() == (ledger.issues["kind"] == "issue").sum()
    assert (followed["done"] <= followed["stated"]).all()
    of_issues = ledger.issues.loc[ledger.issues["kind"] == "issue", "issue_id"]
    assert followed["measures"].sum() == ledger.measures["issue_id"].isin(of_issues).sum()


def test_themes_by_round_add_up_to_the_latest_versions(sample_ledger):
    ledger = open_ledger(sample_ledger)
    mixed = by_theme(ledger.issues, ledger.bulletins).set_index("label")
    assert mixed.loc["临汀市中医医院（第2轮）", "items"] == 20  # not 40: two versions


@pytest.mark.parametrize("name", ["empty_ledger", "one_bulletin"])
def test_small_ledgers(request, name):
    ledger = open_ledger(request.getfixturevalue(name))
    followed = rounds(ledger.issues, ledger.bulletins, ledger.measures, ledger.commitments)
    assert len(followed) == len(ledger.bulletins)
    assert followed.columns.tolist() == [column.name for column in ROUNDS.columns]
    assert len(by_theme(ledger.issues, ledger.bulletins)) == len(ledger.bulletins)
    assert peers(ledger.issues).empty
