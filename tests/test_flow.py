"""A folder becomes a ledger: only what is new is read, nothing is lost, and a kill does no harm."""

import os
import random
import shutil
import signal
import sys
import time
import warnings
import zipfile
from multiprocessing import get_context
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from bulletin_maker import make_folder, make_text

import pipeline.bulletins
import pipeline.sources
from pipeline import flow, open_ledger
from pipeline.errors import LedgerError, ReviewError, SourceError, VocabularyError
from pipeline.ledger import cache, write
from pipeline.ledger.schema import TABLES

ONE_KILLS = pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")


def contents(out: Path) -> dict[str, bytes]:
    """The ledger's files and texts by path; not the cache."""
    files = [*out.glob("*.parquet"), out / "ledger.json", *(out / write.TEXTS).iterdir()]
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in files}


def documents(out: Path) -> dict[str, tuple[str, str | None]]:
    """Status and reason of every file."""
    frame = open_ledger(out).documents
    return {row.path: (row.status, row.reason if row.reason is not pd.NA else None) for row in frame.itertuples()}


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    """Twenty bulletins, a manifest and aliases."""
    folder = make_folder(tmp_path_factory.mktemp("corpus"), 20)
    (folder / "manifest.csv").write_text("path,region\n乙/000.txt,甲市\n", "utf-8")
    (folder / "unit_aliases.csv").write_text("alias,unit\n市图书馆,市文化馆\n", "utf-8")
    return folder


@pytest.fixture(scope="module")
def clean(corpus, tmp_path_factory):
    """The ledger of the corpus, made in one go."""
    out = tmp_path_factory.mktemp("clean")
    flow.build(corpus, out)
    return contents(out)


@pytest.fixture
def copy(corpus, tmp_path):
    shutil.copytree(corpus, tmp_path / "in")
    return tmp_path / "in"


# The same bytes


@pytest.mark.parametrize("workers", [1, 2, 3])
def test_any_number_of_workers_gives_the_same_bytes(corpus, clean, tmp_path, workers):
    flow.build(corpus, tmp_path, workers=workers)
    assert contents(tmp_path) == clean


def test_any_order_of_files_gives_the_same_bytes(corpus, clean, tmp_path, monkeypatch):
    entries = Path.iterdir
    monkeypatch.setattr(Path, "iterdir", lambda self: iter(sorted(entries(self), reverse=True)))
    flow.build(corpus, tmp_path)
    assert contents(tmp_path) == clean


@pytest.mark.parametrize("size", [1, 3, 10, 20])
def test_rows_put_together_in_any_number_give_the_same_bytes(corpus, clean, tmp_path, monkeypatch, size):
    monkeypatch.setattr(flow, "AT_A_TIME", size)
    flow.build(corpus, tmp_path)
    assert contents(tmp_path) == clean


def test_the_path_of_the_folder_is_in_no_table(copy, clean, tmp_path):
    flow.build(copy, tmp_path / "out")
    assert contents(tmp_path / "out") == clean


# Only what is new


def test_nothing_is_read_twice(corpus, clean, tmp_path):
    assert flow.build(corpus, tmp_path).read_now == 20
    assert flow.build(corpus, tmp_path).read_now == 0
    assert contents(tmp_path) == clean


def test_what_is_new_or_changed_is_read(copy, tmp_path):
    out = tmp_path / "out"
    flow.build(copy, out)
    os.utime(copy / "乙" / "000.txt", (0, 0))
    assert flow.build(copy, out).read_now == 0
    (copy / "乙" / "000.txt").write_text(make_text(100), "utf-8")
    (copy / "new.txt").write_text(make_text(101), "utf-8")
    assert flow.build(copy, out).read_now == 2
    (copy / "new.txt").rename(copy / "renamed.txt")
    assert flow.build(copy, out).read_now == 0
    fresh = tmp_path / "fresh"
    flow.build(copy, fresh)
    assert contents(out) == contents(fresh)


