"""What is found of the planted copies, promises and contradictions, and that docs/planted.md says so."""

import sys

import pytest
from planted_truth import commitments, contradictions, copied, doubts
from truth import ROOT

from pipeline import open_ledger

sys.path.insert(0, str(ROOT / "benchmarks"))
import planted


@pytest.fixture(scope="module")
def ledger(sample_ledger):
    return open_ledger(sample_ledger)


def test_the_card_is_current(ledger):
    assert planted.CARD.read_text(encoding="utf-8") == planted.card(ledger)


def test_every_copy_is_found_and_nothing_else(ledger):
    wanted, found = copied(ledger)
    assert len(wanted) == 18
    assert found == wanted


def test_hardly_a_promise_is_missed_or_made_up(ledger):
    wanted, found = commitments(ledger, promising=True)
    hits = (wanted & found).total()
    assert wanted.total() == 147
    assert hits / wanted.total() > 0.98
    assert hits / found.total() > 0.97


def test_planted_contradictions_of_totals_are_found(ledger):
    rows, _ = contradictions(ledger)
    totals = rows[rows["kind"].str.startswith("declared")]
    assert (totals["verdict"] != "missed").all()
    assert (rows["verdict"] == "missed").sum() <= 2


def test_every_item_called_done_too_early_is_listed(ledger):
    grounds, wanted = doubts(ledger)
    assert grounds.loc["dated", "sum"] == wanted  # all of them on the firm ground
    assert grounds.loc["dated", "size"] <= wanted + 1
