"""What is installed is said in three places; they say the same."""

import re
import tomllib
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def name_of(requirement):
    return re.match(r"[A-Za-z0-9_.-]+", requirement)[0].lower().replace("_", "-")


def test_conda_and_pip_name_the_same_packages_and_versions():
    conda = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))["dependencies"]
    by_pip = next(entry["pip"] for entry in conda if isinstance(entry, dict))
    listed = {entry for entry in conda if isinstance(entry, str)} | set(by_pip)
    listed -= {"pip", "--editable .", f"python{PROJECT['requires-python']}"}
    assert listed == set(PROJECT["dependencies"])


def test_the_lock_holds_everything_that_is_asked_for():
    lines = (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines()
    locked = {name_of(line) for line in lines if line and not line.startswith(("#", " "))}
    asked = PROJECT["dependencies"] + PROJECT["optional-dependencies"]["dev"]
    assert {name_of(requirement) for requirement in asked} <= locked


def test_the_lock_names_no_place_to_fetch_from():
    assert "://" not in (ROOT / "requirements.lock").read_text(encoding="utf-8")
