"""The scheme and its lexicon, tidy in both directions, and the hearing of cues."""

# ruff: noqa: SLF001  (what was read is forgotten between two lexicons)

import time
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from theme_data import STATEMENTS

from pipeline.errors import VocabularyError
from pipeline.themes import cues as module
from pipeline.themes.cues import FADE, FLOOR, HEAVIEST, check_examples, cues, find_phrases, hear, themes
from pipeline.themes.features import join
from pipeline.themes.tokens import cut_words, words_within

CORE = ["理论学习", "三重一大", "财务", "意识形态", "选人用人"]
CONDITIONAL = [cue for cue in cues() if cue.unless]


def said(text):
    joined = join([text])
    return [joined.text[start:end] for _, start, end in find_phrases(joined)]


def heard(text):
    """Theme → where its cue begins, and how much it says."""
    found = hear(join([text]))
    columns = (found.theme.tolist(), found.start.tolist(), found.weight.tolist())
    return {list(themes())[theme]: (start, weight) for theme, start, weight in zip(*columns, strict=True)}


@pytest.fixture
def lexicon(monkeypatch):
    """`lexicon(*rows)`: another file of cues than ours."""
    caches = (cues, module._matcher)

    def use(*rows):
        monkeypatch.setattr(module, "read_table", lambda *_: rows)
        for each in caches:
            each.cache_clear()

    yield use
    for each in caches:
        each.cache_clear()


def row(theme="财务", cue="报销", example="报销不严", unless=""):
    return {"theme": theme, "cue": cue, "weight": "3", "example": example, "unless": unless}


# The files


def test_the_scheme():
    scheme = list(themes().values())
    assert [theme.name for theme in scheme if theme.core] == CORE
    assert [theme.rank for theme in scheme] == list(range(1, 12))
    assert all(theme.definition for theme in scheme)


def test_ranks_without_order_are_a_clear_error(monkeypatch):
    rows = [
        {"theme": name, "rank": rank, "core": "no", "definition": "x"} for name, rank in (("财务", "1"), ("作风", "3"))
    ]
    monkeypatch.setattr(module, "read_table", lambda *_: rows)
    with pytest.raises(VocabularyError, match=r"themes\.csv: a theme stands twice, or the ranks are not 1, 2, 3"):
        themes.__wrapped__()


def test_file_is_in_canonical_order():
    keys = [(themes()[cue.theme].rank, cue.word) for cue in cues()]
    assert keys == sorted(keys)


def test_weights_are_on_the_scale():
    assert [cue for cue in cues() if not 0.5 <= cue.weight <= 5] == []


def test_every_cue_is_heard_in_its_example():
    check_examples()


def test_every_unless_takes_its_cue_back():
    kept = [
        (cue.word, word)
        for cue in CONDITIONAL
        for word in cue.unless
        if heard(f"{cue.example}，{word}").get(cue.theme, (-1, 0))[0] == cue.example.index(cue.word)
    ]
    assert kept == []


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ([row(theme="无此主题")], "row 2: '报销': '无此主题' is none of"),
        ([row(), row()], "row 3: '报销': stands twice in 财务"),
        ([row(example="接待超标")], "row 2: '报销': its example '接待超标' does not hold it"),
        ([row(example="")], "row 2: '报销': its example '' does not hold it"),
        ([row(cue="", example="")], "row 2: ''"),
    ],
)
def test_a_bad_lexicon_is_a_clear_error(lexicon, wrong, named):
    lexicon(*wrong)
    with pytest.raises(VocabularyError, match=named):
        cues()


@pytest.mark.parametrize(
    ("rows", "instead"),
    [
        ([row(cue="党费", example="党费收缴不及时"), row("党建", "党费收缴", "党费收缴不及时")], "党费收缴"),
        ([row(cue="应急", example="相应急需物品已经购买")], "nothing"),  # no word begins there
        ([row(cue="报销", example="学校报销不严", unless="学校")], "nothing"),  # it takes itself back
    ],
)
def test_an_example_in_which_its_cue_is_not_heard_is_a_clear_error(lexicon, rows, instead):
    lexicon(*rows)
    with pytest.raises(VocabularyError, match=f"财务, '{rows[0]['cue']}': not heard in its example .*, but {instead};"):
        check_examples()


