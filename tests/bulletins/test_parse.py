"""Forms of bulletins in a few lines each: what the outline must find, whatever the wording."""

import pytest

from pipeline.bulletins import parse
from pipeline.sources.repair import repair

OPENING = "云栖市图书馆关于巡察整改情况的通报\n2024年3月1日至5月6日，市委第一巡察组开展了常规巡察。\n"


def statements(body):
    bulletin = parse(repair(OPENING + body).text)
    return [(item.n, item.statement) for item in bulletin.items], bulletin


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        # measures numbered like the issues themselves, after a label
        (
            "1.关于学习不深入问题的整改\n整改措施：\n1.召开会议2次。\n2.制定学习计划。\n整改成效：好。\n2.关于账目不清问题的整改\n整改措施：\n1.清理账目。\n",
            [("1", "学习不深入"), ("2", "账目不清")],
        ),
        # every field of an issue is numbered
        (
            "（一）理论学习不深入\n1.问题表现：学习少。\n2.整改措施：召开会议。\n（二）账目不清\n1.问题表现：账目乱。\n2.整改措施：清理账目。\n",
            [("一", "理论学习不深入"), ("二", "账目不清")],
        ),
        # a level misprinted for its neighbour
        ("（一）关于学习不深入的问题。一是开会。\n二、关于账目不清的问题。一是清理。\n", [("一", "学习不深入"), ("二", "账目不清")]),
        # general part and outlook have headings of the same kinds
        (
            (
                "一、总体情况\n（一）提高站位，统一思想。召开会议。\n（二）加强领导，压实责任。成立小组。\n"
                "二、整改情况\n（一）关于学习不深入的问题。一是开会。\n"
                "三、下一步打算\n（一）持续加强理论学习。\n（二）持续完善制度。\n"
            ),
            [("一", "学习不深入")],
        ),
        # numbers that restart in every section
        (
            "（一）已整改完成的问题1个\n1.关于学习不深入问题的整改\n整改措施：开会。\n（二）正在推进整改的问题1个\n1.关于账目不清问题的整改\n整改措施：清理。\n",
            [("1", "学习不深入"), ("1", "账目不清")],
        ),
        # the issues are listed first and answered afterwards
        (
            "一、巡察反馈的主要问题\n1.学习不深入。\n2.账目不清。\n二、逐条整改情况\n1.关于学习不深入的问题。一是开会。\n2.关于账目不清的问题。一是清理。\n",
            [("1", "学习不深入"), ("2", "账目不清")],
        ),
    ],
)  # fmt: skip
def test_leaves(body, expected):
    assert statements(body)[0] == expected


def test_what_is_only_listed_is_noted():
    body = "一、反馈的问题\n1.学习不深入。\n2.账目不清。\n二、整改情况\n1.关于学习不深入的问题。一是开会。\n2.关于账目不清的问题。一是清理。\n"
    assert "issues_only_listed" in [note.code for note in statements(body)[1].notes]


def test_parts_that_hold_issues_are_their_aspects():
    body = "一、聚焦党的理论路线落实情况\n1.学习不深入。\n（1）召开会议。\n二、聚焦群众身边不正之风\n1.账目不清。\n（1）清理账目。\n"
    assert [item.aspect for item in statements(body)[1].items] == ["聚焦党的理论路线落实情况", "聚焦群众身边不正之风"]


@pytest.mark.parametrize(
    ("line", "status", "source"),
    [
        ("整改情况：已完成，并长期坚持", "done_ongoing", "item"),
        ("整改状态：完成", "done", "item"),
        ("完成情况：基本完成", "in_progress", "item"),
        ("进度评估：申请延期", "in_progress", "item"),
        ("一是开会。（已完成整改）", "done", "item"),
        ("一是开会。正在推进，预计2024年底前完成。", "in_progress", "item"),
        ("一是开会。目前，该问题已整改到位，长期坚持。", "done_ongoing", "item"),
        ("一是开会（进度判定：已完成）；二是检查。", "not_stated", "none"),
        ("一是开会，已完成报名。", "not_stated", "none"),
    ],
)
def test_status_of_an_item(line, status, source):
    _, bulletin = statements(f"1.关于学习不深入问题的整改\n{line}\n2.关于账目不清问题的整改\n整改措施：清理。\n")
    assert (bulletin.items[0].status, bulletin.items[0].status_from) == (status, source)


def test_numbers_that_skip_and_repeat_are_noted():
    body = "".join(f"{n}.关于第{n}项工作不规范问题的整改\n整改措施：改。\n" for n in (1, 2, 4, 4))
    codes = [note.code for note in statements(body)[1].notes]
    assert codes.count("number_skipped") == 1
    assert codes.count("number_repeated") == 1


@pytest.mark.parametrize("text", ["", "。", "一、", "昨日，全市召开大会。市长出席并讲话。"])
def test_what_is_no_bulletin_has_no_items_and_says_so(text):
    bulletin = parse(repair(text).text if text else "")
    assert bulletin.items == ()
    assert "no_items" in [note.code for note in bulletin.notes]


