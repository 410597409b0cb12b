"""Runs one function over many tasks in parallel processes, and outlives a process that dies.

Stands on nothing of ours. What comes back must be small: sending results is what parallel reading costs.
"""

import gc
import os
import signal
import sys
import threading
import warnings
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import connection, get_all_start_methods, get_context, parent_process
from multiprocessing.context import BaseContext
from typing import TypeVar

Task = TypeVar("Task")
Result = TypeVar("Result")

LARGEST_BATCH = 16  # tasks; few enough that progress is smooth and little is lost with a process


def run(
    function: Callable[[Task], Result], tasks: Sequence[Task], workers: int | None = None
) -> Iterator[tuple[Task, Result | None]]:
    """Give each task with its result, as they are finished; None where the process that ran the task died of it.

    Parameters
    ----------
    function
        A function of a module, or a partial of one: it must be found by other processes.
    tasks
        What to run it on.
    workers
        Number of processes; one a usable core where None.

    Raises
    ------
    Exception
        Whatever `function` raises; the tasks not begun are then not run.
    """
    workers = min(workers or usable_cores(), len(tasks))
    waiting = deque(_batches(tasks, workers))
    while waiting:
        suspects = yield from _run_until_broken(function, waiting, workers)
        # Any of them may have ended the process, so each gets one of its own.
        for task in suspects:
            yield task, _run_alone(function, task)


def usable_cores() -> int:
    """Count the cores that this process may use."""
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _batches(tasks: Sequence[Task], workers: int) -> Iterator[Sequence[Task]]:
    size = max(1, min(LARGEST_BATCH, len(tasks) // (4 * workers or 1)))
    return (tasks[i : i + size] for i in range(0, len(tasks), size))


def _run_until_broken(
    function: Callable[[Task], Result], waiting: deque[Sequence[Task]], workers: int
) -> Generator[tuple[Task, Result | None], None, list[Task]]:
    """Run the batches; where a process dies, return the tasks that were under way and leave the rest waiting."""
    pool = _pool(workers)
    running: dict[Future[list[Result]], Sequence[Task]] = {}
    try:
        while waiting or running:
            while waiting and len(running) < 2 * workers:
                running[_submit(pool, function, waiting[0])] = waiting[0]  # a pool that broke takes nothing
                waiting.popleft()
            finished, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in finished:
                results = future.result()
                yield from zip(running.pop(future), results, strict=True)
    except BrokenProcessPool:
        return [task for batch in running.values() for task in batch]
    finally:
        # Where all is done the processes end at once; one that is still at work is not waited for.
        pool.shutdown(wait=not running, cancel_futures=True)
    return []


def _run_alone(function: Callable[[Task], Result], task: Task) -> Result | None:
    with _pool(1) as pool:
        try:
            return _submit(pool, function, [task]).result()[0]
        except BrokenProcessPool:
            return None


def _submit(
    pool: ProcessPoolExecutor, function: Callable[[Task], Result], batch: Sequence[Task]
) -> Future[list[Result]]:
    with warnings.catch_warnings():
        # Python warns of forking beside other threads. Ours are Arrow's, which prepares them for it.
        warnings.filterwarnings("ignore", message=".*multi-threaded, use of fork", category=DeprecationWarning)
        return pool.submit(_run_batch, function, batch)


def _pool(workers: int) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(workers, mp_context=_context(), initializer=_begin)


def _context() -> BaseContext:
    """Choose fork where it is safe: what is loaded is shared, and a process starts in a hundredth of a second."""
    fork = "fork" in get_all_start_methods() and sys.platform != "darwin"
    return get_context("fork" if fork else "spawn")


def _begin() -> None:
    """Prepare a new process."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl-C ends it without a word; the parent speaks
    gc.freeze()  # what is inherited is not garbage
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """End this process with its parent: it would wait for work for ever."""
    parent = parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)


def _run_batch(function: Callable[[Task], Result], batch: Sequence[Task]) -> list[Result]:
    gc.disable()  # its full passes over a batch's records cost a quarter of the parse
    try:
        return [function(task) for task in batch]
    finally:
        gc.enable()
