"""Run notebooks over a ledger: each gives an executed notebook, a page and a record of the run."""

import json
import platform
import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

import nbformat
import papermill
from jupyter_client.kernelspec import NoSuchKernel
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from papermill.exceptions import PapermillExecutionError

from pipeline.errors import ReportError
from pipeline.ledger.store import Ledger, open_ledger
from pipeline.paths import FIGURES, NOTEBOOKS
from pipeline.reporting.page import render
from pipeline.reporting.parameters import check, literal

OURS = ("ledger", "figures")  # parameters that the runner fills in
PACKAGES = ("zhenggai", "pandas", "pyarrow", "matplotlib", "seaborn", "papermill", "nbconvert", "ipykernel")


def report(  # what goes in, what comes out, and where things are
    ledger: Path,
    out: Path,
    notebooks: Sequence[Path | str] = (),
    parameters: Mapping[str, object] | None = None,
    *,
    folder: Path = NOTEBOOKS,
    figures: Path = FIGURES,
) -> list[Path]:
    """Run notebooks over a ledger and write a page for each.

    All names and parameters are checked before the first notebook runs. Each notebook gets a folder of its own in
    `out` with the executed notebook, the page and run.json (inputs with SHA-256, parameters, versions, duration, rows).
    If one fails, its notebook is kept as far as it came and run.json says why; the others are still run.

    Parameters
    ----------
    ledger
        Folder of the ledger.
    out
        Where to; made if it is not there.
    notebooks
        Paths, or names of notebooks in `folder` with or without .ipynb; all of `folder` where none are named.
    parameters
        For every notebook, by name, and fitted to its types (see `parameters.fit`); `ledger` and `figures` are filled
        in and may not be among them.
    folder
        Where notebooks are looked for by name.
    figures
        Where the notebooks write figures and the CSV files behind them.

    Returns
    -------
    list[Path]
        The pages, in the order of the notebooks.

    Raises
    ------
    LedgerError
        If there is no ledger.
    ReportError
        If there is no such notebook or parameter, a value is of the wrong type, or a notebook failed.
    """
    opened = open_ledger(ledger.resolve())
    paths = find(notebooks, folder.resolve())
    given = dict(parameters or {})
    reserved = [name for name in OURS if name in given]
    if reserved:
        raise ReportError(f"参数 {'、'.join(reserved)} 由程序填写，不能另给；请用相应的选项")
    fitted = {path: check(path, given) for path in paths}
    pages, faults = [], []
    for path in paths:
        filled = fitted[path] | {"figures": str(figures.resolve())}
        try:
            pages.append(run(path, opened, out.resolve() / path.stem, filled))
        except ReportError as error:
            faults.append(str(error))
    if faults:
        raise ReportError("\n".join(faults))
    return pages


def find(notebooks: Sequence[Path | str], folder: Path) -> list[Path]:
    """Find notebooks by path or by name; all of the folder where none are named.

    Raises
    ------
    ReportError
        If one is not there; it names those that are.
    """
    there = {path.stem: path for path in sorted(folder.glob("*.ipynb"))}
    found = []
    for named in notebooks:
        path = Path(named)
        by_name = there.get(path.name.removesuffix(".ipynb")) if path.parent == Path() else None
        if by_name is None and not path.is_file():
            raise ReportError(f"没有笔记本 {named}；{folder} 里有：{'、'.join(there) or '（没有）'}")
        found.append(by_name or path.resolve())
    if not notebooks and not there:
        raise ReportError(f"{folder} 里没有笔记本（*.ipynb）；请用相应的选项指明笔记本所在的文件夹")
    return found or list(there.values())


def run(notebook: Path, ledger: Ledger, folder: Path, parameters: Mapping[str, Any]) -> Path:
    """Run one notebook and write notebook, page and run.json into its folder.

    Parameters
    ----------
    notebook
        Absolute path.
    ledger
        What it is run over.
    folder
        Absolute; what an earlier run left there under the same names is replaced.
    parameters
        Checked, and complete but for `ledger`.

    Returns
    -------
    Path
        The page.

    Raises
    ------
    ReportError
        If the notebook fails: names it, the cell, the error and where the executed notebook is.
    """
    if folder == notebook.parent:
        raise ReportError(f"输出文件夹 {folder} 就是笔记本所在的文件夹，会覆盖它；请另选")
    folder.mkdir(parents=True, exist_ok=True)
    executed, page, record = (folder / name for name in (notebook.name, f"{notebook.stem}.html", "run.json"))
    for path in (executed, page, record):  # a page of an earlier run must not stand beside a notebook that failed
        path.unlink(missing_ok=True)
    given = {"ledger": str(ledger.path)} | dict(parameters)
    about = _about(notebook, ledger, given)
    started = time.monotonic()
    fault = _execute(notebook, executed, given)
    about |= {"seconds": round(time.monotonic() - started, 1), "status": "failed" if fault else "done", "error": fault}
    if fault is None:
        page.write_text(render(nbformat.read(executed, as_version=4), _foot(about)), "utf-8")
    record.write_text(json.dumps(about, ensure_ascii=False, indent=1) + "\n", "utf-8")
    if fault:
        raise ReportError(f"{notebook.stem}：{fault}；执行到出错处的笔记本在 {executed}")
    return page


def _execute(notebook: Path, executed: Path, parameters: dict[str, Any]) -> str | None:
    """Run a notebook with papermill, which writes it as far as it came; return what went wrong."""
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
        return (
            f"第 {error.exec_count} 个代码格（In [{error.exec_count}]）出错，{error.ename}: {_last_line(error.evalue)}"
        )
    except (DeadKernelError, CellTimeoutError, NoSuchKernel) as error:
        return f"内核没有完成，{type(error).__name__}: {_last_line(str(error))}"
    return None


def _last_line(text: str) -> str:
    return text.strip().splitlines()[-1] if text.strip() else "（没有说明）"


def _about(notebook: Path, ledger: Ledger, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Gather what a reader needs to run the same again."""
    return {
        "notebook": {"path": str(notebook), "sha256": sha256(notebook.read_bytes()).hexdigest()},
        "ledger": {
            "path": str(ledger.path),
            "written_by": ledger.version,
            "files": {
                path.name: sha256(path.read_bytes()).hexdigest()
                for path in sorted(ledger.path.iterdir())
                if path.suffix in {".json", ".parquet"} and path.is_file()
            },
        },
        "rows": dict(ledger.rows),
        "parameters": dict(parameters),
        "versions": {"python": platform.python_version(), **{name: version(name) for name in PACKAGES}},
        "started": datetime.now().astimezone().isoformat(timespec="seconds"),
    }


def _foot(about: Mapping[str, Any]) -> dict[str, str]:
    """Say at the foot of the page what it was made from."""
    chosen = {name: value for name, value in about["parameters"].items() if name not in OURS and value not in ([], "")}
    tables = about["ledger"]["files"]
    return {
        "生成": f"{about['started'].replace('T', ' ')}，用时 {about['seconds']} 秒",
        "程序": "，".join(
            f"{name} {about['versions'][name]}" for name in ("zhenggai", "python", "pandas", "matplotlib")
        ),
        "台账": f"{about['ledger']['path']}（ledger.json SHA-256 {tables.get('ledger.json', '')[:12]}…）",
        "行数": "，".join(f"{name} {rows}" for name, rows in about["rows"].items()),
        "范围": "，".join(f"{name} = {value}" for name, value in chosen.items()) or "全部单位与年份",
    }
