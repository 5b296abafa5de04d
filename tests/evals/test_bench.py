"""The bench measures real parts; its floors are what they are said to be."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from evals.bench import benchmarks_page
from evals.bench_clock import memory_mb, quantiles, ratio
from evals.bench_vectors import bench_vectors, clustered_vectors


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


def test_the_page_holds_only_what_was_measured(tmp_path: Path) -> None:
    report = {
        "command": "python -m evals.bench --only red-flags",
        "date": "2026-11-23T00:00:00",
        "machine": "a machine",
        "index": {"passages": 3, "sentences": 9, "embedder": "hashing", "query_precision": "fp32"},
        "red-flags": {"ms": {"p50": 0.123, "p95": 0.456}, "mean_words": 11.0},
    }
    page = benchmarks_page(report)
    assert "p50 0.12 ms, p95 0.46 ms" in page
    assert "## HTTP" not in page


def test_clock_and_memory() -> None:
    assert quantiles([1.0, 2.0, 3.0]) == {"p50": 2.0, "p95": 2.9}
    assert ratio(3.0, 2.0) == 1.5
    assert memory_mb() > 5
    assert memory_mb(peak=True) >= memory_mb() * 0.9
