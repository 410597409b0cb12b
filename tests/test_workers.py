"""Work in parallel processes: every task has a result, whatever happens to a process."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from pipeline import workers


def square(n: int) -> int:
    return n * n


def die_of_seven(n: int) -> int:
    if n % 7 == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return n * n


def fail_at_three(n: int) -> int:
    if n == 3:
        raise ValueError(n)
    return n


@pytest.mark.parametrize("number", [1, 2, 5, None])
@pytest.mark.parametrize("tasks", [0, 1, 3, 100])
def test_every_task_has_its_result(number, tasks):
    assert dict(workers.run(square, range(tasks), number)) == {n: n * n for n in range(tasks)}


def test_nothing_is_left_that_could_trouble_the_end_of_the_program():
    before = threading.active_count()
    dict(workers.run(square, range(40), 2))
    assert threading.active_count() == before


def test_work_is_done_elsewhere():
    ((_, pid),) = workers.run(_pid, [0], 1)
    assert pid != os.getpid()


def _pid(_: int) -> int:
    return os.getpid()


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_a_process_that_dies_costs_only_its_own_task():
    found = dict(workers.run(die_of_seven, range(40), 2))
    assert found == {n: None if n % 7 == 0 else n * n for n in range(40)}


def test_an_exception_ends_the_run():
    with pytest.raises(ValueError, match="3"):
        dict(workers.run(fail_at_three, range(40), 2))


def test_batches_are_small_and_nothing_is_left_out():
    for tasks in (1, 7, 100, 1001):
        for number in (1, 2, 8):
            batches = list(workers._batches(range(tasks), number))  # noqa: SLF001
            assert [n for batch in batches for n in batch] == list(range(tasks))
            assert max(map(len, batches)) <= workers.LARGEST_BATCH
            assert len(batches) >= min(tasks, 2 * number)


PARENT = """
import os, time
from pipeline import workers
def sleep(n):
    os.write(1, b"%d\\n" % os.getpid())  # at one go: two processes share the pipe
    time.sleep(60)
list(workers.run(sleep, range(2), 2))
"""


@pytest.mark.skipif(
    sys.platform != "linux", reason="the function of the child is found by fork, and /proc is looked at"
)
def test_processes_end_with_their_parent():
    parent = subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    try:
        children = [int(parent.stdout.readline()) for _ in range(2)]
    finally:
        parent.kill()
        parent.wait()
        parent.stdout.close()
    deadline = time.monotonic() + 5
    places = [Path(f"/proc/{pid}") for pid in children]
    while any(place.exists() for place in places) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not any(place.exists() for place in places)
