"""What the ledger says now and did not say before: bulletins that came, went or were rewritten, and items that changed."""

from collections.abc import Iterable

import pandas as pd

from pipeline.analysis.bulletins import name_bulletins
from pipeline.analysis.findings import conform
from pipeline.ledger.schema import KINDS, STATUSES, TEXT, WHOLE, YES_NO, Column, Table

BULLETIN_KINDS = {"bulletin_new": "新增通报", "bulletin_gone": "通报不在了", "bulletin_rewritten": "通报内容有改动"}
ITEM_KINDS = {
    "status_changed": "整改状态有变",
    "theme_changed": "主要主题有变",
    "item_new": "新增条目",
    "item_gone": "条目不在了",
}
CHANGE_KINDS = BULLETIN_KINDS | ITEM_KINDS

SNAPSHOT = Table(
    "snapshot",
    "台账快照",
    "One row a bulletin (without an issue_id) and one row an item: as much as is compared with the next run.",
    "bulletin_id",
    (
        Column("bulletin_id", TEXT, "通报编号", "As in the ledger", False),
        Column("bulletin", TEXT, "通报", "Unit and year of the bulletin, else its title, else its file", False),
        Column("path", TEXT, "文件", "As in the ledger", False),
        Column("issue_id", TEXT, "条目编号", "As in the ledger; null in the row of a bulletin"),
        Column("n", TEXT, "序号", "As printed"),
        Column("kind", TEXT, "类别", "Issue or suggestion", True, None, tuple(KINDS)),
        Column("statement", TEXT, "问题", "The problem in the bulletin's words"),
        Column("status", TEXT, "整改状态", "As reported by the unit itself", True, None, tuple(STATUSES)),
        Column("primary", TEXT, "主要主题", "What the problem is about"),
        Column("statement_start", WHOLE, "问题起", "First character in the clean text", True, "字符"),
        Column("statement_end", WHOLE, "问题止", "Character after the last", True, "字符"),
        Column("counted", YES_NO, "计入", "False where a later version of the same round is counted instead"),
    ),
)

CHANGES = Table(
    "changes",
    "变化",
    "One row a change of a bulletin or of an item.",
    "bulletin_id",
    (
        Column("change", TEXT, "变化", "What kind of change", False, None, tuple(CHANGE_KINDS)),
        Column("bulletin_id", TEXT, "通报编号", "Of the bulletin now; null where it is gone"),
        Column("bulletin", TEXT, "通报", "Unit and year of the bulletin, else its title, else its file", False),
        Column("issue_id", TEXT, "条目编号", "Of the item now; null where it is gone, or the change is the bulletin's"),
        Column("n", TEXT, "序号", "As printed"),
        Column("statement", TEXT, "问题", "The problem in the bulletin's words"),
        Column("before", TEXT, "原来", "Status or theme before"),
        Column("after", TEXT, "现在", "Status or theme now"),
        Column("statement_start", WHOLE, "问题起", "In the clean text now", True, "字符"),
        Column("statement_end", WHOLE, "问题止", "In the clean text now", True, "字符"),
    ),
)

_ITEM = ["bulletin_id", "issue_id", "n", "kind", "statement", "status", "primary", "statement_start", "statement_end"]


def take_snapshot(bulletins: pd.DataFrame, issues: pd.DataFrame, counted: Iterable[str] | None = None) -> pd.DataFrame:
    """Keep what is compared with the next run.

    Parameters
    ----------
    bulletins, issues
        Tables of the ledger, or some of their rows.
    counted
        issue_ids of the items that rates are made of; None where that is not known.

    Returns
    -------
    pd.DataFrame
        In the columns of `SNAPSHOT`; the bulletins first.
    """
    names = name_bulletins(bulletins)
    paths = bulletins.set_index("bulletin_id")["path"]
    rows = pd.concat([bulletins[["bulletin_id"]], issues[_ITEM]], ignore_index=True)
    told = rows.assign(
        bulletin=rows["bulletin_id"].map(names),
        path=rows["bulletin_id"].map(paths),
        counted=None if counted is None else rows["issue_id"].isin(list(counted)),
    )
    return conform(told, SNAPSHOT)


