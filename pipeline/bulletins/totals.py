"""Totals against items: the status that totals give to all, and what headings state about their parts."""

import re
from bisect import bisect_left, bisect_right
from dataclasses import replace

from pipeline.bulletins import wording
from pipeline.bulletins.declared import ALL
from pipeline.bulletins.headings import group_span
from pipeline.bulletins.leaves import Leaf
from pipeline.bulletins.outline import Node
from pipeline.numerals import read_whole
from pipeline.records import Count, Fact, Item

# （一）已整改完成的问题16个  （二）正在整改的3个问题  三、……（5个问题）: 1 or 2 the number
_STATED_COUNT = re.compile(
    r"(\d{1,3}|[一二三四五六七八九十]{1,3})[个项条](?:具体)?(?:问题|事项|意见建议)?）?。?$|(?:问题|事项|建议)（?(?:共)?(\d{1,3})[个项条]"
)


def status_from_totals(text: str, items: list[Item], declared: dict[str, Fact]) -> list[Item]:
    """Gives items without a status the one that the totals state for all of their kind."""
    for kind, total in (("issue", "issues"), ("suggestion", "suggestions")):
        said = _status_of_all(kind, total, declared)
        if said:
            status, fact = said
            words = text[slice(*fact.span)]
            items = [
                replace(item, status=status, status_from="declared", status_text=words, status_span=fact.span)
                if item.kind == kind and item.status == "not_stated"
                else item
                for item in items
            ]
    return items


def _status_of_all(kind: str, total: str, declared: dict[str, Fact]) -> tuple[str, Fact] | None:
    if kind == "suggestion" and "done_of_suggestions" in declared and declared["done_of_suggestions"].value == ALL:
        return "done", declared["done_of_suggestions"]
    if total not in declared or not declared[total].value:
        return None
    for status in ("done_ongoing", "done", "in_progress", "not_started"):
        key = status if kind == "issue" else f"{status}_of_suggestions"
        if key in declared and declared[key].value == declared[total].value:
            return status, declared[key]
    return None


def count_parts(text: str, root: Node, leaves: list[Leaf], items: list[Item]) -> tuple[Count, ...]:
    """The numbers that headings state about the part below them, with what the part lists."""
    firsts = [leaf.node.first for leaf in leaves]
    counts: list[Count] = []
    stack = root.children[::-1]
    while stack:
        node = stack.pop()
        low, high = bisect_right(firsts, node.first), bisect_left(firsts, node.last)
        if node.line is None or low == high:
            continue
        stack += node.children[::-1]
        line = node.line
        found = _STATED_COUNT.search(text, line.head, line.end) if line.end - line.head <= 100 else None
        if found is None or (value := read_whole(found[1] or found[2])) is None:
            continue
        words = text[line.head : line.end]
        what = wording.section_status(words) or ("suggestions" if wording.is_suggestions(words) else "issues")
        span = found.span(1) if found[1] else found.span(2)
        heading = text[slice(*group_span(text, line))] or words
        counts.append(Count(heading, what, value, high - low, span, (items[low].span[0], items[high - 1].span[1])))
    return tuple(counts)
