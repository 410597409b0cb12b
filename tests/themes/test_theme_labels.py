"""Labelled statements: what is there, and every way in which a file of them can be wrong."""

from collections import Counter

import pandas as pd
import pytest
from theme_data import ROWS

from pipeline.errors import LabelError
from pipeline.themes.cues import themes
from pipeline.themes.labels import LEAST, add_reviewed, applies, hash_labels, primary, read_examples, read_labels

HEADER = "id,statement,category,themes,first,second,hand\n"
GOOD = "a1,党费收缴不及时,,财务|党建,财务|党建,财务,x\n"
ENOUGH = "".join(f"{theme}{n},{theme}的第{n}句,,{theme},,,x\n" for theme in themes() for n in range(LEAST))


def read(tmp_path, text, encoding="utf-8"):
    path = tmp_path / "labels.csv"
    path.write_bytes(text.encode(encoding))
    return read_labels(path)


def test_there_are_enough_of_every_theme():
    counts = Counter(row.themes[0] for row in ROWS)
    assert len(ROWS) >= 1500
    assert set(counts) == set(themes())
    assert min(counts.values()) >= 100


def test_every_statement_was_read_twice_and_none_is_a_copy():
    assert [row.id for row in ROWS if not (row.first and row.second and row.hand)] == []
    assert len({row.id for row in ROWS}) == len({(row.statement, row.category) for row in ROWS}) == len(ROWS)
    agreed = [row for row in ROWS if (row.first[0], {*row.first}) == (row.second[0], {*row.second})]
    assert [row.id for row in agreed if (row.themes[0], {*row.themes}) != (row.first[0], {*row.first})] == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_a_good_file(tmp_path, encoding):
    row, *_ = read(tmp_path, HEADER + GOOD + ENOUGH, encoding)
    assert (row.text, row.themes, row.first, row.second) == (
        "党费收缴不及时",
        ("财务", "党建"),
        ("财务", "党建"),
        ("财务",),
    )
    assert row.weight == 1


def test_a_category_is_learnt_from_with_its_statement(tmp_path):
    row, *_ = read(tmp_path, HEADER + "a1,执行不严,在财务管理方面,财务,,,x\n" + ENOUGH)
    assert row.text == "执行不严\n在财务管理方面"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("id,statement\na1,x\n", r"：缺少列 category、themes、first、second、hand；应有的列是 id、"),
        ("", "：缺少列 id"),
        (HEADER + GOOD + "a2,账实不符,,,,,x\n", r" 第 3 行：“账实不符”没有标注主题；"),
        (HEADER + GOOD + "a2,账实不符,,|,,,x\n", r" 第 3 行：“账实不符”没有标注主题；"),
        (HEADER + "a2,,,财务,财务,财务,x\n", " 第 2 行：statement 为空；"),
        (HEADER + "a2, ,,财务,财务,财务,x\n", " 第 2 行：statement 为空；"),
        (HEADER + "a2,账实不符,,财物,财务,财务,x\n", " 第 2 行：themes 列的“财物”不是主题；主题有 理论学习、"),
        (HEADER + "a2,账实不符,,财务,财务,财物|作风,x\n", " 第 2 行：second 列的“财物”不是主题；"),
        (HEADER + "a2,账实不符,,财务|财务,,,x\n", " 第 2 行：themes 列的“财务|财务”有重复的主题；"),
        (HEADER + "a2,账实不符\n", " 第 2 行：列数与表头不同；"),
        (HEADER + "a2,账,实,不,符,财务,,,x\n", " 第 2 行：列数与表头不同；"),
        (HEADER + 'a2,"账实\n不符",,财物,,,x\n', " 第 3 行：themes 列的“财物”不是主题；"),  # where the row ends
        (
            HEADER + GOOD + "\na2,党费收缴不及时,,党建,,,x\n",
            " 第 2 行和第 4 行：同一句“党费收缴不及时”标注相互矛盾；请只留一行",
        ),
        (HEADER + GOOD + GOOD.replace("a1", "a2"), " 第 2 行和第 3 行：同一句“党费收缴不及时”重复；请只留一行"),
        (HEADER + GOOD, "：以“理论学习”为主要主题的语句只有 0 条，每个主题至少要 5 条；请补上"),
    ],
)
def test_a_bad_file_is_named_by_row_and_value(tmp_path, text, fault):
    with pytest.raises(LabelError) as raised:
        read(tmp_path, text)
    assert str(raised.value).startswith(f"{tmp_path / 'labels.csv'}{fault}")
    assert "\n" not in str(raised.value)


def test_one_statement_under_two_headings_is_no_contradiction(tmp_path):
    two = "a1,执行不严,财务管理方面,财务,,,x\na2,执行不严,选人用人方面,选人用人,,,x\n"
    assert [row.themes for row in read(tmp_path, HEADER + two + ENOUGH)[:2]] == [("财务",), ("选人用人",)]


def test_a_file_in_another_encoding_or_none(tmp_path):
    with pytest.raises(LabelError, match=r"labels\.csv：不是 UTF-8 编码；请另存为"):
        read(tmp_path, HEADER + GOOD, "gb18030")
    with pytest.raises(LabelError, match=r"nothing\.csv：没有这个标注文件"):
        read_labels(tmp_path / "nothing.csv")


def test_every_clear_cue_gives_an_example():
    examples = read_examples()
    assert len(examples) > 2000
    assert all(row.themes and row.weight < 1 for row in examples)
    assert len({row.statement for row in examples}) == len(examples)
    (both,) = [row for row in examples if row.statement == "党费收缴不及时"] or [examples[0]]
    assert len(set(both.themes)) == len(both.themes)


def test_reviewed_items_are_learnt_once():
    reviewed = pd.DataFrame(
        {
            "issue_id": ["i1", "i2", "i3", "i4"],
            "statement": [ROWS[0].statement, "渔船检验超期", "渔船检验超期", "渔船检验超期"],
            "category": [ROWS[0].category, None, None, "船舶方面"],
            "themes": [["作风"], ["主责主业", "财务"], ["财务"], ["作风"]],
        }
    )
    added = add_reviewed(ROWS, reviewed)
    assert [(row.id, row.themes) for row in added] == [("i2", ("主责主业", "财务")), ("i4", ("作风",))]
    assert added[1].text == "渔船检验超期\n船舶方面"
    assert add_reviewed(ROWS, reviewed.iloc[:0]) == ()


def test_the_hash_follows_what_is_learnt():
    assert hash_labels(ROWS[:5]) == hash_labels(ROWS[:5][::-1])
    assert hash_labels(ROWS[:5]) != hash_labels(ROWS[:4])


def test_labels_in_arrays():
    rows = [row for row in ROWS if len(row.themes) > 1][:20]
    names = list(themes())
    assert [names[n] for n in primary(rows)] == [row.themes[0] for row in rows]
    for said, row in zip(applies(rows), rows, strict=True):
        assert {name for name, holds in zip(names, said, strict=True) if holds} == set(row.themes)
