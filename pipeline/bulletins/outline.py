"""Lines → the tree of the document, from the order in which kinds of markers nest.

No template: a kind of marker that is open is a brother of the open one, another kind is its child. Restarts, gaps and
misprints of the numbers do not matter to the tree.
"""

import re
from dataclasses import dataclass, field

from pipeline.bulletins.lines import Line
from pipeline.bulletins.wording import begins_as_measure, ends_in_problem, names_problem, states_problem
from pipeline.lexicon.cues import opens_with_cue
from pipeline.text import first_sentence_end

LIST_KINDS = frozenset({"is", "circled", "first", "bullet", "entry"})
_TWINS = {"cn": "cn_paren", "cn_paren": "cn", "ar": "ar_paren", "ar_paren": "ar"}  # easily printed one for the other
ENTRY = "entry"  # a list entry that uses the kind of marker of the headings around it


@dataclass(slots=True, eq=False)
class Node:
    """A heading or list entry with all that stands below it."""

    kind: str
    line: Line | None  # None for the document itself
    first: int  # index of its line
    last: int  # index after its last line
    parent: "Node | None" = None
    children: list["Node"] = field(default_factory=list)
    labelled: bool = False  # a field label has stood in it since it began
    entries: int = 0  # number of the last entry of a list inside it that uses its own kind of marker

    def above(self) -> list["Node"]:
        """The headings above, outermost first, the document not included."""
        chain = []
        node = self.parent
        while node is not None and node.line is not None:
            chain.append(node)
            node = node.parent
        return chain[::-1]


def build_outline(text: str, lines: list[Line]) -> Node:
    """The tree of the document."""
    mark_labelled_headings(text, lines)
    mark_plain_headings(text, lines)
    root = Node("document", None, -1, len(lines))
    stack = [root]
    seen: set[str] = set()
    for index, line in enumerate(lines):
        if line.kind is None:
            _note_label(stack, line)
            continue
        _mend_kind(stack, line, seen)
        seen.add(line.kind)
        place = _place(text, stack, line)
        for node in stack[place:]:
            node.last = index
        del stack[place:]
        inner = line.kind == stack[-1].kind
        node = Node(ENTRY if inner else line.kind, line, index, len(lines), stack[-1])
        if inner:
            stack[-1].entries = line.number or 0
        stack[-1].children.append(node)
        stack.append(node)
        if line.label and line.label.field not in {"statement", "suggestion"}:
            node.parent.labelled = True  # type: ignore[union-attr]  # a node made here has a parent
    return root


def _note_label(stack: list[Node], line: Line) -> None:
    if line.label:
        for node in stack[1:]:
            node.labelled = True


def _mend_kind(stack: list[Node], line: Line, seen: set[str]) -> None:
    """（三） followed by 四、: a kind never met before that goes on with the number of its open twin is a misprint of it."""
    lost = next((n for n in stack if line.kind == "label" and n.line is not None and _same_label(n.line, line)), None)
    if lost is not None:
        line.kind = lost.kind  # 2.问题：… / 问题：… / 4.问题：…: a number that was lost
        return
    twin = _TWINS.get(line.kind or "")
    if twin is None or line.kind in seen or not line.number or line.number == 1:
        return
    if any(n.kind == twin and n.line is not None and n.line.number == line.number - 1 for n in stack):
        line.kind = twin


def _same_label(one: Line, other: Line) -> bool:
    """Whether a numbered line and one without a number announce an issue by the same words."""
    return (
        one.kind not in {"label", "plain"} and one.label is not None and other.label is not None
        and one.label.words == other.label.words
    )  # fmt: skip


def _place(text: str, stack: list[Node], line: Line) -> int:
    """How much of the stack stays open above the new node."""
    for depth in range(len(stack) - 1, 0, -1):
        node = stack[depth]
        if node.kind == ENTRY and node.line is not None and node.line.kind == line.kind:
            continue
        if node.kind == line.kind:
            return depth + 1 if _is_entry(text, node, line) else depth
    if line.kind in {"part", "cn", "cn_paren"}:
        return next((i for i, node in enumerate(stack) if node.kind in LIST_KINDS), len(stack))
    if line.kind == "plain":
        # An unnumbered heading stands above the numbered ones that follow it, whatever is open.
        return _place_plain(stack, line)
    return len(stack)


def _place_plain(stack: list[Node], line: Line) -> int:
    """A plain heading goes above the kind of the line after it, which `mark_plain_headings` left in `printed`."""
    for depth in range(1, len(stack)):
        if stack[depth].kind == line.printed:
            return depth
    return len(stack)


def _is_entry(text: str, node: Node, line: Line) -> bool:
    """Whether a line with the node's own kind of marker is an entry of a list inside it, not its brother.

    1.关于X问题的整改 / 整改措施： / 1.召开会议 / 2.制定方案 / 2.关于Y问题的整改
    """
    if not node.labelled or line.number is None or node.line is None:
        return False
    words = text[line.head : min(line.end, line.head + 200)]
    if names_problem(words) or (states_problem(words[:40]) and not begins_as_measure(words)):
        return False
    if line.number == node.entries + 1 and line.number != (node.line.number or 0) + 1:
        return True
    return (
        line.number == node.entries + 1
        and begins_as_measure(words)
        and not begins_as_measure(text[node.line.head : node.line.head + 40])
    )


