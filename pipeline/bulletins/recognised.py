"""What of a scan is not to be trusted: totals and dates whose figures were recognised with little confidence, lines left out."""

from collections.abc import Iterator
from dataclasses import replace

from pipeline.records import Bulletin, Commitment, Note, Source, Span

DOUBTFUL = "figure_doubtful"  # code of a note


def note_recognition(source: Source, bulletin: Bulletin) -> Bulletin:
    """Add notes to the bulletin that was read from a scan; one that was not is left as it is."""
    found = source.recognition
    if found is None:
        return bulletin
    spans = sorted(
        {span for span in _that_matter(source.text, bulletin) if any(_overlap(span, d) for d in found.doubts)}
    )
    notes = [Note(DOUBTFUL, f"{_words(source, span)}识别把握不足，请对照原件", span) for span in spans]
    if found.unread:
        notes.append(Note("lines_unread", f"扫描件有 {found.unread} 行认不出，没有读入，请对照原件", None))
    return replace(bulletin, notes=(*bulletin.notes, *notes))


def _that_matter(text: str, bulletin: Bulletin) -> Iterator[Span]:
    """Give the spans of dates and totals."""
    yield from (fact.span for name, fact in bulletin.facts.items() if name.endswith(("_date", "_from", "_to")))
    yield from (fact.span for fact in bulletin.declared.values())
    yield from (count.span for count in bulletin.counts)
    yield from (_date_span(text, promise) for item in bulletin.items for promise in item.commitments)


def _date_span(text: str, promise: Commitment) -> Span:
    start = text.find(promise.date_text, *promise.span)
    return promise.span if start < 0 else (start, start + len(promise.date_text))


def _words(source: Source, span: Span) -> str:
    page = next((place.page for place in source.places if _overlap(place.span, span)), None)
    where = "" if page is None else f"（第 {page} 页）"
    return f"“{source.text[slice(*span)]}”{where}"


def _overlap(one: Span, two: Span) -> bool:
    return one[0] < two[1] and two[0] < one[1]
