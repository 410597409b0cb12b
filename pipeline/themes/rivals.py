"""The usual ways to classify, against which ours is measured; each learns from the same statements.

A rival takes the statements to learn from and the texts to judge, and returns the primary theme of every text (its
column) and which themes apply (texts × themes).
"""

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.multiclass import OneVsRestClassifier
from sklearn.naive_bayes import ComplementNB

from pipeline.themes.cues import themes
from pipeline.themes.labels import Labelled, applies, primary
from pipeline.themes.model import score_cues
from pipeline.themes.tokens import cut_words

Judged = tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]
Rival = Callable[[Sequence[Labelled], Sequence[str]], Judged]

SHARE = 0.55  # of the best cue's weight, from which on a further theme applies by the lexicon alone


def lexicon_only(_learnt: Sequence[Labelled], texts: Sequence[str]) -> Judged:
    """Take the theme of the weightiest cue; where none is heard, 主责主业, the most frequent in bulletins."""
    scores = score_cues(texts)
    scores[scores.max(axis=1) == 0, list(themes()).index("主责主业")] = 1
    best = scores.max(axis=1, keepdims=True)
    return scores.argmax(axis=1), scores >= SHARE * best


def logistic_regression(learnt: Sequence[Labelled], texts: Sequence[str]) -> Judged:
    """TF-IDF of words and a logistic regression for each theme against the rest."""
    vectorizer = TfidfVectorizer(analyzer=cut_words, sublinear_tf=True)
    features = vectorizer.fit_transform([row.text for row in learnt])
    fitted = OneVsRestClassifier(LogisticRegression(C=10, max_iter=1000)).fit(features, applies(learnt).astype(int))
    probability = fitted.predict_proba(vectorizer.transform(texts))
    return probability.argmax(axis=1), _with_primary(probability >= 0.5, probability.argmax(axis=1))


def complement_naive_bayes(learnt: Sequence[Labelled], texts: Sequence[str]) -> Judged:
    """Counts of words and complement naive Bayes (Rennie and others 2003); it gives the primary theme only."""
    vectorizer = CountVectorizer(analyzer=cut_words)
    features = vectorizer.fit_transform([row.text for row in learnt])
    found = ComplementNB().fit(features, primary(learnt)).predict(vectorizer.transform(texts))
    return found, _with_primary(np.zeros((len(texts), len(themes())), np.bool_), found)


def nearest_neighbour(learnt: Sequence[Labelled], texts: Sequence[str]) -> Judged:
    """Copy the themes of the labelled statement with the greatest cosine of character 1- to 3-grams."""
    vectorizer = TfidfVectorizer(analyzer="char", ngram_range=(1, 3), sublinear_tf=True)
    features = vectorizer.fit_transform([row.text for row in learnt])
    nearest = np.asarray((vectorizer.transform(texts) @ features.T).argmax(axis=1)).ravel()
    return primary(learnt)[nearest], applies(learnt)[nearest]


RIVALS: dict[str, Rival] = {
    "词表": lexicon_only,
    "TF-IDF＋逻辑回归": logistic_regression,
    "补集朴素贝叶斯": complement_naive_bayes,
    "最近邻": nearest_neighbour,
}


def _with_primary(found: npt.NDArray[np.bool_], first: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    found[np.arange(len(found)), first] = True
    return found
