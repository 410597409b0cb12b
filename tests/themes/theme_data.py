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
GOLDEN = ROOT / "tests" / "golden"
LATER = (
    "page_",
    "long_",
    "odd_",
    "usual_",
    "form_",
)  # golden bulletins that came after the bounds of the first ones were set
ANNOTATED = {  # never learnt from: folder, whether a bulletin of it is meant, and primary, macro F1 and core F1 to be reached
    "golden": (GOLDEN, lambda stem: not stem.startswith(LATER), (0.92, 0.90, 0.94)),
    "golden, later": (GOLDEN, lambda stem: stem.startswith(LATER), (0.90, 0.85, 0.925)),
    "sample": (ROOT / "data" / "truth" / "bulletins", bool, (0.915, 0.90, 0.945)),
    "real": (ROOT.parent / "shared" / "gold", bool, (0.93, 0.92, 0.94)),
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
