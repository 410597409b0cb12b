"""The notebooks: thin and clean as kept, and what they show over the sample corpus, small ledgers and none.

The runner takes them over the sample corpus, plain papermill over one bulletin; over the other ledgers their cells are
run in this process, which is ten times as fast. 03 and 05 have tests of their own, where they are run over more.
"""

import ast
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pandas as pd
import pytest
from nbstripout import strip_output

from pipeline import open_ledger
from pipeline.errors import ReportError
from pipeline.flow import report
from pipeline.paths import ROOT
from pipeline.reporting import style
from pipeline.reporting.display import Html
from pipeline.reporting.parameters import declared

sys.path.append(str(Path(__file__).parent.parent / "reporting"))
from offline import Page  # one reader of pages for both folders

NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))
PARAMETERS = ["ledger", "figures", "units", "years", "regions", "themes", "as_of", "language"]
FIGURES = {
    "00_start": {"start_completion"},
    "01_ledger": {"declared_and_listed", "files_read"},
    "02_completion": {
        "completion_by_region", "completion_by_round", "completion_by_theme", "completion_by_time", "completion_by_unit",
        "completion_by_year", "completion_by_year_alike", "declared_completion", "status_by_unit",
    },
    "04_units": {"unit_funnel", "unit_round_themes", "unit_rounds", "unit_themes"},
    "06_commitments_substance": {"evidence_by_theme", "evidence_by_unit", "promises", "repeated_by_unit"},
}  # fmt: skip
SAID = {  # of one bulletin
    "00_start": "自报完成率 67%（2/3，95%区间 21%–94%）",
    "01_ledger": "没有不一致或存疑之处",
    "02_completion": "自报完成率 67%（2/3，95%区间 21%–94%）",
    "04_units": "只有一个单位，它就是合计，无从比较",
    "06_commitments_substance": "条目里没有写明期限的承诺",
}
OURS = [path for path in NOTEBOOKS if path.stem in FIGURES]

each = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def cells(path, kind):
    return [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == kind]


def code_of(path):
    return [ast.parse(cell.source).body for cell in cells(path, "code")]


def test_all_are_there():
    assert [path.stem for path in NOTEBOOKS] == sorted([*FIGURES, "03_themes", "05_recurrence"])


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
    parameters = declared(path)
    assert list(parameters)[: len(PARAMETERS)] == PARAMETERS
    assert len(ast.parse(tagged[0].source).body) == len(parameters)  # none that papermill cannot read
    assert all(parameters[name].help for name in PARAMETERS)


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


def cells_of(path, **given):
    """Run the cells of a notebook in this process with these parameters; what each showed."""
    names: dict = {}
    shown = []
    for place, cell in enumerate(cells(path, "code")):
        body = ast.parse(cell.source).body
        last = body.pop() if place > 2 and isinstance(body[-1], ast.Expr) else None
        exec(compile(ast.Module(body, []), path.name, "exec"), names)  # noqa: S102  # our own notebooks
        if last is not None:
            shown.append(eval(compile(ast.Expression(last.value), path.name, "eval"), names))  # noqa: S307
        if place == 0:
            assert given.keys() <= names.keys()
            names |= given
    return shown


def page_of(path, ledger, figures, **given):
    """What is read on the page of such a run, and the names of its figures."""
    shown = cells_of(path, ledger=str(ledger), figures=str(figures), **given)
    text = Page("".join(each.html for each in shown if isinstance(each, Html))).text
    return text, {each.stem for each in Path(figures).glob("*.png")}


@pytest.fixture
def _no_pixels(monkeypatch):
    """Figures are drawn and measured but not turned into pictures, which takes most of the time."""
    monkeypatch.setattr("pipeline.reporting.figures._render", lambda *_: b"")


unseen = pytest.mark.usefixtures("_no_pixels")


@pytest.fixture(scope="module")
def run(sample_ledger, tmp_path_factory):
    """The reports over the sample corpus, by the runner: their folder."""
    out = tmp_path_factory.mktemp("run")
    report(sample_ledger, out, OURS, {"as_of": "2026-06-30"}, figures=out / "figures")
    return out


