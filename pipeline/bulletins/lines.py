"""Clean text → lines, each with the marker or label that it begins with."""

import re
from dataclasses import dataclass

from pipeline.bulletins.wording import ABOUT, is_about_nothing, only_status
from pipeline.lexicon.cues import opens_with_cue
from pipeline.lexicon.labels import Label, read_label
from pipeline.numbering import Marker, read_marker

# 1.整改情况汇总表.xlsx: an attachment, no heading
_FILE = re.compile(r"\.(?:docx?|xlsx?|pptx?|pdf|wps|et|ofd|zip|rar|jpe?g|png)$")


@dataclass(slots=True)
class Line:
    """One line of the clean text: a paragraph."""

    start: int
    end: int
    kind: (
        str | None
    )  # of the marker; also about, label, plain for headings without a number; None: goes on with what is open
    number: int | None
    printed: str | None  # the number as printed
    head: int  # where the text after the marker begins
    label: Label | None  # directly after the marker
    cue: bool  # begins with a phrase that announces cause or measures


def read_lines(text: str) -> list[Line]:
    """The lines of the text that hold something."""
    lines = []
    start = 0
    for words in text.split("\n"):
        end = start + len(words)
        if words:
            lines.append(_read_line(text, start, end))
        start = end + 1
    return lines


# A label of whatever words before a pure status: 进度评估：已完成
_STATUS_LABEL = re.compile(r"([\u3400-\u9fff]{2,10})：")


def _read_line(text: str, start: int, end: int) -> Line:
    marker: Marker | None = None if _FILE.search(text, start, end) else read_marker(text, start, end)
    head = marker.end if marker else start
    label = read_label(text, head, end) or _status_label(text, head, end)
    if label and marker and marker.kind in {"cn", "part"} and label.end == end:
        label = None  # 二、整改成效: the heading of a part of the bulletin, not of a field
    if label and marker and marker.kind in {"issue", "issue_ar"} and label.field in {"progress", "measures"}:
        label = None  # 问题2整改情况：… the heading refers to an issue told before
    cue = marker is None and label is None and opens_with_cue(text[start : start + 40], {"cause", "measures"})
    if marker:
        return Line(start, end, marker.kind, marker.number, marker.printed, head, label, cue)
    kind = None
    if label and label.field in {"statement", "suggestion"}:
        kind = "label"
    elif not label and text[start] in "针关":
        about = ABOUT.match(text, start, end)
        if about and not is_about_nothing(about[1]):
            kind = "about"
    return Line(start, end, kind, None, None, head, label, cue)


def _status_label(text: str, start: int, end: int) -> Label | None:
    found = _STATUS_LABEL.match(text, start, min(end, start + 50))
    if found and end - start <= 50 and only_status(text[found.end() : end]):
        return Label("status", start, found.end(), found[1], None)
    return None
