"""The query adapter: its gradient, what it learns, and when it is left out."""

from __future__ import annotations

import numpy as np
import pytest

from index import adapter
from index.adapter import MIN_QUESTIONS, adapt, learn_adapter

DIMENSION = 12
PASSAGES = 30


def unit(rows: np.ndarray) -> np.ndarray:
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


@pytest.fixture
def passages() -> np.ndarray:
    return unit(np.random.default_rng(1).normal(size=(PASSAGES, DIMENSION)))


def asked(passages: np.ndarray, turn: np.ndarray, noise: float) -> tuple[np.ndarray, np.ndarray]:
    """Return questions that are their passages turned by a matrix, with noise, and which passage each is of."""
    dice = np.random.default_rng(2)
    owners = dice.integers(0, PASSAGES, 2 * MIN_QUESTIONS)
    return unit(passages[owners] @ turn + noise * dice.normal(size=(len(owners), DIMENSION))), owners


def learn(questions: np.ndarray, owners: np.ndarray, passages: np.ndarray):  # type: ignore[no-untyped-def]
    names = [str(row) for row in range(PASSAGES)]
    return learn_adapter(questions, owners, passages, names, [str(row // 3) for row in range(PASSAGES)])


def test_an_adapter_learns_how_questions_differ_from_their_passages(
    passages: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(adapter, "LEARNING_RATE", 0.01)
    turn = np.linalg.qr(np.random.default_rng(5).normal(size=(DIMENSION, DIMENSION)))[0]
    learned = learn(*asked(passages, 0.5 * np.eye(DIMENSION) + turn, 0.05), passages)
    assert learned is not None
    matrix, record = learned
    assert record.found_after > record.found_before + 0.05
    assert record.held_out == 2 * MIN_QUESTIONS // 10
    moved = adapt(passages[0], matrix)
    assert moved.shape == (DIMENSION,)
    assert np.linalg.norm(moved) == pytest.approx(1, abs=1e-5)


def test_the_same_questions_give_the_same_adapter(passages: np.ndarray, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adapter, "LEARNING_RATE", 0.01)
    questions, owners = asked(passages, np.diag(np.linspace(-0.5, 2, DIMENSION)), 0.1)
    first, second = learn(questions, owners, passages), learn(questions, owners, passages)
    assert first is not None
    assert second is not None
    assert np.array_equal(first[0], second[0])


def test_too_few_questions_teach_nothing(passages: np.ndarray) -> None:
    questions, owners = asked(passages, np.eye(DIMENSION), 0.1)
    assert learn(questions[: MIN_QUESTIONS - 1], owners[: MIN_QUESTIONS - 1], passages) is None


def test_an_adapter_that_does_not_help_is_left_out(passages: np.ndarray) -> None:
    questions, owners = asked(passages, np.eye(DIMENSION), 0.0)  # each question is its passage: nothing to gain
    assert learn(questions, owners, passages) is None


def test_the_slope_is_that_of_the_loss(passages: np.ndarray) -> None:
    """Compares it with differences of the loss, in double precision."""
    questions, owners = asked(passages, np.eye(DIMENSION), 0.3)
    questions, owners = questions[:6].astype(np.float64), owners[:6]
    right = np.arange(PASSAGES) == owners[:, None]
    near = np.arange(PASSAGES) // 3 == owners[:, None] // 3
    matrix = 0.1 * np.random.default_rng(4).normal(size=(DIMENSION, DIMENSION))

    def loss(matrix: np.ndarray) -> float:
        moved = questions + questions @ matrix
        logits = moved / np.linalg.norm(moved, axis=1, keepdims=True) @ passages.T / adapter.TEMPERATURE
        weights = np.exp(logits - logits.max(axis=1, keepdims=True))
        shares = [(weights * flags).sum(axis=1) / weights.sum(axis=1) for flags in (right, near)]
        contrast = -np.log(shares[0]) - adapter.DOCUMENT_WEIGHT * np.log(shares[1])
        return float(contrast.mean() + adapter.WEIGHT_DECAY * (matrix**2).sum())

    slope = adapter._slope(questions, matrix, passages, right, near)
    for place in ((0, 0), (3, 7), (11, 2)):
        step = np.zeros_like(matrix)
        step[place] = 1e-5
        assert slope[place] == pytest.approx((loss(matrix + step) - loss(matrix - step)) / 2e-5, rel=1e-3, abs=1e-5)


def test_of_a_large_library_a_sample_is_told_apart(passages: np.ndarray, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adapter, "LEARNING_RATE", 0.01)
    monkeypatch.setattr(adapter, "MAX_PASSAGES", 20)
    turn = np.linalg.qr(np.random.default_rng(5).normal(size=(DIMENSION, DIMENSION)))[0]
    questions, owners = asked(passages, 0.5 * np.eye(DIMENSION) + turn, 0.05)
    learned = learn(questions, owners, passages)
    assert learned is not None
    assert MIN_QUESTIONS < learned[1].questions < len(questions)
