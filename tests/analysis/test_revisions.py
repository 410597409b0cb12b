"""Versions of a bulletin: which they are, what was changed, and that nothing else is said to be."""

import pandas as pd
import pytest
from truth import truth

from pipeline import open_ledger
from pipeline.analysis.revisions import list_versions, revisions
from pipeline.analysis.rounds import latest_versions, versions

WHAT = {"feedback_date": "date", "published_date": "published", "declared_in_progress": "count", "status": "status"}


@pytest.fixture(scope="module")
def found(sample_ledger):
    ledger = open_ledger(sample_ledger)
    return ledger, revisions(ledger.bulletins, ledger.issues, ledger.measures)


def places(frame):
    """(place of the item or 0, what was changed) of the rows; in an item more than the planted change may differ."""
    return {(0 if pd.isna(row.ordinal) else int(row.ordinal), row.what) for row in frame.itertuples()}


def test_every_planted_change_is_found_and_no_other(found):
    _, changed = found
    planted = truth("duplicates").query("kind == 'revision'")
    changed = changed[changed["field"] != "published_date"].assign(what=changed["field"].map(WHAT).fillna("reworded"))
    expected = places(planted[planted["what"] != "published"])
    assert places(changed) >= expected
    # Precision by place: nothing is said of an item or a fact that nobody changed. Item 18 has its new text as well.
    assert places(changed) - expected == {(18, "reworded")}


def test_the_day_of_publication_is_told(found):
    _, changed = found
    days = changed[changed["field"] == "published_date"]
    assert days[["old", "new"]].to_numpy().tolist() == [["2022-11-18", "2022-12-16"]]


def test_copies_and_revisions_are_told_apart(found):
    ledger, changed = found
    listed = list_versions(ledger.bulletins, ledger.issues, changed)
    kinds = {
        frozenset(path.rpartition(".")[0] for path in (row.path, row.latest_path)): row.version_kind
        for row in listed.itertuples()
    }
    planted = truth("duplicates").drop_duplicates("file")
    words = {"duplicate": "copy", "revision": "revision"}
    assert kinds == {frozenset((row.file, row.of)): words[row.kind] for row in planted.itertuples()}
    assert listed.set_index("version_kind")["differences"]["copy"] == 0


def bulletins(*days):
    """Bulletins of one unit: the day of feedback of each."""
    frame = pd.DataFrame({"bulletin_id": list("abcdef")[: len(days)], "feedback_date": pd.to_datetime(list(days))})
    return frame.assign(inspected_to=pd.NaT, published_date=pd.NaT)


def items(**statements):
    rows = [(b, "u1", f"{b}-{n}", s) for b, held in statements.items() for n, s in enumerate(held)]
    return pd.DataFrame(rows, columns=["bulletin_id", "unit_id", "issue_id", "statement"])


ONE = ["固定资产底数不清，账实不符", "公务接待审批手续不全", "理论学习流于形式"]
OTHER = ["工程项目未按规定招标", "食堂采购价格高于市场", "退役军人优抚资金滞留"]


def test_two_inspections_at_one_time_are_no_versions():
    both = bulletins("2022-06-17", "2022-07-01")
    assert versions(both, items(a=ONE, b=OTHER)).empty
    assert len(latest_versions(both, items(a=ONE, b=OTHER))[1]) == 6
    assert versions(both, items(a=ONE, b=[*ONE[:2], OTHER[0]])).to_numpy().tolist() == [["a", "b"]]


def test_punctuation_makes_no_difference():
    both = bulletins("2022-06-17", "2022-06-17")
    assert len(versions(both, items(a=ONE, b=[s.replace("，", ", ") for s in ONE]))) == 1


def test_the_same_problems_years_later_are_another_round():
    assert versions(bulletins("2019-06-17", "2022-06-17"), items(a=ONE, b=ONE)).empty


def test_a_copy_that_lost_its_days_is_a_version_by_its_text():
    three = bulletins("2019-06-17", None, "2022-06-17")
    assert len(versions(three, items(a=OTHER, b=ONE, c=ONE))) == 1
    assert versions(three, items(a=OTHER, b=["考勤制度执行不严"], c=ONE)).empty


def worded(*rows):
    """Issues with every field that is compared: bulletin, n, statement, outcome."""
    empty = dict.fromkeys(("unit", "aspect", "category", "description", "cause", "incomplete_reason", "next_steps"))
    empty |= dict.fromkeys(("target", "deadline", "responsible")) | {"kind": "issue", "status": "done", "unit_id": "u1"}
    return pd.DataFrame([
        empty | {"bulletin_id": b, "issue_id": f"{b}-{n}", "ordinal": n, "n": str(n), "statement": s, "outcome": o}
        for b, n, s, o in rows
    ])  # fmt: skip


def test_an_item_more_moves_the_others_and_changes_none():
    from pipeline.ledger.schema import BULLETINS, TEXT

    rows = [("a", n, s, "已落实。") for n, s in enumerate(ONE, 1)]
    rows += [("b", n, s, "已落实。") for n, s in enumerate([OTHER[0], *ONE[:2]], 1)]
    frame = bulletins("2022-06-17", "2022-06-18").assign(path="x.txt")
    texts = {c.name: "" for c in BULLETINS.columns if c.type == TEXT and c.name not in frame}
    frame = frame.assign(**texts).reindex(columns=[column.name for column in BULLETINS.columns])
    found = revisions(frame, worded(*rows), pd.DataFrame({"issue_id": [], "n": [], "text": []}))
    told = found[found["issue_id"].notna() | found["latest_issue_id"].notna()]
    told = told[told["field"] != "n"]
    assert told[["change", "old", "new"]].fillna("").to_numpy().tolist() == [
        ["added", "", OTHER[0]],
        ["removed", ONE[2], ""],
    ]


@pytest.mark.parametrize("name", ["empty_ledger", "one_bulletin", "small_ledger"])
def test_nothing_to_compare(request, name):
    ledger = open_ledger(request.getfixturevalue(name))
    changed = revisions(ledger.bulletins, ledger.issues, ledger.measures)
    assert changed.empty
    assert list_versions(ledger.bulletins, ledger.issues, changed).empty
