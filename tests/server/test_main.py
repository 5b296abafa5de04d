"""The commands: a wrong setting is one clear line, and answers can be had in the terminal."""

from __future__ import annotations

import gc
import json
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from server import bootstrap
from server.__main__ import main
from tests.hashed import with_cutoff_for_hashing

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("PORT", "eighty", "found 'eighty'"),
        ("REGION", "ZZ", "'GB'"),
        ("TOP_K", "0", "greater than or equal to 1"),
        ("RATE_LIMIT", "often", "120/minute"),
        ("CONVERSATION_URL", "nosuch://user:hunter2@host/db", "SQLAlchemy address"),
        ("API_KEY_HASHES", "hunter2", "sha256"),
        ("CHAT_MODEL_URL", "localhost:11434/v1", "http://"),
    ],
)
def test_a_wrong_setting_is_one_line_that_names_it(
    name: str,
    value: str,
    words: str,
    small_var: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("PLUMBLINE_VAR", str(small_var))
    monkeypatch.setenv("PLUMBLINE_EMBEDDER", "hashing")
    monkeypatch.setenv(f"PLUMBLINE_{name}", value)
    assert main([]) == 2
    written = capsys.readouterr().err
    errors = [line for line in written.splitlines() if not line.startswith("{")]  # log lines are JSON
    assert len(errors) == 1
    assert errors[0].startswith(f"error: PLUMBLINE_{name}: ")
    assert words in errors[0]
    assert "hunter2" not in written


def test_a_missing_index_names_the_command_that_makes_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PLUMBLINE_VAR", str(tmp_path))
    assert main(["ask", "hip"]) == 1
    error = capsys.readouterr().err
    assert error.startswith("error: ")
    assert "index build" in error


def test_a_question_is_answered_in_the_terminal(
    small_var: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PLUMBLINE_VAR", str(small_var))
    monkeypatch.setenv("PLUMBLINE_EMBEDDER", "hashing")
    build = bootstrap.build_services
    monkeypatch.setattr(bootstrap, "build_services", lambda *opened: with_cutoff_for_hashing(build(*opened)))
    assert main(["ask", "what is the most common cause of sciatica?"]) == 0
    said = capsys.readouterr().out
    assert "Sources\n[1] " in said
    assert said.rstrip().endswith("health professional.")
    assert main(["ask", "I can't feel when I wipe"]) == 0
    assert capsys.readouterr().out.startswith("Immediate action required")


def test_the_red_flag_reading_of_a_message_can_be_seen(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["red-flags", "I can't feel when I wipe", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["safety"]["level"] == "emergency"
    assert main(["red-flags", "I can't feel when I wipe"]) == 0
    assert "CE1" in capsys.readouterr().out


@pytest.mark.parametrize("host", ["127.0.0.1", "999.1.1.1", "no host"])
def test_an_address_that_cannot_be_had_is_one_line_and_nothing_is_announced(
    host: str, small_var: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PLUMBLINE_VAR", str(small_var))
    monkeypatch.setenv("PLUMBLINE_EMBEDDER", "hashing")
    monkeypatch.setenv("PLUMBLINE_HOST", host)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        monkeypatch.setenv("PLUMBLINE_PORT", str(taken.getsockname()[1]))
        assert main([]) == 2
    said = capsys.readouterr()
    assert "error: PLUMBLINE_HOST, PLUMBLINE_PORT: expected an address that is free" in said.err
    assert "ready" not in said.out
    assert gc.isenabled(), "the garbage collector stayed off after a start that failed"


def test_a_question_without_words_is_refused(
    small_var: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PLUMBLINE_VAR", str(small_var))
    monkeypatch.setenv("PLUMBLINE_EMBEDDER", "hashing")
    assert main(["ask", " "]) == 2
    assert "error: Write a question. The message has no words in it." in capsys.readouterr().err


@pytest.mark.slow
def test_starting_imports_nothing_that_serving_does_not_need() -> None:
    script = "import sys, server.app, server.bootstrap, uvicorn; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    heavy = {
        "torch",
        "sentence_transformers",
        "transformers",
        "sqlalchemy",
        "mcp",
        "openai",
        "scipy",
        "sklearn",
        "onnx",
    }
    assert heavy & set(run.stdout.split()) == set()
