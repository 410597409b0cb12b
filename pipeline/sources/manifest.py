"""Reads manifest.csv: what the collector knows of the files in a folder."""

import csv
from datetime import date
from pathlib import Path

from pipeline.errors import SourceError
from pipeline.records import Manifest

NAME = "manifest.csv"
COLUMNS = ("path", "unit", "region", "url", "published", "note")


def read_manifest(folder: Path) -> dict[str, Manifest]:
    """The rows of the folder's manifest by path (relative to the folder, forward slashes); none where there is no manifest.

    Every column but `path` is optional, an empty cell is None.

    Raises
    ------
    SourceError
        naming row and value: an unknown column, no path, a path named twice, a date that is not YYYY-MM-DD.
    """
    path = folder / NAME
    if not path.exists():
        return {}
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        columns = reader.fieldnames or []
        unknown = [c for c in columns if c not in COLUMNS]
        if unknown or "path" not in columns:
            raise SourceError(
                "manifest", f"{NAME}：列名 {unknown or '缺少 path'} 有误；可用的列是 {'、'.join(COLUMNS)}"
            )
        rows: dict[str, Manifest] = {}
        for number, row in enumerate(reader, start=2):
            name = (row["path"] or "").strip().replace("\\", "/")
            if not name or name in rows:
                raise SourceError(
                    "manifest", f"{NAME} 第 {number} 行：path {name!r} {'重复' if name else '为空'}，请改正"
                )
            values = {c: (row.get(c) or "").strip() or None for c in COLUMNS[1:]}
            _check_date(values["published"], number)
            rows[name] = Manifest(**values)
    return rows


def _check_date(value: str | None, number: int) -> None:
    if value is None:
        return
    try:
        date.fromisoformat(value)
    except ValueError as error:
        raise SourceError(
            "manifest", f"{NAME} 第 {number} 行：published {value!r} 不是 YYYY-MM-DD 形式的日期"
        ) from error
