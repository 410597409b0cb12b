"""What changed since the last run, as the first words of a page."""

from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

import pandas as pd

from pipeline.analysis.changes import BULLETIN_KINDS, ITEM_KINDS, compare_snapshots
from pipeline.analysis.completion import completion
from pipeline.analysis.findings import records
from pipeline.ledger.schema import STATUSES
from pipeline.reporting.plan import OURS
from pipeline.reporting.tables import show
from pipeline.reporting.words import MARK, moment, share

MOST = 6  # names in a sentence
ROWS = 15  # items in the table
HEAD = "与上次相比"


def tell_changes(
    earlier: Mapping[str, Any] | None, record: Mapping[str, Any], old: pd.DataFrame | None, new: pd.DataFrame
) -> str:
    """Tell what changed, as HTML.

    Parameters
    ----------
    earlier
        run.json of the last run of this report that was done; None where this is the first.
    record
        That of this one.
    old, new
        What the ledger said then and says now (`changes.take_snapshot`); `old` is None where it is not known.
    """
    if earlier is None:
        return _block(["这是这份报告的第一次运行，还没有上一次可比。"])
    sentences = [f"上一次运行：{moment(earlier['started'])}。", *_tell_ledger(earlier, record)]
    if old is None:
        return _block([*sentences, "上一次的台账快照读不出来，条目的变化无从说起。"])
    changes = compare_snapshots(old, new)
    sentences += _tell_bulletins(changes)
    sentences += _tell_items(changes)
    sentences += _tell_rate(old, new)
    sentences += _tell_data(earlier, record)
    sentences += _tell_conditions(earlier, record)
    if len(sentences) == 1:
        sentences.append("台账、参数和程序都没有变，图表的数据也没有变。")
    items = changes[changes["change"].isin(list(ITEM_KINDS))]
    return _block(sentences) + (_table(items) if len(items) else "")


def _block(sentences: list[str]) -> str:
    return f'<h2 id="since">{HEAD}</h2><ul>' + "".join(f"<li>{escape(each)}</li>" for each in sentences) + "</ul>"


def _tell_ledger(earlier: Mapping[str, Any], record: Mapping[str, Any]) -> Iterator[str]:
    """Say how many more or fewer rows the tables have."""
    before, now = earlier.get("rows", {}), record["rows"]
    words = {"documents": "文件", "bulletins": "通报", "issues": "问题与建议", "measures": "整改措施"}
    moved = [f"{label} {before[t]} → {now[t]}" for t, label in words.items() if before.get(t, now[t]) != now[t]]
    if moved:
        yield f"台账的行数：{'，'.join(moved)}。"


def _tell_bulletins(changes: pd.DataFrame) -> Iterator[str]:
    for kind, label in BULLETIN_KINDS.items():
        names = changes.loc[changes["change"] == kind, "bulletin"].tolist()
        if names:
            more = f"等 {len(names)} 份" if len(names) > MOST else f"，{len(names)} 份"
            yield f"{label}：{'、'.join(names[:MOST])}{more}。"


def _tell_items(changes: pd.DataFrame) -> Iterator[str]:
    """Say of each kind of change how many items there are, and from which status to which."""
    for kind, label in ITEM_KINDS.items():
        found = changes[changes["change"] == kind]
        if found.empty:
            continue
        moves = (
            found.groupby(["before", "after"])
            .size()
            .reset_index(name="items")
            .sort_values("items", ascending=False, kind="stable")
        )
        told = [
            f"{STATUSES.get(row.before, row.before)} → {STATUSES.get(row.after, row.after)} {row.items}"
            for row in records(moves.head(MOST))
        ]
        yield f"{label} {len(found)} 条" + (f"：{'，'.join(told)}。" if told else "。")


def _tell_rate(old: pd.DataFrame, new: pd.DataFrame) -> Iterator[str]:
    """Say the completion rate then and now."""
    counted = (each[each["issue_id"].notna() & each["counted"].fillna(value=True)] for each in (old, new))
    before, now = (share(next(records(completion(each)))) for each in counted)
    if before != now:
        yield f"{MARK}自报完成率：{before} → {now}。"


def _tell_data(earlier: Mapping[str, Any], record: Mapping[str, Any]) -> Iterator[str]:
    """Name the figures whose data are not what they were."""
    before, now = (_figures(each) for each in (earlier, record))
    for words, names in (
        ("数据有变的图", [name for name in now if before.get(name, now[name]) != now[name]]),
        ("新的图", [name for name in now if name not in before]),
        ("不再有的图", [name for name in before if name not in now]),
    ):
        if names:
            yield f"{words}：{'、'.join(sorted(names))}。"


def _figures(record: Mapping[str, Any]) -> dict[str, str]:
    """SHA-256 of the data behind each figure."""
    outputs = record.get("outputs", {})
    names = {
        path: path.removeprefix("figures/").removesuffix(".csv") for path in outputs if path.startswith("figures/")
    }
    return {name: outputs[path] for path, name in names.items() if path.endswith(".csv")}


def _tell_conditions(earlier: Mapping[str, Any], record: Mapping[str, Any]) -> Iterator[str]:
    """Say whether it was run otherwise: other parameters, another notebook, another program."""
    before, now = (
        {name: value for name, value in each["parameters"].items() if name not in OURS} for each in (earlier, record)
    )
    if before != now:
        moved = [name for name in before | now if before.get(name) != now.get(name)]
        told = [f"{name} {before.get(name, '默认')} → {now.get(name, '默认')}" for name in moved]
        yield f"参数不同：{'，'.join(told)}。数字的变化可能由此而来。"
    if earlier["notebook"]["sha256"] != record["notebook"]["sha256"]:
        yield "笔记本改过。"
    versions = earlier["versions"]
    other = [
        f"{name} {versions.get(name)} → {new}" for name, new in record["versions"].items() if versions.get(name) != new
    ]
    if other:
        yield f"程序版本不同：{'，'.join(other)}。"


def _table(items: pd.DataFrame) -> str:
    told = items.assign(
        change=items["change"].replace(ITEM_KINDS),
        before=items["before"].replace(STATUSES),
        after=items["after"].replace(STATUSES),
    )
    return show(told, ["change", "bulletin", "n", "statement", "before", "after"], limit=ROWS).html
