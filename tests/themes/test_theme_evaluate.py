"""The measures of the evaluation are those of scikit-learn, and what cannot be read is named."""

import json

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import cohen_kappa_score, f1_score
from theme_data import ROWS

from pipeline.errors import LabelError
from pipeline.themes.cues import themes
from pipeline.themes.evaluate import (
    ALONE,
    CROSS_VALIDATION,
    LEARNT,
    OURS,
    _kappa,
    _measure,
    agreement,
    evaluate,
    expected_calibration_error,
    read_annotated,
)
from pipeline.themes.labels import applies, primary
from pipeline.themes.report import sum_up, write_tables
from pipeline.themes.rivals import RIVALS
from pipeline.themes.train import train

SMALL = ROWS[::12]
ITEM = {"statement": "报销审核不严", "category": None, "primary": "财务", "themes": ["财务"]}


@pytest.fixture(scope="module")
def annotated(tmp_path_factory):
    folder = tmp_path_factory.mktemp("annotated")
    items = [ITEM, ITEM | {"statement": "中心组学习少", "primary": "理论学习", "themes": ["理论学习"]}]
    (folder / "one.json").write_text(json.dumps({"items": items}), "utf-8")
    (folder / "two.json").write_text(json.dumps({"items": items[:1]}), "utf-8")
    return folder


@pytest.fixture(scope="module")
def evaluation(annotated):
    return evaluate(SMALL, train(SMALL), [read_annotated(annotated)])


def test_the_measures_are_those_of_scikit_learn():
    rng = np.random.default_rng(0)
    found = applies(SMALL) ^ (rng.random((len(SMALL), 11)) < 0.05)
    first = np.where(rng.random(len(SMALL)) < 0.8, primary(SMALL), 0)
    scores = _measure(CROSS_VALIDATION, OURS, SMALL, (first, found))
    assert scores["primary"] == pytest.approx((first == primary(SMALL)).mean(), abs=1e-4)
    for name in ("micro", "macro"):
        assert scores[name] == pytest.approx(f1_score(applies(SMALL), found, average=name), abs=1e-4)
    core = f1_score(applies(SMALL), found, average=None)[:5].mean()
    assert scores["core"] == pytest.approx(core, abs=1e-4)
    for name in ("primary", "micro", "macro", "core"):
        assert scores[f"{name}_low"] <= scores[name] <= scores[f"{name}_high"]


def test_kappa_is_that_of_scikit_learn():
    rng = np.random.default_rng(1)
    one = rng.integers(0, 4, 300)
    other = np.where(rng.random(300) < 0.7, one, rng.integers(0, 4, 300))
    assert _kappa(one, other) == pytest.approx(cohen_kappa_score(one, other), abs=1e-4)


def test_calibration_error():
    frame = pd.DataFrame({"confidence": [0.5, 0.9], "right": [0.7, 0.9], "n": [10, 30]})
    assert expected_calibration_error(frame) == pytest.approx(0.05)


def test_every_method_is_measured_on_every_set(evaluation):
    methods = evaluation.methods
    assert set(methods["data"]) == {CROSS_VALIDATION, "annotated0"}
    assert set(methods["method"]) == {OURS, LEARNT, ALONE, *RIVALS}
    assert methods.value_counts(["data", "method"]).eq(1).all()
    assert len(methods) == 2 * (len(RIVALS) + 2) + 1  # labelled statements have no context to leave out
    assert methods.loc[methods["data"] == "annotated0", "n"].unique().tolist() == [2]  # one stands there twice
    assert set(evaluation.per_theme["theme"]) == set(themes())
    assert evaluation.coverage.groupby("data")["covered"].count().tolist() == [6, 6]


def test_the_confusions_are_those_that_are_wrong(evaluation):
    wrong = evaluation.confusions
    assert (wrong["expected"] != wrong["found"]).all()
    held = wrong[wrong["data"] == CROSS_VALIDATION]
    ours = evaluation.methods.set_index(["data", "method"]).loc[(CROSS_VALIDATION, OURS), "primary"]
    assert 1 - len(held) / len(SMALL) == pytest.approx(ours, abs=1e-4)


def test_the_summary_and_the_tables(evaluation, tmp_path):
    said = sum_up(evaluation, agreement(SMALL))
    assert "annotated0（2 条）" in said
    assert all(method in said for method in RIVALS)
    write_tables(evaluation, agreement(SMALL), tmp_path / "out")
    tables = {path.stem: pd.read_csv(path) for path in (tmp_path / "out").iterdir()}
    assert set(tables) == {"methods", "per_theme", "calibration", "coverage", "confusions", "agreement"}
    assert len(tables["methods"]) == len(evaluation.methods)


def test_annotations_that_cannot_be_used(tmp_path):
    with pytest.raises(LabelError, match="没有标注过主题的通报"):
        read_annotated(tmp_path)
    (tmp_path / "one.json").write_text(json.dumps({"items": [ITEM | {"themes": ["财物"], "primary": "财物"}]}), "utf-8")
    with pytest.raises(LabelError, match=r"one\.json 第 1 条：“报销审核不严”的“财物”不是主题；主题有 理论学习、"):
        read_annotated(tmp_path)
