"""The truth of the sample corpus, for tests: what was planted in data/raw and how a reader reads it (data/truth/README.md)."""

import json
from pathlib import Path

import pandas as pd

ROOT = Path(__file__).parents[1]
RAW, TRUTH = ROOT / "data" / "raw", ROOT / "data" / "truth"
NUMBERS = {"ordinal": "Int64", "year": "Int64", "declared": "Float64", "counted": "Float64"}  # all else is text


def truth(name):
    """One table of data/truth: register, chains, common, copied, commitments, discrepancies, duplicates, beyond_story."""
    table = pd.read_csv(TRUTH / f"{name}.csv", dtype=str, keep_default_na=False)
    return table.assign(
        **{
            column: pd.to_numeric(table[column]).astype(kind)
            for column, kind in NUMBERS.items()
            if column in table.columns
        }
    )


def expected(file):
    """The reading of a bulletin, named without its ending."""
    return json.loads((TRUTH / "bulletins" / f"{file}.json").read_text(encoding="utf-8"))


def path_of(file):
    """The bulletin in data/raw, in whatever form."""
    return RAW / expected(file)["source"]


def text_of(file):
    """The bulletin as text: itself, or the twin of one in another form."""
    path = path_of(file)
    return path if path.suffix in {".txt", ".md"} else TRUTH / "texts" / f"{file}.txt"
