"""How a bulletin is called in a figure or a table, and what it is about."""

from collections.abc import Collection
from datetime import date

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
        Names with `bulletin_id` as index; where two bulletins would have one name, the days of their publication are
        added, and where that does not tell them apart their ids.

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
    alike = names.duplicated(keep=False)
    if alike.any() and "published_date" in named:
        days = named["published_date"].dt.strftime("，%Y-%m-%d 公布）").astype("str")
        dated = names.str.replace("）$", "", regex=True) + days
        tells = alike & named["published_date"].notna() & named["year"].notna() & ~dated.duplicated(keep=False)
        names = names.where(~tells, dated)
        alike &= ~tells
    return names.where(~alike, names + " " + named.index)


def choose_bulletins(  # noqa: PLR0913  # each of them a way of choosing
    bulletins: pd.DataFrame,
    issues: pd.DataFrame,
    units: Collection[str] | str = (),
    years: Collection[int] | int = (),
    *,
    regions: Collection[str] | str = (),
    themes: Collection[str] | str = (),
    until: date | None = None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Keep the bulletins and items of some units, years, regions and themes; all where none are named.

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
    regions
        Regions as the manifest has them; one that begins another's name holds it too: 澜西省 all its cities.
    themes
        Themes; items that have one of them, first or not, are kept.
    until
        The last day: bulletins published after it are left out, where no publication is known those of which the
        feedback is later. A bulletin without either stays.

    Returns
    -------
    tuple[pd.DataFrame, pd.DataFrame]
        The rows kept of both tables.

    Raises
    ------
    ReportError
        If one of these does not occur: a misspelt name must not look like a unit without issues.
    """
    units = [units] if isinstance(units, str) else list(units)
    years = [years] if isinstance(years, int) else list(years)
    found = pd.concat([bulletins[UNIT_COLUMNS], issues[UNIT_COLUMNS]])
    _refuse_unknown("单位", units, set(found.melt()["value"].dropna()), sorted(found["unit_name"].dropna().unique()))
    _refuse_unknown("年份", years, set(bulletins["year"].dropna()), sorted(bulletins["year"].dropna().unique()))
    bulletins, issues = (frame[frame["year"].isin(years)] if years else frame for frame in (bulletins, issues))
    bulletins, issues = _of_regions(bulletins, issues, [regions] if isinstance(regions, str) else list(regions))
    issues = _of_themes(issues, [themes] if isinstance(themes, str) else list(themes))
    if until is not None:
        later = bulletins["published_date"].fillna(bulletins["feedback_date"]) > pd.Timestamp(until)
        bulletins = bulletins[~later]
        issues = issues[issues["bulletin_id"].isin(bulletins["bulletin_id"])]
    if units:
        issues = issues[issues[UNIT_COLUMNS].isin(units).any(axis="columns")]
        own = bulletins[UNIT_COLUMNS].isin(units).any(axis="columns")
        bulletins = bulletins[own | bulletins["bulletin_id"].isin(issues["bulletin_id"])]
    return bulletins, issues


def look_up(values: pd.Series, keys: pd.Series) -> pd.Series:
    """Take the value of each key; null where there is none. Unlike `keys.map(values)` it keeps the type without rows.

    >>> look_up(pd.Series([1.5], ["b1"]), pd.Series(["b1", "b2"])).tolist()
    [1.5, nan]
    """
    return values.reindex(keys).set_axis(keys.index)


def _of_regions(bulletins: pd.DataFrame, issues: pd.DataFrame, regions: list[str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    if not regions:
        return bulletins, issues
    named = sorted(bulletins["region"].dropna().unique())
    known = {region[:length] for region in named for length in range(2, len(region) + 1)}
    _refuse_unknown("地区", regions, known, named)
    bulletins = bulletins[bulletins["region"].fillna("").str.startswith(tuple(regions))]
    return bulletins, issues[issues["bulletin_id"].isin(bulletins["bulletin_id"])]


def _of_themes(issues: pd.DataFrame, themes: list[str]) -> pd.DataFrame:
    if not themes:
        return issues
    known = sorted({theme for own in issues["themes"] for theme in own})
    _refuse_unknown("主题", themes, set(known), known)
    return issues[[not set(own).isdisjoint(themes) for own in issues["themes"]]]


def _refuse_unknown(kind: str, wanted: Collection[object], known: set[object], choices: list[object]) -> None:
    unknown = [value for value in wanted if value not in known]
    if unknown:
        listed = "、".join(map(str, choices)) or "（没有）"
        raise ReportError(f"台账里没有这些{kind}：{'、'.join(map(str, unknown))}；有的是：{listed}")
