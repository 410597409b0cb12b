"""How alike two weaknesses are: statements → features without stock predicates → cosine, and the links above a bound.

不到位 and 不规范 are said of every weakness and tell none from another, so they are taken out before anything is compared
(lexicon/stock_predicates.txt). What is left speaks in four blocks: pairs of characters, words, what the weakness is about
and what is wrong with it (lexicon/weakness_words.csv: 校产 and 固定资产 are one object, 对不上 and 账实不符 one fault).
Rare words and pairs weigh more, by the frequencies of the theme model's training statements, so that two statements are
as alike in a ledger of ten items as in one of a million and a bound keeps its meaning.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import ahocorasick_rs
import numpy as np
import numpy.typing as npt
from scipy import sparse
from sparse_dot_topn import sp_matmul_topn

from pipeline.lexicon import read_lines, read_table
from pipeline.themes.classify import default_model
from pipeline.themes.cues import themes as scheme
from pipeline.themes.tokens import cut_words, words_within

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]
Flags = npt.NDArray[np.bool_]
Keys = npt.NDArray[np.uint64]

FACETS = ("object", "fault")
WEIGHTS = {"pair": 1.0, "word": 1.0, "object": 1.5, "fault": 1.5}  # of the blocks; chosen on data/labels/pairs.csv
OTHER_THEME = 0.6  # what is left of the likeness of two statements without a common theme; chosen there as well
DESCRIBED = 0.3  # how loud a description speaks against its statement: as where themes are decided
BEGINNING = 80  # characters of a description that are heard
TOP = 20  # links kept of one statement at most, the strongest
SMALL = 50_000  # statements up to which every pair is compared: some seconds
BANDS, ROWS = 24, 3  # of the signatures beyond that
CHECKED = 500_000  # candidate pairs verified at a time
NEWLINE = 10
FIRST_HAN, LAST_HAN = 0x3400, 0x9FFF
SHIFT = np.uint64(21)  # bits of a code point: a pair of characters is one number
COLUMN = np.uint64(32)  # bits of a column


@dataclass(frozen=True, slots=True)
class Features:
    """Statements as rows."""

    matrix: sparse.csr_array  # statements × features, float32; a row has length 1, or 0 where nothing is left
    themes: npt.NDArray[np.uint32]  # of every statement, a bit a theme; 0: not known


@dataclass(frozen=True, slots=True)
class Links:
    """Pairs of statements that are alike, one entry each; `one` < `other`, in the order of both."""

    one: Ints
    other: Ints
    similarity: Floats

    def __len__(self) -> int:
        return len(self.one)


def featurize(
    statements: Sequence[str],
    themes: Iterable[Sequence[str]] | None = None,
    descriptions: Sequence[str | None] = (),
    *,
    share: Mapping[str, float] = WEIGHTS,
) -> Features:
    """Turn statements into features.

    Parameters
    ----------
    statements
        Any texts; one of which nothing is left without its stock predicates gets a row of zeros and is like no other.
    themes
        Themes of each statement; None where they are not known: then they say nothing.
    descriptions
        Further facts about each, or None; their beginnings are heard more softly (`DESCRIBED`).
    share
        How much each block says.

    Examples
    --------
    >>> found = featurize(["固定资产账实不符", "校产家底不清", "党费收缴不规范"])
    >>> similarity = (found.matrix @ found.matrix.T).toarray()
    >>> bool(similarity[0, 1] > 0.4 > similarity[0, 2])
    True
    """
    n = len(statements)
    beginnings = [(text or "")[:BEGINNING] for text in descriptions]
    joined, starts = _join([*statements, *beginnings])
    codes = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), np.uint32).copy()
    for start, end in _stock().spans(joined):
        codes[start:end] = NEWLINE
    words, borders = _words(codes)
    blocks = {"pair": _pairs(codes, starts), "word": _within(words, borders, starts)}
    blocks |= {facet: _groups(joined, starts, facet) for facet in FACETS}
    matrices = [_unit(matrix) * np.float32(np.sqrt(share[name])) for name, matrix in blocks.items()]
    matrix = _unit(sparse.csr_array(sparse.hstack(matrices, format="csr", dtype=np.float32)))
    matrix.eliminate_zeros()
    if beginnings:
        matrix = _unit(sparse.csr_array(matrix[:n] + np.float32(DESCRIBED) * matrix[n:]))
    return Features(matrix, _bits(themes, n))


def compare(features: Features, one: Ints, other: Ints) -> Floats:
    """Give the similarity of pairs of statements, 0 to 1: cosine of what is said, less where no theme is common.

    Parameters
    ----------
    features
        From `featurize`.
    one, other
        Rows, as many of one as of the other.
    """
    found = np.empty(len(one), np.float32)
    for first in range(0, len(one), CHECKED):
        part = slice(first, first + CHECKED)
        common = features.matrix[one[part]].multiply(features.matrix[other[part]])
        found[part] = np.asarray(common.sum(axis=1)).ravel()
    return np.minimum(found, 1) * _agreement(features.themes[one], features.themes[other])


def find_links(features: Features, least: float, top: int = TOP) -> Links:
    """Find the pairs that are at least so much alike: all of them in small sets, nearly all in large ones.

    Parameters
    ----------
    features
        From `featurize`.
    least
        Similarity from which on two statements are linked, above 0.
    top
        Links kept of a statement at most, the strongest.
    """
    exact = features.matrix.shape[0] <= SMALL
    return find_exactly(features, least, top) if exact else find_by_bands(features, least, top)


def find_exactly(features: Features, least: float, top: int = TOP) -> Links:
    """Compare every statement with every other one; quadratic in their number.

    Twice `top` are kept of each until the themes have been heard: where more are as much alike, a link to one of another
    theme may stand in the place of a weaker one of the same.
    """
    n = np.int64(features.matrix.shape[0])
    matrix = sparse.csr_matrix(features.matrix)
    product = sp_matmul_topn(
        matrix, matrix.T.tocsr(), top_n=2 * top + 1, threshold=np.float32(least), n_threads=2
    ).tocoo()
    row, column = product.row.astype(np.int64), product.col.astype(np.int64)
    apart = row != column
    pair, at = np.unique((np.minimum(row, column) * n + np.maximum(row, column))[apart], return_index=True)
    one, other = pair // n, pair % n
    similarity = np.minimum(product.data[apart][at], 1) * _agreement(features.themes[one], features.themes[other])
    return _keep(Links(one, other, similarity), least, top)


def find_by_bands(
    features: Features, least: float, top: int = TOP, bands: int = BANDS, rows: int = ROWS, seed: int = 0
) -> Links:
    """Compare only statements that agree in a band of a weighted MinHash signature; what is found is verified exactly.

    In each of `bands` × `rows` orders every feature gets a random time, the earlier the more it says in a statement (its
    squared entry); the signature of a statement is its first feature in each order. Two statements have the same first
    feature with the probability of their Jaccard index as distributions (Moulton and Jiang 2018), the same `rows` of a
    band with its power. Within a bucket each is compared with its neighbour, ordered by the next band, and with the
    first: linear in the bucket. No similarity is ever guessed: only misses can happen. Of statements with the very same
    features one stands for all; the others are linked to it and to what it is linked to, beyond `top`.

    Parameters
    ----------
    features, least, top
        As in `find_links`.
    bands, rows
        More bands find more, more rows compare less.
    seed
        Of the ranks; the same links in every run.

    References
    ----------
    Broder, A. Z. (1997). On the resemblance and containment of documents. *Compression and Complexity of Sequences*.

    Moulton, R. and Jiang, Y. (2018). Maximally consistent sampling and the Jaccard index of probability distributions.
    *IEEE International Conference on Data Mining Workshops*.
    """
    first, stands_for = _copies(features)
    rng = np.random.default_rng(seed)
    n = np.int64(features.matrix.shape[0])
    found = []
    distinct = features.matrix[first]
    following = _sign(distinct, rows, rng)
    for _ in range(bands):
        key, following = following, _sign(distinct, rows, rng)
        found.append(_neighbours(key, following, first, n))
    candidates = np.unique(_together(found))
    one, other = candidates // n, candidates % n
    links = _keep(Links(one, other, compare(features, one, other)), least, top)
    return _with_copies(links, stands_for)


def group(links: Links, n: int) -> Ints:
    """Gather statements into groups around the one with the most links; give each the row of its centre.

    Star clusters (Aslam, Pelekhov and Rus 2004): everything in a group is linked to its centre, so a group cannot drift
    away through a chain of neighbours, as connected components do.

    Examples
    --------
    >>> links = Links(np.array([0, 1, 2]), np.array([1, 2, 3]), np.ones(3, np.float32))
    >>> group(links, 5).tolist()
    [1, 1, 1, 3, 4]
    """
    both = sparse.csr_array(
        (np.tile(links.similarity, 2), (np.r_[links.one, links.other], np.r_[links.other, links.one])), (n, n)
    )
    strength = np.asarray(both.sum(axis=1)).ravel()
    centre = np.full(n, -1, np.int64)
    for row in np.lexsort((np.arange(n), -strength)):
        if centre[row] < 0:
            near = both.indices[both.indptr[row] : both.indptr[row + 1]]
            centre[near[centre[near] < 0]] = row
            centre[row] = row
    return centre


def strip(statement: str, instead: str = "") -> str:
    """Take the stock predicates out of a statement.

    >>> strip("固定资产管理不规范")
    '固定资产'
    """
    pieces, last = [], 0
    for start, end in _stock().spans(statement).tolist():
        pieces += [statement[last:start], instead]
        last = end
    return "".join([*pieces, statement[last:]])


def named(statement: str) -> dict[str, list[str]]:
    """Say which objects and which faults of weakness_words.csv a statement names.

    >>> named("校产家底不清")
    {'object': ['固定资产账实'], 'fault': ['账实不符']}
    """
    return {facet: list(dict.fromkeys(group for _, _, group in _finder(facet).matches(statement))) for facet in FACETS}


@dataclass(frozen=True, slots=True)
class _Finder:
    """Finds words of a list in a text, the longest where several begin together."""

    automaton: ahocorasick_rs.AhoCorasick
    groups: tuple[str, ...]  # of every word

    def spans(self, text: str) -> Ints:
        found = self.automaton.find_matches_as_indexes(text)
        return np.array([(start, end) for _, start, end in found], np.int64).reshape(-1, 2)

    def matches(self, text: str) -> list[tuple[int, int, str]]:
        return [(start, end, self.groups[word]) for word, start, end in self.automaton.find_matches_as_indexes(text)]


def _build(words: Sequence[str], groups: Sequence[str]) -> _Finder:
    kind = ahocorasick_rs.MatchKind.LeftmostLongest
    return _Finder(ahocorasick_rs.AhoCorasick(words, matchkind=kind), tuple(groups))


@cache
def _stock() -> _Finder:
    words = read_lines("stock_predicates")
    return _build(words, words)


@cache
def _function_words() -> frozenset[str]:
    return frozenset(read_lines("function_words"))


@cache
def _finder(facet: str) -> _Finder:
    rows = [row for row in read_table("weakness_words", ("facet", "group", "word")) if row["facet"] == facet]
    return _build([row["word"] for row in rows], [row["group"] for row in rows])


def _join(statements: Sequence[str]) -> tuple[str, Ints]:
    """Join statements by newlines; give the text and where each begins, one more behind the last."""
    level = [statement.replace("\n", " ") for statement in statements]
    starts = np.zeros(len(level) + 1, np.int64)
    np.cumsum([len(part) + 1 for part in level], out=starts[1:])
    return "\n".join(level), starts


def _owner(starts: Ints, places: Ints) -> Ints:
    return np.searchsorted(starts, places, side="right") - 1


def _words(codes: npt.NDArray[np.uint32]) -> tuple[list[str], Ints]:
    """Cut what is left into words, and blot out the function words in `codes`, so that no pair of characters has one."""
    words = cut_words(codes.tobytes().decode("utf-32-le", "surrogatepass"))
    lengths = np.fromiter(map(len, words), np.int64, len(words))
    borders = np.cumsum(lengths) - lengths
    functions = _function_words()
    empty = np.fromiter((word in functions for word in words), np.bool_, len(words))
    codes[np.repeat(empty, lengths)] = NEWLINE
    return words, borders


def _pairs(codes: npt.NDArray[np.uint32], starts: Ints) -> sparse.csr_array:
    """Pairs of neighbouring Chinese characters."""
    vocabulary = default_model().vocabulary
    wide = codes.astype(np.uint64)
    han = (codes >= FIRST_HAN) & (codes <= LAST_HAN)
    at = np.flatnonzero(han[:-1] & han[1:])
    keys, column = np.unique((wide[at] + np.uint64(1) << SHIFT) | wide[at + 1], return_inverse=True)
    place = np.minimum(np.searchsorted(vocabulary.grams, keys), len(vocabulary.grams) - 1)
    idf = np.where(vocabulary.grams[place] == keys, vocabulary.idf[place], vocabulary.idf.max()).astype(np.float32)
    return _rows(_owner(starts, at), column, idf, len(starts) - 1)


def _within(words: Sequence[str], borders: Ints, starts: Ints) -> sparse.csr_array:
    """Words of two characters and more, and the words that they are made of."""
    vocabulary = default_model().vocabulary
    number = {word: n for n, word in enumerate(dict.fromkeys(words))}
    column: dict[str, int] = {}
    found = [[column.setdefault(part, len(column)) for part in _parts(word)] for word in number]
    counts = np.fromiter(map(len, found), np.int64, len(found))
    table = np.fromiter((part for parts in found for part in parts), np.int64, int(counts.sum()))
    word = np.fromiter(map(number.__getitem__, words), np.int64, len(words))
    times = counts[word] if len(word) else np.empty(0, np.int64)
    first = (np.cumsum(counts) - counts)[word] if len(word) else times
    at = np.repeat(first - (np.cumsum(times) - times), times) + np.arange(times.sum())
    most = float(vocabulary.idf.max())
    known = (vocabulary.words.get(part) for part in column)
    idf = np.array([most if place is None else vocabulary.idf[place] for place in known], np.float32)
    return _rows(np.repeat(_owner(starts, borders), times), table[at], idf, len(starts) - 1)


def _parts(word: str) -> tuple[str, ...]:
    if len(word) < 2 or not FIRST_HAN <= ord(word[0]) <= LAST_HAN:
        return ()
    return (word,) if len(word) == 2 else tuple(part for part, _, _ in words_within(word))


def _groups(text: str, starts: Ints, facet: str) -> sparse.csr_array:
    """Objects or faults that are named; every one weighs the same."""
    finder = _finder(facet)
    columns = {name: n for n, name in enumerate(dict.fromkeys(finder.groups))}
    found = finder.automaton.find_matches_as_indexes(text)
    of_word = np.array([columns[name] for name in finder.groups], np.int64)
    matches = np.array(found, np.int64).reshape(-1, 3)
    idf = np.full(len(columns), float(default_model().vocabulary.idf.mean()), np.float32)
    return _rows(_owner(starts, matches[:, 1]), of_word[matches[:, 0]], idf, len(starts) - 1)


def _rows(row: Ints, column: Ints, idf: Floats, n: int) -> sparse.csr_array:
    """Build the matrix of a block: a feature's idf where it occurs, however often."""
    matrix = sparse.csr_array((np.ones(len(row), np.float32), (row, column)), (n, len(idf)))
    matrix.sum_duplicates()
    matrix.data = idf[matrix.indices]
    return matrix


