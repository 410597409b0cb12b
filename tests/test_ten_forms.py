"""A bulletin is read the same from ten forms, made here by real programs; what is not is listed, and nothing else may differ.

`python benchmarks/ten_forms.py --section samples` writes the list anew.
"""

import json
import sys
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from truth import ROOT, text_of

sys.path.insert(0, str(ROOT / "benchmarks"))
import form_makers
from form_makers import FORMS, SCAN_150, SCANS, SUFFIX, TABLES, bulletin_of, make, missing, tabled
from readings import differences, reading, wrong_characters
from ten_forms import KNOWN, read_bytes

from pipeline.sources import read

# Layouts 1, 7, 8, a table, and one saved with what its page has around the text.
SAMPLES = (
    "yunqi-library-2019", "wangchuan-transport-2018", "linting-digest-2017", "wangchuan-school-2024", "yunqi-education-2024",
)  # fmt: skip
SHARED = ROOT.parent / "shared" / "bulletins"
REAL = ("anshan-wenlv", "fushun-leifeng", "kuancheng-wenlian")
NAMES = (*SAMPLES, *REAL)


def path_of_text(name):
    return SHARED / f"{name}.txt" if name in REAL else text_of(name)


@cache
def bulletin(name):
    return bulletin_of(name, read(path_of_text(name)).text)


@cache
def made(form):
    """The form of all bulletins that are here, by name: each program is started once."""
    twins = [bulletin(name) for name in NAMES if path_of_text(name).exists()]
    twins = [tabled(twin) for twin in twins] if form in TABLES else twins
    return {twin.name: (twin, data) for twin, data in zip(twins, make(form, twins), strict=True)}


def known():
    return json.loads(KNOWN.read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("form", [form for form in FORMS if form not in SCANS])
def test_is_read_as_its_text(form, name):
    if not path_of_text(name).exists():
        pytest.skip("the real bulletins are not here")
    if missing(form):
        pytest.skip(missing(form))
    twin, data = made(form)[name]
    wanted = reading(read_bytes(form_makers.text_of(twin).encode(), ".txt"))
    assert wanted.items
    got = reading(read_bytes(data, SUFFIX[form]))
    assert differences(wanted, got) == known().get(form, {}).get(name, [])


@pytest.mark.parametrize("name", SAMPLES)
def test_a_table_made_of_the_items_keeps_them(name):
    """Otherwise the table forms would be compared with an empty table."""
    text = read(text_of(name)).text
    one, two = reading(text), reading(form_makers.text_of(tabled(bulletin(name))))
    for key in ("n", "statement", "status"):
        assert [item[key] for item in one.items] == [item[key] for item in two.items]
    assert [len(item["measures"]) for item in one.items] == [len(item["measures"]) for item in two.items]


def test_a_page_of_a_scan_is_read_letter_for_letter_but_for_few(tmp_path):
    if missing(SCAN_150):
        pytest.skip(missing(SCAN_150))
    whole = bulletin("yunqi-library-2019")
    page = replace(whole, before=whole.before[:4], signature=[])
    (data,) = make(SCAN_150, [page])
    (tmp_path / "scan.pdf").write_bytes(data)
    source = read(tmp_path / "scan.pdf")
    assert source.recognition.pages == 1
    wrong, of = wrong_characters(form_makers.text_of(page), source.text)
    assert of > 300
    assert wrong / of < 0.02
    wanted, got = (reading(text).facts for text in (form_makers.text_of(page), source.text))
    assert {key: got[key] for key in ("title", "unit", "feedback_date")} == {
        key: wanted[key] for key in ("title", "unit", "feedback_date")
    }


def test_every_known_difference_is_of_a_form_and_a_bulletin():
    assert set(known()) <= set(FORMS)
    samples = {
        path.stem for path in [*(ROOT / "data" / "raw").iterdir(), *Path(ROOT / "data" / "truth" / "texts").iterdir()]
    }
    assert {name for of in known().values() for name in of} <= samples | set(REAL)
