"""How much is done, as the units themselves report it."""

from collections.abc import Sequence

import pandas as pd

from pipeline.analysis.findings import COMPLETION, conform
from pipeline.analysis.groups import ALL, group_items, sort_groups
from pipeline.analysis.interval import intervals
from pipeline.ledger.schema import STATUSES


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
    items = group_items(issues if suggestions else issues[issues["kind"] == "issue"], by)
    counts = _count(items)
    if by is None and counts.empty:
        counts = pd.DataFrame([{"group": ALL, "label": ALL, "bulletins": 0, **dict.fromkeys(STATUSES, 0)}])
    counts["listed"] = counts[list(STATUSES)].sum(axis="columns")
    counts["stated"] = counts["listed"] - counts["not_stated"]
    counts["done"] += counts["done_ongoing"]
    counts = counts.join(intervals(counts["done"], counts["stated"], level))
    return conform(sort_groups(counts, by, "listed", order), COMPLETION)


def _count(items: pd.DataFrame) -> pd.DataFrame:
    """One row a group and label: bulletins, and items of each status."""
    groups = items.groupby("label", sort=False)
    counts = pd.crosstab(items["label"], items["status"]).reindex(columns=list(STATUSES), fill_value=0)
    return counts.assign(bulletins=groups["bulletin_id"].nunique(), group=groups["group"].first()).reset_index()
