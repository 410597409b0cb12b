"""The scheme of themes and its lexicon: words that speak for a theme with a weight (pipeline/lexicon/theme_cues.csv).

A cue is heard only where it begins and ends with a word of the text, so that 应急 is not read out of 相应急需. Of two cues
at one place the longer one speaks: 党组会议记录 says nothing of 党组会. Of the cues of one theme in a text the weightiest
counts, and one further along in the sentence speaks more softly, since a sentence begins with its subject.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain
from typing import Any

import numpy as np
import numpy.typing as npt

from pipeline.errors import VocabularyError
from pipeline.lexicon import read_table
from pipeline.themes.features import Floats, Ints, Joined, join, word_borders

FADE, FLOOR = 0.006, 0.8  # what a cue loses with each character before it, and the least it keeps
HEAVIEST = 4.0  # weights above it count as it
SENTENCE_ENDS = "。；;！!？?\n"


@dataclass(frozen=True, slots=True)
class Theme:
    """A theme of the scheme."""

    name: str
    rank: int  # the order in every figure, core first
    core: bool  # one of the five that the user named
    definition: str  # what belongs, in Chinese


@dataclass(frozen=True, slots=True)
class Cue:
    """A row of theme_cues.csv."""

    theme: str
    word: str
    weight: float  # 3 and more: names the theme by itself; 2: usually means it; 1: helps where nothing better stands
    example: str  # a statement of ours in which the cue speaks for its theme
    unless: tuple[str, ...]  # words that take the cue back where one of them stands in the same sentence


@dataclass(frozen=True, slots=True)
class Heard:
    """The weightiest cue of every theme in every text, one entry each."""

    text: Ints
    theme: Ints  # rank of the theme, from 0
    start: Ints  # in the joined texts
    length: Ints
    weight: Floats  # 0 to 1


@dataclass(frozen=True, slots=True)
class Speech:
    """What each phrase says: its rows, one a theme, from `first` on."""

    first: Ints
    counts: Ints
    theme: Ints  # of each row, as all that follows
    weight: npt.NDArray[np.float64]  # 0 to 1
    conditional: npt.NDArray[np.bool_]  # whether words can take it back
    unless: list[tuple[str, ...]]


@cache
def themes() -> dict[str, Theme]:
    """Read the scheme, in the order of ranks.

    Raises VocabularyError where a theme is doubled or the ranks are not 1, 2, 3 …
    """
    rows = read_table("themes", ("theme", "rank", "core", "definition"))
    found = {
        row["theme"]: Theme(row["theme"], int(row["rank"]), row["core"] == "yes", row["definition"]) for row in rows
    }
    if [theme.rank for theme in found.values()] != list(range(1, len(rows) + 1)):
        raise VocabularyError("themes.csv: a theme stands twice, or the ranks are not 1, 2, 3 … in their order")
    return found


@cache
def cues() -> tuple[Cue, ...]:
    """Read the cues.

    Raises VocabularyError naming the row where a theme is unknown, a cue stands twice in a theme, or it has no example
    that holds it.
    """
    found: dict[tuple[str, str], Cue] = {}
    for line, row in enumerate(read_table("theme_cues", ("theme", "cue", "weight", "example", "unless")), start=2):
        where = f"theme_cues.csv, row {line}: {row['cue']!r}"
        if row["theme"] not in themes():
            raise VocabularyError(f"{where}: {row['theme']!r} is none of {list(themes())}")
        if (row["theme"], row["cue"]) in found:
            raise VocabularyError(f"{where}: stands twice in {row['theme']}")
        if not row["cue"] or row["cue"] not in row["example"]:
            raise VocabularyError(f"{where}: its example {row['example']!r} does not hold it")
        unless = tuple(word for word in row["unless"].split("|") if word)
        found[row["theme"], row["cue"]] = Cue(row["theme"], row["cue"], float(row["weight"]), row["example"], unless)
    return tuple(found.values())


def hear(joined: Joined) -> Heard:
    """Find the weightiest cue of every theme in every text.

    >>> from pipeline.themes.features import join
    >>> heard = hear(join(["党费收缴不及时", "相应急需物品已经购买"]))
    >>> [(list(themes())[theme], text) for theme, text in zip(heard.theme.tolist(), heard.text.tolist())]
    [('财务', 0), ('党建', 0)]
    """
    found = find_phrases(joined)
    speech = _matcher()[1]
    times = speech.counts[found[:, 0]]
    row = np.repeat(speech.first[found[:, 0]] - (np.cumsum(times) - times), times) + np.arange(times.sum())
    start, end = np.repeat(found[:, 1:], times, axis=0).T
    conditional = np.flatnonzero(speech.conditional[row])
    back = _taken_back(
        [speech.unless[n] for n in row[conditional].tolist()], joined, start[conditional], end[conditional]
    )
    silent = conditional[back]
    row, start, end = (np.delete(column, silent) for column in (row, start, end))
    text, theme = joined.owner[start], speech.theme[row]
    weight = speech.weight[row] * np.maximum(FLOOR, 1 - FADE * (start - joined.starts[text]))
    order = np.lexsort((-weight, theme, text))
    key = text[order] * len(themes()) + theme[order]
    best = order[np.flatnonzero(np.diff(key, prepend=-1))]
    return Heard(text[best], theme[best], start[best], (end - start)[best], weight[best].astype(np.float32))


def find_phrases(joined: Joined) -> Ints:
    """Find the phrases of all cues where words begin and end, none within a longer one: number, start and end of each."""
    matches = _matcher()[0].find_matches_as_indexes(joined.text, overlapping=True)
    found = np.fromiter(chain.from_iterable(matches), np.int64, 3 * len(matches)).reshape(-1, 3)
    begins, ends = word_borders(joined)
    found = found[begins[found[:, 1]] & ends[found[:, 2]]]
    found = found[np.lexsort((-found[:, 2], found[:, 1]))]
    reached = np.maximum.accumulate(np.r_[0, found[:, 2]])[:-1]
    return found[found[:, 2] > reached]


def check_examples() -> None:
    """Check that every cue is heard in its own example.

    Raises VocabularyError naming the cue, and what takes its place: a longer cue, or words that end elsewhere.
    """
    joined = join([cue.example for cue in cues()])
    phrases = list(dict.fromkeys(cue.word for cue in cues()))
    heard: defaultdict[int, list[str]] = defaultdict(list)
    found = find_phrases(joined)
    owners = joined.owner[found[:, 1]].tolist()
    silent = _taken_back([cues()[owner].unless for owner in owners], joined, found[:, 1], found[:, 2])
    for phrase, owner, taken_back in zip(found[:, 0].tolist(), owners, silent, strict=True):
        if phrases[phrase] != cues()[owner].word or not taken_back:
            heard[owner].append(phrases[phrase])
    for number, cue in enumerate(cues()):
        if cue.word not in heard[number]:
            instead = "、".join(heard[number]) or "nothing"
            raise VocabularyError(
                f"theme_cues.csv: {cue.theme}, {cue.word!r}: not heard in its example {cue.example!r}, but {instead}; "
                "give it an example of its own"
            )


def _taken_back(unless: Sequence[tuple[str, ...]], joined: Joined, start: Ints, end: Ints) -> list[bool]:
    """Look whether a word that takes the cue back stands in the sentence of each place."""
    marks = np.flatnonzero(np.isin(joined.codes, [ord(mark) for mark in SENTENCE_ENDS]))
    begin = np.r_[0, marks + 1][np.searchsorted(marks, start)].tolist()
    stop = np.r_[marks, len(joined.text)][np.searchsorted(marks, end)].tolist()
    known: dict[tuple[str, int], bool] = {}  # by word and sentence: a long text may name the cue a thousand times

    def stands(word: str, begin: int, stop: int) -> bool:
        if (word, begin) not in known:
            known[word, begin] = joined.text.find(word, begin, stop) >= 0
        return known[word, begin]

    return [any(stands(word, *span) for word in words) for words, *span in zip(unless, begin, stop, strict=True)]


@cache
def _matcher() -> tuple[Any, Speech]:
    """Build the automaton of all phrases, and what each of them says."""
    import ahocorasick_rs  # noqa: PLC0415  (only where themes are judged)

    said: defaultdict[str, list[Cue]] = defaultdict(list)
    for cue in cues():
        said[cue.word].append(cue)
    rows = [cue for spoken in said.values() for cue in spoken]
    rank = {name: n for n, name in enumerate(themes())}
    counts = np.array([len(spoken) for spoken in said.values()])
    return ahocorasick_rs.AhoCorasick(list(said)), Speech(
        np.cumsum(counts) - counts,
        counts,
        np.array([rank[cue.theme] for cue in rows]),
        np.array([min(cue.weight, HEAVIEST) / HEAVIEST for cue in rows]),
        np.array([bool(cue.unless) for cue in rows]),
        [cue.unless for cue in rows],
    )
