"""The notebooks: thin and clean as kept, and what they show over a small, a one-bulletin and an empty ledger."""

import ast
import json
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbstripout import strip_output

from pipeline.errors import ReportError
from pipeline.flow import report
from pipeline.paths import ROOT
from pipeline.reporting.parameters import declared

sys.path.append(str(Path(__file__).parent.parent / "reporting"))
from offline import Page  # one reader of pages for both folders

NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))
FIGURES = {
    "completion_by_theme", "completion_by_unit", "completion_by_year", "declared_and_listed", "files_read",
    "status_by_unit",
}  # fmt: skip

each = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def cells(path, kind):
    return [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == kind]


def code_of(path):
    return [ast.parse(cell.source).body for cell in cells(path, "code")]


def test_the_two_are_there():
    assert [path.stem for path in NOTEBOOKS] == ["01_ledger", "02_completion"]


# As kept


@each
def test_valid_and_without_output(path):
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    assert all(not cell.outputs and cell.execution_count is None for cell in notebook.cells if cell.cell_type == "code")
    stripped = strip_output(nbformat.read(path, as_version=4), keep_output=False, keep_count=False, keep_id=False)
    assert stripped == notebook  # the hook of a clone changes nothing, tag and kernel stay


@each
def test_any_machine_has_its_kernel(path):
    metadata = nbformat.read(path, as_version=4).metadata
    assert metadata.kernelspec == {"display_name": "Python 3", "language": "python", "name": "python3"}
    assert metadata.language_info.name == "python"


@each
def test_one_parameters_cell_typed_and_commented(path):
    tagged = [cell for cell in cells(path, "code") if "parameters" in cell.metadata.get("tags", [])]
    assert tagged == [cells(path, "code")[0]]
    lines = tagged[0].source.splitlines()
    parameters = declared(path)
    assert list(parameters) == ["ledger", "figures", "units", "years"]
    assert len(lines) == len(parameters)  # none that papermill cannot read
    assert all(parameter.help for parameter in parameters.values())


@each
def test_title_and_question_first_then_prose_and_one_call_a_cell(path):
    notebook = nbformat.read(path, as_version=4)
    title, _, question = notebook.cells[0].source.partition("\n")
    assert title.startswith("# ")
    assert "？" in question
    _, imports, derived, *calls = code_of(path)
    assert all(isinstance(line, ast.ImportFrom) for line in imports)
    assert all(isinstance(line, (ast.Assign, ast.Expr)) for line in derived)
    assert all(len(body) == 1 and isinstance(body[0], ast.Expr) for body in calls)
    assert all(re.search("[\u4e00-\u9fff]", cell.source) for cell in cells(path, "markdown"))


@each
def test_every_import_is_used(path):
    _, imports, *_ = code_of(path)
    names = {alias.asname or alias.name for line in imports for alias in line.names}
    used = {node.id for body in code_of(path) for line in body for node in ast.walk(line) if isinstance(node, ast.Name)}
    assert names <= used


# Run


@pytest.fixture(scope="module")
def run(small_ledger, one_bulletin, empty_ledger, tmp_path_factory):
    """All notebooks over each of the ledgers: folder of the run by the ledger's name."""
    out = tmp_path_factory.mktemp("run")
    for name, ledger in (("small", small_ledger), ("one", one_bulletin), ("empty", empty_ledger)):
        report(ledger, out / name, NOTEBOOKS, figures=out / name / "figures")
    return out


def page(run, ledger, name):
    return Page((run / ledger / name / f"{name}.html").read_text("utf-8"))


@each
@pytest.mark.parametrize("ledger", ["small", "one", "empty"])
def test_page_is_whole_in_itself(run, ledger, path):
    shown = page(run, ledger, path.stem)
    assert shown.addresses == []
    assert "script" not in shown.tags
    assert all(source.startswith("data:image/png;base64,") and alt for source, alt in shown.images)


