"""A linear adapter of query vectors, learned from the questions a library's sections are known to answer.

The embedding model never saw this library. The questions written beside its documents say which words lead where, and
a matrix learned from them moves a query's vector towards the passages that answer questions like it. Passages keep
their vectors, so no text is embedded again; an adapted query costs one product of a vector with a matrix.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.embedders import Vectors

Flags = NDArray[np.bool_]

ADAPTER_FILE = "adapter.npy"
# Fewer questions than this teach nothing reliable.
MIN_QUESTIONS = 400
# The softmax contrast (van den Oord et al. 2018, arXiv:1807.03748) over all passages, at two depths: the right section,
# and with less weight the right document. Chosen on the dev half of evals/data/in-domain.
TEMPERATURE = 0.05
DOCUMENT_WEIGHT = 0.3
WEIGHT_DECAY = 0.003
EPOCHS = 15
TRIAL_EPOCHS = 5  # enough to see whether it helps
BATCH = 256
LEARNING_RATE = 0.001
SEED = 11
# Every tenth question is kept out to see whether the adapter helps.
HELD_OUT_EVERY = 10
# More passages than this are sampled: the time to learn grows with them.
MAX_PASSAGES = 10_000
_ADAM = (0.9, 0.999, 1e-8)  # Kingma and Ba 2015, arXiv:1412.6980


@dataclass(frozen=True, slots=True)
class AdapterRecord:
    """What an adapter was learned from, and how often a question kept out of its trial finds its section among five."""

    questions: int
    held_out: int
    found_before: float
    found_after: float


def adapt(vectors: Vectors, matrix: Vectors) -> Vectors:
    """Return unit vectors, shape (..., dimension), moved by a matrix of shape (dimension, dimension)."""
    moved = vectors + vectors @ matrix
    return np.asarray(moved / np.linalg.norm(moved, axis=-1, keepdims=True), dtype=np.float32)


def learn_adapter(
    questions: Vectors, owners: NDArray[np.int64], passages: Vectors, sections: Sequence[str], documents: Sequence[str]
) -> tuple[Vectors, AdapterRecord] | None:
    """Return an adapter and what it was learned from; None with too few questions, or when it does not help.

    It is learned twice: briefly from nine tenths, to compare the rest before and after, and then from all. The same
    questions give the same matrix.

    Args:
        questions: shape (n, dimension), rows of unit length.
        owners: shape (n,), the passage of each question.
        passages: shape (m, dimension), rows of unit length.
        sections: m names; passages of one section answer the same questions.
        documents: m names.
    """
    if len(questions) < MIN_QUESTIONS:
        return None
    chosen = _contrast(owners, len(passages))
    kept = np.isin(owners, chosen)
    questions, owners, passages = questions[kept], np.searchsorted(chosen, owners[kept]), np.asarray(passages[chosen])
    sections, documents = [sections[row] for row in chosen], [documents[row] for row in chosen]
    right = np.unique(np.array(sections), return_inverse=True)[1]
    near = np.unique(np.array(documents), return_inverse=True)[1]
    held = np.arange(len(questions)) % HELD_OUT_EVERY == 0
    trial = _learn(questions[~held], owners[~held], passages, right, near, TRIAL_EPOCHS)
    before = _found(questions[held], owners[held], passages, right)
    after = _found(adapt(questions[held], trial), owners[held], passages, right)
    if after <= before:
        return None
    matrix = _learn(questions, owners, passages, right, near, EPOCHS)
    return matrix, AdapterRecord(len(questions), int(held.sum()), round(before, 4), round(after, 4))


def _contrast(owners: NDArray[np.int64], passages: int) -> NDArray[np.int64]:
    """Return the passages that questions are told apart from: all, or those with questions and some others."""
    if passages <= MAX_PASSAGES:
        return np.arange(passages)
    dice = np.random.default_rng(SEED)
    own = dice.permutation(np.unique(owners))[:MAX_PASSAGES]
    others = dice.permutation(passages)[: MAX_PASSAGES - len(own)]
    return np.union1d(own, others)


def _learn(
    questions: Vectors,
    owners: NDArray[np.int64],
    passages: Vectors,
    right: NDArray[np.int64],
    near: NDArray[np.int64],
    epochs: int,
) -> Vectors:
    matrix = np.zeros((questions.shape[1], questions.shape[1]), dtype=np.float32)
    first, second = np.zeros_like(matrix), np.zeros_like(matrix)
    order, step = np.random.default_rng(SEED), 0
    decay_1, decay_2, tiny = _ADAM
    for _ in range(epochs):
        for batch in np.array_split(order.permutation(len(questions)), -(-len(questions) // BATCH)):
            own = owners[batch]
            slope = _slope(questions[batch], matrix, passages, right == right[own][:, None], near == near[own][:, None])
            step += 1
            first = decay_1 * first + (1 - decay_1) * slope
            second = decay_2 * second + (1 - decay_2) * slope**2
            size = np.sqrt(second / (1 - decay_2**step)) + tiny
            matrix -= LEARNING_RATE * (first / (1 - decay_1**step)) / size
    return matrix


def _slope(questions: Vectors, matrix: Vectors, passages: Vectors, right: Flags, near: Flags) -> Vectors:
    """Return the gradient of the loss with respect to the matrix."""
    moved = questions + questions @ matrix
    lengths = np.linalg.norm(moved, axis=1, keepdims=True)
    units = moved / lengths
    weights = np.exp((units @ passages.T - 1) / TEMPERATURE)  # -1: cosines never overflow
    shares = weights / weights.sum(axis=1, keepdims=True)
    pull = (1 + DOCUMENT_WEIGHT) * shares - _among(weights, right) - DOCUMENT_WEIGHT * _among(weights, near)
    by_unit = pull @ passages / (TEMPERATURE * len(questions))
    by_moved = (by_unit - (by_unit * units).sum(axis=1, keepdims=True) * units) / lengths
    return np.asarray(questions.T @ by_moved + 2 * WEIGHT_DECAY * matrix, dtype=np.float32)


def _among(weights: Vectors, flags: Flags) -> Vectors:
    kept = weights * flags
    return np.asarray(kept / np.maximum(kept.sum(axis=1, keepdims=True), 1e-30), dtype=np.float32)


def _found(questions: Vectors, owners: NDArray[np.int64], passages: Vectors, right: NDArray[np.int64]) -> float:
    """Return the share of questions with a passage of their section among the five nearest."""
    best = np.argsort(-(questions @ passages.T), axis=1, kind="stable")[:, :5]
    return float((right[best] == right[owners][:, None]).any(axis=1).mean())
