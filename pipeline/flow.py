"""The wiring: what feeds what, from a folder of bulletins to the ledger.

    archives → files
    files → read → parse → is_bulletin → label → tabulate      one file, in a process of its own; kept in out/cache
          → fold units, fit reviews, correct, place → write    the folder, here

Modules that take long to load are imported where they are used, so that the command line answers at once.
"""
# ruff: noqa: PLC0415

import hashlib
import os
import shutil
import stat
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.errors import FetchError, LedgerError, ReportError, SourceError
from pipeline.paths import FIGURES, NOTEBOOKS
from pipeline.records import Bulletin, Manifest, Source, Themes

if TYPE_CHECKING:
    import pyarrow as pa

    from pipeline.ledger.reviews import Decision
    from pipeline.reporting.plan import Report
    from pipeline.sources.download import Limits
    from pipeline.sources.fetch import Fetched
    from pipeline.sources.visit import Manners

Progress = Callable[[str, int, int], None]  # stage in Chinese, done, of how many
Problem = Callable[[str, str], None]  # path, reason
Placed = tuple[dict[str, Any], dict[str, "pa.RecordBatch"]]  # the row of a bulletin, and its tables

PACKAGE = Path(__file__).parent
MANIFEST, ALIASES, REVIEWS = "manifest.csv", "unit_aliases.csv", "reviews.csv"  # beside the bulletins
AT_A_TIME = 500  # rows of bulletins that are put into Arrow's columns together; one by one is slow
SECONDS = 300.0  # that one file may take; a long scan takes the longest
MEMORY = 4 * 2**30  # bytes that a process may take in reading a file
UNPACKED = "unpacked"  # below the ledger, while files of archives are read
WARM_UP = "关于巡察整改情况的通报\n1.关于学习不够问题的整改\n整改措施：制定学习计划。\n整改成效：已完成。"


@dataclass(slots=True)
class Document:
    """A file that was found, and what became of it: a row of `documents`."""

    path: str  # relative to the folder, with forward slashes; of a file in an archive archive.zip/its name
    file: Path  # where its bytes are
    sha256: str | None = None
    size: int | None = None
    status: str = "failed"
    reason: str | None = None
    entry: Path | None = None  # what is kept of it
    version_of: str | None = None  # id of the bulletin that is counted in the place of its own
    head: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Pace:
    """How many processes read, and how long one file may take."""

    workers: int | None
    seconds: float


@dataclass(frozen=True, slots=True)
class Summary:
    """What a build did."""

    files: int
    read_now: int  # files that were new or changed, the others were known from an earlier run
    statuses: dict[str, int]  # of the documents
    rows: dict[str, int]  # of the tables
    warnings: tuple[str, ...]
    versions: int = 0  # bulletins that a later version stands for where things are counted


def parse_file(
    path: Path, given: str, progress: Progress | None = None
) -> tuple[Source, Bulletin, list[Themes], str | None]:
    """Read one file: source, bulletin, the themes of its items, and why it is no bulletin, if it is none.

    Raises SourceError or OSError where it cannot be read as a text.
    """
    from pipeline.bulletins import is_bulletin, note_recognition, parse
    from pipeline.sources import read
    from pipeline.themes import label

    source = read(path, given=given, progress=partial(progress or _no_progress, f"识别 {path.name}（页）"))
    bulletin = note_recognition(source, parse(source.text))
    return source, bulletin, label(bulletin.items, source.text), is_bulletin(bulletin)


def explain_fault(error: Exception) -> str:
    """Say in one line that our own code failed on a file, and what to do."""
    return " ".join(f"程序出错（{type(error).__name__}: {error}）；请把这个文件附在问题报告里".split())


