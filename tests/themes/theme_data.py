"""What the tests of the themes share."""

from functools import cache
from pathlib import Path

import pytest

from pipeline.themes.classify import SHIPPED, Passage, judge
from pipeline.themes.labels import read_labels
from pipeline.themes.model import load_model
from pipeline.themes.train import train

ROOT = Path(__file__).parents[2]
LABELS = ROOT / "data" / "labels" / "themes.csv"
ROWS = read_labels(LABELS)
STATEMENTS = [row.statement for row in ROWS]
SMALL = ROWS[::9]  # of every theme more than twenty
MODEL = load_model(SHIPPED)  # not one that was trained here, which would take its place
ANNOTATED = {  # never learnt from: primary, macro F1 and core F1 that must be reached
    ROOT / "tests" / "golden": (0.90, 0.87, 0.93),
    ROOT / "data" / "truth" / "bulletins": (0.91, 0.89, 0.94),
    ROOT.parent / "shared" / "gold": (0.93, 0.92, 0.94),
}


@cache
def small_training():
    """A model that learnt in a second."""
    return train(SMALL)


def judged(statement, *context):
    return judge([[Passage("statement", statement, 0), *context]], MODEL)[0]


def skip_absent(folder):
    if not folder.exists():
        pytest.skip(f"{folder.name}: the annotated real bulletins are not beside the project")
