"""Fitting what is quoted first: grades are learned beside fixed offsets, and the report counts what would be quoted."""

from __future__ import annotations

import numpy as np

from evals.fitness import FEATURES, Judged, cross_validated, report
from evals.logistic import fit_logistic
from server.fitness import features, fitness_model
from tests.fakes import make_hit, make_query


def test_the_committed_weights_are_for_what_is_measured() -> None:
    values = features(make_query("what helps sciatica"), [make_hit("Keep active.", "What helps sciatica?")])
    assert set(values[0]) == set(FEATURES) == set(fitness_model().weights)


def test_what_a_rule_already_says_is_not_learned_again() -> None:
    rng = np.random.default_rng(1)
    values = rng.normal(size=(4000, 1))
    labels = (rng.random(4000) < 1 / (1 + np.exp(-(2 * values[:, 0] - 1)))).astype(np.float64)
    alone, intercept = fit_logistic(values, labels, np.ones(4000), 1e-6)
    assert abs(alone[0] - 2) < 0.2
    assert abs(intercept + 1) < 0.2
    beside, _ = fit_logistic(values, labels, np.ones(4000), 1e-6, offsets=2 * values[:, 0])
    assert abs(beside[0]) < 0.2


def judged() -> Judged:
    """Return 40 questions of three hits, whose grade is told by the first feature."""
    rng = np.random.default_rng(2)
    grades = np.concatenate([rng.permutation([2, 1, 0]) for _ in range(40)])
    values = rng.normal(size=(120, len(FEATURES))) * 0.1
    values[:, 0] = grades
    return Judged(values, np.zeros(120), grades, np.repeat(np.arange(40), 3))


def test_questions_left_out_of_a_fit_are_ordered_by_what_the_others_taught() -> None:
    found = report(judged(), cross_validated(judged()), cutoff=0.3)
    assert found["first answers, of those with an answer"]["share"] == 1.0  # type: ignore[index]
    assert found["an answer is quoted, of those with one"]["n"] == 40  # type: ignore[index]


def test_only_what_reaches_the_cutoff_is_quoted_beside_the_first() -> None:
    one = Judged(np.zeros((3, 1)), np.zeros(3), np.array([2, 1, 0]), np.zeros(3, dtype=np.int64))
    assert report(one, np.array([0.9, 0.5, 0.1]), cutoff=0.3)["quoted a question"] == 2.0
    assert report(one, np.array([0.9, 0.5, 0.1]), cutoff=0.05)["quoted a question"] == 3.0
    assert report(one, np.array([0.9, 0.5, 0.1]), cutoff=0.05)["of what is quoted, of use"]["share"] == 0.667  # type: ignore[index]