def build(  # noqa: PLR0913  what is read, where to, and how it is told
    folder: Path,
    out: Path,
    *,
    workers: int | None = None,
    strict: bool = False,
    seconds: float = SECONDS,
    progress: Progress | None = None,
    problem: Problem | None = None,
) -> Summary:
    """Read a folder of bulletins into the ledger `out`; only new or changed files are read.

    The same files give the same bytes, in any order and with any number of workers. Killed at any moment, the next
    run completes it.

    Parameters
    ----------
    folder
        Bulletins, with manifest.csv, unit_aliases.csv and reviews.csv if there are any.
    out
        Where the ledger is or will be.
    workers
        Number of processes; one a usable core where None.
    strict
        Whether a file that could not be read, or is no bulletin, is an error. The ledger is written all the same.
    seconds
        How long reading one file may take; one that takes longer is failed, and the others are read.
    progress
        Called with stage, done and total, again and again.
    problem
        Called once for every file of which all or a part was not read, with path and reason.

    Raises
    ------
    LedgerError
        There is no such folder, nothing in it could be read, another build is writing, or `strict` and a file could
        not be read.
    SourceError, VocabularyError, ReviewError
        manifest.csv, unit_aliases.csv or reviews.csv is wrong.
    OSError
        `out` cannot be written.
    """
    from pipeline.ledger import cache, files, write
    from pipeline.ledger.reviews import load
    from pipeline.ledger.units import fold, read_aliases
    from pipeline.sources import FORMATS
    from pipeline.sources.manifest import read_manifest
    from pipeline.themes.classify import model_path

    _check_folder(folder, out)
    places = (out, out / cache.FOLDER, out / write.TEXTS)
    for place in places:
        place.mkdir(parents=True, exist_ok=True)
    with files.lock(out):
        for place in places:
            files.remove_leftovers(place)
        with _utf8_only(MANIFEST):
            manifest = read_manifest(folder)
        with _utf8_only(ALIASES):
            aliases = read_aliases(_lines(folder / ALIASES))
        decisions = load(folder)
        documents = find_documents(folder, out)
        if not documents:
            raise LedgerError(f"文件夹 {folder} 里没有文件；请把整改通报（{'、'.join(FORMATS)}）放进去，或核对路径")
        code = cache.code_version(PACKAGE, model_path())
        pace = Pace(workers, seconds)
        try:
            documents = _open_archives(documents, out, code, pace, progress or _no_progress)
            read_now = _read_documents(documents, out, code, pace, progress or _no_progress)
        finally:
            shutil.rmtree(out / UNPACKED, ignore_errors=True)
        _mark_duplicates(documents)
        owners = _owners(documents)
        units, warnings = fold(_names(owners, manifest, decisions), aliases)
        paths = {d.path for d in documents}
        warnings += [f"{MANIFEST}：文件 {path} 不存在，请核对这一行" for path in sorted(manifest.keys() - paths)]
        placed = partial(_place, manifest=manifest, units=units)
        reviews, changes = _fit(decisions, owners, placed)
        warnings += [f"{REVIEWS}：{row['message']}" for row in reviews if row["outcome"] == "conflict"]
        pieces = _pieces(documents, owners, reviews, partial(placed, changes=changes), progress or _no_progress)
        rows = write.write(out, pieces, {"pipeline": _version(), "warnings": warnings})
        _prune(out, documents, owners)
    statuses = dict(Counter(d.status for d in documents))
    versions = len({d.head["bulletin_id"] for d in documents if d.version_of})
    summary = Summary(len(documents), read_now, statuses, rows, tuple(warnings), versions)
    _report_problems(folder, out, documents, strict, problem)
    return summary


# Fetching


def fetch(
    table: Path,
    folder: Path,
    limits: "Limits",
    manners: "Manners",
    *,
    contact: str = "",
    progress: Progress | None = None,
) -> "Fetched":
    """Fetch the web addresses of a table into a folder, and write them down in its manifest.csv.

    Parameters
    ----------
    table
        LIST.csv: url, and what is known of the bulletins.
    folder
        Where files and manifest go; made where it does not exist.
    limits, manners
        How much one answer may take, and how sites are treated; the name that we give ourselves is filled in here.
    contact
        Address at which whoever runs a site reaches whoever runs this program.
    progress
        Called with stage, done and total, again and again.

    Raises
    ------
    FetchError
        The table is wrong, or another run is fetching into the folder.
    SourceError
        The folder's manifest.csv is wrong, or one of the two is not UTF-8.
    OSError
        The table cannot be read, or the folder not be written.
    """
    from pipeline.ledger import files
    from pipeline.sources.fetch import fetch as run
    from pipeline.sources.fetch_list import read_list
    from pipeline.sources.robots import NAME
    from pipeline.sources.shelf import WORK

    with _utf8_only(table.name):
        wanted = read_list(table)
    (folder / WORK).mkdir(parents=True, exist_ok=True)
    agent = f"{NAME}/{_version()}" + (f" ({contact})" if contact else "")
    with ExitStack() as stack:
        try:
            stack.enter_context(files.lock(folder / WORK))
        except LedgerError:
            raise FetchError(f"{folder} 正由另一个 zhenggai fetch 写入；请等它结束，或用 --out 另选文件夹") from None
        stack.enter_context(_utf8_only(MANIFEST))
        return run(wanted, folder, limits, replace(manners, agent=agent), _now, progress or _no_progress)


