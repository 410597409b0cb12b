"""One request, one answer, within limits of time and size: neither redirects nor retries, see `visit`.

httpcore, the layer below httpx, because it lets us stand where the bytes pass. Each connection goes through
`Backend`, which connects to the address that was checked, and each reading through `Stream`, which knows the time that
is left; so a server that sends a byte now and then, in its headers or in its body, ends as punctually as one that is
silent. What the layers above would add (redirects, cookies, proxies and passwords from the environment) is not wanted.
"""

import ssl
import time
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache

import certifi
import httpcore

from pipeline.sources.addresses import NotPublicError, UnknownHostError, addresses

PIECE = 2**16  # bytes that are unpacked at a time
SLICE = 0.5  # seconds between two looks at whether to stop


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one answer may take."""

    size: int = 50 * 2**20  # bytes, unpacked
    seconds: float = 120.0  # from connecting to the last byte
    connect: float = 10.0  # seconds for a connection, and for its encryption
    silence: float = 20.0  # seconds without a byte
    allow_private: bool = False  # whether addresses that are not public may be asked


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server answered."""

    status: int
    headers: dict[str, str]  # names in small letters; the values of a name that stands twice are joined by ", "
    body: Iterator[bytes]  # as received, but for a Content-Encoding; to be read at once


class Trouble(Exception):  # noqa: N818  not always an error: a refusal is as it should be
    """Why there is no file: one Chinese line with the next step.

    Attributes
    ----------
    again
        Whether the same request may succeed later.
    wait
        Seconds that the server asked to wait before that.
    refused
        Whether it was we who did not want to ask.
    """

    def __init__(self, reason: str, *, again: bool = False, wait: float | None = None, refused: bool = False) -> None:
        super().__init__(reason)
        self.again, self.wait, self.refused = again, wait, refused


class Stopped(Exception):  # noqa: N818  nothing is wrong
    """The run was interrupted."""


@contextmanager
def ask(url: str, headers: Mapping[str, str], limits: Limits, is_stopped: Callable[[], bool]) -> Iterator[Answer]:
    """Ask for a tidy address, and give the answer as soon as its headers are there.

    Raises Trouble, also while the body is read, and Stopped when `is_stopped()`.
    """
    watch = Watch(limits, is_stopped)
    seconds = {"connect": limits.connect, "read": limits.silence, "write": limits.silence, "pool": limits.connect}
    sent = {"Accept": "*/*", "Accept-Encoding": "identity", "Connection": "close", **headers}
    try:
        with (
            httpcore.ConnectionPool(_trust(), network_backend=Backend(watch)) as pool,
            pool.stream("GET", url, headers=list(sent.items()), extensions={"timeout": seconds}) as response,
        ):
            found = _as_dict(response.headers)
            yield Answer(response.status, found, _limited(_unpacked(response.iter_stream(), found), found, limits))
    except (NotPublicError, UnknownHostError) as error:
        raise _explain_host(error) from error
    except httpcore.TimeoutException as error:
        raise Trouble("网站没有及时回答；请稍后再运行", again=True) from error
    except httpcore.NetworkError as error:
        raise Trouble("连不上网站，或连接中断；请核对网址和网络后再运行", again=True) from error
    except (httpcore.ProtocolError, zlib.error) as error:
        raise Trouble("回答不完整或不合 HTTP 规范；请稍后再运行，或在浏览器里另存", again=True) from error


class Watch:
    """The time that is left for one answer."""

    def __init__(self, limits: Limits, is_stopped: Callable[[], bool]) -> None:
        self.limits = limits
        self._is_stopped = is_stopped
        self._end = time.monotonic() + limits.seconds

    def left(self) -> float:
        """Seconds that are left; raises Trouble where there are none, Stopped where the run is over."""
        if self._is_stopped():
            raise Stopped
        left = self._end - time.monotonic()
        if left <= 0:
            raise Trouble(f"超过 {self.limits.seconds:g} 秒还没有取完；请用 --seconds 放宽，或在浏览器里另存")
        return left


