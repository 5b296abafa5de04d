"""A command whose reader has left ends without a word."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from index.command_line import until_unread

ROOT = Path(__file__).parents[2]
LONG = (
    "import sys\nfrom index.command_line import until_unread\nsys.exit(until_unread(lambda: print('x' * 10**6) or 0))"
)


@pytest.mark.parametrize(
    "arguments",
    [
        ["-c", LONG],
        ["-m", "index", "search", "hip", "-k", "6", "--json", "--var", "{var}"],
        ["-m", "ingest", "check", "--json", "-", "--register", "/dev/null", "--var", "{var}"],
    ],
)
def test_output_that_nobody_reads_is_no_fault(var: Path, arguments: list[str]) -> None:
    command = [sys.executable, *(word.format(var=var) if "{" in word else word for word in arguments)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        process.stdout.close()
        assert process.stderr is not None
        assert process.stderr.read() == ""
        assert process.wait(timeout=60) == 141


def test_the_exit_status_is_that_of_the_command() -> None:
    assert until_unread(lambda: 7) == 7
