"""The card of the sample corpus says what data/truth holds."""

import sys

from truth import ROOT

sys.path.insert(0, str(ROOT / "benchmarks"))
import corpus_card


def test_the_card_is_current():
    assert corpus_card.CARD.read_text(encoding="utf-8") == corpus_card.card()
