"""Does the library cover the question? A calibrated estimate from the scores of the hits."""

from __future__ import annotations

import math
from collections.abc import Sequence

from index.retriever import Hit
from server.answers import Confidence
from server.queries import Query


class CalibratedJudge:
    """Logistic estimate from the best hit's cosine."""

    def confidence(self, query: Query, hits: Sequence[Hit]) -> Confidence:
        """Return the estimate and the cut-off, both in [0, 1]; no hits give 0."""
        if not hits:
            return Confidence(0.0, 0.5)
        best = max(max(hit.scores.get("dense", 0.0), hit.scores.get("sentence", 0.0)) for hit in hits)
        return Confidence(round(1 / (1 + math.exp(-20 * (best - 0.45))), 4), 0.5)
