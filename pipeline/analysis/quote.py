"""The words of a bulletin around a span."""

import re

import pandas as pd

CONTEXT = 30  # characters kept on each side of the span, at most
LONGEST = 90  # characters of a quote
_END = re.compile(r"[。；！？\n]")


def quote(text: str, start: float | None, end: float | None) -> str | None:
    """Quote the sentence around a span, cut to a readable length; None where there is no span.

    Parameters
    ----------
    text
        The clean text.
    start, end
        Span in it, end not included.

    Examples
    --------
    >>> quote("一、概况。反馈的60个问题，已完成53个，正在推进7个。下一步……", 16, 19)
    '反馈的60个问题，已完成53个，正在推进7个。'
    """
    if pd.isna(start) or pd.isna(end):
        return None
    start, end = int(start), int(end)
    first_line = text[start:end].split("\n", 1)[0]
    several_lines = bool(first_line) and len(first_line) < end - start
    if several_lines:  # an item or a part: its heading says which
        end = start + len(first_line)
    before = [found.end() for found in _END.finditer(text, 0, start)]
    after = _END.search(text, max(end - 1, start))
    first = max(before[-1] if before else 0, start - CONTEXT)
    last = min(after.end() if after else len(text), end + CONTEXT)
    words = text[first:last]
    cut_before = first > 0 and not _END.match(text[first - 1])
    cut_after = several_lines or len(words) > LONGEST or (last < len(text) and not _END.match(text[last - 1]))
    return "…" * cut_before + " ".join(words[:LONGEST].split()) + "…" * cut_after
