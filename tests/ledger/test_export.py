"""Every format, read back, is the table that the ledger holds; and an export is there as a whole or not at all."""

import hashlib
import json
import subprocess
import sys
from datetime import date
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from export_readers import READERS, arrow, ledger_rows, read_csv, read_xlsx
from ledger_factories import make_ledger

from pipeline.errors import ExportError
from pipeline.ledger.export import run as export_run
from pipeline.ledger.export import xlsx
from pipeline.ledger.export.run import FORMATS, RECORD, export
from pipeline.ledger.export.spss import pieces as byte_pieces
from pipeline.ledger.export.words import dictionary, meaning_zh, value_words
from pipeline.ledger.schema import TABLES
from pipeline.ledger.store import open_ledger
from pipeline.lexicon import read_table

DAY = date(2026, 1, 2)
LONG = "整改措施落实到位，" * 4_445  # 40,005 characters, 120,015 bytes
HOSTILE = [
    "=cmd|'/C calc'!A0",
    "=1+1",
    "+86",
    "-1",
    "@SUM(A1)",
    "{=1}",
    "007",
    "1e5",
    "3.10",
    "1/2",
    "2020-01-02",
    "true",
    "NA",
    "NULL",
    "nan",
    "第一行\n第二行\n\n第四行",
    "a\tb",
    '他说"好",走了;\'',
    "a,b，c",
    "\N{SAUROPOD}\N{FAMILY}\N{CJK UNIFIED IDEOGRAPH-20000}\N{CJK UNIFIED IDEOGRAPH-4E00}\N{VARIATION SELECTOR-17}",
    "_x0041_ _x000D_",
    "https://example.org/?a=1&b=<2>#三",
    "mailto:someone",
    "\\N \\n",
    "'quoted",
    " 　前后有空",
    "x" * 255 + "字",
    "字" * 681 + "abc",  # 2,046 bytes: one more than a str variable of Stata holds
    "字" * 32_767,
    "\N{SAUROPOD}" * 20_000,
    LONG,
]


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """A ledger with a row for each hostile text, in every column of free text, and rows with nothing that may miss."""
    issues, measures, bulletins = [], [], [{"bulletin_id": "b0", "path": "甲.txt"}]
    for number, text in enumerate(HOSTILE, start=1):
        issue = f"b0-{number:05d}"
        issues.append({
            "issue_id": issue, "bulletin_id": "b0", "ordinal": number, "n": text[:50], "statement": text,
            "outcome": text, "description": text[:3000], "aspect": None, "status": "done_ongoing", "confidence": 0.1 + number / 7,
            "review": bool(number % 2), "themes": ["财务", "作风"][: number % 3], "year": None if number % 2 else 2**31 + number,
        })  # fmt: skip
        measures.append({"measure_id": f"{issue}-001", "issue_id": issue, "bulletin_id": "b0", "text": text})
    bulletins.append({
        "bulletin_id": "b1", "path": "乙.txt", "title": "=1", "declared_done": 0, "declared_recovered_yuan": 1234567.89,
        "feedback_date": date(2021, 2, 28), "unit_from": "manifest", "year_from": "feedback_date", "url": "https://example.org",
    })  # fmt: skip
    return make_ledger(
        tmp_path_factory.mktemp("hostile") / "ledger",
        bulletins=bulletins,
        issues=issues,
        measures=measures,
        commitments=[{"commitment_id": "b0-00001-c01", "issue_id": "b0-00001", "bulletin_id": "b0", "due_date": date(2024, 2, 29)}],
        discrepancies=[{"discrepancy_id": "b0-d-done", "bulletin_id": "b0", "declared": 0.5, "verdict": "differs"}],
        places=[{"place_id": "b0-p000001", "bulletin_id": "b0", "page": 2, "left": 90.5, "bottom": 841.9}],
        documents=[
            {"path": "丙.pdf", "status": "unsupported"},
            {"path": "乙.txt", "bulletin_id": "b1", "bytes": 0},
            {"path": "甲.txt", "bulletin_id": "b0"},
        ],
        reviews=[{"review_id": "r1", "reviewer": "analyst-a", "issue_id": "gone-1", "new": "=1"}],
    )  # fmt: skip


@pytest.fixture(scope="module")
def out(hostile, tmp_path_factory):
    folder = tmp_path_factory.mktemp("out")
    export(hostile, folder, redact=False, made=DAY)
    return folder


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize("form", FORMATS)
def test_every_format_read_back_is_the_ledger(hostile, out, form, name):
    back, held = READERS[form](out, name), ledger_rows(hostile, name)
    assert len(back) == len(held) > 0
    for there, here in zip(back, held, strict=True):
        assert there == here
    assert arrow(name, back).equals(arrow(name, held))


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize("form", FORMATS)
def test_a_ledger_without_rows_goes_there_and_back(empty_ledger, tmp_path_factory, form, name):
    folder = tmp_path_factory.getbasetemp() / "export-empty"
    if not (folder / RECORD).exists():
        export(empty_ledger, folder)
    assert READERS[form](folder, name) == []


