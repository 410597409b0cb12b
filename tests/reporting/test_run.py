"""The runner: refuses early, keeps the evidence, says what it made the page from, and never runs twice at once."""

import hashlib
import json
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import nbformat
import pandas as pd
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from offline import Page

from pipeline import flow
from pipeline.errors import LedgerError, ReportError
from pipeline.flow import report
from pipeline.reporting import runs

PARAMETERS = 'ledger: str = ""  # folder\nfigures: str = ""  # folder\nyears: list[int] = []  # which'


@pytest.fixture
def folder(tmp_path):
    """A folder for notebooks, with a brace and a blank in its name."""
    made = tmp_path / "note {books}"
    made.mkdir()
    return made


def notebook(folder: Path, name: str, *sources: str, parameters: str = PARAMETERS) -> Path:
    cells = [
        new_markdown_cell(f"# {name}"),
        new_code_cell(parameters, metadata={"tags": ["parameters"]}),
        *(new_code_cell(source) for source in sources),
    ]
    kernel = {"kernelspec": {"name": "python3", "language": "python", "display_name": "Python 3"}}
    path = folder / f"{name}.ipynb"
    nbformat.write(new_notebook(cells=cells, metadata=kernel), path)
    return path


def records(place: Path) -> dict[str, dict]:
    """run.json of every run, by its folder's name."""
    return {path.parent.name: json.loads(path.read_text("utf-8")) for path in sorted(place.glob("*/run.json"))}


def stop_the_clock(monkeypatch, at: str) -> None:
    monkeypatch.setattr(flow, "_now", partial(datetime.fromisoformat, at))  # other processes take no lambda


def test_a_run_leaves_notebook_page_figures_tables_and_record(folder, tmp_path, one_bulletin, monkeypatch, capfd):
    monkeypatch.chdir(tmp_path)
    stop_the_clock(monkeypatch, "2025-03-12T06:15:00+08:00")
    notebook(
        folder,
        "works",
        "import os, pathlib\nprint(ledger, years, os.getcwd())\npathlib.Path(figures).mkdir()\n"
        "_ = [pathlib.Path(figures, 'a' + end).write_text('x') for end in ('.png', '.csv')]",
        "from pipeline import open_ledger\nfrom pipeline.reporting import tables\n"
        "tables.show(open_ledger(ledger).issues, ['n', 'statement'], limit=1)",
    )
    pages = report(
        one_bulletin, Path("out {1}/latest"), ["works"], {"years": 2025}, folder=folder, figures=Path("pictures")
    )
    made = tmp_path / "out {1}" / "runs" / "2025-03-12-061500-works"
    latest = tmp_path / "out {1}" / "latest" / "works"
    assert pages == [latest / "works.html"]
    assert sorted(path.relative_to(made).as_posix() for path in made.rglob("*") if path.is_file()) == [
        "figures/a.csv", "figures/a.png", "run.json", "snapshot.parquet", "tables/01-works.csv", "works.html",
        "works.ipynb",
    ]  # fmt: skip
    for name in ("run.json", "works.html", "works.ipynb"):
        assert (latest / name).read_bytes() == (made / name).read_bytes()
    assert sorted(path.name for path in (tmp_path / "pictures").iterdir()) == ["a.csv", "a.png"]
    # absolute before it goes in; the kernel works in the folder of its run
    assert f"{one_bulletin} [2025] {made}" in Page(pages[0].read_text("utf-8")).text
    # all rows as CSV, also where not all are shown, and no longer in the notebook
    assert len(pd.read_csv(made / "tables" / "01-works.csv")) == 3
    assert "vnd.zhenggai" not in (made / "works.ipynb").read_text("utf-8")
    record = json.loads((made / "run.json").read_text("utf-8"))
    assert (record["report"], record["status"], record["error"]) == ("works", "done", None)
    assert record["parameters"] == {"ledger": str(one_bulletin), "figures": str(made / "figures"), "years": [2025]}
    assert record["rows"]["issues"] == 3
    assert record["rows_of_tables"] == {"01-works.csv": 3}
    source = folder / "works.ipynb"
    assert record["notebook"] == {"path": str(source), "sha256": hashlib.sha256(source.read_bytes()).hexdigest()}
    for name, digest in record["ledger"]["files"].items():
        assert hashlib.sha256((one_bulletin / name).read_bytes()).hexdigest() == digest
    assert {"ledger.json", "issues.parquet", "bulletins.parquet"} <= record["ledger"]["files"].keys()
    assert record["outputs"].keys() >= {"works.html", "works.ipynb", "figures/a.png", "tables/01-works.csv"}
    for name, digest in record["outputs"].items():
        assert hashlib.sha256((made / name).read_bytes()).hexdigest() == digest
    assert record["versions"]["papermill"]
    assert record["started"] == "2025-03-12T06:15:00+08:00"
    assert record["seconds"].keys() == {"notebook", "page", "all"}
    assert capfd.readouterr().err == ""  # neither kernel nor library talks


