"""Say what problems are about: their themes, the primary one, and the words that decided.

The trained model scores every theme by the statement. Where that leaves it in doubt (执行制度不严格), what stands around
the statement is heard as well, the nearest first: its description and category, then the aspect, then the measures;
the first of them that makes it clear is the last one asked.

The evidence is exact: every word's share in the score of its theme. The confidence is the probability, calibrated on
statements that the model had not seen, that the primary theme is right.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from pipeline import paths
from pipeline.records import Evidence, Item, Themes
from pipeline.themes.features import Floats, Ints
from pipeline.themes.model import Model, Scored, load_model, score, shares

SHIPPED = Path(__file__).with_name("model.npz")
CLEAR = 0.6  # confidence from which on nothing further is asked
# Who is asked, round after round, and how loud they speak against the statement.
ROUNDS = ({"description": 0.3, "category": 0.36}, {"aspect": 0.24}, {"measures": 0.2})
CONTEXT = ("description", "category", "aspect", "measures")
HEARD = 0.3  # share of the weightiest word of a theme from which on a word is kept as evidence
LEAST = 0.02  # a word with a smaller share in the score decided nothing
AT_A_TIME = 4096  # problems that are scored together: as many as fit the processor's cache


class Passage(NamedTuple):
    """A piece of an item's text."""

    role: str  # statement, description, category, aspect or measures
    text: str
    start: int | None = None  # where it stands in the clean text; None: not known, and its evidence has no span


class Voices(NamedTuple):
    """The passages of one role of many problems."""

    texts: list[str]
    problem: Ints  # of each passage, ascending
    starts: list[int | None]


