"""Where characters stand on a page → rows in reading order. Boxes are in points from the top left corner of the page."""

import math
import re
from bisect import bisect
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

from pipeline.lexicon.labels import read_label
from pipeline.text import HAN

Box = tuple[float, float, float, float]  # left, top, right, bottom

_WIDE = re.compile(f"[{HAN}\u3000-\u303f\uff00-\uffef]")
_DIGITS = re.compile(r"\d+")
_DASHES = re.compile("[-–—―─_·•一]")  # around the number of a page; a scan confuses them
FIGURES = re.compile("[0-9〇零一二两三四五六七八九十百千万亿]")
MARGIN = 0.12  # of the height of a page: where its head and its foot are looked for
INDENT = 0.85  # characters from the margin from which on a row is indented
_FEWEST_ROWS = 6  # of two columns
_FEWEST_CHARS = 8  # of a row in each of them
_GUTTER = 6.0  # points
SURE = 0.95  # confidence from which on a recognised figure is trusted, see docs/forms.md


@dataclass(frozen=True, slots=True)
class Char:
    """A character and its box."""

    text: str
    box: Box
    confidence: float = 1.0  # that it is this one, where it was recognised


@dataclass(frozen=True, slots=True)
class Row:
    """A printed row, or the part of one that stands in a column or cell."""

    text: str
    box: Box
    size: float  # height of its characters
    indented: bool = False
    short: float = math.inf  # characters that it ends before the right margin
    doubts: tuple[int, ...] = ()  # places in the text of the figures that were recognised with little confidence


def rows_of(chars: Iterable[Char]) -> list[Row]:
    """Gather characters into rows from top to bottom, each from left to right."""
    rows = [_row(group) for group in _groups(chars)]
    return [row for row in rows if row.text.strip()]


def _groups(chars: Iterable[Char]) -> list[list[Char]]:
    """Gather characters by their height on the page.

    Where a font says nothing of its height, the box of a character is its ink: that of 一 or a comma is low, and they belong to
    the row whose other characters stand beside them.
    """
    found = list(chars)
    if not found:
        return []
    low = 0.6 * median(char.box[3] - char.box[1] for char in found)
    groups = _by_middle(char for char in found if char.box[3] - char.box[1] >= low)
    middles, typical = [_middle(group[0]) for group in groups], low / 0.6
    apart: list[Char] = []
    for char in (char for char in found if char.box[3] - char.box[1] < low):
        after = bisect(middles, _middle(char))
        near = [
            n for n in (after - 1, after) if 0 <= n < len(groups) and abs(middles[n] - _middle(char)) < 0.7 * typical
        ]
        nearest = min(near, key=lambda n: abs(middles[n] - _middle(char)), default=None)
        (groups[nearest] if nearest is not None else apart).append(char)
    groups += _by_middle(apart)
    groups.sort(key=lambda group: _middle(group[0]))
    for group in groups:
        group.sort(key=lambda c: c.box[0])
    return groups


def _by_middle(chars: Iterable[Char]) -> list[list[Char]]:
    groups: list[list[Char]] = []
    middle = 0.0
    for char in sorted(chars, key=_middle):
        here, height = _middle(char), char.box[3] - char.box[1]
        if groups and abs(here - middle) < height * 0.45:
            groups[-1].append(char)
        else:
            groups.append([char])
            middle = here
    return groups


def _middle(char: Char) -> float:
    return (char.box[1] + char.box[3]) / 2


def _row(group: list[Char]) -> Row:
    size = median(c.box[3] - c.box[1] for c in group)
    words = group[0].text
    doubts = [0] if _is_doubtful(group[0]) else []
    for before, after in pairwise(group):
        gap = after.box[0] - before.box[2]
        wide = _WIDE.match(before.text) and _WIDE.match(after.text)
        if gap > size * (0.8 if wide else 0.18):
            words += " " * (2 if gap > size * 1.8 else 1)
        if _is_doubtful(after):
            doubts.append(len(words))
        words += after.text
    lead = len(words) - len(words.lstrip())
    return Row(words.strip(), around(c.box for c in group), size, doubts=tuple(n - lead for n in doubts if n >= lead))


def _is_doubtful(char: Char) -> bool:
    return char.confidence < SURE and bool(FIGURES.match(char.text))


def around(boxes: Iterable[Box]) -> Box:
    """Give the box around these boxes."""
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


