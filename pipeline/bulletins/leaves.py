"""The tree → its leaf issues: the smallest parts that state a problem and have their own rectification text.

Which level carries them differs from city to city, so it is inferred: brothers vote together, by what their headings sound
like and by the field labels below them.
"""

import re
from dataclasses import dataclass, field
from itertools import accumulate

from pipeline.bulletins import wording
from pipeline.bulletins.lines import Line
from pipeline.bulletins.outline import LIST_KINDS, ORGANISATION, Node
from pipeline.lexicon.labels import read_label
from pipeline.text import first_sentence_end, trim

# Votes for being an issue, and against it.
LABELLED = 3.0  # has its own 整改措施 or the like below it
BODY = 0.7  # has paragraphs of its own
NAMED = 2.0  # 关于X问题, 针对X的问题
STATED = 1.5  # a word for what is wrong
MEASURE = -1.5  # begins like a measure
ENTRY_KIND = -2.0  # ① 一是 第一: kinds that number lists
FIELD = -4.0  # its heading is a field label: （1）整改措施：…
WITHIN_FIELD = -3.0  # stands after a field label of its parent
ENOUGH = 0.6  # mean vote of brothers from which they are issues
WITHIN_ISSUE = 1.2  # … where the heading above them is one by itself

# The same by the role of the part that they stand in: where a heading lists issues by status or calls them suggestions, they
# need not sound like problems.
NEEDED = {"findings": ENOUGH, "aside": NAMED, "listed": -0.1, "suggestions": -1.6}

LONGEST = 300  # characters that a heading may have
_OWN_FIELDS = {"measures", "progress", "status", "outcome", "cause", "deadline", "responsible", "target"}


_BRACKET = re.compile(r"[（【]([^（）【】\n]{2,80})[）】]")
_HAS_FIELDS = re.compile(r"(?:时限|状态|责任\w{1,4}|进度)：")


@dataclass(frozen=True, slots=True)
class Leaf:
    """A leaf issue in the tree."""

    node: Node
    kind: str  # issue, suggestion
    ordinal: int  # among the leaves of its parent, from 1


def find_leaves(text: str, lines: list[Line], root: Node) -> list[Leaf]:
    """The leaf issues of the document, in order."""
    labels = list(accumulate((_labels_field(line) for line in lines), initial=0))
    judge = _Judge(text, labels)
    found = judge.leaves(root, "findings")
    counts: dict[int, int] = {}
    leaves = []
    for node, kind in found:
        key = id(_counted_within(text, node))
        counts[key] = counts.get(key, 0) + 1
        leaves.append(Leaf(node, kind, counts[key]))
    return leaves


def _counted_within(text: str, node: Node) -> Node | None:
    """The heading within which leaves without a number are counted: the nearest numbered one, or the unit of a digest."""
    above = node.parent
    while above is not None and above.line is not None and above.kind in {"plain", "bare"} and node.kind != "label":
        if ORGANISATION.fullmatch(text, above.line.start, above.line.end):
            break
        above = above.parent
    return above


def _labels_field(line: Line) -> bool:
    return line.cue or (line.label is not None and line.label.field in _OWN_FIELDS)


