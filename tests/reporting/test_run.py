"""The runner: refuses early, keeps the evidence, says what it made the page from."""

import hashlib
import json
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from offline import Page

from pipeline.errors import LedgerError, ReportError
from pipeline.reporting.run import find, report

PARAMETERS = 'ledger: str = ""  # folder\nfigures: str = ""  # folder\nyears: list[int] = []  # which'


@pytest.fixture
def folder(tmp_path):
    """A folder for notebooks, with a brace and a blank in its name."""
    made = tmp_path / "note {books}"
    made.mkdir()
    return made


def notebook(folder: Path, name: str, *sources: str) -> Path:
    cells = [
        new_markdown_cell(f"# {name}"),
        new_code_cell(PARAMETERS, metadata={"tags": ["parameters"]}),
        *(new_code_cell(source) for source in sources),
    ]
    kernel = {"kernelspec": {"name": "python3", "language": "python", "display_name": "Python 3"}}
    path = folder / f"{name}.ipynb"
    nbformat.write(new_notebook(cells=cells, metadata=kernel), path)
    return path


def test_a_run_leaves_notebook_page_and_record(folder, tmp_path, one_bulletin, monkeypatch, capfd):
    monkeypatch.chdir(tmp_path)
    notebook(folder, "works", "import os\nprint(ledger, years, os.getcwd())")
    pages = report(one_bulletin, Path("out {1}"), ["works"], {"years": 2025}, folder=folder, figures=Path("pictures"))
    made = tmp_path / "out {1}" / "works"
    assert pages == [made / "works.html"]
    assert sorted(path.name for path in made.iterdir()) == ["run.json", "works.html", "works.ipynb"]
    # absolute before it goes in; the kernel works in the folder of its output
    assert f"{one_bulletin} [2025] {made}" in Page(pages[0].read_text("utf-8")).text
    record = json.loads((made / "run.json").read_text("utf-8"))
    assert record["status"] == "done"
    assert record["error"] is None
    assert record["parameters"] == {
        "ledger": str(one_bulletin), "figures": str(tmp_path / "pictures"), "years": [2025],
    }  # fmt: skip
    assert record["rows"]["issues"] == 3
    source = folder / "works.ipynb"
    assert record["notebook"] == {"path": str(source), "sha256": hashlib.sha256(source.read_bytes()).hexdigest()}
    for name, digest in record["ledger"]["files"].items():
        assert hashlib.sha256((one_bulletin / name).read_bytes()).hexdigest() == digest
    assert {"ledger.json", "issues.parquet", "bulletins.parquet"} <= record["ledger"]["files"].keys()
    assert record["versions"]["papermill"]
    assert record["seconds"] > 0
    assert capfd.readouterr().err == ""  # neither kernel nor library talks


def test_a_failure_keeps_the_notebook_and_the_others_run(folder, tmp_path, one_bulletin):
    broken = notebook(folder, "broken", "1 + 1", "raise ValueError('first line\\nlast line')", "2 + 2")
    fine = notebook(folder, "fine", "1 + 1")
    (tmp_path / "out" / "broken").mkdir(parents=True)
    (tmp_path / "out" / "broken" / "broken.html").write_text("of an earlier run")
    with pytest.raises(ReportError, match=r"^broken：第 4 个代码格.*出错，ValueError: last line；.*broken\.ipynb$"):
        report(one_bulletin, tmp_path / "out", [broken, fine], folder=folder, figures=tmp_path / "f")
    kept = nbformat.read(tmp_path / "out" / "broken" / "broken.ipynb", as_version=4)
    outputs = [output for cell in kept.cells for output in cell.get("outputs", [])]
    assert [output.output_type for output in outputs] == ["execute_result", "error"]
    record = json.loads((tmp_path / "out" / "broken" / "run.json").read_text("utf-8"))
    assert record["status"] == "failed"
    assert "ValueError: last line" in record["error"]
    assert not (tmp_path / "out" / "broken" / "broken.html").exists()
    assert (tmp_path / "out" / "fine" / "fine.html").exists()


def test_a_kernel_that_dies_is_a_failure(folder, tmp_path, one_bulletin):
    notebook(folder, "dies", "import os\nos._exit(1)")
    with pytest.raises(ReportError, match="dies：内核没有完成"):
        report(one_bulletin, tmp_path / "out", ["dies"], folder=folder, figures=tmp_path / "f")
    assert (tmp_path / "out" / "dies" / "dies.ipynb").exists()


@pytest.mark.parametrize(
    ("names", "parameters", "said"),
    [
        (["works"], {"year": 2025}, "works.ipynb 没有参数 year；可用的有：ledger、figures、years"),
        (["works"], {"years": "去年"}, r"参数 years 应是 list\[int\]"),
        (["works"], {"ledger": "x"}, "参数 ledger 由程序填写"),
        (["wroks"], {}, "没有笔记本 wroks；.*里有：works"),
        (["missing/works.ipynb"], {}, "没有笔记本 missing"),
    ],
)
def test_what_is_wrong_is_refused_before_anything_runs(folder, one_bulletin, names, parameters, said):
    notebook(folder, "works", "1")
    out = folder / "out"
    with pytest.raises(ReportError, match=said):
        report(one_bulletin, out, names, parameters, folder=folder)
    assert not out.exists()


def test_no_ledger_is_said_before_anything_runs(folder, tmp_path):
    notebook(folder, "works", "1")
    with pytest.raises(LedgerError, match="不是台账"):
        report(tmp_path, tmp_path / "out", ["works"], folder=folder)
    assert not (tmp_path / "out").exists()


def test_a_notebook_is_not_run_over_itself(folder, tmp_path, one_bulletin):
    there = tmp_path / "out" / "works"
    there.mkdir(parents=True)
    path = notebook(there, "works", "1")
    before = path.read_bytes()
    with pytest.raises(ReportError, match="会覆盖它"):
        report(one_bulletin, tmp_path / "out", [path], folder=folder, figures=tmp_path / "f")
    assert path.read_bytes() == before


def test_notebooks_are_found_by_name_by_file_name_by_path_or_all(folder):
    one, two = notebook(folder, "01_one"), notebook(folder, "02_two")
    assert find(["02_two", "01_one.ipynb", one], folder) == [two, one, one]
    assert find([], folder) == [one, two]


def test_an_empty_folder_is_said_to_be(tmp_path):
    with pytest.raises(ReportError, match="里没有笔记本"):
        find([], tmp_path)
