"""The commands: exit codes, JSON, one clear line on failure; and that serving needs no torch."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from index.__main__ import main
from index.passages import Passage, StoredDocument, write_documents, write_passages

ROOT = Path(__file__).parents[2]
Library = tuple[list[Passage], list[StoredDocument]]


@pytest.fixture
def prepared(tmp_path: Path, library: Library, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a data folder with passages and documents but no index, named by the environment."""
    write_passages(tmp_path / "passages.jsonl", library[0])
    write_documents(tmp_path / "documents.jsonl", library[1])
    monkeypatch.setenv("PLUMBLINE_VAR", str(tmp_path))
    monkeypatch.setenv("PLUMBLINE_EMBEDDER", "hashing")
    return tmp_path


def run_json(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    capsys.readouterr()
    assert main([*arguments, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_build_search_info_verify_and_rollback_work_together(
    prepared: Path, capsys: pytest.CaptureFixture[str], library: Library
) -> None:
    built = run_json(capsys, "build")
    assert built["counts"]["passages"] == len(library[0])
    found = run_json(capsys, "search", "most common cause of sciatica", "-k", "2")
    assert [hit["rank"] for hit in found["hits"]] == [1, 2]
    assert found["hits"][0]["passage_id"] == "sciatica:0"
    assert {"bm25", "dense", "sentence"} <= set(found["hits"][0]["scores"])
    assert run_json(capsys, "info")["generation"] == built["generation"]
    assert run_json(capsys, "verify") == {
        "ok": True,
        "generation": built["generation"],
        "files": len(built["files"]),
        "passages": 6,
        "searched": 6,
    }
    again = run_json(capsys, "build", "--force")
    assert again["previous_generation"] == built["generation"]
    assert run_json(capsys, "rollback") == {"from": again["generation"], "to": built["generation"]}


def test_a_limit_keeps_one_source_from_filling_the_list(
    prepared: Path, capsys: pytest.CaptureFixture[str], library: Library
) -> None:
    run_json(capsys, "build")
    every = [hit["source_id"] for hit in run_json(capsys, "search", "hip", "-k", "6")["hits"]]
    limited = [
        hit["source_id"] for hit in run_json(capsys, "search", "hip", "-k", "6", "--max-per-source", "1")["hits"]
    ]
    assert len(every) > len(set(every))
    assert limited == list(dict.fromkeys(every))


def test_output_for_people_names_what_was_found(prepared: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["build"]) == 0
    assert "embedder_id        hashing" in capsys.readouterr().out
    assert main(["search", "bursitis", "-k", "1"]) == 0
    assert "hip:0" in capsys.readouterr().out
    assert main(["search", "bursitis", "--source", "pillows", "--system", "bm25"]) == 0
    assert capsys.readouterr().out == "nothing found\n"
    assert main(["verify"]) == 0
    assert "6 of 6 passages" in capsys.readouterr().out


@pytest.mark.parametrize("command", [["search", "x"], ["info"], ["verify"], ["rollback"]])
def test_without_an_index_one_line_names_the_repair(
    prepared: Path, capsys: pytest.CaptureFixture[str], command: list[str]
) -> None:
    assert main(command) == 1
    error = capsys.readouterr().err
    assert error.startswith("error: ")
    assert error.count("\n") == 1
    assert "python -m index build" in error


def test_without_passages_one_line_names_the_repair(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["build", "--var", str(tmp_path), "--embedder", "hashing"]) == 1
    assert "python -m ingest run" in capsys.readouterr().err


def test_verify_finds_damage(prepared: Path, capsys: pytest.CaptureFixture[str]) -> None:
    built = run_json(capsys, "build")
    (Path(built["folder"]) / "vectors.npy").write_bytes(b"")
    assert main(["verify"]) == 1
    assert "vectors.npy" in capsys.readouterr().err


@pytest.mark.parametrize("line", [b'{"text": "\xff"}\n', b'["a list"]\n', b"half a li"])
def test_passages_that_cannot_be_read_are_named_with_their_line(
    prepared: Path, capsys: pytest.CaptureFixture[str], line: bytes
) -> None:
    path = prepared / "passages.jsonl"
    path.write_bytes(path.read_bytes() + line)
    assert main(["build"]) == 1
    error = capsys.readouterr().err
    assert "passages.jsonl, line 7: expected" in error
    assert "python -m ingest run" in error


def test_a_wrong_number_of_hits_is_said_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["search", "x", "-k", "0"])
    assert "expected a whole number from 1 to 1000, found '0'" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [[], ["search", "x", "-k", "0"], ["search", "x", "-k", "many"], ["fly"]])
def test_wrong_arguments_are_a_usage_error(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(arguments)
    assert stop.value.code == 2


SEARCH = """
import sys
from pathlib import Path
from index.live import LiveRetriever
live = LiveRetriever(Path(sys.argv[1]))
assert live.search("what helps hip pain at night?", 3)
heavy = {"torch", "transformers", "sentence_transformers", "onnx", "sklearn", "scipy", "pandas"} & set(sys.modules)
assert not heavy, heavy
"""


def search_in_new_process(var: Path) -> None:
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    subprocess.run([sys.executable, "-c", SEARCH, str(var)], cwd=ROOT, env=environment, check=True, timeout=60)


def test_serving_imports_nothing_heavy(var: Path) -> None:
    search_in_new_process(var)


@pytest.mark.slow
def test_serving_the_real_model_imports_no_torch(prepared: Path, capsys: pytest.CaptureFixture[str]) -> None:
    built = run_json(capsys, "build", "--embedder", "default")
    assert built["agreement"]["chosen"] == built["embedder"]["query_precision"]
    assert built["embedder"]["dimension"] == 384
    assert run_json(capsys, "search", "why does my leg hurt")["hits"][0]["scores"]["dense"] > 0.2
    search_in_new_process(prepared)
    capsys.readouterr()
    queries = Path(built["model_folder"]) / f"{built['embedder']['query_precision']}.onnx"
    queries.write_bytes(queries.read_bytes()[:-1])
    assert main(["verify"]) == 1  # passages have a model file of their own, and would still be found
    assert queries.name in capsys.readouterr().err
