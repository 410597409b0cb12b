"""Promised dates: which are still open on a given day, which have passed, and what the ledger says of them since."""

from datetime import date

import pandas as pd

from pipeline.analysis.bulletins import look_up, name_bulletins
from pipeline.analysis.findings import conform, records
from pipeline.analysis.rounds import DATES
from pipeline.errors import ReportError
from pipeline.ledger.schema import DATE, NUMBER, STATUSES, TEXT, WHOLE, Column, Table

STATES = {
    "overdue": "到期，未见完成",
    "open": "未到期",
    "unclear": "到期日不明",
    "reported": "到期，条目已报完成",
    "earlier": "公布前已到期",
}
PROMISING = ("overdue", "open", "unclear", "reported")  # still to come when the bulletin was published

UNKNOWN = date(1, 1, 1)  # no day: nothing is overdue on it

PROMISES = Table(
    "promises",
    "承诺时限",
    "One row a promised date, with its state on a given day.",
    "commitment_id",
    (
        Column("commitment_id", TEXT, "承诺编号", "As in the ledger", False),
        Column("issue_id", TEXT, "条目编号", "The item that promises", False),
        Column("bulletin_id", TEXT, "通报编号", "As in the ledger", False),
        Column("unit_id", TEXT, "单位编号", "The unit that promises"),
        Column("unit_name", TEXT, "单位", "Name of the unit"),
        Column("bulletin", TEXT, "通报", "Unit and year of the bulletin, else its title, else its file", False),
        Column("n", TEXT, "序号", "Number of the item", False),
        Column("statement", TEXT, "问题", "The problem", False),
        Column(
            "status", TEXT, "整改状态", "Of the item, when the bulletin was published", False, None, tuple(STATUSES)
        ),
        Column("sentence", TEXT, "承诺原文", "The clause that promises", False),
        Column("sentence_start", WHOLE, "承诺起", "First character in the clean text", False, "字符"),
        Column("sentence_end", WHOLE, "承诺止", "Character after the last", False, "字符"),
        Column("date_text", TEXT, "时限原文", "The printed date", False),
        Column("due_date", DATE, "到期日", "Last day of the promised period; null where it cannot be told"),
        Column("published_date", DATE, "公布日期", "Day of publication"),
        Column("state", TEXT, "承诺状态", "On the given day", False, None, tuple(STATES)),
        Column("days", WHOLE, "逾期天数", "Days from the due date to the given day; negative before it", True, "天"),
        Column("later", TEXT, "后来的通报", "The first bulletin on a later round of the unit, published after that"),
    ),
)

STATE_COUNTS = Table(
    "state_counts",
    "承诺概况",
    "One row a state, zero included.",
    "state",
    (
        Column("state", TEXT, "状态代码", "State of a promise", False, None, tuple(STATES)),
        Column("label", TEXT, "承诺状态", "The same in Chinese", False),
        Column("promises", WHOLE, "承诺", "Promised dates in that state", False, "个"),
        Column("share", NUMBER, "占比", "Of all promised dates; null where there is none", True, "0—1"),
    ),
)


def follow(commitments: pd.DataFrame, issues: pd.DataFrame, bulletins: pd.DataFrame, day: date) -> pd.DataFrame:
    """Tell the state of every promised date on a day.

    `overdue` is a date that has passed while the item was not yet done when the bulletin was published: nothing in the
    bulletin says that the promise was kept, which does not mean that it was broken. `reported`: the date has passed and
    the item counts as done already. `earlier`: the date had passed when the bulletin came out, so it was a plan, no
    promise. `later` names a bulletin of the same unit that came after the due date and may tell how it went.

    Parameters
    ----------
    commitments, issues, bulletins
        Tables of the ledger; promises of items that are not among the issues are left out.
    day
        The day. A date that ends on it is not overdue.

    Returns
    -------
    pd.DataFrame
        In the columns of `PROMISES`; the overdue first, then by due date.
    """
    rows = commitments.merge(issues[["issue_id", "n", "statement", "status", "unit_name"]], on="issue_id")
    named = bulletins.set_index("bulletin_id")
    rows = rows[rows["bulletin_id"].isin(named.index)]
    published = look_up(named["published_date"], rows["bulletin_id"])
    rows = rows.assign(published_date=published, bulletin=look_up(name_bulletins(bulletins), rows["bulletin_id"]))
    now = pd.Timestamp(day)
    rows = rows.assign(
        state=[_state(row, now) for row in records(rows)],
        days=(now - rows["due_date"]).dt.days.astype("Int64"),
        later=_later(rows, issues, bulletins, now),
    )
    place = {state: i for i, state in enumerate(STATES)}
    rows = rows.assign(place=rows["state"].map(place)).sort_values(["place", "due_date", "commitment_id"])
    return conform(rows, PROMISES)