def test_english_headings_and_codes(hostile, tmp_path):
    export(hostile, tmp_path, ["csv", "xlsx"], ["issues"], redact=False, english=True, plain=True)
    held = ledger_rows(hostile, "issues")
    assert read_xlsx(tmp_path, "issues", english=True) == held
    assert read_csv(tmp_path, "issues", english=True, mark=False) == held
    assert "done_ongoing" in (tmp_path / "csv" / "issues.csv").read_text("utf-8")


def test_the_readers_see_a_difference(hostile, out):
    """The comparison above fails where a single cell is another."""
    back = READERS["csv"](out, "issues")
    back[6]["statement"] = "7"
    assert back != ledger_rows(hostile, "issues")


# XLSX


def test_a_workbook_is_fit_to_be_read(out):
    book = openpyxl.load_workbook(out / "ledger.xlsx")
    assert book.sheetnames == ["说明", "数据字典", *(table.label for table in TABLES.values()), "长文本"]
    for sheet in book.worksheets[1:]:
        assert sheet.freeze_panes == "A2"
        assert sheet.auto_filter.ref.startswith("A1:")
    issues = book["问题与建议"]
    widths = {cell.value: issues.column_dimensions[cell.column_letter].width for cell in issues[1]}
    assert widths["问题"] > 50  # long Chinese texts
    assert all(width >= 2 * len(head) for head, width in widths.items())
    first = issues["B2"]
    assert first.quotePrefix  # stays a text when somebody edits it


def test_a_table_longer_than_a_sheet_goes_on_in_the_next(hostile, tmp_path, monkeypatch):
    monkeypatch.setattr(xlsx, "ROWS", 10)
    export(hostile, tmp_path, ["xlsx"], ["measures"], redact=False)
    names = openpyxl.load_workbook(tmp_path / "ledger.xlsx").sheetnames
    assert [name for name in names if name.startswith("整改措施")] == [
        "整改措施",
        "整改措施2",
        "整改措施3",
        "整改措施4",
    ]
    assert read_xlsx(tmp_path, "measures") == ledger_rows(hostile, "measures")


def test_pieces_tear_no_character():
    text = "一\N{SAUROPOD}二  三" * 50
    for longest in range(4, 40):
        parts = xlsx.pieces(text, longest)
        assert "".join(parts) == text
        assert all(len(part.encode("utf-16-le")) <= 2 * longest for part in parts)
        parts = byte_pieces(text, longest)
        assert "".join(parts) == text
        assert all(len(part.encode()) <= longest for part in parts)
        assert longest < 8 or not any(part.endswith(" ") for part in parts[:-1])


# SQLite


def test_sqlite_refuses_what_the_schema_forbids(out):
    import sqlite3
    from contextlib import closing

    with closing(sqlite3.connect(out / "ledger.sqlite")) as base:
        with pytest.raises(sqlite3.IntegrityError, match="CHECK"):
            base.execute("UPDATE issues SET status = 'finished'")
        with pytest.raises(sqlite3.IntegrityError, match="UNIQUE"):
            base.execute("UPDATE issues SET issue_id = 'x'")
        said = base.execute('SELECT DISTINCT 整改状态 FROM "问题与建议"').fetchall()
        assert said == [("已完成并长期坚持",)]
        assert len(base.execute("SELECT * FROM dictionary").fetchall()) == sum(len(t.columns) for t in TABLES.values())


# Stata and SPSS as their users meet them


def test_stata_shows_chinese_words(out):
    frame = pd.read_stata(out / "stata" / "issues.dta")
    assert set(frame["status"]) == {"已完成并长期坚持"}
    assert set(frame["review"]) == {"是", "否"}


# Data package


def test_frictionless_takes_the_package(out):
    import frictionless

    found = frictionless.validate(str(out / "package" / "datapackage.json"))
    assert found.valid, found.flatten(["type", "message"])
    assert found.stats["tasks"] == len(TABLES) + 1


