"""Run one report: its notebook over a ledger, in a folder of its own, with all that a reader may ask for.

The folder holds `<report>.ipynb` (as executed), `<report>.html` (the page), `figures/`, `tables/` (every table of the page
as CSV), `snapshot.parquet` (what the ledger said, for the next run to compare with) and `run.json`.
"""

import platform
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import file_digest
from importlib.metadata import version
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
import papermill
from jupyter_client.kernelspec import NoSuchKernel
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from papermill.exceptions import PapermillExecutionError

from pipeline.analysis.bulletins import choose_bulletins
from pipeline.analysis.changes import SNAPSHOT, take_snapshot
from pipeline.analysis.findings import conform
from pipeline.analysis.rounds import latest_versions
from pipeline.errors import LedgerError, ReportError
from pipeline.ledger.files import write_bytes
from pipeline.ledger.store import Ledger, open_ledger
from pipeline.ledger.write import CONTENTS
from pipeline.reporting.page import render
from pipeline.reporting.parameters import declared, literal
from pipeline.reporting.plan import OURS, Report
from pipeline.reporting.runs import RECORD, Record, last_run, new_folder, write_record
from pipeline.reporting.since import tell_changes
from pipeline.reporting.take_out import take_tables
from pipeline.reporting.words import moment

Clock = Callable[[], datetime]

