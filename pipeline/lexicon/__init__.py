"""Vocabulary as data: the words of the domain live in the files of this folder, never in code."""

import csv
from functools import cache
from pathlib import Path

from pipeline.errors import VocabularyError

FOLDER = Path(__file__).parent


@cache
def read_table(name: str, columns: tuple[str, ...]) -> tuple[dict[str, str], ...]:
    """The rows of `<name>.csv`, each a dict of its columns.

    Raises VocabularyError naming file, row and value where the header is another or a value has blank edges.

    >>> read_table("status_words", ("status", "pattern", "example"))[0]["status"]
    'not_started'
    """
    path = FOLDER / f"{name}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        if tuple(reader.fieldnames or ()) != columns:
            raise VocabularyError(f"{path.name}: columns are {reader.fieldnames}, expected {list(columns)}")
        rows = tuple(reader)
    for number, row in enumerate(rows, start=2):
        for column, value in row.items():
            if column is None or value is None or value != value.strip():
                raise VocabularyError(
                    f"{path.name}, row {number}: {column} is {value!r}: missing, one too many, or with blank edges"
                )
    return rows


@cache
def read_lines(name: str) -> tuple[str, ...]:
    """The lines of `<name>.txt` without blank ones and # comments."""
    lines = (FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return tuple(line for line in lines if line.strip() and not line.startswith("#"))
