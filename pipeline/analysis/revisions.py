"""What differs between the versions of a bulletin, field by field: a copy on another site differs in nothing that counts."""

from collections.abc import Hashable, Iterator, Mapping

import numpy as np
import pandas as pd
from scipy.optimize import linear_sum_assignment

from pipeline.analysis.bulletins import name_bulletins
from pipeline.analysis.findings import conform
from pipeline.analysis.rounds import bare, cut, versions
from pipeline.ledger.schema import BULLETINS, DATE, ISSUES, KINDS, STATUSES, TEXT, WHOLE, Column, Table

FACTS = (
    "feedback_date",
    "inspected_from",
    "inspected_to",
    "round",
    *(c.name for c in BULLETINS.columns if c.name.startswith("declared_")),
)
PUBLISHED = "published_date"  # another site says another day: told, but no revision
FIELDS = (
    "n", "kind", "aspect", "category", "statement", "description", "cause", "measures", "outcome", "incomplete_reason", "next_steps",
    "target", "deadline", "responsible", "status",
)  # fmt: skip
SAME = 0.2  # share of pieces of text that two items must have in common to be one, unless they stand at the same place
VERSIONS = {"copy": "转载（内容相同）", "revision": "修订"}
CHANGES = {"changed": "改动", "added": "新增", "removed": "删去"}
_LABELS = {c.name: c.label for c in (*BULLETINS.columns, *ISSUES.columns)} | {"measures": "整改措施"}

REVISIONS = Table(
    "revisions",
    "各版的不同",
    "One row a field that differs between a bulletin and the version that counts.",
    "field",
    (
        Column("bulletin_id", TEXT, "通报编号", "The version that does not count", False),
        Column("latest_id", TEXT, "计入的通报编号", "The version that counts", False),
        Column("bulletin", TEXT, "通报", "Its name", False),
        Column("issue_id", TEXT, "条目编号", "The item in the version that does not count; null for the bulletin as a whole"),
        Column("latest_issue_id", TEXT, "计入的条目编号", "The item in the version that counts"),
        Column("ordinal", WHOLE, "次序", "Place of the item in the version that counts, else in the other"),
        Column("change", TEXT, "变化", "What became of the field or item", False, None, tuple(CHANGES)),
        Column("field", TEXT, "栏目编号", "Column of the tables; statement where an item was added or removed", False),
        Column("label", TEXT, "栏目", "The same in Chinese", False),
        Column("old", TEXT, "原来", "In the version that does not count; null where it says nothing"),
        Column("new", TEXT, "现在", "In the version that counts; null where it says nothing"),
    ),
)  # fmt: skip
LISTED = Table(
    "versions",
    "同一通报的各版",
    "One row a bulletin that another version stands for.",
    "bulletin_id",
    (
        Column("bulletin_id", TEXT, "通报编号", "The version that does not count", False),
        Column("latest_id", TEXT, "计入的通报编号", "The version that counts", False),
        Column("bulletin", TEXT, "通报", "Its name", False),
        Column("path", TEXT, "未计入的文件", "File of the version that does not count", False),
        Column("latest_path", TEXT, "计入的文件", "File of the version that counts", False),
        Column("published_date", DATE, "公布日期", "Of the version that does not count"),
        Column("version_kind", TEXT, "关系", "Whether anything that counts differs", False, None, tuple(VERSIONS)),
        Column("differences", WHOLE, "不同的栏目", "Fields that differ, the day of publication aside", False, "处"),
    ),
)


def revisions(bulletins: pd.DataFrame, issues: pd.DataFrame, measures: pd.DataFrame) -> pd.DataFrame:
    """Compare each bulletin with the version of it that counts (`rounds.versions`), field by field.

    Punctuation and blanks make no difference. The items are put side by side, each once, so that they have the most in
    common together: the share of pieces of text, and `SAME` more where both stand at the same number below the same
    headings. An item left over was added or removed.

    Parameters
    ----------
    bulletins, issues, measures
        Tables of the ledger.

    Returns
    -------
    pd.DataFrame
        In the columns of `REVISIONS`: facts of the bulletin first, then items in their order.
    """
    worded = _with_measures(issues, measures)
    facts = bulletins.set_index("bulletin_id")
    names = name_bulletins(bulletins)
    rows = [
        {"bulletin_id": old, "latest_id": new, "bulletin": names[new]} | row
        for old, new in versions(bulletins, issues).itertuples(index=False, name=None)
        for row in (
            *_fields(facts.loc[old], facts.loc[new], (*FACTS, PUBLISHED)),
            *_items(worded[worded["bulletin_id"] == old], worded[worded["bulletin_id"] == new]),
        )
    ]
    frame = pd.DataFrame(rows)
    return conform(frame.assign(label=frame["field"].map(_LABELS)) if rows else frame, REVISIONS)