# Training


def train(labels: Path, ledger: Path | None, out: Path, progress: Progress | None = None) -> str:
    """Train the classifier of themes, write it, and say in Chinese what it learnt and how good it and its forerunner are.

    Parameters
    ----------
    labels
        Labelled statements.
    ledger
        A ledger whose review decisions are learnt from as well, if any.
    out
        The model's file.
    progress
        Called with stage, done and total, again and again.

    Raises LabelError, ModelError, LedgerError or OSError.
    """
    from pipeline.ledger import files
    from pipeline.ledger.corrections import reviewed_statements
    from pipeline.ledger.store import open_ledger
    from pipeline.themes import cues
    from pipeline.themes.labels import add_reviewed, read_examples, read_labels
    from pipeline.themes.model import save_model
    from pipeline.themes.report import compare_trainings
    from pipeline.themes.train import train as learn

    cues.check_examples()
    labelled = read_labels(labels)
    examples = read_examples()
    progress = progress or _no_progress
    training = learn(labelled, examples, progress)
    lines = [f"标注语句 {len(labelled)} 条，词表例句 {len(examples)} 条"]
    if ledger is not None:
        added = add_reviewed(labelled, reviewed_statements(open_ledger(ledger)))
        lines.append(f"复核决定 {len(added)} 条")
        if added:
            before, training = training, learn(labelled, [*examples, *added], progress)
            lines.append(compare_trainings(labelled, added, before, training))
    out.parent.mkdir(parents=True, exist_ok=True)
    with files.writing(out) as file:
        save_model(training.model, file)
    return "\n".join([*lines, f"模型：{out}"])


def evaluate(labels: Path, annotated: Sequence[Path], out: Path | None, progress: Progress | None = None) -> str:
    """Measure the classifier that these labels give, write the tables as CSV if asked to, and sum up in Chinese.

    Raises LabelError or OSError.
    """
    from pipeline.themes import evaluate as measure
    from pipeline.themes.labels import read_examples, read_labels
    from pipeline.themes.report import sum_up, write_tables
    from pipeline.themes.train import train as learn

    labelled = read_labels(labels)
    sets = [measure.read_annotated(folder) for folder in annotated]
    progress = progress or _no_progress
    training = learn(labelled, read_examples(), progress)
    evaluation = measure.evaluate(labelled, training, sets, progress)
    agreement = measure.agreement(labelled)
    if out is not None:
        write_tables(evaluation, agreement, out)
    return sum_up(evaluation, agreement)


# Reports


