"""How a bulletin is called in a figure or a table, and what it is about."""

from collections.abc import Collection

import pandas as pd

from pipeline.errors import ReportError

UNIT_COLUMNS = ["unit_id", "unit_name", "unit"]


def name_bulletins(bulletins: pd.DataFrame) -> pd.Series:
    """Name each bulletin by its unit and year: 市文化馆（2021）; without a unit by its title, else by its file.

    Parameters
    ----------
    bulletins
        Table `bulletins` of the ledger.

    Returns
    -------
    pd.Series
        Names with `bulletin_id` as index; where two bulletins would have one name, their ids are added.

    Examples
    --------
    >>> bulletins = pd.DataFrame({
    ...     "bulletin_id": ["b1", "b2"], "unit_name": ["市文化馆", None], "title": [None, "关于整改情况的通报"],
    ...     "path": ["a.txt", "b.txt"], "year": [2021, None],
    ... })
    >>> name_bulletins(bulletins).to_dict()
    {'b1': '市文化馆（2021）', 'b2': '关于整改情况的通报'}
    """
    named = bulletins.set_index("bulletin_id")
    years = named["year"].convert_dtypes().astype("str").radd("（").add("）").where(named["year"].notna(), "")
    names = named["unit_name"].fillna(named["title"]).fillna(named["path"]).astype("str") + years.astype("str")
    return names.where(~names.duplicated(keep=False), names + " " + named.index)


def choose_bulletins(
    bulletins: pd.DataFrame, issues: pd.DataFrame, units: Collection[str] | str = (), years: Collection[int] | int = ()
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Keep the bulletins and items of some units and years; all where none are named.

    A unit is named by its id, its name, or the name that the bulletin prints. In a digest of several units the items of
    the chosen ones are kept, and the bulletin with them.

    Parameters
    ----------
    bulletins, issues
        Tables of the ledger.
    units
        Ids or names of units; one may stand alone, as it does on papermill's own command line.
    years
        Years as in column `year`; likewise.

    Returns
    -------
    tuple[pd.DataFrame, pd.DataFrame]
        The rows kept of both tables.

    Raises
    ------
    ReportError
        If a unit or a year does not occur: a misspelt name must not look like a unit without issues.
    """
    units = [units] if isinstance(units, str) else list(units)
    years = [years] if isinstance(years, int) else list(years)
    found = pd.concat([bulletins[UNIT_COLUMNS], issues[UNIT_COLUMNS]])
    _refuse_unknown("单位", units, set(found.melt()["value"].dropna()), sorted(found["unit_name"].dropna().unique()))
    _refuse_unknown("年份", years, set(bulletins["year"].dropna()), sorted(bulletins["year"].dropna().unique()))
    bulletins, issues = (frame[frame["year"].isin(years)] if years else frame for frame in (bulletins, issues))
    if units:
        issues = issues[issues[UNIT_COLUMNS].isin(units).any(axis="columns")]
        own = bulletins[UNIT_COLUMNS].isin(units).any(axis="columns")
        bulletins = bulletins[own | bulletins["bulletin_id"].isin(issues["bulletin_id"])]
    return bulletins, issues


def _refuse_unknown(kind: str, wanted: Collection[object], known: set[object], choices: list[object]) -> None:
    unknown = [value for value in wanted if value not in known]
    if unknown:
        listed = "、".join(map(str, choices)) or "（没有）"
        raise ReportError(f"台账里没有这些{kind}：{'、'.join(map(str, unknown))}；有的是：{listed}")
