"""Fetches a list of web addresses into a folder: several hosts at a time, each of them one request at a time.

    fetch_list  rows of LIST.csv          urls, addresses  what may be asked, and where it is
    shelf       what is there already     turns, robots    when it may be asked
    visit       one address, patiently    download         one request within limits
    file_names  a name for the file

Threads ask; files and manifest are touched by the caller's thread only. Interrupted at any moment, what has arrived
is kept, and the next run goes on from there.
"""

import time
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Event, Thread

from pipeline.sources.download import Limits, Stopped, Trouble
from pipeline.sources.fetch_list import Wanted
from pipeline.sources.shelf import WORK, Shelf
from pipeline.sources.urls import host_of
from pipeline.sources.visit import Manners, Received, Validators, Visitor

Progress = Callable[[str, int, int], None]  # stage in Chinese, done, of how many

LOOK = 0.2  # seconds between two looks at the keyboard; on Windows a thread that waits does not see Ctrl-C
PATIENCE = 3.0  # seconds that threads have to end after Ctrl-C
# what becomes of an address
OUTCOMES = {
    "fetched": "取回",
    "updated": "更新",
    "unchanged": "未变",
    "present": "已有",
    "refused": "未取",
    "failed": "失败",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """An address of which there is no file, or no new one."""

    row: int  # of the list
    url: str  # as the list has it
    outcome: str  # refused or failed
    reason: str  # one Chinese line with the next step


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a run did."""

    counts: dict[str, int]  # of every outcome, by the names of OUTCOMES
    problems: tuple[Problem, ...]  # in the order of the list


@dataclass(frozen=True, slots=True)
class _Job:
    wanted: Wanted
    known: Validators | None
    part: Path


_Result = tuple[_Job, Received | Exception]


def fetch(
    wanted: Sequence[Wanted],
    folder: Path,
    limits: Limits,
    manners: Manners,
    now: Callable[[], datetime],
    progress: Progress = lambda *_: None,
) -> Fetched:
    """Fetch what is not there yet, and write it down in the folder's manifest.csv.

    Parameters
    ----------
    wanted
        The addresses.
    folder
        An existing folder, locked by the caller.
    limits, manners
        How much one answer may take, and how sites are treated.
    now
        The clock.
    progress
        Called with stage, done and total.

    Raises
    ------
    SourceError
        manifest.csv is wrong.
    OSError
        The folder cannot be written.
    KeyboardInterrupt
        As it came; what had arrived is kept.
    """
    shelf = Shelf(folder)
    work = folder / WORK
    work.mkdir(exist_ok=True)
    _clear(work)  # what a killed run left
    run = _Run(shelf, now, lambda done: progress("取回", done, len(wanted)))
    try:
        jobs = [job for each in wanted if (job := run.look(each, manners.refresh, work))]
        _visit_all(jobs, partial(Visitor, limits, manners), manners.hosts, run)
    finally:
        shelf.save(now=True)
        _clear(work)
    return Fetched(dict(run.counts), tuple(sorted(run.problems, key=lambda problem: problem.row)))


class _Run:
    """What has become of the addresses so far."""

    def __init__(self, shelf: Shelf, now: Callable[[], datetime], tell: Callable[[int], None]) -> None:
        self._shelf, self._now, self._tell = shelf, now, tell
        self.counts: Counter[str] = Counter(dict.fromkeys(OUTCOMES, 0))
        self.problems: list[Problem] = []

    def look(self, wanted: Wanted, refresh: timedelta | None, work: Path) -> _Job | None:
        """What is to be asked for an address, if anything."""
        try:
            known = self._shelf.look(wanted, self._now(), refresh)
        except Trouble as trouble:
            self._count(self._note(wanted, trouble))
            return None
        if known is True:
            self._count("present")
            return None
        return _Job(wanted, known or None, work / f"{wanted.row}.part")

    def settle(self, job: _Job, result: Received | Exception) -> None:
        """Keep what has arrived, or note why nothing has."""
        if isinstance(result, Received):
            outcome = self._shelf.keep(job.wanted, result, job.part, self._now())
        elif isinstance(result, Trouble):
            outcome = self._note(job.wanted, result)
        else:
            raise result
        self._count(outcome)

    def idle(self) -> None:
        """Use the time in which nothing arrives."""
        self._shelf.save()

    def _note(self, wanted: Wanted, trouble: Trouble) -> str:
        outcome = "refused" if trouble.refused else "failed"
        self.problems.append(Problem(wanted.row, wanted.known["url"], outcome, str(trouble)))
        return outcome

    def _count(self, outcome: str) -> None:
        self.counts[outcome] += 1
        self._shelf.save()
        self._tell(self.counts.total())


def _visit_all(
    jobs: Sequence[_Job],
    make: Callable[[Event], Visitor],
    hosts: int,
    run: _Run,
) -> None:
    """Visit all addresses, each host in a thread, and settle here what comes back."""
    stop, done = Event(), SimpleQueue[_Result]()
    visitor, waiting = make(stop), deque(_by_host(jobs))
    threads = [Thread(target=_work, args=(visitor, waiting, done), daemon=True) for _ in range(hosts)]
    for thread in threads:
        thread.start()
    try:
        for _ in jobs:
            run.settle(*_next(done, run.idle))
    except KeyboardInterrupt:
        stop.set()
        end = time.monotonic() + PATIENCE
        for thread in threads:
            thread.join(max(end - time.monotonic(), 0))
        with suppress(Empty):
            while True:
                run.settle(*done.get_nowait())
        raise
    finally:
        stop.set()


def _by_host(jobs: Sequence[_Job]) -> list[list[_Job]]:
    """The jobs of each host together, the longest first, because that one lasts longest."""
    found: defaultdict[str, list[_Job]] = defaultdict(list)
    for job in jobs:
        found[host_of(job.wanted.url)].append(job)
    return sorted(found.values(), key=len, reverse=True)


def _work(visitor: Visitor, waiting: deque[list[_Job]], done: SimpleQueue[_Result]) -> None:
    """Take host after host until there is none."""
    try:
        while True:
            for job in waiting.popleft():
                done.put((job, _visit(visitor, job)))
    except (IndexError, Stopped):
        return


def _visit(visitor: Visitor, job: _Job) -> Received | Exception:
    try:
        return visitor.visit(job.wanted.url, job.part, job.known)
    except (Trouble, OSError) as error:  # a disk that is full ends the run
        return error
    except Stopped:
        raise
    except Exception as error:  # noqa: BLE001  whatever it is, the other files are to be fetched
        return Trouble(f"程序出错（{error!r}）；请把这个网址附在问题报告里")


def _next(done: SimpleQueue[_Result], idle: Callable[[], None]) -> _Result:
    while True:
        try:
            return done.get(timeout=LOOK)
        except Empty:
            idle()


def _clear(work: Path) -> None:
    for part in work.glob("*.part"):
        part.unlink(missing_ok=True)
