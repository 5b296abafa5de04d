"""Compare: whether one retrieval result differs from another, and the queries that changed most, side by side."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from evals.errors import RunInvalid
from evals.stats import Difference, paired_difference

SHOWN_HITS = 3
TWO_COLUMNS = 2


@dataclass(frozen=True, slots=True)
class QueryChange:
    """A query whose value changed, with what each result found first."""

    query_id: str
    text: str
    before: float
    after: float
    found_before: tuple[str, ...]
    found_after: tuple[str, ...]

    @property
    def change(self) -> float:
        """Return after minus before."""
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two results over the queries both have."""

    measure: str
    difference: Difference
    changes: tuple[QueryChange, ...]  # every query, most gained first
    only_in_one: int


def run_compare(options: argparse.Namespace) -> int:
    """Compare the two results the options name, print what differs, and return 0.

    Raises:
        RunInvalid: if a file is no retrieval result or they share no query.
    """
    first, second = read_result(options.first), read_result(options.second)
    comparison = compare(first, second, options.measure)
    _print(comparison, options, first, second)
    if options.json:
        from evals.retrieval_command import write_report

        write_report(options.json, comparison_json(comparison))
    return 0


def read_result(path: Path) -> dict[str, Any]:
    """Return a result written by the retrieval command.

    Raises:
        RunInvalid: if it cannot be read or has no `per_query`.
    """
    try:
        raw = json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as exc:
        raise RunInvalid(f"{path}: expected the JSON of `python -m evals retrieval --json`, found {exc}") from exc
    if not isinstance(raw, dict) or not isinstance(raw.get("per_query"), dict) or not raw["per_query"]:
        raise RunInvalid(f"{path}: expected 'per_query' with a value for each query, found none; run it again")
    return raw


def compare(first: Mapping[str, Any], second: Mapping[str, Any], measure: str) -> Comparison:
    """Return the paired difference of a measure over the queries in both results, and how each query changed.

    Raises:
        RunInvalid: if the results share no query, or one lacks the measure.
    """
    shared = [query_id for query_id in first["per_query"] if query_id in second["per_query"]]
    if not shared:
        raise RunInvalid("expected results over the same queries, found none in common")
    before, after = (_values(result, shared, measure) for result in (first, second))
    changes = [
        QueryChange(
            query_id=query_id,
            text=str((second.get("texts") or first.get("texts") or {}).get(query_id, "")),
            before=old,
            after=new,
            found_before=_found(first, query_id),
            found_after=_found(second, query_id),
        )
        for query_id, old, new in zip(shared, before, after, strict=True)
    ]
    changes.sort(key=lambda one: (-one.change, one.query_id))
    alone = len(set(first["per_query"]) ^ set(second["per_query"]))
    return Comparison(measure, paired_difference(before, after), tuple(changes), alone)


def comparison_json(comparison: Comparison) -> dict[str, Any]:
    """Return a comparison as plain JSON values."""
    return {
        "measure": comparison.measure,
        "difference": asdict(comparison.difference),
        "only_in_one": comparison.only_in_one,
        "changes": [asdict(change) for change in comparison.changes if change.change],
    }


def verdict(difference: Difference) -> str:
    """Return in words what a difference says.

    >>> verdict(Difference(0.02, 0.01, 0.03, 0.001, 30, 10, 100))
    'better: +0.020 (0.010 to 0.030), p = 0.0010'
    """
    if difference.p_value < 0.05:
        word = "better" if difference.value > 0 else "worse"
    else:
        word = "no difference that could be told from chance"
    interval = f"{difference.value:+.3f} ({difference.low:.3f} to {difference.high:.3f})"
    return f"{word}: {interval}, p = {difference.p_value:.4f}"


def most_changed(changes: Sequence[QueryChange], each_way: int) -> list[QueryChange]:
    """Return the queries that gained most, then those that lost most; unchanged ones never."""
    gained = [one for one in changes[:each_way] if one.change > 0]
    lost = [one for one in reversed(changes[-each_way:] if each_way else []) if one.change < 0]
    return gained + lost


def _values(result: Mapping[str, Any], query_ids: Sequence[str], measure: str) -> list[float]:
    try:
        return [float(result["per_query"][query_id][measure]) for query_id in query_ids]
    except (KeyError, TypeError, ValueError) as exc:
        known = sorted(next(iter(result["per_query"].values())))
        raise RunInvalid(f"expected a value of {measure!r} for each query, found {', '.join(known)}") from exc


def _found(result: Mapping[str, Any], query_id: str) -> tuple[str, ...]:
    rows = (result.get("found") or {}).get(query_id, [])[:SHOWN_HITS]
    return tuple(f"{row[0]}  {row[2]}" if len(row) > TWO_COLUMNS else str(row[0]) for row in rows)


def _print(
    comparison: Comparison, options: argparse.Namespace, first: Mapping[str, Any], second: Mapping[str, Any]
) -> None:
    console = Console()
    names = [f"{result.get('data', '')} {result.get('system', '')}".strip() for result in (first, second)]
    difference = comparison.difference
    console.print(f"A: {options.first} ({names[0]})\nB: {options.second} ({names[1]})")
    console.print(
        f"{comparison.measure}, B minus A over {difference.count} queries: {verdict(difference)}; "
        f"{difference.better} better, {difference.worse} worse"
    )
    if comparison.only_in_one:
        console.print(f"{comparison.only_in_one} queries are in one result only and are not compared")
    for change in most_changed(comparison.changes, options.changed):
        table = Table(title=f"{change.query_id}: {change.text}", title_justify="left")
        table.add_column(f"A {change.before:.3f}", ratio=1)
        table.add_column(f"B {change.after:.3f}", ratio=1)
        for place in range(max(len(change.found_before), len(change.found_after))):
            cells = [found[place] if place < len(found) else "" for found in (change.found_before, change.found_after)]
            table.add_row(*cells, end_section=True)
        console.print(table, markup=False)