def compare_snapshots(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """List what is different.

    A bulletin is the same one if its text is, however its file is called; else, rewritten, if its file's path is. Items
    are the same if their bulletin is and they state the same problem, the first of two alike with the first.

    Parameters
    ----------
    before, after
        In the columns of `SNAPSHOT`.

    Returns
    -------
    pd.DataFrame
        In the columns of `CHANGES`; bulletins first, in the order of `CHANGE_KINDS`. Of a bulletin that is new or gone
        the items are not listed.

    Examples
    --------
    >>> bulletins = pd.DataFrame({"bulletin_id": ["b1"], "path": "a.txt", "unit_name": "甲", "title": "", "year": 2024})
    >>> item = dict.fromkeys(_ITEM, 1) | {"bulletin_id": "b1", "statement": "帐目不清", "primary": "财务"}
    >>> old, new = (
    ...     take_snapshot(bulletins, pd.DataFrame([item | {"status": status}])) for status in ("in_progress", "done")
    ... )
    >>> compare_snapshots(old, new)[["change", "bulletin", "before", "after"]].values.tolist()
    [['status_changed', '甲（2024）', 'in_progress', 'done']]
    """
    known = _bulletins(before)
    now = _bulletins(after)
    same = {bulletin: bulletin for bulletin in now["bulletin_id"] if bulletin in set(known["bulletin_id"])}
    by_path = known[~known["bulletin_id"].isin(list(same))].set_index("path")["bulletin_id"]
    others = now[~now["bulletin_id"].isin(list(same))]
    rewritten = {
        new: by_path[path] for new, path in zip(others["bulletin_id"], others["path"], strict=True) if path in by_path
    }
    pairs = same | rewritten  # id now → id before
    found = [
        now[~now["bulletin_id"].isin(list(pairs))].assign(change="bulletin_new"),
        known[~known["bulletin_id"].isin(list(pairs.values()))].assign(change="bulletin_gone", bulletin_id=None),
        now[now["bulletin_id"].isin(list(rewritten))].assign(change="bulletin_rewritten"),
        _compare_items(before, after, pairs),
    ]
    return conform(pd.concat(found, ignore_index=True), CHANGES)


def _bulletins(snapshot: pd.DataFrame) -> pd.DataFrame:
    return snapshot.loc[snapshot["issue_id"].isna(), ["bulletin_id", "bulletin", "path"]]


def _compare_items(before: pd.DataFrame, after: pd.DataFrame, pairs: dict[str, str]) -> pd.DataFrame:
    """Pair the items of bulletins that are in both, and list what is different."""
    back = {old: new for new, old in pairs.items()}
    old = _number(before.assign(pair=before["bulletin_id"].map(back).astype("str")))
    new = _number(after.assign(pair=after["bulletin_id"].where(after["bulletin_id"].isin(pairs))))
    if old.empty and new.empty:  # pandas cannot always merge two tables without a row
        return pd.DataFrame()
    both = new.merge(old, how="outer", on=["pair", "statement", "occurrence"], suffixes=("", "_old"), indicator="side")
    both = both.sort_values(["bulletin_id", "statement_start"], kind="stable")
    paired = both[both["side"] == "both"]
    gone = both[both["side"] == "right_only"]
    status = paired[paired["status"] != paired["status_old"]]
    theme = paired[paired["primary"] != paired["primary_old"]]
    return pd.concat(
        [
            status.assign(change="status_changed", before=status["status_old"], after=status["status"]),
            theme.assign(change="theme_changed", before=theme["primary_old"], after=theme["primary"]),
            both[both["side"] == "left_only"].assign(change="item_new"),
            gone.assign(change="item_gone", bulletin_id=gone["pair"], bulletin=gone["bulletin_old"], n=gone["n_old"]),
        ],
        ignore_index=True,
    )


def _number(rows: pd.DataFrame) -> pd.DataFrame:
    """Keep the items of bulletins that are in both, and number those of a bulletin that state the same."""
    kept = rows[rows["issue_id"].notna() & rows["pair"].notna()]
    return kept.assign(occurrence=kept.groupby(["pair", "statement"]).cumcount())
