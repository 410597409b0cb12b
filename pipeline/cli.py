"""The command line: each command turns its options into arguments and makes one call.

Nothing heavy is imported before it is needed: `zhenggai --help` and `zhenggai parse` must answer at once.
"""
# ruff: noqa: PLC0415

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline import paths
from pipeline.errors import FetchError, ReviewError, ZhenggaiError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.flow import Progress, Summary
    from pipeline.ledger.export.run import Exported
    from pipeline.ledger.review_sheet import Imported
    from pipeline.records import Bulletin, Source, Themes
    from pipeline.sources.fetch import Fetched

FAILED, INTERRUPTED = 1, 130  # exit codes; wrong use is typer's own 2
SHOWN = 20  # faults of a sheet
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
    "fetch": """把清单里的网址取到文件夹里，原样保存，并登记在 manifest.csv；中断后再运行会接着取，取过的不再取。

LIST 是一张 CSV 表：url 列必有，unit、region、published、note 可有可无。遵守各网站的 robots.txt，每个网站一次只发一个请求。

\b
例：
  zhenggai fetch 清单.csv
  zhenggai fetch 清单.csv --out ~/通报 --contact office@example.cn --strict
  zhenggai fetch 清单.csv --refresh 24
  zhenggai fetch 内网.csv --allow-private --pause 0.5
""",
    "report": """由台账生成报告：运行过的笔记本、网页、图、表，和可以逐条对照的原文。

\b
例：
  zhenggai report
  zhenggai report 02_completion -p years=2019,2021
  zhenggai report --quiet --reports 我的清单.toml
""",
    "train": """由标注语句和复核决定训练主题分类器；先后两个模型的成绩一并列出。

\b
例：
  zhenggai train
  zhenggai train --ledger data/processed
  zhenggai train --labels 我的标注.csv -o 我的模型.npz
""",
    "evaluate": """测量主题分类器，与常见方法并列：交叉验证，以及没有学过的标注通报。

\b
例：
  zhenggai evaluate
  zhenggai evaluate --annotated data/truth/bulletins --annotated tests/golden -o data/processed/evaluation
""",
    "export": """把台账写成别的程序能用的格式：xlsx、csv、parquet、stata、spss、sqlite、package；不给则全部。

默认遮盖电话、邮箱、地址、身份证号和人名，并报告遮盖了多少处。

\b
例：
  zhenggai export
  zhenggai export xlsx csv --out ~/导出 --tables issues,bulletins
  zhenggai export package --no-redact
""",
    "review": "人工复核：导出待复核的条目，填好后导入。",
    "review export": """把待复核的条目写成 XLSX 表格，最该看的在前。

\b
例：
  zhenggai review export
  zhenggai review export --limit 100 -o 第一批.xlsx
  zhenggai review export --all -o 全部.xlsx
""",
    "review import": """把填好的表格里的决定存进通报文件夹的 reviews.csv；有任何一处不对，就一条也不导入。

\b
例：
  zhenggai review import review.xlsx --reviewer analyst-a --dry-run
  zhenggai review import review.xlsx --reviewer analyst-a --reason 第一批复核
""",
}

