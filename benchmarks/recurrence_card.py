"""Writes the figures of docs/recurrence.md: what the labelled pairs and the planted chains say of the method.

    python benchmarks/recurrence_card.py

The pairs are those of data/labels/pairs.csv; a group is everything written around one weakness, so that a bound is always
tried on groups that it was not chosen on. The planted chains are those of data/truth, as tests/recurrence_truth.py
measures them.
"""

import sys
from itertools import combinations
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics import average_precision_score, cohen_kappa_score, roc_auc_score

from pipeline.analysis.interval import wilson
from pipeline.analysis.likeness import WEIGHTS, compare, featurize
from pipeline.analysis.recurrence import LEAST

ROOT = Path(__file__).parents[1]
sys.path.append(str(ROOT / "tests"))
from recurrence_truth import planted, sample  # noqa: E402  # one measure for card and tests

PAIRS = ROOT / "data" / "labels" / "pairs.csv"
CARD = ROOT / "docs" / "recurrence.md"
BEGIN, END = "<!-- {}: made by benchmarks/recurrence_card.py -->", "<!-- end of {} -->"
BOUNDS = np.round(np.arange(0.2, 0.8, 0.05), 2)
BEFORE = 0.5  # bound that was used before the planted chains had been looked at
FOLDS = 10
READINGS = ["first", "second", "third"]


def read_pairs() -> pd.DataFrame:
    pairs = pd.read_csv(PAIRS, dtype=str, keep_default_na=False)
    return pairs.assign(group=pairs["id"].str.split("-").str[0], true=pairs["same"] == "yes")


def likeness(pairs: pd.DataFrame, *, themes: bool = True, **share: float) -> np.ndarray:
    """Similarity of each pair."""
    said = [[theme] for theme in (*pairs["theme_one"], *pairs["theme_other"])]
    features = featurize([*pairs["one"], *pairs["other"]], said if themes else None, share=WEIGHTS | share)
    rows = np.arange(len(pairs))
    return compare(features, rows, rows + len(pairs))


def plain(pairs: pd.DataFrame) -> np.ndarray:
    """Similarity by TF-IDF of pairs and triples of characters alone."""
    matrix = TfidfVectorizer(analyzer="char", ngram_range=(2, 3)).fit_transform([*pairs["one"], *pairs["other"]])
    n = len(pairs)
    return np.asarray(matrix[:n].multiply(matrix[n:]).sum(axis=1)).ravel()


def best_bound(true: np.ndarray, similarity: np.ndarray) -> float:
    """The bound of BOUNDS with the highest F1."""
    scores = [2 * true[similarity >= b].sum() / max(true.sum() + (similarity >= b).sum(), 1) for b in BOUNDS]
    return float(BOUNDS[int(np.argmax(scores))])


def cross_validated(pairs: pd.DataFrame, similarity: np.ndarray) -> tuple[np.ndarray, list[float]]:
    """Which pairs are taken for the same by the bound of the other folds' groups, and those bounds."""
    fold = pairs["group"].map({group: n % FOLDS for n, group in enumerate(sorted(pairs["group"].unique()))}).to_numpy()
    true, taken, bounds = pairs["true"].to_numpy(), np.zeros(len(pairs), bool), []
    for n in range(FOLDS):
        bounds.append(best_bound(true[fold != n], similarity[fold != n]))
        taken[fold == n] = similarity[fold == n] >= bounds[-1]
    return taken, bounds


def share(part: int, whole: int) -> str:
    low, high = wilson(part, whole) or (0, 0)
    return f"{part / max(whole, 1):.2f} ({low:.2f}–{high:.2f})"


def scored(true: np.ndarray, taken: np.ndarray) -> str:
    hits = int((true & taken).sum())
    f1 = 2 * hits / max(true.sum() + taken.sum(), 1)
    return f"{share(hits, int(taken.sum()))} | {share(hits, int(true.sum()))} | {f1:.2f}"


