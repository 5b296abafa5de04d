"""A fitted logistic model, as it is kept in a data file: what weighs how much, and the cut-off that goes with it."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path


@dataclass(frozen=True, slots=True)
class LogisticModel:
    """Weights by name, an intercept, and a cut-off in [0, 1]."""

    weights: Mapping[str, float]
    intercept: float
    cutoff: float

    def estimate(self, values: Mapping[str, float], shift: float = 0.0) -> float:
        """Return the estimate, in [0, 1]; `shift` is added to its logit."""
        logit = self.intercept + shift + sum([weight * values[name] for name, weight in self.weights.items()])
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))


@cache
def load_model(path: Path) -> LogisticModel:
    """Return the model of a data file."""
    raw = json.loads(path.read_text(encoding="utf-8"))
    return LogisticModel(raw["weights"], raw["intercept"], raw["cutoff"])
