"""Questions beside a document: read, matched to headings, carried to passages, and refused when they do not fit."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.passages import read_passages
from ingest.errors import DocumentMalformed
from ingest.pipeline import ingest
from ingest.questions import MAX_QUESTION_CHARS, parse_questions
from ingest.sources import read_register

ARTICLE = "# Sore hip\n\nA sore hip is common.\n\n## What helps?\n\nWalking helps.\n\n## What’s next?\n\nAsk a nurse.\n"
QUESTIONS = '"" = ["my hip aches"]\n"What helps?" = ["what  eases it", "hip relief"]\n"What\'s next?" = ["and then"]\n'


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "leaflets" / "questions").mkdir(parents=True)
    (tmp_path / "leaflets" / "hip.md").write_text(ARTICLE, encoding="utf-8")
    (tmp_path / "leaflets" / "questions" / "hip.toml").write_text(QUESTIONS, encoding="utf-8")
    (tmp_path / "sources.toml").write_text('[[source]]\nid = "own"\ntitle = "Own"\npath = "leaflets"\n', "utf-8")
    return tmp_path


def test_each_passage_carries_the_questions_of_its_section(home: Path) -> None:
    ingest(read_register(home / "sources.toml"), home / "var")
    found = {passage.text: passage.questions for passage in read_passages(home / "var" / "passages.jsonl")}
    assert found == {
        "A sore hip is common.": ("my hip aches",),
        "Walking helps.": ("what eases it", "hip relief"),
        "Ask a nurse.": ("and then",),
    }


def test_changed_questions_are_read_again(home: Path) -> None:
    ingest(read_register(home / "sources.toml"), home / "var")
    (home / "leaflets" / "questions" / "hip.toml").write_text('"" = ["other words"]\n', encoding="utf-8")
    assert ingest(read_register(home / "sources.toml"), home / "var").is_written
    assert read_passages(home / "var" / "passages.jsonl")[0].questions == ("other words",)


def test_a_document_with_wrong_questions_is_refused_by_name_and_the_others_go_in(home: Path) -> None:
    (home / "leaflets" / "knee.md").write_text("# Knees\n\nKnees bend.\n", encoding="utf-8")
    (home / "leaflets" / "questions" / "hip.toml").write_text('"What hurts?" = ["x"]\n', encoding="utf-8")
    report = ingest(read_register(home / "sources.toml"), home / "var")
    statuses = {Path(row.name).name: (row.status, row.reason) for row in report.documents}
    assert statuses["knee.md"][0] == "read"
    assert statuses["hip.md"][0] == "refused"
    assert "expected a heading of the document, found 'What hurts?'" in statuses["hip.md"][1]


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b'"What helps?" = "one"', "expected a list of questions, found str"),
        (b'"What helps?" = [" "]', "expected questions of 1 to"),
        (b'"What helps?" = [3]', "expected questions of 1 to"),
        (f'"" = ["{"x" * (MAX_QUESTION_CHARS + 1)}"]'.encode(), "expected questions of 1 to"),
        (b"no toml", "expected TOML in UTF-8"),
        (b'"" = ["\xff"]', "expected TOML in UTF-8"),
    ],
)
def test_what_is_wrong_is_named(raw: bytes, said: str) -> None:
    with pytest.raises(DocumentMalformed, match=said):
        parse_questions(raw, ["What helps?"], "hip.md")


def test_no_file_means_no_questions() -> None:
    assert parse_questions(b"", ["What helps?"], "hip.md") == {}
