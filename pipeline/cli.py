"""The command line: each command turns its options into arguments and makes one call.

Nothing heavy is imported before it is needed: `zhenggai --help` and `zhenggai parse` must answer at once.
"""
# ruff: noqa: PLC0415

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline import paths
from pipeline.errors import ZhenggaiError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.flow import Progress, Summary
    from pipeline.records import Bulletin, Source, Themes

FAILED, INTERRUPTED = 1, 130  # exit codes; wrong use is typer's own 2
LOG_EVERY = 10.0  # seconds between two lines of progress where there is no terminal

# \b keeps the lines that follow as they are.
HELP = {
    "parse": """读一个或几个通报，输出其中的事实、问题、措施和状态。

\b
例：
  zhenggai parse 通报.txt
  zhenggai parse --json data/raw/*.txt > parsed.jsonl
  zhenggai parse --json 通报.txt -o parsed.jsonl
""",
    "build": """把文件夹里的通报读成台账；只读新增或改动过的文件，中断后再运行会接着做。

\b
例：
  zhenggai build
  zhenggai build ~/通报 --out ~/台账 --workers 4
  zhenggai build data/raw --strict --quiet
""",
    "report": """由台账生成报告：运行过的笔记本、网页、图和图后的数据。

\b
例：
  zhenggai report
  zhenggai report 02_completion -p years=2019,2021
""",
}

app = typer.Typer(
    help="把巡视巡察整改通报读成台账：可统计、可比较、可逐字回查。",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


def main() -> int:
    """Run the command line.

    Returns
    -------
    int
        Exit code: 0; 1 where nothing could be done, or --strict finds fault; 2 for wrong use; 130 after Ctrl-C.
    """
    _use_utf8()
    try:
        app()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else FAILED
    except ZhenggaiError as error:
        _say_error(str(error))
    except OSError as error:
        _say_error(_explain(error))
    return FAILED


def _print_version(asked: bool) -> None:
    if asked:
        import pipeline

        typer.echo(f"zhenggai {pipeline.__version__}")
        raise typer.Exit


@app.callback()
def _options(
    _version: Annotated[
        bool, typer.Option("--version", help="显示版本并退出。", is_eager=True, callback=_print_version)
    ] = False,
) -> None:
    """Take the options before the command."""


@app.command(help=HELP["parse"])
def parse(
    files: Annotated[list[Path], typer.Argument(metavar="FILE", help="整改通报文件（.txt、.md）。")],
    as_json: Annotated[bool, typer.Option("--json", help="每个文件输出一行 JSON，而不是摘要表。")] = False,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FILE", help="写入文件，而不是屏幕。")
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="有任何文件没有读成时，退出码为 1。")] = False,
) -> None:
    """Read bulletins and print their facts, issues, measures and statuses."""
    read = 0
    with _destination(output) as write:
        for file in files:
            text = _parse_one(file, _as_line if as_json else _as_table)
            if text is not None:
                write(text)
                read += 1
        if not read:  # a file of an earlier run is left as it is
            raise typer.Exit(FAILED)
    if strict and read < len(files):
        raise typer.Exit(FAILED)


@app.command(help=HELP["build"])
def build(
    folder: Annotated[Path, typer.Argument(help="放通报的文件夹。", show_default="data/raw")] = paths.RAW,
    out: Annotated[Path, typer.Option("--out", help="台账写到哪里。", show_default="data/processed")] = paths.PROCESSED,
    workers: Annotated[int | None, typer.Option("--workers", min=1, help="进程数；不给则每个处理器核一个。")] = None,
    strict: Annotated[bool, typer.Option("--strict", help="有任何文件没有读成时，退出码为 1（台账照写）。")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="不显示进度和小结；没有读成的文件仍会列出。")] = False,
) -> None:
    """Read a folder of bulletins into the ledger."""
    from pipeline import flow

    try:
        with _progress(quiet=quiet) as progress:
            summary = flow.build(
                folder,
                out,
                workers=workers,
                strict=strict,
                progress=progress,
                problem=lambda p, r: _say(f"注意：{p}：{r}"),
            )
    except KeyboardInterrupt:
        _say("已中断；再运行一次同样的命令会接着做")
        raise typer.Exit(INTERRUPTED) from None
    for warning in summary.warnings:
        _say(f"注意：{warning}")
    if not quiet:
        typer.echo(_sum_up(summary, out))


@app.command(help=HELP["report"])
def report(
    notebooks: Annotated[
        list[str] | None, typer.Argument(metavar="NOTEBOOK", help="要运行的报告，如 01_ledger；不给则全部。")
    ] = None,
    ledger: Annotated[
        Path, typer.Option("--ledger", help="台账在哪里。", show_default="data/processed")
    ] = paths.PROCESSED,
    out: Annotated[
        Path, typer.Option("--out", help="网页和运行过的笔记本写到哪里。", show_default="data/processed/reports")
    ] = paths.REPORTS,
    figures: Annotated[
        Path, typer.Option("--figures", help="图和图后的数据写到哪里。", show_default="figures")
    ] = paths.FIGURES,
    parameter: Annotated[
        list[str] | None, typer.Option("-p", "--parameter", metavar="NAME=VALUE", help="报告的参数，可多次给出。")
    ] = None,
) -> None:
    """Make reports from the ledger."""
    parameters = dict(_parameter(text) for text in parameter or ())
    from pipeline.reporting.run import report as run

    for path in run(ledger, out, notebooks or (), parameters, figures=figures):
        typer.echo(path)


