"""Parallel lists: 一、反馈问题 1. 2. 3. / 二、整改措施 1. 2. 3. / 三、整改成效 1. 2. 3. What was done stands apart, by number."""

from collections import Counter
from dataclasses import dataclass

from pipeline.bulletins import wording
from pipeline.bulletins.ends import find_ends
from pipeline.bulletins.leaves import Leaf
from pipeline.bulletins.lines import Line
from pipeline.bulletins.outline import Node
from pipeline.lexicon.labels import field_of
from pipeline.text import trim

FEWEST = 3  # entries of such a list
COMMON = 0.8  # share of the numbers of the problems that it must have
FIELDS = {"measures": "measures", "outcome": "outcome", "progress": "outcome"}


@dataclass(frozen=True, slots=True)
class Answer:
    """An entry of a part that only answers the problems of another one."""

    field: str  # measures, outcome
    node: Node
    end: int  # of its text


def find_answers(text: str, lines: list[Line], root: Node, leaves: list[Leaf]) -> dict[int, list[Answer]]:
    """The entries of the parts headed by a field, by number, where another part lists problems of the same numbers."""
    numbers = Counter(leaf.node.line.number for leaf in leaves if leaf.node.line and not _is_answering(text, leaf.node))
    answers: dict[int, list[Answer]] = {}
    for part in root.children:
        entries = [c for c in part.children if c.line and c.line.number in numbers and not c.kind.startswith("issue")]
        if len(entries) < max(FEWEST, COMMON * len(numbers)) or max(numbers.values()) > 1:
            continue
        field = _field(text, part)
        if field and sum(_states_problem(text, entry) for entry in entries) * 2 < len(entries):
            for entry in entries:
                (end,) = find_ends(text, lines, [Leaf(entry, "issue", 1)])
                answers.setdefault(entry.line.number or 0, []).append(Answer(field, entry, end))  # type: ignore[union-attr]
    return answers


def without_answers(leaves: list[Leaf], answers: dict[int, list[Answer]]) -> list[Leaf]:
    """The leaves but those in the parts that only answer."""
    parts = {id(answer.node.parent) for found in answers.values() for answer in found}
    return [leaf for leaf in leaves if not any(id(node) in parts for node in leaf.node.above())]


def _is_answering(text: str, node: Node) -> bool:
    above = node.above()
    return bool(above) and _field(text, above[0]) is not None


def _field(text: str, part: Node) -> str | None:
    """The field that the heading of a part is, and nothing more."""
    if part.line is None:
        return None
    start, end = trim(text, part.line.head, part.line.end, "。： ")
    return FIELDS.get(field_of(text[start:end]) or "")


def _states_problem(text: str, node: Node) -> bool:
    if node.line is None:
        return False
    words = text[node.line.head : min(node.line.end, node.line.head + 60)]
    return wording.names_problem(words) or (wording.states_problem(words) and not wording.begins_as_measure(words))
