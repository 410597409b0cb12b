"""What the READMEs show is what a run makes."""

import sys
from pathlib import Path

import pytest

from pipeline.flow import build
from pipeline.ledger.store import open_ledger

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "benchmarks"))
import readme  # noqa: E402


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    out = tmp_path_factory.mktemp("ledger")
    build(ROOT / "data" / "raw", out)
    return readme.table(open_ledger(out))


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_the_table_is_the_one_that_a_run_makes(name, table):
    text = (ROOT / name).read_text(encoding="utf-8")
    assert readme.with_table(text, table) == text


def test_every_file_that_the_readmes_name_is_there():
    for name in ("README.md", "README.zh-CN.md"):
        text = (ROOT / name).read_text(encoding="utf-8")
        for link in [part.split(")")[0] for part in text.split("](")[1:]]:
            assert (ROOT / link).exists(), link
