"""Items put into groups, how each group is called, and in which order groups stand."""

from collections.abc import Sequence

import pandas as pd

from pipeline.ledger.schema import ISSUES
from pipeline.themes.cues import themes

LABEL_OF = {"unit_id": "unit_name"}  # a group's identity, and the column that names it for a reader
THEMES = ("themes", "primary")  # columns that hold themes
ALL = "合计"
_CIRCUMSTANCES = {"region": "地区", "inspection": "巡察类型", "round_label": "轮次", "elapsed": "反馈至公布的时间"}
_HEADINGS = {column.name: column.label for column in ISSUES.columns} | _CIRCUMSTANCES


def group_items(items: pd.DataFrame, by: str | None) -> pd.DataFrame:
    """Give each item the group that it is in (`group`, null where not known) and the group's name (`label`).

    Parameters
    ----------
    items
        Rows of table `issues` of the ledger.
    by
        Column to group by; None puts all into one. With `themes` an item stands once in each of its themes.

    Raises
    ------
    KeyError
        If there is no such column.

    Examples
    --------
    >>> group_items(pd.DataFrame({"year": [2021.0, None]}), "year")["label"].tolist()
    ['2021', '年份不明']
    """
    if by is None:
        return items.assign(group=ALL, label=ALL)
    if by not in items.columns:
        raise KeyError(f"no column {by!r} to group by; there are {', '.join(items.columns)}")
    if by == "themes":
        items = items.explode(by)
    return items.assign(group=items[by].convert_dtypes(), label=_labels(items, by))


def sort_groups(counts: pd.DataFrame, by: str | None, size: str, order: Sequence[str] = ()) -> pd.DataFrame:
    """Put the groups of `order` first, then numbers ascending or words by size; the unknown group last.

    Themes stand in the order of the taxonomy where no order is given.

    Parameters
    ----------
    counts
        One row a group, with `group` and `label`.
    by
        What the groups are made by.
    size
        Column with the number of items.
    order
        Groups to put first.
    """
    first = order or (list(themes()) if by in THEMES else ())
    place = {group: i for i, group in enumerate(first)}
    keyed = counts.assign(
        unknown=counts["group"].isna(),
        place=counts["group"].map(place).fillna(len(place)),
        number=pd.to_numeric(counts["group"], errors="coerce") if _numeric(counts["group"]) else 0,
        fewer=-counts[size],
    )
    return keyed.sort_values(["unknown", "place", "number", "fewer", "label"], kind="stable")


def _labels(items: pd.DataFrame, by: str) -> pd.Series:
    """Name each item's group; two groups of the same name get their identity in brackets."""
    named = items[LABEL_OF.get(by, by)].convert_dtypes()  # so that a year is 2021, not 2021.0
    labels = named.map(str, na_action="ignore")
    if by in LABEL_OF:
        labels = labels.fillna(items[by])
        shared = items.groupby(labels)[by].transform("nunique") > 1
        labels = labels.where(~shared.fillna(value=False), labels + "（" + items[by].astype("str") + "）")
    return labels.astype("str").fillna(f"{_HEADINGS.get(LABEL_OF.get(by, by), by)}不明")


def _numeric(groups: pd.Series) -> bool:
    return pd.api.types.is_numeric_dtype(groups.infer_objects())
