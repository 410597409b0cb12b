"""Files that are there as a whole or not at all, and a lock on a folder. Light: no table library."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from pipeline.errors import LedgerError

TEMPORARY = ".tmp"  # ending of a file that is being written


def temporary(path: Path) -> Path:
    """Name the file that `path` is written to before it takes its name; each process has its own."""
    return path.with_name(f"{path.name}.{os.getpid()}{TEMPORARY}")


@contextmanager
def writing(path: Path) -> Iterator[IO[bytes]]:
    """Open a file for writing that takes its name when the block ends well, and is gone when it does not."""
    unfinished = temporary(path)
    try:
        with unfinished.open("wb") as file:
            yield file
        unfinished.replace(path)
    except BaseException as error:
        with suppress(OSError):
            unfinished.unlink()
        if isinstance(error, OSError) and error.filename == str(unfinished):
            error.filename = str(path)  # the name that the user knows
        raise


def write_bytes(path: Path, data: bytes) -> None:
    """Write a file in one go."""
    with writing(path) as file:
        file.write(data)


def remove_leftovers(folder: Path) -> None:
    """Remove what a killed run was writing. Only under the lock."""
    for path in folder.glob(f"*{TEMPORARY}"):
        path.unlink(missing_ok=True)


@contextmanager
def lock(folder: Path, command: str = "zhenggai build") -> Iterator[None]:
    """Keep other commands of this kind out of the folder. The lock goes away with the process, however it ends.

    Raises LedgerError where another one holds it.
    """
    with (folder / ".lock").open("a+b") as file:
        if not _lock_file(file):
            raise LedgerError(f"{folder} 正由另一个 {command} 写入；请等它结束，或用 --out 另选文件夹")
        yield


if sys.platform == "win32":
    import msvcrt

    def _lock_file(file: IO[bytes]) -> bool:
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _lock_file(file: IO[bytes]) -> bool:
        try:
            # Not flock: that one would go on in the processes forked here, after this one was killed.
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except (BlockingIOError, PermissionError):
            return False
        except OSError:
            return True  # a file system without locks: better unguarded than unusable
        return True
