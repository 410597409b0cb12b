"""Tables that text has lost the shape of → rows whose cells are parted by tabs, as every reader gives them.

Markdown parts cells by bars; a page whose table is copied as text has one cell a line. Characters are only replaced one by one, so
positions stay. Where the cells of a row cannot be told with certainty, the text is left as it is.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from pipeline.lexicon.columns import FEWEST_COLUMNS, column_of, is_header

Span = tuple[int, int]

_LINE = re.compile(r"[^\n]+")
_BARS = 2  # bars of a line from which on it may be a row
_RULE = re.compile(r"[|\-:：\s]+")  # | --- | --- |
_LONGEST_HEAD = 14  # characters of the head of a column
_HEADING = re.compile(r"\s*(?:[一二三四五六七八九十]{1,3}[、.]|[（(][一二三四五六七八九十]{1,3}[)）]).{2,40}")
_BLANKS = " \t\u3000\xa0\r"


def part_cells(text: str) -> str:
    r"""Put tabs between the cells of tables that have bars or line breaks there.

    >>> part_cells("| 问题 | 整改措施 | 状态 |\n| --- | --- | --- |\n| 甲 | 乙 | 丙 |").split("\n")[2]
    '  甲 \t 乙 \t 丙  '
    >>> part_cells("序号\n问题\n整改措施\n1\n甲\n乙\n2\n丙\n丁")
    '序号\t问题\t整改措施\n1\t甲\t乙\n2\t丙\t丁'
    """
    characters = list(text)
    lines = [span for found in _LINE.finditer(text) if (span := _trim(text, *found.span()))]
    for block in _barred(text, lines):
        for start, end in block:
            _part_at_bars(characters, text, start, end)
    for row in _flattened(text, lines):
        for (_, end), (start, _) in pairwise(row):
            characters[end:start] = "\t" + " " * (start - end - 1)
    return "".join(characters)


def _trim(text: str, start: int, end: int) -> Span | None:
    while start < end and text[start] in _BLANKS:
        start += 1
    while end > start and text[end - 1] in _BLANKS:
        end -= 1
    return (start, end) if start < end else None


def _barred(text: str, lines: Sequence[Span]) -> Iterator[list[Span]]:
    """Give the lines of each table with bars: those that follow a header with bars."""
    block: list[Span] = []
    for start, end in lines:
        barred = text.count("|", start, end) >= _BARS
        heads = ["".join(cell.split()) for cell in text[start:end].strip("|").split("|")] if barred else []
        if barred and (block or is_header(heads)):
            block.append((start, end))
        elif block:
            yield block
            block = []
    if block:
        yield block


def _part_at_bars(characters: list[str], text: str, start: int, end: int) -> None:
    rule = _RULE.fullmatch(text, start, end) is not None
    for place in range(start, end):
        if text[place] == "|":
            characters[place] = " " if place in {start, end - 1} else "\t"
        elif rule:
            characters[place] = " "


def _flattened(text: str, lines: Sequence[Span]) -> Iterator[list[Span]]:
    """Give the cells of each row of the tables with one cell a line, the header first."""
    number = 0
    while number < len(lines):
        heads = _heads(text, lines, number)
        rows, after = _rows(text, lines, number + len(heads), len(heads)) if heads else ([], number)
        if len(rows) > 1:
            yield lines[number : number + len(heads)]  # type: ignore[misc]  # a slice of a list
            yield from rows
            number = after
        else:
            number += 1


def _heads(text: str, lines: Sequence[Span], first: int) -> list[str]:
    """Give the heads of a table that begins at this line with the number of the row."""
    heads: list[str] = []
    for start, end in lines[first:]:
        words = "".join(text[start:end].split())
        if len(words) > _LONGEST_HEAD or column_of(words) is None or _HEADING.fullmatch(text, start, end):
            break
        heads.append(words)
        if len(heads) == 1 and column_of(words) != "n":
            return []
    return heads if len(heads) >= FEWEST_COLUMNS and is_header(heads) else []


def _rows(text: str, lines: Sequence[Span], first: int, width: int) -> tuple[list[list[Span]], int]:
    """Give the rows from this line on and the line after them; none where any row has not as many cells as the header."""
    rows: list[list[Span]] = []
    place = first
    while place < len(lines):
        number = str(len(rows) + 1)
        at = place + 1 if _HEADING.fullmatch(text, *lines[place]) and place + 1 < len(lines) else place
        if text[slice(*lines[at])].rstrip(".、") != number:
            break
        row = list(lines[at : at + width])
        following = str(len(rows) + 2)
        if len(row) < width or any(text[slice(*cell)] == following for cell in row[1:]):
            return [], first
        rows.append(row)
        place = at + width
    return rows, place
