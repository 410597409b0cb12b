"""What the PDF libraries say of a page: where each character stands, and which cells are drawn."""
# ruff: noqa: PLC0415  # both take long to load

import ctypes
import math
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.errors import SourceError
from pipeline.sources.package import damaged, encrypted
from pipeline.sources.pdf_layout import Box, Char
from pipeline.sources.pdf_lines import Cells, find_cells

if TYPE_CHECKING:
    import numpy as np
    from pypdfium2 import PdfPage, PdfTextPage

MOST_PAGES = 1000
SECONDS = 180  # for one file
FEWEST_CHARACTERS = 20  # a page with fewer has no text layer: a stamp or a page number on a scan
LONG_SIDE = 2000  # pixels of the longer side of a rendered page; what recognises it makes larger ones as small as this
_GLANCE = 0.2  # pixels a point
_CONTRAST = 40  # of 255
_ASKEW = 0.05  # radians
_QUARTER = math.pi / 2
_BLANKS = frozenset((0, 2, 9, 10, 13, 32, 0xA0, 0x3000))
_HYPHEN = 45
_PASSWORD = 4  # FPDF_ERR_PASSWORD


@dataclass(frozen=True, slots=True)
class Page:
    """A page as it is to be looked at."""

    chars: list[Char]
    width: float  # points
    height: float
    turned: int  # quarters to the right by which it was turned for that
    shown: int  # quarters to the right by which the file says that it is to be turned
    bare: bool = False  # it shows something and has no text layer, but for a page number or stamp at most


def read_pages(data: bytes, deadline: float) -> tuple[list[Page], dict[int, list[Cells]]]:
    """Give the pages, and by their number from 0 the tables that are drawn on them.

    Raises SourceError with code encrypted, damaged, too_large or, past the deadline of `time.monotonic`, too_slow.
    """
    import pypdfium2
    from pypdfium2 import raw as pdfium

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        raise (
            encrypted() if pdfium.FPDF_GetLastError() == _PASSWORD or "assword" in str(error) else damaged()
        ) from error
    with document:
        if len(document) > MOST_PAGES:
            raise SourceError("too_large", f"PDF 有 {len(document)} 页，超过上限 {MOST_PAGES} 页；请拆分后再读")
        pages: list[Page] = []
        tables: dict[int, list[Cells]] = {}
        for number in range(len(document)):
            _check_time(deadline)
            try:
                page = document[number]
                textpage = page.get_textpage()
            except pypdfium2.PdfiumError as error:
                raise damaged() from error
            pages.append(_page(page, textpage))
            tables[number] = find_cells(page)
            textpage.close()
            page.close()
    return pages, tables


def _page(page: "PdfPage", textpage: "PdfTextPage") -> Page:
    """Read the characters of a page as it is to be looked at: those that stand askew, as watermarks do, are left out."""
    from pypdfium2 import raw as pdfium

    left, bottom, right, top = page.get_mediabox()
    size = (right - left, top - bottom)
    found: list[tuple[str, Box, int]] = []
    box = pdfium.FS_RECTF()
    here = ctypes.byref(box)
    code_of, angle_of, box_of = (
        pdfium.FPDFText_GetUnicode,
        pdfium.FPDFText_GetCharAngle,
        pdfium.FPDFText_GetLooseCharBox,
    )
    for n in range(pdfium.FPDFText_CountChars(textpage)):
        code = code_of(textpage, n)
        # What PDFium adds of its own are blanks, and hyphens where it takes a line for cut.
        if code in _BLANKS or (code == _HYPHEN and pdfium.FPDFText_IsGenerated(textpage, n) == 1):
            continue
        angle = angle_of(textpage, n)  # to the right; 0 for nearly all, -1 where it is not known
        quarters = round(angle / _QUARTER) if angle > 0 else 0
        if angle > 0 and abs(angle - quarters * _QUARTER) > _ASKEW:
            continue
        if box_of(textpage, n, here):
            # Below U+10000 a code is a character; beyond, PDFium gives it as one number too.
            place = (box.left - left, top - box.top, box.right - left, top - box.bottom)
            found.append((chr(code), place, -quarters % 4))
    turned = Counter(q for *_, q in found).most_common(1)[0][0] if found else 0
    if turned:
        chars = [Char(words, turn(place, size, turned)) for words, place, q in found if q == turned]
    else:
        chars = [Char(words, place) for words, place, q in found if not q]
    width, height = size if turned % 2 == 0 else size[::-1]
    bare = len(found) < FEWEST_CHARACTERS and _is_picture(page, bool(found))
    return Page(chars, width, height, turned, page.get_rotation() // 90, bare)


def _is_picture(page: "PdfPage", has_text: bool) -> bool:
    """Whether pictures cover most of a page with hardly any text, or anything at all is seen on one without."""
    from pypdfium2 import raw as pdfium

    if not has_text:
        seen = page.render(scale=_GLANCE, grayscale=True).to_numpy()
        return int(seen.max()) - int(seen.min()) > _CONTRAST
    width, height = page.get_size()
    covered: float = 0.0
    for thing in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE]):
        left, bottom, right, top = thing.get_bounds()
        covered += (right - left) * (top - bottom)
    return bool(covered > width * height / 2)


def render(data: bytes, numbers: Sequence[int]) -> Iterator[tuple[int, "np.ndarray", float]]:
    """Give number, picture and pixels a point of these pages as they are shown, one by one."""
    import pypdfium2

    with pypdfium2.PdfDocument(data) as document:
        for number in numbers:
            page = document[number]
            scale = LONG_SIDE / max(page.get_size())
            yield number, page.render(scale=scale).to_numpy(), scale
            page.close()


def turn(box: Box, size: tuple[float, float], quarters: int) -> Box:
    """Turn a box with its page by quarters to the right.

    >>> turn((10, 20, 30, 25), (100, 200), 1)
    (175, 10, 180, 30)
    """
    left, top, right, bottom = box
    width, height = size
    if quarters == 1:
        return height - bottom, left, height - top, right
    if quarters == 2:
        return width - right, height - bottom, width - left, height - top
    if quarters == 3:
        return top, width - right, bottom, width - left
    return box


def _check_time(deadline: float) -> None:
    """Raise SourceError where the file has taken too long."""
    if time.monotonic() > deadline:
        raise SourceError("too_slow", f"读了 {SECONDS} 秒还没有读完；请拆分或转存为文本后再读")
