"""Public collections: run names are unique, commands say how each was made, sentences are embedded where asked for."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from evals import public
from evals.__main__ import main
from evals.corpora import windows
from evals.datasets import CorpusDocument
from evals.errors import NothingInstalled
from evals.figures import SuiteContext
from evals.public import RUNS, Expected, suite

WORDS = {
    "sciatica": "Sciatica is pain down the leg. It comes from a squeezed nerve in the back.",
    "hip": "The hip is a ball in a socket. Arthritis makes it stiff in the morning.",
}


@pytest.fixture
def shared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "data" / "tiny"
    (folder / "qrels").mkdir(parents=True)
    rows = [{"_id": name, "title": name, "text": text} for name, text in WORDS.items()]
    (folder / "corpus.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (folder / "queries.jsonl").write_text(json.dumps({"_id": "q1", "text": "pain down the leg"}) + "\n")
    (folder / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\nq1\tsciatica\t2\n")
    runs = (Expected("tiny", "test", "rrf", 0.9), Expected("tiny", "test", "hybrid"))
    monkeypatch.setattr(public, "RUNS", runs)
    return tmp_path


def test_every_run_has_a_name_and_a_command_of_its_own() -> None:
    assert len({run.name for run in RUNS}) == len(RUNS) == len({run.command() for run in RUNS})


@pytest.mark.slow
def test_sentences_are_embedded_for_the_products_own_search_alone(shared: Path, tmp_path: Path) -> None:
    for is_asked, sentences in ((False, 0), (True, 4)):
        names = [one.name for one in suite(SuiteContext(tmp_path / "var", shared, is_asked)).figures]
        hybrid = "tiny-test-hybrid" + "-sentences" * is_asked
        assert names == ["tiny-test-rrf", hybrid]
        written = json.loads((tmp_path / "var" / "evals" / "public" / f"{hybrid}.json").read_text())
        assert written["index"]["sentences"] == sentences
        assert ("--sentence-vectors" in written["command"]) == is_asked
    baseline = json.loads((tmp_path / "var" / "evals" / "public" / "tiny-test-rrf.json").read_text())
    assert baseline["index"]["sentences"] == 0


def test_the_flag_reaches_the_suite_and_without_collections_it_says_what_to_set(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(NothingInstalled, match="PLUMBLINE_SHARED"):
        suite(SuiteContext(tmp_path, tmp_path, sentence_vectors=True))
    assert main(["--only", "public", "--sentence-vectors", "--var", str(tmp_path)]) == 1
    assert "python -m index build" in capsys.readouterr().err


def test_sentences_of_a_window_are_found_as_in_the_library() -> None:
    text = "Dr. Wu saw 40 people, e.g. runners, at 2.5 km.\nRest was best.Most were well (p < 0.05). Was it enough?"
    sentences = [
        text[start:end] for one in windows([CorpusDocument("d1", "Runners", text)]) for start, end in one.sentences
    ]
    assert sentences == [
        "Dr. Wu saw 40 people, e.g. runners, at 2.5 km.",
        "Rest was best.",
        "Most were well (p < 0.05).",
        "Was it enough?",
    ]


def test_sentences_stay_inside_their_window_and_leave_no_word_out() -> None:
    text = "\n".join(f"Line {n} says that the hip may be stiff. It says more about walking {n} km." for n in range(40))
    found = list(windows([CorpusDocument("d1", "Hips", text)]))
    assert len(found) > 2
    for window in found:
        inside = "".join(text[start:end] for start, end in window.sentences)
        assert all(window.start <= start < end <= window.end for start, end in window.sentences)
        assert "".join(inside.split()) == "".join(window.text.split())
