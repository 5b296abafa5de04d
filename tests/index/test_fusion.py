"""Scaling and fusing scores."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.fusion import FusionWeights, min_max, reciprocal_rank, weighted_parts

finite = st.floats(-1e6, 1e6, allow_nan=False)


@given(st.lists(finite, min_size=1, max_size=30))
def test_scaled_scores_stay_in_order_and_between_0_and_1(scores: list[float]) -> None:
    scaled = min_max(np.array(scores))
    assert scaled.min() >= 0
    assert scaled.max() <= 1
    assert all(scaled[i] <= scaled[j] for i in range(len(scores)) for j in range(len(scores)) if scores[i] < scores[j])


def test_a_floor_keeps_close_scores_close() -> None:
    assert min_max(np.array([9.0, 10.0]), floor=0.0).tolist() == [0.9, 1.0]
    assert min_max(np.array([9.0, 10.0])).tolist() == [0.0, 1.0]


def test_equal_scores_and_no_scores_scale_to_nothing() -> None:
    assert min_max(np.array([3.0, 3.0])).tolist() == [0.0, 0.0]
    assert min_max(np.array([])).tolist() == []


def test_parts_add_up_to_a_score_of_at_most_1() -> None:
    ones = {"bm25": np.ones(2), "dense": np.ones(2), "sentence": np.ones(2)}
    parts = weighted_parts(ones, FusionWeights(bm25=2, dense=1, sentence=1))
    assert sum(parts.values()).tolist() == [1.0, 1.0]
    assert parts["bm25"].tolist() == [0.5, 0.5]


def test_a_missing_part_leaves_its_weight_to_the_others() -> None:
    parts = weighted_parts({"bm25": np.ones(1)}, FusionWeights(bm25=0.3, dense=0.7, sentence=0))
    assert parts["bm25"].tolist() == [1.0]


@pytest.mark.parametrize("weights", [(0, 0, 0, 0), (-1, 1, 1, 1)])
def test_weights_that_mean_nothing_are_refused(weights: tuple[float, float, float]) -> None:
    with pytest.raises(ValueError, match="weights"):
        FusionWeights(*weights)


def test_reciprocal_rank_prefers_what_both_rankings_like() -> None:
    scores = reciprocal_rank([[1, 2, 3], [2, 4, 1]])
    assert sorted(scores, key=scores.__getitem__, reverse=True)[:2] == [2, 1]
    assert scores[3] == pytest.approx(1 / 63)
    assert reciprocal_rank([]) == {}


def test_without_questions_their_weight_goes_to_words_and_sentences() -> None:
    weights = FusionWeights(0.2, 0.6, 0.2, 0.3).without_questions()
    assert weights.shares() == pytest.approx(
        {"bm25": 0.35 / 1.3, "dense": 0.6 / 1.3, "sentence": 0.35 / 1.3, "question": 0.0}
    )
