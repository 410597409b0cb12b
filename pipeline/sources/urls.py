"""A web address → its normal form, so that two spellings of one address are equal; what must not be asked is refused."""

import re
from urllib.parse import quote, urlsplit, urlunsplit

PORTS = {"http": 80, "https": 443}
HOST = re.compile(r"[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?")  # ASCII, after internationalised names are encoded
UNSAFE = re.compile(r"[\s\\\x00-\x1f\x7f]")
LONGEST = 2000  # characters, percent signs included; browsers and servers take no more
KEPT = "/%:@!$&'()*+,;=~-._"  # of a path; a query keeps "?" as well


class UrlError(ValueError):
    """An address that is not fetched; the message says why, in Chinese."""


def tidy(url: str) -> str:
    """Give the normal form of an address, in ASCII and without fragment.

    Raises UrlError for anything but http and https, for an address without a host, with a wrong port, with a name and
    password in it (they would end up in the manifest), or of more than LONGEST characters.

    >>> tidy("HTTP://WWW.Example.gov.cn:80/通报.html#正文")
    'http://www.example.gov.cn/%E9%80%9A%E6%8A%A5.html'
    >>> tidy("https://例子.中国")
    'https://xn--fsqu00a.xn--fiqs8s/'
    >>> tidy("http://example.gov.cn:8080/a%20b?x=1")
    'http://example.gov.cn:8080/a%20b?x=1'
    >>> tidy("ftp://example.gov.cn/a")
    Traceback (most recent call last):
    pipeline.sources.urls.UrlError: 只能取 http:// 或 https:// 的网址
    """
    url = url.strip()
    if UNSAFE.search(url):
        raise UrlError("网址里有空白、反斜杠或控制字符")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise UrlError("网址的写法有误") from None
    if parts.scheme not in PORTS:
        raise UrlError("只能取 http:// 或 https:// 的网址")
    if parts.username is not None or parts.password is not None:
        raise UrlError("网址里不能带用户名和密码")
    host = _tidy_host(parts.hostname or "")
    if port is not None and port != PORTS[parts.scheme]:
        host = f"{host}:{port}"
    path = quote(parts.path or "/", safe=KEPT)
    found = urlunsplit((parts.scheme, host, path, quote(parts.query, safe=KEPT + "?"), ""))
    if len(found) > LONGEST:
        raise UrlError(f"网址太长（{len(found)} 个字符，最多 {LONGEST}）")
    return found


def host_of(url: str) -> str:
    """The host of a tidy address, without port.

    >>> host_of("http://[::1]:8080/a"), host_of("http://example.gov.cn:8080/a")
    ('::1', 'example.gov.cn')
    """
    return urlsplit(url).hostname or ""


def origin_of(url: str) -> str:
    """Scheme, host and port of a tidy address: what one robots.txt speaks for.

    >>> origin_of("http://example.gov.cn:8080/a/b?c")
    'http://example.gov.cn:8080'
    """
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _tidy_host(host: str) -> str:
    if ":" in host:
        return f"[{host}]"
    try:
        name = host.rstrip(".").encode("idna").decode("ascii").lower()
    except UnicodeError:
        raise UrlError("网址里的主机名有误") from None
    if not HOST.fullmatch(name):
        raise UrlError("网址里没有主机名，或主机名有误")
    return name
