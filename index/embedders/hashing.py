"""HashingEmbedder: words and letter groups hashed into a vector. Needs no model; for tests and for trying out."""

from __future__ import annotations

import hashlib
import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from zlib import crc32

import numpy as np

from index.embedders import Agreement, EmbedderRecord, Vectors

DIMENSION = 256
MAX_TOKENS = 512
# Short words are mostly grammar ("the", "can"); they count, but little.
SHORT_WORD_CHARS = 3
SHORT_WORD_WEIGHT = 0.2
WORD_WEIGHT = 1.0
LETTERS_WEIGHT = 0.35  # a whole word is worth about three of its letter groups
LETTER_GROUP = 4
_RECIPE = f"hashing/1 dim={DIMENSION} letters={LETTER_GROUP} weights={WORD_WEIGHT}/{SHORT_WORD_WEIGHT}/{LETTERS_WEIGHT}"
_WORD = re.compile(r"\w+")


class HashingEmbedder:
    """Feature hashing with signs (Weinberger et al. 2009, arXiv:0902.2206), log counts and unit length."""

    embedder_id = "hashing"
    dimension = DIMENSION
    max_tokens = MAX_TOKENS
    weights_sha256 = hashlib.sha256(_RECIPE.encode()).hexdigest()

    @property
    def record(self) -> EmbedderRecord:
        """Return what the manifest keeps."""
        return EmbedderRecord(
            kind="hashing",
            name="hashing",
            embedder_id=self.embedder_id,
            weights_sha256=self.weights_sha256,
            dimension=self.dimension,
            max_tokens=self.max_tokens,
            pooling="sum",
            recipe=_RECIPE,
        )

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Return one unit vector a text. There is no window: the whole text counts."""
        vectors = np.zeros((len(texts), DIMENSION), dtype=np.float32)
        for row, text in enumerate(texts):
            vectors[row] = _vector(text)
        return vectors

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Return one unit vector a query, made as those of passages are."""
        return self.embed_passages(texts)

    def count_tokens(self, text: str) -> int:
        """Return the number of words."""
        return len(_WORD.findall(text))

    def measure_agreement(self, queries: Sequence[str], vectors: Vectors) -> Agreement | None:  # noqa: ARG002
        """Return None: there is one way to embed."""
        return None


def load(name: str, models: Path) -> HashingEmbedder:  # noqa: ARG001
    """Return the embedder; it has no files."""
    return HashingEmbedder()


def reopen(record: EmbedderRecord, models: Path) -> HashingEmbedder:  # noqa: ARG001
    """Return the embedder; it has no files."""
    return HashingEmbedder()


def _vector(text: str) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    sums = np.zeros(DIMENSION, dtype=np.float64)
    for (feature, weight), count in Counter(_features(text)).items():
        code = crc32(feature.encode("utf-8", "replace"))
        # The lowest bit chooses the sign, so that collisions cancel out instead of adding up.
        sums[(code >> 1) % DIMENSION] += (1 if code & 1 else -1) * weight * (1 + math.log(count))
    length = float(np.linalg.norm(sums))
    if length == 0.0:  # no words, or all of them cancelled out: still a unit vector
        sums[0] = length = 1.0
    return (sums / length).astype(np.float32)


def _features(text: str) -> Iterator[tuple[str, float]]:
    for word in _WORD.findall(text.lower()):
        short = len(word) <= SHORT_WORD_CHARS
        yield word, SHORT_WORD_WEIGHT if short else WORD_WEIGHT
        if not short:
            padded = f"<{word}>"
            for start in range(len(padded) - LETTER_GROUP + 1):
                yield padded[start : start + LETTER_GROUP], LETTERS_WEIGHT
