"""What the items are about, how sure the classifier is of it, and how good it is: counts, shares, intervals."""

import csv
import json

import pandas as pd
import pytest

from pipeline import open_ledger
from pipeline.analysis import findings
from pipeline.analysis.doubt import bin_confidence, doubt, surest
from pipeline.analysis.evaluation import measure
from pipeline.analysis.interval import wilson
from pipeline.analysis.mix import mix, theme_columns, theme_shares
from pipeline.errors import LabelError
from pipeline.paths import LABELS
from pipeline.themes.cues import themes
from pipeline.themes.rivals import lexicon_only

TABLES = [
    findings.ANSWERED,
    findings.CALIBRATION,
    findings.CONFIDENCE,
    findings.CONFUSIONS,
    findings.DOUBT,
    findings.METHODS,
    findings.MIX,
    findings.PER_THEME,
    findings.PROPOSALS,
    findings.THEME_SHARE,
]
CORE = ["理论学习", "三重一大", "财务", "意识形态", "选人用人"]


@pytest.fixture(scope="module")
def small(small_ledger):
    return open_ledger(small_ledger)


def issues(*rows):
    given = {"bulletin_id": "b1", "kind": "issue", "primary": "财务", "confidence": 0.9, "review": False}
    return pd.DataFrame([given | row for row in rows], columns=[*given, "year", "unit_id", "unit_name"])


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_column_has_a_chinese_heading_of_its_own(table):
    labels = [column.label for column in table.columns]
    assert len(set(labels)) == len(labels)
    assert all(any("\u4e00" <= character <= "\u9fff" for character in label) or label == "F1" for label in labels)


# mix


def test_the_themes_of_a_group_add_up_to_its_items(small):
    for by in (None, "year", "unit_id"):
        counted = mix(small.issues, by)
        assert (counted[theme_columns(counted)].sum(axis="columns") == counted["items"]).all()
        assert counted["items"].sum() == len(small.issues)
        assert counted.attrs["labels"]["财务"] == "财务"


def test_core_themes_stand_first_in_the_order_of_the_scheme():
    counted = mix(issues({"primary": "自拟主题"}))
    assert theme_columns(counted) == [*themes(), "自拟主题"]
    assert theme_columns(counted)[:5] == CORE


def test_suggestions_are_left_out_unless_asked_for():
    frame = issues({}, {"kind": "suggestion", "primary": "党建"})
    assert mix(frame)["党建"].tolist() == [0]
    assert mix(frame, suggestions=True)["党建"].tolist() == [1]


def test_years_ascend_units_by_size_and_unknown_ones_last():
    frame = issues({"year": 2023, "unit_id": "u1", "unit_name": "甲"}, {"year": 2021}, {"unit_id": "u2", "unit_name": "乙"},
                   {"unit_id": "u2", "unit_name": "乙"}, {})  # fmt: skip
    assert mix(frame, "year")["label"].tolist() == ["2021", "2023", "年份不明"]
    assert mix(frame, "unit_id")["label"].tolist() == ["乙", "甲", "单位不明"]


def test_nothing_is_one_row_over_all_and_none_by_group(empty_ledger):
    frame = open_ledger(empty_ledger).issues
    assert mix(frame)["items"].tolist() == [0]
    assert theme_shares(mix(frame))["rate"].isna().all()
    for by in ("year", "unit_id"):
        assert mix(frame, by).empty
        assert theme_shares(mix(frame, by)).empty


def test_shares_have_wilsons_interval_group_by_group(small):
    counted = mix(small.issues, "unit_id")
    shares = theme_shares(counted)
    assert len(shares) == len(counted) * len(themes())
    assert shares["theme"].head(len(themes())).tolist() == theme_columns(counted)
    row = shares[(shares["label"] == "雷锋纪念馆") & (shares["theme"] == "财务")].iloc[0]
    assert (row["low"], row["high"]) == pytest.approx(wilson(int(row["primary"]), 19))
    assert row["rate"] == pytest.approx(row["primary"] / 19)


# doubt


def test_share_to_be_reviewed_by_theme_in_the_order_of_the_scheme():
    frame = issues({"primary": "党建", "review": True}, {"primary": "党建"}, {"primary": "财务"})
    found = doubt(frame, "primary")
    assert found[["label", "items", "review"]].to_numpy().tolist() == [["财务", 1, 0], ["党建", 2, 1]]
    assert found["rate"].tolist() == [0.0, 0.5]
    assert (found["low"][1], found["high"][1]) == pytest.approx(wilson(1, 2))


