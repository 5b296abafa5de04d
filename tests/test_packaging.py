"""The import names are this checkout's, not those of something installed beside it."""

from __future__ import annotations

import importlib
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

from ingest.added import ADDED_FOLDER, ADDED_REGISTER
from server.operations import VERSION

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize("name", ["ingest", "index", "server", "evals"])
def test_each_package_resolves_inside_this_checkout(name: str) -> None:
    module = importlib.import_module(name)
    assert Path(str(module.__file__)).resolve().is_relative_to(ROOT.resolve())


def test_ignore_rules_do_not_hide_a_package_from_the_wheel() -> None:
    """An ignore line such as `index/` makes the build leave the package out; ours start with a slash."""
    lines = (ROOT / ".gitignore").read_text(encoding="utf-8").split()
    assert not {"index/", "ingest/", "server/", "var/", "evals/"} & set(lines)


def test_the_version_that_is_served_is_that_of_the_package() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert project["project"]["version"] == VERSION


def test_what_is_cleaned_away_is_nothing_that_people_added() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    removed = re.search(r"^\trm -rf (.+)$", makefile, re.MULTILINE)
    assert removed is not None
    assert not {"var", f"var/{ADDED_FOLDER}", f"var/{ADDED_REGISTER}", "var/fetched"} & set(removed[1].split())


def test_every_direct_dependency_is_locked_and_explained() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    locked = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    decisions = (ROOT / "DECISIONS.md").read_text(encoding="utf-8").casefold()
    for line in project["project"]["dependencies"]:
        name = line.split(">")[0].split("=")[0].strip()
        assert name == "torch" or f"\n{name}==" in "\n" + locked, f"{name}: run `make lock`"
        assert name in decisions, f"{name} has no line in DECISIONS.md"


@pytest.mark.skipif(shutil.which("make") is None, reason="needs make")
def test_a_python_that_is_too_old_is_named_before_anything_is_installed(tmp_path: Path) -> None:
    old = tmp_path / "old-python"
    old.write_text('#!/bin/sh\ntest "$1" = --version && echo "Python 3.9.2" || exit 1\n', encoding="utf-8")
    old.chmod(0o755)
    venv = tmp_path / ".venv"
    made = subprocess.run(
        ["make", f"VENV={venv}", f"PYTHON={old}", f"{venv}/bin/python"],
        cwd=ROOT, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert made.returncode != 0
    assert "needs Python 3.11 or newer, found Python 3.9.2; name another: make run PYTHON=" in made.stdout
    assert not venv.exists()
