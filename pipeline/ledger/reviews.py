"""reviews.csv: what people decided about items, one row a decision on one field. Rows are only ever added.

`pipeline.ledger.corrections` says what becomes of each.
"""

import csv
import io
from collections.abc import Iterable
from dataclasses import astuple, dataclass
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from pathlib import Path

from pipeline.errors import ReviewError
from pipeline.ledger.files import write_bytes
from pipeline.ledger.schema import REVIEWED, STATUSES
from pipeline.ledger.units import level
from pipeline.lexicon import read_table

NAME = "reviews.csv"  # beside the manifest, since it belongs to the corpus
COLUMNS = ("decided_at", "reviewer", "path", "issue_id", "n", "statement", "field", "old", "new", "reason")
MAY_BE_EMPTY = ("n", "old", "reason")
DIVIDER = "|"  # between themes


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person decided about one field of one item: a row of reviews.csv."""

    decided_at: str  # ISO, UTC
    reviewer: str
    path: str  # of the bulletin's file
    issue_id: str
    n: str  # the item's number, for people
    statement: str  # in the bulletin's words: with issue_id or path, what the decision is tied to
    field: str  # a key of `schema.REVIEWED`
    old: str  # what the ledger said; empty where it said nothing
    new: str
    reason: str


def read_reviews(text: str) -> list[Decision]:
    """Read the rows of reviews.csv.

    Raises ReviewError naming row and value where the columns are others, a cell is empty or one too many, the time has
    no time zone, or the field is none that can be decided on.
    """
    reader = csv.reader(io.StringIO(text, newline=""))
    head = next(reader, [])
    if tuple(head) != COLUMNS:
        raise ReviewError(f"{NAME}：第一行是 {','.join(head) or '空的'}；应为 {','.join(COLUMNS)}")
    decisions = []
    for row in reader:
        fault = _fault_of_row(row)
        if fault:
            raise ReviewError(f"{NAME} 第 {reader.line_num} 行：{fault}")
        decisions.append(Decision(*row))
    return decisions


def load(folder: Path) -> list[Decision]:
    """Read the decisions of a folder of bulletins; none where there is no reviews.csv.

    Raises ReviewError where it is not in UTF-8, or breaks the rules of `read_reviews`.
    """
    file = folder / NAME
    try:
        return read_reviews(file.read_bytes().decode("utf-8-sig")) if file.exists() else []
    except UnicodeDecodeError:
        raise ReviewError(f"{NAME} 不是 UTF-8 编码；请另存为“CSV UTF-8”后再运行") from None


def add(folder: Path, decisions: Iterable[Decision]) -> None:
    """Write rows below those of reviews.csv, all of them or none; what stands in the file stays as it is."""
    file = folder / NAME
    before = file.read_bytes() if file.exists() else f"{','.join(COLUMNS)}\n".encode()
    rows = io.StringIO(newline="")
    csv.writer(rows, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(map(astuple, decisions))
    write_bytes(file, before + (b"" if before.endswith(b"\n") else b"\n") + rows.getvalue().encode())


def now() -> str:
    """Say what time it is, as `decided_at` does."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def moment(decision: Decision) -> datetime:
    """Say when it was decided."""
    return datetime.fromisoformat(decision.decided_at)


def review_id(decision: Decision) -> str:
    """Make the decision's id, so that ids sort by time; two rows that are alike have the same.

    >>> review_id(Decision("2026-01-02T03:04:05Z", "analyst-a", "甲.txt", "b1-1", "1", "学习不够", "unit", "", "乙", ""))
    '20260102T030405000000Z-01b121c9'
    """
    digest = sha256("\n".join(astuple(decision)).encode()).hexdigest()
    return f"{moment(decision).astimezone(UTC):%Y%m%dT%H%M%S%fZ}-{digest[:8]}"


def same_as(field: str, value: str) -> str:
    """Level a value: two that come out alike say the same.

    >>> same_as("themes", "财务|作风|党建") == same_as("themes", "财务|党建|作风") != same_as("themes", "作风|财务|党建")
    True
    """
    if field == "themes":
        primary, *others = value.split(DIVIDER)
        return DIVIDER.join([primary, *sorted(others)])
    return level(value) if field == "unit" else value


def fault_of(field: str, value: str) -> str | None:
    """Say in Chinese why the field cannot take this value; None where it can.

    >>> fault_of("themes", "财务|财务"), fault_of("unit", "市文化馆")
    ('主题“财务”给了两次', None)
    """
    label = REVIEWED[field]
    if not value:
        return f"{label}没有填"
    if field == "status" and value not in STATUSES:
        return f"没有{label}“{value}”；可用的是 {'、'.join(f'{code}（{word}）' for code, word in STATUSES.items())}"
    if field == "themes":
        themes = value.split(DIVIDER)
        unknown = next((theme for theme in themes if theme not in scheme()), None)
        if unknown is not None:
            return f"没有{label}“{unknown}”；可用的是 {'、'.join(scheme())}"
        twice = next((theme for theme in themes if themes.count(theme) > 1), None)
        return twice and f"{label}“{twice}”给了两次"
    return None


@cache
def scheme() -> dict[str, dict[str, str]]:
    """Read the themes there are: their rows of themes.csv by name."""
    return {row["theme"]: row for row in read_table("themes", ("theme", "rank", "core", "definition"))}


def _fault_of_row(row: list[str]) -> str | None:
    if len(row) != len(COLUMNS):
        return f"有 {len(row)} 格，应有 {len(COLUMNS)} 格（{'、'.join(COLUMNS)}）"
    cells = dict(zip(COLUMNS, row, strict=True))
    empty = next((name for name, cell in cells.items() if not cell and name not in MAY_BE_EMPTY), None)
    if empty:
        return f"{empty} 为空，请补上"
    if cells["field"] not in REVIEWED:
        return f"field “{cells['field']}”不能复核；可用的是 {'、'.join(REVIEWED)}"
    try:
        zone = datetime.fromisoformat(cells["decided_at"]).tzinfo
    except ValueError:
        zone = None
    return None if zone else f"decided_at “{cells['decided_at']}”不是带时区的时间，如 2026-01-02T03:04:05Z"