def test_no_items_have_no_share(empty_ledger):
    frame = open_ledger(empty_ledger).issues
    assert doubt(frame)["rate"].isna().tolist() == [True]
    assert doubt(frame, "primary").empty
    assert bin_confidence(frame).empty
    assert surest(frame).empty


def test_every_item_is_in_one_range_of_confidence():
    sure = [0.0, 0.05, 0.1, 0.5, 0.59, 0.9, 0.999, 1.0]
    binned = bin_confidence(issues(*({"confidence": value, "review": value < 0.55} for value in sure)))
    assert binned["label"].tolist()[0] == "90–100%"
    assert binned["items"].tolist() == [3, 0, 0, 0, 2, 0, 0, 0, 1, 2]
    assert (binned["sure"] + binned["review"] == binned["items"]).all()
    assert binned["review"].tolist() == [0, 0, 0, 0, 1, 0, 0, 0, 1, 2]


def test_the_surest_item_of_each_theme(small):
    frame = small.issues.assign(confidence=0.5)
    frame.loc[frame.index[7], "confidence"] = 0.9
    chosen = surest(frame)
    assert chosen["primary"].tolist() == [theme for theme in themes() if theme in set(frame["primary"])]
    assert frame["issue_id"].iloc[7] in set(chosen["issue_id"])


# evaluation


@pytest.fixture(scope="module")
def labels(tmp_path_factory):
    """Few of the labelled statements: sixteen of each primary theme."""
    path = tmp_path_factory.mktemp("labels") / "few.csv"
    with LABELS.open(encoding="utf-8", newline="") as file:
        rows = pd.DataFrame(csv.DictReader(file))
    few = rows.groupby(rows["themes"].str.split("|").str[0]).head(16)
    few.to_csv(path, index=False)
    return path


@pytest.fixture
def quick(monkeypatch):
    """Without the examples of the lexicon, and beside one rival only."""
    monkeypatch.setattr("pipeline.analysis.evaluation.read_examples", tuple)
    monkeypatch.setattr("pipeline.themes.evaluate.RIVALS", {"词表": lexicon_only})


@pytest.mark.usefixtures("quick")
def test_what_was_measured_fits_together(labels, golden):
    measured = measure(labels, [golden])
    assert measured.reason == ""
    assert measured.methods["data"].drop_duplicates().tolist() == ["annotated", "标注语句（交叉验证）"]
    for data, rows in measured.methods.groupby("data"):
        assert rows["primary"].is_monotonic_decreasing
        n = rows["n"].iloc[0]
        bins = measured.calibration[measured.calibration["data"] == data]
        ours = rows.set_index("method")["primary"]["本程序"]
        assert bins["n"].sum() == n
        assert (bins["right"] * bins["n"]).sum() / n == pytest.approx(ours, abs=0.001)
        assert ((bins["low"] <= bins["right"]) & (bins["right"] <= bins["high"])).all()
        wrong = measured.confusions[measured.confusions["data"] == data]
        assert 1 - len(wrong) / n == pytest.approx(ours, abs=0.001)
        assert wrong["confidence"].is_monotonic_decreasing
        assert (wrong["expected"] != wrong["found"]).all()
        every = measured.answered[(measured.answered["data"] == data) & (measured.answered["covered"] == 1)]
        assert every["right"].tolist() == pytest.approx([ours], abs=0.001)
    assert measured.per_theme["theme"].tolist() == [*themes()] * 2


@pytest.fixture(scope="module")
def golden(tmp_path_factory):
    """One annotated bulletin."""
    folder = tmp_path_factory.mktemp("x") / "annotated"
    folder.mkdir()
    said = [
        ("党费收缴不及时", "财务"),
        ("中心组学习以读代学", "理论学习"),
        ("三重一大事项未上会", "三重一大"),
        ("食堂", "作风"),
    ]
    items = [{"statement": statement, "themes": [theme], "primary": theme} for statement, theme in said]
    (folder / "one.json").write_text(json.dumps({"items": items}), "utf-8")
    return folder


def test_nothing_is_measured_where_it_is_not_wanted_or_there_are_no_labels(tmp_path):
    for measured in (measure(LABELS, [], wanted=False), measure(tmp_path / "none.csv", [])):
        assert measured.reason
        for table in (
            measured.methods,
            measured.per_theme,
            measured.calibration,
            measured.answered,
            measured.confusions,
        ):
            assert table.empty
            assert "labels" in table.attrs
    assert "none.csv" in measured.reason


def test_labels_that_cannot_be_learnt_from_are_an_error(tmp_path):
    path = tmp_path / "labels.csv"
    path.write_text("id,statement\n", "utf-8")
    with pytest.raises(LabelError, match="缺少列"):
        measure(path, [])
