"""Where the characters of a cleaned text come from: cleaning only deletes and replaces one character by one."""

from bisect import bisect_right
from collections.abc import Iterable

Offsets = tuple[tuple[int, ...], tuple[int, ...]]


def cut(text: str, holes: Iterable[tuple[int, int]]) -> tuple[str, Offsets]:
    """The text without the holes (spans, in order, none overlapping), and the offsets from it back to the text.

    >>> cut("一**二**三", [(1, 3), (4, 6)])
    ('一二三', ((0, 1, 2), (0, 3, 6)))
    """
    kept: list[str] = []
    clean: list[int] = []
    raw: list[int] = []
    length = position = 0
    for start, end in (*holes, (len(text), len(text))):
        if start > position or not clean:
            clean.append(length)
            raw.append(position)
            kept.append(text[position:start])
            length += start - position
        position = end
    return "".join(kept), (tuple(clean), tuple(raw))


def chain(inner: Offsets, outer: Offsets, length: int) -> Offsets:
    """The offsets of two cuts made one after the other: inner leads from the final text of this length to outer's text."""
    clean, raw = [], []
    ends = (*inner[0][1:], length)
    for start, middle, end in zip(*inner, ends, strict=True):
        clean.append(start)
        raw.append(source_position(outer, middle))
        first = bisect_right(outer[0], middle)
        for index in range(first, bisect_right(outer[0], middle + end - start - 1)):
            clean.append(start + outer[0][index] - middle)
            raw.append(outer[1][index])
    return tuple(clean), tuple(raw)


def source_position(offsets: Offsets, position: int) -> int:
    """Where the character at this position of the cleaned text stands in the text before cleaning.

    >>> source_position(((0, 1, 2), (0, 3, 6)), 2)
    6
    """
    clean, raw = offsets
    index = max(0, bisect_right(clean, position) - 1)
    return raw[index] + position - clean[index] if clean else position


def clean_span(offsets: Offsets, span: tuple[int, int], length: int) -> tuple[int, int]:
    """Give what is left of a span of the text before cleaning, in the cleaned text of this length; it may be empty.

    >>> [clean_span(((0, 1, 2), (0, 3, 6)), span, 3) for span in ((0, 1), (1, 3), (2, 7))]
    [(0, 1), (1, 1), (1, 3)]
    """
    return _clean_position(offsets, span[0], length), _clean_position(offsets, span[1], length)


def _clean_position(offsets: Offsets, position: int, length: int) -> int:
    clean, raw = offsets
    index = bisect_right(raw, position) - 1
    if index < 0:
        return 0
    end = clean[index + 1] if index + 1 < len(clean) else length
    return min(clean[index] + position - raw[index], end)
