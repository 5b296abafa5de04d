"""Learns a query adapter from the questions that a library's sections are known to answer. Needs torch; builds only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from index.adapter import AdapterRecord, QueryAdapter, known_words, words_seen
from index.embedders import Vectors

if TYPE_CHECKING:
    from torch import Tensor

Rows = NDArray[np.int64]

# Fewer questions than this teach nothing reliable.
MIN_QUESTIONS = 400
# The softmax contrast (van den Oord et al. 2018, arXiv:1807.03748) over all passages, at two depths: the right section,
# and with less weight the right document. These were chosen on the dev half of evals/data/in-domain.
TEMPERATURE = 0.035
DOCUMENT_WEIGHT = 0.3
HIDDEN = 512
LEAST_SEEN = 3  # questions that a word stands in before it is learned
# Against learning the questions by heart: parts of the network and words of a question that are left out at random,
# noise on its vector, and the pull of every weight towards 0.
DROPOUT = 0.3
WORD_DROPOUT = 0.3
NOISE = 0.01
WEIGHT_DECAY = 0.01
LINEAR_DECAY = 0.003
EPOCHS = 10
TRIAL_EPOCHS = 3  # enough to see whether it helps
BATCH = 256
LEARNING_RATE = 0.001  # falls to 0 by the last step
SEED = 11
# Every tenth question is kept out to see whether the adapter helps.
HELD_OUT_EVERY = 10
# More passages than this are sampled: the time to learn grows with them.
MAX_PASSAGES = 10_000


@dataclass(frozen=True)
class Lessons:
    """Questions and the passages they are told apart from.

    vectors: shape (n, dimension), of the questions. words: for each question the rows of its known words.
    owners: (n,), the passage of each. passages: (m, dimension). sections, documents: (m,), a number for each one.
    """

    vectors: Vectors
    words: Sequence[Sequence[int]]
    owners: Rows
    passages: Vectors
    sections: Rows
    documents: Rows

    @cached_property
    def section_rows(self) -> Rows:
        """The passages of each section, as `rows_of` gives them."""
        return rows_of(self.sections)

    @cached_property
    def document_rows(self) -> Rows:
        """The passages of each document, as `rows_of` gives them."""
        return rows_of(self.documents)

    def only(self, kept: NDArray[np.bool_]) -> Lessons:
        """Return some of the questions."""
        words = [words for words, is_kept in zip(self.words, kept, strict=True) if is_kept]
        return Lessons(self.vectors[kept], words, self.owners[kept], self.passages, self.sections, self.documents)


def rows_of(numbers: Rows) -> Rows:
    """Return, for each number from 0, the rows that carry it, ended by -1: shape (numbers, most rows of one)."""
    counts = np.bincount(numbers)
    order = np.argsort(numbers, kind="stable")
    place = np.arange(len(numbers)) - np.repeat(np.cumsum(counts) - counts, counts)
    rows = np.full((len(counts), int(counts.max())), -1, np.int64)
    rows[numbers[order], place] = order
    return rows


def learn_adapter(
    texts: Sequence[str],
    vectors: Vectors,
    owners: Rows,
    passages: Vectors,
    sections: Sequence[str],
    documents: Sequence[str],
) -> tuple[QueryAdapter, AdapterRecord] | None:
    """Return an adapter and what it was learned from; None with too few questions, or when it does not help.

    It is learned twice: briefly from nine tenths, to compare the rest before and after, and then from all. The same
    questions give the same adapter on one machine.

    Args:
        texts: n questions.
        vectors: shape (n, dimension), of the questions, rows of unit length.
        owners: shape (n,), the passage of each question.
        passages: shape (m, dimension), rows of unit length.
        sections: m names; passages of one section answer the same questions.
        documents: m names.
    """
    if len(texts) < MIN_QUESTIONS:
        return None
    chosen = _contrast(owners, len(passages))
    kept = np.flatnonzero(np.isin(owners, chosen))
    texts = [texts[row] for row in kept.tolist()]
    known = words_seen(texts, LEAST_SEEN)
    places = {word: place for place, word in enumerate(known)}
    lessons = Lessons(
        vectors=np.asarray(vectors[kept]),
        words=[known_words(text, places) for text in texts],
        owners=np.searchsorted(chosen, owners[kept]),
        passages=np.asarray(passages[chosen]),
        sections=_numbered([sections[row] for row in chosen]),
        documents=_numbered([documents[row] for row in chosen]),
    )
    held = np.arange(len(texts)) % HELD_OUT_EVERY == 0
    rest, trial = lessons.only(held), _learn(lessons.only(~held), known, TRIAL_EPOCHS)
    adapted = [trial.adapt(vector, texts[row]) for vector, row in zip(rest.vectors, np.flatnonzero(held), strict=True)]
    before, after = _found(rest, rest.vectors), _found(rest, np.stack(adapted))
    if after <= before:
        return None
    record = AdapterRecord(len(texts), len(known), int(held.sum()), round(before, 4), round(after, 4))
    return _learn(lessons, known, EPOCHS), record


def _contrast(owners: Rows, passages: int) -> Rows:
    """Return the passages that questions are told apart from: all, or those with questions and some others."""
    if passages <= MAX_PASSAGES:
        return np.arange(passages)
    dice = np.random.default_rng(SEED)
    own = dice.permutation(np.unique(owners))[:MAX_PASSAGES]
    others = dice.permutation(passages)[: MAX_PASSAGES - len(own)]
    return np.union1d(own, others)


def _numbered(names: Sequence[str]) -> Rows:
    return np.unique(np.array(names), return_inverse=True)[1]


def _found(lessons: Lessons, vectors: Vectors) -> float:
    """Return the share of questions with a passage of their section among the five nearest."""
    best = np.argsort(-(vectors @ lessons.passages.T), axis=1, kind="stable")[:, :5]
    return float((lessons.sections[best] == lessons.sections[lessons.owners][:, None]).any(axis=1).mean())


def _learn(lessons: Lessons, known: Sequence[str], epochs: int) -> QueryAdapter:
    import torch

    with torch.random.fork_rng():
        torch.manual_seed(SEED)
        network = _Network(lessons.passages.shape[1], len(known))
        optimiser = torch.optim.AdamW(network.weights, lr=LEARNING_RATE, weight_decay=WEIGHT_DECAY)
        steps = epochs * -(-len(lessons.owners) // BATCH)
        schedule = torch.optim.lr_scheduler.LinearLR(optimiser, 1.0, 0.0, steps)
        passages = torch.from_numpy(lessons.passages)
        for _ in range(epochs):
            for batch in torch.split(torch.randperm(len(lessons.owners)), BATCH):
                loss = _contrast_loss(network, lessons, passages, batch.numpy())
                optimiser.zero_grad()
                torch.autograd.backward(loss)
                optimiser.step()
                schedule.step()
    return network.adapter(known)


def _contrast_loss(network: _Network, lessons: Lessons, passages: Tensor, batch: Rows) -> Tensor:
    import torch

    moved = network.moved(torch.from_numpy(lessons.vectors[batch]), [lessons.words[row] for row in batch])
    likeness = moved @ passages.T / TEMPERATURE
    whole = likeness.logsumexp(dim=1)
    own = lessons.owners[batch]
    section = _mass(likeness, lessons.section_rows[lessons.sections[own]]) - whole
    document = _mass(likeness, lessons.document_rows[lessons.documents[own]]) - whole
    return -(section + DOCUMENT_WEIGHT * document).mean() + LINEAR_DECAY * network.linear.square().sum()


def _mass(likeness: Tensor, rows: Rows) -> Tensor:
    """Return the logarithm of the mass that some passages, -1 for none, have for each question of a batch."""
    import torch

    chosen = torch.from_numpy(rows)
    return likeness.gather(1, chosen.clamp(min=0)).masked_fill(chosen < 0, -torch.inf).logsumexp(dim=1)


class _Network:
    """The adapter while it is learned; it starts as one that changes nothing."""

    def __init__(self, dimension: int, words: int) -> None:
        import torch

        self.linear = torch.zeros(dimension, dimension, requires_grad=True)
        self.inner = (0.5 * torch.randn(dimension, HIDDEN)).requires_grad_()
        self.inner_bias = torch.zeros(HIDDEN, requires_grad=True)
        self.outer = torch.zeros(HIDDEN, dimension, requires_grad=True)
        self.word_vectors = torch.zeros(words, dimension, requires_grad=True)
        self.weights = [self.linear, self.inner, self.inner_bias, self.outer, self.word_vectors]

    def moved(self, vectors: Tensor, words: Sequence[Sequence[int]]) -> Tensor:
        """Return the unit vectors of a batch, moved, with what is left out at random."""
        from torch.nn import functional

        noisy = vectors + NOISE * vectors.new_empty(vectors.shape).normal_()
        hidden = functional.dropout(functional.relu(noisy @ self.inner + self.inner_bias), DROPOUT)
        moved = noisy + noisy @ self.linear + hidden @ self.outer + self._of_words(words)
        return functional.normalize(moved, dim=1)

    def _of_words(self, words: Sequence[Sequence[int]]) -> Tensor:
        import torch
        from torch.nn import functional

        flat = torch.tensor([word for own in words for word in own], dtype=torch.long)
        owner = torch.repeat_interleave(torch.tensor([len(own) for own in words]))
        kept = torch.rand(len(flat)) >= WORD_DROPOUT
        flat, owner = flat[kept], owner[kept]
        counts = torch.bincount(owner, minlength=len(words)).clamp(min=1)
        sums = self.word_vectors.new_zeros(len(words), self.word_vectors.shape[1])
        sums = sums.index_add(0, owner, functional.embedding(flat, self.word_vectors))
        return sums / counts.sqrt()[:, None]

    def adapter(self, known: Sequence[str]) -> QueryAdapter:
        """Return what was learned."""
        return QueryAdapter(
            linear=_array(self.linear),
            inner=_array(self.inner),
            inner_bias=_array(self.inner_bias),
            outer=_array(self.outer),
            words=np.array(known, dtype=np.str_),
            word_vectors=_array(self.word_vectors),
        )


def _array(weights: Tensor) -> Vectors:
    return np.asarray(weights.detach().numpy(), dtype=np.float32)
