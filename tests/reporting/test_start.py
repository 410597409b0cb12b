"""What the first notebook shows of a ledger."""

from pipeline import open_ledger
from pipeline.ledger.schema import TABLES
from pipeline.reporting import start
from pipeline.reporting.labels import headings


def test_every_table_is_listed_with_its_rows_and_how_to_reach_it(small_ledger):
    ledger = open_ledger(small_ledger)
    listed = start.contents(ledger.rows, TABLES)
    assert listed["rows"].sum() == sum(ledger.rows.values())
    for reach, rows in zip(listed["reach"], listed["rows"], strict=True):
        assert len(getattr(ledger, reach.removeprefix("opened."))) == rows
    assert list(headings(listed).values()) == ["表", "行数", "怎么取"]


def test_the_item_shown_is_one_that_is_not_done_else_the_first(small_ledger):
    issues = open_ledger(small_ledger).issues
    assert start.first_item(issues)["status"].tolist() == ["in_progress"]
    done = issues[issues["status"] == "done"]
    assert start.first_item(done)["issue_id"].tolist() == done["issue_id"].head(1).tolist()
    assert start.first_item(issues.head(0)).empty


def test_its_words_are_those_of_the_bulletin_on_one_line_and_cut(sample_ledger):
    ledger = open_ledger(sample_ledger)
    said = start.quote(ledger.issues, ledger.quote)
    chosen = start.first_item(ledger.issues)["issue_id"].iloc[0]
    assert said.startswith("原文：")
    assert said.removeprefix("原文：").rstrip("…") in " ".join(ledger.quote(chosen).split())
    assert "\n" not in said
    assert start.quote(ledger.issues, lambda _: "长" * 500) == f"原文：{'长' * start.LONGEST}…"


def test_nothing_to_quote_says_what_to_do(empty_ledger):
    ledger = open_ledger(empty_ledger)
    assert "先运行 zhenggai build data/raw" in start.quote(ledger.issues, ledger.quote)
