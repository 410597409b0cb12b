"""Classifying at a keyboard."""

import pandas as pd
import pytest
from theme_data import STATEMENTS, judged

from pipeline.errors import LabelError, ModelError
from pipeline.themes.ask import classify

COLUMNS = ["themes", "primary", "confidence", "evidence", "review"]


def test_a_statement_is_shown_in_one_line():
    said = repr(classify("党费收缴不及时"))
    assert said.startswith("财务、党建（把握 0.")
    assert "党费→财务" in said
    assert "待复核；没有线索" in repr(classify(""))


def test_the_deciding_words_are_marked_in_colour():
    html = classify("党费收缴不及时")._repr_html_()
    assert '<mark title="财务"' in html
    assert html.count("background:") >= 3  # the words, and the name of either theme


def test_html_in_a_statement_is_text():
    html = classify('<script>alert("党费")</script>')._repr_html_()
    assert "<script" not in html
    assert "&lt;script&gt;" in html


def test_a_frame_in_a_frame_out():
    frame = pd.DataFrame({"statement": STATEMENTS[:50], "category": None}, index=range(100, 150))
    found = classify(frame)
    assert list(found.columns) == COLUMNS
    assert list(found.index) == list(frame.index)
    for statement, row in zip(STATEMENTS, found.to_dict("records"), strict=False):
        one = judged(statement)
        assert (row["themes"], row["primary"], row["review"]) == ("|".join(one.themes), one.primary, one.review)
        assert row["confidence"] == pytest.approx(one.confidence)
        assert row["evidence"].split("、")[0] in {word.word for word in one.evidence} | {""}


def test_context_columns_are_heard_in_doubt_and_may_be_missing():
    frame = pd.DataFrame(
        {"statement": ["相关要求执行打折扣"] * 3, "category": ["选人用人不规范", None, float("nan")]}, dtype=object
    )
    assert classify(frame)["primary"].iloc[0] == "选人用人"
    assert classify(frame)["primary"].iloc[1] == classify(frame)["primary"].iloc[2] != "选人用人"


def test_missing_statements_and_no_rows():
    assert classify(pd.Series([None, "账实不符"]))["primary"].iloc[1] == "财务"
    assert list(classify([]).columns) == COLUMNS


def test_a_frame_without_statements_and_a_model_that_is_none(tmp_path):
    with pytest.raises(LabelError, match="没有 statement 列，只有 text"):
        classify(pd.DataFrame({"text": ["x"]}))
    with pytest.raises(ModelError, match="没有这个模型"):
        classify("账实不符", tmp_path / "nothing.npz")
