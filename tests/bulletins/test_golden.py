"""Every golden bulletin is read as its reader read it; what is not yet read right is listed, and nothing else may be wrong."""

import json
import re
import unicodedata
from pathlib import Path

import pytest

from pipeline.bulletins import parse
from pipeline.ledger.contract import DECLARED, FACTS, parts, value
from pipeline.sources import read

FOLDER = Path(__file__).parent.parent / "golden"
FILES = sorted(FOLDER.glob("*.txt"))

# (file, item or bulletin, key): read otherwise than by the reader. Remove an entry when it is mended; the test says so.
KNOWN = json.loads(Path(__file__).with_name("known_differences.json").read_text(encoding="utf-8"))


def plain(text):
    """Text folded for comparing: width, blanks and punctuation do not count."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", str(text)))


def same(want, got):
    if isinstance(want, str) and isinstance(got, str):
        return plain(want) == plain(got)
    return want == got


def differences(path, gold):
    """The keys under which the parser and the reader differ."""
    bulletin = parse(read(path).text)
    wanted = gold["bulletin"]
    found = [f"bulletin {key}" for key in FACTS if not same(wanted[key], value(bulletin.facts.get(key)))]
    found += [
        f"bulletin declared.{key}"
        for key in DECLARED
        if not same(wanted["declared"][key], value(bulletin.declared.get(key)))
    ]
    if len(gold["items"]) != len(bulletin.items):
        return [*found, f"bulletin items: {len(gold['items'])} wanted, {len(bulletin.items)} found"]
    for want, item in zip(gold["items"], bulletin.items, strict=True):
        got = {
            **{
                key: getattr(item, key)
                for key in ("n", "kind", "aspect", "category", "unit", "statement", "status", "status_from")
            },
            "deadline": item.deadline,
            "responsible": item.responsible,
            "measures": len(item.measures),
            "parts": sorted(parts(item)),
        }
        for key, mine in got.items():
            theirs = sorted(want["parts"]) if key == "parts" else want.get(key)
            if key in want and not same(theirs, mine):
                found.append(f"{want['statement'][:12]} {key}")
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_is_read_as_by_its_reader(path):
    gold = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    assert differences(path, gold) == KNOWN.get(path.stem, [])


def test_every_layout_has_three():
    for layout in range(1, 9):
        assert len([path for path in FILES if path.stem.startswith(f"layout{layout}_")]) >= 3


def test_every_known_difference_is_of_a_file():
    assert set(KNOWN) <= {path.stem for path in FILES}