def test_what_nobody_needs_goes(copy, tmp_path):
    out = tmp_path / "out"
    flow.build(copy, out)
    shutil.rmtree(copy / "甲")
    flow.build(copy, out)
    assert len(open_ledger(out).bulletins) == 10
    assert len(list((out / cache.FOLDER).iterdir())) == 10
    assert len(list((out / write.TEXTS).iterdir())) == 10


def test_a_text_that_was_lost_comes_back(copy, clean, tmp_path):
    out = tmp_path / "out"
    flow.build(copy, out)
    next((out / write.TEXTS).iterdir()).unlink()
    assert flow.build(copy, out).read_now == 1
    assert contents(out) == clean


def test_other_code_reads_everything_again(corpus, tmp_path, monkeypatch):
    flow.build(corpus, tmp_path)
    monkeypatch.setattr(cache, "code_version", lambda *_: "other")
    assert flow.build(corpus, tmp_path).read_now == 20


# Manifest, aliases, duplicates


def test_manifest_and_aliases_reach_the_tables(corpus, tmp_path):
    flow.build(corpus, tmp_path)
    ledger = open_ledger(tmp_path)
    assert list(ledger.bulletins["path"][ledger.bulletins["region"].notna()]) == ["乙/000.txt"]
    assert "市图书馆" in set(ledger.bulletins["unit"])
    assert "市图书馆" not in set(ledger.bulletins["unit_name"]) | set(ledger.issues["unit_name"])
    assert ledger.warnings == []


def test_what_does_not_match_is_a_warning(copy, tmp_path):
    (copy / "manifest.csv").write_text("path,region\n没有.txt,甲市\n", "utf-8")
    (copy / "unit_aliases.csv").write_text("alias,unit\n没有局,市文化馆\n", "utf-8")
    summary = flow.build(copy, tmp_path / "out")
    assert len(summary.warnings) == 2
    assert "没有局" in summary.warnings[0]
    assert "没有.txt" in summary.warnings[1]
    assert open_ledger(tmp_path / "out").warnings == list(summary.warnings)


def test_a_change_of_aliases_needs_no_reading(copy, tmp_path):
    flow.build(copy, tmp_path / "out")
    (copy / "unit_aliases.csv").unlink()
    assert flow.build(copy, tmp_path / "out").read_now == 0
    assert "市图书馆" in set(open_ledger(tmp_path / "out").bulletins["unit_name"])


def test_a_text_counts_once(copy, tmp_path):
    text = (copy / "甲" / "001.txt").read_text("utf-8")
    (copy / "甲" / "000 旧.txt").write_bytes(text.encode("gb18030"))  # other bytes, the same text
    summary = flow.build(copy, tmp_path / "out")
    ledger = open_ledger(tmp_path / "out")
    found = ledger.documents.set_index("path").loc[["甲/000 旧.txt", "甲/001.txt"]]
    assert list(found["status"]) == ["read", "duplicate"]
    assert found["bulletin_id"].iloc[0] == found["bulletin_id"].iloc[1]
    assert "甲/000 旧.txt" in found["reason"].iloc[1]
    assert list(found["encoding"]) == ["gb18030", "utf-8"]
    assert len(ledger.bulletins) == 20
    assert summary.statuses == {"read": 20, "duplicate": 1}


@pytest.mark.parametrize(
    ("name", "data", "error", "fault"),
    [
        ("unit_aliases.csv", "alias\n甲\n".encode(), VocabularyError, "缺少列 unit"),
        ("unit_aliases.csv", "alias,unit\n甲,乙\n".encode("gb18030"), SourceError, "unit_aliases.csv 不是 UTF-8"),
        ("manifest.csv", "path,region\n甲,乙\n".encode("gb18030"), SourceError, "manifest.csv 不是 UTF-8"),
        ("manifest.csv", b"file\n", SourceError, "manifest.csv"),
        ("reviews.csv", b"reviewer\n", ReviewError, "reviews.csv：第一行是 reviewer"),
        ("reviews.csv", "复核\n".encode("gb18030"), ReviewError, "reviews.csv 不是 UTF-8"),
    ],
)
def test_a_wrong_table_beside_the_corpus_stops_the_run(copy, tmp_path, name, data, error, fault):
    (copy / name).write_bytes(data)
    with pytest.raises(error, match=fault):
        flow.build(copy, tmp_path / "out")


