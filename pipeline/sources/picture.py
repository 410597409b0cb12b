"""Pictures of pages (PNG, JPEG, TIFF, BMP) → raw text, by character recognition. A TIFF may have several pages."""
# ruff: noqa: PLC0415  # takes long to load

import io
import warnings
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.errors import SourceError
from pipeline.sources.pdf import MOST_SCANNED, assemble
from pipeline.sources.pdf_pages import LONG_SIDE, Page
from pipeline.sources.raw import Raw
from pipeline.sources.scan import Progress, no_progress, recognise_all

if TYPE_CHECKING:
    import numpy as np
    from PIL import Image

SIGNATURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"II*\x00", b"MM\x00*", b"BM")
FORMATS = ("PNG", "JPEG", "TIFF", "BMP")
MOST_PIXELS = 100_000_000  # of one page: an A3 sheet at 600 dots an inch has 70 million
LONGEST = 842.0  # points that the longer side of a page counts, as that of A4


def read_picture(data: bytes, progress: Progress = no_progress) -> Raw:
    """Read the pages.

    Raises SourceError with code damaged, too_large, too_slow or no_text_layer.
    """
    from PIL import Image

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what is odd about a picture shows in what is read of it
            with Image.open(io.BytesIO(data), formats=FORMATS) as picture:
                count = getattr(picture, "n_frames", 1)
                if count > MOST_SCANNED:
                    raise SourceError("too_large", f"图片有 {count} 页，超过上限 {MOST_SCANNED} 页；请拆分后再读")
                scans = recognise_all(_frames(picture, count), count, progress)
    except (OSError, SyntaxError, ValueError, EOFError, Image.DecompressionBombError) as error:
        raise SourceError("damaged", "图片已损坏，打不开；请重新下载或扫描") from error
    pages = [Page(s.chars, s.width, s.height, s.turned, 0) for s in scans.values()]
    return replace(assemble(pages, (), scans), encoding="image")


def _frames(picture: "Image.Image", count: int) -> Iterator[tuple[int, "np.ndarray", float]]:
    """Give the pages as they are to be looked at, none larger than is of use."""
    import numpy as np
    from PIL import ImageOps

    for number in range(count):
        picture.seek(number)
        if picture.width * picture.height > MOST_PIXELS:
            raise SourceError(
                "too_large", f"图片有 {picture.width}×{picture.height} 像素，超过上限 {MOST_PIXELS}；请缩小后再读"
            )
        frame = ImageOps.exif_transpose(picture)
        if "A" in frame.getbands() or "transparency" in frame.info:
            frame = _on_white(frame)
        frame = frame.convert("RGB")
        frame.thumbnail((LONG_SIDE, LONG_SIDE))
        yield number, np.asarray(frame), max(frame.size) / LONGEST


def _on_white(frame: "Image.Image") -> "Image.Image":
    from PIL import Image

    frame = frame.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", frame.size, "white"), frame)
