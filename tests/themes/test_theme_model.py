"""A model on disk: what is written is read again, and what is wrong with a file is said."""

import io
import json
import os
import pickle
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from theme_data import MODEL, ROWS, STATEMENTS, small_training

from pipeline.errors import ModelError
from pipeline.themes.cues import themes
from pipeline.themes.labels import hash_labels, read_examples
from pipeline.themes.model import load_model, save_model, score

DAMAGED = r"model\.npz：模型文件已损坏（.+）；请再运行一次 zhenggai train"


def as_bytes(model):
    file = io.BytesIO()
    save_model(model, file)
    return file.getvalue()


SMALL = as_bytes(small_training().model)


@pytest.fixture
def path(tmp_path):
    """A small model's file."""
    (tmp_path / "model.npz").write_bytes(SMALL)
    return tmp_path / "model.npz"


def rewrite(path, header=None, **arrays):
    """Change the file: keys of the header, and arrays; None takes one away."""
    with np.load(path) as file:
        kept = dict(file)
    if header is not None:
        changed = json.loads(kept["header"].tobytes()) | header if isinstance(header, dict) else header
        kept["header"] = np.frombuffer(json.dumps(changed).encode(), np.uint8)
    kept = {name: array for name, array in (kept | arrays).items() if array is not None}
    np.savez(path, **kept)


def test_the_shipped_model_was_trained_on_these_labels_and_this_lexicon():
    assert MODEL.header["labels"] == hash_labels([*ROWS, *read_examples()]), "run: make train"
    assert MODEL.themes == tuple(themes())
    assert MODEL.header["statements"] == len(ROWS)


def test_what_is_written_is_read_again(path):
    one, other = small_training().model, load_model(path)
    assert other.header["labels"] == one.header["labels"]
    assert (other.cues, other.sharpness, other.review) == (one.cues, one.sharpness, one.review)
    for name in ("weights", "intercept", "slopes", "offsets", "thresholds"):
        assert (getattr(one, name) == getattr(other, name)).all()
    assert (one.vocabulary.grams == other.vocabulary.grams).all()
    assert (one.vocabulary.words, one.vocabulary.idf.tolist()) == (
        other.vocabulary.words,
        other.vocabulary.idf.tolist(),
    )
    assert (score(STATEMENTS[:50], one).scores == score(STATEMENTS[:50], other).scores).all()
    assert as_bytes(other) == SMALL


def test_a_model_that_is_missing(tmp_path):
    with pytest.raises(ModelError, match=r"nothing\.npz：没有这个模型；请先运行 zhenggai train"):
        load_model(tmp_path / "nothing.npz")
    with pytest.raises(IsADirectoryError):  # the command line says what that means
        load_model(tmp_path)


@pytest.mark.parametrize("content", [b"", b"no model", b"PK\x03\x04 cut off", SMALL[:-1], SMALL[:-2000], SMALL[:99]])
def test_a_file_that_is_no_model(path, content):
    path.write_bytes(content)
    with pytest.raises(ModelError, match=DAMAGED):
        load_model(path)


@given(place=st.integers(0, len(SMALL) - 1), value=st.integers(0, 255))
@settings(max_examples=60, deadline=None)
def test_a_damaged_byte_is_noticed_or_harmless(tmp_path_factory, place, value):
    path = tmp_path_factory.mktemp("damaged") / "model.npz"
    path.write_bytes(SMALL[:place] + bytes([value]) + SMALL[place + 1 :])
    try:
        found = load_model(path)
    except ModelError as error:
        assert "zhenggai train" in str(error)  # noqa: PT017  what may fail here is left open
    else:
        assert as_bytes(found) == SMALL  # such as a date in the archive


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"idf": np.zeros(3, np.float32)}, "idf 的大小不对"),
        ({"weights": np.zeros((11, 3), np.float16)}, "weights 的大小不对"),
        ({"thresholds": None}, "thresholds"),
        ({"words": np.frombuffer("党".encode()[:2], np.uint8)}, "utf-8"),
        ({"grams": small_training().model.vocabulary.grams.astype(float)}, "float64"),
        ({"header": []}, "header"),
        ({"header": {"cues": None}}, "NoneType"),
    ],
)
def test_a_part_that_is_missing_or_of_another_size(path, changes, fault):
    rewrite(path, **changes)
    with pytest.raises(ModelError, match=fault) as raised:
        load_model(path)
    assert "model.npz：模型文件已损坏（" in str(raised.value)


def test_grams_that_are_no_characters(path):
    grams = small_training().model.vocabulary.grams.copy()
    grams[-1] = 1 << 62  # a table of so many characters would not fit into any memory
    rewrite(path, grams=grams)
    with pytest.raises(ModelError, match="grams"):
        load_model(path)


@pytest.mark.parametrize(
    ("header", "fault"),
    [
        ({"format": 99}, "模型的格式是 99，本版程序要 1"),
        ({"format": None}, "模型的格式是 None，本版程序要 1"),
        ({"themes": [*list(themes())[:-1], "另一主题"]}, "模型按另一套主题训练（不同之处：内部治理、另一主题）"),
        ({"themes": [*themes()][::-1]}, "模型按另一套主题训练（不同之处：次序）"),
    ],
)
def test_a_model_of_another_format_or_scheme(path, header, fault):
    rewrite(path, header=header)
    with pytest.raises(ModelError) as raised:
        load_model(path)
    assert str(raised.value) == f"{path}：{fault}；请再运行一次 zhenggai train"


class Trap:
    """Makes a folder where it is unpickled."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return os.mkdir, (str(self.path),)


@pytest.mark.parametrize("where", ["header", "weights", "more", "bare pickle", "bare array"])
def test_nothing_in_a_model_is_run(path, tmp_path, where):
    trap = np.array([Trap(tmp_path / "ran")], object)
    if where == "bare pickle":
        path.write_bytes(pickle.dumps(trap))
    elif where == "bare array":
        with path.open("wb") as file:
            np.save(file, trap)
    else:
        with np.load(path) as file:
            np.savez(path, **(dict(file) | {where: trap}))
    with pytest.raises(ModelError, match=DAMAGED):
        load_model(path)
    assert not (tmp_path / "ran").exists()
    pickle.loads(pickle.dumps(trap))  # noqa: S301  the trap does work
    assert (tmp_path / "ran").exists()


def test_the_lexicon_can_be_left_out():
    without = score(STATEMENTS[:20], replace(MODEL, cues=0.0)).scores
    added = score(STATEMENTS[:20], MODEL).scores - without
    assert (added > -1e-6).all()
    assert added.max() <= MODEL.cues + 1e-6
    assert added.max() > 0
