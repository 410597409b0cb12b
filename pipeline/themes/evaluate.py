"""How good the classifier is, beside the usual ways, in tables.

Measured on (a) the labelled statements, each judged by a model that had not seen it nor one like it, and (b) folders of
annotated bulletins that nothing was learnt from. Thresholds and calibration are fitted on (a), so (b) is the stricter
measure of themes and confidence.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipeline.errors import LabelError
from pipeline.themes.ask import classify
from pipeline.themes.cues import themes
from pipeline.themes.labels import Labelled, applies, primary
from pipeline.themes.model import Model
from pipeline.themes.rivals import RIVALS, Rival
from pipeline.themes.train import Training

Found = tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]  # primary theme, themes that apply

OURS, LEARNT = "本程序", "只用学得的部分"
CROSS_VALIDATION = "标注语句（交叉验证）"
DRAWS = 1000  # of the bootstrap
SEED = 0
BINS = 10  # of the reliability curve


@dataclass(frozen=True, slots=True)
class Annotated:
    """Statements with their themes that nothing was learnt from, and the bulletin that each is from."""

    name: str
    rows: tuple[Labelled, ...]
    context: pd.DataFrame  # statement, description, category, aspect


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What was measured."""

    methods: pd.DataFrame  # data, method, n, primary, micro, macro, core and the bounds of 95% intervals
    per_theme: pd.DataFrame  # data, theme, n, precision, recall, f1 (ours)
    calibration: pd.DataFrame  # data, confidence (mean of the bin), right (share), n; ours
    coverage: pd.DataFrame  # data, covered (share of statements), right (share of those): the unsure ones abstain
    confusions: pd.DataFrame  # data, statement, expected, found, confidence (ours)


def read_annotated(folder: Path) -> Annotated:
    """Read a folder of annotated bulletins (the JSON of docs/…: items with statement, themes and primary).

    Raises LabelError where there is none, or a theme is not of the scheme.
    """
    items = [
        (path.stem, item)
        for path in sorted(folder.glob("*.json"))
        for item in json.loads(path.read_text("utf-8")).get("items", ())
        if item.get("themes")
    ]
    if not items:
        raise LabelError(f"{folder}：没有标注过主题的通报（*.json）；请核对路径")
    rows = []
    for number, (stem, item) in enumerate(items):
        said = (item["primary"], *(theme for theme in item["themes"] if theme != item["primary"]))
        if unknown := [theme for theme in said if theme not in themes()]:
            raise LabelError(f"{folder / stem}.json：“{item['statement']}”的“{'、'.join(unknown)}”不是主题")
        rows.append(Labelled(f"{stem}-{number}", item["statement"], "", said, (), (), stem))
    keys = ("statement", "description", "category", "aspect")
    return Annotated(
        folder.name, tuple(rows), pd.DataFrame([{key: item.get(key) for key in keys} for _, item in items])
    )


def evaluate(labelled: Sequence[Labelled], training: Training, annotated: Sequence[Annotated]) -> Evaluation:
    """Measure the classifier and its rivals.

    Parameters
    ----------
    labelled
        What `training` was trained on.
    training
        The model, and what it said of every statement before it had seen it.
    annotated
        Bulletins that nothing was learnt from.
    """
    methods, per_theme, calibration, coverage, confusions = [], [], [], [], []
    for name, rows, found, confidence in _ours(labelled, training, annotated):
        per_theme.append(_per_theme(rows, found[1]).assign(data=name))
        right = found[0] == primary(rows)
        calibration.append(_reliability(confidence, right).assign(data=name))
        coverage.append(_coverage(confidence, right).assign(data=name))
        confusions.append(_confusions(rows, found, confidence).assign(data=name))
        methods.append(_measure(rows, found) | {"data": name, "method": OURS})
    learnt = _decided(training.learnt, training.model)
    methods.append(_measure(labelled, learnt) | {"data": CROSS_VALIDATION, "method": LEARNT})
    without_cues = replace(training.model, cues=0.0)
    for data in annotated:
        found = _found(classify(data.context, without_cues))
        methods.append(_measure(data.rows, found) | {"data": data.name, "method": LEARNT})
    for method, rival in RIVALS.items():
        held = _cross_validated(labelled, training.fold, rival)
        methods.append(_measure(labelled, held) | {"data": CROSS_VALIDATION, "method": method})
        for data in annotated:
            found = rival(labelled, [row.text for row in data.rows])
            methods.append(_measure(data.rows, found) | {"data": data.name, "method": method})
    return Evaluation(
        pd.DataFrame(methods),
        *(pd.concat(parts, ignore_index=True) for parts in (per_theme, calibration, coverage, confusions)),
    )


