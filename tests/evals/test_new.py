"""An operator's CSV is checked line by line, and what is written can be measured at once."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from evals.__main__ import main
from evals.errors import DatasetInvalid
from evals.library import heading_slug, section_id
from evals.new import read_questions, write_questions
from index.build import build_index
from index.passages import Passage, Source

SECTIONS = {
    "sciatica": {"": "Sciatica is leg pain.", "How long does sciatica last?": "It lasts four to six weeks for most."},
    "hip-arthritis": {"What helps a stiff hip?": "Moving little and often helps a stiff hip."},
}


@pytest.fixture
def var(tmp_path: Path) -> Path:
    passages = [
        Passage(
            passage_id=f"{article}:{number}",
            document_id=article,
            text=text,
            start=0,
            end=len(text),
            source=Source(article, article.replace("-", " ")),
            heading_path=(heading,) if heading else (),
            sentences=((0, len(text)),),
        )
        for article, sections in SECTIONS.items()
        for number, (heading, text) in enumerate(sections.items())
    ]
    build_index(passages, [], tmp_path / "var", embedder="hashing")
    return tmp_path / "var"


ARTICLES = {
    "sciatica": ["sciatica#opening", "sciatica#how-long-does-sciatica-last"],
    "hip-arthritis": ["hip-arthritis#what-helps-a-stiff-hip"],
}


def csv(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "mine.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_round_trip_from_csv_to_a_figure(var: Path, tmp_path: Path) -> None:
    path = csv(
        tmp_path,
        "Question,Section,Grade\n"
        "how many weeks does it last,sciatica#How long does sciatica last?,2\n"
        "how many weeks does it last,sciatica#opening,1\n"
        '"stiff hip, what helps?",hip-arthritis,\n',
    )
    assert main(["new", str(path), "--var", str(var)]) == 0
    folder = var / "evals" / "questions" / "mine"
    out = tmp_path / "out.json"
    assert main(["retrieval", "--library", "--data", str(folder), "--var", str(var), "--json", str(out)]) == 0
    result = json.loads(out.read_text())
    assert result["queries"] == 2
    assert result["metrics"]["RR@10"] == 1.0


def test_a_section_keeps_its_name_when_it_is_split_again() -> None:
    source = Source("sciatica", "Sciatica")
    one = Passage("x", "sciatica", "a", 0, 1, source, ("Sciatica", "How long does sciatica last?"))
    other = Passage("y", "sciatica", "b", 5, 6, source, ("How long does sciatica last?",))
    assert section_id(one) == section_id(other) == "sciatica#how-long-does-sciatica-last"
    assert section_id(Passage("z", "sciatica", "c", 0, 1, source, ("Sciatica",))) == "sciatica#opening"
    assert heading_slug("¿?") == "opening"


def test_semicolons_byte_order_marks_and_carriage_returns_are_read(tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_bytes("\ufeffquestion;section\r\nhow long;sciatica\r\n".encode())
    questions = read_questions(path, ARTICLES)
    assert list(questions.grades.values()) == [dict.fromkeys(ARTICLES["sciatica"], 2)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("question,answer\nq,a\n", "line 1: expected columns question and section"),
        ("question,section\n,sciatica\n", "line 2: expected words in 'question'"),
        ("question,section\nq,siatica\n", "line 2: the library has no article 'siatica'; close ones: sciatica"),
        ("question,section\nq,sciatica#how long does it last\n", "line 2: article 'sciatica' has no section"),
        ("question,section,grade\nq,sciatica,3\n", "line 2: expected grade 2 or 1, found '3'"),
        ("question,section,grade\nq,sciatica,2\nq,sciatica#opening,1\n", "line 3: 'sciatica#opening' has grade 2"),
        ("question,section,id\nq,sciatica,1\nother,sciatica,1\n", "line 3: id '1' belongs to another question"),
        ("question,section\nq, and more,sciatica\n", "line 2: expected 2 columns, found more"),
        ("question,section\n", "expected at least one question"),
    ],
)
def test_a_fault_names_its_line(tmp_path: Path, text: str, expected: str) -> None:
    with pytest.raises(DatasetInvalid) as fault:
        read_questions(csv(tmp_path, text), ARTICLES)
    assert expected in str(fault.value)


def test_a_folder_of_something_else_is_not_replaced(tmp_path: Path) -> None:
    questions = read_questions(csv(tmp_path, "question,section\nq,sciatica\n"), ARTICLES)
    folder = tmp_path / "precious"
    folder.mkdir()
    (folder / "letter.txt").write_text("keep me")
    with pytest.raises(DatasetInvalid, match="found other files"):
        write_questions(folder, questions)
    assert (folder / "letter.txt").read_text() == "keep me"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["mine.csv", "precious"]
