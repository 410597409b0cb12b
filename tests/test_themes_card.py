"""The data card of the labels says what is in them."""

import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "benchmarks"))

import themes_card  # noqa: E402

from pipeline.themes.labels import read_labels  # noqa: E402


def test_the_card_is_current():
    text = (ROOT / "docs" / "labels.md").read_text("utf-8")
    assert themes_card.with_block(text, "labels", themes_card.labels_block(read_labels(themes_card.LABELS))) == text
    assert "| 理论学习 |" in text
