"""Likeness: what is heard and what is not, the two ways of finding links, and the labelled pairs."""

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.analysis.likeness import (
    OTHER_THEME,
    Links,
    compare,
    featurize,
    find_by_bands,
    find_exactly,
    find_links,
    group,
    named,
    strip,
)
from pipeline.lexicon import read_lines, read_table

sys.path.append(str(Path(__file__).parents[2] / "benchmarks"))
from recurrence import kept
from recurrence_card import (
    CARD,
    READINGS,
    cross_validated,
    figures,
    likeness,
    read_pairs,
)  # the measures that the document quotes

ROOT = Path(__file__).parents[2]
LABELS = pd.read_csv(ROOT / "data" / "labels" / "themes.csv", keep_default_na=False)["statement"]


def alike(one, other, *, themes=None, descriptions=()):
    features = featurize([one, other], themes, descriptions)
    return float(compare(features, np.array([0]), np.array([1]))[0])


# What is heard


def test_stock_predicates_make_nothing_alike():
    assert alike("固定资产管理不到位", "党费收缴不到位") < 0.2
    assert alike("固定资产管理不到位", "固定资产管理有差距") > 0.9


def test_a_statement_of_stock_predicates_alone_is_like_no_other():
    assert strip("管理不规范，执行不到位") == "，"
    assert alike("管理不规范，执行不到位", "管理不规范，执行不到位") == 0


@pytest.mark.parametrize(
    ("one", "same", "different"),
    [
        ("固定资产账实不符", "校产家底不清", "固定资产出租未公开招租"),
        ("中心组学习研讨不深", "理论学习以读代学", "支部换届超期"),
        ("党组会议记录要素缺失", "班子开会只记结果、不记讨论过程", "党组会议临时动议多"),
        ("支部换届超期14个月", "党支部任期届满长期不改选", "支部组织生活不经常"),
    ],
)
def test_the_same_weakness_in_other_words_is_liker_than_another_of_the_same_object(one, same, different):
    assert alike(one, same) > 0.45 > alike(one, different)


def test_other_themes_take_a_part_away_unknown_ones_nothing():
    same = alike("廉政谈话走过场", "廉政谈话走形式", themes=[["党建"], ["党建", "作风"]])
    assert alike("廉政谈话走过场", "廉政谈话走形式", themes=[["党建"], ["作风"]]) == pytest.approx(OTHER_THEME * same)
    assert alike("廉政谈话走过场", "廉政谈话走形式", themes=[["党建"], []]) == pytest.approx(same)


def test_descriptions_speak_more_softly_than_statements():
    apart = alike("设备管理粗放", "资产管理缺位")
    told = alike("设备管理粗放", "资产管理缺位", descriptions=["盘点发现账实不符", "盘点发现账实不符"])
    assert apart < told < 0.9


def test_nothing_but_the_two_statements_counts():
    features = featurize(["固定资产账实不符", "校产家底不清", *LABELS[:500]])
    among_many = float(compare(features, np.array([0]), np.array([1]))[0])
    assert among_many == pytest.approx(alike("固定资产账实不符", "校产家底不清"), abs=1e-5)


@given(st.lists(st.text(max_size=30), min_size=2, max_size=6))
def test_any_text_has_a_likeness_between_0_and_1_the_same_both_ways(statements):
    features = featurize(statements)
    one, other = np.triu_indices(len(statements), 1)
    there, back = compare(features, one, other), compare(features, other, one)
    assert ((there >= 0) & (there <= 1)).all()
    np.testing.assert_allclose(there, back, atol=1e-6)


def test_none_and_one():
    for statements in ([], ["党费收缴不规范"]):
        assert len(find_links(featurize(statements), 0.4)) == 0


# Links


@pytest.fixture(scope="module")
def thousand():
    return featurize([*LABELS[:700], *LABELS[:150], *(f"{text}问题突出" for text in LABELS[:150])])


def slow(features, least):
    one, other = np.triu_indices(features.matrix.shape[0], 1)
    similarity = compare(features, one, other)
    return {(int(i), int(j)) for i, j, s in zip(one, other, similarity, strict=True) if s >= least}