# What unseen bulletins taught.

OPENING = "望海市渔业局关于巡察整改进展情况的通报\n根据市委统一部署，2023年3月1日至4月28日，市委第二巡察组对望海市渔业局党组开展了巡察。\n"


def read_raw(raw):
    text = repair(raw).text
    return text, parse(text)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("第五届校党委第二轮", "第五届校党委第二轮"),
        ("十届汀南区委第六轮", "十届汀南区委第六轮"),
        ("市委2023年第三轮", "市委2023年第三轮"),
        ("本届市委第七轮", "本届市委第七轮"),
        ("第十二届市委第九轮", "第十二届市委第九轮"),
    ],
)
def test_rounds_are_read_with_their_body(said, expected):
    _, bulletin = read_raw(
        f"望海市渔业局关于巡察整改进展情况的通报\n按照{said}巡察工作安排，巡察组进行了巡察。\n1.关于渔船检验超期问题的整改\n整改措施：补验。"
    )
    assert bulletin.facts["round"].value == expected


def test_a_status_before_the_outlook_is_read_raw():
    _, bulletin = read_raw(
        OPENING
        + "（一）关于渔港建设滞后的问题。一是选址；二是报批。因用地未批，该问题正在推进整改。下一步，将倒排工期，预计2024年6月底前开工。\n"
        "（二）关于渔船检验超期的问题。一是补验；二是提醒。该问题已完成整改。"
    )
    assert [item.status for item in bulletin.items] == ["in_progress", "done"]
    assert bulletin.items[0].incomplete_reason == "因用地未批"
    assert bulletin.items[0].next_steps == "下一步，将倒排工期，预计2024年6月底前开工。"


def test_an_issue_whose_number_was_lost_is_an_issue():
    _, bulletin = read_raw(
        OPENING
        + "一、市渔业协会党支部\n1.问题：学习少。\n整改（已完成）：补学。\n问题：记录乱。\n整改（已完成）：补记。\n3.问题：用车乱。\n整改（已完成）：登记。"
    )
    assert [(item.unit, item.statement) for item in bulletin.items] == [
        ("市渔业协会", "学习少"),
        ("市渔业协会", "记录乱"),
        ("市渔业协会", "用车乱"),
    ]


def test_in_a_digest_the_totals_of_a_unit_are_not_those_of_all():
    _, bulletin = read_raw(
        "全市巡察整改进展情况的通报\n共向2个单位党组织反馈问题3个，已完成整改3个。\n市渔业学校党总支\n反馈问题2个，完成整改2个。\n"
        "1.问题：学习少。\n整改：补学。\n2.问题：记录乱。\n整改：补记。\n市渔业协会党支部\n反馈问题1个，完成整改1个。\n1.问题：用车乱。\n整改：登记。"
    )
    assert [item.unit for item in bulletin.items] == ["市渔业学校", "市渔业学校", "市渔业协会"]
    assert {key: fact.value for key, fact in bulletin.declared.items()} == {"issues": 3, "done": 3}


def test_what_stands_before_a_closing_status_is_not_lost():
    _, bulletin = read_raw(
        OPENING
        + "1.关于渔船检验超期问题的整改\n（1）补验4艘。\n（2）建立提醒。\n截至目前，抽查12艘全部合格，该问题整改到位。\n"
        "2.关于渔港清运不及时问题的整改\n（1）增设垃圾点。\n（2）每周检查。\n由于转运站未建成，该问题仍在推进整改。"
    )
    assert [item.status for item in bulletin.items] == ["done", "in_progress"]
    assert bulletin.items[0].outcome == "截至目前，抽查12艘全部合格"
    assert bulletin.items[1].incomplete_reason == "由于转运站未建成"


def test_reason_and_outlook_of_an_unfinished_item_are_told_apart_from_its_outcome():
    _, bulletin = read_raw(
        OPENING + "1.关于渔港建设滞后问题的整改\n整改措施：一是选址；二是报批。\n"
        "整改情况：正在推进。选址已定。由于用地指标未下达，年内不能开工。下一步，将倒排工期，预计2024年6月底前开工。"
    )
    (item,) = bulletin.items
    assert (item.outcome, item.incomplete_reason) == ("选址已定。", "由于用地指标未下达，年内不能开工。")
    assert item.next_steps == "下一步，将倒排工期，预计2024年6月底前开工。"


def test_an_unnumbered_group_may_begin_like_a_measure():
    _, bulletin = read_raw(
        OPENING
        + "（一）聚焦职责履行方面\n推进渔港建设\n1.渔港建设滞后。\n针对此问题进行了如下整改：选址。\n整改情况：已完成\n"
        "加强渔船检验\n2.渔船检验不严。\n针对此问题进行了如下整改：补验。\n整改情况：已完成"
    )
    assert [(item.aspect, item.category) for item in bulletin.items] == [
        ("聚焦职责履行", "推进渔港建设"),
        ("聚焦职责履行", "加强渔船检验"),
    ]
