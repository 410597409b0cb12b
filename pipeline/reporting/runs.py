"""The folders of runs: `<time>-<report>`, each with the record of what was run and how it ended."""

import json
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from pipeline.ledger.files import write_bytes

RECORD = "run.json"
STAMP = "%Y-%m-%d-%H%M%S"  # sorts by time, and is no trouble to any file system
_FOLDER = re.compile(r"\d{4}-\d\d-\d\d-\d{6}-")
KILLED = "运行被中止（进程被杀、断电或按了 Ctrl-C），没有做完"

Record = dict[str, Any]


def new_folder(runs: Path, started: datetime, name: str) -> Path:
    """Make the folder of a run; a second one in the same second gets a number."""
    wanted = f"{started.strftime(STAMP)}-{name}"
    for number in range(1, 1000):
        folder = runs / (wanted if number == 1 else f"{wanted}.{number}")
        try:
            folder.mkdir(parents=True)
        except FileExistsError:
            continue
        return folder
    raise FileExistsError(17, "File exists", str(runs / wanted))


def write_record(folder: Path, record: Record) -> None:
    """Write run.json, whole or not at all."""
    write_bytes(folder / RECORD, (json.dumps(record, ensure_ascii=False, indent=1) + "\n").encode())


def read_record(folder: Path) -> Record | None:
    """Read run.json; None where there is none, or none of ours."""
    try:
        record = json.loads((folder / RECORD).read_bytes())
    except (OSError, ValueError):
        return None
    return record if isinstance(record, dict) and "status" in record else None


def last_run(runs: Path, name: str) -> tuple[Path, Record] | None:
    """Find the latest run of a report that was done, by its folder's name."""
    for folder in sorted(_folders(runs), reverse=True):
        if name in folder.name:
            record = read_record(folder)
            if record is not None and record.get("report") == name and record["status"] == "done":
                return folder, record
    return None


def mark_killed(runs: Path) -> list[Path]:
    """Say in run.json of every run that is said to be running that it was killed; only under the lock.

    Returns
    -------
    list[Path]
        Their folders, the evidence in them untouched.
    """
    killed = []
    for folder in sorted(_folders(runs)):
        record = read_record(folder)
        if record is not None and record["status"] == "running":
            write_record(folder, record | {"status": "killed", "error": KILLED})
            killed.append(folder)
    return killed


def _folders(runs: Path) -> Iterator[Path]:
    """Go through the folders of runs; whatever else lies there is not ours."""
    if runs.is_dir():
        yield from (path for path in runs.iterdir() if _FOLDER.match(path.name) and path.is_dir())
