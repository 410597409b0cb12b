"""LIST.csv, the addresses in it, the names of files, and the manifest that they are written down in."""

import pytest

from pipeline.errors import FetchError
from pipeline.sources.fetch_list import Wanted, read_list
from pipeline.sources.file_names import file_name, find_ending, folder_name
from pipeline.sources.manifest import COLUMNS, FETCHED, read_manifest, read_rows, write_rows
from pipeline.sources.urls import UrlError, tidy


@pytest.fixture
def write(tmp_path):
    def write(text, encoding="utf-8"):
        path = tmp_path / "list.csv"
        path.write_text(text, encoding)
        return path

    return write


# LIST.csv


def test_rows_are_read_with_what_is_known(write):
    path = write(
        'unit,url,published\n某局, http://A.gov.cn ,2024-05-01\n,,\n"甲,乙",http://a.gov.cn/通报#x,\n', "utf-8-sig"
    )
    assert read_list(path) == [
        Wanted(2, "http://a.gov.cn/", {"url": "http://A.gov.cn", "unit": "某局", "published": "2024-05-01"}),
        Wanted(4, "http://a.gov.cn/%E9%80%9A%E6%8A%A5", {"url": "http://a.gov.cn/通报#x", "unit": "甲,乙"}),
    ]


WRONG = [
    ("", "缺少 url 列"),
    ("unit\n某局\n", "缺少 url 列"),
    ("http://a.gov.cn/\n", "第一行要写列名"),
    ("url,colour\nhttp://a.gov.cn/,red\n", "不认识列 'colour'"),
    ("url,url\nhttp://a.gov.cn/,\n", "列 url 重复"),
    ("url\n", "没有网址"),
    ("url\n\n \n", "没有网址"),
    ("url,unit\n,某局\n", "第 2 行：url ''"),
    ("url\n\nwww.a.gov.cn\n", "第 3 行：url 'www.a.gov.cn'：只能取 http:// 或 https:// 的网址；请改正"),
    ("url\nhttp://a.gov.cn/\nHTTP://A.gov.cn:80\n", "第 3 行：url 'HTTP://A.gov.cn:80' 与第 2 行重复"),
    ("url,published\nhttp://a.gov.cn/,2024/5/1\n", "第 2 行：published '2024/5/1' 不是 YYYY-MM-DD"),
    ("url,unit\nhttp://a.gov.cn/,甲,乙\n", "第 2 行：有 3 格，多于列数 2"),
    ('url\n"http://a.cn/"b\n', "不是 CSV 表格"),
]


@pytest.mark.parametrize(("text", "fault"), WRONG)
def test_what_is_wrong_is_named_by_row(write, text, fault):
    with pytest.raises(FetchError) as error:
        read_list(write(text))
    assert len(error.value.faults) == 1
    assert fault in error.value.faults[0]
    assert error.value.faults[0].startswith("list.csv")


def test_everything_that_is_wrong_is_named_at_once(write):
    with pytest.raises(FetchError) as error:
        read_list(write("url,published\nx,\nhttp://a.gov.cn/,1\nhttp://a.gov.cn/,\n"))
    assert [fault[:14] for fault in error.value.faults] == [f"list.csv 第 {row} 行" for row in (2, 3, 4)]


# Addresses

ADDRESSES = [
    ("http://a.gov.cn", "http://a.gov.cn/"),
    (" https://A.GOV.CN.:443/A?b#c ", "https://a.gov.cn/A?b"),
    ("http://a.gov.cn:8080", "http://a.gov.cn:8080/"),
    ("http://a.gov.cn/%e9%80%9a?q=a+b&c=%20", "http://a.gov.cn/%e9%80%9a?q=a+b&c=%20"),
    ("http://a.gov.cn/a?q=通报", "http://a.gov.cn/a?q=%E9%80%9A%E6%8A%A5"),
    ("http://ＷＷＷ.a.cn/", "http://www.a.cn/"),
    ("http://[2400:3200::1]:81/", "http://[2400:3200::1]:81/"),
]


@pytest.mark.parametrize(("url", "expected"), ADDRESSES)
def test_addresses_have_one_form(url, expected):
    assert tidy(url) == expected
    assert tidy(expected) == expected


REFUSED = [
    "",
    "a.gov.cn",
    "//a.gov.cn/",
    "ftp://a.gov.cn",
    "file:///etc/passwd",
    "javascript:alert(1)",
    "http://",
    "http:///a",
]
REFUSED += [
    "http://a b.cn/",
    "http://a.cn/\r\nX: 1",
    "http://a.cn:99999/",
    "http://a.cn:x/",
    "http://[::1",
    "http://..cn/",
]
REFUSED += [
    "http://user:secret@a.cn/",
    "http://user@a.cn/",
    "http://a.cn\\@b.cn/",
    "http://a%2eb.cn/",
    f"http://{'a' * 64}.cn/",
]
REFUSED += [f"http://a.cn/{'a' * 2000}", f"http://a.cn/{'通' * 300}", "http://a.cn\x00.b.cn/", "http://-a.cn/"]


