"""Labelled statements: what the classifier learns from (data/labels/themes.csv)."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipeline.errors import LabelError
from pipeline.themes.cues import cues, themes

COLUMNS = ("id", "statement", "category", "themes", "first", "second", "hand")
CLEAR_CUE = 1.5  # weight of a cue from which on its example is learnt from: lighter ones say little by themselves
LEAST = 5  # statements of each theme: as many as there are folds, so that each can hold one
EXAMPLE_WEIGHT = 0.5  # of an example, against 1 for a labelled statement: it shows one word, not how people write


@dataclass(frozen=True, slots=True)
class Labelled:
    """A statement and its themes."""

    id: str
    statement: str
    category: str  # the heading above it, where the statement alone is too vague; else empty
    themes: tuple[str, ...]  # the primary first
    first: tuple[str, ...]  # what the first reading gave
    second: tuple[str, ...]  # what the second, apart from it, gave
    hand: str  # whose writing it is: statements of one hand are alike
    weight: float = 1.0

    @property
    def text(self) -> str:
        """What is learnt from: the statement, with its category where it has one."""
        return f"{self.statement}\n{self.category}" if self.category else self.statement


def read_labels(path: Path) -> tuple[Labelled, ...]:
    """Read a file of labelled statements.

    Raises
    ------
    LabelError
        A column is missing, a statement has no label or one that is no theme, two rows are the same or contradict each
        other, or a theme has too few statements: names file, row and value.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            if missing := [column for column in COLUMNS if column not in (reader.fieldnames or ())]:
                raise LabelError(f"{path}：缺少列 {'、'.join(missing)}；应有的列是 {'、'.join(COLUMNS)}")
            rows = {}
            for row in reader:
                rows[reader.line_num] = _read_row(f"{path} 第 {reader.line_num} 行", row)
    except FileNotFoundError:
        raise LabelError(f"{path}：没有这个标注文件；请核对路径") from None
    except UnicodeDecodeError:
        raise LabelError(f"{path}：不是 UTF-8 编码；请另存为“CSV UTF-8”后再运行") from None
    except csv.Error as error:
        raise LabelError(f"{path} 第 {reader.line_num} 行：不是 CSV（{error}）；请核对这一行") from None
    _check_contradictions(path, rows)
    _check_sizes(path, rows)
    return tuple(rows.values())


def read_examples() -> tuple[Labelled, ...]:
    """Give the example of every clear cue of the lexicon as a statement with the themes whose cues it shows."""
    heard: dict[str, dict[str, float]] = {}
    for cue in cues():
        if cue.weight >= CLEAR_CUE:
            weights = heard.setdefault(cue.example, {})
            weights[cue.theme] = max(cue.weight, weights.get(cue.theme, 0.0))
    rank = {name: theme.rank for name, theme in themes().items()}
    ranked = {
        example: tuple(sorted(weights, key=lambda theme: (-weights[theme], rank[theme])))
        for example, weights in sorted(heard.items())
    }
    return tuple(
        Labelled(f"e{number:04}", example, "", said, said, said, "lexicon", EXAMPLE_WEIGHT)
        for number, (example, said) in enumerate(ranked.items())
    )


def add_reviewed(labelled: Sequence[Labelled], reviewed: pd.DataFrame) -> tuple[Labelled, ...]:
    """Give the items of a ledger whose themes a person decided, as statements to learn from.

    Parameters
    ----------
    labelled
        What is learnt from already: a statement that stands there is not taken again.
    reviewed
        issue_id, statement, category, themes (a list, the primary first).
    """
    known = {(row.statement, row.category) for row in labelled}
    rows = []
    for issue, statement, category, said in reviewed[["issue_id", "statement", "category", "themes"]].itertuples(
        index=False
    ):
        heading = category if isinstance(category, str) else ""
        if (statement, heading) not in known:
            known.add((statement, heading))
            rows.append(Labelled(issue, statement, heading, tuple(said), (), (), "review"))
    return tuple(rows)


def hash_labels(rows: Sequence[Labelled]) -> str:
    """Hash what is learnt from: equal hashes, equal training data."""
    lines = (f"{row.text}\t{'|'.join(row.themes)}\t{row.weight}" for row in rows)
    return sha256("\n".join(sorted(lines)).encode()).hexdigest()


def primary(rows: Sequence[Labelled]) -> npt.NDArray[np.int64]:
    """Give the primary theme of each statement."""
    column = {theme: n for n, theme in enumerate(themes())}
    return np.array([column[row.themes[0]] for row in rows])


def applies(rows: Sequence[Labelled]) -> npt.NDArray[np.bool_]:
    """Say which themes each statement has: statements × themes."""
    return np.array([[theme in row.themes for theme in themes()] for row in rows])


def _read_row(where: str, row: Mapping[str | None, str | None]) -> Labelled:
    if None in row or None in row.values():
        raise LabelError(f"{where}：列数与表头不同；含英文逗号的值请加英文引号")
    cells = {name: cell or "" for name, cell in row.items() if name is not None}
    statement = cells["statement"]
    if not statement.strip():
        raise LabelError(f"{where}：statement 为空；请补上或删去这一行")
    said = {column: tuple(filter(None, cells[column].split("|"))) for column in ("themes", "first", "second")}
    if not said["themes"]:
        raise LabelError(f"{where}：“{statement}”没有标注主题；请在 themes 列填上，主要主题在前，用 | 分开")
    for column, names in said.items():
        if unknown := [name for name in names if name not in themes()]:
            raise LabelError(f"{where}：{column} 列的“{'、'.join(unknown)}”不是主题；主题有 {'、'.join(themes())}")
        if len(set(names)) < len(names):
            raise LabelError(f"{where}：{column} 列的“{cells[column]}”有重复的主题；请删去重复的")
    return Labelled(
        cells["id"], statement, cells["category"], said["themes"], said["first"], said["second"], cells["hand"]
    )


def _check_contradictions(path: Path, rows: Mapping[int, Labelled]) -> None:
    seen: dict[tuple[str, str], int] = {}
    for line, row in rows.items():
        other = seen.setdefault((row.statement, row.category), line)
        if other != line:
            fault = "标注相互矛盾" if rows[other].themes != row.themes else "重复"
            raise LabelError(f"{path} 第 {other} 行和第 {line} 行：同一句“{row.statement}”{fault}；请只留一行")


def _check_sizes(path: Path, rows: Mapping[int, Labelled]) -> None:
    for theme in themes():
        count = sum(row.themes[0] == theme for row in rows.values())
        if count < LEAST:
            raise LabelError(f"{path}：以“{theme}”为主要主题的语句只有 {count} 条，每个主题至少要 {LEAST} 条；请补上")