# Archives: tests/sources/test_archive.py has what may be wrong with them


def pack(path, files):
    """A ZIP of name → bytes, at the path."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path.read_bytes()


def test_files_in_an_archive_are_read_as_if_they_lay_in_a_folder(copy, tmp_path):
    flow.build(copy, tmp_path / "plain")
    packed = tmp_path / "packed"
    packed.mkdir()
    shutil.copy(copy / "unit_aliases.csv", packed)
    files = {p.relative_to(copy).as_posix(): p.read_bytes() for p in copy.rglob("*.txt")}
    pack(packed / "all.zip", files)
    summary = flow.build(packed, tmp_path / "out")
    assert summary.read_now == 20
    plain, found = open_ledger(tmp_path / "plain"), open_ledger(tmp_path / "out")
    expected = plain.documents.assign(path="all.zip/" + plain.documents["path"])
    pd.testing.assert_frame_equal(found.documents, expected)
    assert found.issues["issue_id"].tolist() == plain.issues["issue_id"].tolist()
    assert flow.build(packed, tmp_path / "out").read_now == 0
    pack(packed / "all.zip", files | {"乙/000.txt": make_text(99).encode()})
    assert flow.build(packed, tmp_path / "out").read_now == 1
    assert not (tmp_path / "out" / flow.UNPACKED).exists()


def test_archives_and_plain_files_share_what_is_known(copy, tmp_path):
    flow.build(copy, tmp_path / "out")
    text = (copy / "甲" / "001.txt").read_bytes()
    inner = pack(tmp_path / "inner.zip", {"001.txt": text, "new.txt": make_text(50).encode()})
    pack(copy / "outer.zip", {"甲局.zip": inner, "photo.gif": b"x", "坏.pdf": b"%PDF"})
    (copy / "manifest.csv").write_text("path,region\nouter.zip/甲局.zip/new.txt,甲市\n", "utf-8")
    (copy / "old.rar").write_bytes(b"Rar!")
    assert flow.build(copy, tmp_path / "out").read_now == 2  # new.txt and 坏.pdf
    found = documents(tmp_path / "out")
    assert found["outer.zip/甲局.zip/new.txt"] == ("read", None)
    assert found["甲/001.txt"][0] == "duplicate"
    assert found["outer.zip/甲局.zip/001.txt"] == ("read", None)
    assert found["outer.zip/photo.gif"][0] == "unsupported"
    assert found["outer.zip/坏.pdf"][0] == "failed"
    assert "请解压后再读" in found["old.rar"][1]
    assert "outer.zip" not in found
    ledger = open_ledger(tmp_path / "out")
    assert list(ledger.bulletins["path"][ledger.bulletins["region"].notna()]) == ["outer.zip/甲局.zip/new.txt"]


def test_an_archive_that_cannot_be_opened_has_a_row(tmp_path):
    folder = make_folder(tmp_path / "in", 2)
    (folder / "broken.zip").write_bytes(b"PK\x03\x04")
    pack(folder / "empty.zip", {})
    pack(folder / "bomb.zip", {"bomb.txt": bytes(100 * 2**20)})
    flow.build(folder, tmp_path / "out")
    found = documents(tmp_path / "out")
    assert [status for status, _ in found.values()].count("read") == 2
    for path, word in {"broken.zip": "损坏", "empty.zip": "没有文件", "bomb.zip/bomb.txt": "压缩炸弹"}.items():
        assert found[path][0] == "failed"
        assert word in found[path][1]


def test_versions_of_a_bulletin_are_told_and_both_kept(tmp_path):
    folder = make_folder(tmp_path / "in", 3)
    text = (folder / "甲" / "001.txt").read_text("utf-8")
    (folder / "copy.txt").write_text(f"首页 > 政务公开\n{text}2030年1月1日\n".replace("。", "．"), "utf-8")
    summary = flow.build(folder, tmp_path / "out")
    ledger = open_ledger(tmp_path / "out")
    found = ledger.documents.set_index("path")
    assert found.loc["甲/001.txt", "version_of"] == found.loc["copy.txt", "bulletin_id"]
    assert found["version_of"].notna().sum() == 1
    assert len(ledger.bulletins) == 4
    assert summary.versions == 1
    (folder / "copy.txt").unlink()
    assert flow.build(folder, tmp_path / "out").versions == 0
    assert open_ledger(tmp_path / "out").documents["version_of"].isna().all()


def test_what_was_not_read_of_a_file_is_said(tmp_path):
    folder = make_folder(tmp_path / "in", 1)
    book = openpyxl.Workbook()
    book.active.append(["序号", "反馈问题", "整改措施", "整改成效"])
    book.active.append([1, "学习不够。", "制定计划。", "已完成学习12次。"])
    book.create_sheet("通讯录").append(["姓名", "电话"])
    book.save(folder / "台账.xlsx")
    seen = {}
    flow.build(folder, tmp_path / "out", problem=seen.__setitem__)
    assert seen == {"台账.xlsx": "工作表“通讯录”没有台账的表头，没有读入"}
    assert documents(tmp_path / "out")["台账.xlsx"] == ("read", seen["台账.xlsx"])
    assert flow.build(folder, tmp_path / "out").read_now == 0
    flow.build(folder, tmp_path / "out", strict=True)


# Reviews: tests/ledger/test_review_sheet.py has the round trip


@pytest.fixture
def reviewed(copy):
    """The corpus with decisions on the first bulletin's items: two that agree with the text, one that does not."""
    row = "2026-01-0{},analyst-a,甲/001.txt,{},1,{},{},{},{},原文写得清楚\n"
    flow.build(copy, copy.parent / "out")
    ledger = open_ledger(copy.parent / "out")
    bulletin = ledger.bulletins.set_index("path").loc["甲/001.txt", "bulletin_id"]
    items = ledger.issues[ledger.issues["bulletin_id"] == bulletin]
    (first, words), (second, others) = items[["issue_id", "statement"]].iloc[:2].to_numpy()
    old = "|".join(items["themes"].iloc[0])
    (copy / "reviews.csv").write_text(
        "decided_at,reviewer,path,issue_id,n,statement,field,old,new,reason\n"
        + row.format("1T00:00:00Z", first, words, "themes", old, "整改落实|党建")
        + row.format("2T00:00:00Z", second, others, "unit", items["unit"].iloc[1], "市图书馆")
        + row.format("3T00:00:00Z", f"{bulletin}-00099", "没有这样的问题", "status", "done", "in_progress"),
        "utf-8",
    )
    return copy, first, second


