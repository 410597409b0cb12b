"""Labels in Chinese and English: the closed sets are whole, and what is not known stays as it is."""

import re

import pandas as pd
import pytest

from pipeline.analysis.commitments import STATES
from pipeline.analysis.explicit import KINDS as SAID
from pipeline.analysis.rounds import ELAPSED
from pipeline.errors import ReportError
from pipeline.ledger.schema import COMPARISONS
from pipeline.lexicon import read_table
from pipeline.reporting import tables
from pipeline.reporting.charts_units import CLASSES
from pipeline.reporting.labels import LANGUAGES, WORDS, caption, headings, in_words, speak, word
from pipeline.themes.cues import themes


@pytest.fixture(autouse=True)
def _chinese_again():
    yield
    speak()


@pytest.fixture
def english():
    speak("en")


@pytest.mark.usefixtures("english")
def test_every_code_theme_and_class_has_an_english_word():
    known = [label for words in WORDS.values() for label in words.values()]
    parts = [label for code, label in COMPARISONS.items() if not code.startswith("part_")]
    more = [
        *themes(),
        *STATES.values(),
        *SAID.values(),
        *(name for _, name in ELAPSED),
        *(name for name, _ in CLASSES.values()),
    ]
    left = [label for label in [*known, *parts, *more] if re.search("[\u4e00-\u9fff]", word(label))]
    assert left == []


def test_the_file_says_each_label_once_and_with_as_many_values_in_both_languages():
    rows = read_table("english", ("zh", "en"))
    assert len({row["zh"] for row in rows}) == len(rows)
    assert all(row["zh"].count("{}") == len(re.findall(r"{\d?}", row["en"])) for row in rows)
    assert not any(re.search("[\u4e00-\u9fff]", row["en"]) for row in rows)


@pytest.mark.usefixtures("english")
def test_names_and_what_bulletins_say_are_never_touched():
    for text in ("云栖市图书馆", "第一中学", "固定资产账实不符", "合计单位", "财务制度不健全", ""):
        assert word(text) == text


@pytest.mark.usefixtures("english")
def test_values_stay_what_they_are():
    assert word("6/7，86%（49–97%）") == "6/7, 86% (49–97%)"
    assert word("53，列出 50，少 3") == "53, items 50, 3 fewer"
    assert word("截至 2026-06-30") == "as of 2026-06-30"


@pytest.mark.usefixtures("english")
def test_a_sentence_is_in_one_language():
    source = "资料来源：2 份公开整改通报（单位自报），反馈日期 2021-02-23（1 份未写明）。甲局说了别的。"
    assert caption(source) == (
        "Source: 2 public bulletins, self-reported by the units, feedback of 2021-02-23 (1 do not say). 甲局说了别的。"
    )
    assert caption("资料来源：甲局的网站。") == "资料来源：甲局的网站。"


def test_headings_and_words_in_both_languages():
    frame = pd.DataFrame(
        {"label": ["合计"], "status": ["done"], "done_ongoing": [3], "财务": [1], "themes": [["财务", "党建"]]}
    )
    frame.attrs["labels"] = {
        "label": "名称",
        "status": "整改状态",
        "done_ongoing": "其中长期坚持",
        "财务": "财务",
        "themes": "主题",
    }
    assert list(headings(frame).values()) == ["名称", "整改状态", "其中长期坚持", "财务", "主题"]
    assert in_words(frame)[["label", "status"]].to_numpy().tolist() == [["合计", "已完成"]]
    speak("en")
    assert list(headings(frame).values()) == ["label", "status", "done ongoing", "finance", "themes"]
    told = in_words(frame)
    assert told[["label", "status", "themes"]].to_numpy().tolist() == [["all", "done", ["finance", "Party building"]]]
    assert "<th>label</th>" in tables.show(frame, ["label"]).html
    assert tables.to_csv(frame[["label", "status"]]) == "label,status\nall,done\n"


def test_a_language_that_is_not_there_is_refused_in_a_line():
    with pytest.raises(ReportError, match=f"language 应是 {' 或 '.join(LANGUAGES)}，给的是 'fr'"):
        speak("fr")