def _unit(matrix: sparse.csr_array) -> sparse.csr_array:
    """Give every row that is not empty length 1."""
    lengths = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    scale = np.divide(1, lengths, out=np.zeros_like(lengths), where=lengths > 0)
    matrix = sparse.csr_array(matrix, copy=True)
    matrix.data = (matrix.data * np.repeat(scale, np.diff(matrix.indptr))).astype(np.float32)
    return matrix


def _bits(themes: Iterable[Sequence[str]] | None, n: int) -> npt.NDArray[np.uint32]:
    """Say the themes of each statement as bits."""
    if themes is None:
        return np.zeros(n, np.uint32)
    bit = {name: 1 << (theme.rank - 1) for name, theme in scheme().items()}
    return np.fromiter((sum({bit[name] for name in of_one}) for of_one in themes), np.uint32, n)


def _agreement(one: npt.NDArray[np.uint32], other: npt.NDArray[np.uint32]) -> Floats:
    """Give 1 where two statements have a theme in common or one has none, else OTHER_THEME."""
    apart = (one != 0) & (other != 0) & (one & other == 0)
    return np.where(apart, OTHER_THEME, 1).astype(np.float32)


def _copies(features: Features) -> tuple[Ints, Ints]:
    """Give the statements that are the first with their features, and of every statement which of them it repeats.

    Rows without a feature repeat themselves and are in neither.
    """
    matrix = features.matrix
    filled = np.flatnonzero(np.diff(matrix.indptr))
    # Equal rows have equal sums; unequal ones have so by a chance of 1 in 2^64.
    letters = np.random.default_rng(0).integers(1, 2**63, matrix.shape[1], dtype=np.uint64) | np.uint64(1)
    entries = letters[matrix.indices] * matrix.data.view(np.uint32).astype(np.uint64)
    sums = np.add.reduceat(entries, matrix.indptr[filled]) if len(filled) else np.empty(0, np.uint64)
    mixed = (sums ^ (sums >> np.uint64(29))) * np.uint64(0x9E3779B97F4A7C15) + features.themes[filled]
    _, first, number = np.unique(mixed, return_index=True, return_inverse=True)
    stands_for = np.arange(matrix.shape[0])
    stands_for[filled] = filled[first[number]]
    return np.sort(filled[first]), stands_for


