"""zhenggai export: what it prints, what it writes, and what it refuses in one line."""

import sys

import pytest
from export_readers import READERS

from pipeline import cli
from pipeline.ledger.export import run as export_run


@pytest.fixture
def run(monkeypatch, capsys):
    """`run("export", "csv")` → exit code, standard output, lines of standard error."""

    def run(*words):
        monkeypatch.setattr(sys, "argv", ["zhenggai", *map(str, words)])
        code = cli.main()
        printed = capsys.readouterr()
        assert "Traceback" not in printed.err
        return code, printed.out, printed.err.splitlines()

    return run


def test_it_says_what_was_written_and_masked(run, small_ledger, tmp_path):
    code, out, errors = run(
        "export",
        "csv",
        "sqlite",
        "--ledger",
        small_ledger,
        "--out",
        tmp_path,
        "--tables",
        "issues,bulletins",
        "--plain",
    )
    assert (code, errors) == (0, [])
    rows, masked, *paths = out.splitlines()
    assert rows == "通报 6 行，问题与建议 154 行"
    assert masked == "没有找到要遮盖的个人信息"
    assert paths == [str(tmp_path / "csv"), str(tmp_path / "ledger.sqlite")]
    assert len(READERS["sqlite"](tmp_path, "issues")) == 154
    assert not (tmp_path / "csv" / "issues.csv").read_bytes().startswith(b"\xef\xbb\xbf")


def test_no_redact_is_said(run, small_ledger, tmp_path):
    code, out, _ = run("export", "csv", "--ledger", small_ledger, "--out", tmp_path, "--no-redact", "--english")
    assert code == 0
    assert "没有遮盖个人信息，请勿外传" in out
    assert READERS["csv"](tmp_path, "issues", english=True)


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        (["docx"], "错误：没有这样的格式：docx；可用的是 xlsx、csv、parquet、stata、spss、sqlite、package"),
        (["csv", "--tables", "问题"], "错误：没有这样的表：问题；可用的是 bulletins、"),
        (["csv", "--ledger", "nowhere"], "错误：nowhere 不是台账"),
    ],
)
def test_what_it_refuses_is_one_line(run, small_ledger, tmp_path, words, fault):
    code, out, errors = run("export", "--ledger", small_ledger, "--out", tmp_path / "out", *words)
    assert (code, out, len(errors)) == (1, "", 1)
    assert errors[0].startswith(fault)
    assert not (tmp_path / "out").exists()


def test_interrupted_it_leaves_nothing(run, small_ledger, tmp_path, monkeypatch):
    def stop(*_):
        raise KeyboardInterrupt

    monkeypatch.setitem(export_run.FORMATS, "csv", ("csv", stop))
    code, _, errors = run("export", "csv", "--ledger", small_ledger, "--out", tmp_path)
    assert (code, errors) == (130, ["已中断；没有写完的已丢弃，原来的导出没有改动"])
    assert [path.name for path in tmp_path.iterdir()] == [".lock"]


def test_help_has_examples(run):
    code, out, _ = run("export", "--help")
    assert code == 0
    assert "zhenggai export" in out.split("例：")[1]
