"""Cue phrases: how a sentence begins that tells the cause, the measures, the outcome or what is still to come."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache

from pipeline.lexicon import read_table


@dataclass(frozen=True, slots=True)
class Cue:
    """A cue phrase at the start of a sentence."""

    field: str  # cause, measures, outcome, next_steps
    start: int
    end: int


def find_cues(text: str, start: int, end: int) -> Iterator[Cue]:
    """The cues at the starts of sentences within the span.

    >>> s = "此问题的产生是因为学习不够。针对此问题进行了如下整改：一是补学。截至目前，已补学3次。"
    >>> [(cue.field, s[cue.start:cue.end]) for cue in find_cues(s, 0, len(s))]
    [('cause', '此问题的产生是因为'), ('measures', '针对此问题进行了如下整改：'), ('outcome', '截至目前')]
    """
    for found in _pattern().finditer(text, start, end):
        yield Cue((found.lastgroup or "").rpartition("_")[0], found.start(), found.end())


def opens_with_cue(text: str, fields: Collection[str] = ("cause", "measures", "outcome", "next_steps")) -> bool:
    """Whether the text begins with a cue of one of these fields."""
    found = _pattern().match(text)
    return found is not None and (found.lastgroup or "").rpartition("_")[0] in fields


@cache
def _pattern() -> re.Pattern[str]:
    rows = read_table("cues", ("field", "pattern", "example"))
    alternatives = "|".join(f"(?P<{row['field']}_{i}>{row['pattern']})" for i, row in enumerate(rows))
    return re.compile(f"(?:(?<=[。；！？\\n])|^)(?:{alternatives})")
