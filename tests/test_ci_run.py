""".ci/run: installs what is missing where it may, and goes on to the tests where it may not."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

RUN = Path(__file__).parents[1] / ".ci" / "run"
USED = ("bash", "sh", "env", "dirname", "timeout", "make", "touch", "cp")
PACKAGES = {"chromium": "chromium", "libreoffice-writer": "soffice", "poppler-utils": "pdftoppm"}
APT = """#!/bin/sh
echo "$*" >> {there}/asked
case "$*" in
  *update*) touch {there}/updated; exit 0;;
  *install*) [ -e {there}/updated ] || exit 100;;
esac
for package; do :; done
case $package in
{cases}
esac
"""

pytestmark = pytest.mark.skipif(
    os.name == "nt" or not all(map(shutil.which, USED)), reason="needs bash, make and coreutils"
)


@pytest.fixture
def ci(tmp_path):
    """`ci(user)` → what .ci/run says in a folder whose tests are one line, with only the programs of `ci.programs`."""
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in USED:
        (programs / name).symlink_to(shutil.which(name))
    (tmp_path / ".ci").mkdir()
    shutil.copy(RUN, tmp_path / ".ci")
    (tmp_path / "Makefile").write_text("test:\n\t@touch tested\n")

    def run(user=0):
        stand_in(programs / "id", f"#!/bin/sh\necho {user}\n")
        return subprocess.run(
            [tmp_path / ".ci" / "run"], env={"PATH": str(programs)}, capture_output=True, text=True, check=False,
            timeout=60, stdin=subprocess.DEVNULL,
        )  # fmt: skip

    run.programs, run.there = programs, tmp_path
    return run


def stand_in(path, script):
    path.write_text(script)
    path.chmod(0o755)


def give_apt(ci, *, works=True):
    cases = "\n".join(
        f"  {package}) cp {ci.there}/bin/id {ci.there}/bin/{name};;" for package, name in PACKAGES.items()
    )
    script = (
        APT.format(there=ci.there, cases=cases) if works else f'#!/bin/sh\necho "$*" >> {ci.there}/asked\nexit 100\n'
    )
    stand_in(ci.programs / "apt-get", script)


def asked(ci):
    path = ci.there / "asked"
    return path.read_text().splitlines() if path.exists() else []


def went_on(ci, done):
    return done.returncode == 0 and (ci.there / "tested").exists()


def assert_all_skip(done):
    assert done.stdout == ""
    assert [line.split(" is not here")[0] for line in done.stderr.splitlines()] == list(PACKAGES)


def test_what_is_missing_is_installed(ci):
    give_apt(ci)
    done = ci()
    assert went_on(ci, done)
    assert done.stderr == ""
    assert [line.rsplit(" ", 1)[1] for line in asked(ci) if "install" in line] == ["chromium", *PACKAGES]
    assert all("-y --no-install-recommends" in line for line in asked(ci) if "install" in line)


def test_what_is_there_is_not_installed(ci):
    give_apt(ci)
    for name in ("google-chrome", "soffice", "pdftoppm"):
        stand_in(ci.programs / name, "#!/bin/sh\n")
    assert went_on(ci, ci())
    assert asked(ci) == []


def test_without_apt_the_tests_run(ci):
    done = ci()
    assert went_on(ci, done)
    assert_all_skip(done)


def test_where_apt_fails_the_tests_run(ci):
    give_apt(ci, works=False)
    done = ci()
    assert went_on(ci, done)
    assert_all_skip(done)
    assert asked(ci)


def test_without_root_or_sudo_nothing_is_tried(ci):
    give_apt(ci)
    done = ci(user=1000)
    assert went_on(ci, done)
    assert_all_skip(done)
    assert asked(ci) == []


def test_failing_tests_fail(ci):
    (ci.there / "Makefile").write_text("test:\n\t@false\n")
    assert ci().returncode != 0
