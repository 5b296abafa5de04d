"""DelegatingEmbedder: what embedders that wrap another one share."""

from __future__ import annotations

from collections.abc import Sequence

from index.embedders import Agreement, Embedder, EmbedderRecord, Vectors


class DelegatingEmbedder:
    """An embedder that leaves everything to the one inside; a subclass overrides what it does differently."""

    def __init__(self, inner: Embedder) -> None:
        """Wrap `inner`."""
        self._inner = inner

    @property
    def record(self) -> EmbedderRecord:
        """Return the inner embedder's record."""
        return self._inner.record

    @property
    def embedder_id(self) -> str:
        """Return the name of the model."""
        return self._inner.embedder_id

    @property
    def weights_sha256(self) -> str:
        """Return the hash of the weights."""
        return self._inner.weights_sha256

    @property
    def dimension(self) -> int:
        """Return the length of a vector."""
        return self._inner.dimension

    @property
    def max_tokens(self) -> int:
        """Return the longest input of the model."""
        return self._inner.max_tokens

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Return one unit vector a text."""
        return self._inner.embed_passages(texts)

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Return one unit vector a query."""
        return self._inner.embed_queries(texts)

    def count_tokens(self, text: str) -> int:
        """Return the tokens of a text."""
        return self._inner.count_tokens(text)

    def measure_agreement(self, queries: Sequence[str], vectors: Vectors) -> Agreement | None:
        """Return the inner embedder's agreement."""
        return self._inner.measure_agreement(queries, vectors)
