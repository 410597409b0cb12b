"""The command line: what it prints, where, and with which exit code; never a traceback."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from bulletin_maker import make_folder, make_text
from openpyxl import load_workbook

import pipeline.bulletins
from pipeline import cli, flow, open_ledger
from pipeline.errors import ReportError
from pipeline.ledger.review_sheet import COLUMNS
from pipeline.ledger.summary import summarise


@pytest.fixture
def run(monkeypatch, capsys):
    """`run("build", folder)` → exit code, standard output, lines of standard error."""

    def run(*words):
        monkeypatch.setattr(sys, "argv", ["zhenggai", *map(str, words)])
        code = cli.main()
        printed = capsys.readouterr()
        assert "Traceback" not in printed.err
        return code, printed.out, printed.err.splitlines()

    return run


@pytest.fixture
def folder(tmp_path):
    return make_folder(tmp_path / "in", 3)


# parse


def test_parse_prints_a_line_of_json_a_file(run, folder):
    files = sorted(folder.rglob("*.txt"))
    code, out, errors = run("parse", "--json", *files)
    assert (code, errors) == (0, [])
    found = [json.loads(line) for line in out.splitlines()]
    assert [each["source"] for each in found] == [str(file) for file in files]
    for each, file in zip(found, files, strict=True):
        text = pipeline.read(file).text
        assert len(each["items"]) == each["bulletin"]["declared"]["issues"]
        for item in each["items"]:
            start, end = item["statement_span"]
            assert text[start:end] == item["statement"]
    assert "\\u" not in out


def test_parse_without_json_prints_a_summary(run, folder):
    file = folder / "甲" / "001.txt"
    code, out, errors = run("parse", file)
    source, bulletin, themes, _ = flow.parse_file(file, str(file))
    assert (code, out, errors) == (0, summarise(source, bulletin, themes) + "\n", [])


def test_parse_writes_a_file_as_a_whole(run, folder, tmp_path):
    output = tmp_path / "parsed.jsonl"
    assert run("parse", "--json", folder / "甲" / "001.txt", "-o", output) == (0, "", [])
    assert json.loads(output.read_text("utf-8"))["bulletin"]["title"]
    assert not list(tmp_path.glob("*.tmp"))


def test_parse_leaves_an_earlier_file_alone_where_nothing_could_be_read(run, tmp_path):
    output = tmp_path / "parsed.jsonl"
    output.write_text("old")
    assert run("parse", "--json", tmp_path / "没有.txt", "-o", output)[0] == 1
    assert output.read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["parsed.jsonl"]


def test_parse_names_an_output_that_cannot_be_written(run, folder, tmp_path):
    output = tmp_path / "没有" / "parsed.jsonl"
    code, _, errors = run("parse", "--json", folder / "甲" / "001.txt", "-o", output)
    assert (code, errors) == (1, [f"错误：{output}：不存在；请核对路径"])


def test_parse_goes_on_after_a_fault_of_our_own(run, folder, monkeypatch):
    parse = pipeline.bulletins.parse
    monkeypatch.setattr(pipeline.bulletins, "parse", lambda text: parse(text) if "编号1。" in text else 1 / 0)
    code, out, errors = run("parse", "--json", *sorted(folder.rglob("*.txt")))
    assert (code, len(out.splitlines()), len(errors)) == (0, 1, 2)
    assert all("程序出错（ZeroDivisionError: " in error for error in errors)


def test_parse_goes_on_after_a_bad_file(run, folder, tmp_path):
    (tmp_path / "空.txt").touch()
    (tmp_path / "新闻.txt").write_text("昨日，全市召开大会。", "utf-8")
    good = folder / "甲" / "001.txt"
    files = (tmp_path / "空.txt", tmp_path / "新闻.txt", tmp_path / "没有.txt", tmp_path, good)
    code, out, errors = run("parse", "--json", *files)
    assert code == 0
    assert json.loads(out)["source"] == str(good)
    assert len(errors) == 4
    for error, file, word in zip(errors, files, ("空", "新闻", "不存在；请核对", ""), strict=False):
        assert error.startswith(f"错误：{file}：")
        assert word in error
    assert run("parse", "--strict", *files)[0] == 1


def test_parse_fails_where_nothing_could_be_read(run, tmp_path):
    code, out, errors = run("parse", "--json", tmp_path / "没有.txt")
    assert (code, out) == (1, "")
    assert errors == [f"错误：{tmp_path / '没有.txt'}：不存在；请核对路径"]


@pytest.mark.skipif(sys.platform != "linux", reason="other systems allow no such name")
def test_a_name_that_is_no_utf8_is_printed(run, tmp_path):
    file = os.fsdecode(os.fsencode(tmp_path) + b"/\xff.txt")
    Path(file).write_text(make_text(1), "utf-8")
    code, out, _ = run("parse", "--json", file)
    assert code == 0
    assert json.loads(out)["source"].endswith(r"\xff.txt")


# build


def test_build_sums_up(run, folder, tmp_path):
    (folder / "空.txt").touch()
    code, out, errors = run("build", folder, "--out", tmp_path / "台账", "--workers", 1)
    rows = open_ledger(tmp_path / "台账").rows
    assert code == 0
    assert out.splitlines() == [
        "文件 4 个（读取失败 1，已读取 3），本次读了 4 个",
        "通报 3，问题与建议 {issues}，整改措施 {measures}，承诺时限 0，数字核对 {discrepancies}，版面位置 0，复核决定 0".format(
            **rows
        ),
        f"台账：{tmp_path / '台账'}",
    ]
    assert len(errors) == 1
    assert errors[0].startswith("注意：空.txt：")


def test_build_quietly_names_bad_files_only(run, folder, tmp_path):
    assert run("build", folder, "--out", tmp_path / "台账", "--quiet") == (0, "", [])
    (folder / "空.txt").touch()
    code, out, errors = run("build", folder, "--out", tmp_path / "台账", "--quiet", "--strict")
    assert (code, out) == (1, "")
    assert errors[0].startswith("注意：空.txt：")
    assert errors[1].startswith("错误：1 个文件没有读成（--strict）")


def test_build_prints_warnings(run, folder, tmp_path):
    (folder / "unit_aliases.csv").write_text("alias,unit\n没有局,市文化馆\n", "utf-8")
    _, _, errors = run("build", folder, "--out", tmp_path / "台账")
    assert errors == ["注意：unit_aliases.csv：别名“没有局”没有用到，请核对写法或删去这一行"]


@pytest.mark.parametrize(
    ("where", "out", "fault"),
    [
        ("没有", "台账", "没有 不存在；请核对路径"),
        ("文件", "台账", "文件 是文件，不是文件夹"),
        ("空", "台账", "里没有文件"),
        ("in", "文件", "已有同名的文件"),
        ("in", "文件/台账", "不是文件夹；请核对路径"),
    ],
)
@pytest.mark.usefixtures("folder")
def test_build_says_in_one_line_why_it_cannot(run, tmp_path, where, out, fault):
    (tmp_path / "文件").touch()
    (tmp_path / "空").mkdir()
    code, printed, errors = run("build", tmp_path / where, "--out", tmp_path / out)
    assert (code, printed, len(errors)) == (1, "", 1)
    assert errors[0].startswith("错误：")
    assert fault in errors[0]
    assert str(tmp_path) in errors[0]


def test_build_without_permission_to_write(run, folder, tmp_path, monkeypatch):
    def refuse(*_, **__):
        raise PermissionError(13, "Permission denied", str(tmp_path / "台账"))

    monkeypatch.setattr(flow, "build", refuse)  # chmod does not stop root
    code, _, errors = run("build", folder, "--out", tmp_path / "台账")
    assert (code, errors) == (1, [f"错误：{tmp_path / '台账'}：没有权限；请改权限，或换一个文件夹"])


def test_build_that_is_interrupted_says_how_to_go_on(run, folder, tmp_path, monkeypatch):
    def interrupt(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(flow, "build", interrupt)
    assert run("build", folder, "--out", tmp_path) == (130, "", ["已中断；再运行一次同样的命令会接着做"])


def test_a_log_gets_a_line_now_and_then(monkeypatch, capsys):
    clock = iter([0.0, 0.0, 4.0, 11.0, 12.0, 25.0])
    monkeypatch.setattr(cli.time, "monotonic", lambda: next(clock))
    show = cli._log()  # noqa: SLF001
    for done in (0, 40, 110, 120, 250):
        show("读取", done, 500)
    assert capsys.readouterr().err.splitlines() == [
        "读取 110/500，10.0 个/秒，还要约 39 秒",
        "读取 250/500，10.0 个/秒，还要约 25 秒",
    ]


def test_a_terminal_gets_a_bar(folder, tmp_path):
    pty = pytest.importorskip("pty")
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "pipeline.cli", "build", str(folder), "--out", str(tmp_path / "台账")]
    subprocess.run(
        command, stderr=theirs, stdout=subprocess.PIPE, check=True, env=os.environ | {"TERM": "xterm", "COLUMNS": "100"}
    )
    os.close(theirs)
    shown = os.read(ours, 100_000).decode()
    os.close(ours)
    assert "读取" in shown
    assert re.search(r"3/3", shown)
    assert "还要" in shown


# report


@pytest.fixture
def reported(monkeypatch):
    """What the runner was called with, instead of a run."""
    calls = []

    def report(*args, finished, **kwargs):
        calls.append((*args, kwargs))
        if finished:
            finished(args[1] / "01_ledger.html")

    monkeypatch.setattr(flow, "report", report)
    return calls


def test_report_passes_on_what_it_was_given(run, reported, tmp_path):
    (tmp_path / "清单.toml").touch()
    words = ["--ledger", tmp_path / "台账", "--out", tmp_path, "--figures", tmp_path / "图", "--jobs", 3]
    words += ["--reports", tmp_path / "清单.toml"]
    code, out, _ = run("report", "01_ledger", *words, "-p", "years=2019,2021", "-p", "unit=a=b")
    assert (code, out) == (0, f"{tmp_path / '01_ledger.html'}\n")
    ((*places, names, parameters, options),) = reported
    assert places == [tmp_path / "台账", tmp_path]
    assert (names, parameters) == (["01_ledger"], {"years": "2019,2021", "unit": "a=b"})
    assert (options["figures"], options["plan"], options["jobs"]) == (tmp_path / "图", tmp_path / "清单.toml", 3)


def test_report_of_everything(run, reported):
    run("report")
    ((_, _, names, parameters, _),) = reported
    assert (list(names), parameters) == ([], {})


def test_a_quiet_report_prints_nothing(run, reported):
    assert run("report", "--quiet") == (0, "", [])
    assert len(reported) == 1


def test_a_list_of_reports_that_is_not_there_is_said(run, reported, tmp_path):
    code, _, errors = run("report", "--reports", tmp_path / "none.toml")
    assert code == 2
    assert "不存在" in "".join(errors)
    assert reported == []


def test_a_parameter_has_a_name_and_a_value(run, reported):
    code, _, errors = run("report", "-p", "years")
    assert code == 2
    assert "NAME=VALUE" in errors[-1]
    assert reported == []


def test_a_report_that_fails_is_one_line(run, monkeypatch):
    def fail(*_, **__):
        raise ReportError("01_ledger：第 2 格出错\n02_completion：第 3 格出错")

    monkeypatch.setattr(flow, "report", fail)
    code, _, errors = run("report")
    assert (code, errors) == (1, ["错误：01_ledger：第 2 格出错 02_completion：第 3 格出错"])


def test_a_report_without_a_ledger(run, tmp_path):
    code, _, errors = run("report", "--ledger", tmp_path / "没有", "--out", tmp_path / "out")
    assert code == 1
    assert len(errors) == 1
    assert "zhenggai build" in errors[0]


# review


@pytest.fixture
def sheet(run, folder, tmp_path):
    """A sheet of all items, and `fill(row, column=cell, …)` to fill it in."""
    file = tmp_path / "复核.xlsx"
    run("build", folder, "--out", tmp_path / "台账")
    run("review", "export", "--ledger", tmp_path / "台账", "--all", "-o", file)

    def fill(row, **cells):
        book = load_workbook(file)
        for name, cell in cells.items():
            book["复核"].cell(row, list(COLUMNS).index(name) + 1, cell)
        book.save(file)

    return file, fill


@pytest.fixture
def import_(run, sheet, folder, tmp_path):
    words = ["review", "import", sheet[0], "--ledger", tmp_path / "台账", "--folder", folder, "--reviewer", "analyst-a"]
    return lambda *more: run(*words, *more)


def test_review_there_and_back(run, sheet, import_, folder, tmp_path):
    _, fill = sheet
    rows = open_ledger(tmp_path / "台账").rows["issues"]
    fill(2, 新主题1="整改落实", 新状态="未启动")
    filled = f"填了 1 行，没有填的 {rows - 1} 行\n"
    assert import_("--dry-run") == (0, f"{filled}可以导入 2 条决定；这次只是检查，没有写入\n", [])
    assert import_() == (0, f"{filled}2 条决定已写入 {folder / 'reviews.csv'}；请再运行 zhenggai build\n", [])
    assert import_() == (0, f"{filled}没有新的决定，什么也没有写入：这些都已导入过\n", [])
    assert "复核决定 2\n" in run("build", folder, "--out", tmp_path / "台账")[1]
    assert list(open_ledger(tmp_path / "台账").reviews["outcome"]) == ["applied"] * 2


def test_review_export_says_how_many_and_where(run, sheet, tmp_path):
    ledger = ["--ledger", tmp_path / "台账"]
    assert run("review", "export", *ledger, "--all", "--limit", 3, "-o", tmp_path / "三.xlsx") == (
        0,
        f"写出 3 条：{tmp_path / '三.xlsx'}\n",
        [],
    )
    code, out, errors = run("review", "export", *ledger, "-o", sheet[0])
    assert (code, out, len(errors)) == (1, "", 1)
    assert errors[0].startswith(f"错误：{sheet[0]} 已存在")


def test_review_export_of_nothing(run, one_bulletin, tmp_path):
    code, out, _ = run("review", "export", "--ledger", one_bulletin, "-o", tmp_path / "a.xlsx")
    assert (code, out) == (0, "没有待复核的条目；要导出全部条目请加 --all\n")
    assert not (tmp_path / "a.xlsx").exists()


def test_review_import_counts_deleted_rows(sheet, import_):
    book = load_workbook(sheet[0])
    gone = book["复核"].cell(3, 1).value
    book["复核"].delete_rows(3)
    book.save(sheet[0])
    assert f"1 行已删去，不计（{gone}）\n没有新的决定，什么也没有写入\n" in import_()[1]


def test_review_import_names_everything_that_is_wrong_up_to_a_point(sheet, import_, folder):
    _, fill = sheet
    fill(3, 新主题1="财经", 新状态="完了")
    code, out, errors = import_()
    assert (code, out, len(errors)) == (1, "", 3)
    assert all(error.startswith("错误：第 3 行（编号 b") for error in errors[:2])
    assert errors[2] == "一条也没有导入"
    rows = open_ledger(folder.parent / "台账").rows["issues"]
    for row in range(2, rows + 2):
        fill(row, 新主题1="", **dict.fromkeys(("确认", "新状态", "新问题表述", "新单位"), "=1"))
    _, _, errors = import_()
    assert len(errors) == 21
    assert errors[-1] == f"另有 {4 * rows - 20} 处不对；一条也没有导入"
    assert not (folder / "reviews.csv").exists()


# All of it


def test_version(run):
    code, out, _ = run("--version")
    assert code == 0
    assert re.fullmatch(r"zhenggai \d+\.\d+\.\d+\n", out)


@pytest.mark.parametrize("command", ["parse", "build", "report", "review export", "review import"])
def test_every_command_has_help_with_examples(run, command):
    code, out, _ = run(*command.split(), "--help")
    assert code == 0
    assert f"zhenggai {command}" in out.split("例：")[1]


def test_wrong_use_is_code_2(run):
    assert run("build", "--workers", "0")[0] == 2
    assert run("parse")[0] == 2
    assert run("nonsense")[0] == 2
    assert run("review", "import", "review.xlsx")[0] == 2  # by whom?


LOADED = """
import sys
from pipeline import cli
sys.argv = ["zhenggai", *sys.argv[1:]]
code = cli.main()
heavy = {"pandas", "pyarrow", "sklearn", "matplotlib", "seaborn", "papermill", "jieba", "openpyxl", "xlsxwriter"} & sys.modules.keys()
sys.exit(f"loaded: {heavy}" if heavy else code)
"""


@pytest.mark.parametrize(
    "words",
    [
        ["--help"],
        ["build", "--help"],
        ["report", "--help"],
        ["review", "export", "--help"],
        ["review", "import", "--help"],
        ["--version"],
        ["parse", "--json"],
    ],
)
def test_nothing_heavy_is_loaded_before_it_is_needed(folder, words):
    files = [str(folder / "甲" / "001.txt")] if words[0] == "parse" else []
    done = subprocess.run([sys.executable, "-c", LOADED, *words, *files], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_chinese_is_printed_whatever_the_locale_says(folder):
    command = [sys.executable, "-m", "pipeline.cli", "parse", "--json", str(folder / "甲" / "001.txt")]
    environment = os.environ | {"PYTHONIOENCODING": "cp1252", "PYTHONUTF8": "0"}
    done = subprocess.run(command, capture_output=True, check=True, env=environment)
    assert "巡察" in done.stdout.decode("utf-8")


def test_the_verbs_of_the_package(folder):
    file = folder / "甲" / "001.txt"
    source = pipeline.read(file)
    bulletin = pipeline.parse(source.text)
    assert pipeline.classify(bulletin.items[0].statement).primary
    assert pipeline.build is flow.build
    assert set(pipeline.__all__) <= set(dir(pipeline))
    with pytest.raises(AttributeError, match="nothing"):
        pipeline.nothing  # noqa: B018