def test_a_failure_keeps_the_notebook_and_the_others_run(folder, tmp_path, one_bulletin):
    broken = notebook(folder, "broken", "1 + 1", "raise ValueError('first line\\nlast line')", "2 + 2")
    fine = notebook(folder, "fine", "1 + 1")
    out = tmp_path / "out"
    (out / "broken").mkdir(parents=True)
    (out / "broken" / "broken.html").write_text("of an earlier run")
    finished = []
    with pytest.raises(ReportError, match=r"^broken：第 4 个代码格.*出错，ValueError: last line；现场在 .*-broken$"):
        report(one_bulletin, out, [broken, fine], folder=folder, figures=tmp_path / "f", finished=finished.append)
    kept = nbformat.read(out / "broken" / "broken.ipynb", as_version=4)
    outputs = [output for cell in kept.cells for output in cell.get("outputs", [])]
    assert [output.output_type for output in outputs] == ["execute_result", "error"]
    ended = {record["report"]: record for record in records(tmp_path / "runs").values()}
    assert ended["broken"]["status"] == "failed"
    assert "ValueError: last line" in ended["broken"]["error"]
    assert "broken.ipynb" in ended["broken"]["outputs"]
    assert ended["fine"]["status"] == "done"
    assert not (out / "broken" / "broken.html").exists()
    assert finished == [out / "fine" / "fine.html"]
    assert finished[0].exists()


def test_a_kernel_that_dies_is_a_failure(folder, tmp_path, one_bulletin):
    notebook(folder, "dies", "import os\nos._exit(1)")
    with pytest.raises(ReportError, match="dies：内核没有完成"):
        report(one_bulletin, tmp_path / "out", ["dies"], folder=folder, figures=tmp_path / "f")
    assert (tmp_path / "out" / "dies" / "dies.ipynb").exists()


def test_a_runner_that_dies_is_a_failure_of_its_report_alone(folder, tmp_path, one_bulletin):
    notebook(folder, "fine", "1")
    notebook(folder, "shot", "import os, signal\nos.kill(os.getppid(), signal.SIGKILL)\nimport time\ntime.sleep(60)")
    with pytest.raises(ReportError, match=r"^shot：运行它的进程意外中止"):
        report(one_bulletin, tmp_path / "out", folder=folder, figures=tmp_path / "f")
    ended = {(record["report"], record["status"]) for record in records(tmp_path / "runs").values()}
    assert ("fine", "done") in ended
    assert {status for name, status in ended if name == "shot"} == {"killed"}


