"""Pairs are scored by meaning and by words; figures follow the scores, and broken files are named."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from evals.errors import DatasetInvalid, NothingInstalled
from evals.figures import SuiteContext
from evals.question_pairs import Pair, best_threshold, cosines, pair_figures, shared_words, suite
from index.build import build_index
from index.embedders.hashing import HashingEmbedder
from index.passages import Passage, Source

PAIRS = [
    pair
    for number in range(40)
    for pair in (
        Pair(str(number), f"why is knee {number} sore", f"what makes knee {number} sore", True),
        Pair(str(number), f"why is knee {number} sore", f"what is a wrist for, {number}", False),
    )
]


def figures(scores: np.ndarray) -> dict[str, tuple[float, float | None, float | None]]:
    return {one.name: (one.value, one.low, one.high) for one in pair_figures(PAIRS, scores)}


def test_perfect_and_inverted_scores_give_the_ends_of_every_measure() -> None:
    labels = np.array([float(pair.is_same) for pair in PAIRS])
    assert [value for value, *_ in figures(labels).values()] == [1.0, 1.0, 1.0]
    inverted = figures(-labels)
    assert inverted["AUROC"][0] == 0.0
    assert inverted["rewrite above look-alike"][0] == 0.0


def test_scores_without_meaning_are_near_a_half_with_an_interval_around_it() -> None:
    value, low, high = figures(np.random.default_rng(1).random(len(PAIRS)))["AUROC"]
    assert low is not None
    assert high is not None
    assert low < 0.5 < high
    assert low < value < high
    assert figures(np.zeros(len(PAIRS)))["AUROC"][0] == 0.5  # ties count half


def test_the_threshold_tells_most_pairs_right() -> None:
    assert best_threshold(np.array([False, False, True, True]), np.array([0.1, 0.3, 0.6, 0.9])) == 0.6


def test_words_and_vectors_put_equal_questions_nearest() -> None:
    pairs = [Pair("a", "sore knee", "sore knee", True), Pair("a", "sore knee", "broken wrist", False)]
    for scores in (cosines(pairs, HashingEmbedder().embed_queries), shared_words(pairs)):
        assert scores[0] == pytest.approx(1.0, abs=1e-5)
        assert scores[1] < 0.5


def write(folder: Path, rows: list[dict[str, object]]) -> SuiteContext:
    (folder / "data" / "mqp").mkdir(parents=True)
    (folder / "data" / "mqp" / "mqp.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return SuiteContext(folder / "var", folder)


def test_the_suite_measures_the_model_of_the_installed_index(tmp_path: Path) -> None:
    rows: list[dict[str, object]] = [
        {"group": pair.group, "question_1": pair.first, "question_2": pair.second, "label": int(pair.is_same)}
        for pair in PAIRS
    ]
    context = write(tmp_path, rows)
    with pytest.raises(NothingInstalled, match="python -m index build"):
        suite(context)
    passage = Passage("p", "d", "Hips move.", 0, 10, Source("d", "Hips"), sentences=((0, 10),))
    build_index([passage], [], context.var, embedder="hashing")
    found = {figure.name: figure for figure in suite(context).figures}
    assert found["cosine: rewrite above look-alike"].count == 40
    assert found["shared words: AUROC"].value == 1.0


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([{"group": 1, "question_1": "a", "question_2": "b", "label": 2}], "label of 0 or 1"),
        ([{"group": 1, "question_1": "a", "question_2": "b", "label": 1}], "both labels"),
        ([{"group": 1, "question_1": "a", "label": 1}], "line 1"),
        ([], "both labels"),
    ],
)
def test_a_faulty_file_is_named(tmp_path: Path, rows: list[dict[str, object]], expected: str) -> None:
    with pytest.raises(DatasetInvalid, match=expected):
        suite(write(tmp_path, rows))


def test_without_the_pairs_the_suite_says_what_to_set(tmp_path: Path) -> None:
    with pytest.raises(NothingInstalled, match="PLUMBLINE_SHARED"):
        suite(SuiteContext(tmp_path, tmp_path))
