"""What the scheme of themes may miss: doubtful items grouped by what they say, as proposals for people to judge.

The items that the classifier is unsure of are put into groups by the words of their statements, without the stock
predicates (不到位, 不规范 …) that all of them share. A group is proposed where it is large enough and holds together when
the grouping is repeated on other draws of the items. Nothing is changed by it, neither theme nor scheme.

That a group is stable does not mean that it is a theme: three statements that share a rare word by accident hold
together as well. Its size, and how many of the like items in the whole ledger are doubtful too, tell more.

References
----------
Hennig, C. (2007). Cluster-wise assessment of cluster stability. *Computational Statistics & Data Analysis* 52, 258–271.
"""

import re
from collections import Counter
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import csr_matrix
from sklearn.cluster import AgglomerativeClustering
from sklearn.feature_extraction.text import TfidfVectorizer

from pipeline.analysis.bulletins import name_bulletins
from pipeline.analysis.findings import PROPOSALS, conform
from pipeline.lexicon import read_lines
from pipeline.themes.tokens import cut_words, words_within

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

APART = 0.85  # mean cosine distance from which on two groups are not joined: hardly a word in common
LEAST = 3  # items of a group
STABLE = 0.6  # mean Jaccard similarity below which a group is not to be trusted; Hennig holds 0.75 for valid
DRAWS = 100  # of the bootstrap
MOST = 3000  # items that are grouped, the least sure ones: time and memory grow with the square
EXAMPLES = 3
NAMES = 3  # words that a group is called by
SHORT = 2  # characters of a word: a single one tells nothing
HAN = re.compile("[\u3400-\u9fff]+")


def discover(
    issues: pd.DataFrame, bulletins: pd.DataFrame, *, below: float | None = None, stable: float = STABLE, seed: int = 0
) -> pd.DataFrame:
    """Group the doubtful items by what they say, and keep the groups that are large and stable enough.

    The statements are vectors of TF-IDF over the words of all items; average linkage joins groups up to a mean cosine
    distance of APART. It needs no random start and no number of groups in advance, and leaves alone what is like nothing
    else, where k-means would put each item into some group. Stability is Hennig's: items are drawn with replacement and
    grouped anew; of each draw the Jaccard similarity is taken between what was drawn of the group and the new group
    most like it. A draw with fewer than two of its items tells nothing and is passed over.

    Parameters
    ----------
    issues, bulletins
        Tables of the ledger.
    below
        Confidence below which an item is doubtful; None for the items marked `review`.
    stable
        Stability from which on a group is proposed, 0 to 1.
    seed
        Of the draws. The same items give the same proposals in every run and in any order.

    Returns
    -------
    pd.DataFrame
        In the columns of `findings.PROPOSALS`, the largest first. `attrs["counts"]` says what became of the items:
        `items` all, `doubtful`; of these `wordless` (nothing but stock predicates), `beyond` (more than MOST), `alone`
        (in a group smaller than LEAST), `unstable` (in as many groups as `unstable_groups` says) and `proposed`.
    """
    rows = issues.sort_values("issue_id", ignore_index=True)
    doubtful = (rows["review"] if below is None else rows["confidence"] < below).to_numpy(np.bool_, na_value=False)
    said = [content_words(statement) for statement in rows["statement"]]
    worded = np.array([bool(words) for words in said], np.bool_)
    places = _least_sure(rows, np.flatnonzero(doubtful & worded))
    vectors, vocabulary = _weigh(said)
    distances = _distances(vectors[places])
    group = _group(distances)
    held = _stability(distances, group, seed)
    names = name_bulletins(bulletins)
    proposals = []
    for number in (number for number, stability in held.items() if stability >= stable):
        members = _from_the_middle(vectors, places[group == number])
        proposals.append(
            {"name": _name(vectors[members], vocabulary), "stability": held[number]}
            | _describe(rows.iloc[members], names)
            | _compare(vectors, members, doubtful)
        )
    frame = pd.DataFrame(proposals, columns=[column.name for column in PROPOSALS.columns])
    frame = conform(frame.sort_values(["items", "stability", "name"], ascending=[False, False, True]), PROPOSALS)
    unstable = [number for number, stability in held.items() if stability < stable]
    frame.attrs["counts"] = {
        "items": len(rows),
        "doubtful": int(doubtful.sum()),
        "wordless": int((doubtful & ~worded).sum()),
        "beyond": int((doubtful & worded).sum()) - len(places),
        "alone": int((~np.isin(group, list(held))).sum()),
        "unstable": int(np.isin(group, unstable).sum()),
        "unstable_groups": len(unstable),
        "proposed": int(frame["items"].sum()),
    }
    return frame


def content_words(statement: str) -> list[str]:
    """Give the words that say what a statement is about, with the words within them; no stock predicates.

    >>> content_words("公务用车不规范，台账不健全")
    ['公务', '用车', '公务用车', '台账']
    """
    pieces = (word for run in HAN.findall(_stock().sub(" ", statement)) for word in cut_words(run))
    return [part for word in pieces for part in _parts(word)]


