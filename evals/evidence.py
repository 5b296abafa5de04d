"""The cut-off of "not covered": fits its logistic model on labelled questions, and reports it on others.

    python -m evals.evidence --out-of-scope FILE --messages FILE [--fit]

Every set is split in two by a digest of the question's id (near negatives by their `split` field): the model is fitted
and the cut-off chosen on one half, the other half is only reported on. Files that are not part of this repository are
read where they are.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from evals.commands import add_var, read_rows, run_command
from evals.datasets import read_topics
from evals.in_domain import split_of
from evals.library import IN_DOMAIN, open_library
from evals.logistic import Matrix, fit_logistic, named_model, write_model
from evals.stats import area_under_roc, wilson_interval
from index.retriever import Retriever
from server.conversations import Message
from server.evidence import DATA, Rarity, features
from server.fitness import find
from server.logistic import LogisticModel, load_model
from server.queries import QueryBuilder
from server.red_flags.words import read_known_words

HERE = Path(__file__).parent / "data"
TOP_K = 8
# What is fitted; `server.evidence.features` says what each one is.
FEATURES = (
    "dense", "dense_top", "adapted", "adapted_top", "sentence", "question", "question_top", "bm25",
    "same_document", "words", "words_top", "asked_words", "asked_words_top", "asked_line", "unknown", "unknown_short",
    "missing", "heading", "subject", "subject_dense", "length", "personal", "outside", "outside_near", "outside_far",
)  # fmt: skip
RIDGE = 0.01  # on standardised features, per example
# The cut-off is the one at which this share of the near negatives of the fitting half is answered by mistake.
NEAR_ANSWERED = 0.04
# Near negatives of more words are messages: about the subject, with a question that the library does not answer.
SHORT_WORDS = 25
# How much each kind counts in the fit, whatever its number of questions.
WEIGHTS = {"answerable": 1.0, "judged": 3.0, "messages": 4.0, "near": 3.0, "medical-unrelated": 1.0, "non-medical": 0.4}


@dataclass(frozen=True, slots=True)
class Example:
    """A labelled question: its kind, whether the library should answer it, and which half it belongs to."""

    text: str
    kind: str
    is_covered: bool
    is_dev: bool


def examples(out_of_scope: Path | None, messages: Path | None) -> list[Example]:
    """Return every labelled question; of people's own messages only those about the subject itself (`core`)."""
    found = [
        Example(row["text"], "answerable", True, _is_dev(row["id"]))
        for row in read_rows(HERE / "answerable.jsonl", ("id", "text"))
    ]
    found += [
        Example(row["text"], _near_kind(row["text"]), False, row["split"] == "dev")
        for row in read_rows(HERE / "near-negatives.jsonl", ("text", "split"))
    ]
    found += [Example(one.text, "judged", True, split_of(one.query_id) == "dev") for one in read_topics(IN_DOMAIN)]
    if out_of_scope is not None:
        found += [
            Example(row["text"], row["kind"], False, _is_dev(row["id"]))
            for row in read_rows(out_of_scope, ("id", "text", "kind"))
        ]
    if messages is not None:
        core = [row for row in read_rows(messages, ("id", "text")) if row.get("scope", "core") == "core"]
        found += [Example(row["text"], "messages", True, _is_dev(row["id"])) for row in core]
    return found


def _near_kind(text: str) -> str:
    return "near" if len(text.split()) <= SHORT_WORDS else "near-message"


def measure(found: Sequence[Example], retriever: Retriever) -> Matrix:
    """Return the features of each question, shape (n, features), through the real query step and search."""
    queries = QueryBuilder(lambda: retriever.vocabulary, read_known_words())
    rarity = Rarity(retriever.vocabulary)
    rows = []
    for example in found:
        query = queries.standalone_query([Message("user", example.text)])
        hits = find(retriever, query, TOP_K)
        values = features(query, hits, rarity) if hits else dict.fromkeys(FEATURES, 0.0)
        rows.append([values[name] for name in FEATURES])
    return np.array(rows, dtype=np.float64)