@pytest.mark.parametrize(
    ("table", "old", "new", "kind"),
    [
        ("issues", "done_ongoing", "finished", "constraint-error"),
        ("measures", "b0-00001,", "b9-00001,", "foreign-key"),
        ("discrepancies", ",0.5,", ",half,", "type-error"),
        ("documents", "丙.pdf", "甲.txt", "primary-key"),
    ],
)
def test_frictionless_refuses_a_package_that_was_changed(hostile, tmp_path, table, old, new, kind):
    import frictionless

    export(hostile, tmp_path, ["package"], redact=False)
    path = tmp_path / "package" / "data" / f"{table}.csv"
    text = path.read_bytes().decode()
    assert old in text
    path.write_bytes(text.replace(old, new, 1).encode())
    found = frictionless.validate(str(tmp_path / "package" / "datapackage.json"))
    kinds = {kind for (kind,) in found.flatten(["type"])}
    assert kind in kinds
    assert "hash-count" in kinds


def test_checksums_and_citation(out):
    package = out / "package"
    lines = (package / "SHA256SUMS").read_text("utf-8").splitlines()
    assert {line[66:] for line in lines} == {
        path.relative_to(package).as_posix()
        for path in package.rglob("*")
        if path.is_file() and path.name != "SHA256SUMS"
    }
    for line in lines:
        assert hashlib.sha256((package / line[66:]).read_bytes()).hexdigest() == line[:64]
    import yaml

    ours = yaml.safe_load((Path(__file__).parents[2] / "CITATION.cff").read_text("utf-8"))
    theirs = yaml.safe_load((package / "CITATION.cff").read_text("utf-8"))
    for key in ("cff-version", "title", "type", "authors", "license"):
        assert theirs[key] == ours[key]
    assert json.loads((package / "datapackage.json").read_text("utf-8"))["sources"][0]["hash"][7:] in theirs["message"]


def test_the_dictionary_is_in_both_languages_for_every_column():
    """A column without a Chinese meaning, or a meaning without its column, is named here."""
    written = {(row["table"], row["column"]) for row in read_table("column_meanings", ("table", "column", "meaning"))}
    columns = {(table.name, column.name) for table in TABLES.values() for column in table.columns}
    assert {(t, c) for t, c in written if t != "*"} <= columns
    assert {c for t, c in written if t == "*"} <= {c for _, c in columns}
    plain = [(t.name, c.name) for t in TABLES.values() for c in t.columns if meaning_zh(t, c) == c.label]
    assert plain == []
    for row in dictionary(TABLES.values()):
        assert all(row[key] for key in ("label", "type_zh", "meaning_zh", "meaning"))


def test_words_of_codes_can_be_told_apart():
    for table in TABLES.values():
        for column in table.columns:
            words = value_words(column)
            assert list(words) == list(column.values)
            assert len(set(words.values())) == len(words), column.name
            assert not any(word.isascii() for word in words.values()), column.name


def test_headings_of_a_table_can_be_told_apart():
    for table in TABLES.values():
        assert len({column.label for column in table.columns}) == len(table.columns), table.name


# All of it or nothing


