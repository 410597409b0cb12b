"""03_themes: what it shows over the sample corpus, planted subjects, one bulletin and nothing; by the runner and papermill."""

import csv
import json
import subprocess
import sys
from pathlib import Path

import nbformat
import pandas as pd
import pytest

from pipeline.flow import report
from pipeline.paths import LABELS, NOTEBOOKS

sys.path.append(str(Path(__file__).parent.parent / "reporting"))
from offline import Page  # one reader of pages for all folders

NOTEBOOK = NOTEBOOKS / "03_themes.ipynb"
FIGURES = {"theme_by_year", "theme_by_unit", "theme_confidence", "theme_review"}
TREES = [
    "烟花爆竹零售点布局不合理", "烟花爆竹零售许可审批不严格", "烟花爆竹运输车辆检查不及时", "烟花爆竹储存仓库巡查不到位",
    "烟花爆竹禁放区域宣传不足", "烟花爆竹经营许可档案不完整",
]  # fmt: skip


@pytest.fixture(scope="module")
def planted_ledger(ledgers, tmp_path_factory):
    """Two bulletins; six doubtful items are about fireworks, the others sure or like nothing else."""
    bulletins = [ledgers.bulletin("雷锋纪念馆", 2021, "d" * 12), ledgers.bulletin("宽河区文联", 2025, "dp" * 8)]
    for place, each in enumerate(bulletins):
        for row, statement in zip(each["issues"], TREES[place::2], strict=False):
            row |= {"statement": statement, "review": True, "confidence": 0.4, "themes": ["财务"], "primary": "财务"}
            word = {"theme": "财务", "word": "烟花", "weight": 1.0, "span": [0, 2]}
            row |= {"statement_start": 0, "statement_end": len(statement), "evidence": json.dumps([word])}
    return ledgers.join(tmp_path_factory.mktemp("planted"), bulletins)


@pytest.fixture(scope="module")
def pages(sample_ledger, planted_ledger, one_bulletin, empty_ledger, tmp_path_factory):
    """The notebook over each ledger: its page by the ledger's name, and where all is."""
    out = tmp_path_factory.mktemp("run")
    found = {}
    ledgers = {"sample": sample_ledger, "planted": planted_ledger, "one": one_bulletin, "empty": empty_ledger}
    for name, ledger in ledgers.items():
        (page,) = report(ledger, out / name / "reports", [NOTEBOOK], figures=out / name / "figures")
        found[name] = Page(page.read_text("utf-8"))
    return out, found


@pytest.mark.parametrize("ledger", ["sample", "planted", "one", "empty"])
def test_page_needs_nothing_from_outside_and_says_nothing_by_the_way(pages, ledger):
    out, found = pages
    assert found[ledger].addresses == []
    assert "script" not in found[ledger].tags
    executed = nbformat.read(out / ledger / "reports" / "03_themes" / "03_themes.ipynb", as_version=4)
    outputs = [output for cell in executed.cells for output in cell.get("outputs", [])]
    assert {output.output_type for output in outputs} == {"execute_result"}


def test_figures_of_the_sample_are_there_with_their_data(pages):
    out, found = pages
    made = {path.name for path in (out / "sample" / "figures").iterdir()}
    assert made == {f"{name}.{ending}" for name in FIGURES for ending in ("png", "svg", "csv")}
    assert len(found["sample"].images) == len(FIGURES)
    by_year = pd.read_csv(out / "sample" / "figures" / "theme_by_year.csv")
    assert by_year["名称"].iloc[0] == "合计"
    assert by_year.loc[1:, "条目"].sum() == by_year["条目"].iloc[0]
    assert by_year.columns.tolist()[4:9] == ["理论学习", "三重一大", "财务", "意识形态", "选人用人"]


def test_the_sample_is_answered_in_words_with_numbers_and_intervals(pages):
    text = pages[1]["sample"].text
    assert "核心五个主题合计" in text
    assert "个年份相比" in text
    assert "待复核占比最大的主题是" in text
    assert "没有测量：本页生成时没有要求" in text
    assert "拿不准的有" in text
    assert "主题方案没有改动" in text


def test_deciding_words_are_in_colour_and_lead_to_their_place(pages):
    shown = pages[1]["planted"]
    assert "mark" in shown.tags
    assert any(link.endswith("#0-12") for link in shown.links)


def test_planted_subject_is_proposed_with_examples(pages):
    text = pages[1]["planted"].text
    assert "拿不准的有 6 条：6 条归成 1 组，列在下面。" in text
    assert "烟花爆竹" in text
    assert "6 条 · 2 份通报 · 稳定度 1.00" in text
    assert "雷锋纪念馆（2021）" in text


def test_one_bulletin_says_what_cannot_be_compared(pages):
    out, found = pages
    text = found["one"].text
    assert "不足两个年份有 10 条以上的问题，构成无从比较。" in text
    assert "3 条里没有拿不准的" in text
    assert "没有待复核的条目。" in text
    assert {path.stem for path in (out / "one" / "figures").iterdir()} == FIGURES


def test_empty_ledger_says_what_it_cannot_show(pages):
    out, found = pages
    text = found["empty"].text
    assert "没有条目，主题无从统计" in text
    assert "没有反馈问题，谈不上构成。" in text
    assert "没有条目，没有可归并的。" in text
    assert found["empty"].images == []
    assert not list((out / "empty").glob("figures/*"))


def test_the_classifier_is_measured_where_it_is_asked_for(one_bulletin, tmp_path):
    with LABELS.open(encoding="utf-8", newline="") as file:
        rows = pd.DataFrame(csv.DictReader(file))
    rows.groupby(rows["themes"].str.split("|").str[0]).head(10).to_csv(tmp_path / "few.csv", index=False)
    given = {"evaluate": "是", "labels": str(tmp_path / "few.csv"), "annotated": ""}
    (page,) = report(one_bulletin, tmp_path / "reports", [NOTEBOOK], given, figures=tmp_path / "figures")
    shown = Page(page.read_text("utf-8"))
    assert "标注语句（交叉验证） 110 条：主要主题判对" in shown.text
    assert "最近邻" in shown.text
    assert (tmp_path / "figures" / "theme_reliability.png").exists()
    assert len(shown.images) == len(FIGURES) + 1


def test_plain_papermill_works_from_anywhere_and_narrows(sample_ledger, tmp_path):
    out, figures = tmp_path / "out.ipynb", tmp_path / "f"
    command = [
        sys.executable, "-m", "papermill", NOTEBOOK, out, "--no-progress-bar",
        "-p", "ledger", sample_ledger, "-p", "figures", figures, "-p", "years", "2024",
    ]  # fmt: skip
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    by_year = pd.read_csv(figures / "theme_by_year.csv")
    assert by_year["名称"].tolist() == ["合计", "2024"]
