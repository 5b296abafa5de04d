"""Vector search at 10,000, 100,000 and a million vectors, against exact search over the same ones."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from evals.bench_clock import quantiles
from index.embedders import Vectors
from index.vector_stores import LOADERS, Rows
from index.vector_stores.numpy_store import NumpyStore

QUERIES = 200
DEPTH = 10
SPREAD = 0.6  # how far a vector lies from its centre, along the difference of two other centres
NOISE = 0.2  # and how far in no direction in particular; cosines within a cluster are then about 0.7
BLOCK = 50_000
SEED = 11


def clustered_vectors(centres: Vectors, count: int, seed: int = SEED) -> Vectors:
    """Return unit vectors scattered around the given ones as passages are around subjects; shape (count, dimension).

    They spread along the differences between centres, since real embeddings use few of their directions, with a little
    noise in all of them.
    """
    random = np.random.default_rng(seed)
    vectors = np.empty((count, centres.shape[1]), dtype=np.float32)
    for start in range(0, count, BLOCK):
        block = vectors[start : start + BLOCK]
        own, one, other = random.integers(0, len(centres), (3, len(block)))
        block[:] = scattered(centres, own, one, other, random.standard_normal(block.shape, dtype=np.float32))
    return vectors


def scattered(centres: Vectors, own: Rows, one: Rows, other: Rows, noise: Vectors) -> Vectors:
    """Return unit vectors near the centres `own`, aside along the difference of `one` and `other`, with some noise.

    Args:
        centres: shape (n, dimension).
        own, one, other: rows of centres, each of shape (count,).
        noise: standard normal, shape (count, dimension).
    """
    aside = centres[one] - centres[other]
    aside /= np.maximum(np.linalg.norm(aside, axis=1, keepdims=True), np.float32(1e-6))
    scale = np.float32(NOISE / np.sqrt(centres.shape[1]))
    vectors = centres[own] + np.float32(SPREAD) * aside + noise * scale
    unit: Vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return unit


def bench_vectors(centres: Vectors, sizes: Sequence[int], store: str = "faiss") -> list[dict[str, Any]]:
    """Return for each size: build seconds, bytes a vector on disk, recall@10 against exact, and search milliseconds."""
    return [
        _bench_one(clustered_vectors(centres, size), clustered_vectors(centres, QUERIES, SEED + 1), store)
        for size in sizes
    ]


def _bench_one(vectors: Vectors, queries: Vectors, store: str) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        started = time.perf_counter()
        LOADERS[store]().build(vectors, folder)
        built = time.perf_counter() - started
        written = sum(path.stat().st_size for path in folder.iterdir())
        started = time.perf_counter()
        opened = LOADERS[store]().open(vectors, folder)
        opening = time.perf_counter() - started
        exact = NumpyStore(vectors)
        times, exact_times, recalls = [], [], []
        for query in queries:
            started = time.perf_counter()
            rows, _ = opened.search(query, DEPTH)
            times.append(1000 * (time.perf_counter() - started))
            started = time.perf_counter()
            best, _ = exact.search(query, DEPTH)
            exact_times.append(1000 * (time.perf_counter() - started))
            recalls.append(len(set(rows.tolist()) & set(best.tolist())) / DEPTH)
    return {
        "vectors": len(vectors),
        "store": opened.description,
        "build_s": round(built, 2),
        "open_s": round(opening, 2),
        "bytes_per_vector": round((vectors.nbytes + written) / len(vectors)),
        "recall_at_10": round(float(np.mean(recalls)), 4),
        "search_ms": quantiles(times),
        "exact_ms": quantiles(exact_times),
    }