def test_the_same_ledger_gives_the_same_bytes(hostile, out, tmp_path):
    export(hostile, tmp_path, redact=False, made=DAY)
    ours = {path.relative_to(tmp_path): path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    theirs = {path.relative_to(out): path.read_bytes() for path in out.rglob("*") if path.is_file()}
    assert ours.keys() == theirs.keys()
    # SPSS files hold the time of day at which they were written.
    different = {path.as_posix() for path in ours if ours[path] != theirs[path]}
    assert all(path.startswith("spss/") or path == RECORD for path in different), different


def test_only_what_was_asked_for(hostile, tmp_path):
    done = export(hostile, tmp_path, ["csv", "parquet"], ["measures", "issues"])
    assert list(done.rows) == ["issues", "measures"]  # in the order of the schema
    assert [path.name for path in done.paths] == ["csv", "parquet"]
    assert {path.name for path in tmp_path.iterdir()} == {"csv", "parquet", RECORD, ".lock"}
    assert {p.name for p in (tmp_path / "parquet").iterdir()} == {"issues.parquet", "measures.parquet", "README.txt"}
    export(hostile, tmp_path, ["csv"], ["issues"])
    assert not (tmp_path / "csv" / "measures.csv").exists()  # nothing of an earlier export is left in a format
    assert (tmp_path / "parquet" / "measures.parquet").exists()


@pytest.mark.parametrize("form", FORMATS)
def test_a_failing_format_leaves_what_was_there(hostile, tmp_path, monkeypatch, form):
    export(hostile, tmp_path, tables=["issues"], made=DAY)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    entry, write = FORMATS[form]

    def fail(path, tables, about, tick):
        write(path, tables, about, tick)
        raise OSError("the disk is full")

    monkeypatch.setitem(export_run.FORMATS, form, (entry, fail))
    with pytest.raises(OSError, match="full"):
        export(hostile, tmp_path, tables=["measures"])
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize("swaps", range(5))
def test_a_killed_export_is_completed_by_the_next(hostile, tmp_path, swaps):
    """Killed between two files taking their names: each is whole, and the next run takes all of them for its own."""
    forms = ["xlsx", "csv", "sqlite"]
    export(hostile, tmp_path, forms, ["issues"], redact=False)
    script = (
        "import os, sys\nfrom pathlib import Path\nfrom pipeline.ledger.export.run import export\n"
        "left = int(sys.argv[3])\nreplace, rename = Path.replace, Path.rename\n"
        "def count(move):\n"
        "    def counted(self, to):\n"
        "        global left\n"
        "        if self.parent.name.startswith('export.') or str(to).endswith('.old'):\n"
        "            if not left: os._exit(9)\n"
        "            left -= 1\n"
        "        return move(self, to)\n"
        "    return counted\n"
        "Path.replace, Path.rename = count(replace), count(rename)\n"
        "export(Path(sys.argv[1]), Path(sys.argv[2]), ['xlsx', 'csv', 'sqlite'], ['measures'], redact=False)\n"
    )
    command = [sys.executable, "-c", script, str(hostile), str(tmp_path), str(swaps)]
    killed = subprocess.run(command, check=False, cwd=Path(__file__).parents[2])
    assert killed.returncode == (9 if swaps < 4 else 0)
    export(hostile, tmp_path, forms, ["issues", "measures"], redact=False)
    for form in forms:
        for name in ("issues", "measures"):
            assert READERS[form](tmp_path, name) == ledger_rows(hostile, name)
    assert not list(tmp_path.glob("*.tmp"))


def test_files_of_others_are_never_replaced(hostile, tmp_path):
    (tmp_path / "ledger.xlsx").write_bytes(b"mine")
    with pytest.raises(ExportError, match=r"ledger\.xlsx 不是导出所写的文件"):
        export(hostile, tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"ledger.xlsx", ".lock"}
    export(hostile, tmp_path, ["csv"])
    notes = tmp_path / "csv" / "我的笔记.txt"
    notes.write_text("x", "utf-8")
    with pytest.raises(ExportError, match="我的笔记"):
        export(hostile, tmp_path, ["csv"])
    notes.unlink()
    edited = tmp_path / "csv" / "issues.csv"
    edited.write_bytes(edited.read_bytes() + b"more")
    with pytest.raises(ExportError, match=r"issues\.csv 在导出之后被改动过"):
        export(hostile, tmp_path, ["csv"])
    assert (tmp_path / "ledger.xlsx").read_bytes() == b"mine"


@pytest.mark.parametrize(
    ("words", "fault"), [((["docx"],), "没有这样的格式：docx"), ((["csv"], ["issue"]), "没有这样的表：issue")]
)
def test_an_unknown_name_is_told_with_the_choices(hostile, tmp_path, words, fault):
    with pytest.raises(ExportError, match=f"{fault}；可用的是 .*、"):
        export(hostile, tmp_path / "new", *words)
    assert not (tmp_path / "new").exists()


def test_texts_of_a_list_that_could_not_be_parted_again(tmp_path):
    ledger = make_ledger(tmp_path / "ledger", issues=[{"issue_id": "a", "bulletin_id": "b", "themes": ["一|二"]}])
    with pytest.raises(ExportError, match=r"themes.*一\|二"):
        export(ledger, tmp_path / "out", ["csv"])
    assert not (tmp_path / "out" / "csv").exists()
    export(ledger, tmp_path / "out", ["parquet"])
    assert READERS["parquet"](tmp_path / "out", "issues")[0]["themes"] == ["一|二"]


def test_progress_ends_with_everything_done(hostile, tmp_path):
    said = {}
    export(hostile, tmp_path, progress=lambda stage, done, total: said.update({stage: (done, total)}))
    assert len(said) == len(FORMATS) + 1
    assert all(done == total for done, total in said.values())


def test_a_ledger_in_a_notebook_exports_itself(hostile, tmp_path):
    done = open_ledger(hostile).export(tmp_path, "csv", "issues", redact=False, plain=True)
    assert done.masked is None
    assert read_csv(tmp_path, "issues", mark=False) == ledger_rows(hostile, "issues")
    assert "没有遮盖" in (tmp_path / "csv" / "README.txt").read_text("utf-8")


def test_the_formats_are_documented():
    text = (Path(__file__).parents[2] / "docs" / "export.md").read_text("utf-8")
    for form, (entry, _) in FORMATS.items():
        assert f"| `{form}` | `{entry}" in text
    assert all(f"`{name}" in text or f" {name}" in text for name in ("--english", "--plain", "--no-redact", "--tables"))