def agreement(labelled: Sequence[Labelled]) -> pd.DataFrame:
    """Compare the two readings of the labelled statements: theme, n, kappa and F1; the last row is the primary theme.

    Kappa is Cohen's (1960): agreement beyond chance. F1 takes the first reading as the truth of the second.
    """
    first = np.array([[theme in row.first for theme in themes()] for row in labelled])
    second = np.array([[theme in row.second for theme in themes()] for row in labelled])
    rows = [
        {"theme": theme, "n": int(applies(labelled)[:, n].sum()), "kappa": _kappa(first[:, n], second[:, n])}
        | {"f1": _f1(first[:, [n]], second[:, [n]])[0]}
        for n, theme in enumerate(themes())
    ]
    one, other = (
        np.array([said[0] for said in readings])
        for readings in zip(*((row.first, row.second) for row in labelled), strict=True)
    )
    rows.append(
        {"theme": "主要主题", "n": len(labelled), "kappa": _kappa(one, other), "f1": float((one == other).mean())}
    )
    return pd.DataFrame(rows)


def _ours(
    labelled: Sequence[Labelled], training: Training, annotated: Sequence[Annotated]
) -> Iterator[tuple[str, Sequence[Labelled], Found, npt.NDArray[np.float32]]]:
    """Give what our classifier says of every set of statements: name, statements, themes, confidence."""
    scores = training.scores.astype(np.float32)
    yield CROSS_VALIDATION, labelled, _decided(training.scores, training.model), training.model.confidence(scores)
    for data in annotated:
        frame = classify(data.context, training.model)
        yield data.name, data.rows, _found(frame), frame["confidence"].to_numpy(np.float32)


def _found(frame: pd.DataFrame) -> Found:
    column = {theme: n for n, theme in enumerate(themes())}
    said = np.array([[theme in row.split("|") for theme in themes()] for row in frame["themes"]])
    first = np.array([column[theme] for theme in frame["primary"]], np.int64)
    return first, said.astype(np.bool_)


def _decided(scores: npt.NDArray[np.float64], model: Model) -> Found:
    first = scores.argmax(axis=1)
    found = model.probabilities(scores.astype(np.float32)) >= model.thresholds
    found[np.arange(len(found)), first] = True
    return first, found


def _cross_validated(labelled: Sequence[Labelled], fold: npt.NDArray[np.int64], rival: Rival) -> Found:
    """Judge every fold by a rival that learnt from the others."""
    first = np.zeros(len(labelled), np.int64)
    found = np.zeros((len(labelled), len(themes())), np.bool_)
    for held in range(int(fold.max()) + 1):
        unseen = np.flatnonzero(fold == held)
        learnt = [row for row, at in zip(labelled, fold, strict=True) if at != held]
        first[unseen], found[unseen] = rival(learnt, [labelled[n].text for n in unseen.tolist()])
    return first, found


def _measure(rows: Sequence[Labelled], found: Found) -> dict[str, float]:
    """Score what was found, with the bounds of 95% intervals.

    The bootstrap (Efron 1979) draws bulletins where the statements are from bulletins, since those of one are alike;
    labelled statements are drawn one by one.
    """
    truth, right = applies(rows), found[0] == primary(rows)
    bulletins = pd.factorize(np.array([row.hand if not row.first else row.id for row in rows]))[0]
    draws = np.random.default_rng(SEED).multinomial(
        bulletins.max() + 1, np.full(bulletins.max() + 1, 1 / (bulletins.max() + 1)), DRAWS
    )
    weights = np.vstack([np.ones(len(rows)), draws[:, bulletins]])  # the first row is the data themselves
    agreed = weights @ (truth & found[1])
    sizes = weights @ truth + weights @ found[1]
    core = [n for n, theme in enumerate(themes().values()) if theme.core]
    f1 = np.divide(2 * agreed, sizes, out=np.full(agreed.shape, np.nan), where=sizes > 0)
    scores = {
        "primary": (weights @ right) / weights.sum(axis=1),
        "micro": 2 * agreed.sum(axis=1) / sizes.sum(axis=1),
        "macro": np.nanmean(f1, axis=1),
        "core": np.nanmean(f1[:, core], axis=1),
    }
    measured: dict[str, float] = {"n": len(rows)}
    for name, values in scores.items():
        low, high = np.percentile(values[1:], [2.5, 97.5])
        measured |= {name: round(float(values[0]), 4), f"{name}_low": round(low, 4), f"{name}_high": round(high, 4)}
    return measured


