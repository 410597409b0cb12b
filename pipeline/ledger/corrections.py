"""Decisions of reviewers → what becomes of each, and the changes they make to the items; and decisions from a notebook.

A decision is tied to the item's id and to the words of its problem, so it outlives a new reading of the same text, and
most changes of the text. Where it no longer fits it is a conflict: it is reported, and nothing is changed.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from pipeline.errors import ReviewError
from pipeline.ledger.files import lock
from pipeline.ledger.reviews import DIVIDER, Decision, add, fault_of, load, moment, now, review_id, same_as
from pipeline.ledger.schema import CONFLICTS, REVIEWED
from pipeline.paths import RAW

if TYPE_CHECKING:
    import pandas as pd

    from pipeline.ledger.store import Ledger

Row = dict[str, Any]

SHORT = 20  # characters of a statement that a message shows


def fit(decisions: Iterable[Decision], items: Iterable[Row]) -> tuple[list[Row], dict[str, Row]]:
    """Say what becomes of every decision: the rows of the table reviews, and by issue_id the cells that change.

    Where the order of rows in the file and the order of items are others, the result is the same.

    Parameters
    ----------
    decisions
        All rows of reviews.csv.
    items
        The items as they were read, each with issue_id, path, statement, themes, status and unit: at least those of
        the bulletins that a decision names by id or path.
    """
    by_id = {item["issue_id"]: item for item in items}
    by_words: defaultdict[tuple[str, str], list[Row]] = defaultdict(list)
    for item in by_id.values():
        by_words[item["path"], item["statement"]].append(item)
    groups: defaultdict[tuple[str, str], list[Decision]] = defaultdict(list)
    rows = []
    for decision in sorted(decisions, key=review_id):
        found, conflict, why = _find(decision, by_id, by_words)
        if found is None:
            rows.append(_row(decision, None, "conflict", conflict, why))
        else:
            groups[found["issue_id"], decision.field].append(decision)
    changes: defaultdict[str, list[Row]] = defaultdict(list)
    for (issue, field), group in sorted(groups.items(), key=_in_order):
        judged, change = _judge(by_id[issue], field, group)
        rows += judged
        changes[issue].append(change)
    return _numbered(rows), {issue: _together(parts) for issue, parts in changes.items()}


def correct(tables: Mapping[str, pa.RecordBatch], changes: Mapping[str, Row]) -> dict[str, pa.RecordBatch]:
    """Put the changes into the items of a bulletin; before `build.place`, which finds the id of a corrected unit."""
    issues = tables["issues"]
    if changes.keys().isdisjoint(issues.column("issue_id").to_pylist()):
        return dict(tables)
    rows = [row | changes.get(row["issue_id"], {}) for row in issues.to_pylist()]
    return {**tables, "issues": pa.RecordBatch.from_pylist(rows, issues.schema)}


def value(item: Row, field: str) -> str:
    """Say what the item has in the field, as reviews.csv writes it.

    >>> value({"themes": ["财务", "作风"], "unit": None}, "themes"), value({"themes": [], "unit": None}, "unit")
    ('财务|作风', '')
    """
    return DIVIDER.join(item["themes"]) if field == "themes" else item[field] or ""


Found = tuple[Row | None, str | None, str | None]  # the item, else the conflict and what stands in the way


def _find(decision: Decision, by_id: Mapping[str, Row], by_words: Mapping[tuple[str, str], Sequence[Row]]) -> Found:
    """Find the one item that the decision is about."""
    item = by_id.get(decision.issue_id)
    if item and item["statement"] == decision.statement:
        return item, None, None
    alike = by_words.get((decision.path, decision.statement), ())
    if len(alike) == 1:
        return alike[0], None, None
    if alike:
        return None, "ambiguous", f"文件里这样的问题有 {len(alike)} 条"
    if item:
        return None, "statement_changed", f"条目 {item['issue_id']} 的问题现为“{_short(item['statement'])}”"
    return None, "item_gone", "文件里没有这样的问题了"


def _judge(item: Row, field: str, group: Sequence[Decision]) -> tuple[list[Row], Row]:
    """Judge all decisions on one field of one item, and say what they change.

    A later decision whose `old` is an earlier one's `new` stands in its place. What is left must agree, and the value
    that was read must be one that somebody had seen.
    """
    issue, read = item["issue_id"], value(item, field)
    rows, last = [], []
    for decision in group:
        later = next((other for other in group if _replaces(other, decision)), None)
        if later:
            remark = f"已由 {later.reviewer} {later.decided_at} 的决定“{later.new}”取代"
            rows.append(_row(decision, issue, "superseded", None, remark))
        else:
            last.append(decision)
    conflict, why = _conflict(item, field, last, {same_as(field, v) for d in group for v in (d.old, d.new)})
    if conflict:
        return rows + [_row(d, issue, "conflict", conflict, why) for d in last], {"review": True}
    new = last[-1].new
    change: Row = {"review": False} if field == "themes" else {}
    if same_as(field, new) != same_as(field, read):
        themes = new.split(DIVIDER)
        change |= {"themes": themes, "primary": themes[0]} if field == "themes" else {field: new}
        change["corrected"] = [field]
    for decision in last:
        agreed = same_as(field, decision.old) == same_as(field, decision.new)
        rows.append(_row(decision, issue, "confirmed" if agreed else "applied", None, _remark(decision, issue, read)))
    return rows, change


def _together(changes: Sequence[Row]) -> Row:
    """Put the changes of an item's fields together. A conflict of any field puts the item on the list."""
    together = {name: cell for change in changes for name, cell in change.items()}
    verdicts = [change["review"] for change in changes if "review" in change]
    if verdicts:
        together["review"] = any(verdicts)
    return together | {"corrected": [field for change in changes for field in change.get("corrected", ())]}


