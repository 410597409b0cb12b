"""Features and scores in arrays equal the plain way of computing them."""

import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer
from theme_data import MODEL, STATEMENTS

from pipeline.themes.cues import hear
from pipeline.themes.features import FADE, FLOOR, NO_FEATURE, find, fit, join, word_borders
from pipeline.themes.model import score, shares
from pipeline.themes.tokens import cut_words, words_within

PIECES = [*STATEMENTS[:40], "", "\n", "\r", " ", "a1，", "𠮷", "（", "2023-2025", "党费收缴\n账目", "\ud800"]
TEXTS = st.lists(st.lists(st.sampled_from(PIECES) | st.text(max_size=4), max_size=3).map("".join), max_size=5)


def plain_values(text, vocabulary):
    """The features of one text with their values, one by one."""
    text = "".join("\ufffd" if "\ud800" <= letter <= "\udfff" else letter for letter in text.replace("\n", " "))
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
    scored = score(texts, MODEL)
    for n, text in enumerate(texts):
        expected = np.zeros(len(MODEL.themes))
        for column, value in plain_values(text, MODEL.vocabulary).items():
            expected += value * MODEL.weights[:, column]
        heard = hear(join([text]))
        expected[heard.theme] += MODEL.cues * heard.weight
        assert scored.scores[n] == pytest.approx(expected, abs=1e-4)


@given(TEXTS, st.integers(0, len(MODEL.themes) - 1))
@settings(max_examples=40, deadline=None)
def test_the_shares_of_the_words_add_up_to_the_score(texts, theme):
    scored = score(texts, MODEL)
    asked = np.array([theme if n % 3 else -1 for n in range(len(texts))], np.int64)  # of some texts nothing is asked
    share = shares(scored, asked, MODEL)
    owner = scored.joined.owner[scored.joined.borders]
    for n, wanted in enumerate(asked.tolist()):
        expected = float(scored.scores[n, theme]) if wanted >= 0 else 0
        assert share[owner == n].sum() == pytest.approx(expected, abs=1e-4)


@given(TEXTS)
@settings(max_examples=40, deadline=None)
def test_a_text_s_score_does_not_depend_on_its_neighbours(texts):
    together = score(texts, MODEL).scores
    assert [score([text], MODEL).scores[0].tolist() for text in texts] == together.tolist()


@given(TEXTS)
@settings(max_examples=30, deadline=None)
def test_the_words_make_up_the_joined_text(texts):
    joined = join(texts)
    assert "".join(joined.words) == joined.text
    assert joined.borders.tolist() == np.cumsum([0, *map(len, joined.words)])[:-1].tolist()
    assert joined.lengths.tolist() == list(map(len, joined.words))
    for n, text in enumerate(texts):
        start, end = joined.starts[n : n + 2].tolist()
        assert len(text) == end - start - 1
        assert set(joined.owner[start:end].tolist()) == {n}


@given(TEXTS)
@settings(max_examples=30, deadline=None)
def test_parts_stand_where_they_say(texts):
    joined = join(texts)
    begins, ends = word_borders(joined)
    starts = set()
    for part, start, length in zip(*(column.tolist() for column in joined.spread), strict=True):
        assert joined.parts[part] in {joined.text[start : start + length], NO_FEATURE}
        starts.add(start)
    assert set(np.flatnonzero(begins).tolist()) == starts >= set(joined.borders.tolist())
    assert set(np.flatnonzero(ends).tolist()) >= set((joined.borders + joined.lengths).tolist())


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


def test_idf_is_that_of_scikit_learn():
    texts = STATEMENTS[:200]
    vocabulary = fit(texts)
    words = {word: n for n, word in enumerate(vocabulary.words)}

    def parts(text):
        return [
            part
            for word in cut_words(text)
            if "\u3400" <= word[0] <= "\u9fff"
            for part, _, _ in (words_within(word) if len(word) > 2 else ((word, 0, 0),))
        ]

    counts = CountVectorizer(analyzer=parts, vocabulary=words).fit_transform(texts)
    expected = TfidfTransformer().fit(counts).idf_
    assert vocabulary.idf[len(vocabulary.grams) :] == pytest.approx(expected, rel=1e-6)
    letters = CountVectorizer(analyzer="char", lowercase=False).fit(texts)
    expected = TfidfTransformer().fit(letters.transform(texts)).idf_
    found = {chr(key): n for n, key in enumerate(vocabulary.grams.tolist()) if key < 1 << 21}
    assert [vocabulary.idf[found[letter]] for letter in letters.get_feature_names_out()] == pytest.approx(expected)


def test_no_texts():
    joined = join([])
    assert (joined.text, joined.words, joined.starts.tolist()) == ("", [], [0])
    assert all(len(view.text) == 0 for view in find(joined, MODEL.vocabulary))
    assert score([], MODEL).scores.shape == (0, len(MODEL.themes))