@each
@pytest.mark.parametrize("ledger", ["small", "one", "empty"])
def test_no_chatter(run, ledger, path):
    executed = nbformat.read(run / ledger / path.stem / path.name, as_version=4)
    outputs = [output for cell in executed.cells for output in cell.get("outputs", [])]
    assert {output.output_type for output in outputs} == {"execute_result"}


def test_figures_are_there_in_three_forms(run):
    made = {path.name for path in (run / "small" / "figures").iterdir()}
    assert made == {f"{name}.{ending}" for name in FIGURES for ending in ("png", "svg", "csv")}
    assert len(page(run, "small", "01_ledger").images) == 2
    assert len(page(run, "small", "02_completion").images) == 4


def test_ledger_page_says_what_was_read_and_what_contradicts_itself(run):
    text = page(run, "small", "01_ledger").text
    assert "找到 9 个文件：已读取 6 个" in text
    assert "没有整改条目；请核对是不是通报" in text
    assert "可以核对 7 处：6 处一致，1 处不一致" in text
    assert "2021年3月1日反馈的问题60个，已完成53个。" in text
    assert "序号从3跳到5" in text


def test_completion_page_answers_in_words_with_numbers_and_intervals(run):
    text = page(run, "small", "02_completion").text
    assert text.count("【单位自报】") == 4
    assert "自报完成率 79%（103/130，95%区间 71%–85%）" in text
    assert "雷锋纪念馆：84%（16/19，95%区间 62%–94%）" in text
    assert "2019：" in text
    assert "财务：" in text


def test_one_bulletin_says_what_cannot_be_compared(run):
    text = page(run, "one", "02_completion").text
    assert "自报完成率 67%（2/3，95%区间 21%–94%）" in text
    assert "只有一个单位有完成率，无从比较" in text
    assert "没有不一致或存疑之处" in page(run, "one", "01_ledger").text


def test_empty_ledger_says_what_it_cannot_show(run):
    assert not (run / "empty" / "figures").exists()
    assert "台账里没有一份整改通报" in page(run, "empty", "01_ledger").text
    text = page(run, "empty", "02_completion").text
    assert "自报完成率无法计算（没有条目）" in text
    assert "没有单位可以比较" in text


def test_parameters_narrow_the_report_and_are_said_on_the_page(small_ledger, tmp_path):
    given = {"units": "雷锋纪念馆", "years": "2025"}
    (html,) = report(small_ledger, tmp_path / "out", [NOTEBOOKS[1]], given, figures=tmp_path / "f")
    text = Page(html.read_text("utf-8")).text
    assert "1 份通报列出问题 19 条" in text
    assert "宽河区文联" not in text
    assert "units = ['雷锋纪念馆']，years = [2025]" in text


def test_a_misspelt_unit_is_named_with_the_choices(small_ledger, tmp_path):
    with pytest.raises(ReportError, match=r"01_ledger：.*没有这些单位：雷峰纪念馆；有的是：.*雷锋纪念馆"):
        report(small_ledger, tmp_path / "out", [NOTEBOOKS[0]], {"units": ["雷峰纪念馆"]}, figures=tmp_path / "f")
    record = json.loads((tmp_path / "out" / "01_ledger" / "run.json").read_text("utf-8"))
    assert record["status"] == "failed"


def test_plain_papermill_works_from_anywhere(small_ledger, tmp_path):
    out, figures = tmp_path / "out.ipynb", tmp_path / "f"
    command = [
        sys.executable, "-m", "papermill", NOTEBOOKS[1], out, "--no-progress-bar",
        "-p", "ledger", small_ledger, "-p", "figures", figures, "-p", "years", "2025",
    ]  # fmt: skip
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    assert (figures / "completion_by_unit.png").exists()
    assert "2 份通报列出问题 39 条" in out.read_text("utf-8")


def test_paths_given_relative_start_at_the_root():
    for path in NOTEBOOKS:
        assert declared(path)["ledger"].default == '"data/processed"'
        assert "ROOT / ledger" in cells(path, "code")[2].source
    assert (ROOT / "data").is_dir()