# The name of a party organisation alone on its line.
ORGANISATION = re.compile(r"[\u3400-\u9fff（）]{3,30}(?:党组|党委|党工委|党总支|党支部)")
_BELOW_PLAIN = frozenset({"ar", "cn_paren", "ar_paren", "decimal", "label", "about", "issue", "issue_ar"})


def mark_plain_headings(text: str, lines: list[Line]) -> None:
    """Marks unnumbered headings: a short line without a full stop that stands just before a numbered one.

    Their `printed` holds the kind of the line that follows, above which they stand.
    """
    for index in range(1, len(lines) - 1):
        line, before, after = lines[index], lines[index - 1], lines[index + 1]
        organisation = ORGANISATION.fullmatch(text, line.start, line.end) is not None
        if organisation and index + 2 < len(lines):
            # 云栖大学经济学院党委 / 反馈问题7个，完成6个。 / 1.问题：
            first = lines[index + 2]
            after = first if after.kind is None and first.kind in _BELOW_PLAIN and first.number in {1, None} else after
        opens_item = after.label is not None and after.label.field == "statement"
        if (
            line.kind is not None
            or line.label
            or opens_with_cue(text[line.start : line.start + 20])
            or after.kind not in _BELOW_PLAIN
            or (after.label and not opens_item)
        ):
            continue
        complete = text[before.end - 1] in "。；：！？" or before.kind is not None or before.label is not None
        words = text[line.start : line.end]
        stated = states_problem(text[after.head : first_sentence_end(text, after.head, after.end)])
        if complete and (organisation or _is_plain_heading(words, opens_item, after.kind or "", stated)):
            line.kind, line.printed = "plain", after.kind


def _is_plain_heading(words: str, opens_item: bool, above: str, stated: bool) -> bool:
    """Whether an unnumbered line before a marker of the kind `above` is a heading.

    `stated`: the line after it states a problem, so that 加强基层治理 before it is a group of problems, no measure.
    """
    if len(words) > 80 or any(c in words[:-1] for c in "。；：") or words[-1] in "；：，":
        return False
    if words.endswith("。"):
        return len(words) <= 40 and above in {"ar", "cn_paren", "decimal"} and ends_in_problem(words.rstrip("。"))
    if states_problem(words) or words.endswith("方面") or (opens_item and len(words) <= 30):
        return True
    return (
        len(words) <= 40
        and "，" not in words
        and above in {"ar", "cn_paren", "decimal"}
        and (stated or not begins_as_measure(words))
    )


def mark_labelled_headings(text: str, lines: list[Line]) -> None:
    """Marks unnumbered headings of issues: short lines each directly before 整改措施： or the like, where a bulletin has them.

    A line of 方面 or in 【】 before such a heading is marked as standing above.
    """
    found = [
        i
        for i in range(1, len(lines) - 1)
        if _is_bare(text, lines[i]) and _is_own_label(lines[i + 1]) and not _is_open(lines[i - 1])
    ]
    if len(found) < FEWEST_BARE:
        return
    for index in found:
        lines[index].kind = "bare"
        above = lines[index - 1]
        if above.kind is None and above.label is None and _GROUP_LINE.fullmatch(text, above.start, above.end):
            above.kind, above.printed = "plain", "bare"


def _is_own_label(line: Line) -> bool:
    return line.kind is None and line.label is not None and line.label.field in {"measures", "cause", "progress"}


def _is_open(line: Line) -> bool:
    """Whether the line is a numbered heading, of which the next one may be the text."""
    return line.kind not in {None, "cn", "cn_paren", "part", "plain", *LIST_KINDS} and line.label is None


def mark_bare_headings(text: str, lines: list[Line]) -> bool:
    """Marks the headings of a bulletin that numbers none: short lines without a full stop, each before its own paragraphs.

    Lines before them that are headings too (…方面) are marked as standing above. Returns whether there are enough of them to be
    a habit of this bulletin.
    """
    bare = [i for i in range(1, len(lines) - 1) if _is_bare(text, lines[i]) and not _is_bare(text, lines[i + 1])]
    bare = [
        i
        for i in bare
        if lines[i + 1].kind is None or lines[i + 1].kind in LIST_KINDS or lines[i + 1].kind == "ar_paren"
    ]
    if len(bare) < FEWEST_BARE:
        return False
    for index in bare:
        lines[index].kind = "bare"
        above = lines[index - 1]
        if _is_bare(text, above):
            above.kind, above.printed = "plain", "bare"
    return True


def _is_bare(text: str, line: Line) -> bool:
    words = text[line.start : line.end]
    return (
        line.kind is None and not line.label and not line.cue and 4 <= len(words) <= 40
        and not any(c in words for c in "。；：，") and not _NO_HEADING.search(words)
    )  # fmt: skip


FEWEST_BARE = 3
_GROUP_LINE = re.compile(r"【[^】]{2,40}】|.{2,40}方面")
_NO_HEADING = re.compile(r"(?:通报|公告|公示|报告|委员会|党组|党委|党支部|党总支)$|\d{4}年\d{1,2}月|^\d+$")
