"""The measures text → its entries: the highest-level list in it."""

from pipeline.bulletins.marks import Marks
from pipeline.numbering import Marker
from pipeline.records import Measure, Span
from pipeline.text import trim


def list_measures(text: str, marks: Marks, spans: list[Span]) -> tuple[Measure, ...]:
    """One measure for each entry of the highest-level list of every span; one for a span without markers.

    >>> from pipeline.bulletins.marks import find_marks
    >>> s = "一是开会：（1）学习；（2）讨论；三是检查；三是通报。"
    >>> [m.text for m in list_measures(s, find_marks(s), [(0, len(s))])]
    ['开会：（1）学习；（2）讨论', '检查', '通报。']
    """
    pieces = [piece for start, end in spans for piece in _pieces(text, marks, start, end)]
    return tuple(Measure(n, text[a:b], (a, b)) for n, (a, b) in enumerate(pieces, start=1))


def top_entries(text: str, marks: Marks, start: int, end: int) -> list[Marker]:
    """The markers of the highest-level list in the span: the kind with which the first list begins."""
    entries = marks.entries.within(start, end)
    first = next((entry for entry in entries if entry.number == 1), entries[0] if len(entries) > 1 else None)
    if first is None:
        return []
    return _without_nested(text, [e for e in entries if e.kind == first.kind and e.start >= first.start])


def _without_nested(text: str, entries: list[Marker]) -> list[Marker]:
    """Without a list of the same kind inside an entry: it begins anew after a colon and ends where the outer one goes on."""
    kept: list[Marker] = []
    nested = 0
    for entry in entries:
        outer = kept[-1].number or 0 if kept else 0
        number = entry.number or 0
        if kept and number == 1 and text[entry.start - 1] == "：":
            nested = 1
        elif nested and number == nested + 1 and number != outer + 1:
            nested = number
        else:
            nested = 0
            kept.append(entry)
    return kept


def _pieces(text: str, marks: Marks, start: int, end: int) -> list[Span]:
    entries = top_entries(text, marks, start, end)
    if not entries:
        span = trim(text, start, end)
        return [span] if span[0] < span[1] else []
    stops = [entry.start for entry in entries[1:]] + [end]
    return [trim(text, entry.end, stop, " \n；") for entry, stop in zip(entries, stops, strict=True)]
