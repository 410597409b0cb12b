"""Work in parallel processes: every task has a result, whatever happens to a process."""

import os
import re
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
    assert found == {n: workers.Lost.DIED if n % 7 == 0 else n * n for n in range(40)}


def test_an_exception_ends_the_run():
    with pytest.raises(ValueError, match="3"):
        dict(workers.run(fail_at_three, range(40), 2))


def sleep_at_three(n: int) -> int:
    time.sleep(60 * (n == 3))
    return n


def hold_on_at_three(n: int) -> int:
    """Search in C: Python's own threads and signal handlers get no turn."""
    return n if n != 3 else len(re.findall("(a+)+$", "a" * 60 + "b"))


@pytest.mark.parametrize("function", [sleep_at_three, hold_on_at_three])
def test_a_task_that_never_ends_costs_only_itself(function):
    begun = time.monotonic()
    found = dict(workers.run(function, range(12), 2, seconds=1))
    assert found == {n: workers.Lost.SLOW if n == 3 else n for n in range(12)}
    assert time.monotonic() - begun < 15


def time_out(n: int) -> int:
    raise TimeoutError(n)


def test_an_error_of_time_that_the_function_raises_is_its_own():
    with pytest.raises(TimeoutError, match="1"):
        dict(workers.run(time_out, [1], 1, seconds=30))


def allocate(n: int) -> int:
    return len(bytearray(n))


@pytest.mark.skipif(sys.platform != "linux", reason="other systems keep no such limit")
def test_memory_has_a_limit():
    gigabyte = 2**30
    assert dict(workers.run(allocate, [5], 1, memory=gigabyte)) == {5: 5}
    with pytest.raises(MemoryError):
        dict(workers.run(allocate, [2 * gigabyte], 1, memory=gigabyte))


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
