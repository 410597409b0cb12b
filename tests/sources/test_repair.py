"""Raw → clean text: what is mended, and what is left as it is."""

import pytest

from pipeline.sources.repair import repair


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        # words and sentences cut by the end of a page
        ("一是加强学\n\n习，每周一次。", "一是加强学习，每周一次。"),
        ("局党组高度重视巡察整改工作，召开会议\n- 12 -\n研究部署。", "局党组高度重视巡察整改工作，召开会议研究部署。"),
        ("局党组高度重视巡察整改工作，召开会议\n第 3 页 共 9 页\n研究部署。", "局党组高度重视巡察整改工作，召开会议研究部署。"),
        ("局党组高度重视巡察整改工作，召开会议\n7\n研究部署。", "局党组高度重视巡察整改工作，召开会议研究部署。"),
        ("廉政风险防控重部署轻落\n\n实\n1.未专题研究。", "廉政风险防控重部署轻落实\n1.未专题研究。"),
        # a title over two lines
        ("中共云栖市图书馆支部委员会\n关于巡察整改情况的通报\n根据部署", "中共云栖市图书馆支部委员会关于巡察整改情况的通报\n根据部署"),
        ("云栖市图书馆关于巡察整改\n进展情况的通报\n", "云栖市图书馆关于巡察整改进展情况的通报"),
        # lines that end without a full stop and are complete all the same
        ("1.关于学习不深入问题的整改\n整改措施：开会。", "1.关于学习不深入问题的整改\n整改措施：开会。"),
        ("整改情况：已完成\n开展主题教育不认真", "整改情况：已完成\n开展主题教育不认真"),
        ("1.关于学习的整改情况\n针对学习不深入的问题。开会。", "1.关于学习的整改情况\n针对学习不深入的问题。开会。"),
        ("中共云栖市图书馆支部委员会\n2025年3月4日", "中共云栖市图书馆支部委员会\n2025年3月4日"),
        # markdown, blanks, invisible characters
        ("## **一、总体情况**\n", "一、总体情况"),
        ("**1\\. 学习不深入**", "1.学习不深入"),
        ("　　（ 一 ） 总体情况", "（一）总体情况"),
        ("开馆 60 周年，共 5 家", "开馆60周年，共5家"),
        ("嬉冰雪 泡温泉", "嬉冰雪 泡温泉"),
        ("1.1  学科规划落地慢", "1.1 学科规划落地慢"),
        ("整\u200b改\ufeff", "整改"),
        ("第一段到此为止。\r\n第二段到此为止。\r第三段", "第一段到此为止。\n第二段到此为止。\n第三段"),
        # a line break lost between paragraphs
        ("工作已完成。　　（二）其他", "工作已完成。\n（二）其他"),
    ],
)  # fmt: skip
def test_repairs(raw, clean):
    assert repair(raw).text == clean


def test_a_number_that_is_no_page_number_stays():
    assert "1" in repair("序号\n1\n学习不深入。").text


def test_running_heads_go_but_labels_that_come_back_stay():
    page = "云栖市图书馆整改通报\n局党组召开会议研究部署整改工作，制定整改方案，\n"
    text = repair("一、总体情况\n" + page * 3 + "明确责任。\n" + "整改情况：已完成\n1.学习不深入。\n" * 3).text
    assert text.count("云栖市图书馆整改通报") == 1
    assert text.count("整改情况：已完成") == 3


def test_hard_wrapped_lines_are_joined_and_short_ones_end_paragraphs():
    body = "党组高度重视巡察整改工作第一时间召开会议研究部署制定整改方案并明确责任领导和责任科室以及完成时限要求"
    paragraphs = [name + body[:24] + name + body[25:39] + "逐条落实" for name in "甲乙丙丁"]
    wrapped = [line for p in paragraphs for line in (p[:20], p[20:40], p[40:])]
    assert repair("\n".join(wrapped)).text.split("\n") == paragraphs


def test_repairs_are_counted():
    assert repair("**一是**加强学\n- 2 -\n习。").repairs == {"lines_joined": 1, "page_numbers": 1, "residue": 2}


# Files that tell paragraphs apart


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("整改措施包括以下的\n学习文件若干次", "整改措施包括以下的\n学习文件若干次"),
        ("中共云栖市图书馆支部委员会\n关于巡察整改情况的通报", "中共云栖市图书馆支部委员会关于巡察整改情况的通报"),
        ("整改措施\n，逐条落实。", "整改措施，逐条落实。"),
        ("局党组高度重视巡察整改工作，召开会议\n7\n研究部署。", "局党组高度重视巡察整改工作，召开会议\n7\n研究部署。"),
        ("局党组高度重视巡察整改工作，召开会议\n— 7 —\n研究部署。", "局党组高度重视巡察整改工作，召开会议\n研究部署。"),
        ("1.学习不深入\n已按期完成整改\n2.报销不规范\n已按期完成整改\n3.台账缺失多\n已按期完成整改", None),
    ],
)  # fmt: skip
def test_paragraphs_are_joined_only_where_one_was_cut(raw, clean):
    assert repair(raw, paragraphs=True).text == (clean or raw)


def test_paragraphs_all_of_one_width_are_wrapped_lines():
    body = "党组高度重视巡察整改工作第一时间召开会议研究部署制定整改方案并明确责任领导和责任科室以及完成时限要求"
    raw = "\n".join(f"{name}{body[:19]}\n{body[20:40]}\n逐条落实。" for name in "甲乙丙丁")
    assert repair(raw, paragraphs=True).text == repair(raw).text
    assert repair(raw).text.count("\n") == 3


def test_radicals_become_the_characters_that_they_look_like():
    assert repair("⼀、⼯作情况⻓期坚持").text == "一、工作情况长期坚持"
