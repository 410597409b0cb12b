"""Reads and writes manifest.csv: what the collector knows of the files in a folder."""

import csv
import os
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path

from pipeline.errors import SourceError
from pipeline.records import Manifest

NAME = "manifest.csv"
COLUMNS = ("path", "unit", "region", "url", "published", "note")
# what `zhenggai fetch` adds; a build passes over them
FETCHED = ("final_url", "fetched_at", "checked_at", "sha256", "content_type", "etag", "last_modified", "headers")
MARK = b"\xef\xbb\xbf"  # by which spreadsheets know UTF-8


def read_manifest(folder: Path) -> dict[str, Manifest]:
    """The rows of the folder's manifest by path (relative to the folder, forward slashes); none where there is no manifest.

    Every column but `path` is optional, an empty cell is None.

    Raises
    ------
    SourceError
        naming row and value: an unknown column, no path, a path named twice, a date that is not YYYY-MM-DD.
    """
    _, rows = read_rows(folder)
    return {row["path"]: Manifest(**{c: row.get(c) or None for c in COLUMNS[1:]}) for row in rows}


def read_rows(folder: Path) -> tuple[list[str], list[dict[str, str]]]:
    """The columns of the folder's manifest, and its rows as they are but for blanks around the cells.

    Raises SourceError as `read_manifest` does.
    """
    path = folder / NAME
    if not path.exists():
        return [], []
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        columns = list(reader.fieldnames or [])
        unknown = [c for c in columns if c not in COLUMNS + FETCHED]
        if unknown or "path" not in columns:
            raise SourceError(
                "manifest", f"{NAME}：列名 {unknown or '缺少 path'} 有误；可用的列是 {'、'.join(COLUMNS + FETCHED)}"
            )
        rows: dict[str, dict[str, str]] = {}
        for number, row in enumerate(reader, start=2):
            values = {c: (row[c] or "").strip() for c in columns}
            name = values["path"] = values["path"].replace("\\", "/")
            if not name or name in rows:
                raise SourceError(
                    "manifest", f"{NAME} 第 {number} 行：path {name!r} {'重复' if name else '为空'}，请改正"
                )
            fault = date_fault(values.get("published"))
            if fault:
                raise SourceError("manifest", f"{NAME} 第 {number} 行：{fault}")
            rows[name] = values
    return columns, list(rows.values())


def write_rows(folder: Path, columns: Sequence[str], rows: Iterable[Mapping[str, str]]) -> None:
    """Write the folder's manifest, as a whole or not at all; a new one begins with a byte-order mark."""
    path = folder / NAME
    unfinished = path.with_name(f".{NAME}.{os.getpid()}.tmp")
    marked = not path.exists() or _begins_with_mark(path)
    try:
        with unfinished.open("w", encoding="utf-8-sig" if marked else "utf-8", newline="") as file:
            writer = csv.DictWriter(file, columns, restval="", lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def date_fault(value: str | None) -> str | None:
    """Say what is wrong with a day of publication; None where it is well, or not there.

    >>> date_fault("2024-13-01")
    "published '2024-13-01' 不是 YYYY-MM-DD 形式的日期"
    """
    try:
        date.fromisoformat(value or "2000-01-01")
    except ValueError:
        return f"published {value!r} 不是 YYYY-MM-DD 形式的日期"
    return None


def _begins_with_mark(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(MARK)) == MARK
