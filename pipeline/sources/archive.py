"""Opens ZIP archives, archives within them included: each file inside is named and bounded, and none is ever written by its name.

What an archive says of itself (sizes, names) is not believed: bytes are counted as they are unpacked, and names are only shown.
"""

import io
import lzma
import stat
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import IO

from pipeline.sources.read import LARGEST

ENDINGS = frozenset({".zip"})
OTHERS = frozenset({".rar", ".7z", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".zst"})  # archives that are not opened
LARGEST_ARCHIVE = 256 * 2**20  # bytes of an archive within another one, which is held in memory
_DOUBTFUL, _RATIO = 16 * 2**20, 200  # a file that is larger than this, and so many times its packed size, is a bomb
_AT_ONCE = 2**20
_UTF8, _LOCKED = 0x800, 0x1  # flags of a member
_FAULTS = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, OSError, ValueError, RuntimeError, OverflowError,
    AttributeError, IndexError,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much one archive may hold, all archives within it included."""

    depth: int = 3  # archives within archives
    members: int = 20_000
    bytes: int = 2 * 2**30  # unpacked


@dataclass(frozen=True, slots=True)
class Member:
    """A file in an archive."""

    path: str  # in the archive, with forward slashes; that of a file in an archive inside begins with that one's; "" is the archive
    data: bytes = b""
    status: str | None = None  # failed or unsupported where it is not to be read
    reason: str | None = None


class _FaultError(Exception):
    """Why one member, or all that follow, cannot be read."""


class _FullError(_FaultError):
    """The archive holds more than it may."""


@dataclass(slots=True)
class _State:
    """What is left of the bounds, and the paths that are taken."""

    bounds: Bounds
    members: int = 0
    bytes: int = 0
    taken: set[str] = field(default_factory=set)


def read_archive(file: IO[bytes], bounds: Bounds = Bounds()) -> Iterator[Member]:
    """Give the files in an archive, one at a time; not hidden ones and README, as in a folder.

    A file or an archive inside that cannot be read is a member with its reason; where the archive itself is damaged,
    empty or goes beyond its bounds, a last member without a path says so.

    Parameters
    ----------
    file
        The archive, open for reading.
    bounds
        How much it may hold.
    """
    state = _State(bounds)
    try:
        yield from _open(file, "", 1, state)
    except _FullError as error:
        yield Member("", status="failed", reason=str(error))


def _open(file: IO[bytes], above: str, depth: int, state: _State) -> Iterator[Member]:
    try:
        archive = zipfile.ZipFile(file)
    except _FAULTS:
        yield Member(above, status="failed", reason="压缩包已损坏，打不开；请重新下载或重新压缩")
        return
    entries = [entry for entry in archive.infolist() if not entry.is_dir() and _is_visible(_name(entry))]
    if not entries:
        yield Member(above, status="failed", reason="压缩包里没有文件；请核对")
    for entry in entries:
        state.members += 1
        if state.members > state.bounds.members:
            raise _FullError(f"压缩包里的文件超过上限 {state.bounds.members} 个，其余没有读；请分成几个压缩包")
        yield from _member(archive, entry, _free(f"{above}/{_name(entry)}".lstrip("/"), state.taken), depth, state)


def _member(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, path: str, depth: int, state: _State) -> Iterator[Member]:
    if entry.flag_bits & _LOCKED:
        yield Member(path, status="failed", reason="压缩包里的这个文件有密码；请解密后再读")
        return
    if stat.S_ISLNK(entry.external_attr >> 16):
        yield Member(path, status="unsupported", reason="是压缩包里的链接，没有跟随；请把所指的文件放进来")
        return
    within = PurePosixPath(path).suffix.lower() in ENDINGS
    if within and depth >= state.bounds.depth:
        yield Member(path, status="failed", reason=f"压缩包套了超过 {state.bounds.depth} 层，没有打开；请解压后再读")
        return
    try:
        data = _unpack(archive, entry, LARGEST_ARCHIVE if within else LARGEST, state)
    except _FullError:
        raise
    except _FaultError as error:
        yield Member(path, status="failed", reason=str(error))
        return
    if within:
        yield from _open(io.BytesIO(data), path, depth + 1, state)
    else:
        yield Member(path, data)


def _unpack(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, largest: int, state: _State) -> bytes:
    pieces, size = [], 0
    try:
        with archive.open(entry) as file:
            while piece := file.read(_AT_ONCE):
                size += len(piece)
                state.bytes += len(piece)
                pieces.append(piece)
                _check_size(size, entry.compress_size, largest, state)
    except NotImplementedError as error:
        raise _FaultError("压缩方式不支持；请用普通的 ZIP 方式重新压缩，或解压后再读") from error
    except _FAULTS as error:
        raise _FaultError("压缩包里的这个文件已损坏；请重新下载或重新压缩") from error
    return b"".join(pieces)


def _check_size(size: int, packed: int, largest: int, state: _State) -> None:
    if state.bytes > state.bounds.bytes:
        raise _FullError(f"解压后超过上限 {state.bounds.bytes // 2**20} MB，其余没有读；请核对来源，或分成几个压缩包")
    if size > largest:
        raise _FaultError(f"解压后超过上限 {largest // 2**20} MB；请拆分后再读")
    if size > _DOUBTFUL and size > _RATIO * packed:
        raise _FaultError(f"解压后是压缩时的 {_RATIO} 倍以上，可能是压缩炸弹，没有读；请核对来源")


def _name(entry: zipfile.ZipInfo) -> str:
    r"""Give the name in a form that can be shown: the way up and characters that cannot be seen are left out.

    Archives made by Chinese Windows name files in GBK and do not say so.

    >>> _name(zipfile.ZipInfo("通报.txt".encode("gbk").decode("cp437"))), _name(zipfile.ZipInfo("../../C:/a\\b.txt"))
    ('通报.txt', 'C_/a/b.txt')
    """
    name = entry.orig_filename
    if not entry.flag_bits & _UTF8:
        name = _decode(name)
    shown = "".join("_" if c == ":" or unicodedata.category(c).startswith("C") else c for c in name.replace("\\", "/"))
    return "/".join(part for part in shown.split("/") if part.strip() not in {"", ".", ".."}) or "_"


def _decode(name: str) -> str:
    try:
        data = name.encode("cp437")
    except UnicodeEncodeError:
        return name
    for encoding in ("utf-8", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return name


def _free(path: str, taken: set[str]) -> str:
    """Tell files of one name apart: a.txt, a (2).txt."""
    found, number = path, 1
    while found in taken:
        number += 1
        pure = PurePosixPath(path)
        found = str(pure.with_name(f"{pure.stem} ({number}){pure.suffix}"))
    taken.add(found)
    return found


def _is_visible(name: str) -> bool:
    parts = name.split("/")
    hidden = any(part.startswith(".") or part == "__MACOSX" for part in parts)
    return not hidden and not parts[-1].upper().startswith("README")