def agreement(pairs: pd.DataFrame, alike: np.ndarray) -> list[str]:
    """How far the three readings agree, and what became of the pairs on which they do not."""
    lines = [
        "| readings | agree on | Cohen's κ | κ, written pairs | κ, pairs found alike |",
        "| --- | --- | --- | --- | --- |",
    ]
    for one, other in combinations(READINGS, 2):
        kappas = " | ".join(
            f"{cohen_kappa_score(pairs.loc[of, one], pairs.loc[of, other]):.2f}" for of in (alike | True, ~alike, alike)
        )
        lines.append(f"| {one}, {other} | {(pairs[one] == pairs[other]).sum()} | {kappas} |")
    disputed = pairs[pairs[READINGS].ne(pairs["first"], axis=0).any(axis=1)]
    told = "; ".join(
        f"{pair['one']} / {pair['other']} ({', '.join(pair[READINGS])}: {pair['same']})"
        for _, pair in disputed.iterrows()
    )
    return [*lines, "", f"Disputed (the three readings, and what was settled): {told}."]


def figures() -> str:
    pairs = read_pairs()
    true, alike = pairs["true"].to_numpy(), (pairs["hand"] == "found_alike").to_numpy()
    similarity = likeness(pairs)
    groups = pairs["group"].nunique()
    lines = [
        f"{len(pairs)} pairs in {groups} groups, {true.sum()} of them the same weakness.",
        "",
        *agreement(pairs, alike),
        "",
        "| similarity at least | taken | precision (95 %) | recall (95 %) | F1 |",
        "| --- | --- | --- | --- | --- |",
    ]
    for bound in BOUNDS:
        taken = similarity >= bound
        mark = " (used)" if bound == LEAST else ""
        lines.append(f"| {bound:.2f}{mark} | {taken.sum()} | {scored(true, taken)} |")
    taken, bounds = cross_validated(pairs, similarity)
    lines += [
        f"| {FOLDS}-fold, bound of the other groups: {min(bounds):.2f}–{max(bounds):.2f} | {taken.sum()} | {scored(true, taken)} |",
        "",
        "| left out | AUC, all pairs | AUC, written pairs | AUC, pairs found alike | average precision |",
        "| --- | --- | --- | --- | --- |",
    ]
    for name, values in (
        ("nothing", similarity),
        ("themes", likeness(pairs, themes=False)),
        ("objects", likeness(pairs, object=0.0)),
        ("faults", likeness(pairs, fault=0.0)),
        ("objects and faults", likeness(pairs, object=0.0, fault=0.0)),
        ("words and pairs of characters", likeness(pairs, word=0.0, pair=0.0)),
        ("everything: TF-IDF of characters with the stock predicates", plain(pairs)),
    ):
        parts = " | ".join(f"{roc_auc_score(true[of], values[of]):.3f}" for of in (true >= 0, ~alike, alike))
        lines.append(f"| {name} | {parts} | {average_precision_score(true, values):.3f} |")
    return "\n".join(lines)


def rates(told: SimpleNamespace) -> list[str]:
    """Recall and both precisions of the planted chains."""
    hits, taken = len(told.hits), len(told.hits) + len(told.extra)
    parts = ((hits, len(told.true)), (hits, taken), (hits + len(told.same_again), taken))
    return [f"{part} of {whole}: {share(part, whole)}" for part, whole in parts]


def story() -> str:
    """What was planted, what of it was found, and what the rest is."""
    ledger = sample()
    told = planted(ledger)
    lines = [
        "| planted chains | recall: pairs of one chain that are found | precision against the story alone | precision after the others were read |",
        "| --- | --- | --- | --- |",
        f"| at {LEAST:.2f} (used) | {' | '.join(rates(told))} |",
        f"| at {BEFORE:.2f}, the bound before | {' | '.join(rates(planted(ledger, BEFORE)))} |",
        "",
        "| planted group | items in the likest class | strangers in it |",
        "| --- | --- | --- |",
        *(f"| {name} | {hits} of {of} | {strange} |" for name, (hits, of, strange) in told.groups.items()),
        "",
        "Missed: " + "; ".join(f"{one} / {other}" for one, other in told.missed) + ".",
        "",
        "Taken for the same though they are not: " + "; ".join(f"{one} / {other}" for one, other in told.wrong) + ".",
    ]
    return "\n".join(lines)


def with_figures(text: str, name: str, made: str) -> str:
    """The document with what was made between the marks of that name."""
    begin, end = BEGIN.format(name), END.format(name)
    before, rest = text.split(begin)
    return f"{before}{begin}\n\n{made}\n\n{end}{rest.split(end)[1]}"


def main() -> None:
    text = CARD.read_text(encoding="utf-8")
    CARD.write_text(with_figures(with_figures(text, "pairs", figures()), "story", story()), encoding="utf-8")


if __name__ == "__main__":
    main()