def report(  # noqa: PLR0913  what goes in, what comes out, and where things are
    ledger: Path,
    out: Path,
    names: Sequence[Path | str] = (),
    parameters: Mapping[str, object] | None = None,
    *,
    folder: Path = NOTEBOOKS,
    figures: Path = FIGURES,
    plan: Path | None = None,
    jobs: int = 2,
    progress: Progress | None = None,
    finished: Callable[[Path], None] | None = None,
    problem: Problem | None = None,
) -> list[Path]:
    """Run reports over a ledger, some at a time, each in a process and in a folder of its own.

    All names and parameters are checked before the first report runs. What a run made is in
    `<beside out>/runs/<time>-<report>/`; the latest of each report also in `out/<report>/` and `figures`. A report that
    fails keeps its evidence, and the others are run. Only one command runs at a time; one that was killed is marked so
    by the next.

    Parameters
    ----------
    ledger
        Folder of the ledger.
    out
        Where the pages of the latest runs are; `runs` and `source` (the source view) are made beside it.
    names
        Reports of `plan`, or notebooks by name or path; all where none are named.
    parameters
        For every report, by name; `ledger` and `figures` are filled in and may not be among them.
    folder
        Where the notebooks are.
    figures
        Where the figures of the latest runs are.
    plan
        reports.toml, if there is one.
    jobs
        How many reports run at a time.
    progress
        Called with stage, done and total.
    finished
        Called with each page as it is made.
    problem
        Called with the folder of each run that an earlier command left unfinished, and what is known of it.

    Returns
    -------
    list[Path]
        The pages, in the order of the reports.

    Raises
    ------
    LedgerError
        There is no ledger, or another command is running reports.
    ReportError
        Something asked for is not there or does not fit, or reports failed: a line for each.
    """
    from pipeline import workers
    from pipeline.ledger import files
    from pipeline.ledger.store import open_ledger
    from pipeline.reporting import deliver, run, runs
    from pipeline.reporting.plan import choose
    from pipeline.reporting.source_view import write_source

    ledger, out, figures = ledger.resolve(), out.resolve(), figures.resolve()
    opened = open_ledger(ledger)
    reports = choose(names, parameters or {}, folder.resolve(), plan)
    place, source = out.parent / "runs", out.parent / "source"
    progress = progress or _no_progress
    place.mkdir(parents=True, exist_ok=True)
    pages, faults = {}, {}
    with files.lock(place, "zhenggai report"):
        for left in runs.mark_killed(place):
            if problem:
                problem(str(left), runs.KILLED)
        write_source(opened, source, progress)
        job = partial(run.run, ledger=ledger, runs=place, started=_now(), clock=_now)
        progress("报告", 0, len(reports))
        for done, (each, result) in enumerate(workers.run(job, reports, jobs), start=1):
            fault: str | None = "运行它的进程意外中止（可能内存不足）；请单独运行它"
            made = None
            if not isinstance(result, workers.Lost):
                fault, made = result.fault, result.folder
            if made is not None:
                page = deliver.show_latest(each, made, out, figures)
                if page is not None:
                    pages[each.name] = page
                    fault = _send(each, made, source)
            if fault:
                faults[each.name] = f"{each.name}：{fault}" + (f"；现场在 {made}" if made else "")
            elif finished:
                finished(pages[each.name])
            progress("报告", done, len(reports))
        runs.mark_killed(place)  # a report whose process died
    if faults:
        raise ReportError("\n".join(faults[each.name] for each in reports if each.name in faults))
    return [pages[each.name] for each in reports]


def _send(report: "Report", made: Path, source: Path) -> str | None:
    """Copy to the recipients; return what went wrong."""
    from pipeline.reporting import deliver, runs

    try:
        deliver.send(report, made, source)
    except ReportError as error:
        fault = str(error)
    except OSError as error:
        fault = f"不能写进收件文件夹 {report.recipients}（{error.strerror or error}）；请检查磁盘和权限"
    else:
        return None
    runs.write_record(made, (runs.read_record(made) or {}) | {"delivery": fault})
    return fault


def _now() -> datetime:
    """Read the clock."""
    return datetime.now().astimezone()


# Finding files


def find_documents(folder: Path, out: Path) -> list[Document]:
    """Find every file in the folder and below, by path; not hidden ones, manifest, aliases, reviews, README or ledger.

    Links to folders are followed, each folder once, so a loop ends. A folder that cannot be opened is a failed
    document: nothing is passed over in silence.
    """
    found: list[Document] = []
    seen = {_identity(out)}
    waiting: list[Path] = [folder]
    links: list[Path] = []  # last, so that what is in the folder is named by its own path
    while waiting or links:
        place = waiting.pop() if waiting else links.pop(0)
        try:
            identity = _identity(place)
            entries = sorted(place.iterdir()) if identity not in seen else []
        except OSError as error:
            found.append(Document(_relative(place, folder), place, reason=_os_reason(error)))
            continue
        seen.add(identity)
        below = [e for e in entries if _is_visible(e) and _is_folder(e)]
        waiting += [e for e in below if not e.is_symlink()]
        links = sorted([*links, *(e for e in below if e.is_symlink())])
        found += [Document(_relative(e, folder), e) for e in entries if _is_document(e, folder) and not _is_folder(e)]
    return sorted(found, key=lambda document: document.path)