@pytest.mark.parametrize(
    ("names", "parameters", "said"),
    [
        (["works"], {"year": 2025}, "works.ipynb 没有参数 year；可用的有：ledger、figures、years"),
        (["works"], {"years": "去年"}, r"参数 years 应是 list\[int\]"),
        (["works"], {"ledger": "x"}, "参数 ledger 由程序填写"),
        (["wroks"], {}, "没有报告或笔记本 wroks；.*里有：works"),
        (["missing/works.ipynb"], {}, "没有报告或笔记本 missing"),
        (["works", "works.ipynb"], {}, "报告 works 给了不止一次"),
    ],
)
def test_what_is_wrong_is_refused_before_anything_runs(folder, one_bulletin, names, parameters, said):
    notebook(folder, "works", "1")
    with pytest.raises(ReportError, match=said):
        report(one_bulletin, folder / "deep" / "out", names, parameters, folder=folder)
    assert not (folder / "deep").exists()


def test_no_ledger_is_said_before_anything_runs(folder, tmp_path):
    notebook(folder, "works", "1")
    with pytest.raises(LedgerError, match="不是台账"):
        report(tmp_path, tmp_path / "deep" / "out", ["works"], folder=folder)
    assert not (tmp_path / "deep").exists()


def test_figures_that_the_latest_run_did_not_make_are_removed_and_strangers_stay(folder, tmp_path, one_bulletin):
    figures = tmp_path / "f"
    write = "import pathlib\npathlib.Path(figures).mkdir()\npathlib.Path(figures, '{}').write_text('x')"
    for name in ("one.png", "two.png"):
        notebook(folder, "draws", write.format(name))
        report(one_bulletin, tmp_path / "out", folder=folder, figures=figures)
        (figures / "readme.png").write_text("a stranger")
    assert sorted(path.name for path in figures.iterdir()) == ["readme.png", "two.png"]
    assert len(list((tmp_path / "runs").glob("*/figures/*.png"))) == 2


def test_the_day_of_the_run_is_filled_in_where_it_is_asked_for(folder, tmp_path, one_bulletin, monkeypatch):
    stop_the_clock(monkeypatch, "2025-03-12T06:15:00+08:00")
    notebook(folder, "asks", "print('day', as_of)", parameters=PARAMETERS + '\nas_of: str = ""  # day')
    (page,) = report(one_bulletin, tmp_path / "out", folder=folder, figures=tmp_path / "f")
    assert "day 2025-03-12" in Page(page.read_text("utf-8")).text
    (page,) = report(one_bulletin, tmp_path / "out", (), {"as_of": "2020-01-31"}, folder=folder, figures=tmp_path / "f")
    assert "day 2020-01-31" in Page(page.read_text("utf-8")).text


def test_a_ledger_that_is_rewritten_meanwhile_is_a_failure(folder, tmp_path, one_bulletin):
    copy = tmp_path / "ledger"
    subprocess.run(["cp", "-r", one_bulletin, copy], check=True)
    notebook(folder, "slow", "import pathlib\npathlib.Path(ledger, 'ledger.json').open('a').write(' ')")
    with pytest.raises(ReportError, match="在运行时被重新写过"):
        report(copy, tmp_path / "out", folder=folder, figures=tmp_path / "f")


def test_two_runs_in_one_second_have_two_folders(tmp_path):
    now = datetime(2025, 3, 12, 6, 15, tzinfo=UTC)
    assert [runs.new_folder(tmp_path, now, "a").name for _ in range(2)] == [
        "2025-03-12-061500-a", "2025-03-12-061500-a.2",
    ]  # fmt: skip


def test_the_last_run_is_the_latest_of_that_report_that_was_done(tmp_path):
    for name, status in [
        ("2025-03-10-000000-b", "done"), ("2025-03-11-000000-b", "done"), ("2025-03-12-000000-b", "failed"),
        ("2025-03-13-000000-a-b", "done"), ("notes", "done"),
    ]:  # fmt: skip
        (tmp_path / name).mkdir()
        runs.write_record(tmp_path / name, {"report": name[18:] or name, "status": status})
    assert runs.last_run(tmp_path, "b")[0].name == "2025-03-11-000000-b"
    assert runs.last_run(tmp_path, "c") is None
    assert runs.last_run(tmp_path / "none", "b") is None


# Two at once, and killed: real processes, as cron would start them