def test_exact_links_are_all_there_are(thousand):
    links = find_exactly(thousand, 0.45, top=1000)
    assert set(zip(links.one.tolist(), links.other.tolist(), strict=True)) == slow(thousand, 0.45)


def test_banded_links_are_true_sorted_and_lead_to_nearly_all(thousand):
    exact, banded = slow(thousand, 0.6), find_by_bands(thousand, 0.6, top=1000, bands=64)
    found = list(zip(banded.one.tolist(), banded.other.tolist(), strict=True))
    assert found == sorted(set(found))
    assert set(found) <= exact
    connected, close, _ = kept(find_exactly(thousand, 0.6, top=1000), banded, 1000)
    assert connected >= 0.97
    assert close >= 0.95


def test_bands_find_the_same_in_every_run(thousand):
    first, second = (find_by_bands(thousand, 0.6) for _ in range(2))
    assert all((getattr(first, name) == getattr(second, name)).all() for name in ("one", "other", "similarity"))


def test_copies_are_linked_to_what_their_like_is_linked_to():
    features = featurize(["固定资产账实不符"] * 3 + ["固定资产账实不符，未盘点"])
    links = find_by_bands(features, 0.5, bands=8)
    assert {(0, 1), (0, 2), (0, 3), (1, 3), (2, 3)} <= set(zip(links.one.tolist(), links.other.tolist(), strict=True))


def test_top_keeps_the_strongest():
    features = featurize(
        ["固定资产账实不符", "固定资产账实不符", "固定资产账实不符，未盘点，台账不清", "党费收缴不规范"]
    )
    links = find_exactly(features, 0.3, top=1)
    assert (0, 1) in set(zip(links.one.tolist(), links.other.tolist(), strict=True))
    assert len(links) <= 3


def test_groups_do_not_drift_along_a_chain():
    chain = Links(np.array([0, 1, 2, 3]), np.array([1, 2, 3, 4]), np.ones(4, np.float32))
    centre = group(chain, 6)
    assert len(set(centre.tolist())) == 3
    assert centre[5] == 5


# The vocabulary


def test_no_word_of_the_vocabulary_stands_twice_in_a_facet():
    rows = read_table("weakness_words", ("facet", "group", "word"))
    keys = [(row["facet"], row["word"]) for row in rows]
    assert len(keys) == len(set(keys))
    assert {row["facet"] for row in rows} == {"object", "fault"}
    for name in ("stock_predicates", "function_words"):
        assert len(read_lines(name)) == len(set(read_lines(name)))


def test_every_word_is_found_in_itself_unless_a_longer_one_begins_with_it():
    for row in read_table("weakness_words", ("facet", "group", "word")):
        assert named(row["word"])[row["facet"]] == [row["group"]]


# The labelled pairs


def test_the_labels_are_whole():
    pairs = read_pairs()
    assert len(pairs) >= 400
    assert pairs["id"].is_unique
    assert all(set(pairs[column]) == {"yes", "no"} for column in ("same", *READINGS))
    agreed = pairs[pairs[READINGS].eq(pairs["first"], axis=0).all(axis=1)]
    assert (agreed["same"] == agreed["first"]).all()
    assert (pairs["one"] != pairs["other"]).all()
    assert not pairs.duplicated(["one", "other"]).any()
    assert pairs.groupby("hand").size().min() >= 50


def test_no_pair_is_of_the_planted_chains():
    from recurrence_truth import expected, truth

    rows = truth("chains").dropna(subset="ordinal").itertuples()
    planted = {expected(row.file)["items"][row.ordinal - 1]["statement"] for row in rows}
    pairs = read_pairs()
    written = pairs[pairs["hand"] != "found_alike"]
    assert not planted & {*written["one"], *written["other"]} - set(LABELS)


def test_precision_and_recall_on_groups_that_the_bound_was_not_chosen_on():
    pairs = read_pairs()
    taken, bounds = cross_validated(pairs, likeness(pairs))
    true = pairs["true"].to_numpy()
    assert (true & taken).sum() / taken.sum() >= 0.75
    assert (true & taken).sum() / true.sum() >= 0.72
    assert max(bounds) - min(bounds) <= 0.15


def test_the_document_says_what_is_measured():
    assert figures() in CARD.read_text(encoding="utf-8")
