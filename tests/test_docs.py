"""What the README says is so: settings, commands, topics, examples."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from evals.docs import README, readme_with_tables
from server.red_flags.rules import all_rules

ROOT = Path(__file__).parents[1]
RED_FLAGS = ROOT / "server" / "red_flags"


def test_the_generated_tables_of_the_readme_are_up_to_date() -> None:
    assert README.read_text(encoding="utf-8") == readme_with_tables(), "run `make docs`"


def test_every_make_target_the_docs_name_exists() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for page in ("README.md", "CONTRIBUTING.md"):
        for target in set(re.findall(r"`make ([a-z-]+)", (ROOT / page).read_text(encoding="utf-8"))):
            assert re.search(rf"^{target}:", makefile, re.MULTILINE), f"{page} names `make {target}`"


def test_every_file_the_docs_link_to_exists() -> None:
    for page in ROOT.glob("*.md"):
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
            assert (ROOT / target).exists(), f"{page.name} links to {target}"


def test_every_test_the_hazard_log_names_exists() -> None:
    log = (ROOT / "SAFETY.md").read_text(encoding="utf-8")
    for path in re.findall(r"`(tests/[\w/.]+)", log):
        assert (ROOT / path).exists(), path
    named = set(re.findall(r"::(test_\w+)", log)) | set(re.findall(r"`(test_[a-z_]+)`", log))
    written = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    for name in named:
        assert f"def {name}(" in written, name


def test_every_source_that_a_rule_names_is_listed() -> None:
    listed = set(re.findall(r"^\| (S\d+) \|", (RED_FLAGS / "SOURCES.md").read_text(encoding="utf-8"), re.MULTILINE))
    named = {code for item in all_rules() for code in re.findall(r"\bS\d+\b", item.source)}
    assert named <= listed
    assert listed <= named, "a source that no rule names"


def example(language: str) -> str:
    """Return the README's example in a language."""
    found = re.search(rf"<!-- example: {language} -->\n```\w+\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    assert found is not None
    return found.group(1)


@pytest.mark.slow
@pytest.mark.parametrize("language", ["python", "javascript"])
def test_the_example_clients_run_as_written(language: str, live_address: str, tmp_path: Path) -> None:
    command = {"python": sys.executable, "javascript": shutil.which("node")}[language]
    if command is None:
        pytest.skip("no node on this machine")
    script = tmp_path / ("client.py" if language == "python" else "client.mjs")
    script.write_text(example(language).replace("http://127.0.0.1:8000", live_address), encoding="utf-8")
    run = subprocess.run([command, str(script)], capture_output=True, text=True, timeout=60, env={**os.environ})
    assert run.returncode == 0, run.stderr
    assert "sciatica" in run.stdout.casefold()
    assert "cut off" not in run.stdout
