"""Names of units → one id a unit: a unit that is called differently over the years is one unit (unit_aliases.csv)."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from pipeline.errors import VocabularyError

NAME = "unit_aliases.csv"  # beside the manifest, since it belongs to the corpus
COLUMNS = ("alias", "unit", "note")


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit under its canonical name."""

    id: str  # u and 12 hex digits of the name's SHA-256
    name: str


def read_aliases(lines: Iterable[str]) -> list[tuple[str, str]]:
    """Read the (alias, unit) pairs of unit_aliases.csv; the column note is for people.

    Raises VocabularyError naming row and value where a column is unknown or missing, or a name is empty.

    >>> read_aliases(["alias,unit,note", "市文旅局,市文化旅游和广播电视局,2019年机构改革前"])
    [('市文旅局', '市文化旅游和广播电视局')]
    """
    reader = csv.DictReader(lines)
    columns = reader.fieldnames or []
    unknown = [c for c in columns if c not in COLUMNS]
    missing = [c for c in ("alias", "unit") if c not in columns]
    if unknown or missing:
        fault = f"有不认识的列 {'、'.join(map(str, unknown))}" if unknown else f"缺少列 {'、'.join(missing)}"
        raise VocabularyError(f"{NAME}：{fault}；应有的列是 {'、'.join(COLUMNS)}")
    pairs = []
    for row in reader:
        alias, unit = level(row["alias"] or ""), level(row["unit"] or "")
        if not alias or not unit:
            empty = "unit" if alias else "alias"
            raise VocabularyError(f"{NAME} 第 {reader.line_num} 行：{empty} 为空，请补上或删去这一行")
        pairs.append((alias, unit))
    return pairs


def level(name: str) -> str:
    """Level the spelling of a name: no blanks, brackets full-width.

    >>> level("市文化馆 (市美术馆)")
    '市文化馆（市美术馆）'
    """
    return "".join(name.split()).translate(str.maketrans("()", "（）"))


def unit_id(name: str) -> str:
    """Make the id of the unit with this canonical name: the same on every machine and in every run.

    >>> unit_id("市文化馆")
    'uf7bd63677992'
    """
    return f"u{sha256(name.encode()).hexdigest()[:12]}"


def fold(names: Iterable[str], aliases: Sequence[tuple[str, str]]) -> tuple[dict[str, Unit | None], list[str]]:
    """Find the unit of every name, and what the aliases get wrong, in Chinese.

    A name that is no alias is its own canonical name. Two candidates mean no answer: an alias of two units, of itself
    by way of others, or two names with one id are None, with a warning. An alias without use is a warning as well.

    >>> units, warnings = fold(["市文旅局", "市文旅广电局"], [("市文旅局", "市文旅广电局"), ("市旅委", "市文旅广电局")])
    >>> units["市文旅局"] == units["市文旅广电局"], warnings
    (True, ['unit_aliases.csv：别名“市旅委”没有用到，请核对写法或删去这一行'])
    """
    targets: dict[str, set[str]] = {}
    for alias, unit in aliases:
        targets.setdefault(alias, set()).add(unit)
    canonical, used = {}, set()
    for name in sorted(set(names)):
        canonical[name], steps = _canonical(level(name), targets)
        used |= steps
    faults = [_fault(alias, units, targets) for alias, units in sorted(targets.items())]
    unused = [f"{NAME}：别名“{alias}”没有用到，请核对写法或删去这一行" for alias in sorted(targets.keys() - used)]
    folded, shared = _identify(canonical)
    return folded, [fault for fault in faults if fault] + unused + shared


def _canonical(name: str, targets: Mapping[str, set[str]]) -> tuple[str | None, set[str]]:
    """Follow the aliases from this name; None where they part or turn in a circle. Also the names on the way."""
    steps: set[str] = set()
    while name in targets and targets[name] != {name}:
        if name in steps or len(targets[name]) > 1:
            return None, steps | {name}
        steps.add(name)
        (name,) = targets[name]
    return name, steps | {name}


def _fault(alias: str, units: set[str], targets: Mapping[str, set[str]]) -> str | None:
    if len(units) > 1:
        return f"{NAME}：别名“{alias}”指向 {len(units)} 个单位（{'、'.join(sorted(units))}），不予归并；请只留一个"
    if _canonical(alias, targets)[0] is None:
        return f"{NAME}：别名“{alias}”不能归到唯一的单位，不予归并；请核对它所指的“{next(iter(units))}”"
    return None


def _identify(canonical: Mapping[str, str | None]) -> tuple[dict[str, Unit | None], list[str]]:
    """Give every canonical name its id; names that share one by chance get none."""
    owners: dict[str, set[str]] = {}
    for name in canonical.values():
        if name is not None:
            owners.setdefault(unit_id(name), set()).add(name)
    folded = {
        name: Unit(unit_id(unit), unit) if unit is not None and len(owners[unit_id(unit)]) == 1 else None
        for name, unit in canonical.items()
    }
    warnings = [
        f"单位“{'”与“'.join(sorted(names))}”的编号 {identity} 碰巧相同，均不编号；请在 {NAME} 里给其中一个换写法"
        for identity, names in sorted(owners.items())
        if len(names) > 1
    ]
    return folded, warnings
