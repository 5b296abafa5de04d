"""NumpyStore: exact search by one matrix product; the oracle that other stores are compared with."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from index.embedders import Vectors
from index.vector_stores import Allowed, Rows, Scores, best_first


class NumpyStore:
    """Compares the query with every vector."""

    description = "numpy exact"

    def __init__(self, vectors: Vectors) -> None:
        """Search these vectors, shape (n, dimension), rows of unit length."""
        self._vectors = vectors

    def __len__(self) -> int:
        return len(self._vectors)

    def search(self, query: Vectors, k: int, allowed: Allowed | None = None) -> tuple[Rows, Scores]:
        """Return up to `k` rows and their cosines, best first; of equal ones the lower row first."""
        if allowed is None:
            return best_first(np.arange(len(self), dtype=np.int64), self._vectors @ query, k)
        rows = np.flatnonzero(allowed).astype(np.int64)
        return best_first(rows, self._vectors[rows] @ query, k)


class NumpyFormat:
    """Needs no file of its own."""

    def build(self, vectors: Vectors, folder: Path) -> None:
        """Write nothing."""

    def open(self, vectors: Vectors, folder: Path) -> NumpyStore:  # noqa: ARG002
        """Return the store over `vectors`."""
        return NumpyStore(vectors)
