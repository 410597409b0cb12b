"""Writes the figures of docs/themes.md and docs/labels.md: the labels counted, and what `zhenggai evaluate` measured.

zhenggai evaluate --annotated ../shared/gold --annotated tests/golden --annotated data/truth/bulletins -o data/processed/evaluation
python benchmarks/themes_card.py data/processed/evaluation
"""

import argparse
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

import pandas as pd

from pipeline.themes.cues import themes
from pipeline.themes.evaluate import CROSS_VALIDATION, agreement, expected_calibration_error
from pipeline.themes.labels import Labelled, read_labels

ROOT = Path(__file__).parents[1]
LABELS = ROOT / "data" / "labels" / "themes.csv"
SETS = {
    CROSS_VALIDATION: "labelled statements, cross-validated",
    "golden": "golden bulletins",
    "bulletins": "sample bulletins",
    "gold": "real bulletins",
}
METHODS = {
    "本程序": "ours",
    "只用学得的部分": "ours without the lexicon's cues",
    "词表": "lexicon only",
    "TF-IDF＋逻辑回归": "TF-IDF + logistic regression",
    "补集朴素贝叶斯": "complement naive Bayes",
    "最近邻": "nearest labelled neighbour",
}


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)


def labels_block(rows: Sequence[Labelled]) -> str:
    """How many statements there are of each theme, and how far two readings agree."""
    primary = pd.Series([row.themes[0] for row in rows]).value_counts()
    found = agreement(rows)
    counted = table(
        ("theme", "primary", "in all", "kappa", "F1"),
        [(r.theme, primary[r.theme], r.n, f"{r.kappa:.3f}", f"{r.f1:.3f}") for r in found.iloc[:-1].itertuples()],
    )
    whole = found.iloc[-1]
    lengths = pd.Series([len(row.statement) for row in rows])
    hands = pd.Series([row.hand for row in rows]).value_counts()
    several = sum(len(row.themes) > 1 for row in rows) / len(rows)
    disputed = sum((row.first[0], set(row.first)) != (row.second[0], set(row.second)) for row in rows)
    return (
        f"{len(rows):,} statements; {several:.0%} have more than one theme; {sum(bool(row.category) for row in rows)} have a category. Length "
        f"{lengths.min()} to {lengths.max()} characters, median {lengths.median():.0f}.\n\n"
        f"The two readings gave the same primary theme to {whole['f1']:.1%} (kappa {whole['kappa']:.3f}); {disputed} statements in which "
        f"any theme differed were settled by a third reading.\n\n{counted}\n\n"
        + table(("hand", "statements"), hands.sort_index().items())
    )


def evaluation_block(folder: Path) -> str:
    """Every method on every set, then the calibration of ours."""
    methods = pd.read_csv(folder / "methods.csv")
    calibration, coverage = pd.read_csv(folder / "calibration.csv"), pd.read_csv(folder / "coverage.csv")
    parts = []
    for data, name in SETS.items():
        rows = methods[methods["data"] == data]
        body = [
            (
                METHODS[r.method],
                *(
                    f"{v:.3f} ({a:.3f}–{b:.3f})"
                    for v, a, b in ((r.primary, r.primary_low, r.primary_high), (r.macro, r.macro_low, r.macro_high))
                ),
                f"{r.micro:.3f}",
                f"{r.core:.3f}",
            )
            for r in rows.set_index("method").loc[list(METHODS)].reset_index().itertuples()
        ]
        ours = calibration[calibration["data"] == data]
        covered = coverage[coverage["data"] == data].set_index("covered")["right"]
        parts.append(
            f"**{name[0].upper()}{name[1:]}** ({int(rows['n'].iloc[0])} statements)\n\n"
            + table(
                ("method", "primary theme (95% interval)", "macro F1 (95% interval)", "micro F1", "core five"), body
            )
            + f"\n\nOurs: calibration error (ECE) {expected_calibration_error(ours):.3f}; of the surest half {covered[0.5]:.1%} are right, "
            f"of the surest eight tenths {covered[0.8]:.1%}."
        )
    return "\n\n".join(parts)


def with_block(text: str, mark: str, block: str) -> str:
    """The text with what stands between <!-- mark --> and <!-- /mark --> replaced."""
    return re.sub(
        rf"(<!-- {mark} -->\n).*?(<!-- /{mark} -->)", lambda m: f"{m[1]}{block}\n{m[2]}", text, flags=re.DOTALL
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("evaluation", type=Path, help="folder that `zhenggai evaluate -o` wrote")
    folder = parser.parse_args().evaluation
    blocks = {
        "labels.md": ("labels", labels_block(read_labels(LABELS))),
        "themes.md": ("evaluation", evaluation_block(folder)),
    }
    for name, (mark, block) in blocks.items():
        path = ROOT / "docs" / name
        path.write_text(with_block(path.read_text(encoding="utf-8"), mark, block), encoding="utf-8")
    print(f"docs/labels.md, docs/themes.md: {len(themes())} themes")


if __name__ == "__main__":
    main()
