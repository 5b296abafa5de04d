"""Figure and SuiteReport: what every suite returns, so that one table, one file and one page can show them all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from evals.stats import bootstrap_mean, wilson_interval


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with what is known about it.

    `name` is unique within its suite and is what `bars.toml` refers to. `low` and `high` are a 95 % interval, or None
    where there is nothing to draw one from. `unit` is empty for a share or a mean in [0, 1].
    """

    name: str
    value: float
    low: float | None = None
    high: float | None = None
    count: int | None = None
    unit: str = ""
    lower_is_better: bool = False


@dataclass(frozen=True, slots=True)
class Curve:
    """Points to draw as a line, with what the axes mean; both axes run from 0 to 1."""

    title: str
    across: str
    up: str
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Differences:
    """Per-query differences between two systems, to draw as bars from the greatest gain to the greatest loss."""

    title: str
    values: tuple[tuple[str, float], ...]  # label and difference


@dataclass(frozen=True)
class SuiteReport:
    """What a suite measured."""

    title: str
    figures: tuple[Figure, ...]
    notes: tuple[str, ...] = ()
    curves: tuple[Curve, ...] = ()
    differences: tuple[Differences, ...] = ()
    details: Mapping[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values; `suite_from_json` is the inverse."""
        return asdict(self)


@dataclass(frozen=True)
class SuiteContext:
    """What a suite may use."""

    var: Path  # data folder with the installed library
    shared: Path  # folder of third-party data; may not exist
    sentence_vectors: bool = False  # embed each sentence of public collections too


def suite_from_json(raw: Mapping[str, Any]) -> SuiteReport:
    """Return the report written by `SuiteReport.to_json`."""
    return SuiteReport(
        title=raw["title"],
        figures=tuple(Figure(**one) for one in raw["figures"]),
        notes=tuple(raw["notes"]),
        curves=tuple(Curve(**{**one, "points": tuple(map(tuple, one["points"]))}) for one in raw["curves"]),
        differences=tuple(
            Differences(one["title"], tuple((str(label), float(value)) for label, value in one["values"]))
            for one in raw["differences"]
        ),
        details=raw["details"],
    )


def share_figure(name: str, successes: int, trials: int, *, lower_is_better: bool = False) -> Figure:
    """Return a proportion with its Wilson interval.

    >>> share_figure("found", 9, 10).value
    0.9
    """
    low, high = wilson_interval(successes, trials)
    return Figure(name, successes / trials, low, high, trials, lower_is_better=lower_is_better)


def mean_figure(name: str, values: Sequence[float], *, unit: str = "", lower_is_better: bool = False) -> Figure:
    """Return a mean with its bootstrap interval."""
    estimate = bootstrap_mean(values)
    return Figure(name, estimate.value, estimate.low, estimate.high, estimate.count, unit, lower_is_better)
