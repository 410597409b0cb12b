"""Runs one function over many tasks in parallel processes, and outlives a task that kills its process or never ends.

Stands on nothing of ours. What comes back must be small: sending results is what parallel reading costs.
"""

import gc
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from enum import Enum
from multiprocessing import connection, get_all_start_methods, get_context, parent_process
from multiprocessing.context import BaseContext
from pathlib import Path
from typing import TypeVar

from pebble import ProcessExpired, ProcessPool

if sys.platform == "linux":
    import resource

Task = TypeVar("Task")
Result = TypeVar("Result")


class Lost(Enum):
    """Why a task has no result."""

    DIED = "the process that ran it died of it"
    SLOW = "it took longer than it may, and its process was killed"


def run(
    function: Callable[[Task], Result],
    tasks: Sequence[Task],
    workers: int | None = None,
    *,
    seconds: float | None = None,
    memory: int | None = None,
) -> Iterator[tuple[Task, Result | Lost]]:
    """Give each task with its result, as they are finished; `Lost` where there is none.

    Parameters
    ----------
    function
        A function of a module, or a partial of one: it must be found by other processes.
    tasks
        What to run it on.
    workers
        Number of processes; one a usable core where None.
    seconds
        How long one task may take; for ever where None. Its process is killed from outside, whatever it is doing, and
        another one takes its place.
    memory
        Bytes that one process may take beside what it inherits; kept on Linux alone. A task that asks for more meets a
        MemoryError, or dies where a library does not look.

    Raises
    ------
    Exception
        Whatever `function` raises; the tasks not begun are then not run.
    """
    workers = min(workers or usable_cores(), len(tasks))
    if not workers:
        return
    pool = ProcessPool(workers, initializer=_begin, initargs=(memory,), context=_context())
    waiting = iter(tasks)
    running: dict[Future[Result], Task] = {}
    try:
        while True:
            for task in waiting:
                running[pool.schedule(_run_one, args=(function, task), timeout=seconds)] = task
                if len(running) >= 2 * workers:
                    break
            if not running:
                return
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                found = _result(future)
                yield running.pop(future), found
    finally:
        pool.stop()  # type: ignore[no-untyped-call]
        pool.join()


def usable_cores() -> int:
    """Count the cores that this process may use."""
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _result(future: "Future[Result]") -> Result | Lost:
    try:
        return future.result()
    except ProcessExpired:
        return Lost.DIED
    except TimeoutError as error:
        if error.args[:1] == ("Task timeout",):  # the pool's words; any other is the function's own
            return Lost.SLOW
        raise


def _context() -> BaseContext:
    """Choose fork where it is safe: what is loaded is shared, and a process starts in a hundredth of a second."""
    fork = "fork" in get_all_start_methods() and sys.platform != "darwin"
    return get_context("fork" if fork else "spawn")


def _begin(memory: int | None) -> None:
    """Prepare a new process."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl-C ends it without a word; the parent speaks
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # at once, even where a library never gives Python a turn
    gc.freeze()  # what is inherited is not garbage
    threading.Thread(target=_end_with_parent, daemon=True).start()
    if memory and sys.platform == "linux":
        inherited = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[5]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_DATA, (inherited + memory, inherited + memory))


def _end_with_parent() -> None:
    """End this process with its parent: it would wait for work for ever."""
    parent = parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)


def _run_one(function: Callable[[Task], Result], task: Task) -> Result:
    gc.disable()  # its full passes over the records cost a quarter of the parse
    try:
        return function(task)
    finally:
        gc.enable()