def fit(found: Sequence[Example], values: Matrix) -> LogisticModel:
    """Return the model and the cut-off fitted on the first half of every set."""
    dev = np.array([example.is_dev for example in found])
    labels = np.array([float(example.is_covered) for example in found])
    kinds = [example.kind for example in found]
    counts = {kind: sum(k == kind and d for k, d in zip(kinds, dev, strict=True)) for kind in set(kinds)}
    weights = np.array([WEIGHTS.get(kind, 1.0) / max(1, counts[kind]) for kind in kinds]) * 100
    beta, intercept = fit_logistic(values[dev], labels[dev], weights[dev], RIDGE)
    estimates = _estimates(values, beta, intercept)
    near = estimates[np.array([kind == "near" for kind in kinds]) & dev]
    cutoff = float(np.quantile(near, 1 - NEAR_ANSWERED))
    return named_model(FEATURES, beta, intercept, cutoff)


def report(found: Sequence[Example], values: Matrix, model: LogisticModel) -> dict[str, object]:
    """Return coverage, false answers and AUROC of the half that was not fitted on, with 95 % intervals."""
    beta = np.array([model.weights[name] for name in FEATURES])
    estimates = _estimates(values, beta, model.intercept)
    held = np.array([not example.is_dev for example in found])
    kinds = sorted({example.kind for example in found})
    rows: dict[str, object] = {}
    own = np.array([example.kind == "answerable" for example in found]) & held
    for kind in kinds:
        chosen = np.array([example.kind == kind for example in found]) & held
        answered = int((estimates[chosen] >= model.cutoff).sum())
        low, high = wilson_interval(answered, int(chosen.sum()))
        row: dict[str, object] = {"n": int(chosen.sum()), "answered": answered, "share": answered / int(chosen.sum())}
        row["interval"] = [round(low, 3), round(high, 3)]
        if not next(example for example in found if example.kind == kind).is_covered:
            row["auroc"] = round(area_under_roc(estimates[own], estimates[chosen]), 4)
        rows[kind] = row
    rows["risk_coverage"] = risk_coverage(estimates[held], np.array([e.is_covered for e in found])[held])
    return rows


def risk_coverage(estimates: Matrix, is_covered: NDArray[np.bool_]) -> list[dict[str, float]]:
    """Return for cut-offs at each twentieth of coverage: the cut-off, coverage, and share of false answers."""
    points = []
    for coverage in np.linspace(0.5, 1.0, 11):
        cutoff = float(np.quantile(estimates[is_covered], 1 - coverage))
        false_answers = float((estimates[~is_covered] >= cutoff).mean())
        points.append(
            {"coverage": round(float(coverage), 2), "cutoff": round(cutoff, 4), "false": round(false_answers, 4)}
        )
    return points


def main(arguments: Sequence[str] | None = None) -> int:
    """Fit or report; print JSON."""
    parser = argparse.ArgumentParser(prog="python -m evals.evidence", description=__doc__)
    add_var(parser)
    parser.add_argument("--out-of-scope", type=Path, help="JSON lines with id, text, kind of questions to decline")
    parser.add_argument("--messages", type=Path, help="JSON lines with id, text, scope of messages to answer")
    parser.add_argument("--fit", action="store_true", help="fit anew and write the coefficients into the server's data")
    parser.add_argument(
        "--list", action="store_true", help="also print the questions of this repository judged wrongly"
    )
    options = parser.parse_args(arguments)
    if options.fit and (options.out_of_scope is None or options.messages is None):
        parser.error("--fit needs --out-of-scope and --messages")
    return run_command(lambda: _report(options))


def _report(options: argparse.Namespace) -> int:
    found = examples(options.out_of_scope, options.messages)
    retriever = open_library(options.var)
    values = measure(found, retriever)
    if options.fit:
        index = retriever.manifest.content_sha256[:16]
        write_model(DATA, fit(found, values), "python -m evals.evidence --fit", index)
    model = load_model(DATA)
    sys.stdout.write(json.dumps(report(found, values, model), indent=1) + "\n")
    if options.list:
        beta = np.array([model.weights[name] for name in FEATURES])
        for example, estimate in zip(found, _estimates(values, beta, model.intercept), strict=True):
            if (estimate >= model.cutoff) != example.is_covered and example.kind in ("answerable", "near"):
                sys.stdout.write(f"{example.kind} {estimate:.3f} {example.text}\n")
    return 0


def _estimates(values: Matrix, beta: Matrix, intercept: float) -> Matrix:
    return np.asarray(1 / (1 + np.exp(-np.clip(values @ beta + intercept, -30, 30))))


def _is_dev(example_id: str) -> bool:
    return hashlib.sha256(example_id.encode()).digest()[0] % 2 == 0


if __name__ == "__main__":
    raise SystemExit(main())
