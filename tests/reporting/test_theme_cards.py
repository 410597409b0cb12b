"""Items and proposals on a page: the deciding words marked where they stand, every text escaped, the rest counted."""

import json
import re

import pandas as pd
import pytest

from pipeline import open_ledger
from pipeline.analysis.findings import PROPOSALS, conform
from pipeline.reporting import tables

STATEMENT = "党费收缴不及时<script>alert(1)</script>"
START = 100


@pytest.fixture(scope="module")
def items(small_ledger):
    def word(theme, text, start):
        return {"theme": theme, "word": text, "weight": 1.0, "span": [start, start + len(text)]}

    evidence = [
        word("财务", "党费", START),
        word("党建", "收缴", START + 2),
        word("财务", "预算", 20),
        word("财务", "预算", 30),
    ]
    return open_ledger(small_ledger).issues.head(3).assign(
        statement=STATEMENT, statement_start=START, statement_end=START + len(STATEMENT), primary="财务", confidence=0.41,
        themes=[["财务", "党建"], ["财务"], ["财务", "党建"]], evidence=json.dumps(evidence), review=True,
        bulletin="<b>某单位</b>（2021）",
    )  # fmt: skip


def page(html):
    return html._repr_html_()


def marks(html):
    return re.findall(r'<mark title="([^"]*)"[^>]*>([^<]*)</mark>', html)


def test_deciding_words_are_marked_with_their_theme(items):
    shown = page(tables.decisions(items.head(1)))
    assert marks(shown) == [("财务", "党费"), ("党建", "收缴")]
    assert "把握 0.41，待复核" in shown
    assert "还听了上下文：预算 → 财务<" in shown  # once, though it was heard twice


def test_a_theme_that_a_person_took_away_marks_nothing(items):
    assert marks(page(tables.decisions(items.iloc[1:2]))) == [("财务", "党费")]


def test_a_statement_that_a_person_rewrote_marks_nothing_in_it(items):
    shown = page(tables.decisions(items.head(1).assign(statement="改写过的问题")))
    assert marks(shown) == []
    assert "党费、预算 → 财务；收缴 → 党建" in shown


def test_texts_are_escaped_and_what_is_left_out_is_counted(items):
    shown = page(tables.decisions(items, limit=2))
    assert "<script" not in shown
    assert "&lt;script&gt;" in shown
    assert "<b>" not in shown
    assert shown.count("<article") == 2
    assert "另有 1 行" in shown


def test_no_items_are_said_to_be_none(items):
    assert page(tables.decisions(items.head(0), empty="没有待复核的条目。")) == '<p class="note">没有待复核的条目。</p>'
    assert "不提建议" in page(tables.proposals(conform(pd.DataFrame(), PROPOSALS)))


def test_a_proposal_shows_its_words_figures_and_examples():
    row = {
        "name": "校车、超员", "items": 4, "bulletins": 2, "stability": 0.8123, "themes": "主责主业 4", "alike": 6,
        "doubtful": 5, "examples": ["校车超员<i>", "校车驾驶人"], "sources": ["甲（2021）", "乙（2023）"],
        "issue_ids": ["b1-00001", "b2-00007", "b1-00003"],
    }  # fmt: skip
    found = conform(pd.DataFrame([row, row, row]), PROPOSALS)
    shown = page(tables.proposals(found, limit=1))
    assert "校车、超员<small>4 条 · 2 份通报 · 稳定度 0.81</small>" in shown
    assert "说法相近的有 6 条，其中 5 条拿不准" in shown
    assert shown.count("<blockquote>") == 2
    assert "校车超员&lt;i&gt;<cite>甲（2021）" in shown
    assert "另有 2 行" in shown
