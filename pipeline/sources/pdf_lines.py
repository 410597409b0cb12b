"""The lines drawn on a page of a PDF → the cells of its tables: PDFium gives the lines, pdfplumber's own rules make cells of them.

pdfplumber by itself would read every page again with pdfminer, which takes ten times as long as all the rest.
"""
# ruff: noqa: PLC0415  both libraries take long to load

import ctypes
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, TypeAlias

from pipeline.sources.pdf_layout import Box

if TYPE_CHECKING:
    from pypdfium2 import PdfPage

Point = tuple[float, float]
_Object: TypeAlias = Any  # PDFium's handle
MOST_THINGS = 200_000  # on a page that are looked at
MOST_PATHS = 20_000  # drawn things on a page from which on it is a picture and no table
MOST_EDGES = 2_000  # that remain when those in one line are joined
FEWEST_EDGES = 6  # of a table of two rows and columns
_DEEPEST = 8  # drawings within drawings
_NEAR = 3.0  # points that two lines of a table may differ and be one
_STRAIGHT = 0.2  # points that a line may fall or lean


@dataclass(frozen=True, slots=True)
class Cells:
    """A table as it is drawn on a page."""

    boxes: list[Box]  # in points from the top left corner of the page as it is stored
    cut: bool  # whether the page ends within its last row


def find_cells(page: "PdfPage") -> list[Cells]:
    """Find the tables; where a browser cuts a row at the end of a page it draws no line, and its cells end with their sides."""
    left, bottom, _, top = page.get_mediabox()
    paths = list(_paths(page))
    if len(paths) > MOST_PATHS:
        return []
    whole = 0.97 * (top - bottom)  # as high as the page: its background, no table
    edges = [edge for path in paths for edge in _edges(path, left, top) if edge["height"] < whole]
    upright = [edge for edge in edges if edge["orientation"] == "v"]
    if len(edges) < FEWEST_EDGES or not upright:
        return []
    low = max(edge["bottom"] for edge in upright)
    ends = (min(edge["top"] for edge in upright), low)
    cut = not any(abs(edge["bottom"] - low) <= _NEAR for edge in edges if edge["orientation"] == "h")
    across = min(edge["x0"] for edge in upright), max(edge["x1"] for edge in upright)
    edges += [_edge((across[0], end), (across[1], end), "h") for end in ends]
    return [Cells(boxes, cut and max(b[3] for b in boxes) >= low - _NEAR) for boxes in _tables(edges)]


def _tables(edges: list[dict[str, Any]]) -> list[list[Box]]:
    """Make cells of edges as pdfplumber does with its settings as they come, and tables of cells that touch."""
    from pdfplumber import table
    from pdfplumber.utils.geometry import filter_edges

    merged = table.merge_edges(filter_edges(edges, min_length=1), _NEAR, _NEAR, _NEAR, _NEAR)
    long = filter_edges(merged, min_length=_NEAR)
    if not FEWEST_EDGES <= len(long) <= MOST_EDGES:
        return []
    cells = table.intersections_to_cells(table.edges_to_intersections(long, _NEAR, _NEAR))
    return [
        [(float(a), float(b), float(c), float(d)) for a, b, c, d in boxes] for boxes in table.cells_to_tables(cells)
    ]


def _paths(page: "PdfPage") -> Iterator[list[list[Point]]]:
    """Give the strokes of each drawn thing, as points in the page's own measure."""
    from pypdfium2 import raw as pdfium

    things = (pdfium.FPDFPage_GetObject(page, n) for n in range(min(pdfium.FPDFPage_CountObjects(page), MOST_THINGS)))
    for thing in things:
        yield from _strokes(thing, (), 0)


def _strokes(thing: _Object, outer: tuple[Any, ...], depth: int) -> Iterator[list[list[Point]]]:
    from pypdfium2 import raw as pdfium

    kind = pdfium.FPDFPageObj_GetType(thing)
    if kind == pdfium.FPDF_PAGEOBJ_PATH:
        yield _points(thing, (_matrix(thing), *outer))
    elif kind == pdfium.FPDF_PAGEOBJ_FORM and depth < _DEEPEST:
        inner = (_matrix(thing), *outer)
        for n in range(min(pdfium.FPDFFormObj_CountObjects(thing), MOST_THINGS)):
            yield from _strokes(pdfium.FPDFFormObj_GetObject(thing, n), inner, depth + 1)


def _matrix(thing: _Object) -> _Object:
    from pypdfium2 import raw as pdfium

    matrix = pdfium.FS_MATRIX(1, 0, 0, 1, 0, 0)
    pdfium.FPDFPageObj_GetMatrix(thing, ctypes.byref(matrix))
    return matrix


def _points(path: _Object, matrices: Sequence[_Object]) -> list[list[Point]]:
    from pypdfium2 import raw as pdfium

    strokes: list[list[Point]] = []
    x, y = ctypes.c_float(), ctypes.c_float()
    for n in range(min(pdfium.FPDFPath_CountSegments(path), MOST_PATHS)):
        segment = pdfium.FPDFPath_GetPathSegment(path, n)
        pdfium.FPDFPathSegment_GetPoint(segment, ctypes.byref(x), ctypes.byref(y))
        a, b = x.value, y.value
        for m in matrices:
            a, b = m.a * a + m.c * b + m.e, m.b * a + m.d * b + m.f
        if pdfium.FPDFPathSegment_GetType(segment) == pdfium.FPDF_SEGMENT_MOVETO or not strokes:
            strokes.append([])
        strokes[-1].append((a, b))
        if pdfium.FPDFPathSegment_GetClose(segment):
            strokes[-1].append(strokes[-1][0])
    return strokes


def _edges(path: list[list[Point]], left: float, top: float) -> Iterator[dict[str, Any]]:
    """Give the upright and level lines of a path, from the top left corner of the page."""
    for stroke in path:
        for (a, b), (c, d) in pairwise(stroke):
            one, two = (a - left, top - b), (c - left, top - d)
            if abs(b - d) <= _STRAIGHT < abs(a - c):
                yield _edge(one, two, "h")
            elif abs(a - c) <= _STRAIGHT < abs(b - d):
                yield _edge(one, two, "v")


def _edge(one: Point, two: Point, orientation: str) -> dict[str, Any]:
    """Make an edge as pdfplumber has it."""
    (left, right), (top, bottom) = sorted((one[0], two[0])), sorted((one[1], two[1]))
    if orientation == "h":
        top = bottom = (top + bottom) / 2
    else:
        left = right = (left + right) / 2
    size = {"width": right - left, "height": bottom - top}
    return {"x0": left, "x1": right, "top": top, "bottom": bottom, "orientation": orientation, **size}
