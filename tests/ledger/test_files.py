"""Files are there as a whole or not at all."""

import subprocess
import sys

import pytest

from pipeline.ledger.files import lock, remove_leftovers, temporary, write_bytes, writing


def names(folder):
    return [path.name for path in folder.iterdir()]


def test_a_file_takes_its_name_when_it_is_whole(tmp_path):
    path = tmp_path / "a.txt"
    with writing(path) as file:
        file.write("整改".encode())
        assert not path.exists()
    assert path.read_text("utf-8") == "整改"
    assert names(tmp_path) == ["a.txt"]


def test_a_file_that_fails_leaves_what_was_there(tmp_path):
    path = tmp_path / "a.txt"
    write_bytes(path, b"old")
    with pytest.raises(ZeroDivisionError), writing(path) as file:
        file.write(b"new" * (1 // 0))
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["a.txt"]


def test_leftovers_go_and_files_stay(tmp_path):
    write_bytes(tmp_path / "a.txt", b"")
    temporary(tmp_path / "b.txt").write_bytes(b"half")
    remove_leftovers(tmp_path)
    assert names(tmp_path) == ["a.txt"]


TAKE = """
import sys
from pathlib import Path
from pipeline.ledger.files import lock
with lock(Path(sys.argv[1])):
    print(1)
"""


def test_one_build_at_a_time(tmp_path):
    def take():
        return subprocess.run([sys.executable, "-c", TAKE, str(tmp_path)], capture_output=True, text=True, check=False)

    with lock(tmp_path):
        refused = take()
    assert refused.returncode == 1
    assert "另一个 zhenggai build" in refused.stderr
    assert "--out" in refused.stderr
    assert take().stdout == "1\n"


def test_the_lock_is_given_back_after_an_error(tmp_path):
    with pytest.raises(ZeroDivisionError), lock(tmp_path):
        raise ZeroDivisionError
    with lock(tmp_path):
        pass
