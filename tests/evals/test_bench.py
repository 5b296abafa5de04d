"""The bench measures real parts; its floors are what they are said to be."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from evals.bench import last_report
from evals.bench_clock import memory_mb, quantiles, ratio
from evals.bench_hybrid import MadeUpEmbedder, made_up
from evals.bench_page import benchmarks_page
from evals.bench_reply import of_chars, of_words
from evals.bench_vectors import bench_vectors, clustered_vectors
from evals.latency import Floor, RecordingEmbedder
from index.build import build_index
from index.embedders import Vectors
from index.embedders.hashing import HashingEmbedder
from index.passages import Passage, Source
from index.retriever import Retriever
from index.vector_stores import Rows, Scores


def test_clustered_vectors_have_unit_length_and_lie_near_their_centres() -> None:
    centres = np.eye(8, 64, dtype=np.float32)
    vectors = clustered_vectors(centres, 500)
    assert vectors.shape == (500, 64)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(500), abs=1e-5)
    assert (vectors @ centres.T).max(axis=1).mean() > 0.7
    assert (clustered_vectors(centres, 500) == vectors).all()


def test_exact_search_has_full_recall_and_every_figure_is_there() -> None:
    (row,) = bench_vectors(np.eye(8, 64, dtype=np.float32), [300], store="numpy")
    assert row["recall_at_10"] == 1.0
    assert row["vectors"] == 300
    assert row["bytes_per_vector"] == 64 * 4
    assert 0 < row["search_ms"]["p50"] <= row["search_ms"]["p95"]


def part(figures: dict[str, Any]) -> dict[str, Any]:
    index = {"passages": 3, "sentences": 9, "embedder": "hashing", "query_precision": "fp32"}
    about = {"command": "python -m evals.bench", "date": "2026-11-23T00:00:00", "machine": "a machine"}
    return {**about, "index": index, "figures": figures}


def test_the_page_holds_only_what_was_measured_each_beside_its_aim() -> None:
    figures = {"ready_s": 1.5, "first_answer_s": 2.5, "memory_mb": 300.0, "peak_memory_mb": 310.0, "starts": 3}
    page = benchmarks_page({"start": part(figures)})
    assert "| ready | 1.50 s | at most 2 s: met |" in page
    assert "| first answer | 2.50 s | at most 2 s: not met |" in page
    assert "2026-11-23; a machine; index of 3 passages" in page
    assert "## HTTP" not in page


def test_a_part_that_is_not_run_again_keeps_its_figures(tmp_path: Path) -> None:
    file = tmp_path / "bench.json"
    assert last_report(file) == {}
    kept = {"hybrid-1m": part({"passages": 5})}
    file.write_text(json.dumps({**kept, "command": "an older form", "gone": part({})}), encoding="utf-8")
    assert last_report(file) == kept


def test_the_floor_embeds_every_text_once_and_nothing_else() -> None:
    recorder = RecordingEmbedder(HashingEmbedder())
    passes = (("it hurts", "it is numb"), ("it hurts",), ("what is it?",))
    searched = []

    def search(vector: Vectors, k: int) -> tuple[Rows, Scores]:
        searched.append(vector)
        return np.arange(k), np.ones(k, dtype=np.float32)

    assert Floor(recorder, search).run(passes) is not None
    assert recorder.take() == (("it hurts", "it is numb"), ("what is it?",))
    assert recorder.take() == ()
    assert len(searched) == 1
    assert (searched[0] == HashingEmbedder().embed_queries(["what is it?"])[0]).all()
    assert Floor(recorder, search).run(()) is None


def test_messages_have_the_length_they_are_measured_for() -> None:
    texts = [f"question {number} about the hip" for number in range(1000)]
    messages = of_words(texts, 60)
    assert all(60 <= len(message.split()) < 65 for message in messages)
    assert len(set(messages)) == len(messages) > 5
    long = of_chars(texts)
    assert {len(message) for message in long} == {10_000}
    assert len(set(long)) == len(long) >= 2


def test_made_up_passages_are_indexed_and_found_beside_their_centre(tmp_path: Path) -> None:
    """The bench of a million passages stands on this: the index accepts them, and equal texts have equal vectors."""
    inner = HashingEmbedder()
    texts = ["Walking eases a stiff hip.", "A slipped disc may press on a nerve."]
    real = [
        Passage(str(n), str(n), text, 0, len(text), Source(f"s{n}", "Library"), questions=("why?",))
        for n, text in enumerate(texts)
    ]
    embedder = MadeUpEmbedder(inner, inner.embed_passages(texts))
    passages = list(made_up(real, 40))
    manifest = build_index(passages, [], tmp_path, embedder=embedder)
    assert (manifest.counts.passages, manifest.counts.sentences, manifest.counts.questions) == (40, 80, 2)
    retriever = Retriever.open(tmp_path, embedder=embedder)
    best = retriever.search("slipped disc press nerve", 5)
    assert sum("of1 " in hit.passage.text for hit in best) >= 4
    vectors = embedder.embed_passages([passages[3].text, passages[4].text, passages[3].text, texts[0]])
    assert (vectors[0] == vectors[2]).all()
    assert (vectors[0] != vectors[1]).any()
    assert (vectors[3] == inner.embed_passages(texts[:1])[0]).all()


def test_clock_and_memory() -> None:
    assert quantiles([1.0, 2.0, 3.0]) == {"p50": 2.0, "p95": 2.9}
    assert ratio(3.0, 2.0) == 1.5
    assert memory_mb() > 5
    assert memory_mb(peak=True) >= memory_mb() * 0.9
