"""Items that are done by their status and still to come by their text (完成存疑), with what speaks for the doubt."""

import pandas as pd

from pipeline.analysis.bulletins import look_up
from pipeline.analysis.findings import conform
from pipeline.ledger.schema import DATE, STATUSES, TEXT, WHOLE, Column, Table

GROUNDS = {
    "dated": "写明的日期晚于公布",
    "reason": "写有未完成原因",
    "wording": "措辞仍是将来",
}
CODES = {"done_but_reason": "reason", "done_but_future": "wording"}

DOUBTFUL = Table(
    "doubtful",
    "完成存疑",
    "One row an item that counts as done while its text is still to come.",
    "issue_id",
    (
        Column("issue_id", TEXT, "条目编号", "As in the ledger", False),
        Column("bulletin_id", TEXT, "通报编号", "As in the ledger", False),
        Column("unit_name", TEXT, "单位", "Name of the unit"),
        Column("year", WHOLE, "年份", "As in the ledger"),
        Column("n", TEXT, "序号", "Number of the item", False),
        Column("statement", TEXT, "问题", "The problem", False),
        Column("status", TEXT, "整改状态", "As reported", False, None, tuple(STATUSES)),
        Column(
            "ground", TEXT, "存疑之处", "The strongest thing that speaks for the doubt", False, None, tuple(GROUNDS)
        ),
        Column("sentence", TEXT, "原文", "The clause that promises, or what the check of the ledger says of it", False),
        Column("due_date", DATE, "到期日", "Of the promise, where there is one"),
        Column("published_date", DATE, "公布日期", "Day of publication"),
        Column("sentence_start", WHOLE, "原文起", "First character in the clean text", True, "字符"),
        Column("sentence_end", WHOLE, "原文止", "Character after the last", True, "字符"),
    ),
)


def doubt_done(
    promises: pd.DataFrame, discrepancies: pd.DataFrame, issues: pd.DataFrame, bulletins: pd.DataFrame
) -> pd.DataFrame:
    """List the items reported done that promise a date after their publication, give a reason, or speak of plans.

    A date after publication is the firmest ground. The wording (拟, 预计, 将) is the weakest: a plan for a day that has
    passed by then reads the same.

    Parameters
    ----------
    promises
        From `commitments.follow`.
    discrepancies, issues, bulletins
        Tables of the ledger.

    Returns
    -------
    pd.DataFrame
        In the columns of `DOUBTFUL`, one row an item, the firmest ground first.
    """
    done = issues[issues["status"].isin(["done", "done_ongoing"])]
    dated = promises[promises["due_date"] > promises["published_date"]].assign(ground="dated")
    found = discrepancies[discrepancies["code"].isin(list(CODES))]
    told = found.assign(
        ground=found["code"].map(CODES),
        sentence=found["message"],
        sentence_start=found["listed_start"],
        sentence_end=found["listed_end"],
    )
    columns = ["issue_id", "ground", "sentence", "due_date", "sentence_start", "sentence_end"]
    parts = [part.reindex(columns=columns) for part in (dated, told) if not part.empty]
    grounds = pd.concat(parts or [dated[columns]])
    place = {ground: i for i, ground in enumerate(GROUNDS)}
    grounds = grounds.assign(place=grounds["ground"].map(place)).sort_values(["place", "due_date", "issue_id"])
    rows = grounds.drop_duplicates("issue_id").merge(done, on="issue_id")
    published = look_up(bulletins.set_index("bulletin_id")["published_date"], rows["bulletin_id"])
    return conform(rows.assign(published_date=published), DOUBTFUL)
