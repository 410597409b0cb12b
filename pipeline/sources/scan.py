"""A picture of a page → its characters with box and confidence, by RapidOCR (the extra `ocr`).

The models (PP-OCRv6) come with the package: nothing is fetched, and nothing leaves the computer. Only whole lines that cannot be
made out are left out, and counted; what is doubtful stays, with its confidence.
"""
# ruff: noqa: PLC0415  # takes long to load, and need not be there

import math
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from multiprocessing import parent_process
from typing import TYPE_CHECKING, Any

from pipeline.errors import SourceError
from pipeline.sources.pdf_layout import Box, Char

if TYPE_CHECKING:
    import numpy as np

SECONDS = 120  # for a page, on the average of those of one file
LEGIBLE = 0.5  # mean confidence of a line that is kept
_FAIR = 0.8  # mean confidence of a page below which it may stand on its head
_TALL = 1.5  # times as high as wide: a line of a page that lies on its side
_LONG = 8  # characters of a line that tells how far the page is askew
_STRAIGHT = 0.0005  # radians
INSTALL = "请运行 pip install rapidocr onnxruntime 安装文字识别（不需联网识别）"

Point = tuple[float, float]
Progress = Callable[[int, int], None]  # pages done, of how many


@dataclass(frozen=True, slots=True)
class Scan:
    """What a picture says, turned and straightened for reading."""

    chars: list[Char]
    width: float  # points
    height: float
    turned: int  # quarters to the right by which it was turned
    unread: int  # lines that cannot be made out


@dataclass(frozen=True, slots=True)
class _Line:
    """A line as recognised, in pixels: its corners from the upper left one on, and its characters with their middles."""

    corners: list[Point]
    chars: list[tuple[str, float, float]]  # text, confidence, how far across the line from 0 to 1

    @property
    def confidence(self) -> float:
        return sum(confidence for _, confidence, _ in self.chars) / len(self.chars)


def no_progress(done: int, total: int) -> None:
    """Say nothing."""


def recognise_all(
    pictures: Iterable[tuple[int, "np.ndarray", float]], total: int, progress: Progress = no_progress
) -> dict[int, Scan]:
    """Recognise pages one by one, and give them by their number.

    Parameters
    ----------
    pictures
        Number of the page, its picture, and pixels a point.
    total
        How many they are.
    progress
        Called before and after each page.

    Raises SourceError with code no_text_layer where the extra is not installed, or too_slow.
    """
    deadline = time.monotonic() + SECONDS * total
    scans: dict[int, Scan] = {}
    for number, picture, scale in pictures:
        progress(len(scans), total)
        if time.monotonic() > deadline:
            raise SourceError(
                "too_slow", f"文字识别了 {SECONDS * total} 秒还没有完成（{len(scans)}/{total} 页）；请拆分后再读"
            )
        scans[number] = recognise(picture, scale)
    if total:
        progress(total, total)
    return scans


def recognise(picture: "np.ndarray", scale: float) -> Scan:
    """Recognise a page.

    Parameters
    ----------
    picture
        Height × width (× colours), 8 bits.
    scale
        Pixels a point.

    Raises SourceError with code no_text_layer where the extra is not installed.
    """
    import numpy as np

    lines, turned = _lines(picture), 0
    tried = (1, 3) if _lies(lines) else (2,) if lines and _sureness(lines) < _FAIR else ()
    for quarters in tried:
        other = _lines(np.rot90(picture, -quarters))
        if not _lies(other) and (_lies(lines) or _sureness(other) > _sureness(lines)):
            lines, turned = other, quarters
    height, width = picture.shape[:2] if turned % 2 == 0 else picture.shape[1::-1]
    legible = [line for line in lines if line.confidence >= LEGIBLE]
    angle = _askew(legible)
    chars = [char for line in legible for char in _chars(line, angle, (width / 2, height / 2), scale)]
    return Scan(chars, width / scale, height / scale, turned, len(lines) - len(legible))


