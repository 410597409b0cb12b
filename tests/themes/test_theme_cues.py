"""The scheme and its lexicon, tidy in both directions, and the hearing of cues."""

# ruff: noqa: SLF001  (what was read is forgotten between two lexicons)

import pytest

from pipeline.errors import VocabularyError
from pipeline.themes import cues as module
from pipeline.themes.cues import check_examples, cues, find_phrases, hear, themes
from pipeline.themes.features import join

CORE = ["理论学习", "三重一大", "财务", "意识形态", "选人用人"]


def said(text):
    joined = join([text])
    return [joined.text[start:end] for _, start, end in find_phrases(joined)]


def heard(text):
    found = hear(join([text]))
    return [list(themes())[theme] for theme in found.theme.tolist()]


def lexicon(monkeypatch, rows):
    monkeypatch.setattr(module, "read_table", lambda *_: rows)
    cues.cache_clear()
    module._matcher.cache_clear()


@pytest.fixture
def restored():
    yield
    cues.cache_clear()
    module._matcher.cache_clear()


def row(theme="财务", cue="报销", example="报销不严", unless=""):
    return {"theme": theme, "cue": cue, "weight": "3", "example": example, "unless": unless}


def test_the_scheme():
    scheme = list(themes().values())
    assert [theme.name for theme in scheme if theme.core] == CORE
    assert [theme.rank for theme in scheme] == list(range(1, 12))
    assert all(theme.definition for theme in scheme)


def test_file_is_in_canonical_order():
    keys = [(themes()[cue.theme].rank, cue.word) for cue in cues()]
    assert keys == sorted(keys)


def test_weights_are_on_the_scale():
    assert [cue for cue in cues() if not 0.5 <= cue.weight <= 5] == []


def test_every_cue_is_heard_in_its_example():
    check_examples()


@pytest.mark.usefixtures("restored")
@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ([row(theme="无此主题")], "row 2: '报销': '无此主题' is none of"),
        ([row(), row()], "row 3: '报销': stands twice in 财务"),
        ([row(example="接待超标")], "row 2: '报销': its example '接待超标' does not hold it"),
        ([row(example="")], "does not hold it"),
    ],
)
def test_a_bad_lexicon_is_a_clear_error(monkeypatch, wrong, named):
    lexicon(monkeypatch, wrong)
    with pytest.raises(VocabularyError, match=named):
        cues()


@pytest.mark.usefixtures("restored")
def test_an_example_that_another_cue_takes_is_a_clear_error(monkeypatch):
    rows = [row(cue="党费", example="党费收缴不及时"), row(theme="党建", cue="党费收缴", example="党费收缴不及时")]
    lexicon(monkeypatch, rows)
    with pytest.raises(VocabularyError, match="财务, '党费': not heard in its example '党费收缴不及时', but 党费收缴"):
        check_examples()


def test_a_cue_ends_where_words_end():
    assert said("相应急需物品已经购买") == []
    assert "应急" in said("应急能力不足")


def test_words_within_words_are_found():
    assert "现金" in said("现金管理不严")


def test_the_longer_cue_speaks():
    assert said("党组会议记录不全") == ["党组会议记录"]


def test_a_cue_is_taken_back_in_its_own_sentence_only():
    taken = next(cue for cue in cues() if cue.unless)
    assert taken.theme not in heard(f"{taken.word}，{taken.unless[0]}") or taken.word not in said(taken.unless[0])
    assert taken.theme in heard(taken.example)


def test_one_cue_a_theme_the_weightiest():
    found = hear(join(["三会一课不规范，主题党日流于一般", "财务报销不严"]))
    keys = list(zip(found.text.tolist(), found.theme.tolist(), strict=True))
    assert len(keys) == len(set(keys))
    assert ((found.weight > 0) & (found.weight <= 1)).all()


def test_nothing_is_heard_in_nothing():
    assert len(hear(join([""])).text) == 0
    assert len(hear(join(["", "某某", ""])).text) == 0
