"""Discovery: planted subjects are found whole among noise, the same in every run, and nothing is lost uncounted."""

import numpy as np
import pandas as pd
import pytest

from pipeline import open_ledger
from pipeline.analysis import discovery
from pipeline.analysis.discovery import DRAWS, LEAST, content_words, discover
from pipeline.analysis.findings import PROPOSALS

COLUMNS = [column.name for column in PROPOSALS.columns]

# Subjects that no theme is named after, each told in several ways.
PLANTED = {
    "烟花爆竹": [
        "烟花爆竹零售点布局不合理", "烟花爆竹零售许可审批不严格", "烟花爆竹运输车辆检查不及时", "烟花爆竹储存仓库巡查不到位",
        "烟花爆竹禁放区域宣传不足", "烟花爆竹经营许可档案不完整",
    ],
    "噪声": ["广场舞噪声扰民投诉处置不力", "夜间施工噪声扰民问题突出", "噪声扰民投诉办理不及时", "建筑工地施工噪声管控不严"],
    "校车": ["校车驾驶人资质审核不严", "校车超员载客时有发生", "校车驾驶人培训不经常", "校车超员查处不力"],
}  # fmt: skip
# One of a kind each: nothing but stock predicates in common.
NOISE = [
    "渡口摆渡船只更新不及时", "苗圃冬季防寒不到位", "邮票收藏展柜照明不足", "盐碱滩治理进度缓慢", "蚕桑缫丝作坊转型不力",
    "钟楼报时机械检修不规范", "皮影剧本整理不完整", "窑址发掘报告编写滞后", "候鸟环志记录不完善", "茶马古道指示牌缺失",
]  # fmt: skip
SURE = [
    "中心组学习不深入", "会计核算不规范", "三会一课不经常", "公务接待超标准", "意识形态责任制不落实",
    "烟花爆竹燃放回收不彻底", "档案专项审核不细致", "往来款清理不及时",
]  # fmt: skip


def item(number, statement, *, review=True, primary="主责主业", bulletin=None):
    bulletin = bulletin or f"b{number % 4}"
    return {
        "issue_id": f"{bulletin}-{number:05d}", "bulletin_id": bulletin, "statement": statement, "primary": primary,
        "confidence": 0.3 + number / 1000 if review else 0.95, "review": review,
    }  # fmt: skip


def frame(doubtful, sure=SURE):
    rows = [item(n, statement) for n, statement in enumerate(doubtful)]
    rows += [item(500 + n, statement, review=False) for n, statement in enumerate(sure)]
    return pd.DataFrame(rows, columns=["issue_id", "bulletin_id", "statement", "primary", "confidence", "review"])


def bulletins(issues):
    """The bulletins of these items, with the types that a ledger has."""
    ids = sorted(set(issues["bulletin_id"]))
    rows = [{"bulletin_id": i, "unit_name": f"单位{i}", "title": None, "path": "x", "year": 2021} for i in ids]
    types = {"bulletin_id": "str", "unit_name": "str", "title": "str", "path": "str", "year": "Int64"}
    return pd.DataFrame(rows, columns=list(types)).astype(types)


def run(issues, **options):
    return discover(issues, bulletins(issues), **options)


def members(found, issues):
    statements = issues.set_index("issue_id")["statement"]
    return [{statements[issue] for issue in row} for row in found["issue_ids"]]


@pytest.fixture(scope="module")
def planted():
    told = [statement for statements in PLANTED.values() for statement in statements]
    mixed = [statement for pair in zip(told, [*NOISE, *[None] * len(told)], strict=False) for statement in pair]
    return frame(filter(None, mixed))


def test_planted_subjects_are_found_whole_and_noise_stays_alone(planted):
    found = run(planted)
    assert members(found, planted) == [set(PLANTED[subject]) for subject in ("烟花爆竹", "校车", "噪声")]
    assert found["items"].tolist() == [6, 4, 4]
    assert (found["stability"] > 0.75).all()  # what Hennig holds for valid
    assert found.attrs["counts"]["alone"] == len(NOISE)


def test_a_group_is_called_by_its_own_words(planted):
    first, second, third = run(planted)["name"].str.split("、")
    assert first[0] == "烟花爆竹"  # not 烟花, 爆竹, which stand within
    assert "校车" in second
    assert "噪声" in third
    assert not any("不" in word for words in (first, second, third) for word in words)


def test_the_same_in_every_run_and_in_any_order(planted):
    found = run(planted)
    pd.testing.assert_frame_equal(run(planted), found)
    shuffled = planted.sample(frac=1, random_state=7)
    pd.testing.assert_frame_equal(run(shuffled), found)
    assert run(shuffled).attrs == found.attrs


def test_other_draws_find_the_same_groups_about_as_stable(planted):
    one, other = run(planted), run(planted, seed=1)
    assert other["issue_ids"].tolist() == one["issue_ids"].tolist()
    assert other["stability"].tolist() != one["stability"].tolist()
    assert other["stability"].tolist() == pytest.approx(one["stability"].tolist(), abs=0.1)


def test_the_ledger_is_left_as_it_is(planted):
    before = planted.copy(deep=True)
    run(planted)
    pd.testing.assert_frame_equal(planted, before)


