"""How much the settings of the theme classifier matter, by cross-validation of the labelled statements alone.

    python benchmarks/theme_settings.py

Prints, for each setting, the accuracy of the primary theme, the macro F1 of all themes and of the core five; thresholds are
chosen on the other folds. It takes about half an hour: docs/themes.md says what came out.
"""

from collections.abc import Iterator
from itertools import product
from pathlib import Path

import numpy as np
import numpy.typing as npt
from sklearn.metrics import f1_score

from pipeline.themes import cues, features, train
from pipeline.themes.labels import applies, primary, read_examples, read_labels
from pipeline.themes.model import score_cues

LABELS = Path(__file__).parents[1] / "data" / "labels" / "themes.csv"
CORE = 5  # themes that come first
STRENGTHS = (0.5, 1.0, 2.0)  # of the ridge penalty
SOFTENING = ((0.0, 1.0), (0.006, 0.8), (0.012, 0.6), (0.02, 0.4))  # fade a character, and floor
WEIGHTS = (0.0, 0.25, 0.5, 0.75, 1.0)  # of the cues


def applied(
    truth: npt.NDArray[np.bool_], scores: npt.NDArray[np.float64], fold: npt.NDArray[np.int64]
) -> npt.NDArray[np.bool_]:
    """Give the themes that apply, of each fold by calibration and thresholds of the others."""
    found = np.zeros_like(truth)
    for held in range(train.FOLDS):
        seen = fold != held
        slopes, offsets = np.array(list(train._platt(truth[seen], scores[seen]))).T  # noqa: SLF001  as in training
        probability = 1 / (1 + np.exp(-(slopes * scores + offsets)))
        chosen = [train._threshold(truth[seen, n], probability[seen, n]) for n in range(truth.shape[1])]  # noqa: SLF001
        found[~seen] = probability[~seen] >= chosen
    found[np.arange(len(found)), scores.argmax(axis=1)] = True
    return found


def measure() -> Iterator[tuple[str, float, float, float]]:
    rows, examples = read_labels(LABELS), read_examples()
    truth, right = applies(rows), primary(rows)
    for strength, (fade, floor) in product(STRENGTHS, SOFTENING):
        train.STRENGTH = strength
        for module in (features, cues):
            module.FADE, module.FLOOR = fade, floor
        training = train.train(rows, examples)
        heard = score_cues([row.text for row in rows])
        for weight in WEIGHTS:
            scores = training.learnt + weight * heard
            f1 = f1_score(truth, applied(truth, scores, training.fold), average=None)
            name = f"penalty {strength}, softening {fade} to {floor}, cues {weight}"
            yield name, float((scores.argmax(axis=1) == right).mean()), float(f1.mean()), float(f1[:CORE].mean())


def main() -> None:
    for name, *scores in measure():
        print(f"{name:<46}", *(f"{score:.4f}" for score in scores), f"mean {np.mean(scores):.4f}", flush=True)


if __name__ == "__main__":
    main()
