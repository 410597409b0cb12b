"""Fetching from a site on 127.0.0.1 that is slow, broken, endless, rude or gone; nothing outside is ever asked."""

import csv
import gzip
import json
import random
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import time
import zlib
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import groupby, pairwise
from pathlib import Path

import httpcore
import pytest
from bulletin_maker import make_text
from local_site import answer, in_turn, page, raw, redirect, running

import pipeline
from pipeline import cli, flow, open_ledger
from pipeline.errors import FetchError, SourceError
from pipeline.sources import addresses, download
from pipeline.sources.download import Limits, Stopped, ask
from pipeline.sources.fetch import fetch
from pipeline.sources.fetch_list import Wanted
from pipeline.sources.manifest import FETCHED, read_manifest, read_rows
from pipeline.sources.turns import Turns
from pipeline.sources.urls import tidy
from pipeline.sources.visit import Manners

LIMITS = Limits(size=100_000, seconds=5.0, connect=2.0, silence=2.0, allow_private=True)
MANNERS = Manners(agent="zhenggai/test", pause=0.0, tries=3, backoff=0.01)
NOW = datetime(2024, 5, 1, 8, tzinfo=UTC)
NAMES = {"a.test", "b.test", "c.test"}  # all of them 127.0.0.1
HTML = {"Content_Type": "text/html"}


@pytest.fixture
def site():
    with running() as found:
        yield found


@pytest.fixture(autouse=True)
def connected(monkeypatch):
    """The addresses that were connected to; any but 127.0.0.1 fails the test. Names ending in .test are of this machine."""
    found, connect, look_up = [], httpcore.SyncBackend.connect_tcp, socket.getaddrinfo

    def watched(self, host, *args):
        found.append(host)
        assert host == "127.0.0.1"
        return connect(self, host, *args)

    def local(host, port, *args, **kwargs):
        return look_up("127.0.0.1" if host in NAMES else host, port, *args, **kwargs)

    monkeypatch.setattr(httpcore.SyncBackend, "connect_tcp", watched)
    monkeypatch.setattr(socket, "getaddrinfo", local)
    return found


@pytest.fixture
def get(tmp_path):
    """`get(url, …)` fetches into tmp_path/raw: what became of each, the reasons, the rows of the manifest by url."""

    def run(*urls, limits=LIMITS, now=NOW, progress=lambda *_: None, **manners):
        folder = tmp_path / "raw"
        folder.mkdir(exist_ok=True)
        wanted = [Wanted(row, tidy(url), {"url": url, "unit": "市文化馆"}) for row, url in enumerate(urls, start=2)]
        done = fetch(wanted, folder, limits, replace(MANNERS, **manners), lambda: now, progress)
        counts = {name: count for name, count in done.counts.items() if count}
        return counts, [problem.reason for problem in done.problems], {row["url"]: row for row in read_rows(folder)[1]}

    return run


def stored(tmp_path, row):
    return (tmp_path / "raw" / row["path"]).read_bytes()


def left_over(tmp_path):
    return list((tmp_path / "raw" / ".fetch").glob("*.part"))


# What is kept


def test_bytes_are_kept_as_received_with_all_that_is_known_of_them(site, get, tmp_path):
    body = "<html>关于巡察整改情况的通报".encode("gb18030")
    site.pages["/art/%E9%80%9A%E6%8A%A5.html"] = page(
        body, Content_Type="text/html; charset=gb2312", ETag='"v1"', Set_Cookie="id=1", Server="x"
    )
    url = site.url("/art/通报.html")
    counts, reasons, rows = get(url)
    assert (counts, reasons) == ({"fetched": 1}, [])
    row = rows[url]
    assert stored(tmp_path, row) == body
    headers = json.loads(row.pop("headers"))
    assert headers["content-type"] == "text/html; charset=gb2312"
    assert "set-cookie" not in headers
    folder, name = row.pop("path").split("/")
    assert folder == f"127.0.0.1_{site.port}"
    assert name.startswith("通报-")
    assert name.endswith(".html")
    assert row == {
        "unit": "市文化馆",
        "region": "",
        "url": url,
        "published": "",
        "note": "",
        "final_url": tidy(url),
        "fetched_at": "2024-05-01T08:00:00+00:00",
        "checked_at": "2024-05-01T08:00:00+00:00",
        "sha256": sha256(body).hexdigest(),
        "content_type": "text/html",
        "etag": '"v1"',
        "last_modified": "",
    }
    assert not left_over(tmp_path)


def test_what_is_asked_names_the_program_and_nothing_of_the_user(site, get):
    site.pages["/a.txt"] = page(b"a")
    get(site.url("/a.txt"))
    assert site.asked() == ["/robots.txt", "/a.txt"]
    for *_, headers in site.log:
        assert headers == {
            "Host": f"127.0.0.1:{site.port}",
            "Accept": "*/*",
            "Accept-Encoding": "identity",
            "Connection": "close",
            "User-Agent": "zhenggai/test",
        }


