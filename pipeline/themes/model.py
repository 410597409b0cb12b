"""The trained classifier as it is stored and used: a linear score for every theme, calibrated.

A text's score for a theme is a sum over its characters, pairs and words of value × coefficient, and what the weightiest
cue of the lexicon adds; so every character's share in it is known exactly: that is the evidence. The file holds plain
arrays and a JSON header (NumPy's .npz, read with pickle off): opening one can run nothing.
"""

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import IO, Any

import numpy as np
import numpy.typing as npt

from pipeline.errors import ModelError
from pipeline.themes.cues import Heard, hear, themes
from pipeline.themes.features import SHIFT, Floats, Ints, Joined, View, Vocabulary, find, join

FORMAT = 1
LEAST_LOGIT = -80  # what is below it is as good as impossible, and too much for an exponential


@dataclass(frozen=True)
class Model:
    """A trained classifier."""

    vocabulary: Vocabulary
    weights: Floats  # themes × columns
    intercept: Floats  # a theme each
    slopes: Floats  # probability of a theme = sigmoid(slope × score + offset)
    offsets: Floats
    thresholds: Floats  # probability from which on a theme applies
    cues: float  # what the weightiest cue of the lexicon adds at most, against about 1 for a statement's own theme
    sharpness: float  # confidence in the primary theme = softmax(sharpness × scores)
    review: float  # confidence below which a person should look
    header: Mapping[str, Any]  # themes, hash of the labels, versions, figures of its training

    @cached_property
    def themes(self) -> tuple[str, ...]:
        """The themes, in the order of the columns."""
        return tuple(self.header["themes"])

    def probabilities(self, scores: Floats) -> Floats:
        """Give the probability that each theme applies."""
        logits = np.maximum(self.slopes * scores + self.offsets, LEAST_LOGIT)
        probability: Floats = 1 / (1 + np.exp(-logits))
        return probability

    def confidence(self, scores: Floats) -> Floats:
        """Give the probability that the theme with the best score is the primary one."""
        relative = np.exp(self.sharpness * (scores - scores.max(axis=1, keepdims=True)))
        confidence: Floats = 1 / relative.sum(axis=1)
        return confidence


@dataclass(frozen=True, slots=True)
class Scored:
    """Texts and what speaks for which theme in them."""

    joined: Joined
    scores: Floats  # texts × themes, without the intercept
    views: tuple[View, ...]
    heard: Heard


def score(texts: Sequence[str], model: Model) -> Scored:
    """Score texts for every theme, without the intercept."""
    joined = join(texts)
    scores = np.zeros((len(texts), len(model.themes)), np.float32)
    views = find(joined, model.vocabulary)
    for places, text, value in views:
        first = np.flatnonzero(np.diff(text, prepend=-1))
        for theme, weights in enumerate(model.weights if len(text) else ()):
            scores[text[first], theme] += np.add.reduceat(value * weights[places.column], first)
    heard = hear(joined)
    scores[heard.text, heard.theme] += model.cues * heard.weight
    return Scored(joined, scores, views, heard)


def score_cues(texts: Sequence[str]) -> Floats:
    """Score texts for every theme by the lexicon alone: texts × themes."""
    heard = hear(join(texts))
    scores = np.zeros((len(texts), len(themes())), np.float32)
    scores[heard.text, heard.theme] = heard.weight
    return scores


def shares(scored: Scored, theme: Ints, model: Model) -> npt.NDArray[np.float64]:
    """Give every word's share in its text's score for one theme.

    Parameters
    ----------
    scored
        The texts.
    theme
        The theme (its column) that is asked about, for each text; -1: none.

    Returns
    -------
    array, one entry a word of `scored.joined.words`
        The shares of a text add up to its score, without the intercept.
    """
    joined = scored.joined
    word = np.repeat(np.arange(len(joined.words)), joined.lengths)  # the word of every character
    found = np.zeros(len(joined.words))
    for places, text, value in scored.views:
        asked = np.flatnonzero(theme[text] >= 0)
        column, start, length = (each[asked] for each in places)
        half = value[asked] * model.weights[theme[text[asked]], column] / 2
        for end in (start, start + length - 1):  # a pair may stand across two words, nothing else does
            found += np.bincount(word[end], half, len(found))
    heard = scored.heard
    speaks = np.flatnonzero(heard.theme == theme[heard.text])
    each = model.cues * heard.weight[speaks] / heard.length[speaks]
    for step in range(int(heard.length[speaks].max(initial=0))):
        reached = heard.length[speaks] > step
        found += np.bincount(word[heard.start[speaks][reached] + step], each[reached], len(found))
    return found


