"""What was measured, in words and tables for a terminal and for files."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from pipeline.themes.ask import classify
from pipeline.themes.evaluate import CROSS_VALIDATION, Evaluation, expected_calibration_error
from pipeline.themes.labels import Labelled, primary
from pipeline.themes.train import Training

SCORES = {"primary": "主要主题", "micro": "微平均F1", "macro": "宏平均F1", "core": "核心五类F1"}


def sum_up(evaluation: Evaluation, agreement: pd.DataFrame) -> str:
    """Show every method on every set, and how well our confidence is calibrated."""
    lines = []
    for data, methods in evaluation.methods.groupby("data", sort=False):
        lines.append(f"{data}（{int(methods['n'].iloc[0])} 条）")
        for row in methods.sort_values("primary", ascending=False).to_dict("records"):
            scores = "  ".join(
                f"{label} {row[name]:.3f}［{row[f'{name}_low']:.3f}–{row[f'{name}_high']:.3f}］"
                for name, label in SCORES.items()
            )
            lines.append(f"  {scores}  {row['method']}")
        calibration = evaluation.calibration[evaluation.calibration["data"] == data]
        covered = evaluation.coverage[evaluation.coverage["data"] == data]
        shares = "，".join(f"{c:.0%} 时 {r:.1%}" for c, r in zip(covered["covered"], covered["right"], strict=True))
        lines.append(
            f"  把握的校准误差（ECE）{expected_calibration_error(calibration):.3f}；只答最有把握的部分，正确率：{shares}"
        )
    last = agreement.iloc[-1]
    if last["n"]:
        lines.append(f"两次标注的一致性：主要主题 kappa {last['kappa']:.3f}，一致 {last['f1']:.1%}（{last['n']} 条）")
    return "\n".join(lines)


def write_tables(evaluation: Evaluation, agreement: pd.DataFrame, folder: Path) -> None:
    """Write every table of an evaluation as a CSV file."""
    folder.mkdir(parents=True, exist_ok=True)
    tables = {
        "methods": evaluation.methods,
        "per_theme": evaluation.per_theme,
        "calibration": evaluation.calibration,
        "coverage": evaluation.coverage,
        "confusions": evaluation.confusions,
        "agreement": agreement,
    }
    for name, table in tables.items():
        table.to_csv(folder / f"{name}.csv", index=False, encoding="utf-8-sig", lineterminator="\n")


def compare_trainings(
    labelled: Sequence[Labelled], reviewed: Sequence[Labelled], before: Training, after: Training
) -> str:
    """Show the scores before and after the reviews were learnt from."""
    right = primary(labelled)
    shares = [float((training.scores.argmax(axis=1) == right).mean()) for training in (before, after)]
    statements = [row.text for row in reviewed]
    said = [classify(statements, training.model)["primary"] for training in (before, after)]
    decided = [row.themes[0] for row in reviewed]
    agreed = [sum(a == b for a, b in zip(found, decided, strict=True)) for found in said]
    return (
        f"{CROSS_VALIDATION}主要主题正确率：{shares[0]:.4f} → {shares[1]:.4f}；"
        f"与复核决定一致：{agreed[0]} → {agreed[1]}（共 {len(reviewed)} 条，已学过）"
    )
