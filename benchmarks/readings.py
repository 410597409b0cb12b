"""What is read from a bulletin, and how far two readings agree."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any

import numpy as np

from pipeline.bulletins import parse
from pipeline.ledger.contract import DECLARED, FACTS, value

FIELDS = (
    "n", "kind", "unit", "aspect", "category", "statement", "description", "cause", "outcome", "incomplete_reason",
    "next_steps", "target", "deadline", "responsible", "status", "status_from", "status_text",
)  # fmt: skip
SAME_ITEM = 0.6  # likeness from which two statements may be the same item
EMPTY = (None, [], "not_stated", "none")


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything that must not depend on the form, without blanks: a page does not print them as they were typed."""

    facts: dict[str, Any]
    items: list[dict[str, Any]]


def reading(text: str) -> Reading:
    """Read a clean text."""
    bulletin = parse(text)
    facts = {key: _folded(value(bulletin.facts.get(key))) for key in FACTS}
    facts |= {f"declared_{key}": value(bulletin.declared.get(key)) for key in DECLARED}
    items = [
        {key: _folded(getattr(item, key)) for key in FIELDS}
        | {"measures": [_plain(m.text) for m in item.measures], "commitments": [c.due for c in item.commitments]}
        for item in bulletin.items
    ]
    return Reading(facts, items)


def _folded(said: str | float | None) -> str | float | None:
    return _plain(said) if isinstance(said, str) else said


def differences(wanted: Reading, got: Reading) -> list[str]:
    """The keys under which two readings differ; of the items only their number, where that does.

    >>> differences(Reading({"unit": "某局"}, []), Reading({"unit": None}, []))
    ['unit']
    """
    found = [key for key, fact in wanted.facts.items() if got.facts[key] != fact]
    if len(wanted.items) != len(got.items):
        return [*found, f"items: {len(wanted.items)} wanted, {len(got.items)} found"]
    pairs = zip(wanted.items, got.items, strict=True)
    return [*found, *(f"{one['n']} {key}" for one, two in pairs for key in one if one[key] != two[key])]


@dataclass(slots=True)
class Agreement:
    """Sums over bulletins; see the properties."""

    bulletins: int = 0
    same: int = 0  # bulletins whose readings are equal in every field
    stated: int = 0  # facts that either states
    facts_same: int = 0
    wanted: int = 0  # items
    found: int = 0
    pairs: int = 0  # items that are in both
    equal: Counter[str] = field(default_factory=Counter)  # of the pairs, by statement, status, measures
    filled: Counter[str] = field(default_factory=Counter)  # fields that the wanted reading has, by name
    lost: Counter[str] = field(default_factory=Counter)  # of these, those of which nothing was read
    changed: Counter[str] = field(default_factory=Counter)  # of these, those that say something else

    def add(self, wanted: Reading, got: Reading) -> None:
        """Count one bulletin."""
        self.bulletins += 1
        self.same += wanted == got
        for key, fact in wanted.facts.items():
            if fact is not None or got.facts[key] is not None:
                self.stated += 1
                self.facts_same += fact == got.facts[key]
        self.wanted += len(wanted.items)
        self.found += len(got.items)
        partners = dict(pair_items(wanted.items, got.items))
        self.pairs += len(partners)
        for number, item in enumerate(wanted.items):
            if number in partners:
                other = got.items[partners[number]]
                self.equal["statement"] += item["statement"] == other["statement"]
                self.equal["status"] += item["status"] == other["status"]
                self.equal["measures"] += len(item["measures"]) == len(other["measures"])
                self._compare(item, other)
            else:
                self._compare(item, {})
        self._compare(wanted.facts, got.facts)

    def _compare(self, wanted: dict[str, Any], got: dict[str, Any]) -> None:
        for key, said in wanted.items():
            if said not in EMPTY:
                self.filled[key] += 1
                self.lost[key] += got.get(key) in EMPTY
                self.changed[key] += got.get(key) not in EMPTY and got[key] != said

    @property
    def facts(self) -> float:
        """Share of the facts and totals that either states and both state alike."""
        return self.facts_same / max(1, self.stated)

    @property
    def items(self) -> float:
        """F1 of the items found."""
        return 2 * self.pairs / max(1, self.wanted + self.found)

    def share(self, name: str) -> float:
        """Of the items in both, those equal in statement, status or number of measures."""
        return self.equal[name] / max(1, self.pairs)


def pair_items(wanted: Sequence[dict[str, Any]], got: Sequence[dict[str, Any]]) -> Iterator[tuple[int, int]]:
    """The items that are in both, in order and by their statements: equal ones first, then like ones between them."""
    one, two = ([item["statement"] for item in items] for items in (wanted, got))
    begin = (0, 0)
    blocks = SequenceMatcher(None, one, two, autojunk=False).get_matching_blocks()
    for first, second, size in blocks:
        at = begin[1]
        for number in range(begin[0], first):
            like = [(SequenceMatcher(None, one[number], two[n], autojunk=False).ratio(), -n) for n in range(at, second)]
            best, place = max(like, default=(0.0, 0))
            if best >= SAME_ITEM:
                yield number, -place
                at = 1 - place
        yield from ((first + n, second + n) for n in range(size))
        begin = first + size, second + size


def _plain(said: object) -> str:
    return re.sub(r"\s+", "", str(said))


def wrong_characters(wanted: str, got: str) -> tuple[int, int]:
    """Characters to insert, delete or replace to make one text of the other (Levenshtein), and how many were wanted; no blanks.

    >>> wrong_characters("已完成 12项", "已完或1项")
    (2, 6)
    """
    one, two = _plain(wanted), _plain(got)
    across = np.arange(len(two) + 1)
    letters = np.array([ord(c) for c in two], dtype=np.int32)
    row = across.copy()
    for number, letter in enumerate(one, start=1):
        below = np.empty_like(row)
        below[0] = number
        below[1:] = np.minimum(row[1:] + 1, row[:-1] + (letters != ord(letter)))
        row = np.minimum.accumulate(below - across) + across  # an insertion is a step to the right
    return int(row[-1]), len(one)
