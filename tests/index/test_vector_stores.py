"""Every vector store against the exact one."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest

from index import vector_stores
from index.embedders import Vectors
from index.errors import IndexCorrupt
from index.vector_stores import LOADERS, StoreFormat, VectorStore, cosines
from index.vector_stores.faiss_store import PQ_FILE, FaissFormat
from index.vector_stores.numpy_store import NumpyStore

FORMATS: dict[str, StoreFormat] = {name: load() for name, load in LOADERS.items()} | {
    "faiss quantised": FaissFormat(exact_up_to=100)
}
COUNT, DIMENSION = 2000, 64


def clustered(count: int, dimension: int, seed: int = 1) -> Vectors:
    """Return unit vectors around the same few centres, as embedded texts are; one in ten repeats another."""
    centres = np.random.default_rng(0).normal(size=(20, dimension))
    random = np.random.default_rng(seed)
    vectors = centres[random.integers(0, 20, count)] + 0.6 * random.normal(size=(count, dimension))
    vectors[::10] = vectors[0]
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


@pytest.fixture(scope="module")
def vectors() -> Vectors:
    return clustered(COUNT, DIMENSION)


@pytest.fixture(scope="module", params=sorted(FORMATS))
def store(request: pytest.FixtureRequest, vectors: Vectors, tmp_path_factory: pytest.TempPathFactory) -> VectorStore:
    folder = tmp_path_factory.mktemp("store")
    FORMATS[request.param].build(vectors, folder)
    return FORMATS[request.param].open(vectors, folder)


@pytest.mark.parametrize("k", [1, 10, 70])
def test_finds_what_exact_search_finds(store: VectorStore, vectors: Vectors, k: int) -> None:
    exact = NumpyStore(vectors)
    recalls = []
    for query in clustered(40, DIMENSION, seed=2):
        rows, scores = store.search(query, k)
        _, best = exact.search(query, k)
        assert np.allclose(scores, vectors[rows] @ query, atol=1e-5)
        assert (scores[:-1] >= scores[1:]).all()
        assert len(set(rows.tolist())) == k
        recalls.append(np.mean(scores >= best[-1] - 1e-6))
    assert np.mean(recalls) >= 0.99


def test_equal_scores_come_in_order_of_their_rows(store: VectorStore, vectors: Vectors) -> None:
    rows, scores = store.search(vectors[0], 50)
    assert rows.tolist() == list(range(0, 500, 10))
    assert np.allclose(scores, 1.0, atol=1e-6)


@pytest.mark.parametrize("permitted", [0, 1, 3, 1500])
def test_a_filter_is_kept_and_filled(store: VectorStore, vectors: Vectors, permitted: int) -> None:
    allowed = np.zeros(COUNT, dtype=np.bool_)
    allowed[np.random.default_rng(3).permutation(COUNT)[:permitted]] = True
    rows, scores = store.search(vectors[7], 10, allowed)
    _, best = NumpyStore(vectors).search(vectors[7], 10, allowed)
    assert allowed[rows].all()
    assert len(rows) == min(10, permitted)
    assert np.allclose(np.sort(scores), np.sort(best), atol=1e-5)


def test_asking_for_more_than_there_is_gives_all(store: VectorStore, vectors: Vectors) -> None:
    rows, _ = store.search(vectors[3], 5 * COUNT)
    assert sorted(rows.tolist()) == list(range(COUNT))
    assert len(store) == COUNT


def test_faiss_chooses_its_index_by_size(vectors: Vectors, tmp_path: Path) -> None:
    FaissFormat(exact_up_to=COUNT).build(vectors, tmp_path)
    assert not (tmp_path / PQ_FILE).exists()
    assert "Flat" in FaissFormat(exact_up_to=COUNT).open(vectors, tmp_path).description
    FaissFormat(exact_up_to=COUNT - 1).build(vectors, tmp_path)
    assert "PQ16x4fs" in FaissFormat(exact_up_to=COUNT - 1).open(vectors, tmp_path).description


def test_a_quantised_index_of_other_vectors_is_refused(vectors: Vectors, tmp_path: Path) -> None:
    quantised = FaissFormat(exact_up_to=100, coded_above=100)
    quantised.build(vectors, tmp_path)
    with pytest.raises(IndexCorrupt, match="expected"):
        quantised.open(vectors[:-1], tmp_path)
    (tmp_path / PQ_FILE).write_bytes((tmp_path / PQ_FILE).read_bytes()[:100])
    with pytest.raises(IndexCorrupt, match="cannot be read"):
        quantised.open(vectors, tmp_path)
    (tmp_path / PQ_FILE).unlink()
    with pytest.raises(IndexCorrupt, match="rollback"):
        quantised.open(vectors, tmp_path)


def test_a_generation_from_before_so_few_vectors_had_codes_is_searched_exactly(
    vectors: Vectors, tmp_path: Path
) -> None:
    FaissFormat(exact_up_to=COUNT).build(vectors, tmp_path)
    assert "Flat" in FaissFormat(exact_up_to=100, coded_above=COUNT).open(vectors, tmp_path).description
    with pytest.raises(IndexCorrupt, match="rollback"):
        FaissFormat(exact_up_to=100, coded_above=COUNT - 1).open(vectors, tmp_path)


@pytest.mark.parametrize("count", [0, 1, 7, 8, 30])
def test_cosines_worked_out_in_parts_are_those_of_the_whole(
    count: int, vectors: Vectors, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vector_stores, "MULTIPLIED_AT_ONCE", 7 * vectors.shape[1])
    assert np.allclose(cosines(vectors[:count], vectors[3]), vectors[:count] @ vectors[3], atol=1e-6)


def test_many_cosines_keep_no_other_thread_busy() -> None:
    vectors = np.ones((4_000, 384), dtype=np.float32)
    cosines(vectors, vectors[0])
    whole, own = time.process_time(), time.thread_time()
    for _ in range(100):
        cosines(vectors, vectors[0])
    whole, own = time.process_time() - whole, time.thread_time() - own
    assert whole < 1.3 * own
