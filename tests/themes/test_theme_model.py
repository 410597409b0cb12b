"""A model on disk: what is written is read again, and what is wrong with a file is said."""

import json
import zipfile
from dataclasses import replace

import numpy as np
import pytest
from theme_data import STATEMENTS

from pipeline.errors import ModelError
from pipeline.themes.classify import SHIPPED, default_model
from pipeline.themes.model import load_model, save_model, score


@pytest.fixture
def written(tmp_path):
    path = tmp_path / "model.npz"
    with path.open("wb") as file:
        save_model(default_model(), file)
    return path


def with_header(path, **changes):
    with np.load(path) as file:
        arrays = dict(file)
    header = json.loads(arrays["header"].tobytes()) | changes
    arrays["header"] = np.frombuffer(json.dumps(header).encode(), np.uint8)
    np.savez(path, **arrays)


def test_what_is_written_is_read_again(written):
    one, other = default_model(), load_model(written)
    assert other.header == one.header
    assert (score(STATEMENTS[:50], one).scores == score(STATEMENTS[:50], other).scores).all()
    assert other.thresholds.tolist() == one.thresholds.tolist()


def test_a_model_that_is_missing(tmp_path):
    with pytest.raises(ModelError, match=r"nothing\.npz：没有这个模型；请先运行 zhenggai train"):
        load_model(tmp_path / "nothing.npz")


@pytest.mark.parametrize("content", [b"", b"no model", b"PK\x03\x04 cut off"])
def test_a_damaged_model(tmp_path, content):
    path = tmp_path / "model.npz"
    path.write_bytes(content)
    with pytest.raises(ModelError, match=r"model\.npz：模型文件已损坏"):
        load_model(path)


def test_a_model_cut_off(written):
    written.write_bytes(written.read_bytes()[:-2000])
    with pytest.raises(ModelError, match="已损坏"):
        load_model(written)


def test_an_array_of_another_size(written):
    with np.load(written) as file:
        arrays = dict(file)
    np.savez(written, **(arrays | {"idf": arrays["idf"][:-1]}))
    with pytest.raises(ModelError, match=r"已损坏（idf 的大小不对）"):
        load_model(written)


def test_a_model_of_another_scheme(written):
    with_header(written, themes=[*default_model().themes[:-1], "另一主题"])
    with pytest.raises(ModelError, match=r"另一套主题训练（不同之处：内部治理、另一主题）"):
        load_model(written)


def test_a_model_of_another_format(written):
    with_header(written, format=99)
    with pytest.raises(ModelError, match="模型的格式是 99"):
        load_model(written)


def test_nothing_in_a_model_is_run(tmp_path):
    class Trap:
        def __reduce__(self):
            return (open, (str(tmp_path / "ran"), "w"))

    path = tmp_path / "model.npz"
    np.savez(path, header=np.array([Trap()], dtype=object))
    with pytest.raises(ModelError, match="已损坏"):
        load_model(path)
    assert not (tmp_path / "ran").exists()
    assert zipfile.is_zipfile(SHIPPED)


def test_the_lexicon_can_be_left_out():
    model = default_model()
    without = replace(model, cues=0.0)
    assert (score(STATEMENTS[:20], model).scores >= score(STATEMENTS[:20], without).scores - 1e-6).all()
