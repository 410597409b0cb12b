"""Say what an item is about: its themes, the primary one, and the words that decided.

The rule, in five steps; every word of it is data in pipeline/lexicon (themes, theme_cues, theme_words):

1. The cues of the problem statement speak, each with its weight. One further along in the sentence speaks more
   softly; so does one that only names the setting (采购领域的廉洁风险 is about integrity, not about buying), that
   is part of a unit's name (体育局), or that stands behind a turn (意识形态纳入理论学习 is about ideology).
2. A theme's score is its best cue, and a little for each further one: ten weak words do not beat a clear one.
3. Beside a clear statement the description helps softly and nothing else is asked. A statement too vague to tell
   (执行制度不严格) is read with its description and category, then with the aspect, then with the measures: the first
   that makes it clear is the last one asked.
4. The primary theme is the one with the best score; every theme with a good share of that score applies as well.
5. The confidence grows with the score and with its lead over the runner-up. It is a figure to sort by, between 0
   and 1, rising with the evidence; it is not a calibrated probability.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from pipeline.records import Evidence, Item, Span, Themes
from pipeline.themes.cues import find, themes, words

# How loud a passage speaks, against the statement: what is near is asked first, then the rest in turn.
NEAR = {"description": 0.6, "category": 0.5}
FAR = ({"aspect": 0.4}, {"measures": 0.45})
CONTEXT = ("description", "category", "aspect", "measures")
BESIDE_CLEAR = {"description": 0.3}  # all that is asked where the statement is clear by itself
CLEAR = 1.5  # a best score from which on nothing further is asked
TOLD = 1.0  # the same for what one step of the context has said
FADE, FLOOR = 0.012, 0.6  # what a cue loses with each character before it, and the least it keeps
STANDING = {"plain": 1.0, "setting": 0.6, "turned": 0.8, "name": 0.4}  # what is left of a cue that stands so
FIRST = 1.1  # what the first heavy cue of a passage gains: a sentence begins with its subject
NOUN = 2.5  # the least weight of a heavy cue: lighter ones are verbs more often (学习贯彻 …)
FURTHER = 0.35  # each further cue of a theme counts this much of the one before
SHARE = 0.55  # share of the best score from which on a theme of the statement applies
LEAST = 1.4  # what a further theme needs in any case beside a clear one: a light word (监管, 企业) is no second theme
SHARE_BESIDE = 0.75  # the same for a theme that only the context names
STRONG = 2.0  # weight of the cues that are heard in the measures: every measure speaks of study and of rules
ENOUGH = 1.5  # score at which the confidence has come two thirds of its way
REVIEW = 0.45  # confidence below which a person should look
UNKNOWN = 0.1  # the confidence in the theme that is given where no cue is found


Vote = tuple[str, str, float, Span | None]  # what Evidence holds: theme, word, weight, span; made by the million


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of an item's text."""

    role: str  # statement, description, category, aspect or measures
    text: str
    start: int | None = None  # where it stands in the clean text; None: not known, and its evidence has no span


def classify(statement: str | Passage, context: Sequence[Passage] = ()) -> Themes:
    """Judge the themes of a problem by its statement and, where that is not enough, by its context.

    A text in which no cue is found gets the theme 主责主业 with a very low confidence and no evidence, and is to be
    reviewed: inspectors name what a unit does in the unit's own words, which no list holds.

    >>> found = classify("意识形态工作未纳入中心组学习内容")
    >>> found.primary, found.themes, found.review
    ('意识形态', ('意识形态', '理论学习'), False)
    >>> [(evidence.word, evidence.span) for evidence in found.evidence]
    [('意识形态', (0, 4)), ('中心组学习', (9, 14)), ('学习内容', (12, 16))]
    >>> classify("执行制度不严格", [Passage("category", "财务管理不规范")]).themes
    ('财务', '内部治理')
    >>> classify("").review
    True
    """
    if isinstance(statement, str):
        statement = Passage("statement", statement, 0)
    votes = _votes(statement, 1.0)
    scores = _scores(votes)
    clear = _best(scores) >= CLEAR
    # What a theme needs to apply: little if the statement names it, more if only the context does.
    bars = dict.fromkeys(scores, SHARE)
    if context:
        for loudness in (BESIDE_CLEAR if clear else NEAR, *FAR):
            heard = [vote for passage in context for vote in _votes(passage, loudness.get(passage.role, 0.0))]
            votes += heard
            scores = _scores(votes)
            if _best(scores) >= CLEAR or _best(_scores(heard)) >= TOLD:
                break
    return _judged(votes, scores, bars, LEAST if clear else 0.0)


