"""Training on a small part of the labels: deterministic, without leaks, and it learns."""

import io
from dataclasses import replace

import numpy as np
import pytest
from theme_data import ROWS

from pipeline.themes.ask import classify
from pipeline.themes.labels import Labelled, primary
from pipeline.themes.model import save_model
from pipeline.themes.report import compare_trainings
from pipeline.themes.train import FOLDS, train

SMALL = ROWS[::9]


@pytest.fixture(scope="module")
def training():
    return train(SMALL)


def written(model):
    file = io.BytesIO()
    save_model(model, file)
    return file.getvalue()


def test_the_same_labels_give_the_same_bytes(training):
    assert written(training.model) == written(train(SMALL).model)


def test_it_learns(training):
    right = (training.scores.argmax(axis=1) == primary(SMALL)).mean()
    assert right > 0.7  # a tenth of the labels, each judged by a model that had not seen it
    assert training.learnt.shape == training.scores.shape == (len(SMALL), 11)


def test_near_identical_statements_are_in_one_fold():
    twins = [
        replace(row, id=f"{row.id}b", statement=f"{row.statement}等") for row in SMALL[:60] if len(row.statement) > 12
    ]
    rows = [*SMALL, *twins]
    fold = dict(zip([row.id for row in rows], train(rows).fold.tolist(), strict=True))
    assert [row.id for row in twins if fold[row.id] != fold[row.id[:-1]]] == []
    assert set(fold.values()) == set(range(FOLDS))


def test_what_a_reviewer_decided_is_learnt(training):
    decided = [
        Labelled(f"r{n}", f"渔船检验{words}", "", ("作风",), (), (), "review")
        for n, words in enumerate(("超期", "拖延", "走过场", "不及时", "敷衍"))
    ]
    after = train(SMALL, decided)
    assert classify("渔船检验敷衍拖延", after.model).primary == "作风"
    said = compare_trainings(SMALL, decided, training, after)
    assert said.endswith("→ 5（共 5 条，已学过）")


def test_probabilities_and_thresholds_are_sensible(training):
    model = training.model
    probability = model.probabilities(np.array([[0.0] * 11, [1.0] * 11], np.float32))
    assert ((probability >= 0) & (probability <= 1)).all()
    assert (probability[1] > probability[0]).all()
    assert ((model.thresholds > 0) & (model.thresholds < 1)).all()
    assert 0 < model.review <= 1