@pytest.mark.parametrize("url", REFUSED)
def test_what_is_no_address_is_refused(url):
    with pytest.raises(UrlError):
        tidy(url)


# Names of files

NAMES = [
    ("http://a.cn/", "index-"),
    ("http://a.cn/x/", "x-"),
    ("http://a.cn/art_1_2.html", "art_1_2-"),
    ("http://a.cn/%CD%A8%B1%A8.htm", "通报-"),  # GB18030
    ("http://a.cn/%FF%FE", "%FF%FE-"),
    ("http://a.cn/a%2Fb%5Cc%3Ad%00%0A%E2%80%AEe.html", "a_b_c_d_e-"),
    ("http://a.cn/con", "page-con-"),
    ("http://a.cn/NUL.txt", "page-NUL-"),
    ("http://a.cn/README.md", "page-README-"),  # a build passes README over
    ("http://a.cn/.hidden", "hidden-"),
    ("http://a.cn/..%2f..%2fetc%2fpasswd", "etc_passwd-"),
    ("http://a.cn/%2e%2e", "index-"),
    ("http://a.cn/" + "%E9%80%9A" * 150, "通" * 60 + "-"),
    ("http://a.cn/v1.2", "v1.2-"),
]


@pytest.mark.parametrize(("url", "start"), NAMES)
def test_names_can_be_read_and_are_allowed_everywhere(url, start):
    name = file_name(tidy(url), ".html")
    assert name.startswith(start)
    assert len(name) == len(start) + 12 + len(".html")
    assert len(name.encode()) <= 255
    assert not set(name) & set('<>:"/\\|?*\x00\n')


def test_a_name_depends_on_the_whole_address_and_on_nothing_else():
    urls = [
        "http://a.cn/x.html",
        "http://a.cn/x.html?1",
        "http://a.cn/y/x.html",
        "https://a.cn/x.html",
        "http://a.cn/X.html",
    ]
    names = [file_name(url, ".html") for url in urls]
    assert len({name.lower() for name in names}) == len(urls)
    assert names == [file_name(url, ".html") for url in urls]


@pytest.mark.parametrize(
    ("url", "folder"),
    [
        ("http://a.cn/", "a.cn"),
        ("https://a.cn:8443/", "a.cn_8443"),
        ("http://xn--a/", "xn--a"),
        ("http://_/", "host"),
        ("http://con/", "page-con"),
        ("http://" + ".".join(["a" * 60] * 4), "a" * 60),
    ],
)
def test_folders(url, folder):
    assert folder_name(tidy(url)) == folder


@pytest.mark.parametrize(
    ("url", "headers", "head", "ending"),
    [
        ("http://a.cn/x", {}, b"<!DOCTYPE html>", ".html"),
        ("http://a.cn/x", {"content-type": "text/plain"}, b"abc", ".txt"),
        ("http://a.cn/x", {"content-type": "application/octet-stream"}, b"\x00", ".bin"),
        ("http://a.cn/x.DOCX", {"content-type": "application/octet-stream"}, b"PK", ".docx"),
        ("http://a.cn/x.docx", {"content-type": "text/html"}, b"<html>", ".html"),  # a page of error, or of login
        ("http://a.cn/x.html", {"content-type": "application/pdf"}, b"%PDF-1.4", ".pdf"),
        ("http://a.cn/x.exe", {}, b"MZ", ".bin"),
        ("http://a.cn/d", {"content-disposition": "attachment; filename*=UTF-8''a.pdf; x=1"}, b"", ".pdf"),
    ],
)
def test_endings(url, headers, head, ending):
    assert find_ending(url, headers, head) == ending


# The manifest


def test_a_manifest_is_written_as_it_was_read(tmp_path):
    rows = [{"path": "a.txt", "unit": '甲,"乙"', "etag": '"1"'}, {"path": "b.txt", "note": "两\n行"}]
    write_rows(tmp_path, [*COLUMNS, *FETCHED], rows)
    columns, found = read_rows(tmp_path)
    assert columns == [*COLUMNS, *FETCHED]
    assert [{name: cell for name, cell in row.items() if cell} for row in found] == rows
    assert read_manifest(tmp_path)["a.txt"].unit == '甲,"乙"'
    assert [path.name for path in tmp_path.iterdir()] == ["manifest.csv"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_the_mark_stays_as_it_was(tmp_path, encoding):
    file = tmp_path / "manifest.csv"
    file.write_text("path\na.txt\n", encoding)
    write_rows(tmp_path, ["path"], [{"path": "b.txt"}])
    assert file.read_bytes() == "path\nb.txt\n".encode(encoding)


def test_a_manifest_that_cannot_be_written_is_left_as_it_was(tmp_path):
    write_rows(tmp_path, ["path"], [{"path": "a.txt"}])
    before = (tmp_path / "manifest.csv").read_bytes()
    with pytest.raises(ValueError, match="colour"):
        write_rows(tmp_path, ["path"], [{"path": "b.txt"}, {"colour": "red"}])
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("manifest.csv", before)]