def _replaces(later: Decision, earlier: Decision) -> bool:
    field = later.field
    return moment(later) > moment(earlier) and same_as(field, later.old) == same_as(field, earlier.new)


def _conflict(item: Row, field: str, last: Sequence[Decision], seen: set[str]) -> tuple[str | None, str | None]:
    """Say why these decisions cannot be applied, if they cannot."""
    values = {same_as(field, d.new): d for d in last}
    if len(values) > 1:
        return "contradiction", "、".join(sorted(f"{d.reviewer} 定为“{d.new}”" for d in values.values()))
    fault = fault_of(field, last[-1].new)
    if fault:
        return "value_unknown", fault
    # Themes are a person's judgement of words that are still the same to the letter. A model that learns from decisions
    # must not undo them. Other fields are read elsewhere in the text, and may be read better now, or say something new.
    if field != "themes" and same_as(field, value(item, field)) not in seen:
        return "value_changed", f"程序现在读作“{value(item, field)}”，决定时是“{last[-1].old}”"
    return None, None


def _remark(decision: Decision, issue: str, read: str) -> str | None:
    remarks = []
    if decision.issue_id != issue:
        remarks.append(f"通报的文本有改动，按文件和问题的原话对到条目 {issue}")
    if same_as(decision.field, read) not in {same_as(decision.field, v) for v in (decision.old, decision.new)}:
        remarks.append(f"程序读作“{read}”")
    return "；".join(remarks) or None


def _row(
    decision: Decision, issue: str | None, outcome: str, conflict: str | None = None, why: str | None = None
) -> Row:
    """Make the decision's row of the table reviews."""
    message = why
    if conflict:
        message = (
            f"{decision.reviewer} 把 {decision.path} 第 {decision.n} 条“{_short(decision.statement)}”的"
            f"{REVIEWED[decision.field]}定为“{decision.new}”，没有采用，{CONFLICTS[conflict]}（{why}）；请核对原文后重新复核"
        )
    row = asdict(decision) | {"outcome": outcome, "conflict": conflict, "fits": issue, "message": message}
    return row | {"review_id": review_id(decision), "old": decision.old or None, "reason": decision.reason or None}


def _numbered(rows: Iterable[Row]) -> list[Row]:
    """Put the rows in the order of their ids; of rows that are alike to the letter the further ones get a number."""
    seen: Counter[str] = Counter()
    numbered = []
    for row in rows:
        seen[row["review_id"]] += 1
        count = seen[row["review_id"]]
        numbered.append(row if count == 1 else row | {"review_id": f"{row['review_id']}-{count}"})
    return sorted(numbered, key=_id)


def _id(row: Row) -> str:
    return str(row["review_id"])


def _in_order(group: tuple[tuple[str, str], object]) -> tuple[str, int]:
    (issue, field), _ = group
    return issue, tuple(REVIEWED).index(field)


# From a notebook, or from a sheet


def decide(
    ledger: "Ledger", issue_id: str, *, reviewer: str, reason: str = "", folder: Path = RAW, **values: str | list[str]
) -> list[Decision]:
    """Decide on an item and add it to reviews.csv; the next build applies it.

    A value that the ledger has already confirms it: the item leaves the review list, if it is about its themes.

    >>> decide(ledger, "b9f86d081884c-00007", reviewer="analyst-a", themes=["财务", "作风"])  # doctest: +SKIP

    Parameters
    ----------
    ledger, issue_id
        The item.
    reviewer, reason
        Who decides, and why.
    folder
        Of the bulletins.
    values
        themes (the primary first), status, statement, unit: those that are decided on.

    Returns
    -------
    list of Decision
        The rows that were added; none where the reviewer had decided so before.

    Raises
    ------
    ReviewError
        There is no such item, a value is wrong, or it contradicts a decision that the ledger does not know of.
    """
    unknown = ", ".join(values.keys() - REVIEWED.keys())
    if unknown or not values:
        raise ReviewError(f"{unknown or '没有一项'}可以复核；可用的是 {'、'.join(REVIEWED)}")
    said = {name: cell if isinstance(cell, str) else DIVIDER.join(cell) for name, cell in values.items()}
    with lock(ledger.path):
        found = look_up(ledger, ledger.issues[ledger.issues["issue_id"] == issue_id])
        if not found:
            raise ReviewError(f"台账 {ledger.path} 里没有条目 {issue_id}；编号见 issues 表的 issue_id 列")
        check_folder(folder, found.values())
        signed = {"decided_at": now(), "reviewer": reviewer, "reason": reason}
        decisions = propose(found[issue_id], said, history(ledger, load(folder)), signed)
        add(folder, decisions)
    return decisions