def test_examples_are_distinct_with_their_bulletins_and_stand_first_among_the_ids():
    issues = frame([*PLANTED["噪声"], *[PLANTED["噪声"][0]] * 3, *NOISE])
    (found,) = run(issues).to_dict("records")
    assert found["items"] > len(set(found["examples"])) == 3
    by_id = issues.set_index("issue_id")
    assert by_id.loc[found["issue_ids"][:3], "statement"].tolist() == found["examples"]
    assert [f"单位{b}（2021）" for b in by_id.loc[found["issue_ids"][:3], "bulletin_id"]] == found["sources"]
    assert sorted(found["issue_ids"]) == sorted({*found["issue_ids"]})


def test_present_themes_bulletins_and_alike_items_are_counted(planted):
    issues = planted.copy()
    issues.loc[issues["statement"].isin(PLANTED["烟花爆竹"][:2]), "primary"] = "财务"
    found = run(issues).iloc[0]
    assert found["themes"] == "主责主业 4、财务 2"
    assert found["bulletins"] == issues.loc[issues["statement"].isin(PLANTED["烟花爆竹"]), "bulletin_id"].nunique()
    assert (found["alike"], found["doubtful"]) == (7, 6)  # of seven on fireworks the classifier is sure of one


def test_stock_predicates_make_no_group():
    found = run(frame([f"{word}不到位、不规范" for word in ("渡口", "苗圃", "邮票", "盐碱滩", "缫丝")]))
    assert found.empty
    assert content_words("不到位、不规范") == []


def test_a_bound_of_confidence_may_be_given_instead_of_review(planted):
    issues = planted.assign(review=False)
    assert run(issues).empty
    assert run(issues, below=0.9)["items"].tolist() == [6, 4, 4]
    assert run(issues, below=0.3).attrs["counts"]["doubtful"] == 0


def test_what_always_holds_together_is_wholly_stable_and_a_ring_is_not():
    alike = run(frame([*["烟花爆竹储存"] * 6, *NOISE]))
    assert alike["stability"].tolist() == [1.0]
    words = ("渡口", "苗圃", "邮票", "缆绳", "作坊", "候鸟", "窑址", "钟楼", "皮影")
    ring = [one + other for one, other in zip(words, words[1:] + words[:1], strict=True)]  # where it is cut is chance
    loose = run(frame(ring), stable=0)
    assert len(loose)
    assert (loose["stability"] < 0.9).all()


def test_unstable_groups_are_left_out_and_counted(planted):
    found = run(planted, stable=1.01)
    assert found.empty
    assert found.columns.tolist() == COLUMNS
    assert found.attrs["counts"]["unstable"] == 14
    assert found.attrs["counts"]["unstable_groups"] == 3


def test_of_too_many_the_least_sure_are_grouped_and_the_others_counted(planted, monkeypatch):
    monkeypatch.setattr(discovery, "MOST", 8)
    counts = run(planted).attrs["counts"]
    assert counts["beyond"] == counts["doubtful"] - 8


@pytest.mark.parametrize("size", [0, 1, 2, 3, 7, 15, 24])
def test_every_doubtful_item_is_in_one_count(planted, size):
    issues = pd.concat([planted.head(size), frame(["不到位", "不规范"], []).assign(issue_id=["b0-90000", "b0-90001"])])
    counts = run(issues).attrs["counts"]
    assert counts["wordless"] == 2
    parts = ("wordless", "beyond", "alone", "unstable", "proposed")
    assert sum(counts[part] for part in parts) == counts["doubtful"] == size + 2


def test_nothing_or_little_gives_an_empty_frame_of_the_same_columns(planted):
    few = planted.head(LEAST - 1)
    for issues in (planted.head(0), few, frame([], SURE), frame(["", "；", "2023"], [])):
        found = run(issues)
        assert found.empty
        assert found.columns.tolist() == COLUMNS
        assert found.dtypes.to_dict() == run(planted).dtypes.to_dict()
        assert found.attrs["counts"]["items"] == len(issues)


def test_ledgers_as_opened(empty_ledger, one_bulletin, small_ledger):
    for folder in (empty_ledger, one_bulletin, small_ledger):
        ledger = open_ledger(folder)
        assert discover(ledger.issues, ledger.bulletins).empty
    every = discover(ledger.issues, ledger.bulletins, below=1.1)  # 第1个问题, 第2个问题 …
    assert every.attrs["counts"]["doubtful"] == len(ledger.issues)


def test_stability_is_the_mean_jaccard_over_the_draws(planted, monkeypatch):
    """One draw, done again by hand: the similarity of what was drawn of a group to the most like new group."""
    monkeypatch.setattr(discovery, "DRAWS", 1)
    found = run(planted, stable=0)
    assert DRAWS == 100
    rows = planted.sort_values("issue_id", ignore_index=True)
    doubtful = rows[rows["review"]].reset_index(drop=True)
    drawn = np.unique(np.random.default_rng(0).integers(0, len(doubtful), len(doubtful)))
    sample = doubtful.iloc[drawn]
    # the words weigh as in the whole ledger, so the others are kept, as sure ones
    again = rows.assign(review=rows["issue_id"].isin(sample["issue_id"]))
    monkeypatch.setattr(discovery, "LEAST", 1)
    groups = [set(ids) for ids in run(again, stable=-1)["issue_ids"]]
    for ids, held in zip(found["issue_ids"], found["stability"], strict=True):
        own = set(ids) & set(sample["issue_id"])
        assert held == pytest.approx(max(len(own & group) / len(own | group) for group in groups))