def test_decisions_reach_the_tables_and_nothing_is_read_again(reviewed, tmp_path):
    folder, first, second = reviewed
    before = contents(tmp_path / "out")
    summary = flow.build(folder, tmp_path / "out")
    ledger = open_ledger(tmp_path / "out")
    issues = ledger.issues.set_index("issue_id")
    assert summary.read_now == 0
    assert (issues.loc[first, "themes"], issues.loc[first, "primary"]) == (["整改落实", "党建"], "整改落实")
    assert not issues.loc[first, "review"]
    # An alias: the corrected unit is folded as any other.
    assert (issues.loc[second, "unit"], issues.loc[second, "unit_name"]) == ("市图书馆", "市文化馆")
    assert [issue for issue in issues.index if issues.loc[issue, "corrected"]] == sorted([first, second])
    assert list(ledger.reviews["outcome"]) == ["applied", "applied", "conflict"]
    (warning,) = summary.warnings
    assert warning.startswith(
        "reviews.csv：analyst-a 把 甲/001.txt 第 1 条“没有这样的问题”的整改状态定为“in_progress”，没有采用"
    )
    assert ledger.warnings == [warning]
    (folder / "reviews.csv").unlink()
    flow.build(folder, tmp_path / "out")
    assert contents(tmp_path / "out") == before


