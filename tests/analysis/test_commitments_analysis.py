"""Promised dates on a day, and items that are done and still to come; both against what was planted."""

from datetime import date

import pandas as pd
import pytest
from sample import with_files
from truth import truth

from pipeline import open_ledger
from pipeline.analysis.commitments import PROMISES, PROMISING, UNKNOWN, count_states, follow, read_day
from pipeline.analysis.doubtful import DOUBTFUL, doubt_done
from pipeline.errors import ReportError

DAY = date(2024, 6, 30)


def frames(due, status="in_progress", *, published="2023-12-01", later=()):
    """One promise, and the days of later bulletins of the unit."""
    days = [("b1", published), *((f"b{i}", day) for i, day in enumerate(later, start=2))]
    bulletins = pd.DataFrame({
        "bulletin_id": [name for name, _ in days], "published_date": pd.to_datetime([day for _, day in days]),
        "feedback_date": pd.NaT, "inspected_to": pd.NaT, "unit_name": "图书馆", "title": None, "path": "x",
        "year": [pd.Timestamp(day).year if day else None for _, day in days],
    })  # fmt: skip
    issues = pd.DataFrame({
        "issue_id": [f"{name}-1" for name, _ in days], "bulletin_id": [name for name, _ in days], "unit_id": "u1",
        "unit_name": "图书馆", "n": "1", "statement": "押金清退慢", "status": status, "year": 2023, "kind": "issue",
    })  # fmt: skip
    commitments = pd.DataFrame({
        "commitment_id": ["b1-1-c1"], "issue_id": ["b1-1"], "bulletin_id": ["b1"], "unit_id": ["u1"],
        "sentence": ["预计完成"], "date_text": ["某日"], "due_date": pd.to_datetime([due]),
        "sentence_start": [0], "sentence_end": [4],
    })  # fmt: skip
    return commitments, issues, bulletins


@pytest.mark.parametrize(
    ("due", "status", "state"),
    [
        ("2024-06-29", "in_progress", "overdue"),
        ("2024-06-30", "in_progress", "open"),  # the day itself is not over
        ("2024-06-29", "done", "reported"),
        ("2024-06-29", "not_stated", "overdue"),
        ("2025-01-31", "done_ongoing", "open"),
        (None, "in_progress", "unclear"),
        ("2023-12-01", "in_progress", "earlier"),  # the day of publication: nothing to come
        ("2023-11-30", "done", "earlier"),
    ],
)
def test_state_on_a_day(due, status, state):
    promise = follow(*frames(due, status), DAY).iloc[0]
    assert promise["state"] == state
    assert (state in PROMISING) == (state != "earlier")


def test_days_count_from_the_due_date_and_are_missing_without():
    assert follow(*frames("2024-06-20"), DAY)["days"].tolist() == [10]
    assert follow(*frames("2024-07-10"), DAY)["days"].tolist() == [-10]
    assert follow(*frames(None), DAY)["days"].isna().all()


def test_a_later_bulletin_is_named_only_if_it_came_after_the_due_date_and_before_the_day():
    assert follow(*frames("2024-03-31", later=["2024-05-01"]), DAY)["later"].tolist() == ["图书馆（2024）"]
    assert follow(*frames("2024-03-31", later=["2024-02-01", "2024-09-01"]), DAY)["later"].isna().all()


def test_every_state_is_counted_once():
    counted = count_states(follow(*frames("2024-03-31"), DAY))
    assert counted["promises"].tolist() == [1, 0, 0, 0, 0]
    assert counted["share"].sum() == pytest.approx(1)
    assert count_states(follow(*frames("2024-03-31"), DAY).head(0))["share"].isna().all()