class Backend(httpcore.SyncBackend):
    """Connects to checked addresses only."""

    def __init__(self, watch: Watch) -> None:
        self._watch = watch

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the first address of the host that answers."""
        failure: Exception = httpcore.ConnectError()
        for address in addresses(host, port, allow_private=self._watch.limits.allow_private):
            left = self._watch.left()
            try:
                stream = super().connect_tcp(address, port, min(timeout or left, left), local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
            else:
                return Stream(stream, self._watch)
        raise failure


class Stream(httpcore.NetworkStream):
    """A connection that ends when the time is over."""

    def __init__(self, stream: httpcore.NetworkStream, watch: Watch) -> None:
        self._stream = stream
        self._watch = watch

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Wait for bytes, looking up now and then."""
        begun = time.monotonic()
        while True:
            left = self._watch.left()
            try:
                return self._stream.read(max_bytes, min(SLICE, left))
            except httpcore.ReadTimeout:
                if timeout is not None and time.monotonic() - begun >= timeout:
                    raise

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send the request."""
        left = self._watch.left()
        self._stream.write(buffer, min(timeout or left, left))

    def close(self) -> None:
        """Hang up."""
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        """Encrypt; the certificate is compared with the host's name, not with the address."""
        left = self._watch.left()
        try:
            stream = self._stream.start_tls(ssl_context, server_hostname, min(timeout or left, left))
        except httpcore.ConnectError as error:
            if isinstance(error.__cause__, ssl.SSLError):
                raise _explain_encryption(error.__cause__) from error
            raise
        return Stream(stream, self._watch)

    def get_extra_info(self, info: str) -> object:
        """Pass on what httpcore asks of the connection."""
        return self._stream.get_extra_info(info)


@cache
def _trust() -> ssl.SSLContext:
    """Trust whom the system trusts (an office's own authority may be among them), and whom Mozilla does."""
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context


def _as_dict(headers: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in headers:
        key, text = name.decode("latin-1").lower(), value.decode("latin-1")
        found[key] = f"{found[key]}, {text}" if key in found else text
    return found


def _limited(body: Iterable[bytes], headers: Mapping[str, str], limits: Limits) -> Iterator[bytes]:
    fault = f"超过 {round(limits.size / 2**20, 3):g} MB；请核对网址，或用 --max-mb 放宽"
    length = headers.get("content-length", "")
    if length.isdecimal() and int(length[:20]) > limits.size:
        raise Trouble(fault)
    size = 0
    for chunk in body:
        size += len(chunk)
        if size > limits.size:
            raise Trouble(fault)
        yield chunk


def _unpacked(body: Iterable[bytes], headers: Mapping[str, str]) -> Iterator[bytes]:
    """Undo the compression of a server that compresses though it was asked not to."""
    coding = headers.get("content-encoding", "").strip().lower()
    if coding in ("", "identity"):
        yield from body
    elif coding in ("gzip", "x-gzip", "deflate"):
        yield from _inflate(body)
    else:
        raise Trouble(f"网站用了没有要求的压缩方式 {coding[:20]!r}；请在浏览器里另存")


def _inflate(body: Iterable[bytes]) -> Iterator[bytes]:
    engine = zlib.decompressobj(wbits=47)  # gzip or zlib, by what it begins with
    for chunk in body:
        packed = chunk
        while packed and not engine.eof:
            yield engine.decompress(packed, PIECE)  # piece by piece: a small file may unpack to a huge one
            packed = engine.unconsumed_tail
    yield engine.flush()
    if not engine.eof:
        raise zlib.error


def _explain_host(error: NotPublicError | UnknownHostError) -> Trouble:
    if isinstance(error, NotPublicError):
        return Trouble(f"主机的地址 {error} 不是公网地址；确实要取内网的文件请加 --allow-private", refused=True)
    return Trouble("找不到这个主机；请核对网址和网络", again=error.again)


def _explain_encryption(error: ssl.SSLError) -> Trouble:
    if isinstance(error, ssl.SSLCertVerificationError):
        return Trouble(f"网站的证书不可信（{error.verify_message}）；请在浏览器里核对，或改用 http:// 的网址")
    return Trouble(f"与网站建不起加密连接（{error.reason}）；请在浏览器里另存，或改用 http:// 的网址")
