"""HalfPrecisionPassages: embeds large evaluation corpora in bfloat16, in batches: about twice as fast.

For measuring only: the product embeds passages in fp32. The vectors' cosine with fp32 is 0.999 or more (tested), and
the recipe of the index says how they were made, so one index never holds both.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from evals.delegating import DelegatingEmbedder
from index.embedders import Embedder, EmbedderRecord, Vectors
from index.embedders.sentence_transformer import read_model_folder

BATCH = 16
RECIPE_NOTE = " passages=bf16"


class HalfPrecisionPassages(DelegatingEmbedder):
    """An embedder whose passages go through PyTorch in bfloat16; queries are left to the inner one."""

    def __init__(self, inner: Embedder, name: str) -> None:
        """Wrap `inner`, which was loaded under the setting `name`; the model is loaded when first needed."""
        super().__init__(inner)
        self._name = name
        self._model: Any = None

    @property
    def record(self) -> EmbedderRecord:
        """Return the inner embedder's record, with the precision noted."""
        record = self._inner.record
        return replace(record, recipe=record.recipe + RECIPE_NOTE)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Return one unit vector a text; what is longer than the model reads is left to the inner embedder."""
        short = [n for n, text in enumerate(texts) if self._inner.count_tokens(text) <= self.max_tokens]
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        if short:
            made = self._load().encode(
                [texts[n] for n in short],
                batch_size=BATCH,
                convert_to_numpy=False,
                normalize_embeddings=True,
                show_progress_bar=False,
            )
            vectors[short] = np.stack([vector.float().numpy() for vector in made])
        rest = sorted(set(range(len(texts))) - set(short))
        if rest:
            vectors[rest] = self._inner.embed_passages([texts[n] for n in rest])
        unit: Vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        return unit

    def _load(self) -> Any:
        if self._model is None:
            import torch
            from sentence_transformers import SentenceTransformer

            path = str(read_model_folder(self._name).path)
            self._model = SentenceTransformer(path, device="cpu", model_kwargs={"dtype": torch.bfloat16})
        return self._model
