"""Texts → the features that a model knows: characters, pairs of characters and words, each with its place.

Everything is done for many texts at once in arrays, since a corpus has hundreds of thousands of statements. The texts
stand joined by newlines, so a place is one number; no feature reaches over a newline.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import chain
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from pipeline.themes.tokens import cut_words, words_within

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]
Bools = npt.NDArray[np.bool_]
Keys = npt.NDArray[np.uint64]

SHIFT = np.uint64(21)  # bits of a code point: a pair of characters is one number
NEWLINE = 10
FADE, FLOOR = 0.006, 0.8  # what a feature loses with each character before it, and the least it keeps
SHORT = 2  # characters of a word that has no words within
FIRST_HAN, LAST_HAN = 0x3400, 0x9FFF  # only words that begin so are features: figures and names in ASCII tell no theme
NO_FEATURE = ""
SURROGATES = re.compile("[\ud800-\udfff]")  # halves of characters, from a careless decoder: no engine takes them


class Places(NamedTuple):
    """Where features stand in joined texts, one entry an occurrence, in the order of the texts."""

    column: Ints  # of the feature
    start: Ints
    length: Ints


class View(NamedTuple):
    """Features of one kind in joined texts."""

    places: Places
    text: Ints  # in which each occurrence stands
    value: Floats


@dataclass(frozen=True, slots=True)
class Joined:
    """Texts joined by newlines."""

    text: str
    codes: npt.NDArray[np.uint32]  # the code points of its characters
    starts: Ints  # where each text begins; one more, behind the last
    owner: Ints  # the text of every place, its newline included
    words: list[str]  # the words and marks that the joined text is made of
    borders: Ints  # where each word begins
    lengths: Ints  # how many characters each word has
    parts: list[str]  # words and the words within them, every distinct word once; NO_FEATURE for figures and marks
    spread: Places  # where each part stands; its column is its number in `parts`


@dataclass(frozen=True)
class Vocabulary:
    """The features of a model; its columns are the grams in their order, then the words in theirs."""

    grams: Keys  # sorted keys of single characters and of pairs
    words: dict[str, int]  # word → column
    idf: Floats  # inverse document frequency of every column, as scikit-learn's TfidfTransformer defines it

    @property
    def size(self) -> int:
        """How many columns there are."""
        return len(self.idf)

    @cached_property
    def tables(self) -> tuple[Ints, Ints, npt.NDArray[np.int32]]:
        """The grams laid out to be looked up.

        The number of every code point (0: in no gram), the column of the character with each number, and that of each
        pair of numbers; -1: no column. Looking a pair up is ten times as fast as searching for it.
        """
        paired = self.grams >> SHIFT > 0
        single, pair = self.grams[~paired], self.grams[paired]
        first, second = (pair >> SHIFT) - np.uint64(1), pair & ((np.uint64(1) << SHIFT) - np.uint64(1))
        codes = np.unique(np.concatenate([single, first, second]))
        number = np.zeros(int(codes.max(initial=np.uint64(NEWLINE))) + 2, np.int64)
        number[codes] = np.arange(1, len(codes) + 1)
        of_single = np.full(len(codes) + 1, -1, np.int64)
        of_single[number[single]] = np.flatnonzero(~paired)
        of_pair = np.full((len(codes) + 1, len(codes) + 1), -1, np.int32)
        of_pair[number[first], number[second]] = np.flatnonzero(paired)
        return number, of_single, of_pair


def join(texts: Sequence[str]) -> Joined:
    """Join texts and cut them into words.

    >>> joined = join(["党费收缴", "账实不符"])
    >>> joined.starts.tolist(), [word.strip() for word in joined.words]
    ([0, 5, 10], ['党费', '收缴', '', '账实不符'])
    """
    level = [text.replace("\n", " ") for text in texts]
    text, codes = _encode("\n".join(level))
    starts = np.zeros(len(level) + 1, np.int64)
    np.cumsum([len(part) + 1 for part in level], out=starts[1:])
    owner = np.repeat(np.arange(len(level)), np.diff(starts))
    words = cut_words(text)
    number = _Numbers()
    word = np.fromiter(map(number.__getitem__, words), np.int64, len(words))
    lengths = np.fromiter(map(len, number), np.int64, len(number))[word]
    borders = np.cumsum(lengths) - lengths
    parts, spread = _spread(list(number), word, borders)
    return Joined(text, codes, starts, owner, words, borders, lengths, parts, spread)


def fit(texts: Sequence[str]) -> Vocabulary:
    """Take every character, pair and word of the texts as a feature."""
    joined = join(texts)
    codes = joined.codes.astype(np.uint64)
    inner = codes != NEWLINE
    single, pair = np.flatnonzero(inner), np.flatnonzero(inner[:-1] & inner[1:])
    keys = np.concatenate([codes[single], (codes[pair] + np.uint64(1) << SHIFT) | codes[pair + 1]])
    owner = joined.owner[np.concatenate([single, pair])].astype(np.uint64)
    once = np.unique(np.stack([keys, owner]), axis=1)  # a feature counts once a text
    grams, frequencies = np.unique(once[0], return_counts=True)
    owner = joined.owner[joined.spread.start]
    stand = {
        (joined.parts[part], text) for part, text in zip(joined.spread.column.tolist(), owner.tolist(), strict=True)
    }
    seen = Counter(part for part, _ in stand if part != NO_FEATURE)
    words = sorted(seen)
    df = np.concatenate([frequencies, [seen[word] for word in words]])
    idf = np.log((1 + len(texts)) / (1 + df)) + 1
    return Vocabulary(grams, {word: len(grams) + n for n, word in enumerate(words)}, idf.astype(np.float32))


def find(joined: Joined, vocabulary: Vocabulary) -> tuple[View, View]:
    """Find the known grams, and the known words, of joined texts.

    The value of an occurrence is its idf, more softly the further along; those of a text and a kind have length 1.
    """
    before = np.arange(len(joined.owner)) - joined.starts[joined.owner]
    softness = np.maximum(FLOOR, 1 - FADE * before)
    grams, words = (
        _view(joined, places, vocabulary.idf[places.column] * softness[places.start])
        for places in (_known_grams(joined, vocabulary), _known_words(joined, vocabulary))
    )
    return grams, words


def word_borders(joined: Joined) -> tuple[Bools, Bools]:
    """Say of every place whether a word begins there, and whether one ends there, words within words included."""
    begins, ends = np.zeros((2, len(joined.text) + 1), np.bool_)
    begins[joined.spread.start] = True
    ends[joined.spread.start + joined.spread.length] = True
    return begins, ends


class _Numbers(dict[str, int]):
    """The number of every distinct word, in the order in which they are met."""

    def __missing__(self, word: str) -> int:
        self[word] = number = len(self)
        return number


def _spread(distinct: list[str], word: Ints, borders: Ints) -> tuple[list[str], Places]:
    """Look every distinct word up once, then lay its parts wherever it stands."""
    found = [_parts_of(each) for each in distinct]
    rows = list(chain.from_iterable(found))
    start = np.array([start for _, start, _ in rows], np.int64)
    length = np.array([end for _, _, end in rows], np.int64) - start
    counts = np.fromiter(map(len, found), np.int64, len(found))
    first = np.cumsum(counts) - counts
    times = counts[word]
    part = np.repeat(first[word] - (np.cumsum(times) - times), times) + np.arange(times.sum())
    return [name for name, _, _ in rows], Places(part, np.repeat(borders, times) + start[part], length[part])


@lru_cache(maxsize=262_144)
def _parts_of(word: str) -> tuple[tuple[str, int, int], ...]:
    """Give a word and the words within it, with start and end; figures and marks are no feature.

    >>> [part for part, _, _ in _parts_of("现金管理")], _parts_of("2023")
    (['现金', '管理', '现金管理'], (('', 0, 4),))
    """
    if not FIRST_HAN <= ord(word[0]) <= LAST_HAN:
        return ((NO_FEATURE, 0, len(word)),)
    return words_within(word) if len(word) > SHORT else ((word, 0, len(word)),)


def _encode(text: str) -> tuple[str, npt.NDArray[np.uint32]]:
    try:
        return text, np.frombuffer(text.encode("utf-32-le"), np.uint32)
    except UnicodeEncodeError:
        return _encode(SURROGATES.sub("\ufffd", text))


def _view(joined: Joined, places: Places, value: npt.NDArray[np.float64]) -> View:
    text = joined.owner[places.start]
    squares = np.bincount(text, value * value, len(joined.starts) - 1)
    return View(places, text, (value / np.sqrt(squares)[text]).astype(np.float32))


def _known_grams(joined: Joined, vocabulary: Vocabulary) -> Places:
    """Look up the character that stands at each place, and the pair that begins there."""
    number, of_single, of_pair = vocabulary.tables
    letters = number[np.minimum(joined.codes, len(number) - 1)]
    columns = np.full((len(letters), 2), -1, np.int64)
    columns[:, 0] = of_single[letters]
    columns[:-1, 1] = of_pair[letters[:-1], letters[1:]]
    known = np.flatnonzero(columns.ravel() >= 0)
    return Places(columns.ravel()[known], known >> 1, (known & 1) + 1)


def _known_words(joined: Joined, vocabulary: Vocabulary) -> Places:
    column = np.array([vocabulary.words.get(part, -1) for part in joined.parts], np.int64)[joined.spread.column]
    known = np.flatnonzero(column >= 0)
    return Places(column[known], joined.spread.start[known], joined.spread.length[known])