app = typer.Typer(
    help="把巡视巡察整改通报读成台账：可统计、可比较、可逐字回查。",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
review = typer.Typer(help=HELP["review"], no_args_is_help=True, rich_markup_mode=None)
app.add_typer(review, name="review")


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


def _ascii(text: str) -> str:
    if not (text.isascii() and text.isprintable()):
        raise typer.BadParameter(f"{text!r} 只能用英文字母、数字和符号，如 office@example.cn")
    return text


@app.callback()
def _options(
    _version: Annotated[
        bool, typer.Option("--version", help="显示版本并退出。", is_eager=True, callback=_print_version)
    ] = False,
) -> None:
    """Take the options before the command."""


@app.command(help=HELP["parse"])
def parse(
    files: Annotated[list[Path], typer.Argument(metavar="FILE", help="整改通报文件（文本、网页、DOCX、PDF 等）。")],
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
    seconds: Annotated[
        float, typer.Option("--seconds-per-file", min=0.1, help="一个文件最多读多少秒，超过就中止并列为没有读成。")
    ] = 300.0,
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
                seconds=seconds,
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


@app.command(help=HELP["fetch"])
def fetch(  # noqa: PLR0913, PLR0917  limits, each of its own
    table: Annotated[Path, typer.Argument(metavar="LIST", help="网址清单（.csv，UTF-8）。")],
    out: Annotated[Path, typer.Option("--out", help="存到哪个文件夹。", show_default="data/raw")] = paths.RAW,
    refresh: Annotated[
        float | None,
        typer.Option("--refresh", metavar="HOURS", min=0, help="早于几小时取的，问网站有没有改动；不给则不问。"),
    ] = None,
    pause: Annotated[float, typer.Option("--pause", min=0, help="对同一网站两次请求之间隔几秒。")] = 2.0,
    hosts: Annotated[int, typer.Option("--hosts", min=1, max=32, help="同时取几个网站。")] = 4,
    tries: Annotated[int, typer.Option("--tries", min=1, max=10, help="一个文件最多试几次。")] = 4,
    max_mb: Annotated[float, typer.Option("--max-mb", min=0.001, help="一个文件最大多少 MB。")] = 50.0,
    seconds: Annotated[float, typer.Option("--seconds", min=1, help="一次请求最长多少秒。")] = 120.0,
    allow_private: Annotated[bool, typer.Option("--allow-private", help="也取内网和本机的网址。")] = False,
    contact: Annotated[
        str, typer.Option("--contact", metavar="TEXT", help="告诉网站怎样联系您（邮箱或网址）。", callback=_ascii)
    ] = "",
    strict: Annotated[bool, typer.Option("--strict", help="有任何网址没有取到时，退出码为 1。")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="不显示进度和小结；没有取到的网址仍会列出。")] = False,
) -> None:
    """Fetch web addresses into the folder of bulletins."""
    from datetime import timedelta

    from pipeline import flow
    from pipeline.sources.download import Limits
    from pipeline.sources.visit import Manners

    limits = Limits(size=int(max_mb * 2**20), seconds=seconds, allow_private=allow_private)
    age = None if refresh is None else timedelta(hours=refresh)
    manners = Manners(pause=pause, hosts=hosts, tries=tries, refresh=age)
    try:
        with _progress(quiet=quiet) as progress:
            done = flow.fetch(table, out, limits, manners, contact=contact, progress=progress)
    except FetchError as error:
        _say_faults(error.faults, "一个也没有取")
        raise typer.Exit(FAILED) from None
    except KeyboardInterrupt:
        _say("已中断；取到的都已登记，再运行一次同样的命令会接着取")
        raise typer.Exit(INTERRUPTED) from None
    for problem in done.problems:
        _say(f"注意：{table.name} 第 {problem.row} 行 {problem.url}：{problem.reason}")
    if not quiet:
        typer.echo(_sum_up_fetch(done, out))
    if done.problems and (strict or len(done.problems) == sum(done.counts.values())):
        raise typer.Exit(FAILED)


@app.command(help=HELP["report"])
def report(  # noqa: PLR0913, PLR0917  one option each
    names: Annotated[
        list[str] | None, typer.Argument(metavar="REPORT", help="要运行的报告，如 01_ledger；不给则全部。")
    ] = None,
    ledger: Annotated[
        Path, typer.Option("--ledger", help="台账在哪里。", show_default="data/processed")
    ] = paths.PROCESSED,
    out: Annotated[
        Path,
        typer.Option(
            "--out", help="最近一次的网页写到哪里；旁边的 runs 里有每一次运行。", show_default="data/processed/reports"
        ),
    ] = paths.REPORTS,
    figures: Annotated[
        Path, typer.Option("--figures", help="最近一次的图和图后的数据写到哪里。", show_default="figures")
    ] = paths.FIGURES,
    parameter: Annotated[
        list[str] | None, typer.Option("-p", "--parameter", metavar="NAME=VALUE", help="报告的参数，可多次给出。")
    ] = None,
    plan: Annotated[
        Path, typer.Option("--reports", metavar="FILE", help="报告清单。", show_default="reports.toml")
    ] = paths.PLAN,
    jobs: Annotated[int, typer.Option("--jobs", min=1, help="同时运行几份报告。")] = 2,
    quiet: Annotated[bool, typer.Option("--quiet", help="不显示进度和做好的网页；失败的报告仍会列出。")] = False,
) -> None:
    """Make reports from the ledger."""
    parameters = dict(_parameter(text) for text in parameter or ())
    from pipeline import flow

    if plan != paths.PLAN and not plan.is_file():
        raise typer.BadParameter(f"报告清单 {plan} 不存在；请核对路径")
    try:
        with _progress(quiet=quiet) as progress:
            flow.report(
                ledger,
                out,
                names or (),
                parameters,
                figures=figures,
                plan=plan,
                jobs=jobs,
                progress=progress,
                finished=None if quiet else typer.echo,
                problem=lambda p, r: _say(f"注意：{p}：{r}"),
            )
    except KeyboardInterrupt:
        _say("已中断；没有做完的报告已留下现场，再运行一次同样的命令即可")
        raise typer.Exit(INTERRUPTED) from None


@app.command("export", help=HELP["export"])
def export_ledger(  # noqa: PLR0913, PLR0917  one option each
    formats: Annotated[list[str] | None, typer.Argument(metavar="FORMAT", help="格式，可多个；不给则全部。")] = None,
    ledger: Annotated[
        Path, typer.Option("--ledger", help="台账在哪里。", show_default="data/processed")
    ] = paths.PROCESSED,
    out: Annotated[
        Path, typer.Option("--out", help="写到哪个文件夹；别人的文件不会被覆盖。", show_default="data/exports")
    ] = paths.EXPORTS,
    tables: Annotated[
        list[str] | None,
        typer.Option("--tables", metavar="TABLE", help="只写这些表，用逗号分开，或多次给出；不给则全部。"),
    ] = None,
    redact: Annotated[bool, typer.Option("--redact/--no-redact", help="遮盖个人信息；不遮盖的只在内部使用。")] = True,
    plain: Annotated[bool, typer.Option("--plain", help="CSV 不带 BOM（Excel 打开会乱码，其他程序更方便）。")] = False,
    english: Annotated[bool, typer.Option("--english", help="XLSX 和 CSV 用英文列名和代码。")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="不显示进度。")] = False,
) -> None:
    """Write the ledger for other programs."""
    from pipeline.ledger.store import open_ledger

    named = [name for text in tables or () for name in text.replace("，", ",").split(",") if name]
    opened = open_ledger(ledger)
    try:
        with _progress(quiet=quiet) as progress:
            done = opened.export(
                out, formats or (), named, redact=redact, english=english, plain=plain, progress=progress
            )
    except KeyboardInterrupt:
        _say("已中断；没有写完的已丢弃，原来的导出没有改动")
        raise typer.Exit(INTERRUPTED) from None
    typer.echo(_sum_up_export(done))


