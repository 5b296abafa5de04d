"""OwnedVectors: the vectors of short texts that belong to passages: their sentences, or the questions they answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from index.embedders import Vectors
    from index.vector_stores import Rows

FloatArray = NDArray[np.float64]


class OwnedVectors:
    """Texts of passage `row` are `offsets[row]` to `offsets[row + 1]`. Immutable; safe to share between threads."""

    def __init__(self, vectors: Vectors, offsets: NDArray[np.int64]) -> None:
        """Keep vectors, shape (n, dimension), rows of unit length, and offsets, shape (passages + 1,)."""
        self.vectors = vectors
        self.offsets = offsets
        self._owners = np.flatnonzero(np.diff(offsets))

    def __len__(self) -> int:
        return len(self.vectors)

    def of(self, row: int) -> Vectors:
        """Return the vectors of one passage, shape (its texts, dimension)."""
        start, end = self.offsets[row : row + 2]
        return self.vectors[start:end]

    def best(self, rows: Rows, query: Vectors, otherwise: FloatArray) -> FloatArray:
        """Return the highest cosine among the texts of each row; of `otherwise` for a row without any."""
        starts = self.offsets[rows]
        counts = self.offsets[rows + 1] - starts
        some = counts > 0
        best = otherwise.copy()
        if some.any():
            starts, counts = starts[some], counts[some]
            firsts = np.cumsum(counts) - counts  # where the texts of each passage begin in the array below
            places = np.arange(counts.sum()) + np.repeat(starts - firsts, counts)
            # Kept in single precision: NumPy converts half precision slowly, 1.2 ms for the sentences of one search.
            best[some] = np.maximum.reduceat(self.vectors[places] @ query, firsts)
        return best

    def nearest(self, query: Vectors, k: int, allowed: NDArray[np.bool_] | None = None) -> Rows:
        """Return up to `k` passages whose best text is nearest to the query, in no order; compares every text."""
        if not len(self._owners):
            return np.empty(0, dtype=np.int64)
        best: NDArray[Any] = np.maximum.reduceat(self.vectors @ query, self.offsets[self._owners])
        owners = self._owners
        if allowed is not None:
            best, owners = best[allowed[owners]], owners[allowed[owners]]
        if k >= len(owners):
            return owners
        return owners[np.argpartition(-best, k - 1)[:k]]
