"""Visits one address: robots.txt first, one request a host at a time, redirects checked one by one, patient retries."""

import random
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from hashlib import sha256
from pathlib import Path
from threading import Event, Lock
from typing import TypeVar
from urllib.parse import urljoin

from pipeline.sources.download import Answer, Limits, Trouble, ask
from pipeline.sources.robots import LARGEST, Rules, read_rules
from pipeline.sources.turns import Turns
from pipeline.sources.urls import UrlError, host_of, origin_of, tidy

T = TypeVar("T")

REDIRECTS = (301, 302, 303, 307, 308)
MOST_REDIRECTS = 5
PASSING = (408, 425, 429, 500, 502, 503, 504)  # statuses that may be another the next time
LONGEST_WAIT = 300.0  # seconds that a server may let us wait; longer is for another run
HEAD = 1024  # bytes of a file that are looked at for what it is

# status → why there is no file, and what to do
REASONS = {
    401: "网站要求登录（401）；请在浏览器里另存",
    403: "网站不允许访问（403）；请在浏览器里核对，或向网站索取",
    404: "网页不存在（404）；请核对网址",
    410: "网页已删除（410）；请核对网址",
    412: "网站要求浏览器验证（412）；请在浏览器里另存",
    429: "网站说请求太多（429）；请稍后再运行，或用 --pause 放慢",
    521: "网站要求浏览器验证（521）；请在浏览器里另存",
}


@dataclass(frozen=True, slots=True)
class Manners:
    """How sites are treated."""

    agent: str = "zhenggai"  # what we call ourselves
    pause: float = 2.0  # seconds between two requests to a host
    tries: int = 4  # requests for one file at most, redirects not counted
    backoff: float = 2.0  # seconds before the second try; doubled for each more
    seed: int = 0  # of the jitter
    hosts: int = 4  # that are asked at a time
    refresh: timedelta | None = None  # age from which a file is asked for again; never where None


@dataclass(frozen=True, slots=True)
class Validators:
    """What a server said of a file that we have, so that it need not send it again."""

    url: str  # tidy, the last one of the redirects
    etag: str = ""
    last_modified: str = ""


@dataclass(frozen=True, slots=True)
class Received:
    """A file as it came, or the word that the one we have is current."""

    url: str  # where it came from, after redirects
    headers: dict[str, str]
    unchanged: bool = False  # 304: nothing was sent, and the rest is empty
    sha256: str = ""
    head: bytes = b""  # the first bytes