@pytest.fixture(scope="module")
def small(small_ledger, tmp_path_factory):
    """Pages over the small ledger, by the name of the notebook."""
    out = tmp_path_factory.mktemp("small")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("pipeline.reporting.figures._render", lambda *_: b"")
        return {path.stem: page_of(path, small_ledger, out / path.stem) for path in OURS}


def page(run, name):
    return Page((run / name / f"{name}.html").read_text("utf-8"))


ours = pytest.mark.parametrize("path", OURS, ids=lambda path: path.stem)


@ours
def test_page_is_whole_in_itself(run, path):
    shown = page(run, path.stem)
    assert shown.addresses == []
    assert "script" not in shown.tags
    assert len(shown.images) == len(FIGURES[path.stem])
    assert all(source.startswith("data:image/png;base64,") and alt for source, alt in shown.images)


@ours
def test_no_chatter(run, path):
    executed = nbformat.read(run / path.stem / path.name, as_version=4)
    outputs = [output for cell in executed.cells for output in cell.get("outputs", [])]
    assert {output.output_type for output in outputs} == {"execute_result"}


def test_figures_are_there_in_three_forms(run):
    made = {path.name for path in (run / "figures").iterdir()}
    names = set().union(*FIGURES.values())
    assert made == {f"{name}.{ending}" for name in names for ending in ("png", "svg", "csv")}


def test_sample_completion_shows_denominators_and_both_versions(run):
    text = page(run, "02_completion").text
    assert text.count("未说明") > 8  # a column of each table
    assert "按通报整份抽样，合计完成率的 95% 区间是" in text
    assert "as_of = 2026-06-30" in text
    assert "份通报中 12 份所称的完成率与逐条统计不同" in text or "份所称高于逐条" in text
    assert "时间相近" in text
    for name in FIGURES["02_completion"] - {"status_by_unit", "declared_completion"}:
        table = pd.read_csv(run / "figures" / f"{name}.csv")
        assert (table["说明状态"] + table["未说明"] == table["列出条目"]).all(), name


def test_sample_commitments_are_told_as_of_the_day_with_their_sentence(run):
    promised = pd.read_csv(run / "figures" / "promises.csv", parse_dates=["到期日"])
    overdue = promised[promised["承诺状态"] == "到期，未见完成"]
    assert (overdue["到期日"] < "2026-06-30").all()
    text = "".join(page(run, "06_commitments_substance").text.split())
    assert f"到期而通报里未见完成的{len(overdue)}处" in text
    assert "".join(overdue["承诺原文"].iloc[0].split()) in text
    assert "逐字相同" in text
    assert "《" in text


def test_every_contradiction_of_the_sample_is_on_the_page_with_its_words(run, sample_ledger):
    rows = open_ledger(sample_ledger).discrepancies.query("verdict in ['differs', 'uncertain']")
    html = (run / "01_ledger" / "01_ledger.html").read_text("utf-8")
    assert len(rows) > 30
    assert all(f"<code>{identity}</code>" in html for identity in rows["discrepancy_id"])


def test_ledger_page_says_what_was_read_and_what_contradicts_itself(small):
    text, _ = small["01_ledger"]
    assert "找到 9 个文件：已读取 6 个" in text
    assert "没有整改条目；请核对是不是通报" in text
    assert "可以核对 7 处：6 处一致，1 处不一致" in text
    assert "2021年3月1日反馈的问题60个，已完成53个。" in text
    assert "序号从3跳到5" in text


def test_completion_page_answers_in_words_with_numbers_and_intervals(small):
    text, figures = small["02_completion"]
    assert "自报完成率 79%（103/130，95%区间 71%–85%）" in text
    assert "雷锋纪念馆：84%（16/19，95%区间 62%–94%）" in text
    assert "2019：" in text
    assert "财务：" in text
    assert figures >= {"completion_by_unit", "completion_by_theme", "completion_by_year", "declared_completion"}


def test_names_that_are_hostile_stay_names(small):
    assert all("<script>alert(1)</script>" in small[name][0] for name in ("02_completion", "04_units"))