@cache
def load_engine() -> Any:  # noqa: ANN401  the library need not be there
    """Load the models, once a process; SourceError with code no_text_layer where the extra is not installed."""
    try:
        import onnxruntime  # noqa: F401
        from rapidocr import RapidOCR
    except ImportError as error:
        raise SourceError("no_text_layer", f"是扫描件或图片，没有文字层；{INSTALL}，或识别后另存为文本再读") from error
    return RapidOCR(
        params={
            "Global.log_level": "critical",
            "Global.use_cls": False,
            "Global.text_score": 0.0,  # nothing goes unseen
            "Global.return_word_box": True,
            "Global.return_single_char_box": True,
            # Files are read in parallel already where this is one of many processes.
            "EngineConfig.onnxruntime.intra_op_num_threads": 1 if parent_process() else -1,
        }
    )


def _lines(picture: "np.ndarray") -> list[_Line]:
    import numpy as np

    found = load_engine()(np.ascontiguousarray(picture))
    lines = []
    for corners, words in zip(_list(found, "boxes"), _list(found, "word_results"), strict=True):
        points = [(float(x), float(y)) for x, y in corners]
        chars = [(text, float(sure), _across(points, box)) for text, sure, box in words if text.strip()]
        if chars:
            lines.append(_Line(points, chars))
    return lines


def _list(found: Any, name: str) -> list[Any]:  # noqa: ANN401
    """Give what was found; a page without any line has no lists."""
    return list(found.boxes if name == "boxes" else found.word_results) if getattr(found, "txts", None) else []


def _across(corners: list[Point], box: list[list[int]]) -> float:
    """Say how far from the line's left end the middle of a character is, as a part of its length."""
    (left, top), (right, bottom) = corners[0], corners[1]
    x, y = (sum(point[n] for point in box) / len(box) for n in (0, 1))
    dx, dy = right - left, bottom - top
    return ((x - left) * dx + (y - top) * dy) / max(1.0, dx * dx + dy * dy)


def _sureness(lines: list[_Line]) -> float:
    count = sum(len(line.chars) for line in lines)
    return sum(line.confidence * len(line.chars) for line in lines) / count if count else 0.0


def _lies(lines: list[_Line]) -> bool:
    """Whether most of the text runs up or down the page."""
    tall = sum(len(e.chars) for e in lines if _extent(e.corners, 1) > _TALL * _extent(e.corners, 0))
    return tall * 2 > sum(len(line.chars) for line in lines)


def _extent(corners: list[Point], axis: int) -> float:
    return max(p[axis] for p in corners) - min(p[axis] for p in corners)


def _askew(lines: list[_Line]) -> float:
    """Say by how many radians the lines fall to the right: half of the text is in lines that fall less."""
    slopes = sorted(
        (math.atan2(e.corners[1][1] - e.corners[0][1], e.corners[1][0] - e.corners[0][0]), len(e.chars))
        for e in lines
        if len(e.chars) >= _LONG
    )
    left = sum(count for _, count in slopes) / 2
    for angle, count in slopes:
        left -= count
        if left <= 0:
            return angle if abs(angle) > _STRAIGHT else 0.0
    return 0.0


def _chars(line: _Line, angle: float, middle: Point, scale: float) -> list[Char]:
    """Give each character a box in the straightened page; the boxes of a line touch, since nothing parts them in its text."""
    corners = [_turned(point, -angle, middle) for point in line.corners]
    left, right = (corners[0][0] + corners[3][0]) / 2, (corners[1][0] + corners[2][0]) / 2
    top, bottom = (corners[0][1] + corners[1][1]) / 2, (corners[2][1] + corners[3][1]) / 2
    middles = [across for *_, across in line.chars]
    ends = [0.0, *((a + b) / 2 for a, b in pairwise(middles)), 1.0]
    width = right - left
    boxes: list[Box] = [
        ((left + a * width) / scale, top / scale, (left + b * width) / scale, bottom / scale) for a, b in pairwise(ends)
    ]
    return [Char(text, box, sure) for (text, sure, _), box in zip(line.chars, boxes, strict=True)]


def _turned(point: Point, angle: float, middle: Point) -> Point:
    x, y = point[0] - middle[0], point[1] - middle[1]
    return (
        middle[0] + x * math.cos(angle) - y * math.sin(angle),
        middle[1] + x * math.sin(angle) + y * math.cos(angle),
    )
