"""What feeds what: the ledger's tables → masked → written in each format aside → put in place, all of it or nothing."""

import hashlib
import json
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.errors import ExportError, LedgerError
from pipeline.ledger.export import csv_files, package, parquet, spss, sqlite, stata, xlsx
from pipeline.ledger.export.about import About
from pipeline.ledger.export.redact import redact_tables
from pipeline.ledger.files import TEMPORARY, lock, temporary, write_bytes
from pipeline.ledger.schema import TABLES
from pipeline.ledger.write import CONTENTS, table_path

Progress = Callable[[str, int, int], None]  # stage in Chinese, done, of how many
Write = Callable[[Path, Mapping[str, pa.Table], About, Callable[[int], None]], None]

# Format → the file or folder that it makes, and what writes it.
FORMATS: dict[str, tuple[str, Write]] = {
    "xlsx": ("ledger.xlsx", xlsx.write),
    "csv": ("csv", csv_files.write),
    "parquet": ("parquet", parquet.write),
    "stata": ("stata", stata.write),
    "spss": ("spss", spss.write),
    "sqlite": ("ledger.sqlite", sqlite.write),
    "package": ("package", package.write),
}
RECORD = "export.json"  # what an export wrote, with checksums: so that no file of anybody else is ever replaced


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export wrote."""

    paths: tuple[Path, ...]
    rows: dict[str, int]  # of the tables
    masked: dict[str, int] | None  # how often, by kind; None where nothing was to be


def export(  # noqa: PLR0913  one option each
    ledger: Path,
    out: Path,
    formats: Sequence[str] = (),
    tables: Sequence[str] = (),
    *,
    redact: bool = True,
    english: bool = False,
    plain: bool = False,
    progress: Progress | None = None,
    made: date | None = None,
) -> Exported:
    """Write tables of the ledger in the formats of other programs.

    Parameters
    ----------
    ledger
        Folder of the ledger, which was checked when it was opened.
    out
        Folder to write to. What an earlier export wrote there in the same formats is replaced; any other file is not.
    formats
        Of `FORMATS`; all where none is given.
    tables
        Of the ledger's tables; all where none is given.
    redact
        Whether to mask telephone numbers, mail and postal addresses, identity numbers and names of persons.
    english
        Whether XLSX and CSV have the columns' names and codes instead of Chinese headings and words.
    plain
        Whether CSV goes without the byte-order mark.
    progress
        Called with stage, done and total, again and again.
    made
        The day that the export says it was made on; today where None.

    Raises
    ------
    ExportError
        An unknown format or table, a file in the way that no export wrote, or another export at work. Nothing is
        written.
    OSError
        `out` cannot be written.
    """
    chosen = _choose("格式", formats, FORMATS)
    held = _read(ledger, _choose("表", tables, TABLES))
    day = made or datetime.now(UTC).astimezone().date()
    out.mkdir(parents=True, exist_ok=True)
    try:
        with lock(out):
            return _export(ledger, out, chosen, held, (redact, english, plain, day), progress or (lambda *_: None))
    except LedgerError:
        raise ExportError(f"{out} 正由另一个 zhenggai export 写入；请等它结束，或用 --out 另选文件夹") from None


def _export(
    ledger: Path,
    out: Path,
    formats: Sequence[str],
    tables: dict[str, pa.Table],
    options: tuple[bool, bool, bool, date],
    progress: Progress,
) -> Exported:
    redact, english, plain, day = options
    _clear(out)
    record = _load_record(out)
    _check_free(out, formats, record)
    masked: dict[str, int] | None = None
    if redact:
        progress("遮盖个人信息", 0, 1)
        tables, masked = redact_tables(tables)
        progress("遮盖个人信息", 1, 1)
    contents = (ledger / CONTENTS).read_bytes()
    about = About(
        json.loads(contents)["pipeline"],
        hashlib.sha256(contents).hexdigest(),
        day,
        masked,
        english=english,
        plain=plain,
    )
    aside = temporary(out / "export")
    aside.mkdir()
    try:
        for name in formats:
            entry, write = FORMATS[name]
            write(aside / entry, tables, about, _ticker(progress, f"写 {entry}", tables))
        _put_in_place(aside, out, formats, record, about)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    paths = tuple(out / FORMATS[name][0] for name in formats)
    return Exported(paths, {name: rows.num_rows for name, rows in tables.items()}, masked)


def _choose(what: str, asked: Sequence[str], known: Mapping[str, object]) -> list[str]:
    unknown = [name for name in asked if name not in known]
    if unknown:
        raise ExportError(f"没有这样的{what}：{'、'.join(unknown)}；可用的是 {'、'.join(known)}")
    return [name for name in known if name in asked or not asked]


def _read(ledger: Path, names: Sequence[str]) -> dict[str, pa.Table]:
    return {name: pq.read_table(table_path(ledger, name)).combine_chunks() for name in names}


def _ticker(progress: Progress, stage: str, tables: Mapping[str, pa.Table]) -> Callable[[int], None]:
    total, done = max(sum(rows.num_rows for rows in tables.values()), 1), 0

    def tick(rows: int) -> None:
        nonlocal done
        done += rows
        progress(stage, done, total)

    return tick


# In place


def _clear(out: Path) -> None:
    """Remove what a killed export was writing. Only under the lock."""
    for path in out.glob(f"export.*{TEMPORARY}"):
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def _load_record(out: Path) -> dict[str, Any]:
    try:
        record: dict[str, Any] = json.loads((out / RECORD).read_bytes())
    except FileNotFoundError:
        return {}
    except ValueError:
        raise ExportError(f"{out / RECORD} 已损坏；请把它和旧的导出移走，或用 --out 另选文件夹") from None
    return record


def _check_free(out: Path, formats: Sequence[str], record: Mapping[str, Any]) -> None:
    """Raise ExportError where a file is in the way that no export wrote, or that was changed since."""
    for name in formats:
        entry = FORMATS[name][0]
        known = record.get(entry, {}).get("files", {})
        for path in _files(out / entry):
            place = path.relative_to(out).as_posix()
            if place not in known:
                raise ExportError(f"{path} 不是导出所写的文件，不能替换；请移走它，或用 --out 另选文件夹")
            if _sha256(path) not in known[place]:
                raise ExportError(f"{path} 在导出之后被改动过，不能替换；请移走它，或用 --out 另选文件夹")


def _put_in_place(aside: Path, out: Path, formats: Sequence[str], record: dict[str, Any], about: About) -> None:
    """Give the finished files their names. Killed here, every file is whole and known, and the next export goes on."""
    new: dict[str, Any] = {}
    both: dict[str, Any] = {}
    for name in formats:
        entry = FORMATS[name][0]
        files = {path.relative_to(aside).as_posix(): [_sha256(path)] for path in _files(aside / entry)}
        known = record.get(entry, {}).get("files", {})
        said = asdict(about) | {"made": about.made.isoformat()}
        new[entry] = said | {"files": files}
        both[entry] = said | {
            "files": {place: known.get(place, []) + files.get(place, []) for place in known.keys() | files.keys()}
        }
    _save_record(out, record | both)
    for name in formats:
        entry = FORMATS[name][0]
        if (out / entry).is_dir():
            (out / entry).rename(aside / f"{entry}.old")
        (aside / entry).replace(out / entry)
    _save_record(out, record | new)


def _save_record(out: Path, record: Mapping[str, Any]) -> None:
    write_bytes(out / RECORD, (json.dumps(record, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode())


def _files(path: Path) -> list[Path]:
    """The files of an entry, which is a file, a folder, or nothing."""
    if path.is_dir():
        return sorted(file for file in path.rglob("*") if file.is_file())
    return [path] if path.exists() else []


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
