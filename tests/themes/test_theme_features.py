"""Features and scores in arrays equal the plain way of computing them."""

import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from theme_data import STATEMENTS

from pipeline.themes.classify import default_model
from pipeline.themes.cues import hear
from pipeline.themes.features import FADE, FLOOR, find, fit, join
from pipeline.themes.model import score, shares
from pipeline.themes.tokens import cut_words, words_within

TEXTS = st.lists(
    st.sampled_from([*STATEMENTS[:40], "", "\n", "a1，", "𠮷", "（", "2023-2025", "党费收缴\n账目"]), max_size=5
)


def plain_values(text, vocabulary):
    """The features of one text with their values, one by one."""
    text = text.replace("\n", " ")
    views = [[], []]
    known = {int(key): n for n, key in enumerate(vocabulary.grams)}
    for n, character in enumerate(text):
        pair = ((ord(character) + 1) << 21 | ord(text[n + 1])) if n + 1 < len(text) else None
        views[0] += [(known[key], n) for key in (ord(character), pair) if key in known]
    position = 0
    for word in cut_words(text):
        parts = words_within(word) if len(word) > 2 else ((word, 0, len(word)),)
        if "\u3400" <= word[0] <= "\u9fff":
            views[1] += [
                (vocabulary.words[part], position + start) for part, start, _ in parts if part in vocabulary.words
            ]
        position += len(word)
    found = Counter()
    for view in views:
        raw = [(column, float(vocabulary.idf[column]) * max(FLOOR, 1 - FADE * start)) for column, start in view]
        length = math.sqrt(sum(value * value for _, value in raw)) or 1
        for column, value in raw:
            found[column] += value / length
    return found


@given(TEXTS)
@settings(max_examples=40, deadline=None)
def test_scores_are_those_of_the_plain_way(texts):
    model = default_model()
    scored = score(texts, model)
    for n, text in enumerate(texts):
        expected = np.zeros(len(model.themes))
        for column, value in plain_values(text, model.vocabulary).items():
            expected += value * model.weights[:, column]
        heard = hear(join([text]))
        expected[heard.theme] += model.cues * heard.weight
        assert scored.scores[n] == pytest.approx(expected, abs=1e-4)


@given(TEXTS)
@settings(max_examples=40, deadline=None)
def test_the_shares_of_the_words_add_up_to_the_score(texts):
    model = default_model()
    scored = score(texts, model)
    theme = scored.scores.argmax(axis=1).astype(np.int64)
    share = shares(scored, theme, model)
    owner = scored.joined.owner[scored.joined.borders]
    for n in range(len(texts)):
        assert share[owner == n].sum() == pytest.approx(float(scored.scores[n, theme[n]]), abs=1e-4)


@given(TEXTS)
@settings(max_examples=30, deadline=None)
def test_the_words_make_up_the_joined_text(texts):
    joined = join(texts)
    assert "".join(joined.words) == joined.text
    assert len(joined.starts) == len(texts) + 1


def test_no_feature_reaches_over_two_texts():
    vocabulary = fit(["党费收缴", "账实不符"])
    joined = join(["缴账", "费收"])
    for view in find(joined, vocabulary):
        for start, length in zip(view.places.start.tolist(), view.places.length.tolist(), strict=True):
            assert "\n" not in joined.text[start : start + length]


def test_a_feature_s_weight_falls_with_how_many_texts_have_it():
    vocabulary = fit(["党费收缴", "党费使用", "账实不符"])
    idf = {word: vocabulary.idf[column] for word, column in vocabulary.words.items()}
    assert idf["党费"] < idf["收缴"]
    assert idf["收缴"] == pytest.approx(math.log(4 / 2) + 1)
