"""Every entry of the vocabulary has an example that it takes, and no other entry takes before it."""

import re
from collections import Counter

import pytest

from pipeline import lexicon
from pipeline.bulletins.wording import is_general, is_outlook, is_suggestions, read_status
from pipeline.errors import VocabularyError
from pipeline.lexicon import read_lines, read_table
from pipeline.lexicon.cues import find_cues
from pipeline.lexicon.labels import field_of

LABELS = read_table("labels", ("field", "pattern", "example"))
CUES = read_table("cues", ("field", "pattern", "example"))
HEADINGS = read_table("heading_words", ("role", "pattern", "example"))
STATUSES = read_table("status_words", ("status", "pattern", "example"))


@pytest.mark.parametrize("row", LABELS, ids=lambda row: row["example"])
def test_each_label_takes_its_example(row):
    assert re.fullmatch(row["pattern"], row["example"])
    assert field_of(row["example"]) == row["field"]


@pytest.mark.parametrize("row", CUES, ids=lambda row: row["example"])
def test_each_cue_takes_its_example(row):
    found = next(find_cues(row["example"], 0, len(row["example"])))
    assert re.match(row["pattern"], row["example"])
    assert found.field == row["field"]


@pytest.mark.parametrize("row", STATUSES, ids=lambda row: row["example"])
def test_each_status_takes_its_example(row):
    assert re.search(row["pattern"], row["example"])
    assert read_status(row["example"]) == row["status"]


@pytest.mark.parametrize("row", HEADINGS, ids=lambda row: row["example"])
def test_each_heading_word_takes_its_example(row):
    tells = {"suggestions": is_suggestions, "outlook": is_outlook, "general": is_general}
    assert re.search(row["pattern"], row["example"])
    assert tells[row["role"]](row["example"])


@pytest.mark.parametrize(
    ("words", "status"),
    [
        ("已完成", "done"), ("已完成，并长期坚持", "done_ongoing"), ("基本完成", "in_progress"), ("阶段性完成", "in_progress"),
        ("取得阶段性成果并持续整改", "in_progress"), ("正在整改", "in_progress"), ("正在推进", "in_progress"), ("持续推进", "in_progress"),
        ("长期坚持", "done_ongoing"), ("未完成", "in_progress"), ("尚未推进", "not_started"), ("未启动", "not_started"), ("已销号", "done"),
        ("申请延期", "in_progress"), ("整改到位", "done"), ("均已完成整改", "done"), ("尚未完成整改", "in_progress"), ("整改落实", None), ("召开会议", None),
    ],
)  # fmt: skip
def test_status_words_met_in_real_bulletins(words, status):
    assert read_status(words) == status


@pytest.mark.parametrize("words", ["会议指出", "主要有", "特此通报", "市委第一巡察组", "联系电话"])
def test_words_that_are_no_labels(words):
    assert field_of(words) is None


@pytest.mark.parametrize("name", ["problem_words", "action_words", "short_lines"])
def test_word_lists_hold_no_word_twice(name):
    counts = Counter(read_lines(name))
    assert [word for word, times in counts.items() if times > 1] == []
    assert all(word == word.strip() for word in counts)


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("field,pattern\nx,y\n", "columns"),
        ("field,pattern,example\nx, y,z\n", "row 2"),
        ("field,pattern,example\nx,y\n", "row 2"),
        ("field,pattern,example\na,b,c\nx,y,z,too many\n", "row 3"),
    ],
)
def test_a_broken_table_names_file_and_row(tmp_path, monkeypatch, content, complaint):
    monkeypatch.setattr(lexicon, "FOLDER", tmp_path)
    (tmp_path / f"broken_{hash(content)}.csv").write_text(content, encoding="utf-8")
    with pytest.raises(VocabularyError, match=complaint):
        read_table(f"broken_{hash(content)}", ("field", "pattern", "example"))
