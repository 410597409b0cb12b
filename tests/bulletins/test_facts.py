"""What a bulletin says of itself: a table of titles and openings as units write them."""

import pytest

from pipeline import parse, read
from pipeline.bulletins.facts import read_facts


def read_off(*lines, tail=()):
    text = "\n".join((*lines, "一、总体情况", *tail))
    opening = text.index("一、总体情况")
    facts, _ = read_facts(text, opening, opening + len("一、总体情况"))
    return {key: fact.value for key, fact in facts.items()}


@pytest.mark.parametrize(
    ("title", "unit", "body"),
    [
        ("云栖市图书馆关于巡察整改情况的通报", "云栖市图书馆", None),
        ("中共云栖市教育局党组关于市委第一巡察组反馈意见整改情况的通报", "云栖市教育局", "党组"),
        ("中共青禾县柳溪镇委员会关于巡察整改进展情况的公告", "青禾县柳溪镇", "党委"),
        ("中共云栖市图书馆支部委员会关于巡察整改情况的通报", "云栖市图书馆", "党支部"),
        ("中共柳溪街道工作委员会关于巡察整改情况的通报", "柳溪街道", "党工委"),
        ("中共青禾县委关于省委巡视反馈意见整改情况的通报", "青禾县", "县委"),
        ("云栖市第二中学党总支巡察反馈意见整改公告", "云栖市第二中学", "党总支"),
        ("关于市委第三巡察组反馈意见整改情况的通报", None, None),
    ],
)
def test_unit_and_party_body_in_the_title(title, unit, body):
    facts = read_off(title)
    assert facts["title"] == title
    assert (facts.get("unit"), facts.get("party_body")) == (unit, body)


def test_the_opening_names_the_unit_where_the_title_does_not():
    facts = read_off(
        "关于市委第三巡察组反馈意见整改情况的通报",
        "2024年3月1日至5月6日，市委第三巡察组对云栖市图书馆党支部开展了常规巡察。",
    )
    assert (facts["unit"], facts["party_body"]) == ("云栖市图书馆", "党支部")


@pytest.mark.parametrize(
    ("opening", "expected"),
    [
        (
            "根据市委统一部署，2024年11月18日至2025年1月17日，市委第一巡察组对云栖市图书馆开展了常规巡察。2025年3月4日，反馈了巡察意见。",
            ("市委第一巡察组", "常规巡察", "2024-11-18", "2025-01-17", "2025-03-04"),
        ),
        (
            "2023年3月6日——4月28日，市委巡察二组对馆党支部进行了巡察“回头看”，6月15日反馈意见。",
            ("市委巡察二组", "巡察“回头看”", "2023-03-06", "2023-04-28", "2023-06-15"),
        ),
        (
            "按照省委统一部署，省委第五巡视组于2018年3月20日起至5月18日对集团党委开展巡视，并于7月12日进行了反馈。",
            ("省委第五巡视组", "巡视", "2018-03-20", "2018-05-18", "2018-07-12"),
        ),
        (
            "自治区党委第四巡视组对厅党组开展了机动巡视。2022年8月上旬反馈意见。",
            ("自治区党委第四巡视组", "机动巡视", None, None, None),
        ),
        (
            "2023年9月11日至11月下旬，市委第七巡察组开展了国有资产管理专项巡察，当年12月26日反馈了巡察意见。",
            ("市委第七巡察组", "专项巡察", "2023-09-11", None, "2023-12-26"),
        ),
        ("2022年3月下旬至5月25日，省委第六巡视组开展了常规巡视。", ("省委第六巡视组", "常规巡视", None, "2022-05-25", None)),
    ],
)  # fmt: skip
def test_team_kind_and_dates(opening, expected):
    facts = read_off("关于巡察整改情况的通报", opening)
    keys = ("team", "kind", "inspected_from", "inspected_to", "feedback_date")
    assert tuple(facts.get(key) for key in keys) == expected


@pytest.mark.parametrize(
    ("title", "opening", "round_"),
    [
        ("某局党组关于第十二届市委第九轮巡察反馈意见整改情况的通报", "", "第十二届市委第九轮"),
        ("关于巡察整改情况的通报", "按照十三届市委第七轮巡察工作部署，", "十三届市委第七轮"),
        ("关于巡察整改情况的通报", "上一轮巡察以来，", None),
    ],
)
def test_round(title, opening, round_):
    assert read_off(title, opening).get("round") == round_


@pytest.mark.parametrize(
    ("lines", "day"),
    [
        (("中共云栖市图书馆支部委员会", "2024年6月3日"), "2024-06-03"),
        (("中共云栖市图书馆支部委员会", "二〇二四年六月三日"), "2024-06-03"),
        (("云栖市图书馆党支部2024年6月3日",), "2024-06-03"),
        (("云栖市图书馆", "2024年6月"), None),
        (("云栖市图书馆", "2024年2月30日"), None),
    ],
)
def test_the_day_under_the_signature(lines, day):
    assert read_off("关于巡察整改情况的通报", tail=lines).get("published_date") == day


def test_the_day_in_the_information_block():
    facts = read_off("发布日期：2024-06-03", "云栖市图书馆关于巡察整改情况的通报", "市委第一巡察组开展了巡察。")
    assert facts["published_date"] == "2024-06-03"


PAGE = """• 索引号：

    1133/2024-001

  • 发布机构：

    青禾县文化旅游局

  • 中共青禾县文化旅游局党组关于巡察整改情况的通报

    日期:2024-06-05 08:46:31 来源:县文旅局 浏览量:

    2023年9月11日至10月20日，县委第三巡察组对县文旅局党组进行了巡察。2024年1月9日，巡察组反馈了巡察意见。

    (一)在“贯彻上级部署不够有力”方面

    1.关于“专题学习不深不透。局党组全年未学习规划，结合实际谋划不多”问题的整改

    整改情况：已完成整改。一是召开专题学习会。二是制定行动方案。
"""


def test_the_bullets_of_a_page_do_not_end_the_opening(tmp_path):
    (tmp_path / "a.txt").write_text(PAGE, encoding="utf-8")
    facts = parse(read(tmp_path / "a.txt").text).facts
    assert {
        key: facts[key].value for key in ("title", "unit", "team", "inspected_from", "inspected_to", "feedback_date")
    } == {
        "title": "中共青禾县文化旅游局党组关于巡察整改情况的通报",
        "unit": "青禾县文化旅游局",
        "team": "县委第三巡察组",
        "inspected_from": "2023-09-11",
        "inspected_to": "2023-10-20",
        "feedback_date": "2024-01-09",
    }


def test_what_a_quoted_heading_says_after_the_problem_ends_with_the_quote(tmp_path):
    (tmp_path / "a.txt").write_text(PAGE, encoding="utf-8")
    (item,) = parse(read(tmp_path / "a.txt").text).items
    assert (item.statement, item.description) == ("专题学习不深不透", "局党组全年未学习规划，结合实际谋划不多")
