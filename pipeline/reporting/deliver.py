"""From the folder of a run to where its readers look: reports/, figures/, and the folder of a report's recipients."""

import re
import shutil
from pathlib import Path

from pipeline.errors import ReportError
from pipeline.ledger.files import write_bytes
from pipeline.reporting.places import FOLDER
from pipeline.reporting.plan import Report
from pipeline.reporting.runs import RECORD, read_record

_LINK = re.compile(rf'href="{re.escape(FOLDER)}/(b[0-9a-f]+\.html)')


def show_latest(report: Report, folder: Path, out: Path, figures: Path) -> Path | None:
    """Put page, notebook and run.json of the latest run into `out/<report>/`, and its figures into `figures`.

    What the run before left under these names and this one did not make is removed, so that no page or figure stands
    there that this ledger does not bear out. The folders of the runs keep all. `figures` is made by the reports that
    bear their notebook's own name; others would overwrite their files.

    Parameters
    ----------
    report
        What was run.
    folder
        Of the run, done or failed.
    out, figures
        Made if they are not there.

    Returns
    -------
    Path | None
        The page; None where the run failed.
    """
    place = out / report.name
    before = _figures(place)
    page = place / f"{report.name}.html"
    for name in (page.name, f"{report.name}.ipynb", RECORD):
        _copy(folder / name, place / name)
    if report.is_plain:
        now = _figures(folder)
        for name in now:
            _copy(folder / "figures" / name, figures / name)
        if page.is_file():
            for name in before - now:
                (figures / name).unlink(missing_ok=True)
    return page if page.is_file() else None


def send(report: Report, folder: Path, source: Path) -> None:
    """Copy what a report's recipients get into their folder: `reports/<report>/`, and `source/` where a page leads there.

    Raises
    ------
    ReportError
        If the folder is not there: a share that is not mounted must not be taken for one without reports.
    """
    to = report.recipients
    if to is None:
        return
    if not to.is_dir():
        raise ReportError(f"收件文件夹 {to} 不存在（没有挂载？）；报告在 {folder}，请建好文件夹后再运行")
    place = to / "reports" / report.name
    if "page" in report.outputs:
        page = folder / f"{report.name}.html"
        for name in sorted(set(_LINK.findall(page.read_text("utf-8")))):
            _copy(source / name, to / "source" / name)
        _copy(page, place / page.name)
    if "notebook" in report.outputs:
        _copy(folder / f"{report.name}.ipynb", place / f"{report.name}.ipynb")
    for kind in ("figures", "tables"):
        if kind in report.outputs:
            _replace_all(folder / kind, place / kind)


def _figures(folder: Path) -> set[str]:
    """Names of the figures' files that a run made, by its record."""
    record = read_record(folder) or {}
    return {path.removeprefix("figures/") for path in record.get("outputs", ()) if path.startswith("figures/")}


def _copy(path: Path, to: Path) -> None:
    """Copy a file whole or not at all; one that is not there is none there either."""
    if path.is_file():
        to.parent.mkdir(parents=True, exist_ok=True)
        write_bytes(to, path.read_bytes())
    else:
        to.unlink(missing_ok=True)


def _replace_all(folder: Path, to: Path) -> None:
    """Copy a folder of files in place of the one that is there."""
    if to.is_dir():
        shutil.rmtree(to)
    for path in sorted(folder.glob("*")):
        _copy(path, to / path.name)
