"""Archives: names as they were meant, bounds that hold, and nothing written where a name says."""

import io
import random
import stat
import struct
import zipfile
import zlib

import pytest

from pipeline.sources.archive import Bounds, read_archive


def pack(*files, **options):
    """A ZIP of (name, data) pairs."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, **options) as archive:
        for name, data in files:
            archive.writestr(name, data)
    return stream.getvalue()


def members(data, **bounds):
    return list(read_archive(io.BytesIO(data), Bounds(**bounds)))


def said(data, **bounds):
    """path → data, or the reason why there is none."""
    return {member.path: member.reason or member.data for member in members(data, **bounds)}


def gbk(name):
    """An archive as Windows makes it: the name in GBK, nothing says so."""
    placeholder = "x" * len(name.encode("gbk"))
    return pack((placeholder, b"data")).replace(placeholder.encode(), name.encode("gbk"))


def test_names_in_gbk_and_in_utf8_are_read():
    assert said(gbk("甲局/整改通报.txt")) == {"甲局/整改通报.txt": b"data"}
    assert said(pack(("乙局/整改通报.txt", b"data"))) == {"乙局/整改通报.txt": b"data"}


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../../etc/passwd", "etc/passwd"),
        ("/etc/passwd", "etc/passwd"),
        ("..\\..\\a.txt", "a.txt"),
        ("C:\\a.txt", "C_/a.txt"),
        ("a\n\u202e.txt", "a__.txt"),
        ("..", "_"),
    ],
)
def test_names_that_lead_out_are_only_words(name, shown):
    assert said(pack((name, b"x"))) == {shown: b"x"}


def test_files_of_one_name_are_told_apart():
    with pytest.warns(UserWarning, match="Duplicate name"):
        data = pack(("a.txt", b"1"), ("a.txt", b"2"), ("../a.txt", b"3"))
    assert said(data) == {"a.txt": b"1", "a (2).txt": b"2", "a (3).txt": b"3"}


def test_what_a_folder_would_not_show_is_not_shown():
    files = ("README.md", "__MACOSX/._a.txt", ".hidden/a.txt", "甲/.DS_Store", "a.txt")
    assert said(pack(*((name, b"x") for name in files))) == {"a.txt": b"x"}


def test_archives_in_archives_are_opened_so_deep():
    deep = pack(("a.txt", b"x"))
    for level in (3, 2, 1):
        deep = pack((f"{level}.zip", deep), (f"{level}.txt", b"y"))
    found = said(deep)
    assert found.keys() == {"1.txt", "1.zip/2.txt", "1.zip/2.zip/3.txt", "1.zip/2.zip/3.zip"}
    assert "套了超过 3 层" in found["1.zip/2.zip/3.zip"]
    assert said(deep, depth=4)["1.zip/2.zip/3.zip/a.txt"] == b"x"


def test_a_link_is_named_and_not_followed():
    link = zipfile.ZipInfo("link.txt")
    link.create_system, link.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    (member, other) = members(pack((link, b"/etc/passwd"), ("a.txt", b"x")))
    assert (member.status, member.data) == ("unsupported", b"")
    assert "链接" in member.reason
    assert other.data == b"x"


def test_a_password_costs_only_the_files_that_have_one():
    data = bytearray(pack(("secret.txt", b"x"), ("open.txt", b"y")))
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + place] |= 1
    found = said(bytes(data))
    assert "有密码" in found["secret.txt"]
    assert found["open.txt"] == b"y"


def test_a_damaged_member_costs_only_itself():
    data = bytearray(pack(("a.txt", random.Random(1).randbytes(1000)), ("b.txt", b"y" * 100)))
    data[200] ^= 255
    found = said(bytes(data))
    assert "已损坏" in found["a.txt"]
    assert found["b.txt"] == b"y" * 100


def test_a_way_of_packing_that_is_not_known_is_said():
    data = bytearray(pack(("a.txt", b"x" * 100)))
    for mark, place in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        start = data.index(mark) + place
        data[start : start + 2] = struct.pack("<H", 9)  # Deflate64
    assert "压缩方式不支持" in said(bytes(data))["a.txt"]


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"PK\x03\x04", "已损坏"),
        (b"not a zip", "已损坏"),
        (pack(("a.txt", b"x"))[:-10], "已损坏"),
        (pack(), "没有文件"),
        (pack(("folder/", b"")), "没有文件"),
    ],
)
def test_an_archive_that_cannot_be_opened_says_why(data, word):
    ((path, reason),) = said(data).items()
    assert path == ""
    assert word in reason


def test_a_bomb_is_left_where_it_begins():
    found = said(pack(("bomb.txt", bytes(40 * 2**20)), ("a.txt", b"x")))
    assert "压缩炸弹" in found["bomb.txt"]
    assert found["a.txt"] == b"x"


def test_many_files_together_may_not_be_too_large():
    noise = random.Random(1).randbytes(2**20)
    inner = pack(*((f"{n}.txt", noise) for n in range(3)))
    found = members(pack(("1.zip", inner), ("2.zip", inner)), bytes=8 * 2**20)
    assert "超过上限 8 MB" in found[-1].reason
    assert found[-1].path == ""
    assert [m.path for m in found[:-1]] == [
        "1.zip/0.txt",
        "1.zip/1.txt",
        "1.zip/2.txt",
    ]  # and 2.zip itself was the rest


def test_the_number_of_files_is_bounded():
    found = members(pack(*((f"{n}.txt", b"") for n in range(6))), members=5)
    assert len(found) == 6
    assert "上限 5 个" in found[-1].reason


def test_files_that_lie_upon_one_another_are_bounded():
    """Many names for the same bytes: small in the file, large when unpacked."""
    body = zlib.compress(bytes(2**20), wbits=-15)
    crc = zlib.crc32(bytes(2**20))
    local = struct.pack("<4s5H3I2H", b"PK\x03\x04", 20, 0, 8, 0, 0, crc, len(body), 2**20, 1, 0) + b"a" + body
    entry = (
        struct.pack("<4s6H3I5H2I", b"PK\x01\x02", 20, 20, 0, 8, 0, 0, crc, len(body), 2**20, 1, 0, 0, 0, 0, 0, 0) + b"a"
    )
    end = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 5000, 5000, 5000 * len(entry), len(local), 0)
    found = members(local + 5000 * entry + end, bytes=32 * 2**20)
    assert "超过上限" in found[-1].reason or all(m.reason for m in found[1:])  # newer Pythons see the overlap


def test_whatever_the_bytes_there_is_an_answer():
    draw = random.Random(20250304)
    whole = pack(("甲.txt", b"x" * 500), ("b.zip", pack(("c.txt", b"y" * 300))))
    for _ in range(2000):
        data = bytearray(whole)
        for _ in range(draw.randint(1, 4)):
            data[draw.randrange(len(data))] = draw.randrange(256)
        for member in members(bytes(data), bytes=2**20):
            assert member.path or member.reason
