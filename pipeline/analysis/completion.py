"""How much is done, as the units themselves report it."""

from collections.abc import Sequence

import pandas as pd

from pipeline.analysis.findings import COMPLETION, conform
from pipeline.analysis.interval import wilson
from pipeline.ledger.schema import ISSUES, STATUSES
from pipeline.themes.cues import themes

LABEL_OF = {"unit_id": "unit_name"}  # a group's identity, and the column that names it for a reader
THEMES = ("themes", "primary")  # columns that hold themes
ALL = "合计"
_HEADINGS = {column.name: column.label for column in ISSUES.columns}


def completion(
    issues: pd.DataFrame,
    by: str | None = None,
    *,
    order: Sequence[str] = (),
    suggestions: bool = False,
    level: float = 0.95,
) -> pd.DataFrame:
    """Completion rate of each group of items, with Wilson's interval (see `interval.wilson`).

    The rate is done / stated, where `done` includes what is done and kept up for good, and `stated` leaves out the
    items whose status the bulletin does not say: they are counted in `not_stated` and are neither done nor undone. It
    is what the units report of themselves, not what anybody has checked. The interval takes items as independent; items
    of one bulletin are not quite, so for a group of several bulletins the true uncertainty is larger than shown.

    Parameters
    ----------
    issues
        Table `issues` of the ledger.
    by
        Column to group by: `unit_id` (named by `unit_name`), `year`, `primary`, `themes`, or any other; None for one
        row over all. With `themes`, an item counts in each of its themes, so that the groups add up to more than all.
    order
        Groups to put first, in this order, if they occur; the others follow, numbers ascending, words by number of
        items. Themes stand in the order of the taxonomy if none is given. A group that is not known (null) is kept,
        named …不明, and comes last.
    suggestions
        Whether suggestions (意见建议) count as well as issues.
    level
        Confidence of the interval.

    Returns
    -------
    pd.DataFrame
        In the columns of `findings.COMPLETION`. A group without a stated status has a null rate and interval.

    Raises
    ------
    KeyError
        If there is no such column.

    Examples
    --------
    >>> issues = pd.DataFrame({
    ...     "bulletin_id": "b1", "kind": ["issue"] * 4 + ["suggestion"], "year": 2021,
    ...     "status": ["done", "done_ongoing", "in_progress", "not_stated", "done"],
    ... })
    >>> row = completion(issues, "year").iloc[0]
    >>> print(row["label"], row["listed"], row["stated"], row["done"], row["not_stated"], f"{row['rate']:.2f}")
    2021 4 3 2 1 0.67
    """
    items = issues if suggestions else issues[issues["kind"] == "issue"]
    if by is None:
        items, by = items.assign(all=ALL), "all"
    elif by == "themes":
        items = items.explode(by)
    if by not in items.columns:
        raise KeyError(f"no column {by!r} to group by; there are {', '.join(issues.columns)}")
    items = items.assign(group=items[by].convert_dtypes(), label=_labels(items, by))
    counts = _count(items)
    if by == "all" and counts.empty:
        counts = pd.DataFrame([{"group": ALL, "label": ALL, "bulletins": 0, **dict.fromkeys(STATUSES, 0)}])
    counts["listed"] = counts[list(STATUSES)].sum(axis="columns")
    counts["stated"] = counts["listed"] - counts["not_stated"]
    counts["done"] += counts["done_ongoing"]
    counts["rate"] = counts["done"] / counts["stated"].where(counts["stated"] > 0)
    bounds = [
        wilson(int(done), int(stated), level) or (None, None)
        for done, stated in zip(counts["done"], counts["stated"], strict=True)
    ]
    counts["low"] = [low for low, _ in bounds]
    counts["high"] = [high for _, high in bounds]
    return conform(_sort(counts, order or (list(themes()) if by in THEMES else ())), COMPLETION)


def _labels(items: pd.DataFrame, by: str) -> pd.Series:
    """Name each item's group; two groups of the same name get their identity in brackets."""
    named = items[LABEL_OF.get(by, by)].convert_dtypes()  # so that a year is 2021, not 2021.0
    labels = named.map(str, na_action="ignore")
    if by in LABEL_OF:
        labels = labels.fillna(items[by])
        shared = items.groupby(labels)[by].transform("nunique") > 1
        labels = labels.where(~shared.fillna(value=False), labels + "（" + items[by].astype("str") + "）")
    return labels.astype("str").fillna(f"{_HEADINGS.get(LABEL_OF.get(by, by), by)}不明")


def _count(items: pd.DataFrame) -> pd.DataFrame:
    """One row a group and label: bulletins, and items of each status."""
    groups = items.groupby("label", sort=False)
    counts = pd.crosstab(items["label"], items["status"]).reindex(columns=list(STATUSES), fill_value=0)
    return counts.assign(bulletins=groups["bulletin_id"].nunique(), group=groups["group"].first()).reset_index()


def _sort(counts: pd.DataFrame, order: Sequence[str]) -> pd.DataFrame:
    """Rows of `order` first, then numbers ascending or words by number of items; the unknown group last."""
    place = {group: i for i, group in enumerate(order)}
    keyed = counts.assign(
        unknown=counts["group"].isna(),
        place=counts["group"].map(place).fillna(len(place)),
        number=pd.to_numeric(counts["group"], errors="coerce") if _numeric(counts["group"]) else 0,
        fewer=-counts["listed"],
    )
    return keyed.sort_values(["unknown", "place", "number", "fewer", "label"], kind="stable")


def _numeric(groups: pd.Series) -> bool:
    return pd.api.types.is_numeric_dtype(groups.infer_objects())