@cache
def _stock() -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, sorted(read_lines("stock_predicates"), key=len, reverse=True))))


@lru_cache(maxsize=65_536)
def _parts(word: str) -> tuple[str, ...]:
    if len(word) < SHORT:
        return ()
    return (word,) if len(word) == SHORT else tuple(part for part, _, _ in words_within(word))


def _least_sure(rows: pd.DataFrame, places: Ints) -> Ints:
    """Take the MOST least sure of these items, in their order."""
    order = np.argsort(rows["confidence"].to_numpy(np.float64)[places], kind="stable")
    return np.sort(places[order[:MOST]])


def _weigh(said: Sequence[list[str]]) -> tuple[Any, Sequence[str]]:
    """Give the TF-IDF of every item's words as rows of length 1 (0 where it has no words), and the words."""
    if not any(said):
        return csr_matrix((len(said), 0)), []
    vectorizer = TfidfVectorizer(analyzer=list, sublinear_tf=True)
    return vectorizer.fit_transform(said), vectorizer.get_feature_names_out().tolist()


def _distances(vectors: Any) -> Floats:  # noqa: ANN401  a sparse matrix
    """Give the cosine distance of every two rows."""
    distances: Floats = np.clip(1 - (vectors @ vectors.T).toarray(), 0, 1)
    np.fill_diagonal(distances, 0)
    return distances


def _group(distances: Floats) -> Ints:
    """Give every item the number of its group, by average linkage."""
    if len(distances) < 2:
        return np.zeros(len(distances), np.int64)
    linkage = AgglomerativeClustering(
        n_clusters=None, metric="precomputed", linkage="average", distance_threshold=APART
    )
    return np.asarray(linkage.fit_predict(distances), np.int64)


def _stability(distances: Floats, group: Ints, seed: int) -> dict[int, float]:
    """Give the stability of every group that is large enough, by its number."""
    random = np.random.default_rng(seed)
    numbers = np.flatnonzero(np.bincount(group) >= LEAST).tolist()
    found: dict[int, list[float]] = {number: [] for number in numbers}
    for _ in range(DRAWS if numbers else 0):
        drawn = np.unique(random.integers(0, len(group), len(group)))  # how often an item was drawn does not matter
        anew = _group(distances[np.ix_(drawn, drawn)])
        sizes = np.bincount(anew)
        for number in numbers:
            own = group[drawn] == number
            if own.sum() >= 2:
                shared = np.bincount(anew[own], minlength=len(sizes))
                found[number].append(float((shared / (sizes + own.sum() - shared)).max()))
    return {number: float(np.mean(similar)) if similar else 0.0 for number, similar in found.items()}


def _name(vectors: Any, vocabulary: Sequence[str]) -> str:  # noqa: ANN401  a sparse matrix
    """Call a group by the words that weigh most in it and stand in two of its items at least, none within another.

    A word that mostly stands within a longer one is told as that: 意识形态, not 形态.
    """
    weight: Floats = np.asarray(vectors.mean(axis=0), np.float64).ravel().round(6)
    times = np.asarray((vectors > 0).sum(axis=0)).ravel()
    shared = {vocabulary[place]: int(times[place]) for place in np.argsort(-weight, kind="stable") if times[place] > 1}
    chosen: list[str] = []
    for word, held in shared.items():
        longer = [other for other, most in shared.items() if word in other and 2 * most > held]
        told = max(longer, key=len)
        if not any(told in other or other in told for other in chosen):
            chosen.append(told)
    return "、".join(chosen[:NAMES])


def _compare(vectors: Any, places: Ints, doubtful: Flags) -> dict[str, object]:  # noqa: ANN401  a sparse matrix
    """Count the items of the ledger that linkage would join to the group, and the doubtful ones among them."""
    middle = np.asarray(vectors[places].mean(axis=0)).ravel()
    alike = vectors @ middle >= 1 - APART
    alike[places] = True
    return {"alike": int(alike.sum()), "doubtful": int((alike & doubtful).sum())}


def _from_the_middle(vectors: Any, places: Ints) -> Ints:  # noqa: ANN401  a sparse matrix
    """Put the items of a group in order, those first that are most like all of it."""
    near: Floats = vectors[places] @ np.asarray(vectors[places].mean(axis=0)).ravel()
    return places[np.argsort(-near.round(9), kind="stable")]  # rounded, so that like statements tie on any machine


def _describe(items: pd.DataFrame, names: pd.Series) -> dict[str, object]:
    """Tell what a group holds; its items stand from the middle outwards."""
    first = items[~items["statement"].duplicated()].head(EXAMPLES)
    themes = Counter(items["primary"]).most_common()
    return {
        "items": len(items),
        "bulletins": items["bulletin_id"].nunique(),
        "themes": "、".join(f"{theme} {times}" for theme, times in themes),
        "examples": first["statement"].tolist(),
        "sources": first["bulletin_id"].map(names).tolist(),
        "issue_ids": [*first["issue_id"], *items["issue_id"].drop(first.index)],
    }
