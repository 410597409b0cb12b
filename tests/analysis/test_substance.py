"""What can be checked in what items say, and the rules that they say were made."""

import pandas as pd
import pytest

from pipeline import open_ledger
from pipeline.analysis.substance import (
    CLASSES,
    DEPTH,
    EVIDENCE,
    KINDS,
    RULES,
    depth,
    evidence,
    made_rules,
    marks,
    rules,
)
from pipeline.lexicon import read_table


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("清退违规发放的津补贴3.6万元", {"money"}),
        ("4月12日向财政局作了说明", {"date"}),
        ("召开党组会议专题研究", {"meeting"}),
        ("印发《差旅费管理办法》", {"rule"}),
        ("约谈相关人员7人次", {"count"}),
        ("6月底前召开2次党组会，追缴1200元", {"date", "meeting", "money", "count"}),
        ("进一步提高政治站位，压实责任", set()),
        ("建立长效机制，常抓不懈，一以贯之", set()),
        ("落实“三重一大”制度和“一岗双责”", set()),
        ("严格执行中央八项规定精神", set()),
        ("增强“四个意识”，做到“两个维护”", set()),
    ],
)
def test_what_counts_as_evidence(text, kinds):
    counts = marks(text)
    assert {kind for kind in KINDS if counts[kind]} - {"count"} == kinds - {"count"}
    assert ("count" in kinds) <= bool(counts["count"])
    assert bool(sum(counts.values())) == bool(kinds)


def test_every_pattern_of_the_list_finds_its_own_example():
    for row in read_table("evidence_words", ("kind", "pattern", "example")):
        assert marks(row["example"])[row["kind"]], row


def test_a_place_counts_once():
    assert sum(marks("《2021年度经费管理办法》").values()) == 1


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("制定《差旅费管理办法》", [("差旅费管理办法", "new")]),
        ("修订完善了《党组议事规则》《采购管理办法》", [("党组议事规则", "revised"), ("采购管理办法", "revised")]),
        ("《考勤制度》已于3月印发", [("考勤制度", "new")]),
        ("出台《合同管理办法》和《印章管理规定》等制度", [("合同管理办法", "new"), ("印章管理规定", "new")]),
        ("认真学习《中国共产党纪律处分条例》", []),
        ("严格执行《差旅费管理办法》", []),
        ("按照《中国共产党党组工作条例》修订《党组议事规则》", [("党组议事规则", "revised")]),
        ("制定了《古籍保护》专题展览", []),
        ("对照《预算法》开展自查", []),
    ],
)
def test_which_titles_are_rules_that_were_made(text, made):
    assert [found[:2] for found in made_rules(text)] == made


def frames(*items):
    """Frames of items (unit, bulletin, measures, outcome); bulletins a year apart, in order of their ids."""
    names = sorted({bulletin for _, bulletin, _, _ in items})
    bulletins = pd.DataFrame({
        "bulletin_id": names, "unit_name": names, "title": None, "path": "x", "year": [2020 + i for i in range(len(names))],
        "published_date": [pd.Timestamp(f"{2020 + i}-01-01") for i in range(len(names))],
    })  # fmt: skip
    issues = pd.DataFrame([
        {"issue_id": f"{bulletin}-{i}", "bulletin_id": bulletin, "unit_id": unit, "unit_name": unit, "year": 2020,
         "n": str(i), "kind": "issue", "primary": "财务", "statement": "x", "status": "done", "outcome": outcome}
        for i, (unit, bulletin, _, outcome) in enumerate(items)
    ])  # fmt: skip
    measures = pd.DataFrame(
        [(f"{bulletin}-{i}", text) for i, (_, bulletin, texts, _) in enumerate(items) for text in texts],
        columns=["issue_id", "text"],
    )
    return issues, measures, bulletins


def test_density_is_places_a_hundred_characters_of_measures_and_outcome():
    issues, measures, _ = frames(
        ("甲", "b1", ["召开党组会议", "清退3万元"], "印发《采购管理办法》"), ("甲", "b1", [], None)
    )
    (row,) = evidence(issues, measures).itertuples()
    length = len("召开党组会议\n清退3万元\n印发《采购管理办法》")
    assert (row.characters, row.kinds, row.rule, row.money, row.meeting) == (length, 3, 1, 1, 1)
    assert row.density == pytest.approx(100 * 3 / length, abs=0.005)


def test_items_that_say_nothing_and_suggestions_are_left_out():
    issues, measures, _ = frames(("甲", "b1", ["召开党组会议"], None), ("甲", "b1", ["召开党组会议"], None))
    issues.loc[1, "kind"] = "suggestion"
    assert len(evidence(issues, measures)) == 1


def test_depth_counts_every_item_in_one_class():
    issues, measures, _ = frames(
        ("甲", "b1", ["压实责任"], None),
        ("甲", "b1", ["召开党组会议"], None),
        ("乙", "b1", ["3月5日召开党组会议"], None),
        ("乙", "b1", ["3月5日召开党组会议，清退3万元，印发《采购管理办法》"], None),
    )
    counted = depth(evidence(issues, measures), "unit_id").set_index("label")
    assert counted[list(CLASSES)].to_numpy().tolist() == [[0, 0, 1, 1], [1, 1, 0, 0]]
    assert counted["rate"].tolist() == [0, 1]
    assert (counted[list(CLASSES)].sum(axis="columns") == counted["items"]).all()


def test_a_rule_that_the_unit_named_before_is_told_by_its_first_bulletin():
    rule = ["制定《采购管理办法》"]
    found = rules(
        *frames(("甲", "b1", rule, None), ("乙", "b2", rule, None), ("甲", "b3", rule * 2, "已印发《采购管理办法》"))
    )
    before = found.set_index("issue_id")["before"]
    assert before.isna().tolist() == [True, True, False]
    assert before["b3-2"] == "b1（2020）"
    assert len(found) == 3  # a title counts once an item


def test_the_words_that_say_it_stand_in_the_bulletin(sample_ledger):
    ledger = open_ledger(sample_ledger)
    found = rules(ledger.issues, ledger.measures, ledger.bulletins)
    assert len(found) > 50
    for row in found.itertuples():
        text = "".join(ledger.text(row.bulletin_id).split())
        assert f"《{''.join(row.title.split())}》" in text
        assert "".join(row.sentence.split()) in text


def test_classes_of_the_sample_add_up(sample_ledger):
    ledger = open_ledger(sample_ledger)
    proof = evidence(ledger.issues, ledger.measures)
    whole, by_unit = depth(proof), depth(proof, "unit_id")
    assert by_unit[list(CLASSES)].sum().sum() == whole["items"][0] == len(proof)
    assert whole["none"][0] < whole["one"][0] < whole["two"][0]


@pytest.mark.parametrize("name", ["empty_ledger", "one_bulletin"])
def test_small_ledgers(request, name):
    ledger = open_ledger(request.getfixturevalue(name))
    proof = evidence(ledger.issues, ledger.measures)
    assert proof.columns.tolist() == [column.name for column in EVIDENCE.columns]
    assert depth(proof).columns.tolist() == [column.name for column in DEPTH.columns]
    made = rules(ledger.issues, ledger.measures, ledger.bulletins)
    assert made.empty
    assert made.columns.tolist() == [column.name for column in RULES.columns]
