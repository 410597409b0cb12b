"""Every decision is applied or reported, and a conflict changes nothing."""

import random

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ledger_factories import make_decision, make_rows

from pipeline.ledger.corrections import correct, fit, value
from pipeline.ledger.reviews import same_as
from pipeline.ledger.schema import REVIEWED, REVIEWS, arrow_schema


def item(**fields):
    """The item that `make_decision` decides on."""
    known = {
        "issue_id": "b1-00001",
        "path": "甲.txt",
        "statement": "学习不够",
        "themes": ["理论学习"],
        "status": "done",
    }
    return known | {"unit": None} | fields


def became(rows):
    return [(row["outcome"], row["conflict"]) for row in rows]


APPLIED, CONFIRMED, SUPERSEDED = ("applied", None), ("confirmed", None), ("superseded", None)


def conflict(code):
    return ("conflict", code)


# Which item it is about

MOVED = item(issue_id="b2-00004")
OTHER = item(statement="研究不多")

# items as they are now → what becomes of a decision on the first status, and the item it is about
PLACES = [
    ([item()], APPLIED, "b1-00001"),
    ([item(path="乙.txt")], APPLIED, "b1-00001"),  # the file has another name, the text is the same
    ([MOVED], APPLIED, "b2-00004"),
    ([OTHER, MOVED], APPLIED, "b2-00004"),
    ([OTHER], conflict("statement_changed"), None),
    ([item(issue_id="b2-00004", statement="研究不多")], conflict("item_gone"), None),
    ([item(issue_id="b2-00004", path="乙.txt")], conflict("item_gone"), None),
    ([], conflict("item_gone"), None),
    ([MOVED, item(issue_id="b2-00007")], conflict("ambiguous"), None),
    ([OTHER, MOVED, item(issue_id="b2-00007")], conflict("ambiguous"), None),
    ([item(), item(issue_id="b1-00007")], APPLIED, "b1-00001"),  # the id tells which
]


@pytest.mark.parametrize(("items", "expected", "fits"), PLACES)
def test_which_item_a_decision_is_about(items, expected, fits):
    (row,), changes = fit([make_decision()], items)
    assert (row["outcome"], row["conflict"], row["fits"]) == (*expected, fits)
    assert changes == ({fits: {"status": "in_progress", "corrected": ["status"]}} if fits else {})
    assert ("文本有改动" in (row["message"] or "")) == (fits == "b2-00004")


def test_a_conflict_names_who_where_what_and_the_next_step():
    decision = make_decision("财务", field="themes", old="作风", statement="理论学习安排不系统、不深入、不经常、不严格")
    (row,), _ = fit([decision], [])
    assert row["message"] == (
        "analyst-a 把 甲.txt 第 1 条“理论学习安排不系统、不深入、不经常、不严…”的主题定为“财务”，没有采用，"
        "条目已不存在（文件里没有这样的问题了）；请核对原文后重新复核"
    )


# What several decisions come to. (minute, old, new) each; status as it is read → what becomes of each, status then.
D, P, N, S = "done", "in_progress", "not_started", "not_stated"
CHAINS = [
    ([(1, D, P)], D, [APPLIED], P),
    ([(1, D, P)], P, [APPLIED], P),  # the program has learnt it
    ([(1, D, P)], N, [conflict("value_changed")], N),
    ([(1, D, D)], D, [CONFIRMED], D),
    ([(1, D, D)], N, [conflict("value_changed")], N),
    ([(1, D, P), (2, P, N)], D, [SUPERSEDED, APPLIED], N),
    ([(1, D, P), (2, P, N)], P, [SUPERSEDED, APPLIED], N),
    ([(1, D, P), (2, P, N)], S, [SUPERSEDED, conflict("value_changed")], S),
    ([(1, D, P), (2, P, D)], D, [SUPERSEDED, APPLIED], D),  # there and back
    ([(1, D, P), (2, P, D), (3, D, P)], D, [SUPERSEDED, SUPERSEDED, APPLIED], P),
    ([(1, D, P), (2, P, P)], D, [SUPERSEDED, CONFIRMED], P),
    ([(1, D, D), (2, D, P)], D, [SUPERSEDED, APPLIED], P),
    ([(1, D, P), (2, D, P)], D, [APPLIED, APPLIED], P),  # two agree
    ([(1, D, P), (1, D, P)], D, [APPLIED, APPLIED], P),
    ([(1, D, P), (2, D, N)], D, [conflict("contradiction")] * 2, D),
    ([(1, D, P), (1, P, N)], D, [conflict("contradiction")] * 2, D),  # which was first cannot be told
    ([(1, P, N), (2, D, P)], D, [conflict("contradiction")] * 2, D),
    ([(1, D, P), (2, D, N), (3, N, S)], D, [conflict("contradiction"), SUPERSEDED, conflict("contradiction")], D),
    # settled: each of those that differed is replaced
    ([(1, D, P), (2, D, N), (3, D, N), (3, P, N), (3, N, N)], D, [SUPERSEDED, SUPERSEDED, *[APPLIED] * 2, CONFIRMED], N),
    ([(1, D, P), (2, P, S), (2, N, S)], N, [SUPERSEDED, APPLIED, APPLIED], S),
]  # fmt: skip