def test_proxies_and_passwords_of_the_environment_are_not_used(site, get, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://192.0.2.1:3128")
    monkeypatch.setenv("http_proxy", "http://192.0.2.1:3128")
    site.pages["/a.txt"] = page(b"a")
    assert get(site.url("/a.txt"))[0] == {"fetched": 1}


def test_a_wrong_charset_does_no_harm(site, get, tmp_path):
    text = make_text(1)
    site.pages["/a.txt"] = page(text.encode("gb18030"), Content_Type="text/plain; charset=utf-8")
    _, _, rows = get(site.url("/a.txt"))
    (row,) = rows.values()
    assert stored(tmp_path, row) == text.encode("gb18030")
    source = pipeline.read(tmp_path / "raw" / row["path"])
    assert source.encoding == "gb18030"
    assert source.text.split() == text.split()


def test_a_wrong_charset_of_a_page_does_no_harm(site, get, tmp_path):
    paragraphs = "".join(f"<p>{line}</p>" for line in make_text(1).splitlines())
    body = f"<html><head><meta charset=gb2312></head><body>{paragraphs}</body></html>".encode("gb18030")
    site.pages["/a.html"] = page(body, Content_Type="text/html; charset=utf-8")
    _, _, rows = get(site.url("/a.html"))
    (row,) = rows.values()
    assert stored(tmp_path, row) == body
    source, bulletin, *_ = flow.parse_file(tmp_path / "raw" / row["path"], row["path"])
    assert make_text(1).splitlines()[0] in source.text
    assert len(bulletin.items) == make_text(1).count("整改措施")


def test_what_is_packed_without_being_asked_is_unpacked(site, get, tmp_path):
    site.pages["/gzip.txt"] = page(gzip.compress(b"abc" * 1000), Content_Encoding="gzip")
    site.pages["/deflate.txt"] = page(zlib.compress(b"abc" * 1000), Content_Encoding="deflate")
    counts, _, rows = get(site.url("/gzip.txt"), site.url("/deflate.txt"))
    assert counts == {"fetched": 2}
    assert {stored(tmp_path, row) for row in rows.values()} == {b"abc" * 1000}


@pytest.mark.parametrize(
    ("body", "coding", "reason"),
    [
        (gzip.compress(b"0" * 200_000), "gzip", "超过 0.125 MB"),
        (gzip.compress(random.Random(1).randbytes(3000))[:2000], "gzip", "回答不完整"),
        (b"not packed", "gzip", "回答不完整"),
        (b"x", "br", "没有要求的压缩方式 'br'"),
    ],
)
def test_packed_badly(site, get, tmp_path, body, coding, reason):
    site.pages["/a.txt"] = page(body, Content_Encoding=coding)
    counts, reasons, rows = get(site.url("/a.txt"), limits=replace(LIMITS, size=2**20 // 8))
    assert counts == {"failed": 1}
    assert reason in reasons[0]
    assert (rows, left_over(tmp_path)) == ({}, [])


def test_a_build_reads_what_was_fetched(site, get, tmp_path):
    site.pages["/a.txt"] = page(make_text(1).encode(), Content_Type="text/plain")
    url = site.url("/a.txt")
    get(url)
    flow.build(tmp_path / "raw", tmp_path / "台账", workers=1)
    ledger = open_ledger(tmp_path / "台账")
    assert list(ledger.bulletins["url"]) == [url]
    assert list(ledger.documents["path"]) == [read_rows(tmp_path / "raw")[1][0]["path"]]


# Again


def test_what_is_there_is_not_asked_for_again(site, get):
    site.pages["/a.txt"] = page(b"a")
    get(site.url("/a.txt"))
    before = len(site.log)
    assert get(site.url("/a.txt"))[0] == {"present": 1}
    assert len(site.log) == before


def test_refresh_asks_whether_it_has_changed(site, get, tmp_path):
    changed = "Wed, 01 May 2024 00:00:00 GMT"

    def serve(request, _number):
        if request.headers.get("If-None-Match") == '"1"' and request.headers.get("If-Modified-Since") == changed:
            request.send_response(304)
            request.end_headers()
        else:
            answer(request, b"a", ETag='"1"', Last_Modified=changed)

    site.pages["/a.txt"] = serve
    url, later = site.url("/a.txt"), NOW + timedelta(hours=25)
    get(url)
    assert get(url, now=later, refresh=timedelta(hours=26))[0] == {"present": 1}
    counts, _, rows = get(url, now=later, refresh=timedelta(hours=24))
    assert counts == {"unchanged": 1}
    assert site.statuses["/a.txt"] == [200, 304]
    assert stored(tmp_path, rows[url]) == b"a"
    assert rows[url]["fetched_at"] == NOW.isoformat()
    assert rows[url]["checked_at"] == later.isoformat()
    assert get(url, now=later, refresh=timedelta(hours=24))[0] == {"present": 1}  # an interrupted refresh goes on


def test_a_changed_page_is_updated_and_its_former_version_kept(site, get, tmp_path):
    site.pages["/a.txt"] = in_turn(page(b"old", ETag='"1"'), page(b"new", ETag='"2"'), page(b"new", ETag='"3"'))
    url = site.url("/a.txt")
    _, _, first = get(url)
    counts, _, rows = get(url, refresh=timedelta(0))
    assert counts == {"updated": 1}
    assert rows[url]["path"] == first[url]["path"]
    assert stored(tmp_path, rows[url]) == b"new"
    assert [file.read_bytes() for file in (tmp_path / "raw" / ".earlier").iterdir()] == [b"old"]
    counts, _, rows = get(url, refresh=timedelta(0))  # the same bytes under another tag
    assert (counts, rows[url]["etag"]) == ({"unchanged": 1}, '"3"')
    assert [d.path for d in flow.find_documents(tmp_path / "raw", tmp_path)] == [rows[url]["path"]]


def test_a_file_that_was_changed_by_hand_is_left_alone(site, get, tmp_path):
    site.pages["/a.txt"] = page(b"a")
    _, _, rows = get(site.url("/a.txt"))
    (row,) = rows.values()
    (tmp_path / "raw" / row["path"]).write_bytes(b"corrected")
    counts, reasons, _ = get(site.url("/a.txt"), refresh=timedelta(0))
    assert counts == {"failed": 1}
    assert reasons == [f"文件 {row['path']} 与 manifest.csv 里的 sha256 不符，没有动它；要重取请先把它移走"]
    assert stored(tmp_path, row) == b"corrected"


def test_a_file_that_is_gone_is_fetched_again(site, get, tmp_path):
    site.pages["/a.txt"] = page(b"a")
    _, _, rows = get(site.url("/a.txt"))
    (row,) = rows.values()
    (tmp_path / "raw" / row["path"]).unlink()
    counts, _, rows = get(site.url("/a.txt"))
    assert (counts, len(rows)) == ({"fetched": 1}, 1)
    assert stored(tmp_path, row) == b"a"


def test_rows_by_hand_stay_as_they_are(site, get, tmp_path):
    site.pages["/a.txt"] = site.pages["/b.txt"] = page(b"x")
    folder = tmp_path / "raw"
    folder.mkdir()
    (folder / "手工.txt").write_text("整改", "utf-8")
    (folder / "manifest.csv").write_text(f"path,note,url\n手工.txt,手工保存,{site.url('/a.txt')}\n", "utf-8")
    counts, _, rows = get(site.url("/a.txt"), site.url("/b.txt"), refresh=timedelta(0))
    assert counts == {"present": 1, "fetched": 1}
    assert rows[site.url("/a.txt")] | {"note": "手工保存", "path": "手工.txt"} == rows[site.url("/a.txt")]
    header = (folder / "manifest.csv").read_text("utf-8").splitlines()[0].split(",")  # no mark where there was none
    assert header[:3] == ["path", "note", "url"]
    assert set(FETCHED) < set(header)
    assert read_manifest(folder)["手工.txt"].note == "手工保存"


def test_what_a_spreadsheet_could_take_for_a_formula_is_not_kept(site, get):
    site.pages["/a.txt"] = page(
        b"a", ETag="=cmd|' /C calc'!A0", Last_Modified="=1+1, 01 Mar 2023 08:00:00 GMT", Content_Type="=x/y"
    )
    _, _, rows = get(site.url("/a.txt"))
    (row,) = rows.values()
    assert (row["etag"], row["last_modified"], row["content_type"]) == ("", "", "")
    assert not [cell for cell in row.values() if cell.startswith(("=", "+", "-", "@"))]


def test_huge_headers_do_not_make_the_manifest_unreadable(site, get):
    many = b"".join(b"X-%d: " % n + b"\xe4" * 300 + b"\r\n" for n in range(200))
    site.pages["/a.txt"] = raw(HEAD + b'Content-Length: 1\r\nETag: "' + b"x" * 9000 + b'"\r\n' + many + b"\r\na")
    counts, _, rows = get(site.url("/a.txt"))
    assert counts == {"fetched": 1}
    (row,) = rows.values()
    assert max(map(len, row.values())) <= 8000
    assert json.loads(row["headers"])["content-type"] == "text/plain"


# Slow, broken, endless


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"

SLOW = {
    "silent": raw(b"", pause=3),
    "body a byte at a time": raw(HEAD + b"Content-Length: 1000\r\n\r\n", *[b"x"] * 40, pause=0.1),
    "headers a byte at a time": raw(HEAD + b"X-Long: ", *[b"x"] * 40, pause=0.1),
    "chunk size a byte at a time": raw(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", *[b"0"] * 40, pause=0.1),
    "endless interim answers": raw(b"HTTP/1.1 103 Early Hints\r\n\r\n", pause=0.1, repeat=40),
}


@pytest.mark.parametrize("manner", SLOW)
def test_a_slow_page_ends_in_time(site, get, tmp_path, manner):
    site.pages["/a.txt"] = SLOW[manner]
    begun = time.monotonic()
    counts, reasons, rows = get(site.url("/a.txt"), limits=replace(LIMITS, seconds=1.0), tries=1)
    assert time.monotonic() - begun < 2.0
    assert counts == {"failed": 1}
    assert "超过 1 秒还没有取完；请用 --seconds 放宽" in reasons[0]
    assert (rows, left_over(tmp_path)) == ({}, [])


def test_a_silent_page_is_tried_again(site, get):
    site.pages["/a.txt"] = in_turn(raw(b"", pause=1), page(b"a"))
    assert get(site.url("/a.txt"), limits=replace(LIMITS, silence=0.3))[0] == {"fetched": 1}
    assert site.hits["/a.txt"] == 2


BROKEN = {
    "cut short": raw(HEAD + b"Content-Length: 1000\r\n\r\nabc"),
    "chunks cut short": raw(HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n"),
    "bad chunk": raw(HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nabcde\r\n"),
    "no HTTP": raw(b"220 ready\r\n"),
    "nothing": raw(b""),
    "two lengths": raw(HEAD + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nab"),
    "huge headers": raw(HEAD, b"X: " + b"x" * 200_000 + b"\r\n\r\n"),
}


@pytest.mark.parametrize("manner", BROKEN)
def test_a_broken_page_is_tried_again_and_never_kept(site, get, tmp_path, manner):
    site.pages["/a.txt"] = BROKEN[manner]
    counts, reasons, rows = get(site.url("/a.txt"))
    assert (counts, site.hits["/a.txt"]) == ({"failed": 1}, 3)
    assert reasons[0].startswith("试了 3 次：")
    assert "\n" not in reasons[0]
    assert (rows, left_over(tmp_path)) == ({}, [])
    site.pages["/a.txt"] = page(b"whole")
    counts, _, rows = get(site.url("/a.txt"))
    assert stored(tmp_path, rows[site.url("/a.txt")]) == b"whole"


@pytest.mark.parametrize(
    "endless",
    [
        raw(HEAD + b"\r\n", *[b"x" * 10_000] * 1000),
        raw(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", *[b"2710\r\n" + b"x" * 10_000 + b"\r\n"] * 1000),
        raw(HEAD + b"Content-Length: 99999999999\r\n\r\n" + b"x" * 10_000),
    ],
)
def test_an_endless_page_ends_at_the_limit_and_is_not_tried_again(site, get, tmp_path, endless):
    site.pages["/a.txt"] = endless
    counts, reasons, rows = get(site.url("/a.txt"), limits=replace(LIMITS, size=2**20))
    assert (counts, site.hits["/a.txt"]) == ({"failed": 1}, 1)
    assert reasons == ["超过 1 MB；请核对网址，或用 --max-mb 放宽"]
    assert (rows, left_over(tmp_path)) == ({}, [])


def test_a_page_as_large_as_the_limit_is_kept(site, get):
    site.pages["/a.txt"], site.pages["/b.txt"] = page(b"x" * 100_000), page(b"x" * 100_001)
    assert get(site.url("/a.txt"), site.url("/b.txt"))[0] == {"fetched": 1, "failed": 1}


@pytest.mark.parametrize(
    ("status", "word"),
    [(404, "不存在"), (410, "已删除"), (403, "不允许"), (401, "登录"), (412, "浏览器验证"), (418, "418"), (204, "204")],
)
def test_a_status_that_stays_is_not_tried_again(site, get, status, word):
    site.pages["/a.txt"] = page(b"", status)
    counts, reasons, _ = get(site.url("/a.txt"))
    assert (counts, site.hits["/a.txt"]) == ({"failed": 1}, 1)
    assert word in reasons[0]
    assert "请" in reasons[0]


def test_an_empty_file_is_none(site, get):
    site.pages["/a.txt"] = page(b"")
    assert get(site.url("/a.txt"))[1] == ["网站给了空文件；请在浏览器里核对网址"]


def test_a_site_that_is_down(get):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    counts, reasons, _ = get(f"http://127.0.0.1:{port}/a.txt")
    assert counts == {"failed": 1}
    assert "试了 3 次：连不上网站" in reasons[0]


def test_a_name_that_is_none(get, monkeypatch):
    def unknown(*_, **__):
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    counts, reasons, _ = get("http://a.test/a.txt")
    assert counts == {"failed": 1}
    assert "找不到这个主机；请核对网址和网络" in reasons[0]


def test_a_fault_of_our_own_stops_nothing_else(site, get, monkeypatch):
    site.pages["/a.txt"] = site.pages["/b.txt"] = page(b"x")
    save = pipeline.sources.visit._save  # noqa: SLF001
    monkeypatch.setattr(
        pipeline.sources.visit, "_save", lambda url, *rest: 1 / 0 if "a.txt" in url else save(url, *rest)
    )
    counts, reasons, _ = get(site.url("/a.txt"), site.url("/b.txt"))
    assert counts == {"failed": 1, "fetched": 1}
    assert reasons[0].startswith("程序出错（ZeroDivisionError")


def test_a_disk_that_is_full_ends_the_run(site, get, monkeypatch):
    site.pages["*"] = page(b"x")

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pipeline.sources.visit, "_save", full)
    with pytest.raises(OSError, match="No space"):
        get(site.url("/a.txt"), site.url("/b.txt"))


# Retries


def test_500_then_200(site, get):
    site.pages["/a.txt"] = in_turn(page(b"", 500), page(b"", 503), page(b"a"))
    assert get(site.url("/a.txt"))[0] == {"fetched": 1}
    assert site.hits["/a.txt"] == 3


def test_no_more_tries_than_allowed(site, get):
    site.pages["/a.txt"] = page(b"", 500)
    counts, reasons, _ = get(site.url("/a.txt"), tries=2)
    assert (counts, site.hits["/a.txt"]) == ({"failed": 1}, 2)
    assert reasons == ["试了 2 次：网站暂时不能回答（500）；请稍后再运行"]


@pytest.mark.parametrize(
    "headers",
    [
        {"Retry_After": "1"},
        {"Retry_After": "Wed, 01 Mar 2023 08:00:01 GMT", "Date": "Wed, 01 Mar 2023 08:00:00 GMT"},
    ],
)
def test_429_waits_as_long_as_asked(site, get, headers):
    def first(request, _number):
        request.send_response_only(429)
        for name, value in headers.items():
            request.send_header(name.replace("_", "-"), value)
        request.send_header("Content-Length", "0")
        request.end_headers()

    site.pages["/a.txt"] = in_turn(first, page(b"a"))
    assert get(site.url("/a.txt"))[0] == {"fetched": 1}
    _, before, after = site.times()
    assert after - before >= 1.0


def test_a_wait_that_is_too_long_is_left_to_another_run(site, get):
    site.pages["/a.txt"] = page(b"", 503, Retry_After="86400")
    begun = time.monotonic()
    counts, reasons, _ = get(site.url("/a.txt"))
    assert (counts, site.hits["/a.txt"]) == ({"failed": 1}, 1)
    assert reasons == ["网站要求等 86400 秒；请在其后再运行"]
    assert time.monotonic() - begun < 2


def test_waits_double_with_a_jitter_that_is_the_same_in_every_run(site, get, monkeypatch):
    site.pages["/a.txt"] = page(b"", 500)
    waits = []
    monkeypatch.setattr(Turns, "wait", lambda _, seconds: waits.append(seconds) if seconds > 0.001 else None)
    get(site.url("/a.txt"), backoff=2.0, tries=4)
    first = list(waits)
    waits.clear()
    get(site.url("/a.txt"), backoff=2.0, tries=4)
    assert waits == first
    for wait, middle in zip(first, (2, 4, 8), strict=True):
        assert 0.75 * middle <= wait <= 1.25 * middle
    waits.clear()
    get(site.url("/a.txt"), backoff=2.0, tries=4, seed=1)
    assert waits != first


# Redirects


def test_redirects_are_followed_and_written_down(site, get):
    site.pages["/a"] = redirect("b/?x=1", 301)
    site.pages["/b/?x=1"] = redirect("/%E9%80%9A%E6%8A%A5.txt", 307)
    site.pages["/%E9%80%9A%E6%8A%A5.txt"] = page(b"a", Content_Type="text/plain")
    counts, _, rows = get(site.url("/a"))
    assert counts == {"fetched": 1}
    row = rows[site.url("/a")]
    assert row["final_url"] == site.url("/%E9%80%9A%E6%8A%A5.txt")
    assert row["path"].rpartition("/")[2].startswith("a-")
    assert row["path"].endswith(".txt")


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_redirect_in_raw_chinese(site, get, encoding):
    site.pages["/a"] = raw(
        b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: /" + "通报".encode(encoding) + b"\r\n\r\n"
    )
    site.pages["/%E9%80%9A%E6%8A%A5"] = page(b"a")
    assert get(site.url("/a"))[0] == {"fetched": 1}


def test_redirects_that_lead_nowhere(site, get):
    site.pages["/loop"] = redirect("/loop2")
    site.pages["/loop2"] = redirect("/loop")
    for number in range(10):
        site.pages[f"/far{number}"] = redirect(f"/far{number + 1}")
    site.pages["/no"] = page(b"", 302)
    counts, reasons, _ = get(*map(site.url, ("/loop", "/far0", "/no")))
    assert counts == {"failed": 3}
    assert "又回到原处" in reasons[0]
    assert reasons[1] == "网站一连转了 6 次；请在浏览器里核对网址"
    assert [path for path in site.asked() if "far" in path] == [f"/far{number}" for number in range(6)]
    assert "没有说是哪里" in reasons[2]


def test_five_redirects_are_allowed(site, get):
    for number in range(5):
        site.pages[f"/far{number}"] = redirect(f"/far{number + 1}")
    site.pages["/far5"] = page(b"a")
    assert get(site.url("/far0"))[0] == {"fetched": 1}


@pytest.mark.parametrize(
    "target",
    ["file:///etc/passwd", "ftp://a.test/x", "http://user:secret@a.test/", "http://[::1", "javascript:alert(1)"],
)
def test_a_redirect_to_what_is_not_fetched(site, get, target):
    site.pages["/a"] = redirect(target)
    counts, reasons, _ = get(site.url("/a"))
    assert counts == {"refused": 1}
    assert "没有照办" in reasons[0]


PRIVATE = [
    "127.0.0.2",
    "10.0.0.1",
    "169.254.169.254",
    "[::1]",
    "[::ffff:127.0.0.1]",
    "192.168.1.1",
    "0.0.0.0",  # noqa: S104  not bound
    "2130706433",
]


@pytest.mark.parametrize("host", PRIVATE)
def test_a_redirect_into_the_private_network_is_refused(site, get, connected, monkeypatch, host):
    monkeypatch.setattr(addresses, "is_public", lambda address: address == "127.0.0.1" and "test" in asked[-1])
    look_up, asked = socket.getaddrinfo, []
    monkeypatch.setattr(
        socket, "getaddrinfo", lambda name, *args, **more: asked.append(name) or look_up(name, *args, **more)
    )
    site.pages["/a"] = redirect(f"http://{host}:{site.port}/inner")
    counts, reasons, _ = get(site.url("/a", "a.test"), limits=replace(LIMITS, allow_private=False))
    assert counts == {"refused": 1}
    assert "不是公网地址；确实要取内网的文件请加 --allow-private" in reasons[0]
    assert site.asked() == ["/robots.txt", "/a"]
    assert connected == ["127.0.0.1"] * 2


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", *PRIVATE])
def test_a_private_address_is_refused(site, get, connected, host):
    counts, _, _ = get(site.url("/a", host), limits=replace(LIMITS, allow_private=False))
    assert (counts, connected, site.log) == ({"refused": 1}, [], [])


def test_a_name_that_changes_its_address_gains_nothing(site, get, connected, monkeypatch):
    answers = iter(
        ["127.0.0.1", "127.0.0.1", "10.0.0.1", "10.0.0.1"]
    )  # for robots.txt, the page, and whoever asks again
    look_up, asked = socket.getaddrinfo, []

    def change(host, *args, **kwargs):
        if host != "a.test":
            return look_up(host, *args, **kwargs)
        asked.append(host)
        return look_up(next(answers), *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", change)
    monkeypatch.setattr(addresses, "is_public", lambda address: address == "127.0.0.1")
    site.pages["/a.txt"] = page(b"a")
    counts, _, _ = get(site.url("/a.txt", "a.test"), limits=replace(LIMITS, allow_private=False))
    assert counts == {"fetched": 1}
    assert len(asked) == 2  # once a connection
    assert [host for _, host, *_ in site.log] == ["a.test"] * 2
    assert connected == ["127.0.0.1"] * 2


def test_of_several_addresses_the_private_ones_are_left_out(monkeypatch):
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, 80)) for each in ("10.0.0.1", "8.8.8.8", "8.8.8.8")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    assert addresses.addresses("x.test", 80, allow_private=False) == ["8.8.8.8"]
    assert addresses.addresses("x.test", 80, allow_private=True) == ["10.0.0.1", "8.8.8.8"]


# robots.txt and turns


def test_robots_txt_is_asked_once_and_obeyed(site, get):
    rules = b"\xef\xbb\xbfUser-agent: *\nDisallow: /\n\nUser-agent: zhenggai\nDisallow: /*.php$\nDisallow: /inner\nAllow: /inner/open"
    site.pages["/robots.txt"] = page(rules)
    site.pages["*"] = page(b"x")
    counts, reasons, _ = get(*map(site.url, ("/a.txt", "/inner/b.txt", "/inner/open/c.txt", "/d.php", "/d.php?x=1")))
    assert counts == {"fetched": 3, "refused": 2}
    assert set(reasons) == {"网站的 robots.txt 不允许取这个网址；请向网站索取，或在浏览器里另存"}
    assert sorted(site.asked()) == ["/a.txt", "/d.php?x=1", "/inner/open/c.txt", "/robots.txt"]


def test_robots_txt_of_the_site_that_one_is_sent_to_counts(site, get):
    with running() as other:
        other.pages["/robots.txt"] = page(b"User-agent: *\nDisallow: /")
        site.pages["/a"] = redirect(other.url("/b"))
        assert get(site.url("/a"))[0] == {"refused": 1}
        assert other.asked() == ["/robots.txt"]


@pytest.mark.parametrize(
    ("robots", "outcome"),
    [
        (page(b"", 404), "fetched"),
        (page(b"", 403), "fetched"),
        (page(b"<html>404 not found: Disallow here", **HTML), "fetched"),
        (page(b"", 200), "fetched"),
        (redirect("/r2"), "fetched"),
        (page(b"", 500), "failed"),
        (page(b"", 429), "failed"),
        (raw(b""), "failed"),
        (redirect("/robots.txt"), "failed"),
        (in_turn(page(b"", 503), page(b"")), "fetched"),
        (page(b"User-agent: *\nCrawl-delay: 100000\n"), "refused"),
        (raw(HEAD + b"\r\n" + b"#" * 600_000 + b"\nUser-agent: *\nDisallow: /"), "fetched"),  # read up to 512 KiB
    ],
)
def test_robots_txt_that_says_nothing_or_cannot_be_read(site, get, robots, outcome):
    site.pages["/robots.txt"] = robots
    site.pages["/r2"] = page(b"User-agent: other\nDisallow: /")
    site.pages["/a.txt"] = page(b"a")
    counts, reasons, _ = get(site.url("/a.txt"))
    assert counts == {outcome: 1}
    assert site.hits["/a.txt"] == (outcome == "fetched")
    assert all("robots.txt" in reason and "请" in reason for reason in reasons)


def test_one_request_at_a_time_and_a_pause_after_it(site, get):
    def slow(request, _number):
        time.sleep(0.1)
        answer(request, b"x")

    site.pages["*"] = slow
    counts, _, _ = get(*(site.url(f"/{n}.txt", host) for n in range(3) for host in ("a.test", "b.test")), pause=0.2)
    assert counts == {"fetched": 6}
    for host in ("a.test", "b.test"):
        times = site.times(host)
        assert len(times) == 4  # robots.txt and three pages
        assert all(after - before >= 0.3 for before, after in pairwise(times))
    assert site.most_busy == {"a.test": 1, "b.test": 1}
    assert site.times("a.test")[0] < site.times("b.test")[-1]  # but two sites are asked side by side
    assert site.times("b.test")[0] < site.times("a.test")[-1]


def test_a_redirect_waits_for_its_turn_as_well(site, get):
    site.pages["/a"] = redirect("/b")
    site.pages["/b"] = page(b"x")
    get(site.url("/a"), pause=0.2)
    times = site.times()
    assert all(after - before >= 0.2 for before, after in pairwise(times))


def test_two_sites_that_send_us_to_a_third_do_so_one_after_the_other(site, get):
    def slow(request, _number):
        time.sleep(0.2)
        answer(request, b"x")

    site.pages["/a"], site.pages["/b"] = redirect(site.url("/c1", "c.test")), redirect(site.url("/c2", "c.test"))
    site.pages["/c1"] = site.pages["/c2"] = slow
    assert get(site.url("/a", "a.test"), site.url("/b", "b.test"), pause=0.05)[0] == {"fetched": 2}
    assert site.hits["/robots.txt"] == 3  # one of each
    assert site.most_busy["c.test"] == 1


def test_what_a_site_asks_of_one_it_asks_of_all(site, get):
    site.pages["/a"], site.pages["/b"] = redirect(site.url("/c", "c.test")), redirect(site.url("/c", "c.test"))
    site.pages["/c"] = in_turn(page(b"", 429, Retry_After="1"), page(b"x"))
    assert get(site.url("/a", "a.test"), site.url("/b", "b.test"), pause=0.05)[0] == {"fetched": 2}
    _, busy, *after = site.times("c.test")
    assert min(after) - busy >= 1.0


def test_hosts_are_limited(site, get):
    site.pages["*"] = page(b"x")
    get(*(site.url(f"/{n}.txt", host) for n in range(2) for host in sorted(NAMES)), hosts=1)
    hosts = [host for host, _ in groupby(host for _, host, *_ in site.log)]
    assert sorted(hosts) == sorted(NAMES)  # each is done before the next begins


def test_a_crawl_delay_is_kept(site, get):
    site.pages["/robots.txt"] = page(b"User-agent: *\nCrawl-delay: 0.5")
    site.pages["*"] = page(b"x")
    get(site.url("/1.txt"), site.url("/2.txt"))
    _, first, second = site.times()
    assert second - first >= 0.5


# Interrupted


def test_ctrl_c_keeps_what_has_arrived(site, get, tmp_path):
    site.pages["*"] = page(b"x")
    urls = [site.url(f"/{n}.txt") for n in range(6)]

    def interrupt(_stage, done, _total):
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        get(*urls, progress=interrupt, pause=0.05)
    kept = {row["url"] for row in read_rows(tmp_path / "raw")[1]}
    assert 2 <= len(kept) < 6
    assert not left_over(tmp_path)
    before = Counter(site.hits)
    counts, _, rows = get(*urls)
    assert counts == {"present": len(kept), "fetched": 6 - len(kept)}
    assert set(rows) == set(urls)
    for url in kept:
        path = url.rpartition("/")[2]
        assert site.hits[f"/{path}"] == before[f"/{path}"] == 1


def test_ctrl_c_keeps_what_arrives_while_others_are_kept(site, get):
    site.pages["*"] = page(b"x")
    urls = [site.url(f"/{n}.txt") for n in range(6)]

    def interrupt(_stage, done, _total):
        if done == 1:
            wait_for(lambda: len(site.log) == 7)
            time.sleep(0.3)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        get(*urls, progress=interrupt)
    assert get(*urls)[0] == {"present": 6}


def test_whoever_waits_for_a_site_stops_at_once(site):
    site.pages["/a.txt"] = raw(b"", pause=3)
    begun = time.monotonic()
    with pytest.raises(Stopped), ask(site.url("/a.txt"), {}, LIMITS, lambda: time.monotonic() - begun > 0.2):
        pytest.fail("there is no answer")
    assert time.monotonic() - begun < 1.5


def command(folder, *words):
    return [sys.executable, "-m", "pipeline.cli", "fetch", *map(str, words), "--out", str(folder)]


def wait_for(condition):
    end = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C is another thing on Windows")
@pytest.mark.parametrize("blow", [signal.SIGINT, getattr(signal, "SIGKILL", None)])
def test_a_run_that_is_stopped_is_completed_by_the_next(site, tmp_path, blow):
    site.pages["*"] = page(b"x")
    site.pages["/3.txt"] = in_turn(raw(HEAD + b"Content-Length: 9\r\n\r\nabc", pause=30), page(b"x"))
    table = tmp_path / "list.csv"
    table.write_text("url\n" + "\n".join(site.url(f"/{n}.txt") for n in range(6)), "utf-8")
    words = command(tmp_path / "raw", table, "--allow-private", "--pause", "0")
    run = subprocess.Popen(
        words,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509  a shell's & ignores it
    )
    wait_for(lambda: site.hits["/3.txt"])
    wait_for(lambda: (tmp_path / "raw" / "manifest.csv").exists() and len(read_rows(tmp_path / "raw")[1]) == 3)
    begun = time.monotonic()
    run.send_signal(blow)
    _, errors = run.communicate(timeout=20)
    assert time.monotonic() - begun < 5
    if blow == signal.SIGINT:
        assert (run.returncode, errors) == (130, "已中断；取到的都已登记，再运行一次同样的命令会接着取\n")
        assert not left_over(tmp_path)
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("网址 6 个：取回 3，已有 3\n")
    assert {path: n for path, n in site.hits.items() if n > 1} == {"/robots.txt": 2, "/3.txt": 2}
    assert not left_over(tmp_path)


# Encrypted


@pytest.fixture(scope="session")
def certificate(tmp_path_factory):
    """A certificate for a.test, signed by itself."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl, which makes the certificate, is not installed")
    folder = tmp_path_factory.mktemp("tls")
    made = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=a.test -addext subjectAltName=DNS:a.test"
    files = ["-keyout", folder / "key.pem", "-out", folder / "cert.pem"]
    subprocess.run([*made.split(), *files], check=True, capture_output=True)
    return folder


def test_certificates_are_checked_against_the_name_and_not_the_address(get, certificate, monkeypatch):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate / "cert.pem", certificate / "key.pem")
    with running(context) as site:
        site.pages["/a.txt"] = page(b"a")
        counts, reasons, _ = get(site.url("/a.txt", "a.test", "https"))
        assert counts == {"failed": 1}
        assert "证书不可信" in reasons[0]
        trusting = ssl.create_default_context(cafile=certificate / "cert.pem")
        monkeypatch.setattr(download, "_trust", lambda: trusting)
        assert get(site.url("/a.txt", "a.test", "https"))[0] == {"fetched": 1}
        counts, reasons, _ = get(site.url("/a.txt", "b.test", "https"))
        assert counts == {"failed": 1}
        assert "证书不可信" in reasons[0]
        assert site.hits["/a.txt"] == 1


def test_a_site_that_cannot_encrypt(site, get):
    counts, reasons, _ = get(site.url("/a.txt", "a.test", "https"))
    assert counts == {"failed": 1}
    assert "与网站建不起加密连接" in reasons[0]


# On the command line


@pytest.fixture
def run(monkeypatch, capsys):
    """`run(…)` → exit code, standard output, lines of standard error of `zhenggai fetch`."""

    def run(*words):
        monkeypatch.setattr(sys, "argv", ["zhenggai", "fetch", *map(str, words)])
        code = cli.main()
        printed = capsys.readouterr()
        return code, printed.out, printed.err.splitlines()

    return run


def write_list(tmp_path, *urls):
    table = tmp_path / "清单.csv"
    with table.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([["url", "region"], *([url, "甲市"] for url in urls)])
    return table


def test_the_command_sums_up_and_names_every_failure(site, run, tmp_path):
    site.pages["/a.txt"] = page(b"a")
    table, out = write_list(tmp_path, site.url("/a.txt"), site.url("/b.txt")), tmp_path / "raw"
    words = [table, "--out", out, "--allow-private", "--pause", 0, "--contact", "office@example.cn"]
    code, printed, errors = run(*words)
    assert code == 0
    assert printed.splitlines() == ["网址 2 个：取回 1，失败 1", f"存放：{out}，登记：{out / 'manifest.csv'}"]
    assert errors == [f"注意：清单.csv 第 3 行 {site.url('/b.txt')}：网页不存在（404）；请核对网址"]
    agent = site.log[0][3]["User-Agent"]
    assert agent == f"zhenggai/{pipeline.__version__} (office@example.cn)"
    assert next(iter(read_manifest(out).values())).region == "甲市"
    code, printed, errors = run(*words, "--strict", "--quiet")
    assert (code, printed, len(errors)) == (1, "", 1)


def test_the_command_fails_where_nothing_was_fetched(site, run, tmp_path):
    table = write_list(tmp_path, site.url("/a.txt"))
    assert run(table, "--out", tmp_path / "raw", "--pause", 0)[0] == 1


def test_the_command_says_where_former_versions_are(site, run, tmp_path):
    site.pages["/a.txt"] = in_turn(page(b"a"), page(b"b"))
    words = [write_list(tmp_path, site.url("/a.txt")), "--out", tmp_path / "raw", "--allow-private", "--pause", 0]
    run(*words)
    assert run(*words, "--refresh", 0)[1].splitlines()[-1] == f"更新前的文件在 {tmp_path / 'raw' / '.earlier'}"


def test_the_command_names_everything_that_is_wrong_in_the_list(site, run, tmp_path):
    table = write_list(tmp_path, "ftp://a.test/", site.url("/a.txt"), site.url("/a.txt#x"))
    code, printed, errors = run(table, "--out", tmp_path / "raw")
    assert (code, printed, len(errors), errors[-1]) == (1, "", 3, "一个也没有取")
    assert errors[0].startswith("错误：清单.csv 第 2 行：")
    assert errors[1] == f"错误：清单.csv 第 4 行：url '{site.url('/a.txt#x')}' 与第 3 行重复；请删去一行"
    assert not (tmp_path / "raw").exists()


def test_a_list_in_another_encoding(run, tmp_path):
    table = tmp_path / "list.csv"
    table.write_bytes("url,unit\nhttp://a.test/,市文化馆\n".encode("gb18030"))
    code, _, errors = run(table, "--out", tmp_path / "raw")
    assert (code, errors) == (1, ["错误：list.csv 不是 UTF-8 编码；请另存为“CSV UTF-8”后再运行"])


def test_a_list_that_is_not_there(run, tmp_path):
    assert run(tmp_path / "没有.csv")[::2] == (1, [f"错误：{tmp_path / '没有.csv'}：不存在；请核对路径"])


def test_a_contact_that_no_header_can_hold(run, tmp_path):
    assert run(write_list(tmp_path, "http://a.test/"), "--contact", "a\r\nX: 1")[0] == 2
    assert run(write_list(tmp_path, "http://a.test/"), "--contact", "办公室")[0] == 2


def test_two_runs_do_not_write_into_one_folder(site, tmp_path):
    site.pages["/robots.txt"] = raw(b"", pause=5)
    table = write_list(tmp_path, site.url("/a.txt"))
    first = subprocess.Popen(command(tmp_path / "raw", table, "--allow-private"), stderr=subprocess.DEVNULL)
    try:
        wait_for(lambda: site.log)
        with pytest.raises(FetchError, match="正由另一个 zhenggai fetch 写入"):
            flow.fetch(table, tmp_path / "raw", LIMITS, MANNERS)
    finally:
        first.kill()
        first.wait()


def test_a_bad_manifest_is_named_before_anything_is_asked(site, get, tmp_path):
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "manifest.csv").write_text("path,colour\n", "utf-8")
    with pytest.raises(SourceError, match="colour"):
        get(site.url("/a.txt"))
    assert site.log == []


def test_help_has_examples(run):
    code, printed, _ = run("--help")
    assert code == 0
    assert "zhenggai fetch" in printed.split("例：")[1]


def test_many_addresses_do_not_make_the_manifest_slow(site, get):
    """Rows are written as they come, but the whole takes a time that grows with their number, not its square."""
    site.pages["*"] = page(b"x")
    counts, _, rows = get(*(site.url(f"/{n}.txt") for n in range(150)))
    assert (counts, len(rows)) == ({"fetched": 150}, 150)
    assert len({Path(row["path"]) for row in rows.values()}) == 150