@pytest.mark.parametrize("workers", [1, 3])
def test_decisions_in_any_order_give_the_same_bytes(reviewed, tmp_path, workers):
    file = reviewed[0] / "reviews.csv"
    flow.build(reviewed[0], tmp_path / "one")
    head, *rows = file.read_text("utf-8").splitlines(keepends=True)
    file.write_text("".join([head, *reversed(rows)]), "utf-8")
    flow.build(reviewed[0], tmp_path / "two", workers=workers)
    assert contents(tmp_path / "one") == contents(tmp_path / "two")


def test_only_bulletins_that_a_decision_names_are_loaded_twice(reviewed, tmp_path, monkeypatch):
    loaded = []
    load_tables = cache.load_tables
    monkeypatch.setattr(cache, "load_tables", lambda path: loaded.append(path) or load_tables(path))
    flow.build(reviewed[0], tmp_path / "out")
    assert (len(loaded), len(set(loaded))) == (21, 20)
    loaded.clear()
    (reviewed[0] / "reviews.csv").unlink()
    flow.build(reviewed[0], tmp_path / "out")
    assert len(loaded) == 20


# Bad input: each file gets its row and reason, the others are read


BAD = [
    ("empty.txt", b"", "failed", "空"),
    ("blank.txt", " \n　\n".encode(), "failed", ""),
    ("binary.txt", bytes(range(256)) * 40, "failed", "二进制"),
    ("utf16-cut.txt", "关于整改".encode("utf-16")[:-1], "failed", "utf-16"),
    ("news.txt", "昨日，全市召开大会。市长出席并讲话。".encode(), "not_bulletin", "新闻"),
    ("contacts.csv", "姓名,电话\n张三,1\n".encode(), "not_bulletin", "没有台账的表头"),
    ("photo.jpg", b"\xff\xd8\xff", "failed", "损坏"),
    ("photo.gif", b"GIF89a", "unsupported", "暂不支持 .gif"),
    ("broken.PDF", b"%PDF", "failed", "损坏"),
    ("no ending", b"x", "unsupported", "后缀"),
]


def test_bad_files_have_a_row_and_the_others_are_read(tmp_path):
    folder = make_folder(tmp_path / "in", 2)
    for name, data, *_ in BAD:
        (folder / name).write_bytes(data)
    seen = {}
    summary = flow.build(folder, tmp_path / "out", problem=seen.__setitem__)
    found = documents(tmp_path / "out")
    for name, _, status, word in BAD:
        assert found[name][0] == status, name
        assert word in found[name][1], name
        assert seen[name] == found[name][1]
    assert len(seen) == len(BAD)
    assert summary.statuses["read"] == 2
    assert flow.build(folder, tmp_path / "out").read_now == 0  # what failed is known to fail


def test_strange_but_readable_files_are_read(tmp_path):
    folder = make_folder(tmp_path / "in", 2)
    headings = "".join(
        f"（{part}）关于第{part}方面\n" + "".join(f"{n}.关于问题{n}的整改\n整改措施：学习。\n" for n in range(1, 501))
        for part in [ten + one for ten in ("", "十") for one in "一二三四五六七八九"] + ["十", "二十"]
    )
    line = "整改措施：一是学习；二是落实。" * 111_111  # 5 MB
    strange = {
        "long.txt": f"关于巡察整改情况的通报{line}",
        "many.txt": f"关于巡察整改情况的通报\n{headings}",
        "cut.txt": make_text(7)[:250],
        "old.md": make_text(8),
    }
    for name, text in strange.items():
        (folder / name).write_bytes(text.encode("gb18030" if name == "old.md" else "utf-8"))
    flow.build(folder, tmp_path / "out")
    found = documents(tmp_path / "out")
    assert [found[name][0] for name in ("many.txt", "cut.txt", "old.md")] == ["read", "read", "read"]
    assert found["long.txt"][0] in ("read", "not_bulletin")
    ledger = open_ledger(tmp_path / "out")
    assert ledger.bulletins["listed_issues"].max() == 10_000
    assert ledger.issues["issue_id"].is_unique


