"""Classify at a keyboard: a statement in, a result that shows its deciding words; a frame in, a frame out."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import overload

import numpy as np
import pandas as pd

from pipeline.errors import LabelError
from pipeline.records import Evidence, Themes
from pipeline.themes.classify import AT_A_TIME, CONTEXT, Passage, Voices, decide, default_model, judge, words
from pipeline.themes.model import Model, load_model

COLOURS = ("#bfe3d0", "#fbe0a8", "#d5d0f0", "#f6cdd3")  # of the first, second … theme; dark text is legible on each


@dataclass(frozen=True, slots=True)
class Judgement:
    """A statement and its themes; in a notebook the deciding words are marked in the colour of their theme."""

    statement: str
    themes: tuple[str, ...]  # the primary first
    primary: str
    confidence: float  # probability that the primary theme is right
    evidence: tuple[Evidence, ...]
    review: bool  # to be looked at by a person

    def __repr__(self) -> str:
        """Show themes, confidence and deciding words in one line."""
        said = "、".join(f"{word.word}→{word.theme}" for word in self.evidence)
        return f"{'、'.join(self.themes)}（把握 {self.confidence:.2f}{'，待复核' if self.review else ''}；{said or '没有线索'}）"

    def _repr_html_(self) -> str:
        colour = dict(zip(self.themes, COLOURS * len(self.themes), strict=False))
        names = "　".join(
            f'<span style="background:{colour[theme]};color:#222;padding:0 .3em;border-radius:3px">{escape(theme)}</span>'
            for theme in self.themes
        )
        doubt = "，待复核" if self.review else ""
        return (
            f'<div style="line-height:1.9">{self._marked(colour)}<br>{names}　'
            f'<span style="color:#777">把握 {self.confidence:.2f}{doubt}</span></div>'
        )

    def _marked(self, colour: dict[str, str]) -> str:
        """Mark the deciding words in the statement; a word of two themes has the colour of the first."""
        pieces, position = [], 0
        for start, (end, theme) in sorted(self._places().items()):
            if start < position:
                continue
            title = escape(theme, quote=True)
            pieces.append(escape(self.statement[position:start]))
            pieces.append(
                f'<mark title="{title}" style="background:{colour[theme]};color:#222">'
                f"{escape(self.statement[start:end])}</mark>"
            )
            position = end
        return "".join((*pieces, escape(self.statement[position:])))

    def _places(self) -> dict[int, tuple[int, str]]:
        places: dict[int, tuple[int, str]] = {}
        for word in self.evidence:
            if word.span is not None:
                places.setdefault(word.span[0], (word.span[1], word.theme))
        return places


@overload
def classify(what: str, model: str | Path | Model | None = None) -> Judgement: ...  # type: ignore[overload-overlap]
@overload
def classify(
    what: pd.DataFrame | pd.Series | Sequence[str], model: str | Path | Model | None = None
) -> pd.DataFrame: ...
def classify(
    what: str | pd.DataFrame | pd.Series | Sequence[str], model: str | Path | Model | None = None
) -> Judgement | pd.DataFrame:
    """Say what a problem, or each of many, is about.

    Parameters
    ----------
    what
        A statement; or a frame with a column `statement` (and, where there are any, `description`, `category`,
        `aspect`, `measures`, which are heard where the statement leaves doubt); or a series or list of statements.
    model
        A model, or the file of one written by `zhenggai train`; the one in use where None.

    Returns
    -------
    Judgement or frame
        A frame has the index of what was given and the columns themes (joined by |, the primary first), primary,
        confidence, evidence (the deciding words joined by 、) and review.

    Raises LabelError where a frame has no column `statement`.

    >>> classify("党费收缴不及时").themes
    ('财务', '党建')
    >>> classify(["中心组学习以读代学", "公务用车管理不严"])["primary"].tolist()
    ['理论学习', '作风']
    """
    chosen = default_model() if model is None else model if isinstance(model, Model) else load_model(Path(model))
    if isinstance(what, str):
        found: Themes = judge([[Passage("statement", what, 0)]], chosen)[0]
        return Judgement(what, found.themes, found.primary, found.confidence, found.evidence, found.review)
    frame = what if isinstance(what, pd.DataFrame) else pd.Series(what, name="statement").to_frame()
    if "statement" not in frame:
        raise LabelError(
            f"表里没有 statement 列，只有 {'、'.join(map(str, frame.columns))}；请把问题所在的列改名为 statement"
        )
    parts = [_judged(frame.iloc[first : first + AT_A_TIME], chosen) for first in range(0, len(frame), AT_A_TIME)]
    columns = {name: [value for part in parts for value in part[name]] for name in _COLUMNS}
    return pd.DataFrame(columns, index=frame.index).astype(_COLUMNS)


_COLUMNS = {"themes": "str", "primary": "str", "confidence": "float64", "evidence": "str", "review": "bool"}


def _judged(frame: pd.DataFrame, model: Model) -> dict[str, list[object]]:
    """Judge as many problems as are scored together; no record is made of any of them, which makes it fast."""
    decision = decide(_voices(frame), len(frame), model)
    said: list[list[str]] = [[] for _ in range(len(frame))]
    for themes in decision.applies.T:
        for asked in decision.heard:
            passage, word, _ = words(asked, themes, model)
            spoken = asked.scored.joined.words
            for problem, number in zip(asked.problem[passage].tolist(), word.tolist(), strict=True):
                said[problem].append(spoken[number])
    names = model.themes
    return {
        "themes": ["|".join([names[theme] for theme in row if theme >= 0]) for row in decision.applies.tolist()],
        "primary": [names[theme] for theme in decision.primary.tolist()],
        "confidence": np.round(decision.confidence, 3).tolist(),
        "evidence": ["、".join(dict.fromkeys(found)) for found in said],
        "review": (decision.confidence < model.review).tolist(),
    }


def _voices(frame: pd.DataFrame) -> dict[str, Voices]:
    """Take the passages of every row; a missing text is none."""
    statements = frame["statement"].fillna("").astype(str).tolist()
    voices = {"statement": Voices(statements, np.arange(len(frame)), [None] * len(frame))}
    for role in CONTEXT:
        if role in frame:
            said = [(text, n) for n, text in enumerate(frame[role].tolist()) if isinstance(text, str) and text]
            voices[role] = Voices(
                [text for text, _ in said], np.array([n for _, n in said], np.int64), [None] * len(said)
            )
    return voices
