"""Clean text → bulletin. Pure: it knows no file and no clock."""

import math
from collections import Counter
from collections.abc import Iterator
from datetime import date
from itertools import zip_longest

from pipeline.bulletins.declared import read_declared
from pipeline.bulletins.ends import find_ends, outside_of_items, tail_without_items
from pipeline.bulletins.facts import read_facts
from pipeline.bulletins.headings import statement_span
from pipeline.bulletins.items import Surroundings, Told, make_item, refers
from pipeline.bulletins.leaves import Leaf, find_leaves
from pipeline.bulletins.lines import Line, read_lines
from pipeline.bulletins.marks import Marks, find_marks
from pipeline.bulletins.notes import note_items, note_numbers
from pipeline.bulletins.outline import Node, build_outline, mark_bare_headings
from pipeline.bulletins.parallel import find_answers, without_answers
from pipeline.bulletins.tables import Table, find_tables, note_columns, read_table
from pipeline.bulletins.totals import count_parts, status_from_totals
from pipeline.records import Bulletin, Fact, Item, Note, Span
from pipeline.text import first_sentence_end, trim


def parse(text: str) -> Bulletin:
    """The bulletin that the clean text is.

    Any text at all is read without an exception, in time linear in its length; what is no bulletin has no items and says so in
    its notes. Every span points into the text.
    """
    lines = read_lines(text)
    tables = find_tables(text, lines)
    lines = [line for line in lines if not any(table.span[0] <= line.start < table.span[1] for table in tables)]
    root = build_outline(text, lines)
    leaves = find_leaves(text, lines, root)
    if not leaves and mark_bare_headings(text, lines):
        root = build_outline(text, lines)
        leaves = find_leaves(text, lines, root)
    leaves = [leaf for leaf in leaves if not _heads_table(leaf, lines, tables)]
    answers = find_answers(text, lines, root, leaves)
    leaves = without_answers(leaves, answers)
    ends = find_ends(text, lines, leaves)
    tail = ends[-1] if ends else tail_without_items(text, lines)
    opening = _opening_end(lines, leaves, tail)
    facts, notes = read_facts(text, opening, tail)
    marks = find_marks(text)
    around = Surroundings(
        _feedback(facts),
        len({id(_part_of(leaf.node)) for leaf in leaves}) > 1,
        _told(text, marks, opening) | _listed(text, leaves),
        answers,
    )
    items = [make_item(text, marks, lines, leaf, end, around) for leaf, end in zip(leaves, ends, strict=True)]
    head = min((item.spans["unit"][0][0] for item in items if "unit" in item.spans), default=None)
    if head is None:
        outside = [part for span in outside_of_items(text, leaves, ends, tail) for part in _without(span, tables)]
    else:
        outside = [(0, head)]  # in a digest, what is said after the name of a unit is said of that unit
    leaves, items, listed = _without_mere_lists(leaves, items)
    declared, doubts = read_declared(text, outside)
    counts = count_parts(text, root, leaves, items)
    for table in tables:
        items += read_table(text, marks, table, around)
        listed += note_columns(text, table)
    items = status_from_totals(text, sorted(items, key=lambda item: item.span), declared)
    if any(item.unit for item in items):
        # A digest of several units is about none of them alone.
        facts = {key: fact for key, fact in facts.items() if key not in {"unit", "party_body"}}
    declared = {key: fact for key, fact in declared.items() if "_of_" not in key}
    notes += doubts + listed + note_numbers(leaves) + note_items(text, items)
    if not items:
        notes.append(Note("no_items", "没有读到反馈问题", None))
    return Bulletin(facts, declared, counts, tuple(items), tuple(notes))


def is_bulletin(bulletin: Bulletin) -> str | None:
    """Why this is no rectification bulletin, in Chinese; None where it is one."""
    if bulletin.items:
        return None
    if "title" in bulletin.facts:
        return "标题像整改通报，但没有读到任何反馈问题：可能只是转发、节选或图片版，请核对原文"
    return "没有整改通报的标题，也没有读到反馈问题：可能是新闻或其他文件，请核对后移出文件夹"


def _told(text: str, marks: Marks, opening: int) -> dict[int, Told]:
    """The issues that the opening lists by number: 存在以下问题：（1）…；（2）…."""
    told: dict[int, Told] = {}
    entries = marks.entries.within(0, opening)
    for entry, after in zip_longest(entries, entries[1:]):
        if entry.number == len(told) + 1:
            stop = min(after.start if after else opening, first_sentence_end(text, entry.end, opening))
            told[entry.number] = Told(trim(text, entry.end, stop, "；。 \n"), (stop, stop), None)
    return told


