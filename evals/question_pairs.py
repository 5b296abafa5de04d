"""Question pairs: does the embedding model put two questions that mean the same nearer than two that share words?

Medical Question Pairs (McCreery et al. 2020, arXiv:2008.13546): groups of a question a person asked, a rewrite of it by
a doctor in other words (label 1), and a different question by the doctor that shares its words (label 0). The score of
a pair is the cosine of its two vectors; the share of content words in common (Jaccard) stands beside it. The data is
not part of this project; `--shared` names the folder that holds it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from evals.commands import read_rows
from evals.errors import DatasetInvalid, NothingInstalled
from evals.figures import Figure, SuiteContext, SuiteReport, share_figure
from evals.library import open_library
from evals.stats import SEED, area_under_roc
from index.embedders import Vectors

PAIRS = ("data", "mqp", "mqp.jsonl")
FIELDS = ("group", "question_1", "question_2", "label")

DRAWS = 1_000  # of the bootstrap; each ranks every pair

Scores = NDArray[np.float64]
Embed = Callable[[Sequence[str]], Vectors]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two questions, whether they mean the same, and the group whose first question they share."""

    group: str
    first: str
    second: str
    is_same: bool


def suite(context: SuiteContext) -> SuiteReport:
    """Measure the model of the installed index, and shared words beside it.

    Raises:
        NothingInstalled: if there is no library or no pairs.
        DatasetInvalid: if a line of the pairs is not what it should be.
    """
    path = context.shared.joinpath(*PAIRS)
    if not path.is_file():
        raise NothingInstalled(f"{path}: expected question pairs, found none; set PLUMBLINE_SHARED")
    pairs = [_pair(path, row) for row in read_rows(path, FIELDS)]
    if len({pair.is_same for pair in pairs}) == 1 or not pairs:
        raise DatasetInvalid(f"{path}: expected pairs of both labels, found {len(pairs)} of one")
    retriever = open_library(context.var)
    figures: list[Figure] = []
    for name, scores in (("cosine", cosines(pairs, retriever.embed)), ("shared words", shared_words(pairs))):
        figures += [replace(figure, name=f"{name}: {figure.name}") for figure in pair_figures(pairs, scores)]
    record = retriever.manifest.embedder
    note = f"{len(pairs)} pairs in {len({pair.group for pair in pairs})} groups; model {record.embedder_id}."
    return SuiteReport("Telling questions that mean the same from those that look alike", tuple(figures), (note,))


def pair_figures(pairs: Sequence[Pair], scores: Scores) -> list[Figure]:
    """Return AUROC, accuracy and the share of groups whose rewrite scores above its look-alike, with 95 % intervals.

    The threshold of the accuracy is the best on one half of the groups, told by a digest; the other half is reported.

    Args:
        scores: of the pairs, higher for more alike, shape (n,).
    """
    same = np.array([pair.is_same for pair in pairs])
    low, high = _auroc_interval(pairs, same, scores)
    chosen = np.array([hashlib.sha256(pair.group.encode()).digest()[0] % 2 == 0 for pair in pairs])
    figures = [Figure("AUROC", area_under_roc(scores[same], scores[~same]), low, high, len(pairs))]
    if chosen.any() and not chosen.all():
        threshold = best_threshold(same[chosen], scores[chosen])
        right = (scores[~chosen] >= threshold) == same[~chosen]
        figures.append(share_figure("accuracy, held-out half", int(right.sum()), len(right)))
    nearer, groups = _nearer(pairs, scores)
    if groups:
        figures.append(share_figure("rewrite above look-alike", nearer, groups))
    return figures


def best_threshold(same: NDArray[np.bool_], scores: Scores) -> float:
    """Return the score at and above which most pairs are told right; the lowest such score."""
    candidates = np.unique(scores)
    right = [int(((scores >= one) == same).sum()) for one in candidates]
    return float(candidates[int(np.argmax(right))])


def cosines(pairs: Sequence[Pair], embed: Embed) -> Scores:
    """Return the cosine of the two questions of each pair; each different question is embedded once."""
    texts = list(dict.fromkeys(text for pair in pairs for text in (pair.first, pair.second)))
    rows = {text: row for row, text in enumerate(texts)}
    vectors = embed(texts)
    first, second = ([rows[text] for text in side] for side in zip(*((p.first, p.second) for p in pairs), strict=True))
    return np.asarray(np.einsum("nd,nd->n", vectors[first], vectors[second]), dtype=np.float64)


def shared_words(pairs: Sequence[Pair]) -> Scores:
    """Return for each pair the stems in both questions over the stems in either, in [0, 1]."""
    from server.words import content_stems

    values = []
    for pair in pairs:
        first, second = set(content_stems(pair.first)), set(content_stems(pair.second))
        values.append(len(first & second) / max(1, len(first | second)))
    return np.array(values, dtype=np.float64)


def _auroc_interval(pairs: Sequence[Pair], same: NDArray[np.bool_], scores: Scores) -> tuple[float, float]:
    """Return the percentile bootstrap over groups: the pairs of one group share a question."""
    groups: dict[str, list[int]] = {}
    for row, pair in enumerate(pairs):
        groups.setdefault(pair.group, []).append(row)
    members = [np.array(rows) for rows in groups.values()]
    draw = np.random.default_rng(SEED)
    values = []
    for _ in range(DRAWS):
        rows = np.concatenate([members[at] for at in draw.integers(0, len(members), len(members))])
        is_same, drawn = same[rows], scores[rows]
        if is_same.any() and not is_same.all():
            values.append(area_under_roc(drawn[is_same], drawn[~is_same]))
    low, high = np.quantile(values, (0.025, 0.975))
    return float(low), float(high)


def _nearer(pairs: Sequence[Pair], scores: Scores) -> tuple[int, int]:
    """Return in how many groups every same pair is above every other, and the groups with both kinds."""
    alike: dict[str, list[float]] = {}
    other: dict[str, list[float]] = {}
    for pair, score in zip(pairs, scores.tolist(), strict=True):
        (alike if pair.is_same else other).setdefault(pair.group, []).append(score)
    both = alike.keys() & other.keys()
    return sum(min(alike[group]) > max(other[group]) for group in both), len(both)


def _pair(path: Path, row: Mapping[str, object]) -> Pair:
    if row["label"] not in (0, 1):
        raise DatasetInvalid(f"{path}: expected a label of 0 or 1 in group {row['group']}, found {row['label']!r}")
    return Pair(str(row["group"]), str(row["question_1"]), str(row["question_2"]), row["label"] == 1)