BEFORE = "snapshot.parquet"  # for the next run
DAY = "as_of"  # a parameter that is the day of the run where it is not given
PACKAGES = ("zhenggai", "pandas", "pyarrow", "matplotlib", "seaborn", "papermill", "nbconvert", "ipykernel")


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a report."""

    report: Report
    folder: Path | None  # of the run; None where it did not come so far
    fault: str | None  # one Chinese line; None where it was done


def run(report: Report, ledger: Path, runs: Path, started: datetime, clock: Clock) -> Result:
    """Run one report and write all of its folder; a failure is its result, with the evidence kept.

    Parameters
    ----------
    report
        Checked (see `plan.choose`).
    ledger
        Folder of the ledger, absolute.
    runs
        Where the folders of runs are, absolute.
    started
        When the runs were started; it names the folder.
    clock
        Gives the time, with its zone.

    Returns
    -------
    Result
        Its folder has run.json with status done or failed.
    """
    before = last_run(runs, report.name)
    folder = new_folder(runs, started, report.name)
    opened = open_ledger(ledger)
    parameters = {
        "ledger": str(ledger),
        **_day(report, started),
        **report.parameters,
        "figures": str(folder / "figures"),
    }
    began = clock()
    record = _about(report, opened, parameters) | {"started": began.isoformat(timespec="seconds")}
    write_record(folder, record | {"status": "running", "error": None})
    executed = folder / f"{report.name}.ipynb"
    seconds: dict[str, float] = {}
    try:
        _execute(report.notebook, executed, parameters)
        ran = clock()
        seconds["notebook"] = _seconds(began, ran)
        _refuse_changed(opened, record["ledger"]["files"][CONTENTS])
        notebook = nbformat.read(executed, as_version=4)
        record["rows_of_tables"] = take_tables(notebook, folder / "tables")
        write_bytes(executed, (nbformat.writes(notebook) + "\n").encode())
        record["outputs"] = _hashes(folder)
        snapshot = _snapshot(opened, parameters)
        since = _since(before, record, snapshot)
        foot = _foot(record | {"seconds": seconds["notebook"]})
        write_bytes(folder / f"{report.name}.html", render(notebook, foot, since).encode())
        snapshot.to_parquet(folder / BEFORE, index=False)
        seconds["page"] = _seconds(ran, clock())
        fault = None
    except (ReportError, LedgerError, OSError) as error:
        fault = str(error)
    except Exception as error:  # noqa: BLE001  whatever it is, the other reports are to be run
        fault = f"程序出错（{type(error).__name__}: {_last_line(str(error))}）；请把 run.json 附在问题报告里"
    seconds["all"] = _seconds(began, clock())
    status = "failed" if fault else "done"
    write_record(folder, record | {"outputs": _hashes(folder), "seconds": seconds, "status": status, "error": fault})
    return Result(report, folder, fault)


def _execute(notebook: Path, executed: Path, parameters: dict[str, Any]) -> None:
    """Run a notebook with papermill, which writes it as far as it came.

    Raises ReportError with what went wrong.
    """
    try:
        papermill.execute_notebook(
            literal(notebook),
            literal(executed),
            parameters,
            cwd=executed.parent,
            progress_bar=False,
            extra_arguments=["--IPKernelApp.log_level=50"],  # what it logs would go to our stderr, also at its end
        )
    except PapermillExecutionError as error:
        raise ReportError(
            f"第 {error.exec_count} 个代码格（In [{error.exec_count}]）出错，{error.ename}: {_last_line(error.evalue)}"
        ) from error
    except (DeadKernelError, CellTimeoutError, NoSuchKernel) as error:
        raise ReportError(f"内核没有完成，{type(error).__name__}: {_last_line(str(error))}") from error


def _last_line(text: str) -> str:
    return text.strip().splitlines()[-1] if text.strip() else "（没有说明）"


def _day(report: Report, started: datetime) -> dict[str, str]:
    """Fill in the day of the run, for a notebook that asks for one."""
    return {DAY: started.date().isoformat()} if DAY in declared(report.notebook) else {}


def _refuse_changed(ledger: Ledger, digest: str) -> None:
    """Raise LedgerError where the ledger is no longer the one that run.json tells of."""
    if _hash(ledger.path / CONTENTS) != digest:
        raise LedgerError(f"台账 {ledger.path} 在运行时被重新写过，报告可能新旧混杂；请再运行一次 zhenggai report")


def _about(report: Report, ledger: Ledger, parameters: Mapping[str, Any]) -> Record:
    """Gather what a reader needs to run the same again."""
    files = [path for path in sorted(ledger.path.iterdir()) if path.suffix in {".json", ".parquet"} and path.is_file()]
    return {
        "report": report.name,
        "notebook": {"path": str(report.notebook), "sha256": _hash(report.notebook)},
        "ledger": {
            "path": str(ledger.path),
            "written_by": ledger.version,
            "files": {path.name: _hash(path) for path in files},
        },
        "rows": dict(ledger.rows),
        "parameters": dict(parameters),
        "versions": {"python": platform.python_version(), **{name: version(name) for name in PACKAGES}},
    }


def _hashes(folder: Path) -> dict[str, str]:
    """SHA-256 of all files of a run but its record, by their path from the folder."""
    paths = [path for path in sorted(folder.rglob("*")) if path.is_file() and path.name != RECORD]
    return {path.relative_to(folder).as_posix(): _hash(path) for path in paths}


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def _seconds(start: datetime, end: datetime) -> float:
    return round((end - start).total_seconds(), 1)


def _snapshot(ledger: Ledger, parameters: Mapping[str, Any]) -> pd.DataFrame:
    """Keep what the ledger says of the units, years, regions and themes that the report is about."""
    units, years, regions, themes = (parameters.get(name, ()) for name in ("units", "years", "regions", "themes"))
    bulletins, issues = choose_bulletins(ledger.bulletins, ledger.issues, units, years, regions=regions, themes=themes)
    _, counted = latest_versions(bulletins, issues)
    return take_snapshot(bulletins, issues, counted["issue_id"])


def _since(before: tuple[Path, Record] | None, record: Record, snapshot: pd.DataFrame) -> str:
    """Tell what changed since the last run, as a piece of the page."""
    if before is None:
        return tell_changes(None, record, None, snapshot)
    folder, earlier = before
    try:
        old = pd.read_parquet(folder / BEFORE)
    except (OSError, ValueError):  # removed, or cut off by a full disk
        return tell_changes(earlier, record, None, snapshot)
    return tell_changes(earlier, record, conform(old, SNAPSHOT), snapshot)


def _foot(about: Mapping[str, Any]) -> dict[str, str]:
    """Say at the foot of the page what it was made from."""
    chosen = {name: value for name, value in about["parameters"].items() if name not in OURS and value not in ([], "")}
    tables = about["ledger"]["files"]
    return {
        "生成": f"{moment(about['started'])}，用时 {about['seconds']} 秒",
        "程序": "，".join(
            f"{name} {about['versions'][name]}" for name in ("zhenggai", "python", "pandas", "matplotlib")
        ),
        "台账": f"{about['ledger']['path']}（ledger.json SHA-256 {tables.get(CONTENTS, '')[:12]}…）",
        "行数": "，".join(f"{name} {rows}" for name, rows in about["rows"].items()),
        "范围": "，".join(f"{name} = {value}" for name, value in chosen.items()) or "全部单位与年份",
    }
