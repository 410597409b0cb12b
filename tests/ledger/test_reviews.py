"""reviews.csv: rows are added and never touched, and what is wrong in the file is named."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ledger_factories import make_decision

from pipeline.errors import ReviewError
from pipeline.ledger import reviews
from pipeline.ledger.reviews import COLUMNS, NAME, add, fault_of, load, now, read_reviews, review_id, same_as

HEAD = ",".join(COLUMNS)
ROW = "2026-01-02T03:04:05Z,analyst-a,甲.txt,b1-00001,1,学习不够,status,done,in_progress,"

words = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)


def test_a_folder_without_the_file_has_no_decisions(tmp_path):
    assert load(tmp_path) == []


@given(st.lists(st.builds(make_decision, statement=words, new=words, old=words, reason=words, path=words), min_size=1))
def test_what_is_added_is_read(tmp_path_factory, decisions):
    folder = tmp_path_factory.mktemp("in")
    add(folder, decisions[:1])
    before = (folder / NAME).read_bytes()
    add(folder, decisions[1:])
    assert load(folder) == decisions
    assert (folder / NAME).read_bytes().startswith(before)


@pytest.mark.parametrize("text", [f"{HEAD}\n{ROW}", f"\ufeff{HEAD}\r\n{ROW}\r\n"])
def test_rows_may_be_written_by_hand_or_saved_by_excel(tmp_path, text):
    (tmp_path / NAME).write_bytes(text.encode())
    add(tmp_path, [make_decision(new="乙\n丙,“丁”")])
    first, second = load(tmp_path)
    assert (first.new, second.new) == ("in_progress", "乙\n丙,“丁”")
    assert (tmp_path / NAME).read_bytes().startswith(text.encode())


def test_a_failed_write_leaves_the_file(tmp_path, monkeypatch):
    add(tmp_path, [make_decision()])
    before = (tmp_path / NAME).read_bytes()
    monkeypatch.setattr(reviews, "write_bytes", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        add(tmp_path, [make_decision(new="done")])
    assert (tmp_path / NAME).read_bytes() == before


# what is wrong in the file → what the message says
WRONG = [
    ("", "第一行是 空的；应为 decided_at,reviewer"),
    (HEAD.replace("old,new", "new,old"), "应为"),
    (f"{HEAD}\n{ROW}\n{ROW},x", "第 3 行：有 11 格，应有 10 格"),
    (f"{HEAD}\n\n", "第 2 行：有 0 格"),
    (f"{HEAD}\n{ROW.replace('analyst-a', '')}", "第 2 行：reviewer 为空"),
    (f"{HEAD}\n{ROW.replace('in_progress', '')}", "第 2 行：new 为空"),
    (f"{HEAD}\n{ROW.replace('status', 'category')}", "field “category”不能复核；可用的是 themes、status"),
    (f"{HEAD}\n{ROW.replace('05Z', '05')}", "decided_at “2026-01-02T03:04:05”不是带时区的时间"),
    (f"{HEAD}\n{ROW.replace('2026-01-02T03:04:05Z', '2026/1/2 3:04')}", "decided_at “2026/1/2 3:04”"),
]


@pytest.mark.parametrize(("text", "fault"), WRONG)
def test_a_wrong_file_is_named_with_row_and_value(text, fault):
    with pytest.raises(ReviewError) as error:
        read_reviews(text)
    assert str(error.value).startswith(NAME)
    assert fault in str(error.value)


def test_a_file_in_another_encoding_is_refused(tmp_path):
    (tmp_path / NAME).write_bytes(f"{HEAD}\n{ROW}".encode("gb18030"))
    with pytest.raises(ReviewError, match=r"reviews\.csv 不是 UTF-8"):
        load(tmp_path)


# field, two values → whether they say the same
SAME = [
    ("themes", "财务|作风|党建", "财务|党建|作风", True),
    ("themes", "财务|作风", "作风|财务", False),
    ("themes", "财务|作风", "财务", False),
    ("unit", "市文化馆（美术馆）", "市 文化馆(美术馆)", True),
    ("unit", "", "市文化馆", False),
    ("statement", "学习 不够", "学习不够", False),
]


@pytest.mark.parametrize(("field", "one", "other", "same"), SAME)
def test_what_says_the_same(field, one, other, same):
    assert (same_as(field, one) == same_as(field, other)) == same


# field, value → what is wrong with it
FAULTS = [
    ("themes", "财务|作风", None),
    ("themes", "财经", "没有主题“财经”；可用的是 理论学习、三重一大"),
    ("themes", "财务||作风", "没有主题“”"),
    ("themes", "财务|财务", "主题“财务”给了两次"),
    ("status", "in_progress", None),
    ("status", "完了", "没有整改状态“完了”；可用的是 done（已完成）"),
    ("statement", "", "问题没有填"),
    ("unit", "市文化馆", None),
]


@pytest.mark.parametrize(("field", "value", "fault"), FAULTS)
def test_what_a_field_can_take(field, value, fault):
    found = fault_of(field, value)
    assert (found is None) if fault is None else found.startswith(fault)


def test_ids_sort_by_time_wherever_the_clock_stood():
    times = ["2026-01-02T03:04:05+08:00", "2026-01-01T20:00:00Z", "2026-01-01T20:00:00.001Z", now()]
    ids = [review_id(make_decision(decided_at=time)) for time in times]
    assert ids == sorted(ids)
    assert len(set(ids)) == 4
