"""What the first notebook shows of a ledger: its tables, and one item with the words of the bulletin."""

from collections.abc import Callable, Mapping

import pandas as pd

from pipeline.ledger.schema import Table

LONGEST = 400  # characters of a quoted item


def contents(rows: Mapping[str, int], tables: Mapping[str, Table]) -> pd.DataFrame:
    """List the tables of a ledger: name, Chinese name, rows, and how to reach it.

    Parameters
    ----------
    rows
        Number of rows by table, `ledger.rows`.
    tables
        Their descriptions, `schema.TABLES`.

    Examples
    --------
    >>> from pipeline.ledger.schema import TABLES
    >>> contents({"issues": 3}, TABLES)["rows"].tolist()
    [3]
    """
    listed = [(tables[name].label, number, f"opened.{name}") for name, number in rows.items()]
    frame = pd.DataFrame(listed, columns=["table", "rows", "reach"])
    frame.attrs["labels"] = {"table": "表", "rows": "行数", "reach": "怎么取"}
    return frame


def first_item(issues: pd.DataFrame) -> pd.DataFrame:
    """Choose an item to show: the first that is not done, else the first.

    Parameters
    ----------
    issues
        Table `issues` of the ledger.

    Returns
    -------
    pd.DataFrame
        One row of it; none where there is none.
    """
    unfinished = issues[issues["status"].isin(["in_progress", "not_started"])]
    return (unfinished if len(unfinished) else issues).head(1)


def quote(issues: pd.DataFrame, read: Callable[[str], str]) -> str:
    """Quote the item that `first_item` chooses.

    Parameters
    ----------
    issues
        Table `issues` of the ledger.
    read
        Gives the words of the bulletin by the id of an item, `ledger.quote`.
    """
    chosen = first_item(issues)
    if chosen.empty:
        return "台账里没有条目。先运行 zhenggai build data/raw，或放宽单位、年份、地区、主题的范围。"
    words = " ".join(read(chosen["issue_id"].iloc[0]).split())
    return f"原文：{words[:LONGEST]}{'…' if len(words) > LONGEST else ''}"
