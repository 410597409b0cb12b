"""Tables that lost their shape: cells are parted where they can be told, and nothing else is touched."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.sources.rows import part_cells

HEAD = "序号\n反馈问题\n整改措施\n完成情况\n"
ROWS = "1\n账实不符\n清查资产\n已完成\n2\n学习不深\n制定计划\n已完成\n"


def rows(text):
    return [[cell.strip() for cell in line.split("\t")] for line in part_cells(text).split("\n") if "\t" in line]


def test_one_cell_a_line():
    assert rows(HEAD + ROWS) == [
        ["序号", "反馈问题", "整改措施", "完成情况"],
        ["1", "账实不符", "清查资产", "已完成"],
        ["2", "学习不深", "制定计划", "已完成"],
    ]


def test_blank_lines_and_headings_may_stand_between():
    spread = (HEAD + "\n一、资产方面\n" + ROWS).replace("\n", "\n\n　　")
    assert rows(spread) == rows(HEAD + ROWS)
    assert "一、资产方面" in part_cells(spread).split("\n\n　　")


@pytest.mark.parametrize(
    "text",
    [
        HEAD
        + "1\n账实不符\n已完成\n2\n学习不深\n制定计划\n已完成\n",  # an empty cell left no line: which one it was cannot be told
        HEAD + "1\n账实不符\n清查资产\n已完成\n",  # one row is no table
        "序号\n姓名\n职务\n单位\n1\n甲\n乙\n丙\n2\n丁\n戊\n己\n",
        "索引号：0143 | 主题分类：医保 | 发文日期：2024年\n发布机构：医保局 | 文号：无 | 有效性：有效\n",
        "反馈问题\n整改措施\n完成情况\n",
    ],
)
def test_what_is_no_such_table_is_left_as_it_is(text):
    assert part_cells(text) == text


def test_bars_of_markdown_and_its_rule():
    text = "| 序号 | 反馈问题 | 整改措施 |\n|:---|---|---|\n| 1 | 账实不符 |  |\n完。"
    assert rows(text) == [["序号", "反馈问题", "整改措施"], ["", "", ""], ["1", "账实不符", ""]]
    assert part_cells(text).endswith("\n完。")


@given(
    st.lists(
        st.sampled_from([*HEAD.split(), *ROWS.split(), "| 问题 | 整改措施 | 状态 |", "|", "\t", "　", "一、甲", ""]),
        max_size=40,
    )
)
def test_length_and_letters_stay(pieces):
    text = "\n".join(pieces)
    parted = part_cells(text)
    assert len(parted) == len(text)
    assert all(a == b or (a in "|\n \t　-:：" and b in "\t ") for a, b in zip(text, parted, strict=True))
