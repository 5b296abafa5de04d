"""Reference systems: plain BM25 over whole documents, as published baselines use it, to prove the harness with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache

import numpy as np
import tantivy
from numpy.typing import NDArray
from scipy import sparse

from evals.datasets import CorpusDocument

K1 = 1.5
B = 0.75

Analyse = Callable[[str], list[str]]


def english_stems(text: str) -> list[str]:
    """Return the lower-case English stems of every word, function words included."""
    stems: list[str] = _analyser().analyze(text.encode("utf-8", "replace").decode("utf-8"))
    return stems


class PlainBM25:
    """BM25 with Lucene's inverse document frequency, log(1 + (N - df + 0.5) / (df + 0.5)), in one sparse matrix.

    Source: Robertson and Zaragoza 2009, doi:10.1561/1500000019; Kamphuis et al. 2020, doi:10.1007/978-3-030-45442-5_4.
    """

    def __init__(
        self, documents: Sequence[CorpusDocument], analyse: Analyse = english_stems, k1: float = K1, b: float = B
    ) -> None:
        """Index title and text of documents, cut into terms by `analyse`."""
        self.document_ids = [document.document_id for document in documents]
        self._analyse = analyse
        self._terms: dict[str, int] = {}
        rows, columns = [], []
        for row, document in enumerate(documents):
            for term in analyse(f"{document.title} {document.text}"):
                rows.append(row)
                columns.append(self._terms.setdefault(term, len(self._terms)))
        shape = (len(documents), max(1, len(self._terms)))
        counts = sparse.csr_matrix((np.ones(len(rows)), (rows, columns)), shape=shape)
        self._weights = _weigh(counts, k1, b).tocsc()

    def search(self, query: str, k: int) -> list[tuple[str, float]]:
        """Return up to `k` documents that share a term with the query, and their scores, best first."""
        wanted = [self._terms[term] for term in dict.fromkeys(self._analyse(query)) if term in self._terms]
        if not wanted:
            return []
        scores = np.asarray(self._weights[:, wanted].sum(axis=1)).ravel()
        order = np.argsort(-scores, kind="stable")[:k]
        return [(self.document_ids[row], float(scores[row])) for row in order if scores[row] > 0]


@cache
def _analyser() -> tantivy.TextAnalyzer:
    builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple()).filter(tantivy.Filter.lowercase())
    return builder.filter(tantivy.Filter.stemmer("english")).build()


def _weigh(counts: sparse.csr_matrix, k1: float, b: float) -> sparse.csr_matrix:
    total = counts.shape[0]
    lengths: NDArray[np.float64] = np.asarray(counts.sum(axis=1)).ravel()
    frequency = np.bincount(counts.indices, minlength=counts.shape[1])
    idf = np.log(1 + (total - frequency + 0.5) / (frequency + 0.5))
    weighted = counts.copy()
    saturation = k1 * (1 - b + b * lengths / max(lengths.mean(), 1e-9))
    per_entry = np.repeat(saturation, np.diff(counts.indptr))
    weighted.data = idf[counts.indices] * counts.data * (k1 + 1) / (counts.data + per_entry)
    return weighted