def _check_folder(folder: Path, out: Path) -> None:
    if not folder.exists():
        raise LedgerError(f"文件夹 {folder} 不存在；请核对路径")
    if not folder.is_dir():
        raise LedgerError(f"{folder} 是文件，不是文件夹；读单个文件请用 zhenggai parse")
    if out.exists() and _identity(out) == _identity(folder):
        raise LedgerError(f"台账不能写进要读的文件夹 {folder} 本身；请用 --out 另选文件夹")


def _is_visible(entry: Path) -> bool:
    return not entry.name.startswith(".")


def _is_folder(entry: Path) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False  # it cannot be looked at: reading it will say why


def _is_document(entry: Path, folder: Path) -> bool:
    aside = entry.parent == folder and entry.name in (MANIFEST, ALIASES, REVIEWS)
    return _is_visible(entry) and not entry.name.upper().startswith("README") and not aside


def _identity(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_dev, found.st_ino


def _relative(path: Path, folder: Path) -> str:
    """Name the path as the tables do; bytes that are no UTF-8 are escaped, so that no two names are confused."""
    return os.fsencode(path.relative_to(folder).as_posix()).decode("utf-8", "backslashreplace")


def _os_reason(error: OSError) -> str:
    reasons = {"PermissionError": "没有读取权限；请改权限后再读", "FileNotFoundError": "链接所指的文件不存在；请核对"}
    return reasons.get(type(error).__name__, f"系统不能打开（{error.strerror or error}）；请检查后再读")


# Archives


def _open_archives(
    documents: Sequence[Document], out: Path, code: str, pace: Pace, progress: Progress
) -> list[Document]:
    """Put the files that archives hold in the place of the archives; one that cannot be opened stays, with its reason."""
    from pipeline import workers as processes
    from pipeline.sources import ARCHIVES

    jobs = [(d.path, d.file) for d in documents if d.file.suffix.lower() in ARCHIVES and _is_regular(d)]
    if not jobs:
        return list(documents)
    archives = {path for path, _ in jobs}
    found = [d for d in documents if d.path not in archives]
    place = out / UNPACKED
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir()
    results = processes.run(partial(_unpack, out, code), jobs, pace.workers, seconds=pace.seconds, memory=MEMORY)
    for done, ((path, file), result) in enumerate(results, start=1):
        if isinstance(result, processes.Lost):
            found.append(Document(path, file, reason=_explain_loss(result is processes.Lost.SLOW, pace.seconds)))
        else:
            found += result
        progress("解压", done, len(jobs))
    return sorted(found, key=lambda document: document.path)


def _unpack(out: Path, code: str, job: tuple[str, Path]) -> list[Document]:
    """Unpack one archive: what is not known yet is written below the ledger by its hash. Runs in a process of its own."""
    from pipeline.ledger import cache, files
    from pipeline.sources import FORMATS
    from pipeline.sources.archive import read_archive

    path, file = job
    found: list[Document] = []
    try:
        with file.open("rb") as stream:
            for member in read_archive(stream):
                name = f"{path}/{member.path}".rstrip("/")
                ending = Path(name).suffix.lower()
                if member.reason:
                    found.append(Document(name, Path(name), status=member.status or "failed", reason=member.reason))
                    continue
                sha256 = hashlib.sha256(member.data).hexdigest()
                kept = out / UNPACKED / f"{sha256}{ending}"
                if ending in FORMATS and cache.load_head(out, cache.entry_path(out, sha256, ending, code)) is None:
                    files.write_bytes(kept, member.data)
                found.append(Document(name, kept, sha256, len(member.data)))
    except OSError as error:
        return [Document(path, file, reason=_os_reason(error))]
    except MemoryError:
        return [Document(path, file, reason=_too_much_memory())]
    return found


def _is_regular(document: Document) -> bool:
    try:
        return not document.reason and stat.S_ISREG(document.file.stat().st_mode)
    except OSError:
        return False  # reading it will say why


def _explain_loss(slow: bool, seconds: float) -> str:
    """Say in one line why a process gave no result."""
    if slow:
        return f"读取超过 {seconds:g} 秒，已中止；请拆分文件，或用 --seconds-per-file 放宽"
    return "读取它的进程意外中止（可能内存不足）；请单独读取并报告"


def _too_much_memory() -> str:
    return f"读取它要用的内存超过上限 {MEMORY // 2**30} GB；请拆分后再读"


# Reading files


def _read_documents(documents: Sequence[Document], out: Path, code: str, pace: Pace, progress: Progress) -> int:
    """Give every document its head, reading those that are not in the cache; return how many were read."""
    from pipeline import workers as processes

    unread = {d.path: d for d in documents if _is_unread(d, out, code, pace.seconds)}
    if unread:
        _load_stages()
        progress("读取", 0, len(unread))
        jobs = [(d.path, d.file, d.sha256, d.entry) for d in unread.values()]
        results = processes.run(partial(_read_document, out), jobs, pace.workers, seconds=pace.seconds, memory=MEMORY)
        for done, (job, result) in enumerate(results, start=1):
            document = unread[job[0]]
            if isinstance(result, processes.Lost):
                document.head = _lost(document, result is processes.Lost.SLOW, pace.seconds)
            else:
                document.head = result
            progress("读取", done, len(unread))
    for document in documents:
        document.status = document.head.get("status", document.status)
        document.reason = document.head.get("reason", document.reason)
    return len(unread)


def _lost(document: Document, slow: bool, seconds: float) -> dict[str, Any]:
    """Say what became of a file whose process gave no result; that it was slow is kept, or every build would wait for it."""
    from pipeline.ledger import cache

    head: dict[str, Any] = {"status": "failed", "reason": _explain_loss(slow, seconds)}
    if slow and document.entry and _hash(document.file) == document.sha256:
        head["seconds"] = seconds
        cache.save(document.entry, head)
    return head


def _is_unread(document: Document, out: Path, code: str, seconds: float) -> bool:
    """Say whether the document must be read; what is known of its bytes comes from the cache."""
    from pipeline.ledger.cache import entry_path, load_head

    if document.reason or (document.sha256 is None and not _take_stock(document)):
        return False
    ending = document.file.suffix.lower()
    document.reason = _unsupported(ending)
    if document.reason:
        document.status = "unsupported"
        return False
    assert document.sha256 is not None  # noqa: S101  it was taken stock of
    document.entry = entry_path(out, document.sha256, ending, code)
    document.head = load_head(out, document.entry) or {}
    if document.head.get("seconds", seconds) < seconds:
        document.head = {}  # it may take longer now
    return not document.head


def _unsupported(ending: str) -> str | None:
    from pipeline.sources import FORMATS
    from pipeline.sources.archive import OTHERS

    if ending in FORMATS:
        return None
    if ending in OTHERS:
        return f"暂不支持 {ending} 压缩包；请解压后再读，或改存为 .zip"
    return f"暂不支持 {ending or '没有后缀的'} 文件；请转存为 {'、'.join(FORMATS)} 之一后再读"


def _take_stock(document: Document) -> bool:
    """Hash and measure the file; say whether that could be done."""
    try:
        if not stat.S_ISREG(document.file.stat().st_mode):  # a pipe would be waited for without end
            document.status, document.reason = "unsupported", "不是普通文件；请移开"
            return False
        with document.file.open("rb") as file:
            document.sha256 = hashlib.file_digest(file, "sha256").hexdigest()
            document.size = os.fstat(file.fileno()).st_size
    except OSError as error:
        document.reason = _os_reason(error)
        return False
    return True


def _read_document(out: Path, job: tuple[str, Path, str, Path]) -> dict[str, Any]:
    """Read one file, keep what was read, and return what became of it. Runs in a process of its own.

    An error of the file, or of our own code on this file, is its result; an error in keeping it is raised.
    """
    from pipeline.ledger import cache
    from pipeline.sources import NO_BULLETIN, PASSING

    path, file, sha256, entry = job
    try:
        source, bulletin, themes, reason = parse_file(file, path)
    except SourceError as error:
        kept = error.code not in PASSING and _hash(file) == sha256
        head = {"status": "not_bulletin" if error.code in NO_BULLETIN else "failed", "reason": str(error)}
    except OSError as error:
        head, kept = {"status": "failed", "reason": _os_reason(error)}, False
    except MemoryError:
        head, kept = {"status": "failed", "reason": _too_much_memory()}, False
    except Exception as error:  # noqa: BLE001  whatever it is, the other files are to be read
        head, kept = {"status": "failed", "reason": explain_fault(error)}, False
    else:
        if source.sha256 != sha256:
            return {"status": "failed", "reason": "文件在读取时被改动；请再运行一次"}
        if reason is None:
            return cache.keep(out, entry, source, bulletin, themes)
        head, kept = cache.describe(source) | {"status": "not_bulletin", "reason": reason}, True
    if kept:
        cache.save(entry, head)
    return head


def _load_stages() -> None:
    """Load code, vocabulary and dictionary before processes are forked, so that they share them."""
    from pipeline.bulletins import parse
    from pipeline.ledger.build import batches, tabulate
    from pipeline.sources import read  # noqa: F401
    from pipeline.themes import label

    source, bulletin = Source("", "", "txt", "utf-8", WARM_UP, ""), parse(WARM_UP)
    batches(tabulate(source, bulletin, label(bulletin.items, WARM_UP))[1])


def _hash(file: Path) -> str | None:
    try:
        with file.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return None


# The folder as a whole


def _mark_duplicates(documents: Sequence[Document]) -> None:
    """Let the first file by path own a text; a later one with the same text is its duplicate."""
    owners: dict[str, Document] = {}
    for document in documents:
        if document.status == "read":
            owner = owners.setdefault(document.head["text_sha256"], document)
            if owner is not document:
                document.status, document.reason = "duplicate", f"内容与 {owner.path} 相同，只计一次"


def _owners(documents: Sequence[Document]) -> list[Document]:
    """Pick the documents that give a bulletin, in the order of the bulletins' ids."""
    return sorted((d for d in documents if d.status == "read"), key=lambda d: d.head["bulletin_id"])


def _names(
    owners: Sequence[Document], manifest: Mapping[str, Manifest], decisions: Sequence["Decision"]
) -> Iterator[str]:
    """Give every name of a unit in texts, manifest and decisions."""
    yield from (decision.new for decision in decisions if decision.field == "unit")
    for document in owners:
        yield from document.head["units"]
        known = manifest.get(document.path)
        if known and known.unit and not document.head["unit"]:
            yield known.unit


def _place(
    document: Document,
    manifest: Mapping[str, Manifest],
    units: Mapping[str, Any],
    changes: Mapping[str, dict[str, Any]] | None = None,
) -> Placed:
    """Load what was read from the document, with what reviewers changed and with what the folder knows."""
    from pipeline.ledger import build, cache

    assert document.entry is not None  # noqa: S101  it was read
    row, tables = cache.load_tables(document.entry)
    if changes:
        from pipeline.ledger.corrections import correct

        tables = correct(tables, changes)
    return build.place(row, tables, document.path, manifest.get(document.path, Manifest()), units)


def _fit(
    decisions: Sequence["Decision"], owners: Sequence[Document], place: Callable[[Document], Placed]
) -> tuple[list[dict[str, Any]], dict[str, dict[str, Any]]]:
    """Say what becomes of every decision; only the bulletins that one names are loaded for it."""
    if not decisions:
        return [], {}
    from pipeline.ledger.corrections import fit

    named = {d.path for d in decisions} | {d.issue_id.rpartition("-")[0] for d in decisions}
    items = []
    for document in owners:
        if document.path in named or document.head["bulletin_id"] in named:
            _, tables = place(document)
            items += [row | {"path": document.path} for row in tables["issues"].to_pylist()]
    return fit(decisions, items)


def _pieces(
    documents: Sequence[Document],
    owners: Sequence[Document],
    reviews: Sequence[dict[str, Any]],
    place: Callable[[Document], Placed],
    progress: Progress,
) -> Iterator[tuple[str, "pa.RecordBatch"]]:
    """Give the rows of all tables, bulletin by bulletin, so that few are in memory at a time."""
    import pyarrow as pa

    from pipeline.ledger import schema
    from pipeline.ledger.build import DATES

    yield "reviews", pa.RecordBatch.from_pylist(reviews, schema.arrow_schema(schema.REVIEWS))
    columns, rows = schema.arrow_schema(schema.BULLETINS), []
    days: list[dict[str, Any]] = []
    problems: list[pa.RecordBatch] = []
    for done, document in enumerate(owners, start=1):
        row, tables = place(document)
        yield from tables.items()
        rows.append(row)
        days.append({name: row[name] for name in ("bulletin_id", *DATES)})
        problems.append(tables["issues"].select(["bulletin_id", "unit_id", "statement"]))
        if len(rows) == AT_A_TIME or done == len(owners):
            yield "bulletins", pa.RecordBatch.from_pylist(rows, columns)
            rows = []
        progress("汇总", done, len(owners))
    _mark_versions(documents, days, problems)
    found = [_document_row(d) for d in documents]
    yield "documents", pa.RecordBatch.from_pylist(found, schema.arrow_schema(schema.DOCUMENTS))


def _mark_versions(
    documents: Sequence[Document], days: Sequence[dict[str, Any]], problems: Sequence["pa.RecordBatch"]
) -> None:
    """Say of each document whose bulletin a later version stands for which one that is; both stay in the tables."""
    import pandas as pd
    import pyarrow as pa

    from pipeline.analysis.rounds import DATES, latest_versions, versions

    if not days:
        return
    bulletins = pd.DataFrame(days).astype(dict.fromkeys(DATES, "datetime64[ns]"))
    issues = pa.Table.from_batches(problems).to_pandas()
    kept = set(latest_versions(bulletins, issues)[0]["bulletin_id"])
    latest = dict(versions(bulletins, issues).itertuples(index=False, name=None))
    for document in documents:
        key = document.head.get("bulletin_id")
        if key in latest and key not in kept:
            document.version_of = latest[key]


def _document_row(document: Document) -> dict[str, Any]:
    from pipeline.ledger.build import as_json

    return {
        "path": document.path,
        "sha256": document.sha256,
        "bytes": document.size,
        "format": document.file.suffix.lower().removeprefix("."),
        "encoding": document.head.get("encoding"),
        "status": document.status,
        "reason": document.reason,
        "bulletin_id": document.head.get("bulletin_id"),
        "version_of": document.version_of,
        "characters": document.head.get("characters"),
        "repairs": as_json(document.head.get("repairs", {})),
        "scanned_pages": document.head.get("scanned_pages"),
        "legibility": document.head.get("legibility"),
    }


def _prune(out: Path, documents: Sequence[Document], owners: Sequence[Document]) -> None:
    """Remove entries and texts that no file needs any more."""
    from pipeline.ledger.cache import FOLDER, prune
    from pipeline.ledger.write import TEXTS, text_path

    prune(out / FOLDER, [d.entry for d in documents if d.entry])
    prune(out / TEXTS, [text_path(out, d.head["bulletin_id"]) for d in owners])


def _report_problems(
    folder: Path, out: Path, documents: Sequence[Document], strict: bool, problem: Problem | None
) -> None:
    unread = [d for d in documents if d.status not in ("read", "duplicate")]
    for document in documents:
        if problem and document.reason and document.status != "duplicate":
            problem(document.path, document.reason)
    if len(unread) == len(documents):
        raise LedgerError(
            f"文件夹 {folder} 里的 {len(documents)} 个文件没有一个读成整改通报；原因见 {out} 的 documents 表"
        )
    if strict and unread:
        raise LedgerError(f"{len(unread)} 个文件没有读成（--strict）；台账已写好，原因见 {out} 的 documents 表")


@contextmanager
def _utf8_only(name: str) -> Iterator[None]:
    """Name the table beside the bulletins that is in another encoding, as spreadsheets save it by default."""
    try:
        yield
    except UnicodeDecodeError:
        raise SourceError("encoding", f"{name} 不是 UTF-8 编码；请另存为“CSV UTF-8”后再运行") from None


def _lines(path: Path) -> list[str]:
    """Read the lines of a table; only its head where there is none."""
    return path.read_text("utf-8-sig").splitlines(keepends=True) if path.exists() else ["alias,unit"]


def _version() -> str:
    import pipeline

    return str(pipeline.__version__)


def _no_progress(stage: str, done: int, total: int) -> None:
    """Say nothing."""