@pytest.mark.parametrize(("decisions", "read", "expected", "then"), CHAINS)
def test_what_several_decisions_come_to(decisions, read, expected, then):
    decisions = [make_decision(new, at=at, old=old) for at, old, new in decisions]
    rows, changes = fit(decisions, [item(status=read)])
    # of one minute in the order of their hashes
    assert sorted(zip([row["decided_at"] for row in rows], became(rows), strict=True), key=str) == sorted(
        zip([d.decided_at for d in decisions], expected, strict=True), key=str
    )
    change = changes["b1-00001"]
    assert change.get("status", read) == then
    assert change["corrected"] == (["status"] if then != read else [])
    assert change.get("review", False) == any(outcome == "conflict" for outcome, _ in expected)


def test_a_contradiction_names_both():
    rows, _ = fit([make_decision(at=1), make_decision("not_started", at=2, reviewer="analyst-b")], [item()])
    assert all("analyst-a 定为“in_progress”、analyst-b 定为“not_started”" in row["message"] for row in rows)


# Themes


def themes(new, old="理论学习", **fields):
    return make_decision(new, field="themes", old=old, **fields)


# decision, themes as they are read → what becomes of it, what changes
JUDGED = [
    (themes("财务|作风"), ["理论学习"], APPLIED, ["财务", "作风"]),
    (themes("财务|作风"), ["财务", "作风"], APPLIED, None),
    (themes("财务|作风|党建"), ["财务", "党建", "作风"], APPLIED, None),  # the order of the further ones is nothing
    (themes("理论学习"), ["理论学习"], CONFIRMED, None),
    # A model that was trained anew does not undo what a person judged about the same words.
    (themes("财务"), ["作风"], APPLIED, ["财务"]),
    (themes("理论学习"), ["作风"], CONFIRMED, ["理论学习"]),
]  # fmt: skip


@pytest.mark.parametrize(("decision", "read", "expected", "then"), JUDGED)
def test_themes_are_judged_by_people(decision, read, expected, then):
    (row,), changes = fit([decision], [item(themes=read)])
    assert became([row]) == [expected]
    changed = {"themes": then, "primary": then[0], "corrected": ["themes"]} if then else {"corrected": []}
    assert changes == {"b1-00001": {"review": False} | changed}
    assert row["message"] == ("程序读作“作风”" if read == ["作风"] else None)


def test_themes_stand_where_the_text_was_changed_around_them():
    (row,), changes = fit([themes("财务")], [MOVED | {"themes": ["作风"]}])
    assert (row["outcome"], changes["b2-00004"]["themes"]) == ("applied", ["财务"])
    assert row["message"] == "通报的文本有改动，按文件和问题的原话对到条目 b2-00004；程序读作“作风”"


@pytest.mark.parametrize("decision", [themes("财经"), themes("财务|财务"), make_decision("完了")])
def test_a_value_that_is_none_any_more_is_a_conflict(decision):
    (row,), changes = fit([decision], [item()])
    assert became([row]) == [conflict("value_unknown")]
    assert changes == {"b1-00001": {"review": True, "corrected": []}}


# Several fields of an item


def test_fields_are_decided_apart():
    decisions = [
        make_decision(),
        themes("财务"),
        make_decision("学习抓得不紧", field="statement", old="学习不够"),
        make_decision("市文化馆", field="unit", old=""),
    ]
    rows, changes = fit(decisions, [item()])
    assert became(rows) == [APPLIED] * 4
    assert changes["b1-00001"] == {
        "themes": ["财务"], "primary": "财务", "review": False, "status": "in_progress",
        "statement": "学习抓得不紧", "unit": "市文化馆", "corrected": ["themes", "status", "statement", "unit"],
    }  # fmt: skip


