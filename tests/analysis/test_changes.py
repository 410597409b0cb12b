"""What changed between two snapshots, and how the page tells it."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import open_ledger
from pipeline.analysis.changes import CHANGE_KINDS, compare_snapshots, take_snapshot


@pytest.fixture
def snapshot(ledgers, tmp_path):
    """`snapshot([("甲", 2024, "dp")], path=…)` → the snapshot of a ledger of these bulletins."""
    count = 0

    def make(*bulletins, **columns):
        nonlocal count
        count += 1
        made = [ledgers.bulletin(*each) for each in bulletins]
        for each in made:
            each["bulletins"] |= columns
        ledger = open_ledger(
            ledgers.join(tmp_path / str(count), sorted(made, key=lambda b: b["bulletins"]["bulletin_id"]))
        )
        return take_snapshot(ledger.bulletins, ledger.issues)

    return make


def told(changes):
    return (
        changes[["change", "bulletin", "n", "before", "after"]]
        .astype(object)
        .where(lambda f: f.notna(), None)
        .values.tolist()
    )


def test_nothing_changed(snapshot):
    assert compare_snapshots(snapshot(("甲", 2024, "dp")), snapshot(("甲", 2024, "dp"))).empty


def test_a_status_that_changed_has_its_place(snapshot):
    changes = compare_snapshots(snapshot(("甲", 2024, "ddp")), snapshot(("甲", 2024, "dpd")))
    assert told(changes) == [
        ["status_changed", "甲（2024）", "2", "done", "in_progress"],
        ["status_changed", "甲（2024）", "3", "in_progress", "done"],
    ]
    assert changes["issue_id"].str.endswith(("2", "3")).all()
    assert changes["bulletin_id"].notna().all()


def test_bulletins_come_and_go_without_their_items(snapshot):
    changes = compare_snapshots(
        snapshot(("甲", 2024, "dp"), ("乙", 2023, "d")), snapshot(("丙", 2025, "d"), ("乙", 2023, "d"))
    )
    assert told(changes) == [
        ["bulletin_new", "丙（2025）", None, None, None],
        ["bulletin_gone", "甲（2024）", None, None, None],
    ]


def test_a_rewritten_bulletin_is_known_by_its_file_and_its_items_by_their_words(snapshot):
    changes = compare_snapshots(snapshot(("甲", 2024, "ppp"), path="a.txt"), snapshot(("甲", 2024, "pd"), path="a.txt"))
    assert told(changes) == [
        ["bulletin_rewritten", "甲（2024）", None, None, None],
        ["status_changed", "甲（2024）", "2", "in_progress", "done"],
        ["item_gone", "甲（2024）", "3", None, None],
    ]


def test_a_file_that_was_renamed_is_no_change(snapshot):
    assert compare_snapshots(snapshot(("甲", 2024, "p"), path="a.txt"), snapshot(("甲", 2024, "p"), path="b.txt")).empty


def test_the_first_and_the_last_ledger_may_be_empty(snapshot):
    nothing, something = snapshot(), snapshot(("甲", 2024, "p"))
    assert told(compare_snapshots(nothing, something)) == [["bulletin_new", "甲（2024）", None, None, None]]
    assert told(compare_snapshots(something, nothing)) == [["bulletin_gone", "甲（2024）", None, None, None]]
    assert compare_snapshots(nothing, nothing).empty


def test_a_bulletin_may_have_no_item(snapshot):
    nothing, something = snapshot(("甲", 2024, ""), path="a.txt"), snapshot(("甲", 2024, "p"), path="a.txt")
    assert compare_snapshots(nothing, nothing).empty
    assert told(compare_snapshots(nothing, something))[1:] == [["item_new", "甲（2024）", "1", None, None]]
    assert told(compare_snapshots(something, nothing))[1:] == [["item_gone", "甲（2024）", "1", None, None]]


@settings(deadline=None, max_examples=40)
@given(before=st.text("dopn-", min_size=1, max_size=6), after=st.text("dopn-", min_size=1, max_size=6))
def test_every_item_that_differs_is_listed_once(before, after):
    """Of a rewritten bulletin: changed, new and gone items add up to what the two lists of statuses say."""
    import pandas as pd

    def make(statuses, name):
        bulletins = pd.DataFrame({"bulletin_id": [name], "path": "a", "unit_name": "甲", "title": "t", "year": 2024})
        issues = pd.DataFrame(
            {
                "bulletin_id": name, "issue_id": [f"{name}-{i}" for i in range(len(statuses))], "n": "1", "kind": "issue",
                "statement": [f"问题{i}" for i in range(len(statuses))], "status": list(statuses), "primary": "财务",
                "statement_start": range(len(statuses)), "statement_end": range(1, len(statuses) + 1),
            }
        )  # fmt: skip
        return take_snapshot(bulletins, issues)

    found = compare_snapshots(make(before, "b1"), make(after, "b2"))["change"].value_counts()
    assert set(found.index) <= set(CHANGE_KINDS)
    assert found.get("status_changed", 0) == sum(a != b for a, b in zip(before, after, strict=False))
    assert found.get("item_new", 0) == max(len(after) - len(before), 0)
    assert found.get("item_gone", 0) == max(len(before) - len(after), 0)


def test_two_items_alike_are_told_apart_by_their_order(snapshot):
    old, new = snapshot(("甲", 2024, "dp")), snapshot(("甲", 2024, "dd"))
    for each in (old, new):
        each.loc[each["issue_id"].notna(), "statement"] = "同一句话"
    (change,) = told(compare_snapshots(old, new))
    assert change == ["status_changed", "甲（2024）", "2", "in_progress", "done"]
    assert re.match("b[0-9a-f]{12}-", compare_snapshots(old, new)["issue_id"][0])
