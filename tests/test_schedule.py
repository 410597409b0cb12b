"""docs/schedule.md: the cron line runs in an empty environment; whatever else it names is there."""

import ast
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from bulletin_maker import make_folder
from typer.main import get_command

from pipeline import cli
from pipeline.reporting.parameters import check

ROOT = Path(__file__).parents[1]
DOC = (ROOT / "docs" / "schedule.md").read_text("utf-8")
CODE = {
    language: re.findall(rf"```{language}\n(.*?)```", DOC, re.DOTALL)
    for language in ("cron", "systemd", "yaml", "python", "bat")
}
ZHENGGAI = Path(sys.executable).with_name("zhenggai")


@pytest.fixture
def project(tmp_path):
    """A folder like a clone that was set up: bulletins, notebooks, list of reports, and .venv."""
    made = tmp_path / "pro ject"
    make_folder(made / "data" / "raw", 2)
    (made / "notebooks").mkdir()
    shutil.copy(ROOT / "notebooks" / "02_completion.ipynb", made / "notebooks")
    shutil.copy(ROOT / "reports.toml", made)
    (made / ".venv" / "bin").mkdir(parents=True)
    (made / ".venv" / "bin" / "zhenggai").symlink_to(ZHENGGAI)
    return made


def cron_command():
    """The command of the one line of the crontab that is a job."""
    (table,) = CODE["cron"]
    (job,) = [line for line in table.splitlines() if re.match(r"[\d*]", line)]
    assert "%" not in job
    assert len(job.split(maxsplit=5)) == 6
    return job.split(maxsplit=5)[5]


def run_as_cron(project):
    command = cron_command().replace("/srv/zhenggai", f"'{project}'")
    return subprocess.run(["/bin/sh", "-c", command], env={}, cwd="/", capture_output=True, text=True, check=False)


@pytest.mark.skipif(sys.platform == "win32" or not ZHENGGAI.is_file(), reason="needs sh and an installed zhenggai")
def test_the_cron_line_runs_in_an_empty_environment(project):
    done = run_as_cron(project)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")  # nothing to mail
    page = project / "data" / "processed" / "reports" / "02_completion" / "02_completion.html"
    assert "自报完成率" in page.read_text("utf-8")
    assert len(list((project / "data" / "processed" / "runs").glob("*-02_completion"))) == 1
    assert list((project / "figures").glob("*.png"))
    # and where a report fails, cron has something to mail
    (project / "reports.toml").write_text('[reports.a]\nnotebook = "missing"', "utf-8")
    done = run_as_cron(project)
    assert done.returncode == 1
    assert done.stdout == ""
    assert re.fullmatch(r"错误：.*没有笔记本 missing.*\n", done.stderr)


def test_every_command_and_option_of_the_examples_exists():
    commands = get_command(cli.app).commands
    named = re.findall(r"zhenggai (build|report)((?: --?[a-z]+)*)", DOC)
    assert {command for command, _ in named} == {"build", "report"}
    for command, options in named:
        known = {name for option in commands[command].params for name in option.opts}
        assert set(options.split()) <= known


def test_the_dags_are_python_and_name_notebooks_and_parameters_that_exist():
    assert len(CODE["python"]) == 2
    found = 0
    for source in CODE["python"]:
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "PapermillOperator":
                given = {word.arg: ast.literal_eval(word.value) for word in node.keywords}
                notebook = ROOT / Path(given["input_nb"]).relative_to("/srv/zhenggai")
                assert check(notebook, given["parameters"]) == given["parameters"]
                found += 1
    assert found == 1


def test_the_workflow_is_yaml_and_runs_what_the_cron_line_runs():
    (source,) = CODE["yaml"]
    steps = yaml.safe_load(source)["jobs"]["report"]["steps"]
    runs = [step["run"] for step in steps if "run" in step]
    assert runs[-2:] == cron_command().split(" && ")[1:]
    assert "setup:" in (ROOT / "Makefile").read_text("utf-8")


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed")
def test_the_units_are_verified(tmp_path):
    service, timer = CODE["systemd"]
    # Programs must exist for the check; the rest is as printed.
    (tmp_path / "zhenggai.service").write_text(
        service.replace("/srv/zhenggai/.venv/bin/zhenggai", "/bin/true")
        .replace("/srv/zhenggai", "/")
        .replace("analyst", "root")
    )
    (tmp_path / "zhenggai.timer").write_text(timer)
    command = ["systemd-analyze", "verify", tmp_path / "zhenggai.service", tmp_path / "zhenggai.timer"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, [line for line in done.stderr.splitlines() if "zhenggai" in line]) == (0, [])
    calendar = re.search("OnCalendar=(.*)", timer)[1]
    assert subprocess.run(["systemd-analyze", "calendar", calendar], capture_output=True, check=False).returncode == 0