def _listed(text: str, leaves: list[Leaf]) -> dict[int, Told]:
    """The issues that a part lists by numbers of which each is used once, where another part refers to them by number."""
    named = {leaf.node.line.number: leaf for leaf in leaves if leaf.node.line and not refers(text, leaf.node.line)}
    referring = sum(bool(leaf.node.line and refers(text, leaf.node.line)) for leaf in leaves)
    if not referring or len(named) + referring < len(leaves):
        return {}
    told = {}
    for number, leaf in named.items():
        if number and leaf.node.line:
            start, stop, rest = statement_span(text, leaf.node.line, leaf.node.line.end)
            told[number] = Told((start, stop), trim(text, rest, leaf.node.line.end, "。；， "), leaf.node)
    return told


def _opening_end(lines: list[Line], leaves: list[Leaf], tail: int) -> int:
    """Where the first heading begins. Bullets are headings only where issues have them: a web page lists its own facts so."""
    kinds = {node.line.kind for leaf in leaves for node in (*leaf.node.above(), leaf.node) if node.line}
    return next((line.start for line in lines if line.kind and (line.kind != "bullet" or line.kind in kinds)), tail)


def _heads_table(leaf: Leaf, lines: list[Line], tables: list[Table]) -> bool:
    """Whether the heading is that of a part with a table, which holds the issues."""
    start = leaf.node.line.start if leaf.node.line else 0
    end = lines[leaf.node.last].start if leaf.node.last < len(lines) else math.inf
    return any(start < table.span[0] < end for table in tables)


def _without(span: Span, tables: list[Table]) -> Iterator[Span]:
    """The parts of the span that are in no table."""
    start, end = span
    for table in tables:
        if start < table.span[1] and table.span[0] < end:
            if start < table.span[0]:
                yield start, table.span[0]
            start = table.span[1]
    if start < end:
        yield start, end


def _part_of(node: Node) -> Node:
    """The highest heading above the node, or the node itself."""
    return (*node.above(), node)[0]


def _without_mere_lists(leaves: list[Leaf], items: list[Item]) -> tuple[list[Leaf], list[Item], list[Note]]:
    """Without the issues of a part that only lists them, where another part says what was done about them."""
    parts: dict[int, list[int]] = {}
    for index, leaf in enumerate(leaves):
        parts.setdefault(id(_part_of(leaf.node)), []).append(index)
    done = {item.statement: n for n, part in parts.items() for item in (items[i] for i in part) if _has_content(item)}
    stated = Counter(item.statement_span for item in items)  # twice where another heading refers to it by number
    mere = {i for i, item in enumerate(items) if stated[item.statement_span] > 1 and _states_itself(item)}
    for number, part in parts.items():
        elsewhere = {statement for statement, n in done.items() if n != number}
        listed = [not _has_content(items[i]) or _repeats(items[i], elsewhere) for i in part]
        bare = [not _has_content(items[i]) for i in part]
        if len(part) > 1 and all(listed) and any(bare):
            mere |= set(part)
    if not mere or len(mere) == len(items):
        return leaves, items, []
    span = (items[min(mere)].span[0], items[max(mere)].span[1])
    notes = [
        Note("issues_only_listed", f"有 {len(mere)} 条只列出问题、没有整改内容，另一部分另有逐条整改，未重复计入", span)
    ]
    kept = [i for i in range(len(items)) if i not in mere]
    return [leaves[i] for i in kept], [items[i] for i in kept], notes


def _states_itself(item: Item) -> bool:
    return item.span[0] <= item.statement_span[0] < item.span[1]


def _has_content(item: Item) -> bool:
    return bool(item.measures or item.outcome)


def _repeats(item: Item, statements: set[str]) -> bool:
    """Whether what reads like the measures of an issue are statements of issues: a group of a list, and its members."""
    said = [measure.text.strip("；。 ") for measure in item.measures]
    return bool(said) and all(words in statements for words in said)


def _feedback(facts: dict[str, Fact]) -> date | None:
    for key in ("feedback_date", "inspected_to", "published_date"):
        if key in facts:
            return date.fromisoformat(str(facts[key].value))
    return None
