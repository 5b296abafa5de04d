"""bfloat16 vectors are those of full precision, as far as a ranking is concerned."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from evals.half_precision import RECIPE_NOTE, HalfPrecisionPassages
from index.embedders import load_embedder

TEXTS = [
    "Sciatica is pain that runs down the leg from a squeezed nerve in the lower back.",
    "Walking a little each day keeps the muscles of the back strong.",
    " ".join(f"word{number}" for number in range(400)),
    "",
]


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_vectors_agree_with_full_precision_also_for_long_and_empty_texts(tmp_path: Path) -> None:
    exact = load_embedder("default", tmp_path / "models")
    fast = HalfPrecisionPassages(exact, "default")
    cosines = np.sum(exact.embed_passages(TEXTS) * fast.embed_passages(TEXTS), axis=1)
    assert cosines.min() > 0.999
    assert fast.record.recipe == exact.record.recipe + RECIPE_NOTE
    assert (fast.embed_queries(TEXTS[:1]) == exact.embed_queries(TEXTS[:1])).all()
