"""Find the cues of the themes in a text.

A cue is a word or phrase that speaks for a theme with a weight (pipeline/lexicon/theme_cues.csv). It must begin
and end where a word of the text begins and ends, so that 应急 is not read out of 相应急需. Of two cues at the same
place the longer one speaks: 党组会议记录 says nothing of 党组会. A cue with a gap, 学习…精神, needs its parts in this
order within one clause, with something between them.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from pipeline.errors import VocabularyError
from pipeline.lexicon import read_table
from pipeline.records import Span
from pipeline.themes.tokens import tokenize, words_within

GAP = "…"
LONGEST_GAP = 24  # characters between two parts of a cue with a gap; longer, and they belong to different thoughts
LONGEST_NAME = 5  # characters from a cue to the end of the unit's name that it is part of
SHORT = 2  # characters of a word that has no words within
REACH = 200  # characters to either side in which a sentence is looked for; keeps the time linear where no mark stands
CLAUSE_END = re.compile(r"[，,。；;：:！!？?\n]")
SENTENCE_ENDS = "。；;！!？?\n"

Place = tuple[int, int, str]  # [start, end) in the text searched, and the phrase that stands there


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
    word: str  # as written, with its gaps
    weight: float  # 3 and more: names the theme by itself; 2: usually means it; 1: helps where nothing better stands
    example: str  # a statement of ours in which the cue is found
    unless: tuple[str, ...]  # words that take the cue back when they stand in the same sentence


@dataclass(frozen=True, slots=True)
class Hit:
    """A cue at a place of a text."""

    cue: Cue
    start: int
    end: int
    standing: str  # plain; setting: 采购 in 采购领域的廉洁风险; name: 体育 in 体育局; turned: 党课 in 将廉政纳入党课


@dataclass(frozen=True, slots=True)
class _Index:
    """The cues arranged for finding."""

    whole: dict[str, tuple[Cue, ...]]  # phrase → the cues that are just this phrase
    gapped: dict[str, tuple[Cue, ...]]  # first part → the cues with a gap that begin with it
    openings: dict[str, bool]  # every beginning of a phrase to look for → whether it is the whole of one


@cache
def themes() -> dict[str, Theme]:
    """Read the themes, by name, in the order of their rank.

    >>> list(themes())[:5]
    ['理论学习', '三重一大', '财务', '意识形态', '选人用人']
    """
    rows = read_table("themes", ("theme", "rank", "core", "definition"))
    every = [Theme(row["theme"], int(row["rank"]), row["core"] == "yes", row["definition"]) for row in rows]
    return {theme.name: theme for theme in every}


@cache
def cues() -> tuple[Cue, ...]:
    """Read every cue, in the order of the file."""
    rows = read_table("theme_cues", ("theme", "cue", "weight", "example", "unless"))
    return tuple(_cue(row) for row in rows)


def _cue(row: dict[str, str]) -> Cue:
    if row["theme"] not in themes():
        raise VocabularyError(f"theme_cues.csv: {row['cue']!r}: {row['theme']!r} is none of {list(themes())}")
    unless = tuple(word for word in row["unless"].split("|") if word)
    return Cue(row["theme"], row["cue"], float(row["weight"]), row["example"], unless)


@cache
def words(role: str) -> tuple[str, ...]:
    """Read the words of theme_words.csv that have a role.

    >>> "纳入" in words("turn")
    True
    """
    rows = read_table("theme_words", ("role", "word", "example"))
    found = tuple(row["word"] for row in rows if row["role"] == role)
    if not found:
        raise VocabularyError(f"theme_words.csv: no word has the role {role!r}")
    return found


def find(text: str) -> list[Hit]:
    """Find every cue that speaks in a text, in the order of the places.

    >>> [(hit.cue.theme, hit.cue.word) for hit in find("党费收缴不及时")]
    [('财务', '党费收缴'), ('党建', '党费收缴')]
    >>> find("相应急需物品已经购买")
    []
    """
    index = _index()
    begins, ends = _borders(text)
    places = _places(text, begins, ends, index.openings)
    found = [
        (cue, start, end)
        for start, end, phrase in _outermost(place for place in places if place[2] in index.whole)
        for cue in index.whole[phrase]
    ]
    if any(phrase in index.gapped for _, _, phrase in places):
        found.extend(_gapped(text, places, index.gapped))
        found.sort(key=_by_place)
    turns = _turns(text)
    return [
        Hit(cue, start, end, _standing(text, start, end, ends, turns))
        for cue, start, end in found
        if not cue.unless or not _taken_back(cue, start, end, text)
    ]


def _by_place(found: tuple[Cue, int, int]) -> tuple[int, int]:
    """Sort what was found by its place, the longer one of two first."""
    return found[1], -found[2]


def _places(text: str, begins: list[int], ends: list[int], openings: dict[str, bool]) -> list[Place]:
    """Find the phrases of the index that stand between two borders of words, by start, then by end."""
    places = []
    first = 0
    for start in begins:
        while ends[first] <= start:
            first += 1
        number = first
        while (whole := openings.get(phrase := text[start : ends[number]])) is not None:
            if whole:
                places.append((start, ends[number], phrase))
            number += 1
            if number == len(ends):
                break
    return places


def _borders(text: str) -> tuple[list[int], list[int]]:
    """Say where the words of a text begin, and where they end, words within words included.

    >>> _borders("现金管理松散")
    ([0, 2, 4], [2, 4, 6])
    """
    begins: list[int] = []
    ends: list[int] = []
    for word, start, end in tokenize(text):
        if end - start <= SHORT:
            begins.append(start)
            ends.append(end)
        else:
            inner_begins, inner_ends = _borders_within(word)
            begins.extend([start + inner for inner in inner_begins])
            ends.extend([start + inner for inner in inner_ends])
    return begins, ends


@lru_cache(maxsize=65_536)
def _borders_within(word: str) -> tuple[list[int], list[int]]:
    """Say the same for one word."""
    within = words_within(word)
    return sorted({start for _, start, _ in within}), sorted({end for _, _, end in within})


def _outermost(places: Iterator[Place]) -> list[Place]:
    """Keep the places that lie in no other one, given by start, then by end."""
    kept: list[Place] = []
    for place in places:
        if kept and kept[-1][0] == place[0]:
            kept[-1] = place
        elif not kept or place[1] > kept[-1][1]:
            kept.append(place)
    return kept


def _gapped(text: str, places: list[Place], gapped: dict[str, tuple[Cue, ...]]) -> Iterator[tuple[Cue, int, int]]:
    """Find the cues with a gap: their parts one after another within a clause, something between them."""
    marks = [mark.start() for mark in CLAUSE_END.finditer(text)]
    for number, (start, end, phrase) in enumerate(places):
        for cue in gapped.get(phrase, ()):
            clause = bisect_right(marks, start)
            parts = cue.word.split(GAP)[1:]
            reached = end
            for later in range(number + 1, len(places)):
                next_start, next_end, next_phrase = places[later]
                if next_start - reached > LONGEST_GAP or bisect_right(marks, next_start) != clause:
                    break
                if next_start > reached and next_phrase == parts[0]:
                    reached = next_end
                    del parts[0]
                    if not parts:
                        yield cue, start, reached
                        break


def _taken_back(cue: Cue, start: int, end: int, text: str) -> bool:
    """Look whether a word of the cue's `unless` stands in the sentence of the place.

    >>> [hit.cue.word for hit in find("学生社团管理不严")], "学习" in [hit.cue.word for hit in find("学习借鉴不够")]
    (['学生'], False)
    """
    before = text[max(0, start - REACH) : start]
    after = text[end : end + REACH]
    begin = start - len(before) + max(before.rfind(mark) for mark in SENTENCE_ENDS) + 1
    stop = end + min((place for place in map(after.find, SENTENCE_ENDS) if place >= 0), default=len(after))
    return any(text.find(word, begin, stop) >= 0 for word in cue.unless)


def _standing(text: str, start: int, end: int, ends: list[int], turns: list[Span]) -> str:
    """Tell how a cue stands in its sentence, by what is right behind it and by a turn before it.

    >>> [(hit.cue.word, hit.standing) for hit in find("采购、招生等领域廉政风险较高")]
    [('采购', 'setting'), ('招生', 'setting'), ('廉政风险', 'plain')]
    >>> [(hit.cue.word, hit.standing) for hit in find("体育局招生时把关不严")]
    [('体育', 'name'), ('招生', 'setting')]
    """
    for standing, pattern in _behind():
        behind = pattern.match(text, end)
        if behind:
            stop = behind.end()
            a_word_ends = ends[bisect_left(ends, stop)] == stop
            if a_word_ends and not (standing == "name" and text.startswith(words("not_organ"), stop - 2)):
                return standing
    if turns:
        last = bisect_right(turns, (start, 0)) - 1
        if last >= 0 and turns[last][0] < start < turns[last][1]:
            return "turned"
    return "plain"


@cache
def _behind() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Compile what stands behind a cue that is part of a name (体育局) or names a setting (采购等领域)."""
    organ = "|".join(words("organ"))
    setting = "|".join(words("setting"))
    listed = "|".join(word for word in words("setting") if len(word) > 1)
    others = "(?:[、和与及][^，,。；;、和与及等]{1,8}?){1,6}"
    return (
        ("name", re.compile(f"[\u4e00-\u9fd5]{{0,{LONGEST_NAME - 1}}}?(?:{organ})")),
        ("setting", re.compile(f"(?:{setting})|(?:{others}(?:等.{{0,4}}?)?|等.{{0,4}}?)(?:{listed})")),
    )


def _turns(text: str) -> list[Span]:
    """Find the reach of each turn (纳入, 列入 …) that has something before it: to the end of its clause.

    >>> _turns("未将廉政教育纳入党课内容，责任不清")
    [(6, 12)]
    """
    return [(turn.start(), _clause_end(text, turn.end())) for turn in _turn().finditer(text, 1)]


@cache
def _turn() -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, words("turn"))))


def _clause_end(text: str, start: int) -> int:
    stop = min(len(text), start + REACH)
    mark = CLAUSE_END.search(text, start, stop)
    return mark.start() if mark else stop


@cache
def _index() -> _Index:
    whole: dict[str, tuple[Cue, ...]] = {}
    gapped: dict[str, tuple[Cue, ...]] = {}
    parts: set[str] = set()
    for cue in cues():
        first, *others = cue.word.split(GAP)
        home = gapped if others else whole
        home[first] = (*home.get(first, ()), cue)
        parts.update((first, *others))
    openings = {part[:length]: False for part in parts for length in range(1, len(part))}
    return _Index(whole, gapped, openings | dict.fromkeys(parts, True))
