"""Ridge-penalised logistic regression, for the small models that are kept in the server's data files."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from server.logistic import LogisticModel

Matrix = NDArray[np.float64]


def fit_logistic(
    values: Matrix, labels: Matrix, weights: Matrix, ridge: float, offsets: Matrix | None = None
) -> tuple[Matrix, float]:
    """Return weights and intercept of a ridge-penalised logistic regression, found by Newton's method.

    Args:
        values: shape (n, d); standardised inside, the result is for values as given.
        labels: 0 to 1, shape (n,).
        weights: how much each example counts, shape (n,).
        ridge: penalty on the standardised weights, per unit of example weight.
        offsets: added to the logit of each example, shape (n,); None: nothing.
    """
    fixed = np.zeros(len(values)) if offsets is None else offsets
    mean, scale = values.mean(axis=0), values.std(axis=0) + 1e-9
    design = np.hstack([(values - mean) / scale, np.ones((len(values), 1))])
    penalty = np.diag([ridge * weights.sum()] * values.shape[1] + [0.0])
    beta = np.zeros(design.shape[1])
    for _ in range(50):
        estimate = 1 / (1 + np.exp(-np.clip(design @ beta + fixed, -30, 30)))
        gradient = design.T @ (weights * (estimate - labels)) + penalty @ beta
        curvature = (design * (weights * estimate * (1 - estimate))[:, None]).T @ design + penalty
        step = np.linalg.solve(curvature, gradient)
        beta -= step
        if np.abs(step).max() < 1e-8:
            break
    raw = beta[:-1] / scale
    return raw, float(beta[-1] - raw @ mean)


def named_model(names: Sequence[str], weights: Matrix, intercept: float, cutoff: float) -> LogisticModel:
    """Return a fitted model with its weights by name, rounded as they are written."""
    by_name = {name: round(float(weight), 4) for name, weight in zip(names, weights, strict=True)}
    return LogisticModel(by_name, round(intercept, 4), round(cutoff, 3))


def write_model(path: Path, model: LogisticModel, made_by: str, index: str) -> None:
    """Write a model where the server reads it, with the command that made it and the index it was fitted on."""
    made = {
        "made_by": made_by,
        "index": index,
        "cutoff": model.cutoff,
        "intercept": model.intercept,
        "weights": dict(model.weights),
    }
    path.write_text(json.dumps(made, indent=1) + "\n", encoding="utf-8")
