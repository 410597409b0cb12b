"""Groups of items: how they are called, and in which order they stand."""

import pandas as pd
import pytest

from pipeline.analysis.groups import ALL, group_items, sort_groups
from pipeline.themes.cues import themes


def counted(items, by, order=()):
    """Labels of the groups in their order, sized by their items."""
    groups = group_items(items, by).groupby("label", sort=False)
    counts = pd.DataFrame({"group": groups["group"].first(), "size": groups.size()}).rename_axis("label").reset_index()
    return sort_groups(counts, by, "size", order)["label"].tolist()


def test_all_items_are_one_group_where_nothing_is_named():
    assert group_items(pd.DataFrame({"year": [2021, 2022]}), None)["label"].tolist() == [ALL, ALL]


def test_units_of_one_name_are_told_apart_by_their_identity():
    items = pd.DataFrame({"unit_id": ["u1", "u2", "u3"], "unit_name": ["文化馆", "文化馆", "图书馆"]})
    assert group_items(items, "unit_id")["label"].tolist() == ["文化馆（u1）", "文化馆（u2）", "图书馆"]


def test_a_unit_without_a_name_goes_by_its_identity_and_none_is_said_to_be_none():
    items = pd.DataFrame({"unit_id": ["u1", None], "unit_name": [None, None]})
    grouped = group_items(items, "unit_id")
    assert grouped["label"].tolist() == ["u1", "单位不明"]
    assert grouped["group"].isna().tolist() == [False, True]


def test_an_item_stands_in_each_of_its_themes():
    items = pd.DataFrame({"issue_id": ["a", "b"], "themes": [["财务", "党建"], ["财务"]]})
    assert group_items(items, "themes")[["issue_id", "label"]].to_numpy().tolist() == [
        ["a", "财务"], ["a", "党建"], ["b", "财务"],
    ]  # fmt: skip


def test_numbers_ascend_words_go_by_size_and_the_unknown_comes_last():
    assert counted(pd.DataFrame({"year": [None, None, None, 2021, 2019]}), "year") == ["2019", "2021", "年份不明"]
    assert counted(pd.DataFrame({"region": ["甲市", "乙市", "乙市", None]}), "region") == ["乙市", "甲市", "地区不明"]


def test_themes_stand_in_the_order_of_the_scheme_and_others_behind():
    items = pd.DataFrame({"primary": ["自拟", "自拟", *reversed(list(themes()))]})
    assert counted(items, "primary") == [*themes(), "自拟"]


def test_an_order_that_is_given_goes_first():
    items = pd.DataFrame({"elapsed": ["长", "长", "短", "中"]})
    assert counted(items, "elapsed", ["短", "没有", "中"]) == ["短", "中", "长"]


def test_a_column_that_is_not_there_is_named_with_those_that_are():
    with pytest.raises(KeyError, match="no column 'unit' to group by; there are year"):
        group_items(pd.DataFrame({"year": [1]}), "unit")
