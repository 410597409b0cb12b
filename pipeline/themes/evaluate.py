"""How good the classifier is, beside the usual ways, in tables.

Measured on (a) the labelled statements, each judged by a model that had not seen it nor one like it, and (b) folders of
annotated bulletins that nothing was learnt from. Thresholds and calibration are fitted on (a), so (b) is the stricter
measure of themes and confidence.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

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

STAGE = "测量"
OURS, LEARNT = "本程序", "只用学得的部分"
ALONE = "只听问题句"  # as the rivals do; ours hears what stands around it too
CROSS_VALIDATION = "标注语句（交叉验证）"
PRIMARY = "主要主题"
DRAWS = 1000  # of the bootstrap
SEED = 0
BINS = 10  # of the reliability curve
CONTEXT = ("statement", "description", "category", "aspect")  # what is heard of an annotated item


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
    """Read a folder of annotated bulletins (JSON, as tests/golden/README.md says: items with statement, themes, primary).

    An item that stands in two bulletins, one being a copy of the other, counts once.

    Raises LabelError, naming the file, where there is none, one is no such JSON, or a theme is not of the scheme.
    """
    found: dict[tuple[str | None, ...], Labelled] = {}
    for path in sorted(folder.glob("*.json")):
        for number, item in enumerate(_read_items(path), start=1):
            said = _read_themes(f"{path} 第 {number} 条", item)
            row = Labelled(f"{path.stem}-{number}", item["statement"], "", said, (), (), path.stem)
            found.setdefault(tuple(item.get(key) for key in CONTEXT), row)
    if not found:
        raise LabelError(f"{folder}：没有标注过主题的通报（*.json）；请核对路径")
    return Annotated(folder.name, tuple(found.values()), pd.DataFrame(found.keys(), columns=CONTEXT))


def _read_items(path: Path) -> list[dict[str, Any]]:
    """Read the items of a bulletin whose themes are annotated."""
    try:
        content = json.loads(path.read_text("utf-8"))
    except ValueError as error:  # no UTF-8, or no JSON
        raise LabelError(f"{path}：不是 JSON（{error}）；请核对这个文件") from None
    items = content.get("items", []) if isinstance(content, dict) else []
    return [item for item in items if item.get("themes")]


def _read_themes(where: str, item: Mapping[str, Any]) -> tuple[str, ...]:
    """Give the themes of an item, the primary first."""
    if missing := [key for key in ("statement", "primary") if not item.get(key)]:
        raise LabelError(f"{where}：缺少 {'、'.join(missing)}；请补上")
    said = (item["primary"], *(theme for theme in item["themes"] if theme != item["primary"]))
    if unknown := [theme for theme in said if theme not in themes()]:
        raise LabelError(
            f"{where}：“{item['statement']}”的“{'、'.join(unknown)}”不是主题；主题有 {'、'.join(themes())}"
        )
    return said


def evaluate(
    labelled: Sequence[Labelled],
    training: Training,
    annotated: Sequence[Annotated],
    progress: Callable[[str, int, int], None] = lambda *_: None,
) -> Evaluation:
    """Measure the classifier and its rivals.

    Parameters
    ----------
    labelled
        What `training` was trained on.
    training
        The model, and what it said of every statement before it had seen it.
    annotated
        Bulletins that nothing was learnt from.
    progress
        Called with stage, done and total.
    """
    steps = 1 + len(RIVALS)
    progress(STAGE, 0, steps)
    methods, per_theme, calibration, coverage, confusions = [], [], [], [], []
    for name, rows, found, confidence in _ours(labelled, training, annotated):
        per_theme.append(_per_theme(rows, found[1]).assign(data=name))
        right = found[0] == primary(rows)
        calibration.append(_reliability(confidence, right).assign(data=name))
        coverage.append(_coverage(confidence, right).assign(data=name))
        confusions.append(_confusions(rows, found, confidence).assign(data=name))
        methods.append(_measure(name, OURS, rows, found))
    learnt = _decided(training.learnt, training.model)
    methods.append(_measure(CROSS_VALIDATION, LEARNT, labelled, learnt))
    without_cues = replace(training.model, cues=0.0)
    for data in annotated:
        alone = _found(classify(data.context[["statement"]], training.model))
        methods.append(_measure(data.name, ALONE, data.rows, alone))
        methods.append(_measure(data.name, LEARNT, data.rows, _found(classify(data.context, without_cues))))
    for done, (method, rival) in enumerate(RIVALS.items(), start=1):
        progress(STAGE, done, steps)
        held = _cross_validated(labelled, training.fold, rival)
        methods.append(_measure(CROSS_VALIDATION, method, labelled, held))
        for data in annotated:
            found = rival(labelled, [row.text for row in data.rows])
            methods.append(_measure(data.name, method, data.rows, found))
    progress(STAGE, steps, steps)
    return Evaluation(
        pd.DataFrame(methods),
        *(pd.concat(parts, ignore_index=True) for parts in (per_theme, calibration, coverage, confusions)),
    )


def agreement(labelled: Sequence[Labelled]) -> pd.DataFrame:
    """Compare the two readings of the labelled statements: theme, n, kappa and F1; the last row is the primary theme.

    Kappa is Cohen's (1960): agreement beyond chance. F1 takes the first reading as the truth of the second; of the
    primary theme it is the share that agrees. Statements that were not read twice are left out.
    """
    rows = [row for row in labelled if row.first and row.second]
    found = []
    for theme in themes():
        first = np.array([theme in row.first for row in rows], np.bool_)
        second = np.array([theme in row.second for row in rows], np.bool_)
        count = sum(theme in row.themes for row in rows)
        f1 = _f1(first[:, None], second[:, None])[0]
        found.append({"theme": theme, "n": count, "kappa": _kappa(first, second), "f1": f1})
    one, other = np.array([row.first[0] for row in rows]), np.array([row.second[0] for row in rows])
    same = round(float((one == other).mean()), 4) if rows else float("nan")
    return pd.DataFrame([*found, {"theme": PRIMARY, "n": len(rows), "kappa": _kappa(one, other), "f1": same}])


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
    names = list(themes())
    said = np.array([[theme in row.split("|") for theme in names] for row in frame["themes"]], np.bool_)
    return np.array([names.index(theme) for theme in frame["primary"]], np.int64), said


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


def _measure(data: str, method: str, rows: Sequence[Labelled], found: Found) -> dict[str, Any]:
    """Score what was found, with the bounds of 95% intervals.

    The bootstrap (Efron 1979) draws bulletins where the statements are from bulletins, since those of one are alike;
    labelled statements are drawn one by one.
    """
    truth, right = applies(rows), found[0] == primary(rows)
    alone = data == CROSS_VALIDATION
    cluster, names = pd.factorize(np.arange(len(rows)) if alone else np.array([row.hand for row in rows]))
    draws = np.random.default_rng(SEED).multinomial(len(names), np.full(len(names), 1 / len(names)), DRAWS)
    weights = np.vstack([np.ones(len(rows)), draws[:, cluster]])  # the first row is the data themselves
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
    measured: dict[str, Any] = {"data": data, "method": method, "n": len(rows)}
    for name, values in scores.items():
        low, high = np.percentile(values[1:], [2.5, 97.5])
        measured |= {name: round(float(values[0]), 4), f"{name}_low": round(low, 4), f"{name}_high": round(high, 4)}
    return measured


def _f1(truth: npt.NDArray[np.bool_], found: npt.NDArray[np.bool_]) -> list[float]:
    agreed, sizes = (truth & found).sum(axis=0), truth.sum(axis=0) + found.sum(axis=0)
    return [round(float(2 * a / s), 4) if s else float("nan") for a, s in zip(agreed, sizes, strict=True)]


def _kappa(one: npt.NDArray[np.generic], other: npt.NDArray[np.generic]) -> float:
    """Compare two readings; not a number where both give the same answer throughout, since chance would do that too."""
    chance = sum(float((one == value).mean() * (other == value).mean()) for value in np.union1d(one, other))
    return round((float((one == other).mean()) - chance) / (1 - chance), 4) if 0 < chance < 1 else float("nan")


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