class Visitor:
    """Asks sites, and remembers what their robots.txt say. For use by several threads."""

    def __init__(self, limits: Limits, manners: Manners, stop: Event) -> None:
        self._limits, self._manners, self._stop = limits, manners, stop
        self._turns = Turns(manners.pause, stop)
        self._rules: dict[str, Rules | Trouble] = {}  # of an origin
        self._locks: defaultdict[str, Lock] = defaultdict(Lock)
        self._guard = Lock()

    def visit(self, url: str, part: Path, known: Validators | None = None) -> Received:
        """Write what is at a tidy address into the file `part`.

        Raises
        ------
        Trouble
            There is none to be had, after as many tries as make sense.
        Stopped
            The run was interrupted.
        OSError
            `part` cannot be written.
        """
        return self._patiently(url, lambda: self._follow(url, part, known))

    def _patiently(self, url: str, do: Callable[[], T]) -> T:
        """Try again what may succeed the next time: later and later, and not before the server wants it."""
        draw = random.Random(f"{self._manners.seed} {url}")  # noqa: S311  not secret, and the same in every run
        tries = self._manners.tries
        for number in range(1, tries + 1):
            try:
                return do()
            except Trouble as trouble:
                if not trouble.again or number == tries:
                    raise _after(trouble, number) from trouble
                if (trouble.wait or 0) > LONGEST_WAIT:
                    raise Trouble(f"网站要求等 {trouble.wait:.0f} 秒；请在其后再运行") from trouble
                delay = self._manners.backoff * 2 ** (number - 1) * draw.uniform(0.75, 1.25)
                self._turns.wait(max(delay, trouble.wait or 0))
        raise AssertionError  # there is at least one try

    def _follow(self, url: str, part: Path, known: Validators | None) -> Received:
        """Ask for the address and for those that it redirects to, each checked like the first."""
        seen = [url]
        while True:
            self._check_robots(seen[-1])
            found = self._receive(seen[-1], part, known)
            if isinstance(found, Received):
                return found
            _check_redirect(found, seen)
            seen.append(found)

    def _receive(self, url: str, part: Path, known: Validators | None) -> Received | str:
        """One request: a file, or the address that the server names instead."""
        with self._ask(url, _conditions(url, known)) as answer:
            if answer.status in REDIRECTS:
                return _target(url, answer)
            if answer.status == 304 and known is not None:
                return Received(url, answer.headers, unchanged=True)
            if answer.status != 200:
                raise Trouble(REASONS.get(answer.status, f"网站回答 {answer.status}；请在浏览器里核对网址"))
            return _save(url, answer, part)

    @contextmanager
    def _ask(self, url: str, headers: Mapping[str, str], limits: Limits | None = None) -> Iterator[Answer]:
        """Ask when it is our turn. A status that may pass is Trouble, and the host rests for as long as it asks."""
        host = host_of(url)
        sent = {"User-Agent": self._manners.agent, **headers}
        with self._turns.turn(host), ask(url, sent, limits or self._limits, self._stop.is_set) as answer:
            if answer.status in PASSING:
                wait = read_retry_after(answer.headers)
                self._turns.rest(host, min(wait or 0, LONGEST_WAIT))
                reason = REASONS.get(answer.status, f"网站暂时不能回答（{answer.status}）；请稍后再运行")
                raise Trouble(reason, again=True, wait=wait)
            yield answer

    # robots.txt

    def _check_robots(self, url: str) -> None:
        """Raise Trouble where the site does not want this address to be asked for, or does not say what it wants."""
        origin = origin_of(url)
        with self._guard:
            lock = self._locks[origin]
        with lock:
            if origin not in self._rules:
                self._rules[origin] = self._learn_rules(origin)
        rules = self._rules[origin]
        if isinstance(rules, Trouble):
            raise Trouble(str(rules), refused=rules.refused)
        reason = rules.refuse(url)
        if reason:
            raise Trouble(reason, refused=True)
        self._turns.slow_down(host_of(url), rules.delay)

    def _learn_rules(self, origin: str) -> Rules | Trouble:
        url = f"{origin}/robots.txt"
        try:
            return self._patiently(url, lambda: self._ask_for_rules(url))
        except Trouble as trouble:
            if trouble.refused:
                return trouble
            return Trouble(f"读不到网站的 robots.txt，因此没有取：{trouble}")

    def _ask_for_rules(self, url: str) -> Rules:
        seen = [url]
        limits = replace(self._limits, size=self._limits.size + LARGEST)
        while True:
            with self._ask(seen[-1], {}, limits) as answer:
                if answer.status not in REDIRECTS:
                    rules = read_rules(answer.status, _begin(answer.body) if answer.status // 100 == 2 else b"")
                    if rules is None:
                        raise Trouble(f"网站回答 {answer.status}；请稍后再运行", again=True)
                    return rules
                found = _target(seen[-1], answer)
            _check_redirect(found, seen)
            seen.append(found)


def read_retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds that a server asks to wait; None where it does not, or not in a way that can be read.

    A day and time is counted from the answer's own `Date`, so that a clock that is wrong does no harm.

    >>> read_retry_after({"retry-after": "120"}), read_retry_after({"retry-after": "soon"}), read_retry_after({})
    (120.0, None, None)
    >>> read_retry_after({"retry-after": "Wed, 01 Mar 2023 08:01:00 GMT", "date": "Wed, 01 Mar 2023 08:00:00 GMT"})
    60.0
    """
    text = headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    then, now = read_http_date(text), read_http_date(headers.get("date", ""))
    return max((then - now).total_seconds(), 0.0) if then and now else None


def read_http_date(text: str) -> datetime | None:
    """A time in UTC; None where the text is no date of HTTP.

    >>> read_http_date("Wed, 01 Mar 2023 08:00:00 GMT").isoformat()
    '2023-03-01T08:00:00+00:00'
    """
    try:
        found = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def _after(trouble: Trouble, number: int) -> Trouble:
    """Say how often it was tried, where it was more than once."""
    reason = str(trouble) if number == 1 else f"试了 {number} 次：{trouble}"
    return Trouble(reason, again=trouble.again, refused=trouble.refused)


def _conditions(url: str, known: Validators | None) -> dict[str, str]:
    """Headers that ask for a file only if it is another than the one we have."""
    if known is None or known.url != url:
        return {}
    headers = {"If-None-Match": known.etag, "If-Modified-Since": known.last_modified}
    return {name: value for name, value in headers.items() if value}


def _target(url: str, answer: Answer) -> str:
    given = answer.headers.get("location", "")
    with_bytes = given.encode("latin-1")  # servers write Chinese as it is
    try:
        given = with_bytes.decode("utf-8")
    except UnicodeDecodeError:
        given = with_bytes.decode("gb18030", "replace")
    if not given.strip():
        raise Trouble("网站要转到别处，却没有说是哪里；请在浏览器里核对网址")
    try:
        return tidy(urljoin(url, re.sub(r"\s", "%20", given.strip())))
    except (UrlError, ValueError) as error:
        raise Trouble(f"网站要转到 {given[:200]!r}，没有照办：{error}", refused=True) from error


def _check_redirect(target: str, seen: list[str]) -> None:
    if target in seen:
        raise Trouble("网站转来转去又回到原处（可能要求浏览器验证）；请在浏览器里另存")
    if len(seen) > MOST_REDIRECTS:
        raise Trouble(f"网站一连转了 {len(seen)} 次；请在浏览器里核对网址")


def _begin(body: Iterator[bytes]) -> bytes:
    """The first LARGEST bytes."""
    begun = bytearray()
    for chunk in body:
        begun += chunk
        if len(begun) >= LARGEST:
            break
    return bytes(begun[:LARGEST])


def _save(url: str, answer: Answer, part: Path) -> Received:
    digest, head = sha256(), b""
    with part.open("wb") as file:
        for chunk in answer.body:
            digest.update(chunk)
            head += chunk[: HEAD - len(head)]
            file.write(chunk)
    if not head:
        raise Trouble("网站给了空文件；请在浏览器里核对网址")
    return Received(url, answer.headers, sha256=digest.hexdigest(), head=head)
