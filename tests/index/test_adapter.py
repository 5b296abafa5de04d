"""The query adapter: what it learns from vectors and from words, when it is left out, and that it survives storing."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from index import adapter_training
from index.adapter import AdapterRecord, QueryAdapter, load_adapter, words_seen
from index.adapter_training import MIN_QUESTIONS, learn_adapter, rows_of
from index.errors import IndexCorrupt

DIMENSION = 12
PASSAGES = 30
NOTHING_SAID = ["and so on"] * (2 * MIN_QUESTIONS)

Learned = tuple[QueryAdapter, AdapterRecord] | None


def unit(rows: np.ndarray) -> np.ndarray:
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


@pytest.fixture
def passages() -> np.ndarray:
    return unit(np.random.default_rng(1).normal(size=(PASSAGES, DIMENSION)))


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adapter_training, "HIDDEN", 64)
    monkeypatch.setattr(adapter_training, "BATCH", 16)
    monkeypatch.setattr(adapter_training, "LEARNING_RATE", 0.01)


def asked(passages: np.ndarray, turn: np.ndarray, noise: float) -> tuple[np.ndarray, np.ndarray]:
    """Return questions that are their passages turned by a matrix, with noise, and which passage each is of."""
    dice = np.random.default_rng(2)
    owners = dice.integers(0, PASSAGES, 2 * MIN_QUESTIONS)
    return unit(passages[owners] @ turn + noise * dice.normal(size=(len(owners), DIMENSION))), owners


def learn(vectors: np.ndarray, owners: np.ndarray, passages: np.ndarray, texts: list[str] | None = None) -> Learned:
    names = [str(row) for row in range(PASSAGES)]
    documents = [str(row // 3) for row in range(PASSAGES)]
    return learn_adapter((texts or NOTHING_SAID)[: len(vectors)], vectors, owners, passages, names, documents)


def test_an_adapter_learns_how_questions_differ_from_their_passages(passages: np.ndarray) -> None:
    turn = np.linalg.qr(np.random.default_rng(5).normal(size=(DIMENSION, DIMENSION)))[0]
    learned = learn(*asked(passages, 0.5 * np.eye(DIMENSION) + turn, 0.05), passages)
    assert learned is not None
    adapter, record = learned
    assert record.found_after > record.found_before + 0.05
    assert record.held_out == 2 * MIN_QUESTIONS // 10
    moved = adapter.adapt(passages[0], "anything")
    assert moved.shape == (DIMENSION,)
    assert np.linalg.norm(moved) == pytest.approx(1, abs=1e-5)


def test_an_adapter_learns_which_words_lead_where(passages: np.ndarray) -> None:
    """The vectors say nothing here: only the words tell the questions apart."""
    owners = np.random.default_rng(2).integers(0, PASSAGES, 2 * MIN_QUESTIONS)
    vectors = unit(np.ones((len(owners), DIMENSION)))
    learned = learn(vectors, owners, passages, [f"about thing{owner} here" for owner in owners])
    assert learned is not None
    adapter, record = learned
    assert record.found_before < 0.4
    assert record.found_after > 0.9
    assert record.words == PASSAGES + 2
    nearest = [int(np.argmax(passages @ adapter.adapt(vectors[0], f"thing{row}?"))) for row in range(PASSAGES)]
    assert sum(found == row for row, found in enumerate(nearest)) >= PASSAGES - 2


def test_the_same_questions_give_the_same_adapter(passages: np.ndarray) -> None:
    questions, owners = asked(passages, np.diag(np.linspace(-0.5, 2, DIMENSION)), 0.1)
    first, second = learn(questions, owners, passages), learn(questions, owners, passages)
    assert first is not None
    assert second is not None
    assert np.array_equal(first[0].linear, second[0].linear)
    assert np.array_equal(first[0].outer, second[0].outer)


def test_too_few_questions_teach_nothing(passages: np.ndarray) -> None:
    questions, owners = asked(passages, np.eye(DIMENSION), 0.1)
    assert learn(questions[: MIN_QUESTIONS - 1], owners[: MIN_QUESTIONS - 1], passages) is None


def test_an_adapter_that_does_not_help_is_left_out(passages: np.ndarray) -> None:
    questions, owners = asked(passages, np.eye(DIMENSION), 0.0)  # each question is its passage: nothing to gain
    assert learn(questions, owners, passages) is None


def test_of_a_large_library_a_sample_is_told_apart(passages: np.ndarray, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adapter_training, "MAX_PASSAGES", 20)
    turn = np.linalg.qr(np.random.default_rng(5).normal(size=(DIMENSION, DIMENSION)))[0]
    questions, owners = asked(passages, 0.5 * np.eye(DIMENSION) + turn, 0.05)
    learned = learn(questions, owners, passages)
    assert learned is not None
    assert MIN_QUESTIONS < learned[1].questions < len(questions)


def test_a_stored_adapter_moves_a_query_as_the_learned_one_did(passages: np.ndarray, tmp_path: Path) -> None:
    questions, owners = asked(passages, np.diag(np.linspace(-0.5, 2, DIMENSION)), 0.1)
    learned = learn(questions, owners, passages, [f"thing{owner}" for owner in owners])
    assert learned is not None
    learned[0].save(tmp_path)
    moved = load_adapter(tmp_path).adapt(questions[0], "thing3")
    assert np.allclose(moved, learned[0].adapt(questions[0], "thing3"), atol=1e-3)


def test_a_truncated_adapter_is_refused(passages: np.ndarray, tmp_path: Path) -> None:
    (tmp_path / "adapter.npz").write_bytes(b"PK\x03\x04")
    with pytest.raises(IndexCorrupt, match=r"adapter\.npz.*index build --force"):
        load_adapter(tmp_path)


def test_a_word_counts_once_a_question_and_in_any_form() -> None:
    assert words_seen(["hips hip hips", "hip!", "a \ud800 lone surrogate"], 2) == ["hip"]


def test_the_rows_of_each_number_are_listed_and_ended_by_minus_one() -> None:
    assert rows_of(np.array([1, 0, 1, 2, 1])).tolist() == [[1, -1, -1], [0, 2, 4], [3, -1, -1]]
