"""A query's vector, moved to where a library answers questions like it.

The embedding model never saw this library. The questions written beside its documents say which words lead where; what
was learned from them (`index.adapter_training`) moves a query's vector towards the passages that answer questions like
it. Passages keep their vectors, so no text is embedded again; an adapted query costs a few products of a vector with a
matrix and one sum of rows, about 0.1 ms.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from index.embedders import Vectors
from index.errors import IndexCorrupt
from index.stems import stems_of

ADAPTER_FILE = "adapter.npz"


@dataclass(frozen=True, slots=True)
class AdapterRecord:
    """What an adapter was learned from, and how often a question kept out of its trial finds its section among five."""

    questions: int
    words: int
    held_out: int
    found_before: float
    found_after: float


@dataclass(frozen=True)
class QueryAdapter:
    """Adds to a query's vector what was learned: a linear map of it, a small network of it, and its words.

    linear: shape (dimension, dimension). inner: (dimension, hidden); inner_bias: (hidden,); outer: (hidden, dimension).
    words: the stems that were seen often enough. word_vectors: (len(words), dimension).
    """

    linear: Vectors
    inner: Vectors
    inner_bias: Vectors
    outer: Vectors
    words: NDArray[np.str_]
    word_vectors: Vectors

    def adapt(self, vector: Vectors, text: str) -> Vectors:
        """Return the unit vector, shape (dimension,), of a query's text and its own unit vector, moved."""
        moved = vector + vector @ self.linear + np.maximum(vector @ self.inner + self.inner_bias, 0) @ self.outer
        rows = known_words(text, self._places)
        if rows:
            moved = moved + self.word_vectors[rows].sum(axis=0) / np.sqrt(len(rows))
        return np.asarray(moved / np.linalg.norm(moved), dtype=np.float32)

    @cached_property
    def _places(self) -> dict[str, int]:
        return {word: place for place, word in enumerate(self.words.tolist())}

    def save(self, folder: Path) -> None:
        """Write it into the folder of a generation.

        Raises:
            OSError: if it cannot be written.
        """
        arrays: dict[str, Any] = {name: getattr(self, name) for name in self.__dataclass_fields__}
        arrays["word_vectors"] = self.word_vectors.astype(np.float16)  # the largest; more digits change nothing
        np.savez(folder / ADAPTER_FILE, **arrays)


def load_adapter(folder: Path) -> QueryAdapter:
    """Return the adapter of a generation.

    Raises:
        IndexCorrupt: if it cannot be read.
    """
    path = folder / ADAPTER_FILE
    try:
        with path.open("rb") as file, np.load(file) as stored:
            arrays = {name: stored[name] for name in QueryAdapter.__dataclass_fields__}
    except (OSError, ValueError, KeyError, BadZipFile) as exc:
        raise IndexCorrupt(f"{path}: cannot be read ({exc}); run `python -m index build --force`") from exc
    arrays["word_vectors"] = arrays["word_vectors"].astype(np.float32)
    return QueryAdapter(**arrays)


def known_words(text: str, places: Mapping[str, int]) -> list[int]:
    """Return the places of the different stems of a text that have one, in order."""
    return [places[stem] for stem in stems_of(text) if stem in places]


def words_seen(texts: Sequence[str], least: int) -> list[str]:
    """Return the stems that at least so many of the texts hold, in the order they are first met."""
    counts: dict[str, int] = {}
    for text in texts:
        for stem in stems_of(text):
            counts[stem] = counts.get(stem, 0) + 1
    return [stem for stem, count in counts.items() if count >= least]