@dataclass(frozen=True, slots=True)
class Asked:
    """Passages that were heard together."""

    scored: Scored
    problem: Ints  # of each passage
    starts: list[int | None]
    loudness: Floats


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided of many problems."""

    primary: Ints
    applies: Ints  # problems × ranks: the themes, the primary first, -1 where there are no more
    confidence: Floats
    heard: tuple[Asked, ...]


@cache
def default_model() -> Model:
    """Load the model in use: the one trained here, where there is one, else the one that comes with the package."""
    return load_model(model_path())


def model_path() -> Path:
    """Say which model is in use."""
    return paths.MODEL if paths.MODEL.exists() else SHIPPED


def label(items: Sequence[Item], text: str, model: Model | None = None) -> list[Themes]:
    """Judge the items of a bulletin; `text` is the clean text that their spans point into."""
    return judge([list(passages(item, text)) for item in items], model)


def passages(item: Item, text: str) -> Iterator[Passage]:
    """Give the statement of an item and what stands around it, piece by piece."""
    yield Passage("statement", item.statement, item.statement_span[0])
    for role in CONTEXT:
        for start, end in item.spans.get(role, ()):
            yield Passage(role, text[start:end], start)


def judge(problems: Sequence[Sequence[Passage]], model: Model | None = None) -> list[Themes]:
    """Judge problems: of each the statement comes first, then its context.

    >>> found = judge([[Passage("statement", "中心组学习以读代学", 7)]])[0]
    >>> found.primary, found.review
    ('理论学习', False)
    >>> found.evidence[0].word, found.evidence[0].span
    ('学习', (10, 12))
    """
    model = model or default_model()
    return [
        judged
        for first in range(0, len(problems), AT_A_TIME)
        for judged in _judge(problems[first : first + AT_A_TIME], model)
    ]


def decide(voices: Mapping[str, Voices], count: int, model: Model) -> Decision:
    """Decide on as many problems as are scored together.

    Parameters
    ----------
    voices
        Their passages by role; every problem has a statement.
    count
        How many problems there are.
    model
        The classifier.
    """
    scores = np.tile(model.intercept, (count, 1))
    heard: list[Asked] = []
    for loudness in ({"statement": 1.0}, *ROUNDS):
        doubtful = model.confidence(scores) < CLEAR if heard else np.ones(count, np.bool_)
        asked = _hear(voices, loudness, doubtful, model)
        np.add.at(scores, asked.problem, asked.scored.scores * asked.loudness[:, None])
        heard.append(asked)
    primary = scores.argmax(axis=1)
    return Decision(primary, _applies(scores, primary, model), model.confidence(scores), tuple(heard))


def words(asked: Asked, themes: Ints, model: Model) -> tuple[Ints, Ints, npt.NDArray[np.float64]]:
    """Give the words that spoke loudest for one theme of every problem; -1: none is asked about.

    Returns
    -------
    tuple of arrays
        The passage of each word, its number among the words of the joined passages, and its share in the score.
    """
    theme = themes[asked.problem]
    share = shares(asked.scored, theme, model)
    joined = asked.scored.joined
    passage = joined.owner[joined.borders]
    best = np.zeros(len(theme))
    np.maximum.at(best, passage, share)
    kept = np.flatnonzero((share >= HEARD * best[passage]) & (share >= LEAST))
    kept = kept[
        np.fromiter((joined.words[n][0].isalnum() for n in kept.tolist()), np.bool_, len(kept))
    ]  # marks tell none
    passage = passage[kept]
    return passage, kept, np.round(share[kept] * asked.loudness[passage], 3)


def _hear(
    voices: Mapping[str, Voices], loudness: Mapping[str, float], wanted: npt.NDArray[np.bool_], model: Model
) -> Asked:
    """Score the passages of these roles of the wanted problems."""
    texts: list[str] = []
    starts: list[int | None] = []
    problem: list[Ints] = [np.zeros(0, np.int64)]
    volume: list[Floats] = [np.zeros(0, np.float32)]
    for role in filter(voices.__contains__, loudness):
        every = voices[role]
        heard = np.flatnonzero(wanted[every.problem])
        texts += [every.texts[n] for n in heard.tolist()]
        starts += [every.starts[n] for n in heard.tolist()]
        problem.append(every.problem[heard])
        volume.append(np.full(len(heard), loudness[role], np.float32))
    return Asked(score(texts, model), np.concatenate(problem), starts, np.concatenate(volume))


def _applies(scores: Floats, primary: Ints, model: Model) -> Ints:
    """Put the primary theme first, then those whose probability reaches their threshold, the likeliest first."""
    probability = model.probabilities(scores)
    reach = probability >= model.thresholds
    every = np.arange(len(scores))
    probability[~reach] = -1
    probability[every, primary] = 2
    reach[every, primary] = True
    width = int(reach.sum(axis=1).max(initial=1))
    order = np.argsort(-probability, axis=1, kind="stable")[:, :width]
    return np.where(np.take_along_axis(reach, order, axis=1), order, -1)


def _judge(problems: Sequence[Sequence[Passage]], model: Model) -> list[Themes]:
    decision = decide(_voices(problems), len(problems), model)
    names = model.themes
    evidence: list[list[Evidence]] = [[] for _ in problems]
    for themes in decision.applies.T:
        said: list[list[Evidence]] = [[] for _ in problems]
        for asked in decision.heard:
            for problem, word in _evidence(asked, themes, model):
                said[problem].append(word)
        for kept, found in zip(evidence, said, strict=True):
            kept.extend(sorted(found, key=_lightness))
    applied = [tuple(names[theme] for theme in row if theme >= 0) for row in decision.applies.tolist()]
    return [
        Themes(said_, said_[0], round(sure, 3), tuple(words_), review=sure < model.review)
        for said_, sure, words_ in zip(applied, decision.confidence.tolist(), evidence, strict=True)
    ]


def _voices(problems: Sequence[Sequence[Passage]]) -> dict[str, Voices]:
    found: dict[str, list[tuple[str, int, int | None]]] = {}
    for number, problem in enumerate(problems):
        for passage in problem:
            found.setdefault(passage.role, []).append((passage.text, number, passage.start))
    return {
        role: Voices([text for text, _, _ in rows], np.array([n for _, n, _ in rows]), [start for _, _, start in rows])
        for role, rows in found.items()
    }


def _evidence(asked: Asked, themes: Ints, model: Model) -> Iterator[tuple[int, Evidence]]:
    """Give the words that spoke for one theme of every problem, each with the problem."""
    joined = asked.scored.joined
    passage, word, share = words(asked, themes, model)
    begin = joined.borders[word] - joined.starts[passage]
    problem = asked.problem[passage]
    for number, place, kept, start, theme, weight in zip(
        *(column.tolist() for column in (problem, passage, word, begin, themes[problem], share)), strict=True
    ):
        said = joined.words[kept]
        offset = asked.starts[place]
        span = None if offset is None else (offset + start, offset + start + len(said))
        yield number, Evidence(model.themes[theme], said, weight, span)


def _lightness(evidence: Evidence) -> float:
    return -evidence.weight