@app.command(help=HELP["train"])
def train(
    labels: Annotated[
        Path, typer.Option("--labels", help="标注语句。", show_default="data/labels/themes.csv")
    ] = paths.LABELS,
    ledger: Annotated[
        Path | None, typer.Option("--ledger", help="也从这个台账里的复核决定学习。", show_default="不学")
    ] = None,
    out: Annotated[
        Path, typer.Option("-o", "--out", metavar="FILE", help="模型写到哪里。", show_default="data/labels/model.npz")
    ] = paths.MODEL,
    quiet: Annotated[bool, typer.Option("--quiet", help="不显示进度。")] = False,
) -> None:
    """Train the classifier of themes."""
    from pipeline import flow

    with _progress(quiet=quiet) as progress:
        said = flow.train(labels, ledger, out, progress)
    typer.echo(said)


@app.command(help=HELP["evaluate"])
def evaluate(
    labels: Annotated[
        Path, typer.Option("--labels", help="标注语句。", show_default="data/labels/themes.csv")
    ] = paths.LABELS,
    annotated: Annotated[
        list[Path] | None,
        typer.Option("--annotated", metavar="FOLDER", help="标注过的通报（*.json），可多次给出；不参与训练。"),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("-o", "--out", metavar="FOLDER", help="把各表写成 CSV。", show_default="只在屏幕上显示"),
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="不显示进度。")] = False,
) -> None:
    """Measure the classifier of themes."""
    from pipeline import flow

    with _progress(quiet=quiet) as progress:
        said = flow.evaluate(labels, annotated or (), out, progress)
    typer.echo(said)


@review.command("export", help=HELP["review export"])
def export(
    ledger: Annotated[
        Path, typer.Option("--ledger", help="台账在哪里。", show_default="data/processed")
    ] = paths.PROCESSED,
    output: Annotated[
        Path, typer.Option("-o", "--output", metavar="FILE", help="写到哪里；已有的文件不会覆盖。")
    ] = Path("review.xlsx"),
    limit: Annotated[int | None, typer.Option("--limit", min=1, help="最多多少条。")] = None,
    everything: Annotated[bool, typer.Option("--all", help="全部条目，而不只是待复核的。")] = False,
) -> None:
    """Write the items to be reviewed into a spreadsheet."""
    from pipeline.ledger import review_sheet
    from pipeline.ledger.store import open_ledger

    count = review_sheet.export(open_ledger(ledger), output, limit=limit, everything=everything)
    typer.echo(f"写出 {count} 条：{output}" if count else "没有待复核的条目；要导出全部条目请加 --all")


