"""The text of a leaf issue → segments, cut where a label or a cue phrase stands."""

from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.bulletins.lines import Line
from pipeline.bulletins.marks import Marks
from pipeline.records import Span


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of text and the field that announces it."""

    name: str | None  # None: what stands before the first label
    start: int
    end: int
    cued: bool = False  # announced by a cue phrase, not by a label
    note: Span | None = None  # what stands in brackets after the label: 整改成果（已完成）：


def cut_segments(marks: Marks, lines: list[Line], start: int, end: int) -> list[Segment]:
    """The span cut at its labels and at the cues of cause and measures; `lines` are all lines that it touches.

    The first segment is what stands before the first of them, and may be empty.
    """
    cuts = sorted(_cuts(marks, lines, start, end), key=lambda cut: cut[0])
    stops = [*[begin for begin, _ in cuts], end]
    segments = [Segment(None, start, stops[0])]
    for (_, announced), stop in zip(cuts, stops[1:], strict=True):
        segments.append(Segment(announced.name, min(announced.start, stop), stop, announced.cued, announced.note))
    return segments


def _cuts(marks: Marks, lines: list[Line], start: int, end: int) -> Iterator[tuple[int, Segment]]:
    """Where to cut, and what begins there."""
    begun = set()
    for line in lines:
        labels = marks.labels.within(line.start, line.end)
        if line.label and all(label.start != line.label.start for label in labels):
            labels.insert(0, line.label)
        for label in labels:
            if start <= label.start < end:
                # A number before the label belongs to it: （1）整改措施：
                begin = line.start if label.start == line.head and line.start >= start else label.start
                begun.add(begin)
                yield begin, Segment(label.field, label.end, end, cued=False, note=label.note)
    for cue in marks.cues.within(start, end):
        if cue.field in {"cause", "measures"} and cue.start not in begun:
            yield cue.start, Segment(cue.field, cue.end if cue.field == "measures" else cue.start, end, cued=True)
