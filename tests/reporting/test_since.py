"""What changed since the last run: told on the first page, from real runs."""

import shutil

import pytest
from offline import Page
from test_run import PARAMETERS, notebook

from pipeline.flow import report
from pipeline.reporting.since import HEAD

DRAW = (
    "import pathlib\nfrom pipeline import open_ledger\npathlib.Path(figures).mkdir()\n"
    "_ = pathlib.Path(figures, 'rate.csv').write_text(str(open_ledger(ledger).issues['status'].tolist()))"
)


@pytest.fixture
def run(tmp_path, ledgers):
    """`run([("甲", 2024, "dp")], **given)` → the text of the page before its first section."""
    folder = tmp_path / "notebooks"
    folder.mkdir()
    parameters = f"{PARAMETERS}\nthemes: list[str] = []  # only these"
    notebook(folder, "one", DRAW, parameters=parameters)

    def make(bulletins, source=None, **given):
        if source:
            notebook(folder, "one", source, parameters=parameters)
        ledger = tmp_path / "ledger"
        shutil.rmtree(ledger, ignore_errors=True)
        made = sorted((ledgers.bulletin(*each) for each in bulletins), key=lambda b: b["bulletins"]["bulletin_id"])
        ledgers.join(ledger, made)
        (page,) = report(ledger, tmp_path / "out", (), given, folder=folder, figures=tmp_path / "f")
        text = Page(page.read_text("utf-8")).text
        return text[text.index(HEAD) :]

    return make


def test_from_run_to_run(run):
    assert "第一次运行" in run([("甲", 2024, "ddpp")])
    assert "台账、参数和程序都没有变，图表的数据也没有变" in run([("甲", 2024, "ddpp")])

    text = run([("甲", 2024, "dddp"), ("乙", 2025, "d")])
    assert "台账的行数：文件 1 → 2，通报 1 → 2，问题与建议 4 → 5，整改措施 4 → 5。" in text
    assert "新增通报：乙（2025），1 份。" in text
    assert "整改状态有变 1 条：正在推进 → 已完成 1。" in text
    assert "自报完成率：50%（2/4，95%区间 15%–85%） → 80%（4/5，95%区间 38%–96%）。" in text
    assert "数据有变的图：rate。" in text
    assert "甲（2024）3第3个问题正在推进已完成对照" in text  # the row of the table, with its link

    text = run([("甲", 2024, "dddp"), ("乙", 2025, "d")], source="1", years="2025")
    assert "参数不同：years 默认 → [2025]" in text
    assert "通报不在了：甲（2024），1 份。" in text  # in the years that this run is about
    assert "笔记本改过。" in text
    assert "不再有的图：rate。" in text


def test_a_run_that_failed_is_not_compared_with(run):
    run([("甲", 2024, "dp")])
    with pytest.raises(Exception, match="division"):
        run([("甲", 2024, "dd")], source="1 / 0")
    assert "整改状态有变 1 条：正在推进 → 已完成 1。" in run([("甲", 2024, "dd")], source="1")


def test_the_rate_is_that_of_the_report_a_round_counted_once(run):
    run([("甲", 2024, "dp")])
    # a second bulletin on the same round, with one more item: the earlier one no longer counts
    assert "自报完成率：50%（1/2，95%区间 9%–91%） → 67%（2/3，95%区间 21%–94%）。" in run(
        [("甲", 2024, "dp"), ("甲", 2024, "dpd")]
    )


def test_it_is_about_the_themes_that_the_report_is_about(run):
    run([("甲", 2024, "dp")])
    text = run([("甲", 2024, "dp")], themes="三重一大")  # of the first item
    assert "条目不在了 1 条" in text
    assert "参数不同：themes 默认 → ['三重一大']" in text


def test_a_lost_snapshot_is_said(run, tmp_path):
    run([("甲", 2024, "dp")])
    for path in (tmp_path / "runs").glob("*/snapshot.parquet"):
        path.write_bytes(b"cut off")
    assert "快照读不出来" in run([("甲", 2024, "dd")])
