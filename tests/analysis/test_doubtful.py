"""Items done by their status and still to come by their text."""

from datetime import date

import pandas as pd
import pytest
from sample import with_files
from truth import truth

from pipeline import open_ledger
from pipeline.analysis.commitments import follow
from pipeline.analysis.doubtful import DOUBTFUL, doubt_done

DAY = date(2026, 6, 30)


def found(ledger):
    promises = follow(ledger.commitments, ledger.issues, ledger.bulletins, DAY)
    return doubt_done(promises, ledger.discrepancies, ledger.issues, ledger.bulletins)


@pytest.fixture(scope="module")
def made(tmp_path_factory, ledgers):
    """Four items: a date after publication and a wording, a wording, a reason, and an unfinished one with a date."""
    text = "预计2022年6月底前完成。拟于近期完成。因资金未到位。"
    bulletin = "b123456789abc"
    unit = {"unit": "甲局", "unit_id": "u1", "unit_name": "甲局", "year": 2021}
    issues = [
        {"issue_id": f"{bulletin}-{n}", "bulletin_id": bulletin, "ordinal": n, "n": str(n), "kind": "issue", **unit,
         "statement": f"第{n}个问题", "status": status, "primary": "财务", "themes": ["财务"], "evidence": "[]", "spans": "{}"}
        for n, status in enumerate(["done", "done_ongoing", "done", "in_progress"], start=1)
    ]  # fmt: skip
    promise = {"bulletin_id": bulletin, "unit_id": "u1", "sentence": text[:14], "sentence_start": 0, "sentence_end": 14,
               "date_text": "2022年6月底", "due_date": date(2022, 6, 30)}  # fmt: skip
    told = {"bulletin_id": bulletin, "verdict": "uncertain", "severity": "major", "listed_start": 15, "listed_end": 22}
    folder = ledgers.write(
        tmp_path_factory.mktemp("doubtful"),
        {bulletin: text},
        bulletins=[{"bulletin_id": bulletin, "path": "a.txt", **unit, "published_date": date(2021, 9, 1), "facts": "{}",
                    "notes": "[]"}],
        issues=issues,
        commitments=[promise | {"commitment_id": f"{bulletin}-{n}-1", "issue_id": f"{bulletin}-{n}"} for n in (1, 4)],
        discrepancies=[
            told | {"discrepancy_id": f"{bulletin}-{n}-x", "issue_id": f"{bulletin}-{n}", "code": code, "message": code}
            for n, code in [(1, "done_but_future"), (2, "done_but_future"), (3, "done_but_reason"), (4, "no_measures")]
        ],
    )  # fmt: skip
    return open_ledger(folder)


def test_one_row_an_item_with_the_firmest_ground_first(made):
    rows = found(made)
    assert rows[["n", "ground"]].to_numpy().tolist() == [["1", "dated"], ["3", "reason"], ["2", "wording"]]
    assert rows["sentence"].tolist()[0] == "预计2022年6月底前完成。"
    assert rows["due_date"].tolist()[0] == pd.Timestamp("2022-06-30")
    assert rows["published_date"].eq(pd.Timestamp("2021-09-01")).all()


def test_what_is_not_called_done_is_not_doubted(made):
    assert "4" not in set(found(made)["n"])
    assert set(found(made)["status"]) == {"done", "done_ongoing"}


def test_a_date_before_publication_is_no_ground(made):
    promises = follow(made.commitments, made.issues, made.bulletins, DAY)
    promises["due_date"] = pd.Timestamp("2021-08-31")
    rows = doubt_done(promises, made.discrepancies, made.issues, made.bulletins)
    assert rows.set_index("n").loc["1", "ground"] == "wording"


def test_planted_doubts_are_all_found(sample_ledger):
    ledger = open_ledger(sample_ledger)
    place = with_files(ledger.issues, ledger.bulletins).set_index("issue_id")
    listed = {(place.loc[issue, "file"], place.loc[issue, "n"]) for issue in found(ledger)["issue_id"]}
    planted = truth("discrepancies").query("kind == 'done_but_future'")
    assert len(planted) > 3
    assert set(zip(planted["file"], planted["n"], strict=True)) <= listed


@pytest.mark.parametrize("name", ["empty_ledger", "one_bulletin"])
def test_small_ledgers(request, name):
    rows = found(open_ledger(request.getfixturevalue(name)))
    assert rows.empty
    assert rows.columns.tolist() == [column.name for column in DOUBTFUL.columns]