def _f1(truth: npt.NDArray[np.bool_], found: npt.NDArray[np.bool_]) -> list[float]:
    agreed, sizes = (truth & found).sum(axis=0), truth.sum(axis=0) + found.sum(axis=0)
    return [round(float(2 * a / s), 4) if s else float("nan") for a, s in zip(agreed, sizes, strict=True)]


def _kappa(one: npt.NDArray[np.generic], other: npt.NDArray[np.generic]) -> float:
    table = pd.crosstab(one, other, normalize=True)
    chance = sum(table.sum(axis=1).get(value, 0) * table.sum(axis=0).get(value, 0) for value in table.index)
    return round(float(((one == other).mean() - chance) / (1 - chance)), 4)


def _per_theme(rows: Sequence[Labelled], found: npt.NDArray[np.bool_]) -> pd.DataFrame:
    truth = applies(rows)
    agreed = (truth & found).sum(axis=0)
    frame = pd.DataFrame({"theme": list(themes()), "n": truth.sum(axis=0)})
    frame["precision"] = (agreed / np.maximum(found.sum(axis=0), 1)).round(4)
    frame["recall"] = (agreed / np.maximum(frame["n"], 1)).round(4)
    frame["f1"] = _f1(truth, found)
    return frame


def _reliability(confidence: npt.NDArray[np.float32], right: npt.NDArray[np.bool_]) -> pd.DataFrame:
    """Compare confidence and truth in bins of equal width; the mean gap, weighted by n, is the calibration error (ECE)."""
    bins = np.minimum((confidence * BINS).astype(int), BINS - 1)
    frame = pd.DataFrame({"bin": bins, "confidence": confidence, "right": right})
    binned = frame.groupby("bin").agg(confidence=("confidence", "mean"), right=("right", "mean"), n=("right", "size"))
    return binned.reset_index(drop=True).round(4)


def expected_calibration_error(calibration: pd.DataFrame) -> float:
    """Mean distance between confidence and share of right answers over the bins, weighted by their sizes (ECE)."""
    gap = (calibration["confidence"] - calibration["right"]).abs()
    return round(float((gap * calibration["n"]).sum() / calibration["n"].sum()), 4)


def _coverage(confidence: npt.NDArray[np.float32], right: npt.NDArray[np.bool_]) -> pd.DataFrame:
    """Say how many are right among the surest half, six tenths … all of the statements."""
    order = np.argsort(-confidence, kind="stable")
    shares = np.arange(0.5, 1.01, 0.1)
    counts = [max(1, round(share * len(right))) for share in shares]
    return pd.DataFrame(
        {"covered": shares.round(1), "right": [round(float(right[order[:n]].mean()), 4) for n in counts]}
    )


def _confusions(rows: Sequence[Labelled], found: Found, confidence: npt.NDArray[np.float32]) -> pd.DataFrame:
    """List the statements whose primary theme is another than the annotator's, the surest mistakes first."""
    names = list(themes())
    wrong = np.flatnonzero(found[0] != primary(rows)).tolist()
    frame = pd.DataFrame(
        {
            "statement": [rows[n].statement for n in wrong],
            "expected": [rows[n].themes[0] for n in wrong],
            "found": [names[found[0][n]] for n in wrong],
            "confidence": confidence[wrong].round(3),
        }
    )
    return frame.sort_values("confidence", ascending=False, kind="stable", ignore_index=True)