def label(item: Item, text: str) -> Themes:
    """Judge the themes of an item of a bulletin; `text` is the clean text that its spans point into."""
    return classify(Passage("statement", item.statement, item.statement_span[0]), tuple(passages(item, text)))


def passages(item: Item, text: str) -> Iterator[Passage]:
    """Give what stands around the statement of an item: description, category, aspect and measures, piece by piece."""
    for role in CONTEXT:
        for start, end in item.spans.get(role, ()):
            yield Passage(role, text[start:end], start)


def _votes(passage: Passage, loudness: float) -> list[Vote]:
    """Weigh the cues of a passage where they stand."""
    if not loudness:
        return []
    hits = find(passage.text)
    if passage.role == "measures":
        silent = words("not_in_measures")
        hits = [hit for hit in hits if hit.cue.weight >= STRONG and hit.cue.theme not in silent]
    subject = next((hit.start for hit in hits if hit.cue.weight >= NOUN), None)
    offset = passage.start
    votes: list[Vote] = []
    for hit in hits:
        weight = hit.cue.weight * loudness * max(FLOOR, 1 - FADE * hit.start) * STANDING[hit.standing]
        if hit.start == subject and hit.cue.weight >= NOUN:
            weight *= FIRST
        span = None if offset is None else (offset + hit.start, offset + hit.end)
        votes.append((hit.cue.theme, hit.cue.word, round(weight, 3), span))
    return votes


def _scores(votes: Iterable[Vote]) -> dict[str, float]:
    """Add up the votes of each theme; a cue said twice counts once."""
    weights: defaultdict[str, dict[str, float]] = defaultdict(dict)
    for theme, word, weight, _ in votes:
        said = weights[theme]
        said[word] = max(weight, said.get(word, 0.0))
    return {
        theme: sum(weight * FURTHER**n for n, weight in enumerate(sorted(said.values(), reverse=True)))
        for theme, said in weights.items()
    }


def _best(scores: dict[str, float]) -> float:
    return max(scores.values(), default=0.0)


def _judged(votes: Sequence[Vote], scores: dict[str, float], bars: dict[str, float], least: float) -> Themes:
    """Decide from the scores. Of equal scores the theme that comes first in the scheme leads."""
    if not scores:
        (default,) = words("default")
        return Themes((default,), default, UNKNOWN, (), review=True)
    ranked = sorted(scores, key=lambda theme: (-scores[theme], themes()[theme].rank))
    best = scores[ranked[0]]
    others = (theme for theme in ranked[1:] if scores[theme] >= max(least, best * bars.get(theme, SHARE_BESIDE)))
    chosen = (ranked[0], *others)
    runner_up = scores[ranked[1]] if len(ranked) > 1 else 0.0
    confidence = _confidence(best, runner_up)
    return Themes(chosen, ranked[0], confidence, _evidence(votes, chosen), review=confidence < REVIEW)


def _evidence(votes: Sequence[Vote], chosen: Sequence[str]) -> tuple[Evidence, ...]:
    """Keep what spoke for the chosen themes, the weightiest first; of a cue said twice, where it weighs most."""
    kept: dict[tuple[str, str], Evidence] = {}
    for theme, word, weight, span in sorted(votes, key=_lightness):
        if theme in chosen and (theme, word) not in kept:
            kept[theme, word] = Evidence(theme, word, weight, span)
    return tuple(kept.values())


def _lightness(vote: Vote) -> float:
    return -vote[2]


def _confidence(best: float, runner_up: float) -> float:
    """Tell how sure the primary theme is, 0 to 1: more with more evidence, less with a close runner-up.

    >>> _confidence(3.4, 0), _confidence(3.4, 3.2), _confidence(1.0, 0)
    (0.896, 0.559, 0.487)
    """
    lead = (best - runner_up) / best
    return round((1 - math.exp(-best / ENOUGH)) * (0.6 + 0.4 * lead), 3)
