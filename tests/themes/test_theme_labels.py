"""Labelled statements: what is there, and every way in which a file of them can be wrong."""

from collections import Counter

import pandas as pd
import pytest
from theme_data import LABELS, ROWS

from pipeline.errors import LabelError
from pipeline.themes.classify import default_model
from pipeline.themes.cues import themes
from pipeline.themes.evaluate import agreement
from pipeline.themes.labels import add_reviewed, hash_labels, read_examples, read_labels

HEADER = "id,statement,category,themes,first,second,hand\n"
GOOD = "a1,党费收缴不及时,,财务|党建,财务|党建,财务,x\n"


def read(tmp_path, text, encoding="utf-8"):
    path = tmp_path / "labels.csv"
    path.write_bytes(text.encode(encoding))
    return read_labels(path)


def test_there_are_enough_of_every_theme():
    primary = Counter(row.themes[0] for row in ROWS)
    assert len(ROWS) >= 1500
    assert set(primary) == set(themes())
    assert min(primary.values()) >= 100
    assert 0.2 < sum(len(row.themes) > 1 for row in ROWS) / len(ROWS) < 0.4


def test_the_two_readings_agree():
    found = agreement(ROWS).set_index("theme")
    assert found.loc["主要主题", "kappa"] > 0.95
    assert found["f1"].min() > 0.9


def test_the_shipped_model_was_trained_on_these_labels():
    assert default_model().header["labels"] == hash_labels([*ROWS, *read_examples()]), "run: make train"


def test_a_good_file(tmp_path):
    (row,) = read(tmp_path, HEADER + GOOD, "utf-8-sig")
    assert (row.text, row.themes, row.first, row.second) == (
        "党费收缴不及时",
        ("财务", "党建"),
        ("财务", "党建"),
        ("财务",),
    )


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("id,statement\na1,x\n", r"labels\.csv：缺少列 category、themes、first、second、hand"),
        (HEADER + GOOD + "a2,账实不符,,,,,x\n", r"第 3 行：“账实不符”没有标注主题"),
        (HEADER + "a2,,,财务,财务,财务,x\n", r"第 2 行：statement 为空"),
        (HEADER + "a2,账实不符,,财物,财务,财务,x\n", r"第 2 行：themes 列的“财物”不是主题；主题有 理论学习、"),
        (HEADER + "a2,账实不符,,财务,财务,财物,x\n", r"第 2 行：second 列的“财物”不是主题"),
        (HEADER + "a2,账实不符,,财务|财务,财务,财务,x\n", r"“财务\|财务”有重复的主题"),
        (
            HEADER + GOOD + "a2,党费收缴不及时,,党建,党建,党建,x\n",
            r"第 2 行和第 3 行：同一句“党费收缴不及时”标注相互矛盾",
        ),
        (HEADER + GOOD + GOOD.replace("a1", "a2"), r"第 2 行和第 3 行：同一句“党费收缴不及时”重复"),
    ],
)
def test_a_bad_file_is_named_by_row_and_value(tmp_path, text, fault):
    with pytest.raises(LabelError, match=fault):
        read(tmp_path, text)


def test_a_file_in_another_encoding_or_none(tmp_path):
    with pytest.raises(LabelError, match="不是 UTF-8 编码"):
        read(tmp_path, HEADER + GOOD, "gb18030")
    with pytest.raises(LabelError, match="没有这个标注文件"):
        read_labels(tmp_path / "nothing.csv")


def test_every_example_has_a_theme():
    examples = read_examples()
    assert len(examples) > 2000
    assert all(row.themes and row.weight < 1 for row in examples)


def test_reviewed_items_are_learnt_once():
    reviewed = pd.DataFrame(
        {
            "issue_id": ["i1", "i2", "i3"],
            "statement": [ROWS[0].statement, "渔船检验超期", "渔船检验超期"],
            "category": [ROWS[0].category, None, None],
            "themes": [["作风"], ["主责主业", "财务"], ["财务"]],
        }
    )
    assert [(row.id, row.themes) for row in add_reviewed(ROWS, reviewed)] == [("i2", ("主责主业", "财务"))]


def test_the_hash_follows_what_is_learnt():
    assert hash_labels(ROWS[:5]) == hash_labels(ROWS[:5][::-1])
    assert hash_labels(ROWS[:5]) != hash_labels(ROWS[:4])
    assert LABELS.exists()
