"""Tables on a page: every text escaped, missing never zero, headings in Chinese."""

from html.parser import HTMLParser

import pandas as pd
import pytest

from pipeline import open_ledger
from pipeline.analysis.comparison import compare
from pipeline.analysis.completion import completion
from pipeline.reporting import tables
from pipeline.reporting.labels import headings, in_words


class Cells(HTMLParser):
    """Rows of a table, and the names of all tags met."""

    def __init__(self):
        super().__init__()
        self.rows, self.tags = [], set()

    def handle_starttag(self, tag, _):
        self.tags.add(tag)
        if tag == "tr":
            self.rows.append([])

    def handle_data(self, data):
        if self.rows:
            self.rows[-1].append(data)


def read(html):
    cells = Cells()
    cells.feed(html._repr_html_())
    return cells


@pytest.fixture(scope="module")
def small(small_ledger):
    return open_ledger(small_ledger)


def test_headings_are_chinese_and_missing_is_a_dash(small):
    rows = read(tables.show(completion(small.issues, "unit_id"), ["label", "stated", "rate", "low"])).rows
    assert rows[0] == ["名称", "说明状态", "自报完成率", "区间下限"]
    assert rows[1] == ["鞍南市文化旅游和广播电视局", "60", "83%", "72%"]
    assert rows[3] == ["宽河区文联", "0", "—", "—"]


def test_a_table_of_the_ledger_shows_days_years_and_codes_in_words(small):
    rows = read(tables.show(small.bulletins.sort_values("year"), ["year", "feedback_date", "region"])).rows
    assert rows[:2] == [["年份", "反馈日期", "地区", "原文"], ["2019", "2019-03-01", "—", "对照"]]
    assert ["未说明", "对照"] in read(tables.show(small.issues, ["status"], limit=200)).rows


def test_text_of_a_bulletin_stays_text(small):
    page = tables.show(completion(small.issues, "unit_id"))
    assert "script" not in read(page).tags
    assert "&lt;script&gt;" in page._repr_html_()
    assert "script" not in read(tables.say("<script>alert(1)</script>")).tags
    hostile = compare(small.discrepancies, small.bulletins, small.text)
    hostile["message"] = hostile["declared_quote"] = hostile["bulletin"] = "<script>alert(1)</script>"
    assert "script" not in read(tables.contradictions(hostile)).tags


def test_what_is_left_out_is_counted():
    frame = pd.DataFrame({"path": [str(i) for i in range(9)], "status": "failed", "reason": None})
    page = tables.show(frame, limit=4)
    assert len(read(page).rows) == 5
    assert "另有 5 行" in page._repr_html_()


def test_an_empty_table_says_so():
    assert tables.show(pd.DataFrame({"status": []}), empty="没有读不成的文件。")._repr_html_() == (
        '<p class="note">没有读不成的文件。</p>'
    )


def test_contradictions_show_both_figures_and_the_words(small):
    compared = compare(small.discrepancies, small.bulletins, small.text)
    html = tables.contradictions(compared[compared["verdict"] == "differs"])._repr_html_()
    assert "已完成数：53 对 50" in html
    assert "<blockquote>2021年3月1日反馈的问题60个，已完成53个。" in html
    assert "不一致 · 重要" in html
    assert compared["discrepancy_id"][0] in html
    assert "没有不一致" in tables.contradictions(compared.head(0))._repr_html_()


def test_a_contradiction_without_figures_shows_its_message(small):
    compared = compare(small.discrepancies, small.bulletins, small.text).head(1)
    compared["listed"] = float("nan")
    assert "53 对" not in tables.contradictions(compared)._repr_html_()


def test_a_column_without_a_heading_is_an_error():
    with pytest.raises(KeyError):
        headings(pd.DataFrame({"nonsense": [1]}))


def test_codes_become_words_only_where_they_are_codes():
    frame = pd.DataFrame({"status": ["done", "未定"], "text": ["done", "done"]})
    assert in_words(frame).to_dict("list") == {"status": ["已完成", "未定"], "text": ["done", "done"]}
