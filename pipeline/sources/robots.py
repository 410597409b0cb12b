"""robots.txt → what it allows this program to ask for (RFC 9309).

Protego, the reader that Scrapy uses, rather than urllib.robotparser: that one knows no wildcards and takes the first
rule that fits instead of the longest.
"""

from dataclasses import dataclass
from functools import lru_cache

from protego import Protego

NAME = "zhenggai"  # that robots.txt may call us by
LARGEST = 512 * 2**10  # bytes that are read; RFC 9309 asks for 500 KiB at least
LONGEST_DELAY = 300.0  # seconds; a site that wants more is asked nothing


@dataclass(frozen=True, slots=True)
class Rules:
    """What one site says to us."""

    text: str = ""

    def refuse(self, url: str) -> str | None:
        r"""Say in Chinese why the address must not be asked for; None where it may.

        >>> rules = Rules("User-agent: *\nDisallow: /inner/\nAllow: /inner/open/\nCrawl-delay: 5")
        >>> rules.refuse("http://example.gov.cn/inner/open/1.html")
        >>> rules.refuse("http://example.gov.cn/inner/1.html")
        '网站的 robots.txt 不允许取这个网址；请向网站索取，或在浏览器里另存'
        """
        if not _parse(self.text).can_fetch(url, NAME):
            return "网站的 robots.txt 不允许取这个网址；请向网站索取，或在浏览器里另存"
        if self.delay > LONGEST_DELAY:
            return f"网站的 robots.txt 要求每次相隔 {self.delay:g} 秒；请向网站索取，或在浏览器里另存"
        return None

    @property
    def delay(self) -> float:
        r"""Seconds that the site wants between two requests; 0 where it says nothing.

        >>> Rules("User-agent: Zhenggai\nCrawl-delay: 5").delay, Rules("").delay
        (5.0, 0.0)
        """
        return _parse(self.text).crawl_delay(NAME) or 0.0


def read_rules(status: int, body: bytes) -> Rules | None:
    """The rules that an answer to a request for /robots.txt gives; None where it is not known what they are.

    Parameters
    ----------
    status
        Of the answer: 2xx brings rules; 4xx but 429 means that there are none; anything else, that nobody knows, so that
        nothing may be asked for.
    body
        Read as UTF-8, with or without byte-order mark; a page of HTML has no rules in it.

    >>> [read_rules(status, b"") is None for status in (200, 404, 429, 501)]
    [False, False, True, True]
    """
    if status // 100 == 2:
        return Rules(body.decode("utf-8-sig", "replace"))
    if status // 100 == 4 and status != 429:
        return Rules()
    return None


@lru_cache(maxsize=100)
def _parse(text: str) -> Protego:
    return Protego.parse(text)
