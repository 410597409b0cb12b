"""Every bulletin of the sample corpus is read as by its reader; what is not yet read right is listed, and nothing else may be wrong.

One in another form is read from its twin. `PYTHONPATH=tests python tests/bulletins/test_corpus.py` writes the list anew.
"""

import json
from pathlib import Path

import pytest
from test_golden import differences
from truth import expected, text_of, truth

FILES = list(truth("register")["file"])
LIST = Path(__file__).with_name("known_corpus_differences.json")


def known():
    return json.loads(LIST.read_text(encoding="utf-8"))


def write_known():
    found = {file: differences(text_of(file), expected(file)) for file in sorted(FILES)}
    content = json.dumps({file: keys for file, keys in found.items() if keys}, ensure_ascii=False, indent=2)
    LIST.write_text(content + "\n", encoding="utf-8")


@pytest.mark.parametrize("file", FILES)
def test_is_read_as_by_its_reader(file):
    assert differences(text_of(file), expected(file)) == known().get(file, [])


def test_every_known_difference_is_of_a_file():
    assert set(known()) <= set(FILES)


if __name__ == "__main__":
    write_known()
