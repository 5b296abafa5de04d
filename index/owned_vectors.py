"""OwnedVectors: the vectors of short texts that belong to passages: their sentences, or the questions they answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from index.vector_stores import cosines

if TYPE_CHECKING:
    from index.embedders import Vectors
    from index.vector_stores import Allowed, Rows, VectorStore

FloatArray = NDArray[np.float64]

# Texts looked at for each passage asked for: several of the nearest belong to one passage.
TEXTS_PER_PASSAGE = 2


class OwnedVectors:
    """Texts of passage `row` are `offsets[row]` to `offsets[row + 1]`. Immutable; safe to share between threads."""

    def __init__(self, vectors: Vectors, offsets: NDArray[np.int64], store: VectorStore | None = None) -> None:
        """Keep vectors, shape (n, dimension), rows of unit length, and offsets, shape (passages + 1,).

        Args:
            store: finds the nearest of the vectors; without one, `nearest` finds nothing.
        """
        self.vectors = vectors
        self.offsets = offsets
        self._store = store
        self._owners = np.repeat(np.arange(len(offsets) - 1, dtype=np.int64), np.diff(offsets))

    def __len__(self) -> int:
        return len(self.vectors)

    def of(self, row: int) -> Vectors:
        """Return the vectors of one passage, shape (its texts, dimension)."""
        start, end = self.offsets[row : row + 2]
        return self.vectors[start:end]

    def counts(self, rows: Rows) -> NDArray[np.int64]:
        """Return how many texts each row has."""
        return self.offsets[rows + 1] - self.offsets[rows]

    def best(self, rows: Rows, query: Vectors, otherwise: FloatArray) -> FloatArray:
        """Return the highest cosine among the texts of each row; of `otherwise` for a row without any."""
        starts, counts = self.offsets[rows], self.counts(rows)
        some = counts > 0
        best = otherwise.copy()
        if some.any():
            starts, counts = starts[some], counts[some]
            firsts = np.cumsum(counts) - counts  # where the texts of each passage begin in the array below
            places = np.arange(counts.sum()) + np.repeat(starts - firsts, counts)
            # Kept in single precision: NumPy converts half precision slowly, 1.2 ms for the sentences of one search.
            # `take` gathers rows in two thirds of the time that an index in brackets needs.
            best[some] = np.maximum.reduceat(cosines(self.vectors.take(places, axis=0), query), firsts)
        return best

    def nearest(self, query: Vectors, k: int, allowed: Allowed | None = None) -> Rows:
        """Return up to `k` passages, in no order: the owners of the texts nearest to the query.

        Args:
            allowed: flags of the passages that may be found; None: all.
        """
        if self._store is None or not len(self):
            return np.empty(0, dtype=np.int64)
        of_texts = None if allowed is None else allowed[self._owners]
        texts, _ = self._store.search(query, TEXTS_PER_PASSAGE * k, of_texts)
        owners = self._owners[texts]
        return owners[np.sort(np.unique(owners, return_index=True)[1])][:k]
