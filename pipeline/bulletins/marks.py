"""All list markers, labels and cue phrases of a text, found in one pass each, and looked up by where they stand."""

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from pipeline.lexicon.cues import Cue, find_cues
from pipeline.lexicon.labels import Label, find_labels
from pipeline.numbering import Marker, find_entries


class _Placed(Protocol):
    @property
    def start(self) -> int: ...


P = TypeVar("P", bound=_Placed)


class Index(Generic[P]):
    """Things in the order of their places."""

    __slots__ = ("starts", "things")

    def __init__(self, things: Iterable[P]) -> None:
        self.things = list(things)
        self.starts = [thing.start for thing in self.things]

    def within(self, start: int, end: int) -> list[P]:
        """Those that begin in the span."""
        return self.things[bisect_left(self.starts, start) : bisect_left(self.starts, end)]


@dataclass(frozen=True, slots=True)
class Marks:
    """What parts the paragraphs of a text from within."""

    entries: Index[Marker]  # 一是 ① （1） at the starts of clauses
    labels: Index[Label]  # 整改措施：
    cues: Index[Cue]  # 此问题的产生是因为  截至目前


def find_marks(text: str) -> Marks:
    """The marks of the text."""
    return Marks(
        Index(find_entries(text, 0, len(text))),
        Index(find_labels(text, 0, len(text))),
        Index(find_cues(text, 0, len(text))),
    )
