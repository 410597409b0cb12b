"""What looks wrong in a bulletin that was read."""

from itertools import pairwise

from pipeline.bulletins.leaves import Leaf
from pipeline.records import Item, Note, Span
from pipeline.text import trim

LONGEST_GAP = 40  # characters between the fields of an item that labels, numbers and status words take


def note_numbers(leaves: list[Leaf]) -> list[Note]:
    """Numbers that skip or repeat among brothers."""
    notes = []
    for before, after in pairwise(leaves):
        one, two = before.node.line, after.node.line
        if one is None or two is None or one.number is None or two.number is None or one.kind != two.kind:
            continue
        if before.node.parent is not after.node.parent and two.number <= 1:
            continue
        span = (two.start, two.head)
        if two.number == one.number:
            notes.append(Note("number_repeated", f"序号 {two.printed} 重复", span))
        elif two.number > one.number + 1:
            notes.append(Note("number_skipped", f"序号由 {one.printed} 跳到 {two.printed}", span))
        elif two.number < one.number and before.node.parent is after.node.parent:
            notes.append(Note("number_restarted", f"同一部分内序号由 {one.printed} 回到 {two.printed}", span))
    return notes


def note_items(text: str, items: list[Item]) -> list[Note]:
    """Items that lack what makes an item, and what of their text is in no field."""
    notes = []
    for item in items:
        if not item.measures and not item.outcome:
            notes.append(Note("no_measures", f"第 {item.n} 条没有读到整改内容", item.span))
        for gap in _gaps(item):
            start, end = trim(text, *gap, " \n。；：，、（）【】")
            if end - start > LONGEST_GAP:
                notes.append(Note("unread_text", f"第 {item.n} 条有 {end - start} 字没有归入任何部分", (start, end)))
    return notes


def _gaps(item: Item) -> list[Span]:
    """The parts of the item's span that are in none of its fields."""
    said = [item.statement_span, *(span for spans in item.spans.values() for span in spans)]
    if item.status_from == "item" and item.status_span:
        said.append(item.status_span)
    taken = sorted(span for span in said if item.span[0] <= span[0] < item.span[1])
    gaps, position = [], item.span[0]
    for start, end in taken:
        if start > position:
            gaps.append((position, start))
        position = max(position, end)
    return [*gaps, (position, item.span[1])]
