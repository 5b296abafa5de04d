"""Embedder: the protocol every embedding model is used through, and LOADERS, the registry of implementations.

To add one: write a module with the two functions below it in `LOADERS`, and add it to the shared test.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]  # (n, dimension), rows of unit length
Precision = Literal["int8", "fp32"]

DEFAULT = "default"


@dataclass(frozen=True, slots=True)
class EmbedderRecord:
    """What the manifest remembers of an embedder: enough to open the same one again, or to refuse another."""

    kind: str  # key in LOADERS
    name: str  # the value of the setting it was chosen by
    embedder_id: str
    weights_sha256: str
    dimension: int
    max_tokens: int
    pooling: str
    recipe: str  # everything besides the weights that changes a vector
    model_folder: str = ""  # below the models folder; empty when nothing is kept on disk
    query_precision: Precision = "fp32"


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far the fast query path agrees with full precision, measured on the passages of this index."""

    queries: int
    cosine_mean: float
    cosine_min: float
    top10_overlap: float
    chosen: Precision


class Embedder(Protocol):
    """Turns words into unit vectors. Equal words give equal vectors, bit for bit, whatever is embedded beside them.

    A text above `max_tokens` is never cut: it is embedded in equal windows whose vectors are averaged, weighted by
    their tokens, and brought back to unit length.
    """

    @property
    def record(self) -> EmbedderRecord: ...
    @property
    def embedder_id(self) -> str: ...
    @property
    def weights_sha256(self) -> str: ...
    @property
    def dimension(self) -> int: ...
    @property
    def max_tokens(self) -> int: ...

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Return one unit vector a text; shape (0, dimension) for no texts."""
        ...

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Return one unit vector a query, comparable with those of passages by inner product."""
        ...

    def count_tokens(self, text: str) -> int:
        """Return the tokens of a text as the model counts them, special tokens and prompt included."""
        ...

    def measure_agreement(self, queries: Sequence[str], vectors: Vectors) -> Agreement | None:
        """Return how a faster query path agrees with the exact one over these vectors; None if there is one path."""
        ...


@dataclass(frozen=True, slots=True)
class Loader:
    """How one kind of embedder is opened: `load` to build an index, `reopen` to serve one without heavy libraries."""

    load: Callable[[str, Path], Embedder]  # name as in the settings, models folder
    reopen: Callable[[EmbedderRecord, Path], Embedder]


def _hashing() -> Loader:
    from index.embedders import hashing

    return Loader(hashing.load, hashing.reopen)


def _sentence_transformer() -> Loader:
    from index.embedders import sentence_transformer

    return Loader(sentence_transformer.load, sentence_transformer.reopen)


LOADERS: dict[str, Callable[[], Loader]] = {
    "hashing": _hashing,
    "sentence-transformer": _sentence_transformer,
}


def load_embedder(name: str, models: Path) -> Embedder:
    """Return the embedder of a setting: a key of LOADERS, `default`, a local folder or a hub name.

    Args:
        name: the value of `PLUMBLINE_EMBEDDER`.
        models: folder where exported models are kept.

    Raises:
        EmbedderUnavailable: if the model is missing, altered or of a kind that cannot be exported.
    """
    kind = name if name in LOADERS else "sentence-transformer"
    return LOADERS[kind]().load(name, models)


def reopen_embedder(record: EmbedderRecord, models: Path) -> Embedder:
    """Return the embedder an index was built with, from what the build left on disk.

    Raises:
        EmbedderUnavailable: if its files are missing or altered, or its kind is not known here.
    """
    from index.errors import EmbedderUnavailable

    if record.kind not in LOADERS:
        raise EmbedderUnavailable(
            f"index was built with an embedder of kind {record.kind!r}, known are {', '.join(sorted(LOADERS))}; "
            "run `python -m index build`"
        )
    return LOADERS[record.kind]().reopen(record, models)
