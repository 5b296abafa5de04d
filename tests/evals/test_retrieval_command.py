"""The whole way of a run: a BEIR folder, an index, a ranking, its measures, and what may interrupt it."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import pytest

from evals.__main__ import main
from evals.corpora import RememberingEmbedder, windows
from evals.datasets import CorpusDocument
from index.embedders import Vectors
from index.embedders.hashing import HashingEmbedder

WORDS = {
    "sciatica": "Sciatica is pain that runs down the leg from a squeezed nerve in the lower back.",
    "hip": "The hip joint is a ball in a socket, and arthritis makes it stiff in the morning.",
    "disc": "A slipped disc bulges between the bones of the spine and may press on a nerve root.",
    "walking": "Walking a little each day keeps the muscles of the back strong and eases stiffness.",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "tiny"
    (folder / "qrels").mkdir(parents=True)
    rows = [{"_id": name, "title": name, "text": text} for name, text in WORDS.items()]
    (folder / "corpus.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    queries = {"q1": "pain down the leg nerve", "q2": "stiff hip arthritis", "q3": "nothing judged here"}
    (folder / "queries.jsonl").write_text(
        "".join(json.dumps({"_id": one, "text": text}) + "\n" for one, text in queries.items())
    )
    (folder / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\nq1\tsciatica\t2\nq1\tdisc\t1\nq2\thip\t2\n")
    return folder


def run(folder: Path, tmp_path: Path, *more: str) -> dict[str, object]:
    out = tmp_path / "out.json"
    arguments = ["retrieval", "--data", str(folder), "--var", str(tmp_path / "var"), "--embedder", "hashing"]
    assert main([*arguments, "--json", str(out), *more]) == 0
    result: dict[str, object] = json.loads(out.read_text())
    return result


@pytest.mark.parametrize("system", ["bm25", "dense", "hybrid", "rrf", "dense-cut", "bm25-plain"])
def test_every_system_finds_what_the_words_say(folder: Path, tmp_path: Path, system: str) -> None:
    result = run(folder, tmp_path, "--system", system)
    assert result["queries"] == 2
    metrics, intervals = result["metrics"], result["intervals"]
    assert isinstance(metrics, dict)
    assert isinstance(intervals, dict)
    assert metrics["RR@10"] == 1.0
    assert metrics["nDCG@10"] > 0.9
    assert intervals["nDCG@10"][0] <= metrics["nDCG@10"] <= intervals["nDCG@10"][1]
    assert "--system " + system in str(result["command"])


def test_a_run_file_measured_again_gives_the_same_figures(folder: Path, tmp_path: Path) -> None:
    first = run(folder, tmp_path, "--run-out", str(tmp_path / "a.run"))
    second = run(folder, tmp_path, "--run-in", str(tmp_path / "a.run"))
    assert second["metrics"] == first["metrics"]
    index = first["index"]
    assert isinstance(index, dict)
    assert len(index["manifest_sha256"]) == 64


def test_a_report_without_texts_holds_no_words_of_the_data(folder: Path, tmp_path: Path) -> None:
    assert "squeezed" in json.dumps(run(folder, tmp_path))
    assert "squeezed" not in json.dumps(run(folder, tmp_path, "--no-texts"))


def test_a_fault_in_the_data_is_one_line_and_leaves_no_report(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\n")
    out = tmp_path / "out.json"
    assert main(["retrieval", "--data", str(folder), "--var", str(tmp_path / "var"), "--json", str(out)]) == 1
    assert "expected at least one judgement" in capsys.readouterr().err
    assert not out.exists()


def test_windows_hold_every_word_and_none_is_longer_than_the_model_reads() -> None:
    text = " ".join(f"word{number} of a long sentence about backs." for number in range(300))
    passages = list(windows([CorpusDocument("d", "A title", text), CorpusDocument("e", "", "   ")]))
    assert {passage.document_id for passage in passages} == {"d"}
    assert passages[0].start == 0
    assert passages[-1].end == len(text)
    for before, after in pairwise(passages):
        assert text[before.end : after.start].strip() == ""
    for passage in passages:
        assert passage.text == text[passage.start : passage.end]
        assert len(passage.text.split()) < 256


def test_vectors_made_before_an_interruption_are_not_made_again(tmp_path: Path) -> None:
    class Counting(HashingEmbedder):
        made = 0

        def embed_passages(self, texts: list[str]) -> Vectors:  # type: ignore[override]
            if "stop" in texts:
                raise KeyboardInterrupt
            self.made += len(texts)
            return super().embed_passages(texts)

    inner = Counting()
    with RememberingEmbedder(inner, tmp_path / "v.sqlite") as embedder:
        embedder.embed_passages(["one", "two"])
        with pytest.raises(KeyboardInterrupt):
            embedder.embed_passages(["three", "stop"])
    with RememberingEmbedder(inner, tmp_path / "v.sqlite") as embedder:
        vectors = embedder.embed_passages(["two", "three", "one"])
    assert inner.made == 3
    assert (vectors == HashingEmbedder().embed_passages(["two", "three", "one"])).all()