def list_versions(bulletins: pd.DataFrame, issues: pd.DataFrame, differences: pd.DataFrame) -> pd.DataFrame:
    """List the bulletins that another version stands for, and say whether they are copies or were revised.

    Parameters
    ----------
    bulletins, issues
        Tables of the ledger.
    differences
        From `revisions` of the same.

    Returns
    -------
    pd.DataFrame
        In the columns of `LISTED`.
    """
    found = versions(bulletins, issues)
    if found.empty:
        return conform(pd.DataFrame(), LISTED)
    telling = differences[differences["field"] != PUBLISHED]
    counts = telling.groupby(["bulletin_id", "latest_id"]).size()
    number = [int(counts.get(pair, 0)) for pair in found.itertuples(index=False, name=None)]
    facts = bulletins.set_index("bulletin_id")
    return conform(
        found.assign(
            bulletin=found["latest_id"].map(name_bulletins(bulletins)),
            path=found["bulletin_id"].map(facts["path"]),
            latest_path=found["latest_id"].map(facts["path"]),
            published_date=found["bulletin_id"].map(facts["published_date"]),
            version_kind=["revision" if n else "copy" for n in number],
            differences=number,
        ),
        LISTED,
    )


def _with_measures(issues: pd.DataFrame, measures: pd.DataFrame) -> pd.DataFrame:
    joined = measures.sort_values(["issue_id", "n"]).groupby("issue_id")["text"].agg("\n".join)
    return issues.assign(measures=issues["issue_id"].map(joined))


def _fields(old: pd.Series, new: pd.Series, names: tuple[str, ...]) -> Iterator[dict[str, object]]:
    """Give the fields that differ in more than punctuation."""
    for name in names:
        before, after = _say(name, old[name]), _say(name, new[name])
        if bare(before or "") != bare(after or ""):
            yield {"change": "changed", "field": name, "old": before, "new": after}


def _say(name: str, value: object) -> str | None:
    if pd.isna(value):  # type: ignore[call-overload]
        return None
    if isinstance(value, pd.Timestamp):
        return value.date().isoformat()
    if isinstance(value, float | np.floating):
        return f"{value:.15g}"
    return {"status": STATUSES, "kind": KINDS}.get(name, {}).get(str(value), str(value))


def _items(old: pd.DataFrame, new: pd.DataFrame) -> Iterator[dict[str, object]]:
    pairs = _pair(old, new)
    left = set(range(len(old))) - set(pairs.values())
    for place, (_, after) in enumerate(new.iterrows()):
        about = {"latest_issue_id": after["issue_id"], "ordinal": after["ordinal"]}
        if place in pairs:
            before = old.iloc[pairs[place]]
            for row in _fields(before, after, FIELDS):
                yield about | {"issue_id": before["issue_id"]} | row
        else:
            yield about | {"change": "added", "field": "statement", "new": after["statement"]}
    for place in sorted(left):
        gone = old.iloc[place]
        about = {"issue_id": gone["issue_id"], "ordinal": gone["ordinal"]}
        yield about | {"change": "removed", "field": "statement", "old": gone["statement"]}


def _pair(old: pd.DataFrame, new: pd.DataFrame) -> dict[int, int]:
    """Put the items side by side so that they have the most in common together: place in `new` → place in `old`."""
    before, after = ([(_whole(row), _place(row)) for row in side.to_dict("records")] for side in (old, new))
    common = np.zeros((len(after), len(before)))
    for row, (one, here) in enumerate(after):
        for column, (other, there) in enumerate(before):
            # What was worded anew stands where it stood.
            common[row, column] = len(one & other) / max(1, len(one | other)) + SAME * (here == there)
    chosen = zip(*linear_sum_assignment(common, maximize=True), strict=True)
    return {int(row): int(column) for row, column in chosen if common[row, column] >= SAME}


def _place(item: Mapping[Hashable, object]) -> tuple[str, ...]:
    """Name the place of an item in its bulletin: unit, kind, headings above and number."""
    return tuple(str(item[name]) for name in ("unit", "kind", "aspect", "category", "n"))


def _whole(item: Mapping[Hashable, object]) -> frozenset[str]:
    texts = (item[name] for name in ("statement", "measures", "outcome"))
    return frozenset(piece for text in texts if isinstance(text, str) for piece in cut(text))