def test_a_conflict_of_one_field_keeps_the_item_on_the_list_and_not_the_others_from_it():
    _, changes = fit([themes("财务"), make_decision()], [item(status="not_started")])
    change = changes["b1-00001"]
    assert (change["review"], change["themes"], change["corrected"]) == (True, ["财务"], ["themes"])
    assert "status" not in change


def test_a_reworded_statement_is_still_tied_to_the_words_of_the_text():
    first = make_decision("学习抓得不紧", field="statement", old="学习不够", at=1)
    second = make_decision("学习抓得不严", field="statement", old="学习抓得不紧", at=2)
    rows, changes = fit([first, second, make_decision(at=3)], [item()])
    assert sorted(became(rows)) == [APPLIED, APPLIED, SUPERSEDED]
    assert changes["b1-00001"]["statement"] == "学习抓得不严"


# Putting it into the tables


def test_only_the_items_that_change_change():
    issues = make_rows("issues", {"issue_id": "b1-00001"}, {"issue_id": "b1-00002"})
    tables = {"issues": issues, "measures": make_rows("measures")}
    found = correct(tables, {"b1-00002": {"status": "in_progress", "corrected": ["status"]}})
    assert found["issues"].schema == issues.schema
    assert found["measures"] is tables["measures"]
    before, after = issues.to_pylist(), found["issues"].to_pylist()
    assert after == [before[0], before[1] | {"status": "in_progress", "corrected": ["status"]}]
    assert correct(tables, {"b2-00001": {"status": "done"}})["issues"] is issues


def test_rows_have_the_columns_of_the_schema():
    rows, _ = fit([make_decision(), make_decision(), make_decision("财经", field="themes")], [item()])
    table = pa.RecordBatch.from_pylist(rows, arrow_schema(REVIEWS))
    table.validate(full=True)
    assert all(row.keys() == {column.name for column in REVIEWS.columns} for row in rows)
    assert [row["review_id"][-2:] for row in rows if row["field"] == "status"][1] == "-2"  # said twice, counted twice


# Whatever comes

VALUES = {
    "themes": ["财务", "作风", "财务|作风", "财经"],
    "status": [D, P, N],
    "statement": ["甲", "乙"],
    "unit": ["", "丙", "丁"],
}
ids, paths, statements = st.sampled_from(["b1-1", "b1-2", "b2-1"]), st.sampled_from("甲乙"), st.sampled_from("甲乙")
items = st.lists(
    st.builds(
        lambda **fields: item(**fields) | {"themes": fields["themes"].split("|")},
        issue_id=ids, path=paths, statement=statements, themes=st.sampled_from(VALUES["themes"][:3]),
        status=st.sampled_from(VALUES["status"]), unit=st.sampled_from(VALUES["unit"]),
    ),
    unique_by=lambda row: row["issue_id"],
)  # fmt: skip
decided = st.sampled_from(list(REVIEWED)).flatmap(
    lambda field: st.builds(
        make_decision, st.sampled_from(VALUES[field][-2:]), field=st.just(field), old=st.sampled_from(VALUES[field]),
        issue_id=ids, path=paths, statement=statements, at=st.integers(0, 3).map(str), reviewer=st.sampled_from("ab"),
    )
)  # fmt: skip


@given(st.lists(decided, max_size=8), items, st.randoms(use_true_random=False))
def test_every_decision_is_applied_or_reported(decisions, items, shuffle: random.Random):
    rows, changes = fit(decisions, items)
    assert len(rows) == len({row["review_id"] for row in rows}) == len(decisions)
    assert all((row["outcome"] == "conflict") == (row["conflict"] is not None) for row in rows)
    assert all(row["message"] for row in rows if row["conflict"])
    assert all(row["fits"] for row in rows if not row["conflict"])
    by_id = {row["issue_id"]: row for row in items}
    for issue, change in changes.items():
        about = [row for row in rows if row["fits"] == issue]
        for field in REVIEWED:
            last = [row for row in about if row["field"] == field and row["outcome"] != "superseded"]
            now = same_as(field, value(by_id[issue] | change, field))
            read = same_as(field, value(by_id[issue], field))
            if any(row["conflict"] for row in last):
                assert all(row["conflict"] for row in last)
                assert (now, change["review"]) == (read, True)
            elif last:
                assert {same_as(field, row["new"]) for row in last} == {now}
            else:
                assert now == read
            assert (field in change["corrected"]) == (now != read)
    shuffle.shuffle(decisions)
    shuffle.shuffle(items)
    assert fit(decisions, items) == (rows, changes)