def holds(box: Box, char: Char) -> bool:
    """Whether the middle of the character is in the box."""
    across, down = (char.box[0] + char.box[2]) / 2, (char.box[1] + char.box[3]) / 2
    return box[0] <= across <= box[2] and box[1] <= down <= box[3]


def in_columns(chars: Sequence[Char], width: float) -> list[list[Row]]:
    """Give the rows of a page in reading order, those of each column together: one list where there is one column.

    A row over both columns, as a title is, parts what stands above it from what stands below.

    Parameters
    ----------
    chars
        The characters of the page, in any order.
    width
        Of the page, in points.
    """
    groups = _groups(chars)
    gutter = _find_gutter(groups, width)
    if gutter is None:
        return [rows_of(chars)]
    pieces: list[list[Row]] = []
    band: tuple[list[Char], list[Char]] = ([], [])
    for group in groups:
        left, right = [c for c in group if c.box[2] <= gutter], [c for c in group if c.box[0] >= gutter]
        crosses = len(left) + len(right) < len(group)
        if crosses or (left and right and right[0].box[0] - left[-1].box[2] < _GUTTER):
            pieces += [rows_of(side) for side in band] + [rows_of(group)]
            band = ([], [])
        else:
            band[0].extend(left)
            band[1].extend(right)
    return [rows for rows in [*pieces, *(rows_of(side) for side in band)] if rows]


def _find_gutter(groups: Sequence[list[Char]], width: float) -> float | None:
    """Find the white strip in the middle that parts two columns: most rows go on on both sides of it, and none in it."""
    parted: Counter[int] = Counter()
    for group in groups:
        for n, (before, after) in enumerate(pairwise(group), start=1):
            if after.box[0] - before.box[2] >= _GUTTER and min(n, len(group) - n) >= _FEWEST_CHARS:
                parted.update(range(math.ceil(before.box[2]), math.floor(after.box[0]) + 1))
    middle = [(count, x) for x, count in parted.items() if 0.35 * width < x < 0.65 * width]
    most = max((count for count, _ in middle), default=0)
    if most < max(_FEWEST_ROWS, 0.6 * len(groups)):
        return None
    strip = sorted(x for count, x in middle if count == most)
    return float(strip[len(strip) // 2])


def mark_margins(pages: Sequence[list[Row]]) -> list[list[Row]]:
    """Mark the rows that begin to the right of the left margin, and how far from the right one they end.

    The margins are those of all these pages or columns, which must be of one kind.
    """
    rows = [row for page in pages for row in page]
    if not rows:
        return list(pages)
    widest = max(row.box[2] - row.box[0] for row in rows)
    long = [row for row in rows if row.box[2] - row.box[0] > 0.6 * widest]
    left = _shared(sorted(row.box[0] for row in rows))
    right = _shared(sorted((row.box[2] for row in long), reverse=True))
    return [
        [
            replace(row, indented=row.box[0] > left + INDENT * row.size, short=max(0.0, right - row.box[2]) / row.size)
            for row in page
        ]
        for page in pages
    ]


def _shared(edges: list[float]) -> float:
    """Give the first edge at which two rows and more begin or end, so that a single one that stands out is no margin."""
    return next((a for a, b in pairwise(edges) if abs(a - b) < 3), edges[0])


def furniture(pages: Sequence[Sequence[Row]], heights: Sequence[float]) -> set[tuple[int, int]]:
    """Find heads and feet of pages: at the same height of most pages the same words, but for numbers.

    A field of an item (整改状态：已完成) is none, though two of them may stand at the same height.

    Returns the (page, row) of each, both counted from 0.
    """
    places: defaultdict[str, list[tuple[int, int, float]]] = defaultdict(list)
    for page, (rows, height) in enumerate(zip(pages, heights, strict=True)):
        for number, row in enumerate(rows):
            if row.box[3] < height * MARGIN or row.box[1] > height * (1 - MARGIN):
                said = "".join(row.text.split())
                if read_label(said, 0, len(said)):
                    continue
                words = _DIGITS.sub("#", _DASHES.sub("", said))
                places[words].append((page, number, round(row.box[1] / 4)))
    found: set[tuple[int, int]] = set()
    for at in places.values():
        common, _ = Counter(y for *_, y in at).most_common(1)[0]
        same = [(page, number) for page, number, y in at if abs(y - common) <= 1]
        if len({page for page, _ in same}) >= max(2, 0.6 * (len(pages) - 1)):
            found.update(same)
    return found
