"""reports.toml: what it says is taken, what is wrong in it is said before anything runs."""

import re

import pytest
from test_run import notebook

from pipeline.errors import ReportError
from pipeline.flow import report
from pipeline.paths import PLAN
from pipeline.reporting.plan import OUTPUTS, choose, read_plan


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "notebooks"
    made.mkdir()
    for name in ("01_one", "02_two"):
        notebook(made, name, "1")
    return made


def write(folder, text):
    path = folder.parent / "reports.toml"
    path.write_text(text, "utf-8")
    return path


def test_without_a_list_every_notebook_is_a_report(folder):
    reports = choose([], {}, folder, folder / "none.toml")
    assert [(each.name, each.notebook, each.is_plain) for each in reports] == [
        ("01_one", folder / "01_one.ipynb", True),
        ("02_two", folder / "02_two.ipynb", True),
    ]


def test_reports_have_notebook_parameters_outputs_and_recipients(folder):
    plan = write(
        folder,
        '[reports."近年"]\nnotebook = "02_two"\nparameters = { years = [2023, 2024] }\noutputs = ["page"]\n'
        'recipients = "收件"\n[reports.01_one]\nparameters = { years = 2020 }',
    )
    one, two, recent = choose([], {}, folder, plan)
    assert (one.name, one.parameters, one.outputs, one.recipients) == ("01_one", {"years": [2020]}, OUTPUTS, None)
    assert (two.name, two.parameters) == ("02_two", {})
    assert (recent.notebook, recent.parameters) == (folder / "02_two.ipynb", {"years": [2023, 2024]})
    assert (recent.outputs, recent.recipients, recent.is_plain) == (("page",), folder.parent / "收件", False)
    (chosen,) = choose(["近年"], {"years": "2025"}, folder, plan)
    assert chosen.parameters == {"years": [2025]}  # the command line's over the list's


def test_only_those_of_the_list(folder):
    plan = write(
        folder, 'notebooks = false\n[reports.b]\nnotebook = "notebooks/01_one.ipynb"\n[reports.a]\nnotebook = "02_two"'
    )
    assert list(read_plan(plan, folder)) == ["b", "a"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[reports", "不是 UTF-8 的 TOML"),
        ("report = {}", "不认得 report；可用的有：notebooks、reports"),
        ("notebooks = 1", "notebooks 应是 bool"),
        ("reports.a = 1", r"应是一节 \[reports.a\]"),
        ('[reports.a]\nnotebok = "01_one"', "报告 a：不认得 notebok；可用的有：notebook、parameters"),
        ('[reports.a]\nnotebook = "03"', "报告 a：没有笔记本 03；有的是：01_one、02_two"),
        ('[reports.a]\nnotebook = "01_one"\noutputs = ["pdf"]', "没有这种产出 'pdf'；可用的有：page"),
        ('[reports.a]\nnotebook = "01_one"\nparameters = { year = 1 }', "报告 a：01_one.ipynb 没有参数 year"),
        ('[reports.a]\nnotebook = "01_one"\nparameters = { figures = "x" }', "参数 figures 由程序填写"),
        *(
            (f'[reports."{name}"]\nnotebook = "01_one"', "不能作文件夹的名字")
            for name in ("", "a/b", "..", "a\\\\b", "con", "LPT1.x", "a?", " a", "a.")
        ),
    ],
)
def test_what_is_wrong_is_said(folder, text, said):
    with pytest.raises(ReportError, match=said):
        choose([], {}, folder, write(folder, text))


def test_a_list_in_another_encoding_is_named(folder):
    (folder.parent / "reports.toml").write_bytes("[reports.近年]".encode("gb18030"))
    with pytest.raises(ReportError, match=r"reports\.toml 不是 UTF-8"):
        choose([], {}, folder, folder.parent / "reports.toml")


def test_the_list_that_is_shipped_and_its_example_are_right(folder):
    text = PLAN.read_text("utf-8")
    assert read_plan(PLAN, PLAN.parent / "notebooks").keys() == {
        p.stem for p in (PLAN.parent / "notebooks").glob("*.ipynb")
    }
    plan = write(folder, re.sub(r"(?m)^# (?=\[|\w+ = )", "", text))
    reports = read_plan(plan, PLAN.parent / "notebooks")
    (example,) = choose(["图书馆完成率"], {}, PLAN.parent / "notebooks", plan)
    assert reports.keys() > {"图书馆完成率", "02_completion"}
    assert example.parameters == {"units": ["云栖市图书馆"], "years": [2019, 2023]}


def test_recipients_get_what_they_asked_for_and_a_missing_folder_is_a_failure(folder, tmp_path, one_bulletin):
    notebook(
        folder,
        "01_one",
        "from pipeline import open_ledger\nfrom pipeline.reporting import tables\ntables.show(open_ledger(ledger).issues, ['n'])",
    )
    plan = write(
        folder,
        'notebooks = false\n[reports.a]\nnotebook = "01_one"\nrecipients = "got"\noutputs = ["page", "tables"]\n'
        '[reports.b]\nnotebook = "01_one"\nrecipients = "missing"',
    )
    (tmp_path / "got").mkdir()
    with pytest.raises(ReportError, match=r"^b：收件文件夹 .*missing 不存在"):
        report(one_bulletin, tmp_path / "out" / "reports", folder=folder, figures=tmp_path / "f", plan=plan)
    got = sorted(path.relative_to(tmp_path / "got").as_posix() for path in (tmp_path / "got").rglob("*.*"))
    assert got[:2] == ["reports/a/a.html", "reports/a/tables/01-01_one.csv"]
    assert len(got) == 3
    assert re.fullmatch(r"source/b[0-9a-f]{12}\.html", got[2])
    assert not (tmp_path / "missing").exists()
    assert (tmp_path / "out" / "reports" / "b" / "b.html").exists()  # it was made all the same
    assert not (tmp_path / "f").exists()  # figures/ is for the notebooks' own reports