def test_what_is_no_document_has_no_row(tmp_path):
    folder = make_folder(tmp_path / "in", 2)
    reviews = "decided_at,reviewer,path,issue_id,n,statement,field,old,new,reason\n"
    heads = {"manifest.csv": "path\n", "reviews.csv": reviews}
    for name in (".hidden.txt", "README.md", "readme.txt", "manifest.csv", "unit_aliases.csv", "reviews.csv"):
        (folder / name).write_text(heads.get(name, "alias,unit\n"), "utf-8")
    (folder / ".git").mkdir()
    (folder / ".git" / "a.txt").write_text("x")
    flow.build(folder, folder / "out")  # the ledger may lie in the folder
    flow.build(folder, folder / "out")
    assert documents(folder / "out").keys() == {"乙/000.txt", "甲/001.txt"}


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_links_are_followed_once_and_broken_ones_are_named(tmp_path):
    folder = make_folder(tmp_path / "in", 2)
    (folder / "甲" / "loop").symlink_to(folder)
    (folder / "丙").symlink_to(folder / "甲")
    (folder / "丁").symlink_to(make_folder(tmp_path / "elsewhere", 1, first=4))
    (folder / "broken.txt").symlink_to(tmp_path / "nowhere")
    (folder / "self.txt").symlink_to(folder / "self.txt")
    os.mkfifo(folder / "pipe.txt")
    flow.build(folder, tmp_path / "out")
    found = documents(tmp_path / "out")
    assert found.keys() == {"乙/000.txt", "甲/001.txt", "丁/乙/004.txt", "broken.txt", "self.txt", "pipe.txt"}
    assert found["broken.txt"] == ("failed", "链接所指的文件不存在；请核对")
    assert found["self.txt"][0] == "failed"
    assert found["pipe.txt"] == ("unsupported", "不是普通文件；请移开")


def test_a_file_or_folder_without_permission_is_named(tmp_path, monkeypatch):
    folder = make_folder(tmp_path / "in", 4)
    open_file, entries = Path.open, Path.iterdir

    def refuse(self, *args, **kwargs):
        if self.name == "000.txt":
            raise PermissionError(13, "Permission denied", str(self))
        return open_file(self, *args, **kwargs)

    def refuse_folder(self):
        if self.name == "甲":
            raise PermissionError(13, "Permission denied", str(self))
        return entries(self)

    monkeypatch.setattr(Path, "open", refuse)  # chmod does not stop root
    monkeypatch.setattr(Path, "iterdir", refuse_folder)
    flow.build(folder, tmp_path / "out")
    found = documents(tmp_path / "out")
    assert found["乙/000.txt"] == found["甲"] == ("failed", "没有读取权限；请改权限后再读")
    assert found["乙/002.txt"][0] == "read"


@pytest.mark.skipif(sys.platform != "linux", reason="other systems allow no such name")
def test_a_name_that_is_no_utf8_is_kept_apart(tmp_path):
    folder = make_folder(tmp_path / "in", 2)
    for name in (b"\xff.txt", b"\xfe.txt"):
        (Path(os.fsdecode(os.fsencode(folder) + b"/" + name))).write_text(make_text(name[0]), "utf-8")
    flow.build(folder, tmp_path / "out")
    assert {r"\xff.txt", r"\xfe.txt"} < documents(tmp_path / "out").keys()


def test_a_file_that_changes_while_it_is_read_is_not_believed(tmp_path, monkeypatch):
    folder = make_folder(tmp_path / "in", 3)
    read = pipeline.sources.read

    def change_and_read(path, **kwargs):
        if path.name == "001.txt":
            path.write_text(make_text(99), "utf-8")
        return read(path, **kwargs)

    monkeypatch.setattr(pipeline.sources, "read", change_and_read)
    flow.build(folder, tmp_path / "out")
    assert documents(tmp_path / "out")["甲/001.txt"] == ("failed", "文件在读取时被改动；请再运行一次")
    monkeypatch.undo()
    assert flow.build(folder, tmp_path / "out").read_now == 1
    assert documents(tmp_path / "out")["甲/001.txt"] == ("read", None)


