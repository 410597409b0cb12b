"""How good the classifier of themes is, as tables of a report: measured anew, by learning from the labelled statements."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from pipeline.analysis.doubt import BINS, name_bin
from pipeline.analysis.findings import ANSWERED, CALIBRATION, CONFUSIONS, METHODS, PER_THEME, conform
from pipeline.analysis.interval import intervals
from pipeline.themes.evaluate import CROSS_VALIDATION, evaluate, read_annotated
from pipeline.themes.labels import read_examples, read_labels
from pipeline.themes.train import train


@dataclass(frozen=True, slots=True)
class Measured:
    """What was measured, or why nothing was."""

    reason: str  # in Chinese; empty where something was measured
    methods: pd.DataFrame
    per_theme: pd.DataFrame
    calibration: pd.DataFrame
    answered: pd.DataFrame
    confusions: pd.DataFrame


def measure(labels: Path, annotated: Sequence[Path], *, wanted: bool = True) -> Measured:
    """Train on the labelled statements and measure the classifier beside the usual ways (see `themes.evaluate`).

    Takes about twenty seconds.

    Parameters
    ----------
    labels
        Labelled statements (data/labels/themes.csv).
    annotated
        Folders of annotated bulletins that nothing is learnt from.
    wanted
        Whether to measure at all.

    Returns
    -------
    Measured
        Tables in the columns of `findings`; without rows where it was not wanted or there are no labels.

    Raises
    ------
    LabelError
        If the labels, or a folder of annotated bulletins, cannot be read.
    """
    if not wanted:
        return _nothing("没有测量：本页生成时没有要求（参数 evaluate）。")
    if not labels.exists():
        return _nothing(f"没有测量：没有标注文件 {labels}。")
    labelled = read_labels(labels)
    found = evaluate(labelled, train(labelled, read_examples()), [read_annotated(folder) for folder in annotated])
    return Measured(
        "",
        conform(_by_set(found.methods, "primary"), METHODS),
        conform(found.per_theme, PER_THEME),
        conform(_by_set(_with_bounds(found.calibration), "confidence"), CALIBRATION),
        conform(found.coverage, ANSWERED),
        conform(_by_set(found.confusions, "confidence").round({"confidence": 3}), CONFUSIONS),
    )


def _nothing(reason: str) -> Measured:
    tables = (METHODS, PER_THEME, CALIBRATION, ANSWERED, CONFUSIONS)
    return Measured(reason, *(conform(pd.DataFrame(), table) for table in tables))


def _by_set(frame: pd.DataFrame, by: str) -> pd.DataFrame:
    """Put the rows of one set together, the largest first; sets that nothing was learnt from stand before the others."""
    seen = (frame["data"] == CROSS_VALIDATION).astype("int64")
    order = frame["data"].map({data: place for place, data in enumerate(frame["data"].unique())})
    keyed = frame.astype({by: "float64"}).assign(seen=seen, set=order)
    return keyed.sort_values(["seen", "set", by], ascending=[True, True, False], kind="stable")


def _with_bounds(calibration: pd.DataFrame) -> pd.DataFrame:
    """Name the ranges of confidence, and give the interval of each share of right answers."""
    tenth = (calibration["confidence"] * BINS).astype("int64").clip(upper=BINS - 1)
    right = (calibration["right"] * calibration["n"]).round().astype("int64")
    bounds = intervals(right, calibration["n"])
    return calibration.assign(label=tenth.map(name_bin), low=bounds["low"], high=bounds["high"])