def save_model(model: Model, file: IO[bytes]) -> None:
    """Write a model."""
    vocabulary = model.vocabulary
    fitted = {"cues": model.cues, "sharpness": model.sharpness, "review": model.review}
    header = {**model.header, "format": FORMAT, **fitted}
    np.savez_compressed(
        file,
        header=np.frombuffer(json.dumps(header, ensure_ascii=False, sort_keys=True).encode(), np.uint8),
        grams=vocabulary.grams,
        words=np.frombuffer("\n".join(vocabulary.words).encode(), np.uint8),
        idf=vocabulary.idf,
        weights=np.ascontiguousarray(model.weights.T, np.float16),
        intercept=model.intercept,
        slopes=model.slopes,
        offsets=model.offsets,
        thresholds=model.thresholds,
    )


def load_model(path: Path) -> Model:
    """Read a model.

    Raises ModelError, naming the file and the next step, where there is none, it is damaged, of another version of the
    program, or was trained for another scheme of themes.
    """
    try:
        with path.open("rb") as file:
            header, arrays = _read_arrays(file)
    except FileNotFoundError:
        raise ModelError(f"{path}：没有这个模型；请先运行 zhenggai train") from None
    except OSError:
        raise  # it is there and cannot be opened
    except Exception as error:  # noqa: BLE001  a damaged archive fails in many ways
        raise ModelError(f"{path}：模型文件已损坏（{error}）；请再运行一次 zhenggai train") from None
    if header.get("format") != FORMAT:
        raise ModelError(
            f"{path}：模型的格式是 {header.get('format')}，本版程序要 {FORMAT}；请再运行一次 zhenggai train"
        )
    if list(header.get("themes", ())) != list(themes()):
        other = "、".join(sorted(set(header.get("themes", ())) ^ set(themes()))) or "次序"
        raise ModelError(f"{path}：模型按另一套主题训练（不同之处：{other}）；请再运行一次 zhenggai train")
    try:
        return _build(header, arrays)
    except (KeyError, TypeError, ValueError) as error:
        raise ModelError(f"{path}：模型文件已损坏（{error}）；请再运行一次 zhenggai train") from None


def _read_arrays(file: IO[bytes]) -> tuple[dict[str, Any], dict[str, npt.NDArray[Any]]]:
    """Read header and arrays; raise whatever the archive is wrong with."""
    with np.load(file, allow_pickle=False) as archive:
        header = json.loads(archive["header"].tobytes())
        if not isinstance(header, dict):
            raise TypeError("header")
        return header, {name: archive[name] for name in archive.files if name != "header"}


def _build(header: Mapping[str, Any], arrays: Mapping[str, npt.NDArray[Any]]) -> Model:
    """Put a model together. Raises KeyError, TypeError or ValueError where a part is missing or of the wrong size."""
    words = arrays["words"].tobytes().decode().split("\n")
    grams = arrays["grams"].astype(np.uint64, casting="safe")
    size, width = len(grams) + len(words), len(themes())
    shapes = {"idf": (size,), "weights": (size, width)}
    shapes |= dict.fromkeys(("intercept", "slopes", "offsets", "thresholds"), (width,))
    for name, shape in shapes.items():
        if arrays[name].shape != shape:
            raise ValueError(f"{name} 的大小不对")
    if len(grams) and int(grams.max() >> SHIFT) > sys.maxunicode + 1:
        raise ValueError("grams 里有不是字符的")
    return Model(
        Vocabulary(
            grams,
            {word: len(grams) + n for n, word in enumerate(words)},
            arrays["idf"].astype(np.float32),
        ),
        np.ascontiguousarray(arrays["weights"].T, np.float32),
        intercept=arrays["intercept"],
        slopes=arrays["slopes"],
        offsets=arrays["offsets"],
        thresholds=arrays["thresholds"],
        cues=float(header["cues"]),
        sharpness=float(header["sharpness"]),
        review=float(header["review"]),
        header=header,
    )
