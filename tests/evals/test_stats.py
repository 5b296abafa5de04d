"""Intervals and tests agree with what is known of them."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats as scipy_stats

from evals.stats import area_under_roc, bootstrap_mean, paired_difference, wilson_interval


def test_wilson_interval_agrees_with_scipy() -> None:
    for successes, trials in ((0, 5), (3, 7), (97, 100), (50, 50)):
        expected = scipy_stats.binomtest(successes, trials).proportion_ci(method="wilson")
        assert wilson_interval(successes, trials, 1.959963985) == pytest.approx((expected.low, expected.high), abs=1e-6)


def test_bootstrap_interval_is_near_that_of_the_normal_distribution_for_many_values() -> None:
    values = np.random.default_rng(1).normal(0.5, 0.2, 400)
    estimate = bootstrap_mean(values)
    half_width = 1.96 * values.std() / 20
    assert estimate.value == pytest.approx(values.mean())
    assert estimate.low == pytest.approx(values.mean() - half_width, abs=0.003)
    assert estimate.high == pytest.approx(values.mean() + half_width, abs=0.003)
    assert bootstrap_mean(values) == estimate


def test_a_constant_has_no_interval() -> None:
    estimate = bootstrap_mean([0.25] * 9)
    assert (estimate.low, estimate.value, estimate.high) == (0.25, 0.25, 0.25)


def test_randomisation_agrees_with_counting_every_sign() -> None:
    """With five pairs all differing by the same amount, 2 of 32 sign patterns are as extreme as the one seen."""
    difference = paired_difference([0.0] * 5, [0.1] * 5)
    assert difference.value == pytest.approx(0.1)
    assert difference.p_value == pytest.approx(2 / 32, abs=0.01)
    assert (difference.better, difference.worse) == (5, 0)


def test_equal_systems_do_not_differ() -> None:
    difference = paired_difference([0.1, 0.5, 0.9], [0.1, 0.5, 0.9])
    assert difference.p_value == 1.0
    assert (difference.low, difference.high) == (0.0, 0.0)


def test_a_clear_difference_has_a_small_p_value_that_is_never_zero() -> None:
    random = np.random.default_rng(2)
    first = random.random(100)
    difference = paired_difference(list(first), list(first + 0.2 + random.normal(0, 0.05, 100)))
    assert 0 < difference.p_value < 0.001


def test_pairs_must_match_and_nothing_cannot_be_averaged() -> None:
    with pytest.raises(ValueError, match="expected pairs"):
        paired_difference([1.0], [1.0, 2.0])
    with pytest.raises(ValueError, match="at least one value"):
        bootstrap_mean([])


def test_area_under_roc_agrees_with_mann_whitney() -> None:
    random = np.random.default_rng(3)
    positive, negative = random.normal(1, 1, 40).round(1), random.normal(0, 1, 60).round(1)
    statistic = scipy_stats.mannwhitneyu(positive, negative).statistic
    assert area_under_roc(list(positive), list(negative)) == pytest.approx(statistic / (40 * 60))