# parse


def _parse_one(file: Path, show: Callable[..., str]) -> str | None:
    """Read one file and show it; None, with a line of error, where it could not be read or is no bulletin."""
    from pipeline import flow

    given = str(file).encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    try:
        source, bulletin, themes, reason = flow.parse_file(file, given)
    except ZhenggaiError as error:
        _say_error(f"{given}：{error}")
    except OSError as error:
        _say_error(_explain(error))
    except Exception as error:  # noqa: BLE001  whatever it is, the other files are to be read
        _say_error(f"{given}：{flow.explain_fault(error)}")
    else:
        if reason is None:
            return show(source, bulletin, themes)
        if "title" in bulletin.facts:  # its facts are worth having all the same
            _say(f"注意：{given}：{reason}")
            return show(source, bulletin, themes)
        _say_error(f"{given}：{reason}")
    return None


def _as_line(source: "Source", bulletin: "Bulletin", themes: "Sequence[Themes]") -> str:
    from pipeline.ledger.contract import as_object

    return json.dumps(as_object(source, bulletin, themes), ensure_ascii=False)


def _as_table(source: "Source", bulletin: "Bulletin", themes: "Sequence[Themes]") -> str:
    from pipeline.ledger.summary import summarise

    return summarise(source, bulletin, themes)


@contextmanager
def _destination(output: Path | None) -> Iterator[Callable[[str], None]]:
    """Open where lines go: the screen, or a file that is there only when all are written."""
    if output is None:
        yield typer.echo
        return
    from pipeline.ledger.files import writing

    with writing(output) as file:

        def write(line: str) -> None:
            file.write(f"{line}\n".encode())

        yield write


# build


@contextmanager
def _progress(*, quiet: bool) -> Iterator["Progress | None"]:
    """Show progress on a terminal as a bar, in a log as a line now and then."""
    if quiet:
        yield None
    elif sys.stderr.isatty():
        with _bar() as show:
            yield show
    else:
        yield _log()


@contextmanager
def _bar() -> Iterator["Progress"]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        "{task.description}",
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        "还要",
        TimeRemainingColumn(),
    )
    # No thread that refreshes: processes are forked while the bar is up.
    with Progress(*columns, console=Console(stderr=True), auto_refresh=False, transient=True) as bar:
        tasks: dict[str, Any] = {}
        shown = 0.0

        def show(stage: str, done: int, total: int) -> None:
            nonlocal shown
            if stage not in tasks:
                tasks[stage] = bar.add_task(stage, total=total, rate="")
            speed = bar.tasks[tasks[stage]].speed
            bar.update(tasks[stage], completed=done, rate=f"{speed:.0f} 个/秒" if speed else "")
            if time.monotonic() - shown > 0.1 or done == total:
                shown = time.monotonic()
                bar.refresh()

        yield show


def _log() -> "Progress":
    begun: dict[str, float] = {}
    said = time.monotonic()

    def show(stage: str, done: int, total: int) -> None:
        nonlocal said
        now = time.monotonic()
        start = begun.setdefault(stage, now)
        if now - said >= LOG_EVERY and now > start and done:
            rate = done / (now - start)
            _say(f"{stage} {done}/{total}，{rate:.1f} 个/秒，还要约 {(total - done) / rate:.0f} 秒")
            said = now

    return show


def _sum_up(summary: "Summary", out: Path) -> str:
    from pipeline.ledger.schema import DOCUMENT_STATUSES, TABLES

    statuses = "，".join(f"{DOCUMENT_STATUSES[s]} {n}" for s, n in sorted(summary.statuses.items()))
    rows = "，".join(f"{TABLES[name].label} {count}" for name, count in summary.rows.items() if name != "documents")
    return f"文件 {summary.files} 个（{statuses}），本次读了 {summary.read_now} 个\n{rows}\n台账：{out}"


# report


def _parameter(text: str) -> tuple[str, str]:
    """Split NAME=VALUE; the runner reads the value as the type that the notebook declares."""
    name, sign, value = text.partition("=")
    if not sign or not name:
        raise typer.BadParameter(f"{text!r} 不是 NAME=VALUE 的形式，如 -p years=2019,2021")
    return name, value


# Words to the user


def _use_utf8() -> None:
    """Let Chinese and paths of any kind be printed, on Windows and into a pipe as well."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def _explain(error: OSError) -> str:
    reasons = {
        "FileNotFoundError": "不存在；请核对路径",
        "PermissionError": "没有权限；请改权限，或换一个文件夹",
        "IsADirectoryError": "是文件夹，不是文件；读整个文件夹请用 zhenggai build",
        "NotADirectoryError": "路径里有一段是文件，不是文件夹；请核对路径",
        "FileExistsError": "已有同名的文件，不能建文件夹；请另选位置",
    }
    reason = reasons.get(type(error).__name__, f"系统不能完成操作（{error.strerror or error}）；请检查磁盘和权限")
    return f"{error.filename}：{reason}" if error.filename else reason


def _say_error(message: str) -> None:
    _say(f"错误：{message}")


def _say(message: str) -> None:
    typer.echo(" ".join(message.splitlines()), err=True)


if __name__ == "__main__":
    sys.exit(main())
