"""Interval estimates that every evaluation shares."""

from __future__ import annotations

from math import sqrt


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