@unseen
@ours
def test_empty_ledger_says_what_it_cannot_show(empty_ledger, tmp_path, path):
    text, figures = page_of(path, empty_ledger, tmp_path / "f")
    assert figures == set()
    said = {
        "00_start": "台账里没有条目。先运行 zhenggai build data/raw",
        "01_ledger": "台账里没有一份整改通报",
        "02_completion": "自报完成率无法计算（没有条目）",
        "04_units": "没有说明了整改状态的单位，无从比较",
        "06_commitments_substance": "条目里没有写明期限的承诺",
    }
    assert said[path.stem] in text


@unseen
@ours
def test_one_bulletin_says_what_cannot_be_compared(one_bulletin, tmp_path, path):
    text, figures = page_of(path, one_bulletin, tmp_path / "f")
    assert SAID[path.stem] in text
    assert figures <= FIGURES[path.stem]


@unseen
@each
def test_headings_are_english_where_asked(small_ledger, tmp_path, path):
    try:
        shown = cells_of(path, ledger=str(small_ledger), figures=str(tmp_path), language="en")
    finally:
        style.use()
    html = "".join(one.html for one in shown if isinstance(one, Html))
    headings = re.findall("<th[^>]*>([^<]*)", html)
    headings += [table.read_text("utf-8-sig").splitlines()[0] for table in tmp_path.glob("*.csv")]
    assert headings
    assert not re.search("[\u4e00-\u9fff]", "".join(headings))


@unseen
@each
def test_parameters_narrow_the_page(sample_ledger, tmp_path, path):
    narrow = {"units": ["云栖市图书馆"], "years": [2019, 2023], "regions": ["澜西省"], "as_of": "2022-01-01"}
    shown = cells_of(path, ledger=str(sample_ledger), figures=str(tmp_path), **narrow)
    listed = "".join(one.html for one in shown if isinstance(one, Html))
    assert "青禾县柳溪镇" not in listed.replace("wangchuan", "") or path.stem in {"01_ledger", "04_units"}
    csv = "".join(table.read_text("utf-8-sig") for table in tmp_path.glob("*.csv"))
    assert "2023" not in re.sub(r"\.\d+", "", csv)  # published after the day


@unseen
def test_a_unit_has_its_own_profile_over_its_rounds(sample_ledger, tmp_path):
    (notebook,) = [path for path in OURS if path.stem == "04_units"]
    text, figures = page_of(notebook, sample_ledger, tmp_path, units=["云栖市图书馆"])
    followed = pd.read_csv(tmp_path / "unit_rounds.csv")
    assert followed["单位"].unique().tolist() == ["云栖市图书馆"]
    assert figures == FIGURES["04_units"]
    issues = open_ledger(sample_ledger).issues.query("unit_name == '云栖市图书馆' and kind == 'issue'")
    assert all(statement in text for statement in issues["statement"])


@each
def test_a_misspelt_value_is_named_with_the_choices(small_ledger, tmp_path, path):
    for wrong, said in (
        ({"units": ["雷峰纪念馆"]}, "没有这些单位：雷峰纪念馆；有的是：.*雷锋纪念馆"),
        ({"themes": ["财政"]}, "没有这些主题：财政；有的是：.*财务"),
        ({"as_of": "6月底"}, "as_of 应是 2026-06-30 这样的日期"),
        ({"language": "english"}, "language 应是 zh 或 en"),
    ):
        with pytest.raises(ReportError, match=said):
            cells_of(path, ledger=str(small_ledger), figures=str(tmp_path), **wrong)


def test_plain_papermill_works_from_anywhere(one_bulletin, tmp_path):
    path = NOTEBOOKS[-1]
    out, figures = tmp_path / "out.ipynb", tmp_path / "f"
    command = [
        sys.executable, "-m", "papermill", path, out, "--no-progress-bar",
        "-p", "ledger", one_bulletin, "-p", "figures", figures, "-p", "years", "2025",
    ]  # fmt: skip
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    assert SAID[path.stem] in out.read_text("utf-8")


def test_paths_given_relative_start_at_the_root():
    for path in NOTEBOOKS:
        assert declared(path)["ledger"].default == '"data/processed"'
        assert "ROOT / ledger" in cells(path, "code")[2].source
    assert (ROOT / "data").is_dir()