# Our own faults


def break_on(monkeypatch, mark, action):
    """Let the parser do something terrible to texts that hold the mark."""
    parse = pipeline.bulletins.parse
    monkeypatch.setattr(pipeline.bulletins, "parse", lambda text: action() if mark in text else parse(text))


def test_an_exception_costs_one_file(tmp_path, monkeypatch):
    folder = make_folder(tmp_path / "in", 6)
    break_on(monkeypatch, "编号3。", lambda: 1 / 0)
    flow.build(folder, tmp_path / "out")
    found = documents(tmp_path / "out")
    assert found["甲/003.txt"][0] == "failed"
    assert "ZeroDivisionError" in found["甲/003.txt"][1]
    assert [status for status, _ in found.values()].count("read") == 5
    monkeypatch.undo()
    assert flow.build(folder, tmp_path / "out").read_now == 1  # it is tried again


@ONE_KILLS
def test_a_process_that_dies_costs_one_file(tmp_path, monkeypatch):
    folder = make_folder(tmp_path / "in", 12)
    break_on(monkeypatch, "编号3。", lambda: os.kill(os.getpid(), signal.SIGKILL))
    flow.build(folder, tmp_path / "out", workers=2)
    found = documents(tmp_path / "out")
    assert found["甲/003.txt"][0] == "failed"
    assert "意外中止" in found["甲/003.txt"][1]
    assert [status for status, _ in found.values()].count("read") == 11


def test_a_file_that_never_ends_costs_only_its_time(tmp_path, monkeypatch):
    folder = make_folder(tmp_path / "in", 12)
    break_on(monkeypatch, "编号3。", lambda: time.sleep(100))
    begun = time.monotonic()
    flow.build(folder, tmp_path / "out", workers=2, seconds=2)
    assert time.monotonic() - begun < 30
    found = documents(tmp_path / "out")
    assert found["甲/003.txt"] == ("failed", "读取超过 2 秒，已中止；请拆分文件，或用 --seconds-per-file 放宽")
    assert [status for status, _ in found.values()].count("read") == 11
    monkeypatch.undo()
    assert flow.build(folder, tmp_path / "out", seconds=2).read_now == 0  # or every build would wait for it
    assert flow.build(folder, tmp_path / "out", seconds=60).read_now == 1
    assert documents(tmp_path / "out")["甲/003.txt"] == ("read", None)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems keep no such limit")
def test_a_file_that_takes_all_memory_costs_one_file(tmp_path, monkeypatch):
    folder = make_folder(tmp_path / "in", 6)
    break_on(monkeypatch, "编号3。", lambda: bytearray(2 * flow.MEMORY))
    flow.build(folder, tmp_path / "out")
    found = documents(tmp_path / "out")
    assert found["甲/003.txt"] == ("failed", "读取它要用的内存超过上限 4 GB；请拆分后再读")
    assert [status for status, _ in found.values()].count("read") == 5


def test_a_full_disk_stops_the_run(tmp_path, monkeypatch):
    folder = make_folder(tmp_path / "in", 2)

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(cache, "write_bytes", full)
    with pytest.raises(OSError, match="No space"):
        flow.build(folder, tmp_path / "out")


# Nothing to be done


