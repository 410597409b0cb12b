"""What the shipped classifier says, and what it promises."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from theme_data import ANNOTATED, STATEMENTS, judged, skip_absent

from pipeline.bulletins import parse
from pipeline.themes import label
from pipeline.themes.ask import classify
from pipeline.themes.classify import AT_A_TIME, Passage, judge, model_path
from pipeline.themes.cues import themes
from pipeline.themes.evaluate import OURS, _found, _measure, read_annotated

# The neighbours of the scheme that are easily mixed up, and what was settled about them.
NEIGHBOURS = [
    ("重大事项未上会研究", ("三重一大",)),
    ("贯彻落实重大决策部署有差距", ("主责主业",)),
    ("党费收缴不及时", ("财务", "党建")),
    ("干部档案材料不全", ("选人用人",)),
    ("文书档案没有归档", ("内部治理",)),
    ("警示教育开展不够", ("党风廉政",)),
    ("巡察整改不彻底", ("整改落实",)),
    ("采购领域廉洁风险较高", ("党风廉政", "财务")),
]


@pytest.mark.parametrize("name", ANNOTATED)
def test_bulletins_that_were_never_learnt_from(name):
    folder, meant, (primary, macro, core) = ANNOTATED[name]
    skip_absent(folder)
    data = read_annotated(folder)
    chosen = [n for n, row in enumerate(data.rows) if meant(row.hand)]
    scores = _measure(name, OURS, [data.rows[n] for n in chosen], _found(classify(data.context.iloc[chosen])))
    assert scores["n"] > 100
    assert scores["primary"] >= primary
    assert scores["macro"] >= macro
    assert scores["core"] >= core


@pytest.mark.parametrize(("statement", "expected"), NEIGHBOURS)
def test_neighbours(statement, expected):
    assert judged(statement).themes == expected


def test_context_is_asked_only_in_doubt():
    vague, clear = "相关要求执行打折扣", "“三会一课”制度坚持不好"
    context = [Passage("category", "选人用人不规范", 50)]
    assert judged(vague, *context).primary == "选人用人"
    assert judged(vague).primary != "选人用人"
    assert judged(clear, *context) == judged(clear)


def test_the_nearest_context_is_asked_first():
    far = [Passage("aspect", "财务管理方面"), Passage("measures", "修订报销制度")]
    assert judged("相关要求执行打折扣", Passage("category", "选人用人不规范"), *far).primary == "选人用人"
    assert judged("相关要求执行打折扣", *far).primary == "财务"


def test_evidence_points_into_the_clean_text():
    text = "某市文化馆关于巡察整改情况的通报\n（一）财务管理方面\n1.关于公务卡使用率低问题的整改\n整改措施：一是培训；二是检查。"
    items = parse(text).items
    (found,) = label(items, text)
    assert found.primary == "财务"
    assert found.evidence
    assert all(text[slice(*word.span)] == word.word for word in found.evidence)


def test_evidence_without_a_known_place_has_no_span():
    (found,) = judge([[Passage("statement", "财务管理混乱")]])
    assert found.evidence
    assert {word.span for word in found.evidence} == {None}


def test_the_primary_comes_first_and_evidence_stands_by_theme_and_weight():
    for found in judge([[Passage("statement", statement, 0)] for statement in STATEMENTS[:300]]):
        assert found.themes[0] == found.primary
        assert 0 <= found.confidence <= 1
        keys = [(found.themes.index(word.theme), -word.weight) for word in found.evidence]
        assert keys == sorted(keys)


def test_many_at_once_are_judged_as_one_by_one():
    problems = [[Passage("statement", statement, 0)] for statement in STATEMENTS[:60]]
    assert judge(problems) == [judge([problem])[0] for problem in problems]
    many = [[Passage("statement", f"{STATEMENTS[n % 60]}", 0)] for n in range(AT_A_TIME + 3)]
    assert judge(many)[AT_A_TIME:] == judge(many[AT_A_TIME:])


def test_nothing_is_judged_as_nothing():
    assert judge([]) == []
    found = judged("")
    assert (found.evidence, found.review) == ((), True)


@given(st.lists(st.sampled_from([*STATEMENTS[:50], *"，。；\n的a1（“𠮷"])).map("".join))
@settings(max_examples=60, deadline=None)
def test_any_text_is_judged_and_always_the_same(text):
    found = judged(text)
    assert found == judged(text)
    assert set(found.themes) <= set(themes())
    assert len(set(found.themes)) == len(found.themes) > 0
    assert all(0 <= word.span[0] < word.span[1] <= len(text) for word in found.evidence)


def test_a_model_trained_here_is_used_in_place_of_the_shipped_one(tmp_path, monkeypatch):
    shipped = model_path()
    own = tmp_path / "model.npz"
    monkeypatch.setattr("pipeline.paths.MODEL", own)
    assert model_path() == shipped
    own.touch()
    assert model_path() == own
