"""Completion of several bulletins together: intervals that know that the items of one bulletin belong together."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from pipeline.analysis.bulletins import look_up, name_bulletins
from pipeline.analysis.completion import completion
from pipeline.analysis.findings import COMPLETION, conform
from pipeline.analysis.groups import group_items
from pipeline.analysis.interval import intervals
from pipeline.ledger.schema import NUMBER, TEXT, WHOLE, Column, Table

FEWEST = 5  # bulletins: of fewer, drawing anew says nothing
DRAWS = 2000
SEED = 20240601

POOLED = Table(
    "pooled",
    "自报完成率",
    "One row a group of items, as in completion, with an interval over bulletins.",
    "group",
    (
        *COMPLETION.columns,
        Column(
            "clustered_low", NUMBER, "按通报抽样下限", f"Bootstrap over bulletins; null below {FEWEST}", True, "0—1"
        ),
        Column("clustered_high", NUMBER, "按通报抽样上限", "Likewise", True, "0—1"),
    ),
)

DECLARED = Table(
    "declared",
    "所称与所列的完成率",
    "One row a bulletin: the completion that its totals state, and the one that its items come to.",
    "bulletin_id",
    (
        Column("bulletin_id", TEXT, "通报编号", "As in the ledger", False),
        Column("label", TEXT, "通报", "Unit and year of the bulletin, else its title, else its file", False),
        Column("declared_issues", WHOLE, "通报称问题数", "As stated", True, "个"),
        Column("declared_done", WHOLE, "通报称已完成数", "As stated", True, "个"),
        Column("declared_rate", NUMBER, "所称完成率", "declared_done / declared_issues", True, "0—1"),
        Column("listed", WHOLE, "列出条目", "Issues of the bulletin", False, "条"),
        Column("stated", WHOLE, "说明状态", "Those whose status is known", False, "条"),
        Column("done", WHOLE, "已完成", "Done, those kept up for good included", False, "条"),
        Column("rate", NUMBER, "逐条完成率", "done / stated", True, "0—1"),
        Column("low", NUMBER, "区间下限", "Lower bound of Wilson's interval", True, "0—1"),
        Column("high", NUMBER, "区间上限", "Upper bound of Wilson's interval", True, "0—1"),
    ),
)


def pooled(
    issues: pd.DataFrame, by: str | None = None, *, order: Sequence[str] = (), level: float = 0.95
) -> pd.DataFrame:
    """Completion of each group with a second interval, from drawing whole bulletins anew.

    Wilson's interval takes items as independent. Those of one bulletin are written by one hand about one unit, so for
    several bulletins the percentiles of a bootstrap over bulletins (Davison and Hinkley 1997, section 3.8) are given
    beside it. Where bulletins agree with one another more than chance would have it, it is the shorter of the two.

    Parameters
    ----------
    issues
        Table `issues` of the ledger, or with more columns (`rounds.with_circumstances`).
    by
        Column to group by, as in `completion.completion`; None for one row over all.
    order
        Groups to put first, as there.
    level
        Confidence of both intervals.

    Returns
    -------
    pd.DataFrame
        In the columns of `POOLED`; the second interval is null for a group of fewer than `FEWEST` bulletins with a
        stated status, and where all items are done, or none: every draw would be the same.

    References
    ----------
    Davison, A. C. and Hinkley, D. V. (1997). *Bootstrap Methods and their Application*. Cambridge University Press.
    """
    groups = completion(issues, by, order=order, level=level)
    items = group_items(issues[(issues["kind"] == "issue") & (issues["status"] != "not_stated")], by)
    items = items.assign(done=items["status"].isin(["done", "done_ongoing"]))
    counts = items.groupby(["label", "bulletin_id"])["done"].agg(["sum", "size"])
    draw = np.random.default_rng(SEED)
    bounds = {}
    for label, own in counts.groupby(level="label"):
        if len(own) >= FEWEST and 0 < own["sum"].sum() < own["size"].sum():
            drawn = draw.multinomial(len(own), np.full(len(own), 1 / len(own)), size=DRAWS)
            rates = (drawn @ own["sum"].to_numpy()) / (drawn @ own["size"].to_numpy())
            bounds[label] = np.quantile(rates, [(1 - level) / 2, (1 + level) / 2])
    nothing = (None, None)
    groups["clustered_low"] = [bounds.get(label, nothing)[0] for label in groups["label"]]
    groups["clustered_high"] = [bounds.get(label, nothing)[1] for label in groups["label"]]
    return conform(groups, POOLED)


def declared(bulletins: pd.DataFrame, issues: pd.DataFrame) -> pd.DataFrame:
    """Set the completion that each bulletin states beside the one that its items come to.

    Parameters
    ----------
    bulletins, issues
        Tables of the ledger.

    Returns
    -------
    pd.DataFrame
        In the columns of `DECLARED`, by name; bulletins that state no total of what is done, or of issues, have a null
        `declared_rate`.
    """
    own = issues[issues["kind"] == "issue"]
    groups = own.assign(
        done=own["status"].isin(["done", "done_ongoing"]), stated=own["status"] != "not_stated"
    ).groupby("bulletin_id")
    counts = pd.DataFrame({"listed": groups.size(), "stated": groups["stated"].sum(), "done": groups["done"].sum()})
    rows = bulletins[["bulletin_id", "declared_issues", "declared_done"]].merge(
        counts.astype("Int64").reset_index(), on="bulletin_id", how="left"
    )
    rows = rows.fillna({"listed": 0, "stated": 0, "done": 0})
    rows = rows.assign(
        label=look_up(name_bulletins(bulletins), rows["bulletin_id"]),
        declared_rate=rows["declared_done"] / rows["declared_issues"].where(rows["declared_issues"] > 0),
    )
    return conform(rows.join(intervals(rows["done"], rows["stated"])).sort_values(["label", "bulletin_id"]), DECLARED)
