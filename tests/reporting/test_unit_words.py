"""Findings about units, promises and substance in words: the numbers in them, and what is said where there are none."""

from datetime import date

import pandas as pd
import pytest

from pipeline import open_ledger
from pipeline.analysis.commitments import UNKNOWN, follow
from pipeline.analysis.copies import copies, repeated
from pipeline.analysis.doubtful import doubt_done
from pipeline.analysis.funnel import funnel
from pipeline.analysis.pooled import declared, pooled
from pipeline.analysis.rounds import at_like_time, versions, with_circumstances
from pipeline.analysis.substance import depth, evidence, rules
from pipeline.analysis.units import compared, peers, rounds
from pipeline.reporting import unit_words

DAY = date(2024, 6, 30)


@pytest.fixture(scope="module")
def sample(sample_ledger):
    return open_ledger(sample_ledger)


@pytest.fixture(scope="module")
def small(small_ledger):
    return open_ledger(small_ledger)


def told(ledger):
    """Everything that can be said of a ledger, by what says it."""
    issues, bulletins, measures = ledger.issues, ledger.bulletins, ledger.measures
    promised = follow(ledger.commitments, issues, bulletins, DAY)
    placed = with_circumstances(issues, bulletins)
    proof, found = evidence(issues, measures), copies(measures, issues, bulletins)
    followed = rounds(issues, bulletins, measures, ledger.commitments)
    whole, shared, stated = depth(proof), repeated(found, measures, issues), declared(bulletins, issues)
    return {
        "versions": unit_words.versions(versions(bulletins, issues)),
        "funnel": unit_words.funnel(funnel(issues), "个单位"),
        "peers": unit_words.peers(peers(issues), *compared(issues)),
        "rounds": unit_words.rounds(followed),
        "rounds_title": unit_words.rounds_title(followed),
        "promises": unit_words.promises(promised, DAY),
        "promises_title": unit_words.promises_title(promised, DAY),
        "depth": unit_words.depth(whole, proof),
        "depth_title": unit_words.depth_title(whole),
        "copies": unit_words.copies(found, shared),
        "copies_title": unit_words.copies_title(shared),
        "rules": unit_words.rules(rules(issues, measures, bulletins)),
        "doubtful": unit_words.doubtful(doubt_done(promised, ledger.discrepancies, issues, bulletins)),
        "pooled": unit_words.pooled(pooled(issues, "year"), "个年份"),
        "clustered": unit_words.clustered(pooled(issues)),
        "alike": unit_words.alike(at_like_time(placed), placed),
        "declared": unit_words.declared(stated),
        "declared_title": unit_words.declared_title(stated),
    }


def test_the_sample_is_told_with_its_numbers(sample):
    said = told(sample)
    assert said["versions"].startswith("2 份通报是同一轮巡察的另一版")
    promised = follow(sample.commitments, sample.issues, sample.bulletins, DAY)["state"].value_counts()
    assert f"到期而通报里未见完成的 {promised['overdue']} 处，未到期的 {promised['open']} 处" in said["promises"]
    assert (
        said["promises_title"]
        == f"截至 2024-06-30：{promised['overdue']} 处承诺到期未见完成，{promised['open']} 处未到期"
    )
    assert "未见完成不等于没有完成" in said["promises"]
    both = declared(sample.bulletins, sample.issues).dropna(subset=["declared_rate", "rate"])
    same = int((both["declared_done"] / both["declared_issues"] == both["done"] / both["stated"]).sum())
    assert f"{len(both)} 份通报既说了总数又逐条说明状态：{same} 份两者相同" in said["declared"]
    assert said["declared_title"] == f"{len(both)} 份通报中 {len(both) - same} 份所称的完成率与逐条统计不同"
    assert "14 个单位都在 95% 界限之内" in said["funnel"]
    assert "4 个单位不足 8 条问题" in said["peers"]
    assert said["clustered"].endswith("（29 份通报）。") or "（30 份通报）" in said["clustered"]
    assert "存疑是请人看原文，不是认定没有完成" in said["doubtful"]


def test_what_units_say_of_themselves_is_marked(sample):
    said = told(sample)
    assert all("【单位自报】" in said[name] for name in ("funnel", "rounds", "declared"))


def test_nothing_is_said_of_nothing(empty_ledger):
    said = told(open_ledger(empty_ledger))
    assert said["funnel"] == "没有说明了整改状态的单位，无从比较。"
    assert said["rounds"] == unit_words.NOTHING
    assert said["promises"] == "条目里没有写明期限的承诺。"
    assert said["depth"] == "没有写明措施或成效的问题，谈不上依据。"
    assert said["copies"] == "没有逐条写明的措施，谈不上照搬。"
    assert said["rules"] == "没有条目说到新订或修订了有名称的制度。"
    assert said["doubtful"] == "没有发现称已完成而正文仍写将来安排的条目。"
    assert said["pooled"] == "没有年份可以比较。"
    assert said["clustered"].startswith("按通报整份抽样的区间从略")
    assert said["declared"].startswith("没有通报既说了总数")
    assert "0 份通报里没有一份同时写明" in said["alike"]


def test_one_bulletin_has_nothing_to_be_compared_with(one_bulletin):
    said = told(open_ledger(one_bulletin))
    assert "只有一个单位，它就是合计，无从比较" in said["funnel"]
    assert "无从找相近单位" in said["peers"]
    assert "1 个单位都只有一轮说明了状态的通报" in said["rounds"]
    assert said["pooled"] == "没有年份有 5 份以上通报，不按通报抽样。"


def test_units_outside_are_named_and_how_many_chance_gives_is_said(small):
    items = [("多", "done")] * 90 + [("多", "in_progress")] * 10 + [("低", "done")] * 10 + [("低", "in_progress")] * 20
    frame = pd.DataFrame(
        [{"bulletin_id": "b", "kind": "issue", "unit_id": u, "unit_name": u, "status": s} for u, s in items]
    )
    said = unit_words.funnel(funnel(frame), "个单位")
    assert "低于界限的有 1 个：低（10/30，33%）。" in said
    assert "低在 99.8% 界限之外" in said
    assert "2 个单位中平均约有 0.1 个" in said
    assert unit_words.funnel_title(funnel(frame), "个单位") == "2 个单位中 2 个的自报完成率超出 95% 界限"
    assert "都在 95% 界限之内" in unit_words.funnel(funnel(small.issues), "个单位")


def test_a_ledger_without_days_says_so(sample):
    promised = follow(sample.commitments, sample.issues, sample.bulletins, UNKNOWN)
    assert f"条目里有 {len(promised)} 处期限，但台账没有任何日期" in unit_words.promises(promised, UNKNOWN)
    assert unit_words.promises_title(promised, UNKNOWN) == f"{len(promised)} 处期限，台账没有日期可比"
