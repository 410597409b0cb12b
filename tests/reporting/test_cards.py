"""Cards of measures that stand in two items."""

import pandas as pd

from pipeline import open_ledger
from pipeline.analysis.copies import COPIES, copies
from pipeline.analysis.findings import conform
from pipeline.reporting.cards import copied

ROW = {
    "family": 1, "issue_id": "b2-00001", "bulletin_id": "b2", "source_id": "b1-00004", "source_bulletin_id": "b1",
    "bulletin": "乙局（2022）", "n": "1", "source_bulletin": "甲局（2020）", "source_n": "4", "likeness": "near",
    "scope": "unit", "characters": 41, "share": 0.5, "text": "清理账号3个", "source_text": "清理账号<b>2</b>个",
    "text_start": 7, "text_end": 13, "source_start": 1, "source_end": 6,
}  # fmt: skip


def test_both_stand_as_printed_and_lead_to_their_characters():
    html = copied(conform(pd.DataFrame([ROW]), COPIES)).html
    assert "第 1 组 · 不同单位" in html
    assert "只改数字、日期、单位名或虚词 · 41 字，占该条措施 50%" in html
    assert "清理账号3个" in html
    assert "b2.html#7-13" in html
    assert "b1.html#1-6" in html
    assert html.index("甲局（2020），第 4 条") < html.index("乙局（2022），第 1 条")  # the earlier first
    assert "<b>" not in html


def test_what_is_left_out_is_counted_and_in_the_csv():
    shown = copied(conform(pd.DataFrame([ROW] * 5), COPIES), limit=2)
    assert shown.html.count("<article") == 2
    assert "另有 3 处" in shown.html
    assert len(shown.csv.splitlines()) == 6


def test_none_is_said():
    assert "没有相同的措施" in copied(conform(pd.DataFrame(), COPIES))._repr_html_()


def test_all_of_the_sample_are_shown_with_their_places(sample_ledger):
    ledger = open_ledger(sample_ledger)
    found = copies(ledger.measures, ledger.issues, ledger.bulletins)
    assert copied(found, limit=999).html.count('class="place"') == 2 * len(found)
