"""VectorStore: the protocol of nearest-passage search, and LOADERS, the registry of implementations.

Every index keeps its vectors in one array file whatever the store; a store adds its own files beside it, or none.
To add one: write a module with a class of this shape, put it in `LOADERS`; the shared test holds it to the exact one.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from index.embedders import Vectors

Rows = NDArray[np.int64]  # (m,) rows of the vector array, which are places in the passages file
Scores = NDArray[np.float32]  # (m,) cosines, since all vectors have unit length
Allowed = NDArray[np.bool_]  # (n,) which rows may be found


class VectorStore(Protocol):
    """Finds the rows whose vectors have the highest inner product with a query's."""

    @property
    def description(self) -> str:
        """Say what kind of index this is, for `python -m index info`."""
        ...

    def __len__(self) -> int: ...

    def search(self, query: Vectors, k: int, allowed: Allowed | None = None) -> tuple[Rows, Scores]:
        """Return up to `k` rows and their cosines, best first; of equal ones the lower row first.

        Args:
            query: one unit vector, shape (dimension,).
            k: 1 or more.
            allowed: when given, only rows that are true are found; fewer than `k` if there are fewer.
        """
        ...


class StoreFormat(Protocol):
    """How a store is written into a generation's folder and opened from it."""

    def build(self, vectors: Vectors, folder: Path) -> None:
        """Write the files the store needs besides the vectors; none is fine.

        Raises:
            OSError: if they cannot be written.
        """
        ...

    def open(self, vectors: Vectors, folder: Path) -> VectorStore:
        """Return the store over `vectors`, which may be memory-mapped.

        Raises:
            IndexCorrupt: if its files are missing or do not belong to these vectors.
        """
        ...


def _numpy() -> StoreFormat:
    from index.vector_stores.numpy_store import NumpyFormat

    return NumpyFormat()


def _faiss() -> StoreFormat:
    from index.vector_stores.faiss_store import FaissFormat

    return FaissFormat()


LOADERS: dict[str, Callable[[], StoreFormat]] = {"faiss": _faiss, "numpy": _numpy}


# OpenBLAS multiplies a matrix of 460,800 numbers (1,200 vectors of 384) or more in several threads. They wait for each
# other by turning in circles: with other replies under way, a product took ten times as long as in one thread.
MULTIPLIED_AT_ONCE = 400_000


def cosines(vectors: Vectors, query: Vectors) -> Scores:
    """Return the inner product of each row with the query, worked out in the calling thread alone.

    Args:
        vectors: shape (n, dimension), rows of unit length.
        query: one unit vector, shape (dimension,).
    """
    rows = max(1, MULTIPLIED_AT_ONCE // len(query))
    if len(vectors) <= rows:
        return np.asarray(vectors @ query)
    return np.concatenate([vectors[start : start + rows] @ query for start in range(0, len(vectors), rows)])


def best_first(rows: Rows, scores: Scores, k: int) -> tuple[Rows, Scores]:
    """Return the `k` best of these rows, best first; of equal scores the lower row first."""
    if len(rows) > k:
        # Everything that ties with the k-th stays in until the sort, so that ties are settled by row alone.
        threshold = np.partition(scores, len(scores) - k)[len(scores) - k]
        kept = scores >= threshold
        rows, scores = rows[kept], scores[kept]
    order = np.lexsort((rows, -scores))[:k]
    return rows[order], scores[order]