def _with_copies(links: Links, stands_for: Ints) -> Links:
    """Add the links of statements that repeat another."""
    copy = np.flatnonzero(stands_for != np.arange(len(stands_for)))
    copies = copy[np.argsort(stands_for[copy], kind="stable")]
    starts = np.searchsorted(stands_for[copies], np.arange(len(stands_for) + 1))
    one, other, similarity = [links.one, stands_for[copy]], [links.other, copy], [links.similarity, _ones(len(copy))]
    for this, that in ((links.one, links.other), (links.other, links.one)):
        times = starts[that + 1] - starts[that]
        at = np.repeat(starts[that] - (np.cumsum(times) - times), times) + np.arange(times.sum())
        one.append(np.repeat(this, times))
        other.append(copies[at])
        similarity.append(np.repeat(links.similarity, times))
    left, right = _together(one), _together(other)
    left, right = np.minimum(left, right), np.maximum(left, right)
    order = np.argsort(left * np.int64(len(stands_for)) + right)
    return Links(left[order], right[order], np.concatenate(similarity)[order])


def _ones(n: int) -> Floats:
    return np.ones(n, np.float32)


def _sign(matrix: sparse.csr_array, rows: int, rng: np.random.Generator) -> Keys:
    """Give each statement its first feature in some random orders, as one number; no row may be empty."""
    softness = 1 / np.square(matrix.data)  # a feature's share in a row is its squared entry
    key = np.zeros(matrix.shape[0], np.uint64)
    for _ in range(rows if len(key) else 0):
        arrival = rng.exponential(size=matrix.shape[1]).astype(np.float32)[matrix.indices] * softness
        # Positive floats stand in the order of their bits: the least number is the first feature, with its column behind.
        numbered = arrival.view(np.uint32).astype(np.uint64) << COLUMN | matrix.indices.astype(np.uint64)
        first = np.minimum.reduceat(numbered, matrix.indptr[:-1]) & ((np.uint64(1) << COLUMN) - np.uint64(1))
        key = key * np.uint64(0x9E3779B97F4A7C15) + first
    return key


