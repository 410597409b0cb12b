"""Labelled statements → a trained model: one linear score a theme, calibrated on statements it had not seen.

Kernel ridge regression (scikit-learn's KernelRidge, linear kernel) is a ridge regression for each theme against the
rest, solved among the statements instead of the far more numerous features: exact, without a random choice, and the
products between statements are made once for all folds. The targets are graded: 1 for the primary theme, SECOND for a
further one.

Folds keep near-identical statements together, so what a fold is judged by is not a copy of what it learnt.
Calibration is Platt's (1999): a logistic regression of the labels on the scores of unseen statements; the thresholds
maximise each theme's F1 on them, up to noise.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
import sklearn
from scipy.optimize import minimize_scalar
from scipy.sparse.csgraph import connected_components
from sklearn.kernel_ridge import KernelRidge
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.model_selection import GroupKFold

from pipeline.errors import LabelError
from pipeline.themes.cues import themes
from pipeline.themes.features import Floats, Vocabulary, find, fit, join
from pipeline.themes.labels import Labelled, applies, hash_labels, primary
from pipeline.themes.model import Model, score_cues

Matrix = npt.NDArray[np.float64]

STAGE = "训练"
STRENGTH = 0.5  # of the ridge penalty
SECOND = 0.5  # target of a theme that applies without being the primary one
BIAS = 0.3  # value of the feature that every statement has
CUES = 0.25  # what the weightiest cue of the lexicon adds to a score at most
FOLDS = 5
ALIKE = 0.6  # cosine from which on two statements may not stand on both sides of a fold
SURE = 0.95  # share of right primary themes that is asked of the statements no person looks at
NOISE = 0.005  # of an F1: thresholds within it are equally good
CANDIDATES = np.round(np.arange(0.10, 0.81, 0.02), 2)  # thresholds that are tried


@dataclass(frozen=True, slots=True)
class Training:
    """A trained model and what it said of every labelled statement before it had seen it."""

    model: Model
    scores: Matrix  # statements × themes, each by a model that had not learnt from the statement
    learnt: Matrix  # the same without what the cues of the lexicon add
    fold: npt.NDArray[np.int64]


def train(
    labelled: Sequence[Labelled],
    examples: Sequence[Labelled] = (),
    progress: Callable[[str, int, int], None] = lambda *_: None,
) -> Training:
    """Train a model.

    Parameters
    ----------
    labelled
        Statements with their themes; the model is calibrated on them.
    examples
        Further ones to learn from, of a kind that real statements are not (single cues): nothing is measured on them.
    progress
        Called with stage, done and total.

    Raises LabelError where the statements are too much alike to be measured.
    """
    steps = FOLDS + 3  # features, folds, all statements, calibration
    progress(STAGE, 0, steps)
    rows = [*labelled, *examples]
    texts = [row.text for row in rows]
    vocabulary = fit(texts)
    features = sp.hstack([_matrix(texts, vocabulary), np.full((len(rows), 1), BIAS)]).tocsr()
    products = (features @ features.T).toarray()
    target = np.array([_target(row) for row in rows])
    weight = np.array([row.weight for row in rows])
    fold = _folds(products - BIAS**2)
    progress(STAGE, 1, steps)
    scores = np.zeros_like(target)
    for held in range(FOLDS):
        seen = np.flatnonzero(fold != held)
        unseen = np.flatnonzero(fold == held)
        dual = _solve(products[np.ix_(seen, seen)], target[seen], weight[seen])
        scores[unseen] = products[np.ix_(unseen, seen)] @ dual
        progress(STAGE, 2 + held, steps)
    weights = features.T @ _solve(products, target, weight)
    progress(STAGE, steps - 1, steps)
    learnt = scores[: len(labelled)]
    scores = learnt + CUES * score_cues(texts[: len(labelled)])
    model = _calibrated(labelled, rows, vocabulary, weights, scores)
    progress(STAGE, steps, steps)
    return Training(model, scores, learnt, fold[: len(labelled)])


def _matrix(texts: Sequence[str], vocabulary: Vocabulary) -> sp.csr_matrix:
    joined = join(texts)
    matrix = sp.csr_matrix((len(texts), vocabulary.size))
    for places, text, value in find(joined, vocabulary):
        matrix += sp.csr_matrix((value, (text, places.column)), matrix.shape)
    return matrix


def _target(row: Labelled) -> list[float]:
    return [1.0 if theme == row.themes[0] else SECOND if theme in row.themes else 0.0 for theme in themes()]


def _solve(products: Matrix, target: Matrix, weight: Matrix) -> Matrix:
    solved = KernelRidge(alpha=STRENGTH, kernel="precomputed").fit(products, target, sample_weight=weight)
    return np.asarray(solved.dual_coef_)


def _folds(products: Matrix) -> npt.NDArray[np.int64]:
    """Deal the statements to folds, those that are alike to the same one."""
    length = np.sqrt(products.diagonal())
    alike = sp.csr_matrix(products > ALIKE * np.outer(length, length))
    groups, group = connected_components(alike, directed=False)
    if groups < FOLDS:
        raise LabelError(f"标注语句大都雷同，只有 {groups} 种，不足 {FOLDS} 种；请补上不同的语句")
    fold = np.zeros(len(products), np.int64)
    for number, (_, held) in enumerate(GroupKFold(FOLDS).split(products, groups=group)):
        fold[held] = number
    return fold


def _calibrated(
    labelled: Sequence[Labelled], rows: Sequence[Labelled], vocabulary: Vocabulary, weights: Matrix, scores: Matrix
) -> Model:
    truth = applies(labelled)
    slopes, offsets = np.array(list(_platt(truth, scores))).T
    probability = 1 / (1 + np.exp(-(slopes * scores + offsets)))
    thresholds = [_threshold(truth[:, n], probability[:, n]) for n in range(truth.shape[1])]
    right = primary(labelled)
    sharpness = _sharpness(scores, right)
    plain = Model(
        vocabulary,
        np.ascontiguousarray(weights[:-1].T.astype(np.float16), np.float32),  # as it is stored
        (BIAS * weights[-1]).astype(np.float32),
        slopes.astype(np.float32),
        offsets.astype(np.float32),
        np.array(thresholds, np.float32),
        CUES,
        sharpness,
        0.0,
        {},
    )
    confidence = plain.confidence(scores.astype(np.float32))
    review = _review(confidence, scores.argmax(axis=1) == right)
    header: dict[str, Any] = {
        "themes": list(themes()),
        "labels": hash_labels(rows),
        "statements": len(labelled),
        "examples": len(rows) - len(labelled),
        "sklearn": sklearn.__version__,
        "numpy": np.__version__,
    }
    return replace(plain, review=review, header=header)


def _platt(truth: npt.NDArray[np.bool_], scores: Matrix) -> Iterator[tuple[float, float]]:
    for column in range(truth.shape[1]):
        fitted = LogisticRegression(C=1e6).fit(scores[:, [column]], truth[:, column])
        yield float(fitted.coef_[0, 0]), float(fitted.intercept_[0])


def _threshold(truth: npt.NDArray[np.bool_], probability: Matrix) -> float:
    """Choose the threshold nearest to a half of those whose F1 is as good as the best, but for noise."""
    found = np.array([f1_score(truth, probability >= candidate, zero_division=0) for candidate in CANDIDATES])
    good = CANDIDATES[found >= found.max() - NOISE]
    return float(good[np.argmin(np.abs(good - 0.5))])


def _sharpness(scores: Matrix, right: npt.NDArray[np.int64]) -> float:
    """Find the sharpness at which the confidence is likeliest, given which themes were right."""

    def surprise(sharpness: float) -> float:
        logits = sharpness * (scores - scores.max(axis=1, keepdims=True))
        return float((np.log(np.exp(logits).sum(axis=1)) - logits[np.arange(len(right)), right]).mean())

    return round(float(minimize_scalar(surprise, bounds=(0.5, 50.0), method="bounded").x), 3)


def _review(confidence: Floats, right: npt.NDArray[np.bool_]) -> float:
    """Find the least confidence from which on so many are right as SURE asks."""
    order = np.argsort(-confidence)
    share = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    enough = np.flatnonzero(share >= SURE)
    return round(float(confidence[order[enough[-1]]]), 3) if len(enough) else 1.0