@review.command("import", help=HELP["review import"])
def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="填好的表格（.xlsx）。")],
    reviewer: Annotated[str, typer.Option("--reviewer", metavar="NAME", help="是谁决定的。")],
    folder: Annotated[
        Path, typer.Option("--folder", help="台账所读的通报文件夹。", show_default="data/raw")
    ] = paths.RAW,
    ledger: Annotated[
        Path, typer.Option("--ledger", help="表格由哪个台账导出。", show_default="data/processed")
    ] = paths.PROCESSED,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="为什么；“理由”一栏空着时用它。")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只检查，不写入。")] = False,
) -> None:
    """Store the decisions of a filled-in spreadsheet."""
    from pipeline.ledger import review_sheet
    from pipeline.ledger.store import open_ledger

    try:
        done = review_sheet.import_(file, open_ledger(ledger), folder, reviewer, reason, dry_run=dry_run)
    except ReviewError as error:
        _say_faults(error.faults, "一条也没有导入")
        raise typer.Exit(FAILED) from None
    typer.echo(_sum_up_import(done, folder, dry_run=dry_run))


# parse


def _parse_one(file: Path, show: Callable[..., str]) -> str | None:
    """Read one file and show it; None, with a line of error, where it could not be read or is no bulletin."""
    from pipeline import flow

    given = str(file).encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    try:
        with _late_progress() as progress:
            source, bulletin, themes, reason = flow.parse_file(file, given, progress)
    except ZhenggaiError as error:
        _say_error(f"{given}：{error}")
    except OSError as error:
        _say_error(_explain(error))
    except Exception as error:  # noqa: BLE001  whatever it is, the other files are to be read
        _say_error(f"{given}：{flow.explain_fault(error)}")
    else:
        for note in source.notes:
            _say(f"注意：{given}：{note}")
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
def _late_progress() -> Iterator["Progress"]:
    """Show progress from the first call on: most files are read before anything could be shown."""
    with ExitStack() as stack:
        known: list[Progress | None] = []

        def show(stage: str, done: int, total: int) -> None:
            if not known:
                known.append(stack.enter_context(_progress(quiet=False)))
            if known[0]:
                known[0](stage, done, total)

        yield show


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
            rate = f"{speed:.{0 if speed >= 10 else 1}f} 个/秒" if speed else ""
            bar.update(tasks[stage], completed=done, rate=rate)
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
    counted = f"\n{summary.versions} 份通报另有更晚的一版（转载或修订），统计时只计那一版" if summary.versions else ""
    return f"文件 {summary.files} 个（{statuses}），本次读了 {summary.read_now} 个\n{rows}{counted}\n台账：{out}"


# fetch


def _sum_up_fetch(done: "Fetched", out: Path) -> str:
    from pipeline.sources.fetch import OUTCOMES

    counts = "，".join(f"{OUTCOMES[name]} {count}" for name, count in done.counts.items() if count)
    lines = [f"网址 {sum(done.counts.values())} 个：{counts}", f"存放：{out}，登记：{out / 'manifest.csv'}"]
    if done.counts["updated"]:
        lines.append(f"更新前的文件在 {out / '.earlier'}")
    return "\n".join(lines)


# review


def _sum_up_import(done: "Imported", folder: Path, *, dry_run: bool) -> str:
    from pipeline.ledger.reviews import NAME

    lines = [f"填了 {done.entries} 行，没有填的 {done.empty} 行"]
    if done.deleted:
        ids = "、".join(done.deleted[:SHOWN]) + ("……" if len(done.deleted) > SHOWN else "")
        lines[0] += f"，{len(done.deleted)} 行已删去，不计（{ids}）"
    if not done.decisions:
        lines.append("没有新的决定，什么也没有写入" + ("：这些都已导入过" if done.entries else ""))
    elif dry_run:
        lines.append(f"可以导入 {len(done.decisions)} 条决定；这次只是检查，没有写入")
    else:
        lines.append(f"{len(done.decisions)} 条决定已写入 {folder / NAME}；请再运行 zhenggai build")
    return "\n".join(lines)


# export


def _sum_up_export(done: "Exported") -> str:
    from pipeline.ledger.export.redact import KINDS
    from pipeline.ledger.schema import TABLES

    rows = "，".join(f"{TABLES[name].label} {count} 行" for name, count in done.rows.items())
    if done.masked is None:
        masked = "没有遮盖个人信息，请勿外传"
    else:
        counts = "，".join(f"{label} {done.masked[kind]} 处" for kind, label in KINDS.items() if done.masked.get(kind))
        masked = f"遮盖了 {counts}" if counts else "没有找到要遮盖的个人信息"
    return "\n".join([rows, masked, *map(str, done.paths)])


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


def _say_faults(faults: "Sequence[str]", done: str) -> None:
    """Say the first faults, how many more there are, and that nothing was done."""
    for fault in faults[:SHOWN]:
        _say_error(fault)
    more = len(faults) - SHOWN
    _say(f"另有 {more} 处不对；{done}" if more > 0 else done)


def _say_error(message: str) -> None:
    _say(f"错误：{message}")


def _say(message: str) -> None:
    typer.echo(" ".join(message.splitlines()), err=True)


if __name__ == "__main__":
    sys.exit(main())
