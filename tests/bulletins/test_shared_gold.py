"""The three real bulletins, which are not ours to ship: read from beside the checkout where they are there."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.bulletins import parse
from pipeline.ledger.reconcile import reconcile
from pipeline.sources import read

SHARED = Path(__file__).parents[2].parent / "shared"

pytestmark = pytest.mark.skipif(
    not (SHARED / "gold").is_dir(), reason="the real bulletins are not beside this checkout (../shared)"
)


def test_scores_reach_the_marks(tmp_path):
    files = sorted((SHARED / "bulletins").glob("*.txt"))
    parsed = tmp_path / "parsed.jsonl"
    with parsed.open("w", encoding="utf-8") as out:
        subprocess.run(
            [sys.executable, "-m", "pipeline.cli", "parse", "--json", *map(str, files)], stdout=out, check=True
        )
    marks = [
        "facts=1.0",
        "items_f1=1.0",
        "statement=0.99",
        "kind=1.0",
        "status=1.0",
        "status_from=1.0",
        "measures=0.98",
        "parts_f1=0.95",
    ]
    scored = subprocess.run(
        [sys.executable, str(SHARED / "tools" / "score.py"), str(SHARED / "gold"), str(parsed), *(f"--min={mark}" for mark in marks)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert scored.returncode == 0, scored.stdout


def comparisons(name):
    return list(reconcile(parse(read(SHARED / "bulletins" / f"{name}.txt").text)))


def told(found):
    return {(row.code, row.declared, row.listed, row.verdict) for row in found}


def test_known_contradictions_of_anshan_are_found():
    wanted = {("done", 53, 50, "differs"), ("done_ongoing", 15, 12, "differs"), ("in_progress", 7, 10, "differs")}
    assert wanted <= told(comparisons("anshan-wenlv"))


def test_known_contradictions_of_fushun_are_found():
    found = comparisons("fushun-leifeng")
    assert {("measures", 37, 31, "differs"), ("measures_with_suggestions", 37, 39, "differs")} <= told(found)
    contradicted = [row for row in found if row.code == "unfinished_but_done"]
    assert len(contradicted) == 1
    assert contradicted[0].listed_span is not None


@pytest.mark.parametrize("name", ["anshan-wenlv", "fushun-leifeng"])
def test_contradictions_carry_both_spans(name):
    differing = [
        row for row in comparisons(name) if row.verdict == "differs" and None not in (row.declared, row.listed)
    ]
    assert differing
    assert all(row.declared_span and row.listed_span for row in differing)


def test_aspects_and_categories_are_those_of_the_gold():
    for path in sorted((SHARED / "gold").glob("*.json")):
        gold = json.loads(path.read_text(encoding="utf-8"))
        items = parse(read(SHARED / "bulletins" / f"{path.stem}.txt").text).items
        for want, item in zip(gold["items"], items, strict=True):
            for key in ("aspect", "category", "n"):
                assert (want[key] or "").replace(",", "，") == (getattr(item, key) or ""), (path.stem, want["n"], key)
