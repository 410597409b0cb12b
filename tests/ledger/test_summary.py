"""The summary for the screen: what is declared, what is listed, and what does not agree."""

from ledger_factories import make_bulletin, make_item, make_items, make_source, make_themes

from pipeline.ledger.summary import summarise
from pipeline.records import Note


def test_a_bulletin_is_summed_up():
    items = [*make_items("dp"), make_item("in_progress", kind="suggestion", statement="[bold]加强党建[/bold]")]
    bulletin = make_bulletin(
        items, facts={"unit": "市文化馆"}, notes=(Note("x", "读不出日期", None),), issues=3, done=2
    )
    text = summarise(make_source(), bulletin, [make_themes("财务")] * 3)
    lines = text.splitlines()
    assert lines[0] == "甲.txt"
    assert any("单位" in line and "市文化馆" in line for line in lines)
    assert any("通报所称" in line and "问题数 3，已完成数 2" in line for line in lines)
    assert any("逐条统计" in line and "反馈问题 2，意见建议 1，已完成 1，正在推进 2" in line for line in lines)
    assert "[bold]加强党建[/bold]" in text  # words of a bulletin are no markup
    assert text.count("财务") == 3
    assert "· 通报称已完成数为2，逐条统计为1，相差1。" in lines
    assert "· 读不出日期" in lines


def test_a_bulletin_that_says_nothing():
    text = summarise(make_source(), make_bulletin(), [])
    assert "没有说明" in text
