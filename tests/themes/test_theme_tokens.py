"""The one door to segmentation: positions, the domain dictionary, and the agreement of the two engines."""

# ruff: noqa: SLF001  (the engines themselves are what is tested)

import logging
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from theme_data import STATEMENTS as ALL

from pipeline.errors import VocabularyError
from pipeline.themes import tokens
from pipeline.themes.cues import cues
from pipeline.themes.tokens import cut_words, domain_words, reference_tokenize, tokenize, words_within

STATEMENTS = ALL[::6]
WORDS = [word for word, _ in domain_words()]
MIXED = st.lists(st.sampled_from([*WORDS, *STATEMENTS, *"的和未不（“，。 \n", "2023-2025", "163.com", "㐀", "𠮷", "é"]))


def words(text):
    return [word for word, _, _ in tokenize(text)]


@pytest.mark.parametrize("tokenizer", [tokenize, reference_tokenize])
def test_every_domain_word_is_one_token(tokenizer):
    assert [word for word in WORDS if tokenizer(word) != [(word, 0, len(word))]] == []


def test_domain_words_stay_whole_in_sentences():
    sentences = {
        "未落实“三重一大”制度": "三重一大",
        "执行第一议题制度不到位": "第一议题",
        "选人用人工作不规范": "选人用人",
        "落实一岗双责不力": "一岗双责",
        "巡察“回头看”发现": "回头看",
        "三会一课制度执行不严": "三会一课",
        "收缴党费不及时": "党费",
    }
    assert {text: word for text, word in sentences.items() if word not in words(text)} == {}


def test_dictionary_is_in_order_and_holds_each_word_once():
    assert sorted(set(WORDS)) == WORDS


def test_no_domain_word_hides_a_cue():
    # A long entry swallows the shorter cue inside it unless that cue is found within the word.
    singles = {part for cue in cues() for part in cue.word.split("…")}
    hidden = [
        (word, cue)
        for word in WORDS
        for cue in singles
        if len(cue) > 1 and cue != word and cue in word and word not in singles and cue not in inside(word)
    ]
    assert hidden == []


def inside(word):
    begins = {start for _, start, _ in words_within(word)}
    ends = {end for _, _, end in words_within(word)}
    return {word[a:b] for a in begins for b in ends if a < b}


def test_a_line_that_is_no_entry_is_refused():
    with pytest.raises(VocabularyError, match="三重一大"):
        tokens._entry("三重一大")


def test_ascii_is_split_outside_the_engines():
    assert words("2023-2025年登录163.com拨打12345-1") == ["2023-2025", "年", "登录", "163.com", "拨打", "12345-1"]


def test_no_text_no_tokens():
    assert tokenize("") == []
    assert tokenize(" \n\t　") == []


@given(MIXED.map("".join))
@settings(max_examples=150, deadline=None)
def test_tokens_are_the_text_and_both_engines_agree(text):
    found = tokenize(text)
    assert all(text[start:end] == word for word, start, end in found)
    assert "".join(word for word, _, _ in found) == "".join(text.split())
    assert found == reference_tokenize(text)


def test_both_engines_agree_on_our_statements_and_within_words():
    texts = STATEMENTS + [cue.example for cue in cues()]
    assert [text for text in texts if tokenize(text) != reference_tokenize(text)] == []
    long = {word for text in texts for word, _, _ in tokenize(text) if len(word) > 2 and not word.isascii()}
    assert [word for word in long if words_within(word) != tuple(tokens._jieba()(word, True))] == []


def test_jieba_stands_in_where_rjieba_is_missing(monkeypatch):
    expected = [tokenize(text) for text in STATEMENTS[:20]]
    cut = [cut_words(text) for text in STATEMENTS[:20]]
    caches = (tokens._engine, tokens._rjieba, tokens._cutter)
    monkeypatch.setitem(sys.modules, "rjieba", None)  # an import of it fails now
    for cache in caches:
        cache.cache_clear()
    try:
        assert tokens._engine() is tokens._jieba()
        assert [tokenize(text) for text in STATEMENTS[:20]] == expected
        assert [cut_words(text) for text in STATEMENTS[:20]] == cut
    finally:
        for cache in caches:
            cache.cache_clear()


def test_the_tokenizer_is_our_own_and_silent(capfd):
    import jieba

    tokens._jieba.cache_clear()
    reference_tokenize("三重一大")
    assert capfd.readouterr().err == ""
    assert logging.getLogger().level != logging.CRITICAL
    assert "三重一大" not in jieba.dt.FREQ  # the global tokenizer was not touched