def reviewed_statements(ledger: "Ledger") -> "pd.DataFrame":
    """Give what people decided about themes: issue_id, statement, category, themes of every item that has a decision."""
    reviews = ledger.reviews
    judged = reviews[(reviews["field"] == "themes") & reviews["outcome"].isin(("applied", "confirmed"))]
    issues = ledger.issues
    columns = ["issue_id", "statement", "category", "themes"]
    return issues.loc[issues["issue_id"].isin(judged["fits"]), columns].reset_index(drop=True)


def look_up(ledger: "Ledger", issues: "pd.DataFrame") -> dict[str, Row]:
    """Give these rows of the table issues by id, each with its `path`, its `words` (the statement as printed) and `text`."""
    paths = dict(zip(ledger.bulletins["bulletin_id"], ledger.bulletins["path"], strict=True))
    texts = {bulletin: ledger.text(bulletin) for bulletin in issues["bulletin_id"].unique()}
    found: dict[str, Row] = {}
    row: Row
    for row in issues.astype(object).where(issues.notna(), None).to_dict("records"):  # type: ignore[assignment]
        text, bulletin = texts[row["bulletin_id"]], row["bulletin_id"]
        words = text[row["statement_start"] : row["statement_end"]]
        more = {"path": paths[bulletin], "words": words, "text": text[row["item_start"] : row["item_end"]]}
        found[row["issue_id"]] = row | more
    return found


def history(ledger: "Ledger", known: Sequence[Decision]) -> dict[tuple[str, str], list[Row]]:
    """Give the decisions of reviews.csv by item and field; one that the ledger has not judged yet has no outcome."""
    judged = {row["review_id"]: row for row in ledger.reviews.to_dict("records")}
    told = defaultdict(list)
    for decision in known:
        row = judged.get(review_id(decision)) or asdict(decision) | {"outcome": None, "fits": decision.issue_id}
        told[row["fits"], row["field"]].append(row)
    return dict(told)


def propose(
    item: Row, values: Mapping[str, str], told: Mapping[tuple[str, str], Sequence[Row]], signed: Mapping[str, str]
) -> list[Decision]:
    """Make the decisions that give the item these values; none where the reviewer has made them before.

    Where earlier decisions are in conflict there is one for each of them, which takes its place.

    Parameters
    ----------
    item
        From `look_up`.
    values
        The new value of each field, as reviews.csv writes it.
    told
        From `history`.
    signed
        decided_at, reviewer and reason.

    Raises
    ------
    ReviewError
        A value is wrong, or another one was decided since the ledger was built.
    """
    faults = [fault for field, new in values.items() if (fault := fault_of(field, new))]
    if not signed["reviewer"].strip():
        faults.append("没有复核人；请写明是谁决定的")
    decisions = []
    for field, new in values.items():
        earlier = told.get((item["issue_id"], field), ())
        alike = [d for d in earlier if same_as(field, d["new"]) == same_as(field, new)]
        faults += [
            f"{REVIEWED[field]}“{new}”与 {d['reviewer']} {d['decided_at']} 的决定“{d['new']}”矛盾；"
            f"请先运行 zhenggai build，再重新导出"
            for d in earlier
            if d["outcome"] is None and d not in alike
        ]
        if any(d["reviewer"] == signed["reviewer"] and d["outcome"] in (None, "applied", "confirmed") for d in alike):
            continue
        olds = {value(item, field), *(d["new"] for d in earlier if d["outcome"] == "conflict")}
        about = {"path": item["path"], "issue_id": item["issue_id"], "n": item["n"], "statement": item["words"]}
        decisions += [Decision(**signed, **about, field=field, old=old, new=new) for old in sorted(olds)]
    if faults:
        raise ReviewError(*faults)
    return decisions


def check_folder(folder: Path, items: Iterable[Row]) -> None:
    """Raise ReviewError where the folder holds the bulletins of none of the items: it is another ledger's."""
    paths = [item["path"] for item in items]
    if paths and not any((folder / path).exists() for path in paths):
        raise ReviewError(f"文件夹 {folder} 里没有 {paths[0]}；请指明台账所读的文件夹")


def _short(words: str) -> str:
    return words if len(words) <= SHORT else f"{words[:SHORT]}…"
