"""The one door to segmentation: text → words with their positions.

rjieba, the Rust engine, cuts Chinese runs as jieba does and twenty times faster; jieba is the reference it is
tested against and stands in where rjieba cannot be imported. Only Chinese runs ever reach an engine: words and
figures in ASCII are split here, because the two engines disagree on them (2023-2025, 163.com) and on nothing else.

Words that are in no dictionary are not guessed (no hidden Markov model): a guess depends on the neighbouring
characters, so the same phrase would be cut in two ways in two sentences.
"""

import logging
import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from pipeline.errors import VocabularyError
from pipeline.lexicon import read_lines

Token = tuple[str, int, int]  # the word, and its [start, end) in the text
Cut = Callable[[str, bool], list[Token]]  # a Chinese run, and whether the words within words are wanted too

# What is cut, in this order: a Chinese run (the range that both engines call Chinese); a word or figure in ASCII with
# its inner points and hyphens (12345, 2023-2025, 163.com); anything else, one character at a time. Blanks are dropped.
PIECE = re.compile(r"(?P<han>[\u4e00-\u9fd5]+)|[0-9A-Za-z]+(?:[.-][0-9A-Za-z]+)*|\S")


def tokenize(text: str) -> list[Token]:
    """Cut a text into words; text[start:end] is each word itself.

    >>> tokenize("“三重一大”事项未上会")
    [('“', 0, 1), ('三重一大', 1, 5), ('”', 5, 6), ('事项', 6, 8), ('未', 8, 9), ('上会', 9, 11)]
    >>> tokenize("")
    []
    """
    return _tokenize(text, _engine())


def cut_words(text: str) -> list[str]:
    """Cut a text into words and marks that make up the whole text, blanks and newlines included; fast for long texts.

    Runs of ASCII are cut as the engine cuts them: take words of Chinese characters only.

    >>> cut_words("党费收缴，账实不符 ")
    ['党费', '收缴', '，', '账实不符', ' ']
    """
    return _cutter()(text)


def reference_tokenize(text: str) -> list[Token]:
    """Cut a text into words with jieba itself: slower, and the measure of `tokenize`.

    >>> reference_tokenize("选人用人")
    [('选人用人', 0, 4)]
    """
    return _tokenize(text, _jieba())


def words_within(word: str) -> tuple[Token, ...]:
    """Cut a word into the words of two or three characters that it is made of, itself included.

    The dictionary holds many compounds, and what a sentence is about may be the first or last half of one.

    >>> words_within("现金管理")
    (('现金', 0, 2), ('管理', 2, 4), ('现金管理', 0, 4))
    >>> words_within("急需")
    (('急需', 0, 2),)
    """
    return tuple(_engine()(word, True))


@cache
def domain_words() -> tuple[tuple[str, int], ...]:
    """Read the user dictionary: every word with its frequency.

    A word needs a frequency: without one jieba gives it 1, and it loses to any overlap.

    >>> dict(domain_words())["三重一大"] > 0
    True
    """
    return tuple(_entry(line) for line in read_lines("user_dictionary"))


def _entry(line: str) -> tuple[str, int]:
    """Read a line of the user dictionary: a word, a blank, a positive frequency."""
    word, _, frequency = line.partition(" ")
    if not (word and frequency.isdecimal() and int(frequency) > 0):
        raise VocabularyError(f"user_dictionary.txt: {line!r} is not a word, a blank and a frequency above 0")
    return word, int(frequency)


def _tokenize(text: str, cut: Cut) -> list[Token]:
    return list(_tokens(text, cut))


def _tokens(text: str, cut: Cut) -> Iterator[Token]:
    for piece in PIECE.finditer(text):
        offset, end = piece.span()
        if piece.lastgroup is None:
            yield piece.group(), offset, end
        else:
            for word, start, stop in cut(piece.group(), False):
                yield word, offset + start, offset + stop


@cache
def _cutter() -> Callable[[str], list[str]]:
    engine = _rjieba()
    if engine is None:
        tokenizer = _jieba_tokenizer()
        return lambda text: list(tokenizer.cut(text, HMM=False))
    return lambda text: engine.cut(text, False)


@cache
def _engine() -> Cut:
    """Build rjieba where there is one, else jieba; at first use, so that importing this module costs nothing."""
    engine = _rjieba()
    if engine is None:
        return _jieba()

    def cut(run: str, within: bool) -> list[Token]:
        tokens: list[Token] = engine.tokenize(run, "search" if within else "default", False)
        return tokens

    return cut


@cache
def _rjieba() -> Any:  # noqa: ANN401  (it has no types)
    """Build the Rust engine, or None where it is not installed."""
    try:
        import rjieba  # noqa: PLC0415  (0.1 s that a command without themes should not pay)
    except ImportError:
        return None
    engine = rjieba.Jieba()
    for word, frequency in domain_words():
        engine.add_word(word, frequency, None)
    return engine


@cache
def _jieba() -> Cut:
    tokenizer = _jieba_tokenizer()

    def cut(run: str, within: bool) -> list[Token]:
        return list(tokenizer.tokenize(run, mode="search" if within else "default", HMM=False))

    return cut


@cache
def _jieba_tokenizer() -> Any:  # noqa: ANN401  (it has no types)
    """Build a tokenizer of our own: the global one is everybody's. No word is ever deleted: that reaches them all."""
    import jieba  # noqa: PLC0415  (half a second)

    logging.getLogger("jieba").setLevel(logging.WARNING)  # four lines on stderr otherwise, in an executed notebook
    tokenizer = jieba.Tokenizer()
    for word, frequency in domain_words():
        tokenizer.add_word(word, frequency)
    return tokenizer