@dataclass(slots=True)
class _Judge:
    """Judges nodes; what it found of a node is kept, since brothers, parents and children all ask."""

    text: str
    labels: list[int]  # how many lines before each begin with a label of an issue's field
    headings: dict[int, str] = field(default_factory=dict)
    votes: dict[int, float] = field(default_factory=dict)
    roles: dict[tuple[int, str], str] = field(default_factory=dict)

    def leaves(self, node: Node, role: str) -> list[tuple[Node, str]]:
        """The leaves below the node, which stands in a part of this role (findings, suggestions, listed, aside)."""
        if self.has_own_labels(node):
            return []
        below = {id(child): self.leaves(child, self.role_of(child, role)) for child in node.children}
        groups: dict[str, list[Node]] = {}
        for child in node.children:
            groups.setdefault(child.kind, []).append(child)
        chosen = {kind: self.choose(node, group, below, role) for kind, group in groups.items()}
        if any(found for kind, found in chosen.items() if kind not in LIST_KINDS):
            # Beside headings that are issues a list is none of them.
            chosen = {kind: found for kind, found in chosen.items() if kind not in LIST_KINDS}
        return sorted((leaf for found in chosen.values() for leaf in found), key=lambda leaf: leaf[0].first)

    def choose(
        self, parent: Node, group: list[Node], below: dict[int, list[tuple[Node, str]]], role: str
    ) -> list[tuple[Node, str]]:
        """The leaves among brothers of one kind, or below them."""
        kind = group[0].kind
        mean = sum(self.vote(child) for child in group) / len(group)
        deeper = sum(bool(below[id(child)]) for child in group)
        # A few brothers with something like issues below them are outvoted, where the brothers themselves are issues.
        outvoted = mean >= ENOUGH and deeper * 2 < len(group) and kind != "cn"
        if deeper and not outvoted:
            return [leaf for child in group for leaf in below[id(child)] or self.as_leaf(child, ENOUGH)]
        if parent.line is None and kind in {"cn", "part"}:
            # The parts of a bulletin do not vote together: the general part is none of the findings.
            return [
                leaf for c in group for leaf in self.as_leaf(c, NAMED if self.role_of(c, role) == "aside" else ENOUGH)
            ]
        if mean < self.needed(parent, kind, role) or (kind == "label" and len(group) == 1 and self.is_issue(parent)):
            return []
        return [leaf for child in group for leaf in self.as_leaf(child, None)]

    def as_leaf(self, node: Node, needed: float | None) -> list[tuple[Node, str]]:
        """The node as a leaf if its vote is as high as needed (None: any), else nothing."""
        enough = needed is None or self.vote(node) >= needed
        return [(node, self.kind_of(node))] if enough and self.is_item(node) else []

    def needed(self, parent: Node, kind: str, role: str) -> float:
        """The mean vote that brothers of this kind need to be issues."""
        needed = NEEDED[role]
        if kind in LIST_KINDS:
            needed = max(needed, ENOUGH)
        if kind == "bare":
            # Nothing but their place makes them headings, and they are the lowest that the bulletin has.
            needed = min(needed, 0.0)
        return max(needed, WITHIN_ISSUE) if self.is_issue(parent) else needed

    def is_issue(self, node: Node) -> bool:
        """Whether the node's own heading is that of an issue, and not of a whole 方面."""
        return node.line is not None and self.vote(node) >= ENOUGH and "方面" not in self.heading(node.line)

    def vote(self, node: Node) -> float:
        """How much the node looks like an issue."""
        if id(node) not in self.votes:
            self.votes[id(node)] = self._vote(node)
        return self.votes[id(node)]

    def _vote(self, node: Node) -> float:
        line = node.line
        if line is None:
            return 0.0
        if line.label and line.label.field not in {"statement", "suggestion"}:
            return FIELD
        score = self.words_vote(node)
        top = node.parent is None or node.parent.line is None
        if self.has_own_labels(node) or self.has_status(line) or self.has_field_behind(line):
            score += LABELLED
        elif not top and node.last > node.first + 1 and (not node.children or node.children[0].first > node.first + 1):
            score += BODY
        if node.kind in LIST_KINDS:
            score += ENTRY_KIND
        if self.label_before(node):
            score += WITHIN_FIELD
        return score

    def words_vote(self, node: Node) -> float:
        """How much the words of its heading sound like an issue."""
        line = node.line
        if line is None:
            return 0.0
        words = self.heading(line)
        if wording.is_aspect(words):
            return 0.0
        if line.kind in {"about", "label", "issue", "issue_ar"} or wording.names_problem(words) or line.label:
            return NAMED
        if wording.begins_as_measure(words):
            return MEASURE
        return STATED if wording.states_problem(words) or wording.ends_as_problem(words) else 0.0

    def heading(self, line: Line) -> str:
        """The first sentence after the marker, as far as a heading may reach."""
        if line.head not in self.headings:
            end = first_sentence_end(self.text, line.head, min(line.end, line.head + LONGEST))
            self.headings[line.head] = self.text[line.head : end]
        return self.headings[line.head]

    def role_of(self, node: Node, role: str) -> str:
        """The role of the part that the node heads: how much its children must look like issues."""
        if (id(node), role) not in self.roles:
            self.roles[id(node), role] = self._role_of(node, role)
        return self.roles[id(node), role]

    def _role_of(self, node: Node, role: str) -> str:
        if node.line is None or node.line.kind in {"about", "label"}:
            return role
        if role == "suggestions" or (role == "listed" and self.vote(node) >= ENOUGH):
            return "aside"
        words = self.heading(node.line)
        if wording.is_suggestions(words) and not wording.names_problem(words) and len(words) <= 40:
            return "suggestions"
        if wording.section_status(words):
            return "listed"
        top = node.parent is not None and node.parent.line is None
        if top and (wording.is_outlook(words) or wording.is_general(words)) and not wording.names_problem(words):
            return "aside"
        return role

    def kind_of(self, node: Node) -> str:
        """Whether a leaf is an issue or a suggestion."""
        if node.line and node.line.label and node.line.label.field == "suggestion":
            return "suggestion"
        roles = {self.role_of(n, "findings") for n in node.above()}
        return "suggestion" if "suggestions" in roles else "issue"

    def is_item(self, node: Node) -> bool:
        """Whether a node that could be a leaf is no heading of a part with nothing in it (（三）尚未启动的问题0个)."""
        if node.line is None:
            return False
        words = self.heading(node.line)
        if node.kind == "bare" and (wording.is_general(words) or wording.is_outlook(words) or wording.is_part(words)):
            return False
        return not (wording.section_status(words) and any(c.isdigit() for c in words)) and not (
            wording.is_suggestions(words) and not wording.names_problem(words) and len(words) <= 20
        )

    def has_status(self, line: Line) -> bool:
        """Whether a status stands in brackets at the end of the heading's first sentence, X不到位（已完成）."""
        found = _BRACKET.search(self.text, line.head, min(line.end, line.head + LONGEST))
        return found is not None and bool(wording.only_status(found[1]) or _HAS_FIELDS.search(found[1]))

    def has_field_behind(self, line: Line) -> bool:
        """Whether a field label of an issue stands behind the heading's first sentence, X突出。整改情况：…."""
        if line.label and line.label.field not in {"statement", "suggestion"}:
            return False
        behind, _ = trim(self.text, line.head + len(self.heading(line)), line.end, "。；， ")
        label = read_label(self.text, behind, line.end) if behind < line.end else None
        return label is not None and label.end < line.end and label.field in _OWN_FIELDS

    def has_own_labels(self, node: Node) -> bool:
        """Whether field labels stand directly in the node: in its unnumbered lines, or as the headings of its children.

        Labels between the children belong to the children.
        """
        if node.line is None:
            return False
        # （1）问题：… （2）整改情况：… where one child is a field, every child with a label is.
        fields = any(self.is_field(child) for child in node.children)
        children = [c for c in node.children if not (fields and c.line and c.line.label)]
        first = children[0].first if children else node.last
        if self.labels[first] > self.labels[node.first + 1]:
            return True
        # 1.X / （1）甲 / （2）乙 / 整改成效：… the label after the last of several entries is none of theirs.
        flat = len(children) > 1 and not any(child.children for child in children)
        late = self.labels[node.first + 1] == self.labels[first] == self.labels[children[-1].first] if flat else False
        return (
            late and self.labels[children[-1].first] < self.labels[node.last] and self.words_vote(children[-1]) < ENOUGH
        )

    @staticmethod
    def is_field(node: Node) -> bool:
        """Whether the node's heading is a field label, as in （1）整改措施：…."""
        return node.line is not None and _labels_field(node.line)

    def label_before(self, node: Node) -> bool:
        """Whether a field label of the parent stands before its first child: the children are then entries within that field."""
        parent = node.parent
        if parent is None or parent.line is None:
            return False
        return self.is_field(parent) or self.labels[parent.children[0].first] > self.labels[parent.first + 1]
