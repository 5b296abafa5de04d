"""Adding sources from the command line: nothing is lost, nothing spoils the register, every refusal says what to do."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from index.passages import read_passages
from ingest import commands
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


def test_what_is_refused_is_in_the_report_and_in_the_exit_status(run: Command, tmp_path: Path) -> None:
    """Standard output holds the JSON alone, so that a script can read it."""
    (tmp_path / "in").mkdir()
    leaflet(tmp_path / "in" / "hip.md")
    (tmp_path / "in" / "broken.pdf").write_bytes(b"%PDF-1.4 no")
    (tmp_path / "in" / "old.doc").write_bytes(b"\xd0\xcf\x11\xe0")
    (tmp_path / "in" / "gone.txt").symlink_to(tmp_path / "nowhere.txt")
    (tmp_path / "in" / "picture.png").write_bytes(b"png")
    file = tmp_path / "report.json"
    assert run("add", str(tmp_path / "in"), "--json", str(file)) == 0
    report = json.loads(file.read_text(encoding="utf-8"))
    refused = {Path(row["name"]).name: row["reason"] for row in report["documents"] if row["status"] == "refused"}
    assert set(refused) == {"broken.pdf", "old.doc", "gone.txt"}
    assert all(refused.values())
    assert report["counts"]["refused"] == 3
    assert run("add", str(tmp_path / "in"), "--strict") == 1
    assert run("add", str(tmp_path / "in" / "old.doc")) == 1


def test_the_report_as_json_stands_alone_on_standard_output(
    run: Command, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("add", leaflet(tmp_path / "hip.md"), "--json", "-") == 0
    assert json.loads(capsys.readouterr().out)["difference"]["added"] == ["hip"]
    assert run("remove", "hip", "--json", "-") == 0
    assert json.loads(capsys.readouterr().out)["difference"]["removed"] == ["hip"]


def test_what_was_set_aside_of_a_new_document_is_shown_before_the_rest(
    run: Command, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    links = "".join(f"## Part {number}\n\nA walk helps hip {number}.\n\n×\n\n" for number in range(20))
    run("add", leaflet(tmp_path / "long.md", links))
    capsys.readouterr()
    run("add", leaflet(tmp_path / "new.md", LEAFLET + "\n→\n"))
    out = capsys.readouterr().out
    assert "→" in out
    assert "9 more" in out


@pytest.mark.parametrize("command", [("add", "{}"), ("run",)])
def test_a_pipe_is_refused_and_not_waited_for(
    run: Command, tmp_path: Path, command: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "sources.toml").write_text('[[source]]\nid = "a"\ntitle = "A"\npath = "pipe.txt"\n', encoding="utf-8")
    assert run(*(word.format(tmp_path / "pipe.txt") for word in command), "--strict") == 1
    assert "expected a file, found something else" in capsys.readouterr().out


def test_ctrl_c_ends_with_one_line(
    run: Command, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(commands, "ingest", interrupted)
    assert run("run") == 130
    assert capsys.readouterr().err == "stopped; run `python -m ingest run` to finish\n"


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