def test_day_is_read_or_the_newest_of_the_ledger(empty_ledger):
    _, _, bulletins = frames("2024-03-31", later=["2024-05-01"])
    assert read_day("2026-01-02", bulletins) == date(2026, 1, 2)
    assert read_day("", bulletins) == date(2024, 5, 1)
    assert read_day("", open_ledger(empty_ledger).bulletins) == UNKNOWN
    with pytest.raises(ReportError, match=r"as_of 应是 2026-06-30 这样的日期，给的是 '6月底'"):
        read_day("6月底", bulletins)


@pytest.mark.parametrize("name", ["empty_ledger", "one_bulletin"])
def test_small_ledgers(request, name):
    ledger = open_ledger(request.getfixturevalue(name))
    promised = follow(ledger.commitments, ledger.issues, ledger.bulletins, UNKNOWN)
    assert promised.empty
    assert promised.columns.tolist() == [column.name for column in PROMISES.columns]
    doubtful = doubt_done(promised, ledger.discrepancies, ledger.issues, ledger.bulletins)
    assert doubtful.columns.tolist() == [column.name for column in DOUBTFUL.columns]
    assert doubtful.empty


# What was planted


@pytest.fixture(scope="module")
def sample(sample_ledger):
    return open_ledger(sample_ledger)


@pytest.fixture(scope="module")
def promised(sample):
    followed = follow(sample.commitments, sample.issues, sample.bulletins, DAY)
    return with_files(followed, sample.bulletins)


def match(planted, found):
    """Pairs of a planted promise and a found one, each used once: same file, same day, its words in the sentence."""
    left = found.assign(due=found["due_date"].dt.strftime("%Y-%m-%d").fillna(""))
    pairs = {}
    for row in planted.itertuples():
        fits = left[(left["file"] == row.file) & (left["due"] == row.due)]
        fits = fits[[row.promise in sentence or sentence in row.promise for sentence in fits["sentence"]]]
        if len(fits):
            pairs[row.Index] = fits.index[0]
            left = left.drop(fits.index[0])
    return pairs


def test_planted_promises_are_found(promised):
    planted = truth("commitments")
    pairs = match(planted, promised)
    missed = planted.drop(pairs.keys())
    assert missed["promise"].tolist() == ["其余2个在年底考核前完成"]  # no day, and no date before 前
    assert len(pairs) / len(planted) >= 0.99


def test_little_else_is_taken_for_a_promise(promised):
    still_to_come = promised[promised["state"].isin(PROMISING)]
    extra = still_to_come.drop(match(truth("commitments"), still_to_come).values())
    assert sorted(extra["date_text"]) == ["11月底", "下半年"]
    assert 1 - len(extra) / len(still_to_come) >= 0.98
    assert (promised["state"] == "earlier").sum() == 6  # plans for a day before publication


def test_due_dates_are_those_planted(promised):
    planted = truth("commitments")
    pairs = match(planted[planted["due"] != ""], promised)
    for one, other in pairs.items():
        assert str(promised.loc[other, "due_date"])[:10] == planted.loc[one, "due"]


def test_sentences_stand_where_they_say(sample, promised):
    for row in promised.itertuples():
        assert sample.text(row.bulletin_id)[row.sentence_start : row.sentence_end] == row.sentence


def test_planted_items_that_are_done_and_still_to_come_are_found(sample, promised):
    doubtful = with_files(doubt_done(promised, sample.discrepancies, sample.issues, sample.bulletins), sample.bulletins)
    planted = truth("discrepancies").query("kind == 'done_but_future'")
    wanted = set(zip(planted["file"], planted["n"], strict=True))
    dated = doubtful[doubtful["ground"] == "dated"]
    assert wanted <= set(zip(dated["file"], dated["n"], strict=True))  # recall 4 of 4
    assert len(dated) == len(wanted) + 1  # precision 4 of 5: a plan for a day shortly after publication
    wording = doubtful[doubtful["ground"] == "wording"]
    assert wanted.isdisjoint(zip(wording["file"], wording["n"], strict=True))  # the wording alone proves nothing here
    assert len(wording) == 6
