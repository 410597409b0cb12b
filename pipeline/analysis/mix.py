"""What the items are about: how many of each theme, group by group."""

import pandas as pd

from pipeline.analysis.findings import MIX, THEME_SHARE, conform
from pipeline.analysis.groups import ALL, group_items, sort_groups
from pipeline.analysis.interval import intervals
from pipeline.ledger.schema import WHOLE, Column, Table
from pipeline.themes.cues import themes


def mix(issues: pd.DataFrame, by: str | None = None, *, suggestions: bool = False) -> pd.DataFrame:
    """Count the items of each group by their primary theme.

    Each item counts once, by what it is mainly about, so that the themes of a group add up to its items.

    Parameters
    ----------
    issues
        Table `issues` of the ledger.
    by
        Column to group by (see `groups.group_items`); None for one row over all.
    suggestions
        Whether suggestions (意见建议) count as well as issues.

    Returns
    -------
    pd.DataFrame
        In the columns of `findings.MIX` and one for every theme of the scheme, in its order; a theme that only the
        ledger has stands behind them.

    Examples
    --------
    >>> items = pd.DataFrame({
    ...     "bulletin_id": "b1", "kind": "issue", "year": [2021, 2021, 2025], "primary": ["财务", "财务", "党建"],
    ... })
    >>> mix(items, "year")[["label", "items", "财务", "党建"]].values.tolist()
    [['2021', 2, 2, 0], ['2025', 1, 0, 1]]
    """
    items = group_items(issues if suggestions else issues[issues["kind"] == "issue"], by)
    names = [*themes(), *sorted(set(items["primary"].dropna()) - themes().keys())]
    groups = items.groupby("label", sort=False)
    counts = pd.crosstab(items["label"], items["primary"]).reindex(columns=names, fill_value=0)
    counts = counts.assign(
        group=groups["group"].first(), bulletins=groups["bulletin_id"].nunique(), items=groups.size()
    ).reset_index()
    if by is None and counts.empty:
        counts = pd.DataFrame([{"group": ALL, "label": ALL, "bulletins": 0, "items": 0, **dict.fromkeys(names, 0)}])
    return conform(sort_groups(counts, by, "items"), _table(names))


def theme_columns(mixed: pd.DataFrame) -> list[str]:
    """Name the columns of a mix that hold themes, the core ones first.

    >>> theme_columns(mix(pd.DataFrame(columns=["bulletin_id", "kind", "primary"])))[:2]
    ['理论学习', '三重一大']
    """
    fixed = {column.name for column in MIX.columns}
    return sorted((name for name in mixed.columns if name not in fixed), key=lambda name: not is_core(name))


def theme_shares(mixed: pd.DataFrame) -> pd.DataFrame:
    """Give the share of every theme in every group, with Wilson's interval: one row a group and theme.

    Parameters
    ----------
    mixed
        From `mix`.

    Returns
    -------
    pd.DataFrame
        In the columns of `findings.THEME_SHARE`; groups and themes in their order.
    """
    long = mixed.melt(
        ["group", "label", "items"], theme_columns(mixed), var_name="theme", value_name="primary", ignore_index=False
    ).sort_index(kind="stable", ignore_index=True)
    return conform(long.join(intervals(long["primary"], long["items"])), THEME_SHARE)


def is_core(theme: str) -> bool:
    """Say whether a theme is one of the core five.

    >>> is_core("财务"), is_core("党建"), is_core("自拟主题")
    (True, False, False)
    """
    return theme in themes() and themes()[theme].core


def _table(names: list[str]) -> Table:
    """Describe the columns of a mix of these themes."""
    meaning = "Items whose primary theme it is"
    return Table(
        MIX.name,
        MIX.label,
        MIX.meaning,
        MIX.key,
        (*MIX.columns, *(Column(name, WHOLE, name, meaning, False, "条") for name in names)),
    )
