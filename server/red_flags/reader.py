"""ClauseReader: a small learned reader that proposes features for wordings that no phrase covers.

It is optional. The rules work without it; a fault in it is logged without text and changes nothing else. It is linear:
one weight per feature and n-gram of words and letters, and per dimension of the clause's sentence vector, which the
embedder of the index makes. See model/README.md for what it was trained on and how well it reads.
"""

from __future__ import annotations

import json
import logging
import re
import zlib
from collections import Counter
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

logger = logging.getLogger(__name__)

MODEL = Path(__file__).parent / "model"
BUCKETS = 1 << 16  # n-grams of words fall into the lower half, of letters into the upper
WORD_NGRAMS = (1, 2, 3)
LETTER_NGRAMS = (2, 3, 4, 5)
MOST_CLAUSES = 60  # read of one message; each costs a pass of the embedder
VECTOR_WEIGHT = 1.5  # length of the sentence vector beside the two n-gram parts, which have length 1

Proposal = tuple[str, str, float]  # feature id, status, probability in [0, 1]
Floats = NDArray[np.float32]
Embed = Callable[[Sequence[str]], Floats]  # (n, dimension), unit length

_WORD = re.compile(r"[\w']+")


class ClauseReader(Protocol):
    """Reads clauses and proposes features; it never decides a level."""

    def read(self, clauses: Sequence[str]) -> list[list[Proposal]]:
        """Return, for each clause in order, the features it may show: (feature, status, probability)."""
        ...


class LinearReader:
    """Logistic regressions over n-grams and sentence vectors, one a feature; proposes what is present."""

    def __init__(self, embed: Embed, embedder_sha256: str, folder: Path = MODEL) -> None:
        """Open the weights.

        Args:
            embed: gives the vectors of clauses.
            embedder_sha256: of the weights behind `embed`.

        Raises:
            OSError, KeyError: if a file is missing or broken.
            ValueError: if the reader was trained on the vectors of another embedder.
        """
        about = json.loads((folder / "reader.json").read_text(encoding="utf-8"))
        if about["embedder_sha256"] != embedder_sha256:
            raise ValueError("trained on another embedder; run `python -m evals.train_reader`")
        with np.load(folder / "weights.npz") as stored:
            self._weights: NDArray[np.int8] = stored["weights"]  # (BUCKETS + dimension, features), so rows are gathered
            self._scale: Floats = stored["scale"]  # (features,)
            self._bias: Floats = stored["bias"]
            self._idf: Floats = stored["idf"]  # (BUCKETS,)
        self._vector_weights: Floats = self._weights[BUCKETS:].astype(np.float32)
        self._features: list[str] = about["features"]
        self._limits = np.array([about["thresholds"][feature] for feature in self._features], np.float32)
        self._embed = embed

    def read(self, clauses: Sequence[str]) -> list[list[Proposal]]:
        """Return, for each clause in order, the features above their thresholds; empty for no clauses.

        Of more than `MOST_CLAUSES` only those whose n-grams come nearest to a threshold are read, so that a very long
        message is answered in time; nothing is proposed for the others. The rules read the whole message.
        """
        proposals: list[list[Proposal]] = [[] for _ in clauses]
        if not clauses:
            return proposals
        logits = self._ngram_logits(clauses)
        rows = self._nearest(logits)
        chosen = self._probabilities([clauses[row] for row in rows], logits[rows])
        for row, found in zip(rows, chosen, strict=True):
            proposals[row] = self._proposals(found)
        return proposals

    def probabilities(self, clauses: Sequence[str]) -> Floats:
        """Return (n, features) probabilities."""
        if not clauses:
            return np.zeros((0, len(self._features)), np.float32)
        return self._probabilities(clauses, self._ngram_logits(clauses))

    def _ngram_logits(self, clauses: Sequence[str]) -> Floats:
        """Return the (n, features) share of the n-grams in the logits, before scale and bias."""
        logits = np.empty((len(clauses), len(self._features)), np.float32)
        for row, clause in enumerate(clauses):
            places, values = ngram_values(clause, self._idf)
            logits[row] = values @ self._weights[places].astype(np.float32)
        return logits

    def _probabilities(self, clauses: Sequence[str], ngram_logits: Floats) -> Floats:
        logits = self._embed(clauses) * VECTOR_WEIGHT @ self._vector_weights + ngram_logits
        probabilities = 1 / (1 + np.exp(-(logits * self._scale + self._bias)))
        return probabilities.astype(np.float32, copy=False)

    def _nearest(self, ngram_logits: Floats) -> list[int]:
        """Return the rows to read, in order: all, or those whose n-grams come nearest to a threshold."""
        if len(ngram_logits) <= MOST_CLAUSES:
            return list(range(len(ngram_logits)))
        wanted = np.log(self._limits / (1 - self._limits))
        margins = (ngram_logits * self._scale + self._bias - wanted).max(axis=1)
        return sorted(np.argsort(-margins, kind="stable")[:MOST_CLAUSES].tolist())

    def _proposals(self, row: Floats) -> list[Proposal]:
        return [(self._features[n], "present", float(row[n])) for n in np.flatnonzero(row >= self._limits)]


def ngram_values(text: str, idf: Floats) -> tuple[NDArray[np.int64], Floats]:
    """Return the buckets of a text's n-grams and their values: sublinear counts times idf, each part of length 1."""
    counts = Counter(_buckets(text))
    places = np.fromiter(counts, np.int64, len(counts))
    values = (1 + np.log(np.fromiter(counts.values(), np.float32, len(counts)))) * idf[places]
    for part in (places < BUCKETS // 2, places >= BUCKETS // 2):
        values[part] /= max(float(np.linalg.norm(values[part])), 1e-9)
    return places, values.astype(np.float32)


def _buckets(text: str) -> list[int]:
    half = BUCKETS // 2
    words = _WORD.findall(text.lower().replace("’", "'"))
    ngrams = [words[at : at + size] for size in WORD_NGRAMS for at in range(len(words) - size + 1)]
    found = [zlib.crc32(" ".join(ngram).encode()) % half for ngram in ngrams]
    for word in words:
        found += _letter_buckets(word)
    return found


@lru_cache(maxsize=20_000)
def _letter_buckets(word: str) -> tuple[int, ...]:
    half = BUCKETS // 2
    padded = f" {word} "
    return tuple(
        half + zlib.crc32(padded[at : at + size].encode()) % half
        for size in LETTER_NGRAMS
        for at in range(max(len(padded) - size + 1, 1))
    )


def load_reader(embed: Embed, embedder_sha256: str, folder: Path = MODEL) -> ClauseReader | None:
    """Return the learned reader, or None (and say so in the log) when it is missing, broken or for another embedder."""
    try:
        return LinearReader(embed, embedder_sha256, folder)
    except (OSError, ValueError, KeyError) as exc:
        logger.warning("the learned reader is off (%s); the rules go on without it", type(exc).__name__)
        return None
