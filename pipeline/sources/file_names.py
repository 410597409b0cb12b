"""Where a fetched file is kept: a name that can be read, is allowed everywhere, and depends on nothing but the address.

`<host>/<last part of the path>-<hash of the address><ending>`. The hash is always there: the pages of one site often
have the same last part (index.html, content.html?id=…), and a name that depended on what else is there would not be stable.
"""

import re
from contextlib import suppress
from hashlib import sha256
from pathlib import PurePosixPath
from unicodedata import category, normalize
from urllib.parse import unquote_to_bytes, urlsplit

from pipeline.sources.urls import PORTS

LONGEST = 60  # characters; 180 bytes where all are Chinese, and the limit of file systems is 255
HASH = 12  # hexadecimal digits of sha256: two of 100,000 addresses have the same with a chance of 0.002 %
FORBIDDEN = re.compile(r'[<>:"/\\|?*\s]+')  # on Windows, and blanks
DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)  # names that Windows keeps for itself
PDF = b"%PDF-"
PAGE = re.compile(rb"\s*(<!doctype html|<html|<head|<\?xml[^>]*>\s*<!doctype html)", re.IGNORECASE)
ENDING = re.compile(r"\.[a-z0-9]{1,5}")
FILE_NAME = re.compile(r"filename\*?=[^;]*(\.[A-Za-z0-9]{1,5})\"?\s*(;|$)")  # of Content-Disposition; the ending

# media type → ending; those that servers give to anything (text/plain, application/octet-stream) are not here
TYPES = {
    "text/html": ".html",
    "application/xhtml+xml": ".html",
    "application/pdf": ".pdf",
    "application/msword": ".doc",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/vnd.ms-works": ".wps",
    "application/wps-office.wps": ".wps",
    "multipart/related": ".mht",
    "message/rfc822": ".mht",
}
# endings that are believed where the type says nothing
ENDINGS = frozenset(
    [
        ".txt",
        ".md",
        ".htm",
        ".html",
        ".mht",
        ".mhtml",
        ".pdf",
        ".doc",
        ".docx",
        ".wps",
        ".ofd",
        ".rtf",
        ".xls",
        ".xlsx",
        ".zip",
        ".rar",
        ".jpg",
        ".jpeg",
        ".png",
        ".gif",
        ".tif",
    ]
)


def folder_name(url: str) -> str:
    """The folder of a tidy address: its host, with the port where it is an unusual one.

    >>> folder_name("http://example.gov.cn:8080/a"), folder_name("https://xn--fsqu00a.xn--fiqs8s/"), folder_name("http://[::1]/")
    ('example.gov.cn_8080', '例子.中国', 'ip6---1')
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    if ":" in host:
        host = "ip6-" + host.replace(":", "-")
    with suppress(UnicodeError):  # of what begins like an encoded name and is none
        host = host.encode("ascii").decode("idna")
    host = _tidy_name(host) or "host"
    return host if parts.port in (None, *PORTS.values()) else f"{host}_{parts.port}"


def file_name(url: str, ending: str) -> str:
    """The name of the file that a tidy address gives.

    >>> file_name("http://example.gov.cn/art/2021/6/1/%E5%85%B3%E4%BA%8E%E6%95%B4%E6%94%B9.html?id=7", ".html")
    '关于整改-3750406eaa36.html'
    """
    last = PurePosixPath(urlsplit(url).path).name
    suffix = PurePosixPath(last).suffix
    stem = _decode(last.removesuffix(suffix) if suffix.lower() in ENDINGS else last)
    digest = sha256(url.encode()).hexdigest()[:HASH]
    return f"{_tidy_name(stem) or 'index'}-{digest}{ending}"


def find_ending(url: str, headers: dict[str, str], head: bytes) -> str:
    """The ending that says what the file is: by its first bytes, its media type, its address, the name a server gives.

    >>> find_ending("http://a.cn/x.pdf", {"content-type": "text/html; charset=gbk"}, b"<html>")
    '.html'
    >>> find_ending("http://a.cn/x?id=1", {"content-type": "application/octet-stream"}, b"%PDF-1.7")
    '.pdf'
    >>> find_ending("http://a.cn/x.md", {"content-type": "text/plain"}, b"...")
    '.md'
    >>> find_ending("http://a.cn/down", {"content-disposition": 'attachment; filename="a.docx"'}, b"PK")
    '.docx'
    """
    if head.startswith(PDF):
        return ".pdf"
    kind = media_type(headers)
    if kind in TYPES:
        return TYPES[kind]
    named = FILE_NAME.search(headers.get("content-disposition", ""))
    for found in (PurePosixPath(urlsplit(url).path).suffix.lower(), named[1].lower() if named else ""):
        if found in ENDINGS:
            return found
    if PAGE.match(head.removeprefix(b"\xef\xbb\xbf")):
        return ".html"
    return ".txt" if kind == "text/plain" else ".bin"


def media_type(headers: dict[str, str]) -> str:
    """The type in small letters, without parameters; "" where there is none.

    >>> media_type({"content-type": "Text/HTML; charset=utf-8"})
    'text/html'
    """
    found = headers.get("content-type", "").partition(";")[0].strip().lower()
    return found if re.fullmatch(r"[a-z0-9][a-z0-9.+-]{0,49}/[a-z0-9.+-]{1,100}", found) else ""


def _decode(part: str) -> str:
    """Undo the percent signs; Chinese may be in either of two encodings."""
    data = unquote_to_bytes(part)
    for encoding in ("utf-8", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return part


def _tidy_name(name: str) -> str:
    """Leave out what a file's name must not hold on any system, or what a build passes over (hidden, README)."""
    plain = "".join(c for c in FORBIDDEN.sub("_", normalize("NFC", name)) if category(c)[0] != "C")
    plain = plain[:LONGEST].strip("._ ")
    return f"page-{plain}" if DEVICES.match(plain) or plain.upper().startswith("README") else plain
