"""Fusion of lexical, dense and sentence scores: pure functions on arrays and rankings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

# Cormack, Clarke and Büttcher 2009, doi:10.1145/1571941.1572114.
RECIPROCAL_RANK_K = 60


@dataclass(frozen=True, slots=True)
class FusionWeights:
    """How much each part counts in the fused score; brought to a sum of 1 when used.

    The defaults were chosen on the dev halves of NFCorpus and of our own questions; evals/README.md has the table.
    """

    bm25: float = 0.2
    dense: float = 0.6
    sentence: float = 0.2
    question: float = 0.3

    def __post_init__(self) -> None:
        weights = (self.bm25, self.dense, self.sentence, self.question)
        if min(weights) < 0 or sum(weights) <= 0:
            raise ValueError(f"expected weights of 0 or more that are not all 0, found {self}")

    def without_sentences(self) -> FusionWeights:
        """Return the weights for an index without sentence vectors: the passage's cosine stands for both.

        >>> FusionWeights(bm25=0.5, dense=0.25, sentence=0.25, question=1.0).without_sentences()
        FusionWeights(bm25=0.5, dense=0.5, sentence=0.0, question=1.0)
        """
        return FusionWeights(self.bm25, self.dense + self.sentence, 0.0, self.question)

    def without_questions(self) -> FusionWeights:
        """Return the weights for an index without questions: words and sentences share the weight these would have.

        Chosen on the dev halves of NFCorpus and MedQuAD questions, which have none; evals/README.md has the table.

        >>> FusionWeights(bm25=0.5, dense=0.25, sentence=0.25, question=1.0).without_questions()
        FusionWeights(bm25=1.0, dense=0.25, sentence=0.75, question=0.0)
        """
        half = self.question / 2
        return FusionWeights(self.bm25 + half, self.dense, self.sentence + half, 0.0)

    def shares(self) -> dict[str, float]:
        """Return the weights by name, summing to 1.

        >>> FusionWeights(bm25=1, dense=3, sentence=0, question=0).shares()
        {'bm25': 0.25, 'dense': 0.75, 'sentence': 0.0, 'question': 0.0}
        """
        weights = {"bm25": self.bm25, "dense": self.dense, "sentence": self.sentence, "question": self.question}
        total = sum(weights.values())
        return {name: weight / total for name, weight in weights.items()}


def min_max(scores: FloatArray, floor: float | None = None) -> FloatArray:
    """Return scores scaled so that the highest is 1 and the lowest (or `floor`) is 0; all 0 when they do not differ.

    A floor is the lowest score the measure can give (0 for BM25): with it, a weak best hit among weaker ones does not
    drag the others to 0 (theoretical min-max; Bruch, Gai and Ingber 2023, doi:10.1145/3596512).

    >>> min_max(np.array([2.0, 4.0, 3.0])).tolist()
    [0.0, 1.0, 0.5]
    >>> min_max(np.array([2.0, 4.0]), floor=0.0).tolist()
    [0.5, 1.0]
    """
    if scores.size == 0:
        return scores.astype(np.float64)
    low = float(scores.min()) if floor is None else floor
    spread = float(scores.max()) - low
    if not spread > 0:
        return np.zeros_like(scores, dtype=np.float64)
    return np.minimum(np.maximum((scores - low) / spread, 0.0), 1.0)


def weighted_parts(normalised: Mapping[str, FloatArray], weights: FusionWeights) -> dict[str, FloatArray]:
    """Return each part times its weight; the parts of a candidate add up to its fused score, in [0, 1].

    Parts that are not given leave their weight to the others.

    Args:
        normalised: arrays of equal length with values in [0, 1], under the names of `FusionWeights`.
    """
    shares = {name: share for name, share in weights.shares().items() if name in normalised}
    total = sum(shares.values()) or 1.0
    return {name: normalised[name] * (share / total) for name, share in shares.items()}


def reciprocal_rank(rankings: Sequence[Sequence[int]], k: int = RECIPROCAL_RANK_K) -> dict[int, float]:
    """Return the sum over rankings of 1 / (k + rank) for each row in any of them; higher is better.

    >>> scores = reciprocal_rank([[7, 8], [8, 9]])
    >>> max(scores, key=scores.__getitem__)
    8
    """
    scores: dict[int, float] = {}
    for ranking in rankings:
        for rank, row in enumerate(ranking, 1):
            scores[row] = scores.get(row, 0.0) + 1.0 / (k + rank)
    return scores
