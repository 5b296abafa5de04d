"""Run: which documents a system ranked for each query; TREC run files in and out; measures with the field's names."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import ir_measures
import numpy as np

from evals.datasets import Grades
from evals.errors import RunInvalid

Run = dict[str, dict[str, float]]  # query id → document id → score

MEASURES = ("nDCG@10", "R@100", "RR@10", "AP@100", "P@1", "R@5", "R@10", "Success@5", "Judged@10")
JUDGED_ONLY = "nDCG@10 judged only"
RUN_COLUMNS = 6


def ordered_scores(scores: Iterable[float]) -> list[float]:
    """Return scores, best first, of which none equals the next: a tie is settled by the order they are given in.

    trec_eval orders equal scores by document id, which would rank by a name; so a tied score becomes the next lower
    number, and the file says what the system meant.
    """
    ordered: list[float] = []
    for score in scores:
        below = math.nextafter(ordered[-1], -math.inf) if ordered else score
        ordered.append(min(float(score), below))
    return ordered


def per_query(run: Run, qrels: Grades, measures: Sequence[str] = MEASURES) -> dict[str, dict[str, float]]:
    """Return each measure of each judged query, by trec_eval's rules.

    Gains are the grades themselves; of equal scores the higher document id comes first; a document that was not judged
    counts as irrelevant, and `Judged@10` says how many of the first ten were judged; a query the run lacks scores 0.
    """
    values = {query_id: dict.fromkeys(measures, 0.0) for query_id in qrels}
    wanted = [ir_measures.parse_measure(name) for name in measures]
    answered = {query_id: _settled(scores) for query_id, scores in run.items() if scores and query_id in qrels}
    for result in ir_measures.iter_calc(wanted, qrels, answered):
        values[result.query_id][str(result.measure)] = float(result.value)
    return values


def judged_only(run: Run, qrels: Grades) -> Run:
    """Return the run without documents that were not judged (Sakai's condensed list, doi:10.1145/1277741.1277756)."""
    return {
        query_id: {
            document_id: score for document_id, score in scores.items() if document_id in qrels.get(query_id, {})
        }
        for query_id, scores in run.items()
    }


def write_run(path: Path, run: Mapping[str, Mapping[str, float]], tag: str) -> None:
    """Write a TREC run file: query id, Q0, document id, rank from 1, score, tag; it appears whole or not at all."""
    unfinished = path.with_name(path.name + ".unfinished")
    try:
        with unfinished.open("w", encoding="utf-8") as out:
            for query_id, scores in run.items():
                ranked = sorted(scores.items(), key=lambda item: -item[1])
                for rank, (document_id, score) in enumerate(ranked, 1):
                    out.write(f"{query_id} Q0 {document_id} {rank} {score!r} {tag}\n")
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def read_run(path: Path) -> Run:
    """Return a TREC run file; ranks are ignored, as trec_eval does: the score decides.

    Raises:
        RunInvalid: if the file is missing or empty, a line has no six columns, a score is no number, or a document
            occurs twice for a query.
    """
    run: Run = {}
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as exc:
        raise RunInvalid(f"{path}: expected a TREC run file, found {exc}") from exc
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        columns = line.split()
        if len(columns) != RUN_COLUMNS:
            raise RunInvalid(
                f"{path}, line {number}: expected six columns (query Q0 document rank score tag), found {len(columns)}"
            )
        query_id, _, document_id, _, written, _ = columns
        scores = run.setdefault(query_id, {})
        if document_id in scores:
            raise RunInvalid(f"{path}, line {number}: document {document_id!r} occurs twice for query {query_id!r}")
        scores[document_id] = _score(path, number, written)
    if not run:
        raise RunInvalid(f"{path}: expected at least one line, found none")
    return run


def _settled(scores: Mapping[str, float]) -> dict[str, float]:
    """Return scores without ties, in trec_eval's order; the libraries below do not all settle ties alike."""
    ranked = sorted(scores, key=lambda document_id: (scores[document_id], document_id), reverse=True)
    return dict(zip(ranked, ordered_scores(scores[one] for one in ranked), strict=True))


def _score(path: Path, number: int, written: str) -> float:
    try:
        score = float(written)
    except ValueError:
        score = math.nan
    if not np.isfinite(score):
        raise RunInvalid(f"{path}, line {number}: expected a score, found {written!r}")
    return score