def test_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(LedgerError, match="不存在"):
        flow.build(tmp_path / "nowhere", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_file_is_no_folder(tmp_path):
    (tmp_path / "a.txt").touch()
    with pytest.raises(LedgerError, match="zhenggai parse"):
        flow.build(tmp_path / "a.txt", tmp_path / "out")


def test_the_ledger_is_not_written_over_the_bulletins(tmp_path):
    with pytest.raises(LedgerError, match="--out"):
        flow.build(make_folder(tmp_path, 1), tmp_path)


def test_an_empty_folder_leaves_an_earlier_ledger_alone(corpus, clean, tmp_path):
    flow.build(corpus, tmp_path / "out")
    (tmp_path / "empty").mkdir()
    with pytest.raises(LedgerError, match="没有文件"):
        flow.build(tmp_path / "empty", tmp_path / "out")
    assert contents(tmp_path / "out") == clean


def test_a_folder_without_bulletins_is_an_error_with_rows(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "news.txt").write_text("昨日，全市召开大会。", "utf-8")
    with pytest.raises(LedgerError, match="没有一个读成整改通报"):
        flow.build(tmp_path / "in", tmp_path / "out")
    assert documents(tmp_path / "out")["news.txt"][0] == "not_bulletin"


def test_an_out_that_cannot_be_made(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match="file"):
        flow.build(make_folder(tmp_path / "in", 1), tmp_path / "file" / "out")


def test_strict_makes_an_error_of_a_bad_file_and_writes_all_the_same(tmp_path):
    folder = make_folder(tmp_path / "in", 2)
    flow.build(folder, tmp_path / "out", strict=True)
    (folder / "empty.txt").touch()
    with pytest.raises(LedgerError, match="1 个文件没有读成"):
        flow.build(folder, tmp_path / "out", strict=True)
    assert len(open_ledger(tmp_path / "out").documents) == 3


def test_progress_goes_from_nothing_to_all(corpus, tmp_path):
    seen = []
    flow.build(corpus, tmp_path, progress=lambda *step: seen.append(step))
    for stage in ("读取", "汇总"):
        steps = [(done, total) for name, done, total in seen if name == stage]
        assert steps == sorted(steps)
        assert steps[-1] == (20, 20)
    assert seen[0] == ("读取", 0, 20)


# Killed


def start(target, *args):
    """Run in a process of its own, which is here as we are: a new interpreter would only be slower."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # newer Pythons warn of forking beside Arrow's threads
        process = get_context("fork").Process(target=target, args=args)
        process.start()
    return process


def build_in_silence(folder, out):
    os.close(2)
    flow.build(folder, out, workers=2)


@ONE_KILLS
def test_killed_at_any_moment_the_next_run_completes_it(tmp_path):
    folder = make_folder(tmp_path / "in", 80)
    begun = time.monotonic()
    process = start(build_in_silence, folder, tmp_path / "clean")
    process.join()
    whole = time.monotonic() - begun
    expected = contents(tmp_path / "clean")
    moments = random.Random(20250304)
    killed = 0
    for run in range(10):
        out = tmp_path / str(run)
        process = start(build_in_silence, folder, out)
        time.sleep(moments.uniform(0.02, whole))
        process.kill()
        process.join()
        killed += process.exitcode == -signal.SIGKILL
        flow.build(folder, out, workers=2)
        assert contents(out) == expected
        assert not list(out.rglob("*.tmp"))
    assert killed >= 5  # the others had ended before


def die_at_rename(folder, out, number):
    """Build, and be killed before this rename of the ledger's own files."""
    replace, names = Path.replace, []

    def replace_or_die(self, target):
        if Path(target).parent == out:
            names.append(target)
            if len(names) > number:
                os.kill(os.getpid(), signal.SIGKILL)
        return replace(self, target)

    Path.replace = replace_or_die
    flow.build(folder, out)


@ONE_KILLS
@pytest.mark.parametrize("number", range(len(TABLES) + 1))
def test_killed_between_two_files_the_ledger_is_whole_or_refused(copy, tmp_path, number):
    out = tmp_path / "out"
    flow.build(copy, out)
    before = contents(out)
    shutil.rmtree(copy / "甲")
    process = start(die_at_rename, copy, out, number)
    process.join()
    assert process.exitcode == -signal.SIGKILL
    if number == 0:
        open_ledger(out)
        assert contents(out) == before
    else:
        with pytest.raises(LedgerError, match="再运行一次 zhenggai build"):
            open_ledger(out)
    flow.build(copy, out)
    assert len(open_ledger(out).bulletins) == 10
