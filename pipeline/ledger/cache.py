"""What was read from one file, kept for the next run: an entry is named by the bytes it was read from and by the code.

An entry is one line of JSON, then the tables as Arrow messages. The line gives their lengths and hash, so an entry that
is damaged, cut off or of another make is simply not there.
"""

import hashlib
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import pyarrow as pa

from pipeline.ledger.build import BATCHES, DATES, Row, batches, tabulate, unit_names
from pipeline.ledger.files import write_bytes
from pipeline.ledger.write import text_path
from pipeline.records import Bulletin, Source, Themes

FOLDER = "cache"
ENDING = ".entry"
# Libraries that decide what a text is read as, beside our own code.
LIBRARIES = (
    "ahocorasick_rs", "charset-normalizer", "jieba", "lxml", "numpy", "onnxruntime", "openpyxl", "pdfplumber", "pyarrow",
    "pypdfium2", "rapidocr", "rjieba", "trafilatura",
)  # fmt: skip
# Parts of the package that come after the entries are made.
LATER = ("analysis", "reporting", "cli.py", "__pycache__")

Head = dict[str, Any]


def code_version(package: Path, model: Path) -> str:
    """Hash the code and vocabulary that make an entry, and the versions of the libraries they use.

    Parameters
    ----------
    package
        The folder of the package.
    model
        The classifier in use, which may lie elsewhere.
    """
    digest = hashlib.sha256(f"python {sys.version_info[:2]}".encode())
    for name in LIBRARIES:
        digest.update(f"{name} {_library_version(name)}\n".encode())
    for path in sorted(package.rglob("*")):
        relative = path.relative_to(package)
        if relative.parts[0] not in LATER and path.suffix != ".pyc" and path.is_file():
            digest.update(f"{relative.as_posix()}\n".encode())
            digest.update(path.read_bytes())
    digest.update(model.read_bytes())
    return digest.hexdigest()


def entry_path(folder: Path, sha256: str, ending: str, code: str) -> Path:
    """Name the entry of these bytes; the file's ending says how they are read."""
    name = hashlib.sha256(f"{code} {ending} {sha256}".encode()).hexdigest()
    return folder / FOLDER / f"{name[:40]}{ENDING}"


def save(path: Path, head: Head, row: Row | None = None, tables: Mapping[str, pa.RecordBatch] | None = None) -> None:
    """Write an entry: what became of the file, and its bulletin where it holds one."""
    messages = {name: batch.serialize().to_pybytes() for name, batch in (tables or {}).items()}
    body = b"".join(messages.values())
    line = {
        "head": head,
        "row": row,
        "lengths": {name: len(message) for name, message in messages.items()},
        "sha256": hashlib.sha256(body).hexdigest(),
    }
    write_bytes(path, json.dumps(line, ensure_ascii=False, default=date.isoformat).encode() + b"\n" + body)


def keep(folder: Path, path: Path, source: Source, bulletin: Bulletin, themes: Sequence[Themes]) -> Head:
    """Write the entry of a bulletin and its clean text; return the entry's head.

    Parameters
    ----------
    folder
        Of the ledger.
    path
        Of the entry, from `entry_path`.
    source, bulletin, themes
        The document, what was read from it, and the themes of each item.
    """
    row, rows = tabulate(source, bulletin, themes)
    text = source.text.encode()
    head = describe(source) | {
        "status": "read",
        "bulletin_id": row["bulletin_id"],
        "text_sha256": source.text_sha256,
        "text_bytes": len(text),
        "unit": row["unit"],
        "units": unit_names(row, rows),
    }
    write_bytes(text_path(folder, row["bulletin_id"]), text)
    # Last, so that an entry is never without its text.
    save(path, head, row, batches(rows))
    return head


def describe(source: Source) -> Head:
    """Say what the table documents holds of a file that is a text."""
    head: Head = {"encoding": source.encoding, "characters": len(source.text), "repairs": source.repairs}
    if source.recognition:
        head |= {"scanned_pages": source.recognition.pages, "legibility": source.recognition.confidence}
    return head | {"reason": "；".join(source.notes)} if source.notes else head


def load_head(folder: Path, path: Path) -> Head | None:
    """Load what became of the file; None where there is no whole entry, or its text is gone."""
    try:
        line, body = _split(path)
        head: Head = line["head"]
        whole = hashlib.sha256(body).hexdigest() == line["sha256"]
        if "bulletin_id" in head:
            whole &= text_path(folder, head["bulletin_id"]).stat().st_size == head["text_bytes"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return head if whole else None


def load_tables(path: Path) -> tuple[Row, dict[str, pa.RecordBatch]]:
    """Load the bulletin's row and tables, as `save` was given them."""
    line, body = _split(path)
    row: Row = line["row"]
    for name in DATES:
        row[name] = date.fromisoformat(row[name]) if row[name] else None
    tables, start = {}, 0
    for name, length in line["lengths"].items():
        tables[name] = pa.ipc.read_record_batch(pa.py_buffer(body[start : start + length]), BATCHES[name])
        start += length
    return row, tables


def prune(folder: Path, keep: Iterable[Path]) -> int:
    """Remove the files of a folder other than those to keep; return how many."""
    wanted = {path.name for path in keep}
    unwanted = [path for path in folder.iterdir() if path.name not in wanted]
    for path in unwanted:
        path.unlink(missing_ok=True)
    return len(unwanted)


def _split(path: Path) -> tuple[dict[str, Any], bytes]:
    line, _, body = path.read_bytes().partition(b"\n")
    return json.loads(line), body


def _library_version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "none"
