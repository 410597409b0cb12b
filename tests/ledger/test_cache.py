"""What was read is kept by bytes and code; what is damaged is not there."""

from datetime import date

import pytest
from ledger_factories import make_bulletin, make_commitment, make_item, make_source, make_themes

from pipeline.ledger.build import batches, tabulate
from pipeline.ledger.cache import FOLDER, code_version, entry_path, keep, load_head, load_tables, prune, save
from pipeline.ledger.write import TEXTS, text_path

TEXT = "关于整改情况的通报\n整改措施：学习。"


@pytest.fixture
def folder(tmp_path):
    (tmp_path / FOLDER).mkdir()
    (tmp_path / TEXTS).mkdir()
    return tmp_path


@pytest.fixture
def kept(folder):
    path = entry_path(folder, "0" * 64, ".txt", "code")
    bulletin = make_bulletin(
        [make_item(unit="市体育局", commitments=(make_commitment(),))],
        facts={"unit": "市文化馆", "feedback_date": "2021-02-23"},
        issues=2,
    )
    head = keep(folder, path, make_source(TEXT, repairs={"residue": 3}), bulletin, [make_themes()])
    return path, head, tabulate(make_source(TEXT), bulletin, [make_themes()])


def test_a_head_says_what_became_of_the_file(folder, kept):
    path, head, _ = kept
    assert load_head(folder, path) == head
    assert (head["status"], head["unit"], head["units"]) == ("read", "市文化馆", ["市体育局", "市文化馆"])
    assert (head["characters"], head["repairs"], head["encoding"]) == (len(TEXT), {"residue": 3}, "utf-8")


def test_tables_come_back_as_they_were(kept):
    path, _, (row, rows) = kept
    found_row, found = load_tables(path)
    assert found_row == row
    assert found_row["feedback_date"] == date(2021, 2, 23)
    assert {name: batch.to_pylist() for name, batch in found.items()} == {
        name: batch.to_pylist() for name, batch in batches(rows).items()
    }
    assert found["commitments"].num_rows == 1


def test_the_clean_text_is_kept_beside(folder, kept):
    _, head, _ = kept
    assert text_path(folder, head["bulletin_id"]).read_bytes() == TEXT.encode()


@pytest.mark.parametrize(
    "damage", [lambda b: b[:-1], lambda b: b[:-1] + b"?", lambda b: b[:40], lambda _: b"", lambda _: b"[]\n"]
)
def test_a_damaged_entry_is_not_there(folder, kept, damage):
    path, _, _ = kept
    path.write_bytes(damage(path.read_bytes()))
    assert load_head(folder, path) is None


def test_an_entry_without_its_text_is_not_there(folder, kept):
    path, head, _ = kept
    text = text_path(folder, head["bulletin_id"])
    text.write_bytes(b"short")
    assert load_head(folder, path) is None
    text.unlink()
    assert load_head(folder, path) is None


def test_a_file_that_failed_is_remembered(folder):
    path = entry_path(folder, "1" * 64, ".txt", "code")
    save(path, {"status": "failed", "reason": "文件是空的"})
    assert load_head(folder, path) == {"status": "failed", "reason": "文件是空的"}
    assert load_head(folder, entry_path(folder, "2" * 64, ".txt", "code")) is None


def test_an_entry_is_named_by_bytes_ending_and_code(tmp_path):
    given = ("0" * 64, ".txt", "code")
    names = {entry_path(tmp_path, *given)}
    for i, other in enumerate(("1" * 64, ".md", "other")):
        names.add(entry_path(tmp_path, *given[:i], other, *given[i + 1 :]))
    assert len(names) == 4
    assert entry_path(tmp_path, *given) in names


def test_the_code_version_follows_code_and_vocabulary_alone(tmp_path):
    package, model = tmp_path / "package", tmp_path / "model.npz"
    model.write_text("1")
    for name in ("a.py", "lexicon/words.csv", "reporting/b.py", "cli.py", "__pycache__/a.pyc"):
        (package / name).parent.mkdir(parents=True, exist_ok=True)
        (package / name).write_text("1")
    before = code_version(package, model)
    for name in ("reporting/b.py", "cli.py", "__pycache__/a.pyc"):
        (package / name).write_text("2")
        assert code_version(package, model) == before, name
    for name in ("a.py", "lexicon/words.csv"):
        (package / name).write_text("2")
        assert code_version(package, model) != before, name
        before = code_version(package, model)
    (package / "a.py").rename(package / "c.py")
    renamed = code_version(package, model)
    assert renamed != before
    model.write_text("2")
    assert code_version(package, model) != renamed


def test_prune_removes_what_nobody_needs(tmp_path):
    for name in ("a", "b", "c"):
        (tmp_path / name).touch()
    assert prune(tmp_path, [tmp_path / "a", tmp_path / "x"]) == 2
    assert [path.name for path in tmp_path.iterdir()] == ["a"]
