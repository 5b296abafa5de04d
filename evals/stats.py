"""Intervals and tests: Wilson for proportions, bootstrap for means, randomisation for paired differences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray

RESAMPLES = 10_000
SEED = 20_261_123
LEVEL = 0.95
BATCH_NUMBERS = 1_000_000  # drawn at once, which bounds memory

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean with the interval it lies in, and over how many queries it was taken."""

    value: float
    low: float
    high: float
    count: int


@dataclass(frozen=True, slots=True)
class Difference:
    """Mean of paired differences (second minus first), its interval, and the p-value of no difference."""

    value: float
    low: float
    high: float
    p_value: float
    better: int
    worse: int
    count: int


def wilson_interval(successes: int, trials: int, z: float = 1.96) -> tuple[float, float]:
    """Return the Wilson score interval of a proportion, both ends in [0, 1].

    Preferred to the normal interval because it stays inside [0, 1] for small samples.
    Source: Wilson 1927, doi:10.1080/01621459.1927.10502953.

    Raises:
        ValueError: if `trials` is 0 or `successes` is not in 0..trials.

    >>> low, high = wilson_interval(97, 100)
    >>> round(low, 3), round(high, 3)
    (0.915, 0.99)
    """
    if trials <= 0 or not 0 <= successes <= trials:
        raise ValueError(f"expected 0 <= successes <= trials and trials > 0, got {successes} of {trials}")
    share = successes / trials
    spread = z * sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials))
    centre = share + z * z / (2 * trials)
    scale = 1 + z * z / trials
    return max(0.0, (centre - spread) / scale), min(1.0, (centre + spread) / scale)


def bootstrap_mean(values: Sequence[float] | Floats, *, resamples: int = RESAMPLES, seed: int = SEED) -> Estimate:
    """Return the mean with its 95 % percentile bootstrap interval; queries are what is drawn.

    Source: Efron and Tibshirani 1993, chapter 13.

    Raises:
        ValueError: if there are no values.
    """
    sample = _array(values)
    low, high = _interval(_resampled_means(sample, resamples, seed))
    return Estimate(float(sample.mean()), low, high, len(sample))


def paired_difference(
    first: Sequence[float], second: Sequence[float], *, resamples: int = RESAMPLES, seed: int = SEED
) -> Difference:
    """Return how much the second system's values exceed the first's, query by query.

    The p-value is that of a two-sided randomisation test: under no difference each sign could as well be the other
    (Smucker, Allan and Carterette 2007, doi:10.1145/1321440.1321528); one is added to both counts, so it is never 0.

    Raises:
        ValueError: if there are no values or not equally many.
    """
    if len(first) != len(second):
        raise ValueError(f"expected pairs, found {len(first)} and {len(second)} values")
    differences = _array(second) - _array(first)
    observed = abs(float(differences.mean()))
    random = np.random.default_rng(seed)
    extreme = 0
    for size in _batches(resamples, len(differences)):
        signs = random.integers(0, 2, size=(size, len(differences)), dtype=np.int8) * 2.0 - 1.0
        # A hair's breadth, so that sums of the same numbers in another order count as equal.
        extreme += int(np.count_nonzero(np.abs(signs @ differences) / len(differences) >= observed - 1e-12))
    low, high = _interval(_resampled_means(differences, resamples, seed))
    return Difference(
        value=float(differences.mean()),
        low=low,
        high=high,
        p_value=(extreme + 1) / (resamples + 1),
        better=int(np.count_nonzero(differences > 0)),
        worse=int(np.count_nonzero(differences < 0)),
        count=len(differences),
    )


def area_under_roc(positive: Sequence[float] | Floats, negative: Sequence[float] | Floats) -> float:
    """Return the chance, in [0, 1], that a random positive scores above a random negative; ties count half.

    Source: Mann and Whitney 1947, doi:10.1214/aoms/1177730491.

    Raises:
        ValueError: if either is empty.

    >>> area_under_roc([0.9, 0.5], [0.1, 0.5])
    0.875
    """
    high, low = _array(positive), np.sort(_array(negative))
    below = np.searchsorted(low, high, side="left")
    equal = np.searchsorted(low, high, side="right") - below
    return float(np.mean((below + equal / 2) / len(low)))


def _array(values: Sequence[float] | Floats) -> Floats:
    sample: Floats = np.asarray(values, dtype=np.float64)
    if sample.size == 0:
        raise ValueError("expected at least one value, found none")
    return sample


def _resampled_means(sample: Floats, resamples: int, seed: int) -> Floats:
    random = np.random.default_rng(seed)
    means = [
        sample[random.integers(0, len(sample), size=(size, len(sample)))].mean(axis=1)
        for size in _batches(resamples, len(sample))
    ]
    return np.concatenate(means)


def _batches(resamples: int, width: int) -> list[int]:
    """Return sizes that add up to `resamples` and keep each batch near a million numbers."""
    size = max(1, min(resamples, BATCH_NUMBERS // max(1, width)))
    return [size] * (resamples // size) + ([resamples % size] if resamples % size else [])


def _interval(means: Floats) -> tuple[float, float]:
    low, high = np.quantile(means, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(low), float(high)
