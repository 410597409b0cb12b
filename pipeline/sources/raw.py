"""What the reader of a format hands on: raw text, for `repair` to clean, and what the format knows of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipeline.records import Place, Recognition

_NO_BLANK_AFTER = "，。；：、！？（《“"
_NO_BLANK_BEFORE = "，。；：、！？）》”①②③④⑤⑥⑦⑧⑨⑩（【"
WIDEST = 100  # columns that a cell may claim; no table of a bulletin has as many


@dataclass(frozen=True, slots=True)
class Raw:
    """The text of one file before it is repaired: a paragraph, or a row of a table with tabs between its cells, a line.

    The spans of places and recognition point into this text.
    """

    text: str
    encoding: str
    paragraphs: bool = False  # whether the format tells paragraphs apart, so that no line is half of one
    places: tuple[Place, ...] = ()
    recognition: Recognition | None = None
    notes: tuple[str, ...] = ()  # parts of the file that were not read, each in a sentence


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table, and how many columns and rows it covers."""

    text: str
    columns: int = 1
    rows: int = 1


def join_lines(lines: Iterable[str]) -> str:
    """Put the paragraphs of a cell on one line, with a blank between two that no punctuation parts.

    >>> join_lines(["①建账；", "②清库。"]), join_lines(["党委书记", "办公室"])
    ('①建账；②清库。', '党委书记 办公室')
    """
    joined = ""
    for line in (" ".join(line.split()) for line in lines):
        parted = not joined or not line or joined[-1] in _NO_BLANK_AFTER or line[0] in _NO_BLANK_BEFORE
        joined += line if parted else f" {line}"
    return joined


def table_lines(rows: Sequence[Sequence[Cell]]) -> list[str]:
    r"""Write the rows as lines; a cell stands where it begins, and the others that it covers are empty.

    Above and below the table, a row of one cell over all columns is a line of its own.

    >>> table_lines([[Cell("方面"), Cell("问题")], [Cell("甲", rows=2), Cell("一")], [Cell("二")]])
    ['方面\t问题', '甲\t一', '\t二']
    """
    grid: list[list[str]] = []
    free: list[bool] = []  # whether no cell from above covers any of the row
    covered: dict[int, int] = {}  # column → rows that a cell from above still covers
    for row in rows:
        line: list[str] = []
        free.append(not covered)
        begun: dict[int, int] = {}
        for cell in row:
            while covered.get(len(line), 0):
                line.append("")
            for column in range(len(line), len(line) + min(cell.columns, WIDEST)):
                begun[column] = cell.rows
            line += [cell.text, *[""] * (min(cell.columns, WIDEST) - 1)]
        while covered.get(len(line), 0):
            line.append("")
        covered = {c: n - 1 for c, n in covered.items() if n > 1} | {c: n - 1 for c, n in begun.items() if n > 1}
        grid.append(line)
    width = max(map(len, grid), default=0)
    full = [n for n, line in enumerate(grid) if sum(map(bool, line)) > 1]
    lines = []
    for number, line in enumerate(grid):
        if not any(line):
            continue
        inside = full and (full[0] < number < full[-1] or not free[number])
        lines.append("\t".join([*line, *[""] * (width - len(line))]) if inside or number in full else "".join(line))
    return lines
