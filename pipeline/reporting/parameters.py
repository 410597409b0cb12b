"""The parameters of a notebook: which it has, and whether what it is given fits them.

papermill itself lets a misspelt name pass with a line in the log and runs on with the default.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import papermill

from pipeline.errors import ReportError

TYPES: dict[str, type] = {"str": str, "int": int, "float": float, "bool": bool}
YES_NO = {"true": True, "yes": True, "1": True, "是": True, "false": False, "no": False, "0": False, "否": False}


@dataclass(frozen=True, slots=True)
class Parameter:
    """One line of a parameters cell: `years: list[int] = []  # which years`."""

    name: str
    kind: str  # str, int, float, bool, or list[…] of one of these
    default: str  # as written
    help: str  # the comment


def declared(notebook: Path) -> dict[str, Parameter]:
    """Read the parameters that a notebook has, by name.

    Raises
    ------
    ReportError
        If the cell tagged `parameters` is missing, or one in it has no type that is known here.
    """
    found = papermill.inspect_notebook(literal(notebook))
    parameters = {
        name: Parameter(name, row["inferred_type_name"].replace(" ", ""), row["default"], row["help"])
        for name, row in found.items()
    }
    if not parameters:
        raise ReportError(f"{notebook.name} 没有标为 parameters 的格，或其中没有参数；请补上")
    for parameter in parameters.values():
        if _item(parameter.kind) not in TYPES:
            raise ReportError(
                f"{notebook.name} 的参数 {parameter.name} 的类型是 {parameter.kind}；"
                f"可用的有 {'、'.join(TYPES)} 以及 list[…]"
            )
    return parameters


def check(notebook: Path, given: Mapping[str, object]) -> dict[str, object]:
    """Fit parameters to the types that a notebook declares, and refuse what it does not have or what does not fit.

    Raises
    ------
    ReportError
        It names the parameter, what there is to choose from, and the notebook.
    """
    known = declared(notebook)
    fitted = {}
    for name, value in given.items():
        if name not in known:
            raise ReportError(f"{notebook.name} 没有参数 {name}；可用的有：{'、'.join(known)}")
        try:
            fitted[name] = fit(value, known[name].kind)
        except (TypeError, ValueError) as error:
            hint = f"（{known[name].help}）" if known[name].help else ""
            raise ReportError(
                f"{notebook.name} 的参数 {name} 应是 {known[name].kind}{hint}，给的是 {value!r}"
            ) from error
    return fitted


def fit(value: object, kind: str) -> object:
    """Fit a value to a type as written in a parameters cell.

    Words are read as the type, so that `years=2019,2021` works on a command line, and one value will do for a list.

    Raises
    ------
    TypeError, ValueError
        If it does not fit.

    Examples
    --------
    >>> fit("2019, 2021", "list[int]"), fit(2019, "list[int]"), fit("甲，乙", "list[str]"), fit("", "list[str]")
    ([2019, 2021], [2019], ['甲', '乙'], [])
    >>> fit("是", "bool"), fit(1, "float"), fit("3", "int")
    (True, 1.0, 3)
    >>> fit(True, "int")
    Traceback (most recent call last):
    TypeError: True is no int
    """
    if kind != _item(kind):
        if isinstance(value, str):
            value = [part.strip() for part in value.replace("，", ",").split(",") if part.strip()]
        return [fit(each, _item(kind)) for each in (value if isinstance(value, list) else [value])]
    if isinstance(value, str) and kind != "str":
        if kind == "bool" and value.strip().lower() not in YES_NO:
            raise ValueError(value)
        return YES_NO[value.strip().lower()] if kind == "bool" else TYPES[kind](value)
    if kind == "float" and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if type(value) is not TYPES[kind]:
        raise TypeError(f"{value!r} is no {kind}")
    return value


def _item(kind: str) -> str:
    """Type of the items of a list type; any other type itself."""
    return kind.removeprefix("list[").removesuffix("]") if kind.startswith("list[") else kind


def literal(path: Path) -> str:
    """Write a path so that papermill, which takes it for a format string, leaves its braces alone."""
    return str(path).replace("{", "{{").replace("}", "}}")
