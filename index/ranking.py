"""Ranker: candidates from words, meaning and questions, measured by each, and what each adds to the fused score."""

from __future__ import annotations

import math
import os
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache, partial
from typing import Literal

import numpy as np

from index.adapter import QueryAdapter
from index.embedders import Vectors
from index.fusion import FloatArray, FusionWeights, min_max, weighted_parts
from index.lexical import LexicalIndex
from index.owned_vectors import OwnedVectors
from index.vector_stores import Allowed, Rows, Scores, VectorStore

System = Literal["bm25", "dense", "hybrid"]
Measures = dict[str, FloatArray]

# Pseudo-relevance feedback (Rocchio 1971, on vectors): the query moves this far towards the mean of the best passages
# of a first ranking, and the vector search runs once more. It needs no model pass. Chosen on dev halves: see
# evals/README.md.
FEEDBACK_PASSAGES = 2
FEEDBACK_SHARE = 0.3
# BM25 scores are looked up among this many of the best by words, and more than are candidates: a passage that another
# search found has the words it has. On the dev half, nDCG@10 at 40 candidates is 0.746 with them, 0.731 without.
SCORED_BY_WORDS = 500
# Passages from which three searches run side by side.
SIDE_BY_SIDE_FROM = 30_000
TINY = 1e-9


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is searched for: text, its unit vector (None for a search by words alone), other words, and among what.

    words: the text with other words for the same things, for the search by words.
    depth: candidates taken from each search, 1 or more. sources, allowed: the numbers of the sources, and one flag a
    passage, that may be found; None: all.
    """

    text: str
    words: str
    vector: Vectors | None
    depth: int
    sources: list[int] | None = None
    allowed: Allowed | None = None


@dataclass(frozen=True, slots=True)
class Ranker:
    """Ranks the passages of one generation. Holds no state; safe to share between threads."""

    lexical: LexicalIndex
    store: VectorStore
    vectors: Vectors
    sentences: OwnedVectors
    questions: OwnedVectors
    adapter: QueryAdapter | None
    weights: FusionWeights

    def rank(self, wanted: Wanted, system: System) -> tuple[Rows, Measures]:
        """Return candidate rows, in no order, with their raw scores by name and, under `<name>_part`, their parts.

        The sum of a row's parts is its fused score. "dense" is measured with the query's own vector; the part it has
        in a hybrid ranking comes from the adapted vector, moved by feedback.
        """
        vector = wanted.vector
        if vector is None or system == "bm25":
            rows, scores = self.lexical.search(wanted.words, wanted.depth, wanted.sources)
            return rows, self._with_parts({"bm25": scores.astype(np.float64)})
        if system == "dense":
            return self._by_cosine(wanted, vector)
        adapted = vector if self.adapter is None else self.adapter.adapt(vector, wanted.text)
        by_words, asked, (dense, _) = self._three_ways(
            partial(self.lexical.search, wanted.words, max(wanted.depth, SCORED_BY_WORDS), wanted.sources),
            partial(self.questions.nearest, vector, wanted.depth, wanted.allowed),
            partial(self.store.search, adapted, wanted.depth, wanted.allowed),
        )
        rows = np.unique(np.concatenate([by_words[0][: wanted.depth], dense, asked]))  # in order
        bm25 = _ByRow(*by_words)
        measured = self._by_meaning(rows, vector, adapted) | {"bm25": bm25.of(rows)}
        if not len(rows):
            return rows, self._with_parts(measured)
        moved = self._moved(adapted, rows, measured)
        near, _ = self.store.search(moved, wanted.depth, wanted.allowed)
        fresh = near[rows[np.minimum(np.searchsorted(rows, near), len(rows) - 1)] != near]
        late = self._by_meaning(fresh, vector, adapted) | {"bm25": bm25.of(fresh)}
        measured = {name: np.concatenate([values, late[name]]) for name, values in measured.items()}
        rows = np.concatenate([rows, fresh])
        by_moved = (self.vectors[rows] @ moved).astype(np.float64)
        return rows, self._with_parts(measured, {"dense": by_moved})

    def _three_ways(
        self,
        words: Callable[[], tuple[Rows, Scores]],
        asked: Callable[[], Rows],
        dense: Callable[[], tuple[Rows, Scores]],
    ) -> tuple[tuple[Rows, Scores], Rows, tuple[Rows, Scores]]:
        """Return what three searches find that need nothing of each other.

        In a large library they run side by side: at 1,000,000 passages each takes many milliseconds, and none holds
        the interpreter's lock meanwhile. In a small one the threads would cost more than they save.
        """
        if len(self.vectors) < SIDE_BY_SIDE_FROM:
            return words(), asked(), dense()
        finding_words, finding_asked = _side_by_side().submit(words), _side_by_side().submit(asked)
        found = dense()
        return finding_words.result(), finding_asked.result(), found

    def _by_meaning(self, rows: Rows, vector: Vectors, adapted: Vectors) -> Measures:
        dense, by_adapted = (self.vectors[rows] @ np.stack([vector, adapted]).T).astype(np.float64).T
        sentence = self.sentences.best(rows, vector, dense)
        own_words = np.maximum(dense, sentence)
        question = self.questions.best(rows, vector, own_words)
        # With nothing or only a heading, a passage that nobody wrote questions for stands on its own words too.
        question = np.where(self.questions.counts(rows) > 1, question, np.maximum(question, own_words))
        return {"dense": dense, "adapted": by_adapted, "sentence": sentence, "question": question}

    def _by_cosine(self, wanted: Wanted, vector: Vectors) -> tuple[Rows, Measures]:
        rows, cosines = self.store.search(vector, wanted.depth, wanted.allowed)
        dense = cosines.astype(np.float64)
        # Cosines as they are: there is nothing to bring to a common scale.
        return rows, {"dense": dense, "dense_part": np.clip(dense, 0.0, 1.0)}

    def _moved(self, vector: Vectors, rows: Rows, measured: Measures) -> Vectors:
        """Return the query's vector moved towards the passages that scored best (pseudo-relevance feedback)."""
        first = fused(self._with_parts(measured, {"dense": measured["adapted"]}))
        middle = self.vectors[rows[np.lexsort((rows, -first))[:FEEDBACK_PASSAGES]]].mean(axis=0)
        moved = (1 - FEEDBACK_SHARE) * vector + FEEDBACK_SHARE * middle / max(_length(middle), TINY)
        return np.asarray(moved / max(_length(moved), TINY), dtype=np.float32)

    def _with_parts(self, measured: Measures, instead: Measures | None = None) -> Measures:
        weights = self.weights if len(self.questions) else self.weights.without_questions()
        weights = weights if len(self.sentences) else weights.without_sentences()
        used = measured | (instead or {})
        # 0 is the floor of them all, so that a score says the same whatever else was found and however deep.
        normalised = {name: min_max(used[name], 0.0) for name in weights.shares() if name in used}
        return measured | {f"{name}_part": part for name, part in weighted_parts(normalised, weights).items()}


def fused(measured: Measures) -> FloatArray:
    """Return the sum of the parts of each row, in [0, 1]."""
    parts = [part for name, part in measured.items() if name.endswith("_part")]
    return np.asarray(np.sum(parts, axis=0, dtype=np.float64))


class _ByRow:
    """Scores of the rows that were found, looked up by row."""

    def __init__(self, found: Rows, scores: Scores) -> None:
        order = np.argsort(found)
        self._found, self._scores = found[order], scores[order]

    def of(self, rows: Rows) -> FloatArray:
        """Return the score of each row, 0 for one that was not found."""
        if not len(self._found):
            return np.zeros(len(rows), dtype=np.float64)
        places = np.minimum(np.searchsorted(self._found, rows), len(self._found) - 1)
        return np.where(self._found[places] == rows, self._scores[places], 0.0).astype(np.float64)


@cache
def _side_by_side() -> Executor:
    """Return the threads that a search is spread over, one a core; they start when they are first needed."""
    return ThreadPoolExecutor(len(os.sched_getaffinity(0)), "search")


def _length(vector: Vectors) -> float:
    return math.sqrt(vector @ vector)