# Hearing


def test_a_cue_ends_where_words_end():
    assert said("相应急需物品已经购买") == []
    assert "应急" in said("应急能力不足")


def test_words_within_words_are_found():
    assert "现金" in said("现金管理不严")


def test_the_longer_cue_speaks():
    assert said("党组会议记录不全") == ["党组会议记录"]


def test_a_cue_is_taken_back_in_its_own_sentence_only():
    cue = next(cue for cue in CONDITIONAL if cue.word == "学习教育")
    taken = f"{cue.example}，{cue.unless[0]}"
    assert cue.theme not in heard(taken)
    for elsewhere in (f"{cue.example}。{cue.unless[0]}", f"{cue.unless[0]}；{cue.example}"):
        assert cue.theme in heard(elsewhere)
    assert hear(join([cue.unless[0], cue.example])).text.tolist() == [1] * len(
        heard(cue.example)
    )  # nor in another text


def test_the_weightiest_cue_of_a_theme_speaks():
    weak = next(cue for cue in cues() if cue.theme == "党建" and cue.weight < 2)
    alone, both = heard(weak.example)["党建"][1], heard(f"{weak.example}，“三会一课”不规范")["党建"][1]
    assert alone < both


def test_what_stands_further_along_is_softer():
    weights = [heard("某" * n + "，报销不严")["财务"][1] for n in (0, 10, 20, 200, 400)]
    assert weights == sorted(weights, reverse=True)
    assert weights[0] > weights[2]
    assert weights[3] == weights[4] > 0  # it is never silenced


def test_nothing_is_heard_in_nothing():
    assert len(hear(join([])).text) == len(hear(join([""])).text) == 0
    assert len(hear(join(["", "某某", ""])).text) == 0


@cache
def borders(word):
    return words_within(word) if len(word) > 2 and "\u3400" <= word[0] <= "\u9fff" else ((word, 0, len(word)),)


def plainly_heard(text):
    """What `hear` should find in one text, without arrays and without an automaton."""
    begins, ends, position = set(), set(), 0
    for word in cut_words(text):
        begins |= {position + start for _, start, _ in borders(word)}
        ends |= {position + end for _, _, end in borders(word)}
        position += len(word)
    hits = [
        (start, start + len(word))
        for word in {cue.word for cue in cues()}
        for start in range(len(text))
        if text.startswith(word, start) and start in begins and start + len(word) in ends
    ]
    outermost = [hit for hit in hits if not any(a <= hit[0] and hit[1] <= b and (a, b) != hit for a, b in hits)]
    found = {}
    for start, end in outermost:
        first = max(text.rfind(mark, 0, start) for mark in "。；;！!？?") + 1
        last = min((place for mark in "。；;！!？?" if (place := text.find(mark, end)) >= 0), default=len(text))
        for cue in cues():
            if cue.word == text[start:end] and not any(word in text[first:last] for word in cue.unless):
                weight = min(cue.weight, HEAVIEST) / HEAVIEST * max(FLOOR, 1 - FADE * start)
                found[cue.theme] = max(found.get(cue.theme, 0), weight)
    return found


PIECES = [*STATEMENTS[:40], *(cue.example for cue in CONDITIONAL[:20]), *(cue.unless[0] for cue in CONDITIONAL[:20])]


@given(st.lists(st.sampled_from([*PIECES, *"，。；的a1"]), max_size=3).map("".join))
@settings(max_examples=25, deadline=None)
def test_hearing_is_the_plain_way(text):
    assert {theme: weight for theme, (_, weight) in heard(text).items()} == pytest.approx(plainly_heard(text), abs=1e-6)


@pytest.mark.parametrize("piece", ["学习", "整改问题", "采购和", "贯彻执行三重一大制度不严。", "（"])
def test_time_is_linear(piece):
    def seconds(n):
        joined = join([piece * n])
        times = []
        for _ in range(3):
            start = time.process_time()
            hear(joined)
            times.append(time.process_time() - start)
        return min(times)

    seconds(10)
    assert seconds(16_000) < 8 * 4 * seconds(2_000) + 0.05  # a search through the rest of the text would be 64 times
