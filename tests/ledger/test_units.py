"""Names of units over the years: what is one unit, and what cannot be told."""

import pytest

from pipeline.errors import VocabularyError
from pipeline.ledger import units
from pipeline.ledger.units import fold, level, read_aliases, unit_id

OLD, NEW = "市旅游局", "市文化旅游和广播电视局"


def names(folded):
    return {name: unit and unit.name for name, unit in folded.items()}


# names in the corpus, aliases → canonical names, what the warnings speak of
FOLDS = [
    ([NEW], [], {NEW: NEW}, []),
    ([OLD, NEW], [(OLD, NEW)], {OLD: NEW, NEW: NEW}, []),
    ([OLD], [(OLD, "市文旅局"), ("市文旅局", NEW)], {OLD: NEW}, []),  # by way of another alias
    ([NEW], [(OLD, NEW)], {NEW: NEW}, ["没有用到"]),
    ([OLD], [(OLD, NEW), (OLD, "市体育局")], {OLD: None}, ["2 个单位"]),
    ([OLD], [(OLD, NEW), (NEW, OLD)], {OLD: None}, ["唯一", "唯一"]),  # a circle
    ([OLD], [(OLD, "市文旅局"), ("市文旅局", NEW), ("市文旅局", "市体育局")], {OLD: None}, ["2 个单位", "唯一"]),
    ([OLD], [(OLD, OLD)], {OLD: OLD}, []),
    ([OLD], [(OLD, NEW), (OLD, NEW)], {OLD: NEW}, []),  # said twice, the same
    (["甲馆(乙)", "甲馆（乙）"], [], {"甲馆(乙)": "甲馆（乙）", "甲馆（乙）": "甲馆（乙）"}, []),  # one, in two widths
]  # fmt: skip


@pytest.mark.parametrize(("corpus", "aliases", "expected", "warned"), FOLDS)
def test_fold(corpus, aliases, expected, warned):
    folded, warnings = fold(corpus, aliases)
    assert names(folded) == expected
    assert len(warnings) == len(warned)
    assert all(word in warning for word, warning in zip(warned, warnings, strict=True))


def test_one_unit_has_one_id_and_two_have_two():
    folded, _ = fold([OLD, NEW, "市体育局"], [(OLD, NEW)])
    assert folded[OLD].id == folded[NEW].id == unit_id(NEW)
    assert folded["市体育局"].id != folded[NEW].id
    assert unit_id("市文化馆") == "uf7bd63677992"  # on every machine, in every run


def test_ids_that_fall_together_by_chance_are_not_given(monkeypatch):
    monkeypatch.setattr(units, "unit_id", lambda _: "u00000000")
    folded, warnings = fold([OLD, NEW], [])
    assert names(folded) == {OLD: None, NEW: None}
    assert "碰巧相同" in warnings[0]


def test_level_keeps_what_tells_names_apart():
    assert level(" 市文化馆\u3000（市美术馆) ") == "市文化馆（市美术馆）"
    assert level("市一中") != level("市二中")


@pytest.mark.parametrize(
    ("lines", "fault"),
    [
        (["alias,note", "甲,乙"], "缺少列 unit"),
        (["alias,unit,remark", "甲,乙,丙"], "remark"),
        (["alias,unit", "甲,"], "第 2 行：unit"),
        (["alias,unit", "甲,乙", " ,乙"], "第 3 行：alias"),
        ([], "缺少列 alias、unit"),
    ],
)
def test_a_wrong_file_is_named_with_its_row(lines, fault):
    with pytest.raises(VocabularyError, match=fault):
        read_aliases(lines)


def test_names_in_the_file_are_levelled():
    assert read_aliases(["unit,alias", "市文化馆(美术馆), 市 文化馆"]) == [("市文化馆", "市文化馆（美术馆）")]
