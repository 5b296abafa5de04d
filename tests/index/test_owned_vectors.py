"""Best texts of passages, against a loop that compares them one by one."""

from __future__ import annotations

import numpy as np
import pytest

from index.owned_vectors import OwnedVectors
from index.vector_stores.numpy_store import NumpyStore

COUNTS = [2, 0, 3, 1, 0]


@pytest.fixture
def owned() -> OwnedVectors:
    vectors = np.random.default_rng(3).normal(size=(sum(COUNTS), 8)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return OwnedVectors(vectors, np.concatenate(([0], np.cumsum(COUNTS))), NumpyStore(vectors))


def best_by_hand(owned: OwnedVectors, query: np.ndarray) -> dict[int, float]:
    return {row: float((owned.of(row) @ query).max()) for row, count in enumerate(COUNTS) if count}


def test_the_best_text_of_a_row_counts_and_a_row_without_texts_keeps_what_is_given(owned: OwnedVectors) -> None:
    query = owned.vectors[4]
    expected = best_by_hand(owned, query)
    rows = np.array([4, 2, 0, 1])
    found = owned.best(rows, query, np.array([0.7, 0.1, 0.1, 0.5]))
    assert found == pytest.approx([0.7, expected[2], expected[0], 0.5], abs=1e-6)


def test_nearest_takes_the_passages_of_the_nearest_texts(owned: OwnedVectors) -> None:
    query = owned.vectors[4]
    expected = best_by_hand(owned, query)
    ranked = sorted(expected, key=expected.__getitem__, reverse=True)
    assert owned.nearest(query, 1).tolist() == ranked[:1] == [2]
    assert set(owned.nearest(query, 2).tolist()) == set(ranked[:2])
    assert set(owned.nearest(query, 9).tolist()) == {0, 2, 3}


def test_nearest_leaves_out_what_is_not_allowed(owned: OwnedVectors) -> None:
    allowed = np.array([True, True, False, True, True])
    assert set(owned.nearest(owned.vectors[4], 9, allowed).tolist()) == {0, 3}


def test_without_texts_nothing_is_near() -> None:
    none = np.zeros((0, 8), np.float32)
    empty = OwnedVectors(none, np.zeros(3, np.int64), NumpyStore(none))
    assert empty.nearest(np.ones(8, np.float32), 5).tolist() == []
    assert empty.best(np.array([0, 1]), np.ones(8, np.float32), np.array([0.2, 0.3])).tolist() == [0.2, 0.3]
