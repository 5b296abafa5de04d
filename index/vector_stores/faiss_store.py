"""FaissStore: exact while the library is small, 4-bit product quantisation with exact refinement above that."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import numpy as np

from index.embedders import Vectors
from index.errors import IndexCorrupt
from index.manifest import REBUILD
from index.vector_stores import Allowed, Rows, Scores, best_first, cosines

PQ_FILE = "faiss-pq.bin"
# Exact search of this many 384-number vectors takes about 0.7 ms on one core and grows with the library; above it the
# quantised index is several times faster (0.5 against 1.3 ms at 17,500 for 80 rows of recall 0.9998, 0.3 against 6 at
# 100,000 for ten) with recall@10 of 0.998 or more.
EXACT_UP_TO = 10_000
# Generations that are older than that limit have no codes of up to this many vectors; they are searched exactly.
CODED_ABOVE = 30_000
# 4 numbers share one 4-bit code, which fast-scan reads from registers: PQ96x4fs at 384 dimensions (André et al. 2015,
# doi:10.14778/2856318.2856324).
NUMBERS_PER_CODE = 4
# Rows taken from the quantised index and then compared exactly, for each row asked for; and never fewer than 300, which
# finds the ten best of 100,000 (recall@10 1.0). Deep lists trade recall for time: at 100 rows of 100,000, a factor of
# 10, 15 and 30 finds 0.90, 0.93 and 0.97.
REFINE_FACTOR = 15
MIN_CANDIDATES = 300
TRAINING_ROWS = 65_536
TRAINING_SEED = 20_240_229
ADD_ROWS = 65_536  # rows converted at once, which bounds memory


class FaissExactStore:
    """Compares the query with every vector, in FAISS."""

    description = "faiss Flat, exact"

    def __init__(self, vectors: Vectors) -> None:
        """Search these vectors, shape (n, dimension), rows of unit length; FAISS keeps a copy."""
        self._faiss = _load_faiss()
        self._index = self._faiss.IndexFlatIP(vectors.shape[1])
        self._index.add(np.ascontiguousarray(vectors))

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def search(self, query: Vectors, k: int, allowed: Allowed | None = None) -> tuple[Rows, Scores]:
        """Return up to `k` rows and their cosines, best first; of equal ones the lower row first."""
        _one_thread(self._faiss)
        parameters = None
        if allowed is not None:
            bits = np.packbits(allowed, bitorder="little")
            selector = self._faiss.IDSelectorBitmap(bits)
            parameters = self._faiss.SearchParameters(sel=selector)
        scores, rows = self._index.search(query[None, :], min(k, len(self)), params=parameters)
        found = rows[0] >= 0  # FAISS fills up with -1 when there are fewer
        return best_first(rows[0][found], scores[0][found], k)


class FaissQuantisedStore:
    """Takes candidates from 4-bit codes held in memory, then compares them exactly with the mapped vectors."""

    def __init__(self, index: Any, vectors: Vectors) -> None:
        """Search `vectors`, shape (n, dimension), through a FAISS index of their codes."""
        self._faiss = _load_faiss()
        self._index = index
        self._vectors = vectors

    @property
    def description(self) -> str:
        """Say what kind of index this is."""
        return f"faiss PQ{self._vectors.shape[1] // NUMBERS_PER_CODE}x4fs, refined exactly"

    def __len__(self) -> int:
        return len(self._vectors)

    def search(self, query: Vectors, k: int, allowed: Allowed | None = None) -> tuple[Rows, Scores]:
        """Return up to `k` rows and their cosines, best first; of equal ones the lower row first."""
        wanted = max(MIN_CANDIDATES, REFINE_FACTOR * k)
        if allowed is None:
            return self._refine(query, self._candidates(query, wanted), k)
        permitted = int(np.count_nonzero(allowed))
        if permitted > EXACT_UP_TO:
            # Ask for as many more as the filter will take away, twice over in case it takes the better ones.
            rows = self._candidates(query, 2 * wanted * len(self) // permitted)
            rows = rows[allowed[rows]]
            if len(rows) >= min(wanted, permitted):
                return self._refine(query, rows, k)
        return self._refine(query, np.flatnonzero(allowed).astype(np.int64), k)

    def _candidates(self, query: Vectors, wanted: int) -> Rows:
        _one_thread(self._faiss)
        _, rows = self._index.search(query[None, :], min(wanted, len(self)))
        found: Rows = rows[0][rows[0] >= 0]
        return found

    def _refine(self, query: Vectors, rows: Rows, k: int) -> tuple[Rows, Scores]:
        rows = np.sort(rows)  # in file order: neighbours share memory pages
        return best_first(rows, cosines(self._vectors.take(rows, axis=0), query), k)


class FaissFormat:
    """Chooses the kind of index by the number of vectors."""

    def __init__(self, exact_up_to: int = EXACT_UP_TO, coded_above: int = CODED_ABOVE) -> None:
        """Use exact search up to `exact_up_to` vectors; of up to `coded_above` also where there are no codes."""
        self.exact_up_to = exact_up_to
        self.coded_above = coded_above

    def build(self, vectors: Vectors, folder: Path) -> None:
        """Write the quantised index when it is needed.

        Raises:
            OSError: if it cannot be written.
        """
        if not self._quantised(vectors):
            return
        faiss = _load_faiss()
        count, dimension = vectors.shape
        index = faiss.index_factory(dimension, f"PQ{dimension // NUMBERS_PER_CODE}x4fs", faiss.METRIC_INNER_PRODUCT)
        rows = np.random.default_rng(TRAINING_SEED).permutation(count)[:TRAINING_ROWS]
        index.train(np.ascontiguousarray(vectors[np.sort(rows)]))
        for start in range(0, count, ADD_ROWS):
            index.add(np.ascontiguousarray(vectors[start : start + ADD_ROWS]))
        # Written by us and not by FAISS, whose failures on a full disk are not OSErrors.
        (folder / PQ_FILE).write_bytes(faiss.serialize_index(index).tobytes())

    def open(self, vectors: Vectors, folder: Path) -> FaissExactStore | FaissQuantisedStore:
        """Return the store over `vectors`.

        Raises:
            IndexCorrupt: if the quantised index is missing, unreadable or of another size.
        """
        path = folder / PQ_FILE  # where one was written and is lost, the manifest has missed it already
        if not self._quantised(vectors) or (len(vectors) <= self.coded_above and not path.is_file()):
            return FaissExactStore(vectors)
        faiss = _load_faiss()
        try:
            index = faiss.deserialize_index(np.fromfile(path, dtype=np.uint8))
        except (OSError, RuntimeError, AssertionError) as exc:
            raise IndexCorrupt(f"{path}: cannot be read ({exc}); {REBUILD}") from exc
        if (index.ntotal, index.d) != vectors.shape:
            raise IndexCorrupt(f"{path}: expected {vectors.shape} vectors, found {(index.ntotal, index.d)}; {REBUILD}")
        return FaissQuantisedStore(index, vectors)

    def _quantised(self, vectors: Vectors) -> bool:
        # Fast-scan needs at least 16 vectors to learn 16 codes from, and whole codes.
        count, dimension = vectors.shape
        return bool(count > max(self.exact_up_to, 16) and dimension % (2 * NUMBERS_PER_CODE) == 0)


_asked = threading.local()


def _one_thread(faiss: Any) -> None:
    """Have FAISS search in the calling thread alone. Said once a thread, to which the setting belongs: each call into
    FAISS gives up the interpreter's lock, and under load waits to have it back.
    """
    if not getattr(_asked, "for_one", False):
        faiss.omp_set_num_threads(1)
        _asked.for_one = True


def _load_faiss() -> Any:
    # Any: its own type hints describe the C++ calls, not the Python ones.
    import faiss

    return faiss
