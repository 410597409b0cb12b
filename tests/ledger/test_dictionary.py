"""docs/data-dictionary.md is what the schema says."""

from pathlib import Path

from pipeline.ledger.dictionary import describe
from pipeline.ledger.schema import TABLES

FILE = Path(__file__).parents[2] / "docs" / "data-dictionary.md"


def test_the_dictionary_is_current():
    assert FILE.read_text("utf-8") == describe(), "run: python -m pipeline.ledger.dictionary > docs/data-dictionary.md"


def test_every_column_and_value_is_in_it():
    text = describe()
    for table in TABLES.values():
        assert f"## {table.name} {table.label}" in text
        for column in table.columns:
            assert f"| `{column.name}` | {column.label} |" in text
            assert all(f"`{value}`" in text for value in column.values)
