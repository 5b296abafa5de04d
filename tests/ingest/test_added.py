"""Adding sources from the command line: nothing is lost, nothing spoils the register, every refusal says what to do."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from index.passages import read_passages
from ingest.commands import main

Command = Callable[..., int]
LEAFLET = "# Hip leaflet\n\n## What helps?\n\nA short walk every day keeps the hip moving.\n"


@pytest.fixture
def run(tmp_path: Path) -> Command:
    """Return the command line over an empty register and a data folder of its own."""
    (tmp_path / "sources.toml").write_text("", encoding="utf-8")
    return lambda *words: main([*words, "--register", f"{tmp_path}/sources.toml", "--var", f"{tmp_path}/var"])


def leaflet(path: Path, text: str = LEAFLET) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_two_files_of_one_name_do_not_replace_each_other(
    run: Command, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    leaflet(tmp_path / "in" / "a" / "hip.md")
    leaflet(tmp_path / "in" / "b" / "hip.md", LEAFLET.replace("walk", "swim"))
    assert run("add", str(tmp_path / "in"), "--strict") == 1
    assert "--id" in capsys.readouterr().out
    (kept,) = read_passages(tmp_path / "var" / "passages.jsonl")
    assert "walk" in kept.text


def test_an_id_for_several_files_is_refused(run: Command, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    places = [leaflet(tmp_path / name) for name in ("a.md", "b.md")]
    assert run("add", *places, "--id", "hip") == 2
    assert "--id: expected one file or address, found 2" in capsys.readouterr().err
    assert not (tmp_path / "var" / "added.toml").exists()


def test_an_address_that_is_none_is_refused_before_anything_is_written(
    run: Command, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        run("add", leaflet(tmp_path / "hip.md"), "--url", "clinic.example")
    assert "expected an address that starts with http" in capsys.readouterr().err
    assert not (tmp_path / "var").exists()


def test_a_folder_without_documents_is_refused(
    run: Command, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "in").mkdir()
    assert run("add", str(tmp_path / "in")) == 2
    assert "expected documents in the folder, found none" in capsys.readouterr().err


def test_the_questions_beside_a_file_come_and_go_with_it(run: Command, tmp_path: Path) -> None:
    place = leaflet(tmp_path / "in" / "hip.md")
    leaflet(tmp_path / "in" / "questions" / "hip.toml", '"What helps?" = ["my hip is stiff"]\n')
    assert run("add", place) == 0
    (passage,) = read_passages(tmp_path / "var" / "passages.jsonl")
    assert passage.questions == ("my hip is stiff",)
    assert run("remove", "hip") == 0
    assert [path for path in (tmp_path / "var" / "added").rglob("*") if path.is_file()] == []


def test_a_newer_file_takes_the_place_of_an_older_one_of_its_name(run: Command, tmp_path: Path) -> None:
    run("add", leaflet(tmp_path / "old" / "hip.md"))
    assert run("add", leaflet(tmp_path / "new" / "hip.txt", "A cushion helps with long drives.\n")) == 0
    (passage,) = read_passages(tmp_path / "var" / "passages.jsonl")
    assert passage.text.startswith("A cushion")
    assert [path.name for path in (tmp_path / "var" / "added").iterdir()] == ["hip.txt"]
