"""A file → `Source`."""

from hashlib import sha256

import pytest

from pipeline.errors import SourceError
from pipeline.records import Manifest
from pipeline.sources import read
from pipeline.sources.manifest import read_manifest
from pipeline.sources.offsets import source_position


def test_a_source_says_where_it_is_from(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes("**整改**情况".encode("gb18030"))
    source = read(path, given="data/a.txt", manifest=Manifest(unit="某局"))
    assert (source.path, source.format, source.encoding) == ("data/a.txt", "txt", "gb18030")
    assert source.text == "整改情况"
    assert source.sha256 == sha256(path.read_bytes()).hexdigest()
    assert source.text_sha256 == sha256("整改情况".encode()).hexdigest()
    assert source.manifest.unit == "某局"
    assert source_position((source.clean, source.raw), 2) == len("**整改**")


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("a.ofd", b"PK", "unsupported"),
        ("a.pdf", b"%PDF-1.7", "damaged"),
        ("a", b"x", "unsupported"),
        ("a.txt", b"", "empty"),
        ("a.txt", "\u200b\n**\n".encode(), "empty"),
        ("a.txt", b"\x00\x01\x02", "binary"),
    ],
)
def test_what_cannot_be_read_says_why_and_what_to_do(tmp_path, name, data, code):
    (tmp_path / name).write_bytes(data)
    with pytest.raises(SourceError) as error:
        read(tmp_path / name)
    assert error.value.code == code


def test_manifest_rows_by_path(tmp_path):
    (tmp_path / "manifest.csv").write_text(
        "path,unit,published\nsub\\a.txt,某局,2024-05-01\nb.txt,,\n", encoding="utf-8-sig"
    )
    rows = read_manifest(tmp_path)
    assert rows == {"sub/a.txt": Manifest(unit="某局", published="2024-05-01"), "b.txt": Manifest()}


def test_no_manifest_is_no_rows(tmp_path):
    assert read_manifest(tmp_path) == {}


@pytest.mark.parametrize(
    ("content", "named"),
    [
        ("path,colour\na.txt,red\n", "colour"),
        ("unit\n某局\n", "path"),
        ("path\na.txt\na.txt\n", "a.txt"),
        ("path,unit\n,某局\n", "第 2 行"),
        ("path,published\na.txt,2024-13-01\n", "2024-13-01"),
    ],
)
def test_a_bad_manifest_names_row_and_value(tmp_path, content, named):
    (tmp_path / "manifest.csv").write_text(content, encoding="utf-8")
    with pytest.raises(SourceError, match=named):
        read_manifest(tmp_path)
