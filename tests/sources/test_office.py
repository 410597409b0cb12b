"""Old word processors' files: by LibreOffice where it is, else a clear line; a program that hangs is ended."""

import subprocess
import sys
import time

import pytest
from bulletin_maker import make_text
from docx_maker import abstract, docx, level, listed, num, p

from pipeline import flow, open_ledger
from pipeline.errors import SourceError
from pipeline.sources import office, read
from pipeline.sources.docx import OLE

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="the stand-in is a shell script")
BODY = p("某局关于巡察整改情况的通报") + listed("学习不深入。") + listed("报销不严。")
NUMBERING = abstract(level(0, "chineseCountingThousand", "%1、")) + num()


def code(data=OLE + b"\x00" * 600, **more):
    with pytest.raises(SourceError) as error:
        office.read_doc(data) if not more else office.convert(data, **more)
    assert "\n" not in str(error.value)
    return error.value.code


def stand_in(folder, monkeypatch, script):
    path = folder / "soffice"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    monkeypatch.setattr(office, "find_office", lambda: str(path))


@pytest.mark.skipif(office.find_office() is None, reason="LibreOffice is not installed")
@pytest.mark.parametrize("ending", ["doc", "wps"])
def test_a_real_file_is_read_with_its_numbers(tmp_path, ending):
    (tmp_path / "a.docx").write_bytes(docx(BODY, numbering=NUMBERING))
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [
        office.find_office(),
        "--headless",
        profile,
        "--convert-to",
        "doc",
        "--outdir",
        tmp_path,
        tmp_path / "a.docx",
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    old = tmp_path / f"b.{ending}"
    (tmp_path / "a.doc").rename(old)
    assert old.read_bytes().startswith(OLE)
    assert read(old).text == "某局关于巡察整改情况的通报\n一、学习不深入。\n二、报销不严。"


def test_without_libreoffice_the_line_says_what_to_do(monkeypatch):
    monkeypatch.setattr(office, "find_office", lambda: None)
    assert code() == "no_office"


def test_a_file_with_a_password_is_named():
    assert code(OLE + "EncryptedPackage".encode("utf-16-le")) == "encrypted"


@POSIX
def test_a_file_that_is_not_taken_is_damaged(tmp_path, monkeypatch):
    stand_in(tmp_path, monkeypatch, "exit 0")
    assert code() == "damaged"


@POSIX
def test_a_program_that_hangs_is_ended_with_its_children(tmp_path, monkeypatch):
    stand_in(tmp_path, monkeypatch, f"(sleep 2; touch {tmp_path}/alive) & sleep 600")
    begun = time.monotonic()
    assert code(seconds=0.5) == "too_slow"
    assert time.monotonic() - begun < 2
    time.sleep(2.5)
    assert not (tmp_path / "alive").exists()


def test_what_has_the_ending_of_another_is_read_as_what_it_is(tmp_path, monkeypatch):
    monkeypatch.setattr(office, "find_office", lambda: None)
    (tmp_path / "a.doc").write_bytes(docx(BODY, numbering=NUMBERING))
    (tmp_path / "b.doc").write_text("<html><body><p>某局关于巡察整改情况的通报</p></body></html>", "utf-8")
    assert read(tmp_path / "a.doc").text.startswith("某局")
    assert read(tmp_path / "b.doc").text.startswith("某局")
    (tmp_path / "c.docx").write_bytes(OLE + b"\x00" * 600)
    with pytest.raises(SourceError, match="LibreOffice"):
        read(tmp_path / "c.docx")


def test_after_installing_libreoffice_the_file_is_tried_again(tmp_path, monkeypatch):
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.doc").write_bytes(OLE + b"\x00" * 600)
    monkeypatch.setattr(office, "find_office", lambda: None)
    (folder / "b.txt").write_text(make_text(1), "utf-8")
    assert flow.build(folder, tmp_path / "out", workers=1).read_now == 2
    assert flow.build(folder, tmp_path / "out", workers=1).read_now == 1
    row, _ = open_ledger(tmp_path / "out").documents.itertuples()
    assert (row.status, "LibreOffice" in row.reason) == ("failed", True)
