"""How sure the classifier of themes is, and which items a person should look at."""

import pandas as pd

from pipeline.analysis.findings import CONFIDENCE, DOUBT, conform
from pipeline.analysis.groups import ALL, group_items, sort_groups
from pipeline.analysis.interval import intervals
from pipeline.themes.cues import themes

BINS = 10  # ranges of confidence, all of one width


def doubt(issues: pd.DataFrame, by: str | None = None) -> pd.DataFrame:
    """Count in each group the items to be reviewed, with Wilson's interval of their share; suggestions count as well.

    Parameters
    ----------
    issues
        Table `issues` of the ledger.
    by
        Column to group by (see `groups.group_items`), usually `primary`; None for one row over all.

    Returns
    -------
    pd.DataFrame
        In the columns of `findings.DOUBT`.

    Examples
    --------
    >>> doubt(pd.DataFrame({"primary": ["财务", "财务"], "review": [True, False]}), "primary")["rate"].tolist()
    [0.5]
    """
    items = group_items(issues, by)
    counts = (
        items.assign(review=items["review"].astype("bool"))
        .groupby("label", sort=False)
        .agg(group=("group", "first"), items=("review", "size"), review=("review", "sum"))
        .reset_index()
    )
    if by is None and counts.empty:
        counts = pd.DataFrame([{"group": ALL, "label": ALL, "items": 0, "review": 0}])
    return conform(sort_groups(counts.join(intervals(counts["review"], counts["items"])), by, "items"), DOUBT)


def bin_confidence(issues: pd.DataFrame) -> pd.DataFrame:
    """Count the items by how sure the classifier is of their primary theme.

    Parameters
    ----------
    issues
        Table `issues` of the ledger.

    Returns
    -------
    pd.DataFrame
        In the columns of `findings.CONFIDENCE`: one row a tenth, the surest first; none where there are no items.

    Examples
    --------
    >>> binned = bin_confidence(pd.DataFrame({"confidence": [1.0, 0.97, 0.31], "review": [False, False, True]}))
    >>> binned.query("items > 0")[["label", "sure", "review"]].values.tolist()
    [['90–100%', 2, 0], ['30–40%', 0, 1]]
    """
    if issues.empty:
        return conform(pd.DataFrame(), CONFIDENCE)
    tenth = (issues["confidence"].astype("float64") * BINS).clip(upper=BINS - 1).astype("int64")
    counts = pd.crosstab(tenth, issues["review"].astype("bool"))
    counts = counts.reindex(index=range(BINS - 1, -1, -1), columns=[False, True], fill_value=0)
    binned = pd.DataFrame({"sure": counts[False], "review": counts[True]})
    return conform(
        binned.assign(items=binned.sum(axis="columns"), label=[name_bin(tenth) for tenth in binned.index]), CONFIDENCE
    )


def surest(issues: pd.DataFrame) -> pd.DataFrame:
    """Pick the item of each primary theme that the classifier is surest of, the themes in the scheme's order.

    Of several it takes the first by id.

    >>> surest(pd.DataFrame({
    ...     "issue_id": ["b1-1", "b1-2", "b1-3"], "primary": ["党建", "财务", "党建"], "confidence": [0.8, 0.9, 0.7],
    ... }))["issue_id"].tolist()
    ['b1-2', 'b1-1']
    """
    first = issues.sort_values(["confidence", "issue_id"], ascending=[False, True]).drop_duplicates("primary")
    place = {theme: number for number, theme in enumerate(themes())}
    return first.sort_values("primary", key=lambda names: names.map(place).fillna(len(place)), kind="stable")


def name_bin(tenth: int) -> str:
    """Name a range of confidence by its number from below.

    >>> name_bin(9), name_bin(0)
    ('90–100%', '0–10%')
    """
    return f"{tenth * 100 // BINS}–{(tenth + 1) * 100 // BINS}%"
