"""The vocabulary of the themes, tidy in both directions, and the finding of cues in a text."""

import time

import pytest

from pipeline.errors import VocabularyError
from pipeline.lexicon import read_table
from pipeline.themes import cues as module
from pipeline.themes.classify import classify
from pipeline.themes.cues import cues, find, themes, words

CORE = ["理论学习", "三重一大", "财务", "意识形态", "选人用人"]
WORDS = read_table("theme_words", ("role", "word", "example"))


def named(text):
    return [hit.cue.word for hit in find(text)]


def test_the_scheme():
    scheme = list(themes().values())
    assert [theme.name for theme in scheme if theme.core] == CORE
    assert [theme.rank for theme in scheme] == list(range(1, 12))
    assert all(theme.definition for theme in scheme)


def test_no_cue_twice_in_a_theme():
    keys = [(cue.theme, cue.word) for cue in cues()]
    assert sorted({key for key in keys if keys.count(key) > 1}) == []


def test_file_is_in_canonical_order():
    keys = [(themes()[cue.theme].rank, cue.word) for cue in cues()]
    assert keys == sorted(keys)
    assert [(row["role"], row["word"]) for row in WORDS] == sorted({(row["role"], row["word"]) for row in WORDS})


def test_weights_are_on_the_scale():
    assert [cue for cue in cues() if not 0.5 <= cue.weight <= 5] == []


def test_every_cue_has_an_example_that_holds_it():
    assert [cue for cue in cues() if not all(part in cue.example for part in cue.word.split("…"))] == []


def test_every_cue_is_found_in_its_example():
    assert [cue for cue in cues() if all(hit.cue != cue for hit in find(cue.example))] == []


def test_a_cue_that_usually_means_its_theme_gives_it_to_its_example():
    strong = [cue for cue in cues() if cue.weight >= 2]
    assert [(cue.theme, cue.word) for cue in strong if cue.theme not in classify(cue.example).themes] == []


def test_every_unless_takes_its_cue_back():
    kept = [
        (cue.word, word)
        for cue in cues()
        for word in cue.unless
        if any(hit.cue == cue for hit in find(f"{cue.example}，{word}"))
    ]
    assert kept == []


def test_every_word_of_the_sentence_stands_as_its_example_says():
    standing = {"setting": "setting", "organ": "name", "turn": "turned"}
    for row in WORDS:
        found = {hit.standing for hit in find(row["example"])}
        if row["role"] in standing:
            assert standing[row["role"]] in found, row
        if row["role"] == "not_organ":
            assert "name" not in found, row


def test_unknown_theme_and_role_are_refused():
    with pytest.raises(VocabularyError, match="无此主题"):
        module._cue({"theme": "无此主题", "cue": "词", "weight": "1", "example": "词", "unless": ""})  # noqa: SLF001
    with pytest.raises(VocabularyError, match="无此角色"):
        words("无此角色")


def test_a_cue_ends_where_words_end():
    assert named("相应急需物品已经购买") == []
    assert "应急" in named("应急能力不足")


def test_words_within_words_are_found():
    assert "现金" in named("现金管理不严")
    assert "邪教" in named("反邪教工作不扎实")


def test_the_longer_cue_speaks():
    assert named("党组会议记录不全") == ["党组会议记录"]


def test_a_gap_ends_with_the_clause():
    assert "传达…精神" in named("传达上级会议精神不及时")
    assert "传达…精神" not in named("传达不及时，创业精神不足")
    assert "传达…精神" not in named("传达" + "某某某" * 9 + "精神")


def test_places_point_into_the_text():
    text = "一是公务卡使用率低；二是“三会一课”制度执行不严"
    assert all(text[hit.start : hit.end] == hit.cue.word for hit in find(text) if "…" not in hit.cue.word)


@pytest.mark.parametrize(
    "piece", ["纳入采购", "档案、", "学习", "采购和", "贯彻执行三重一大制度不严。", "的", "（", "a-"]
)
def test_time_is_linear(piece):
    def seconds(n):
        text = piece * n
        times = []
        for _ in range(3):
            start = time.perf_counter()
            classify(text)
            times.append(time.perf_counter() - start)
        return min(times)

    short, long = seconds(2_000), seconds(16_000)
    assert long < 8 * 3 * short + 0.05