def start(folder, ledger, out):
    code = "import sys; from pathlib import Path; from pipeline.flow import report; a = [Path(p) for p in sys.argv[1:]]"
    code += "\nreport(a[0], a[1], folder=a[2], figures=a[1] / 'f')"
    command = [sys.executable, "-c", code, str(ledger), str(out), str(folder)]
    return subprocess.Popen(command, stderr=subprocess.PIPE, text=True)


def wait_for(path_is_there, seconds=60):
    until = time.monotonic() + seconds
    while not path_is_there():
        assert time.monotonic() < until
        time.sleep(0.05)


def below(process: int) -> set[int]:
    """All processes below one, by /proc."""
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue  # it has ended
    found, waiting = set(), [process]
    while waiting:
        parent = waiting.pop()
        children = {child for child, its in parents.items() if its == parent}
        waiting += children
        found |= children
    return found


@pytest.fixture
def slow(folder, tmp_path, one_bulletin):
    """A run that waits for a file `go`, and a second report that does not."""
    notebook(folder, "fine", "1")
    notebook(
        folder,
        "waits",
        f"import pathlib, time\npathlib.Path({str(tmp_path / 'begun')!r}).touch()\n"
        f"while not pathlib.Path({str(tmp_path / 'go')!r}).exists(): time.sleep(0.05)",
    )
    process = start(folder, one_bulletin, tmp_path / "out")
    wait_for((tmp_path / "begun").exists)
    yield process
    process.kill()
    process.wait()
    process.stderr.close()


def test_a_second_command_is_refused_while_one_runs(slow, folder, tmp_path, one_bulletin):
    second = start(folder, one_bulletin, tmp_path / "out")
    _, errors = second.communicate(timeout=60)
    assert second.returncode == 1
    assert "正由另一个 zhenggai report 写入" in errors
    (tmp_path / "go").touch()
    slow.communicate(timeout=60)
    assert slow.returncode == 0
    assert {record["status"] for record in records(tmp_path / "runs").values()} == {"done"}
    assert len(records(tmp_path / "runs")) == 2  # the second left nothing


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="processes are looked up in /proc")
def test_a_killed_run_leaves_its_evidence_no_process_and_no_lock(slow, folder, tmp_path, one_bulletin):
    started = below(slow.pid)
    assert started
    slow.send_signal(signal.SIGKILL)
    slow.wait()
    left = [name for name, record in records(tmp_path / "runs").items() if record["status"] == "running"]
    assert "waits" in {name[18:] for name in left}  # the other may have been done by then
    wait_for(lambda: not any(Path(f"/proc/{each}").exists() and not is_zombie(each) for each in started))
    (tmp_path / "go").touch()
    said = []
    report(
        one_bulletin,
        tmp_path / "out",
        folder=folder,
        figures=tmp_path / "f",
        problem=lambda path, reason: said.append((Path(path).name, reason)),
    )
    assert [name for name, _ in said] == left
    for name in left:
        record = records(tmp_path / "runs")[name]
        assert record["status"] == "killed"
        assert "没有做完" in record["error"]
    assert (tmp_path / "out" / "waits" / "waits.html").exists()


def is_zombie(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def test_reports_run_two_at_a_time(folder, tmp_path, one_bulletin):
    """Each waits for the other: one after the other, neither would end."""
    for name, other in (("a", "b"), ("b", "a")):
        notebook(
            folder,
            name,
            f"import pathlib, time\npathlib.Path({str(tmp_path / name)!r}).touch()\nend = time.time() + 60\n"
            f"while not pathlib.Path({str(tmp_path / other)!r}).exists():\n"
            "    time.sleep(0.05)\n    assert time.time() < end",
        )
    progress = []
    report(
        one_bulletin,
        tmp_path / "out",
        folder=folder,
        figures=tmp_path / "f",
        progress=lambda *words: progress.append(words),
    )
    assert [words for words in progress if words[0] == "报告"] == [("报告", done, 2) for done in range(3)]
    assert (tmp_path / "out" / "b" / "b.html").exists()
