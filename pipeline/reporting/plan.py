"""Which reports there are: every notebook by its own name, and what reports.toml says.

reports.toml::

    notebooks = true                     # every notebook is a report of its own name; false: only those below

    [reports."三年完成率"]                # a name, in quotes if it is Chinese: folders are called by it
    notebook = "02_completion"           # name in notebooks/, or a path that starts at the folder of this file
    parameters = { years = [2023, 2024, 2025] }
    outputs = ["page", "figures"]        # what the recipients get; all four where this is left out
    recipients = "分发/三年完成率"         # a folder that is there; starts at the folder of this file
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from pipeline.errors import ReportError
from pipeline.reporting.parameters import check

FILE = "reports.toml"
OURS = ("ledger", "figures")  # parameters that the runner fills in
OUTPUTS = ("page", "notebook", "figures", "tables")
KEYS = {"notebook": str, "parameters": dict, "outputs": list, "recipients": str}
# What Windows takes in no name of a file, and what it takes for a device.
_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f]|^[. ]|[. ]$|^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Report:
    """A notebook with parameters, under a name."""

    name: str
    notebook: Path  # absolute
    parameters: Mapping[str, object] = field(default_factory=dict)  # checked, once it was chosen
    outputs: tuple[str, ...] = OUTPUTS  # what the recipients get
    recipients: Path | None = None  # their folder, absolute

    @property
    def is_plain(self) -> bool:
        """Whether this is the notebook's own report, from which figures/ is made."""
        return self.name == self.notebook.stem


def choose(
    names: Sequence[Path | str], parameters: Mapping[str, object], folder: Path, plan: Path | None = None
) -> list[Report]:
    """Choose reports by name, and check all that is known of them before the first is run.

    Parameters
    ----------
    names
        Names of reports, with or without .ipynb, or paths of notebooks; all reports where none are named.
    parameters
        For every one of them, over those of reports.toml.
    folder
        Where the notebooks are.
    plan
        reports.toml; need not be there.

    Raises
    ------
    ReportError
        If there is no such report, notebook or parameter, a value does not fit, or reports.toml is wrong.
    """
    there = read_plan(plan, folder)
    chosen = [_find(named, there, folder) for named in names] or list(there.values())
    if not chosen:
        raise ReportError(f"{folder} 里没有笔记本（*.ipynb）；请用相应的选项指明笔记本所在的文件夹")
    _refuse_twice(chosen)
    return [replace(each, parameters=_check(each, parameters)) for each in chosen]


def read_plan(plan: Path | None, folder: Path) -> dict[str, Report]:
    """Read all reports, by name, in the order in which they are run.

    Raises
    ------
    ReportError
        If reports.toml is not TOML, or a name, key or value in it is none that is known here.
    """
    said = _load(plan) if plan is not None and plan.is_file() else {}
    notebooks = {path.stem: path.resolve() for path in sorted(folder.glob("*.ipynb"))}
    reports = {name: Report(name, path) for name, path in notebooks.items() if said.get("notebooks", True)}
    for name, entry in said.get("reports", {}).items():
        assert plan is not None  # noqa: S101  it said so
        reports[name] = _entry(name, entry, notebooks, plan)
    return reports


def _load(plan: Path) -> dict[str, Any]:
    try:
        said = tomllib.loads(plan.read_text("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ReportError(f"{plan} 不是 UTF-8 的 TOML（{error}）；请改正") from error
    known = {"notebooks": bool, "reports": dict}
    _check_keys(said, known, str(plan))
    return said


def _entry(name: str, entry: object, notebooks: Mapping[str, Path], plan: Path) -> Report:
    where = f"{plan} 的报告 {name}"
    if _FORBIDDEN.search(name) or not name:
        raise ReportError(f"{where}：这个名字不能作文件夹的名字；请换一个")
    if not isinstance(entry, dict):
        raise ReportError(f"{where} 应是一节 [reports.{name}]；请改正")
    _check_keys(entry, KEYS, where)
    named = entry.get("notebook", name)
    path = notebooks.get(named.removesuffix(".ipynb")) or (plan.parent / named).resolve()
    if not path.is_file():
        raise ReportError(f"{where}：没有笔记本 {named}；有的是：{'、'.join(notebooks) or '（没有）'}")
    unknown = [output for output in entry.get("outputs", ()) if output not in OUTPUTS]
    if unknown:
        raise ReportError(f"{where}：没有这种产出 {unknown[0]!r}；可用的有：{'、'.join(OUTPUTS)}")
    recipients = entry.get("recipients")
    return Report(
        name,
        path,
        entry.get("parameters", {}),
        tuple(entry.get("outputs", OUTPUTS)),
        None if recipients is None else (plan.parent / recipients).resolve(),
    )


def _check_keys(said: Mapping[str, object], known: Mapping[str, type], where: str) -> None:
    for key, value in said.items():
        if key not in known:
            raise ReportError(f"{where}：不认得 {key}；可用的有：{'、'.join(known)}")
        if type(value) is not known[key]:
            raise ReportError(f"{where}：{key} 应是 {known[key].__name__}，写的是 {value!r}")


def _find(named: Path | str, there: Mapping[str, Report], folder: Path) -> Report:
    path = Path(named)
    by_name = there.get(path.name.removesuffix(".ipynb")) if path.parent == Path() else None
    if by_name is None and not path.is_file():
        raise ReportError(f"没有报告或笔记本 {named}；{folder} 和 {FILE} 里有：{'、'.join(there) or '（没有）'}")
    return by_name or Report(path.stem, path.resolve())


def _refuse_twice(chosen: Sequence[Report]) -> None:
    names = [report.name for report in chosen]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ReportError(f"报告 {'、'.join(twice)} 给了不止一次；各报告写进自己的文件夹，请只给一次")


def _check(report: Report, parameters: Mapping[str, object]) -> dict[str, object]:
    given = {**report.parameters, **parameters}
    reserved = [name for name in OURS if name in given]
    if reserved:
        raise ReportError(f"参数 {'、'.join(reserved)} 由程序填写，不能另给；请用相应的选项")
    try:
        return check(report.notebook, given)
    except ReportError as error:
        raise ReportError(str(error) if report.is_plain else f"报告 {report.name}：{error}") from error