def _neighbours(key: Keys, then: Keys, signed: Ints, n: np.int64) -> Ints:
    """Pair each member of a bucket with its neighbour and with the first; give one × n + other."""
    if not len(key):
        return np.empty(0, np.int64)
    order = np.lexsort((then, key))
    key, member = key[order], signed[order]
    opens = np.r_[True, key[1:] != key[:-1]]
    leader = member[np.maximum.accumulate(np.where(opens, np.arange(len(key)), 0))]
    inside = np.flatnonzero(~opens)
    one = np.concatenate([member[inside - 1], leader[inside]])
    other = np.tile(member[inside], 2)
    pairs: Ints = np.minimum(one, other) * n + np.maximum(one, other)
    return pairs


def _keep(links: Links, least: float, top: int) -> Links:
    """Keep the links that are at least so strong, and among the strongest of either statement."""
    links = _choose(links, links.similarity >= least)
    strongest = _strongest(links.one, links.other, links.similarity, top)
    strongest |= _strongest(links.other, links.one, links.similarity, top)
    return _choose(links, strongest)


def _choose(links: Links, chosen: Flags) -> Links:
    return Links(links.one[chosen], links.other[chosen], links.similarity[chosen])


def _strongest(of: Ints, to: Ints, similarity: Floats, top: int) -> Flags:
    """Say which links are among the strongest `top` of `of`."""
    order = np.lexsort((to, -similarity, of))
    starts = np.flatnonzero(np.r_[True, of[order][1:] != of[order][:-1]]) if len(of) else np.empty(0, np.int64)
    place = np.arange(len(of)) - np.repeat(starts, np.diff(np.r_[starts, len(of)]))
    kept = np.zeros(len(of), np.bool_)
    kept[order] = place < top
    return kept


def _together(parts: list[Ints]) -> Ints:
    return np.concatenate(parts) if parts else np.empty(0, np.int64)