def count_states(promises: pd.DataFrame) -> pd.DataFrame:
    """Count the promises by state.

    Parameters
    ----------
    promises
        From `follow`.

    Returns
    -------
    pd.DataFrame
        In the columns of `STATE_COUNTS`, one row for every state.

    Examples
    --------
    >>> count_states(pd.DataFrame({"state": ["open", "open", "overdue"]}))["promises"].tolist()
    [1, 2, 0, 0, 0]
    """
    counts = promises["state"].value_counts().reindex(list(STATES), fill_value=0)
    counted = counts.rename_axis("state").rename("promises").reset_index()
    share = counted["promises"] / (len(promises) or float("nan"))
    return conform(counted.assign(label=counted["state"].map(STATES), share=share), STATE_COUNTS)


def read_day(words: str, bulletins: pd.DataFrame) -> date:
    """Read the day as of which promises are told: ISO, or nothing for the newest day of the ledger.

    That is the newest publication, or feedback where nothing is published later. The clock is not asked, so that the
    same ledger gives the same report. A ledger without any day gives `UNKNOWN`.

    Parameters
    ----------
    words
        2026-06-30, or "".
    bulletins
        Table `bulletins` of the ledger.

    Raises
    ------
    ReportError
        If it is no day of the calendar.

    Examples
    --------
    >>> read_day("2026-06-30", pd.DataFrame())
    datetime.date(2026, 6, 30)
    """
    if words:
        try:
            return date.fromisoformat(words)
        except ValueError:
            raise ReportError(
                f"参数 as_of 应是 2026-06-30 这样的日期，给的是 {words!r}；留空则取台账里最晚的日期"
            ) from None
    newest = bulletins[list(DATES)].max().max()
    return UNKNOWN if pd.isna(newest) else newest.date()


def _state(row: object, now: pd.Timestamp) -> str:
    due, published, status = (getattr(row, name) for name in ("due_date", "published_date", "status"))
    if pd.isna(due):
        return "unclear"
    if pd.notna(published) and due <= published:
        return "earlier"
    if due >= now:
        return "open"
    return "reported" if status in ("done", "done_ongoing") else "overdue"


def _later(rows: pd.DataFrame, issues: pd.DataFrame, bulletins: pd.DataFrame, now: pd.Timestamp) -> pd.Series:
    """Name the first bulletin of the unit after each due date, up to the day."""
    names = name_bulletins(bulletins)
    units = issues[["unit_id", "bulletin_id"]].dropna().drop_duplicates()
    units = units.merge(bulletins[["bulletin_id", "published_date", "feedback_date"]], on="bulletin_id")
    units = units.dropna(subset="published_date").sort_values(["published_date", "bulletin_id"])
    of_unit = {unit: list(records(own)) for unit, own in units.groupby("unit_id")}
    found = []
    for row in records(rows):
        bulletin = next(
            (
                each.bulletin_id
                for each in of_unit.get(row.unit_id, ())
                if pd.notna(row.due_date) and row.due_date < each.published_date <= now
                and (pd.isna(row.published_date) or each.published_date > row.published_date)
            ),
            None,
        )  # fmt: skip
        found.append(None if bulletin is None else str(names[bulletin]))
    return pd.Series(found, rows.index, dtype="str")
