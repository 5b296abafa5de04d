"""Whatever is missing or broken, every command says it in one line that names the file or the setting."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest

from evals.commands import read_rows, run_command
from evals.errors import DatasetInvalid
from index.build import build_index
from index.passages import Passage, Source

BROKEN = "{broken\n"


def failed(capsys: pytest.CaptureFixture[str], module: str, *arguments: str) -> str:
    """Run a command that must fail and return what it says."""
    assert import_module(module).main(arguments) == 1
    said = capsys.readouterr().err.strip().splitlines()[-1]
    assert said.startswith("error: ")
    return said


@pytest.fixture
def var(tmp_path: Path) -> Path:
    passage = Passage("p", "d", "Hips move.", 0, 10, Source("d", "Hips"), sentences=((0, 10),))
    build_index([passage], [], tmp_path / "var", embedder="hashing")
    return tmp_path / "var"


@pytest.mark.parametrize(
    ("module", "arguments"),
    [
        ("evals.__main__", []),
        ("evals.__main__", ["retrieval", "--library", "--data", "evals/data/in-domain"]),
        ("evals.__main__", ["gaps", "README.md"]),
        ("evals.__main__", ["new", "README.md"]),
        ("evals.answers", []),
        ("evals.conversations", []),
        ("evals.evidence", []),
        ("evals.support", []),
        ("evals.in_domain", ["pool"]),
    ],
)
def test_without_an_index_each_command_says_what_to_run(
    module: str, arguments: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "python -m index build" in failed(capsys, module, *arguments, "--var", str(tmp_path))


@pytest.mark.parametrize(
    ("module", "flag"),
    [
        ("evals.answers", "--messages"),
        ("evals.answers", "--out-of-scope"),
        ("evals.conversations", "--rewrites"),
        ("evals.evidence", "--messages"),
        ("evals.evidence", "--out-of-scope"),
    ],
)
@pytest.mark.parametrize("content", [None, BROKEN, '{"other": 1}\n', "[1]\n"])
def test_a_file_of_questions_that_cannot_be_read_is_named(
    module: str, flag: str, content: str | None, var: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "rows.jsonl"
    if content is not None:
        path.write_text(content)
    said = failed(capsys, module, flag, str(path), "--var", str(var))
    assert f"{path}: expected" in said if content is None else f"{path}, line 1: expected" in said


@pytest.mark.parametrize("arguments", [["{}"], ["--paragraphs", "{}"]])
def test_labelled_paragraphs_that_are_not_there_are_named(
    arguments: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    missing = str(tmp_path / "missing")
    said = failed(capsys, "evals.ingest_screen", *(argument.format(missing) for argument in arguments))
    assert f"{missing}: expected" in said


@pytest.mark.parametrize("name", ["dev.rules.tsv", "dev.jsonl", "dev-conversations.jsonl"])
@pytest.mark.parametrize("content", [None, BROKEN])
def test_broken_labels_of_messages_are_named(
    name: str, content: str | None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    row = '{"id": "m1", "text": "sore", "label": "none", "flags": [], "phenomenon": "plain"}\n'
    chat = '{"id": "c1", "turns": ["sore"], "labels_after_each_turn": ["none"]}\n'
    files = {"dev.rules.tsv": "id\trule\nm1\t-\n", "dev.jsonl": row, "dev-conversations.jsonl": chat}
    for one, right in files.items():
        text = "id\trule\nbroken\n" if content and one == name == "dev.rules.tsv" else content if one == name else right
        if text is not None:
            (tmp_path / one).write_text(text)
    assert str(tmp_path / name) in failed(capsys, "evals.red_flags", "--data", str(tmp_path))


def test_labelled_messages_that_are_not_there_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PLUMBLINE_SHARED", str(tmp_path))
    assert "PLUMBLINE_SHARED" in failed(capsys, "evals.red_flag_peers")


@pytest.mark.parametrize("content", [None, "no front matter", "---\na: [\n---\nWords.", "---\nid: a\n---\n"])
def test_an_article_that_cannot_be_read_is_named(
    content: str | None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "a.md"
    if content is not None:
        path.write_text(content)
    assert f"{path}: expected an article" in failed(capsys, "evals.readability", str(path))


@pytest.mark.parametrize(
    "module",
    [
        *("evals.__main__", "evals.answers", "evals.conversations", "evals.docs", "evals.evidence", "evals.in_domain"),
        *("evals.readability", "evals.red_flag_peers", "evals.red_flags", "evals.support", "evals.train_reader"),
        *("evals.bench", "evals.fitness", "evals.ingest_screen", "evals.train_screen"),
    ],
)
def test_a_wrong_flag_ends_with_2_and_the_usage(module: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        import_module(module).main(["--nonsense"])
    assert ended.value.code == 2
    assert "usage: python -m evals" in capsys.readouterr().err


def test_a_setting_that_does_not_fit_is_named_and_its_value_is_not(
    var: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PLUMBLINE_API_KEY_HASHES", "secret-key")
    said = failed(capsys, "evals.answers", "--var", str(var))
    assert "PLUMBLINE_API_KEY_HASHES" in said
    assert "secret-key" not in said


def test_a_command_that_is_stopped_ends_with_130(capsys: pytest.CaptureFixture[str]) -> None:
    def stop() -> int:
        raise KeyboardInterrupt

    assert run_command(stop) == 130
    assert "stopped" in capsys.readouterr().err


def test_rows_are_read_past_marks_and_blank_lines_and_unusual_breaks(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('\ufeff{"text": "a\u2028b"}\r\n\r\n{"text": "c"}', encoding="utf-8")
    assert [row["text"] for row in read_rows(path, ("text",))] == ["a\u2028b", "c"]
    path.write_bytes(b'{"text": "\xff"}')
    with pytest.raises(DatasetInvalid, match="UTF-8"):
        read_rows(path)
