"""The weights of what is quoted first: fits them on the judged questions about the library, and reports both halves.

    python -m evals.fitness [--fit]

Fitted on the dev half alone. The figures of the dev half come from ten-fold cross-validation by question.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evals.commands import add_var, run_command
from evals.library import IN_DOMAIN, open_library, read_library_dataset, section_id
from evals.logistic import Matrix, fit_logistic, named_model, write_model
from evals.stats import wilson_interval
from index.retriever import Retriever
from server.conversations import Message
from server.fitness import DATA, RERANKED, by_rules, features, fitness_model
from server.queries import QueryBuilder
from server.red_flags.words import read_known_words

FEATURES = (
    "score", "below_best", "dense", "adapted", "question", "question_below_best", "place", "same_intent",
    "other_intent", "opening", "evidence_unasked", "operation_unasked", "subjects_held", "words_held",
    "other_region", "length", "story",
)  # fmt: skip
RIDGE = 0.003  # on standardised weights, per example
FOLDS = 10
MOST_BESIDE = 2
CUTOFF = 0.20
HIGHEST_GRADE = 2


@dataclass(frozen=True, slots=True)
class Judged:
    """The hits of judged questions, one row a hit: features, what rules add, grade (0 to 2), number of the question."""

    values: Matrix
    offsets: Matrix
    grades: NDArray[np.int64]
    questions: NDArray[np.int64]


def measure(retriever: Retriever, split: str) -> Judged:
    """Return what the served query step and search find for the judged questions of one half."""
    dataset, _ = read_library_dataset(retriever, IN_DOMAIN, split)
    queries = QueryBuilder(lambda: retriever.vocabulary, read_known_words())
    rows: list[list[float]] = []
    offsets: list[float] = []
    grades: list[int] = []
    questions: list[int] = []
    for number, topic in enumerate(dataset.topics):
        query = queries.standalone_query([Message("user", topic.text)])
        hits = retriever.search(query.text, RERANKED, lexical_query=query.lexical_text)
        judged = dataset.qrels[topic.query_id]
        rows += [[values[name] for name in FEATURES] for values in features(query, hits)]
        offsets += by_rules(query, hits)
        grades += [judged.get(section_id(hit.passage), 0) for hit in hits]
        questions += [number] * len(hits)
    return Judged(
        np.array(rows), np.array(offsets), np.array(grades, dtype=np.int64), np.array(questions, dtype=np.int64)
    )


def fitted(judged: Judged, rows: NDArray[np.bool_] | None = None) -> tuple[Matrix, float]:
    """Return weights and intercept: 1 for a passage that answers, half for one that helps."""
    kept = np.ones(len(judged.grades), dtype=np.bool_) if rows is None else rows
    labels = judged.grades[kept] / HIGHEST_GRADE
    return fit_logistic(judged.values[kept], labels, np.ones(int(kept.sum())), RIDGE, judged.offsets[kept])


def cross_validated(judged: Judged) -> Matrix:
    """Return the estimate of each hit by a model that was fitted without its question."""
    numbers = np.random.default_rng(0).permutation(int(judged.questions.max()) + 1)
    folds = (np.argsort(numbers) % FOLDS)[judged.questions]
    estimates = np.zeros(len(judged.grades))
    for fold in range(FOLDS):
        weights, intercept = fitted(judged, folds != fold)
        held = folds == fold
        estimates[held] = _estimates(judged.values[held], weights, intercept + judged.offsets[held])
    return estimates


def report(judged: Judged, estimates: Matrix, cutoff: float = CUTOFF) -> dict[str, object]:
    """Return how often the first passage answers, or is of use, and the same for what is quoted, with intervals."""
    first_answers, first_helps, one_answers, helps = [], [], [], []
    for number in np.unique(judged.questions):
        own = judged.questions == number
        order = np.argsort(-estimates[own], kind="stable")
        grades, fitness = judged.grades[own][order], estimates[own][order]
        quoted = [0, *[at for at in range(1, len(grades)) if fitness[at] >= cutoff][:MOST_BESIDE]]
        first_helps.append(grades[0] >= 1)
        helps += list(grades[quoted] >= 1)
        if HIGHEST_GRADE in grades:
            first_answers.append(grades[0] == HIGHEST_GRADE)
            one_answers.append(HIGHEST_GRADE in grades[quoted])
    return {
        "first answers, of those with an answer": _share(first_answers),
        "first is of use": _share(first_helps),
        "an answer is quoted, of those with one": _share(one_answers),
        "of what is quoted, of use": _share(helps),
        "quoted a question": round(len(helps) / len(first_helps), 2),
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Fit or report; print JSON."""
    parser = argparse.ArgumentParser(prog="python -m evals.fitness", description=__doc__)
    add_var(parser)
    parser.add_argument("--fit", action="store_true", help="fit anew and write the weights into the server's data")
    options = parser.parse_args(arguments)
    return run_command(lambda: _report(options))


def _report(options: argparse.Namespace) -> int:
    retriever = open_library(options.var)
    dev, test = measure(retriever, "dev"), measure(retriever, "test")
    if options.fit:
        model = named_model(FEATURES, *fitted(dev), CUTOFF)
        write_model(DATA, model, "python -m evals.fitness --fit", retriever.manifest.content_sha256[:16])
    model = fitness_model()
    weights = np.array([model.weights[name] for name in FEATURES])
    place = FEATURES.index("place")
    rows = {
        "dev, cross-validated": report(dev, cross_validated(dev)),
        "test, as served": report(test, _estimates(test.values, weights, model.intercept + test.offsets)),
        "test, in the order of the search": report(test, test.values[:, place], cutoff=0.3),
    }
    sys.stdout.write(json.dumps(rows, indent=1) + "\n")
    return 0


def _estimates(values: Matrix, weights: Matrix, intercept: Matrix) -> Matrix:
    return np.asarray(1 / (1 + np.exp(-np.clip(values @ weights + intercept, -30, 30))))


def _share(found: Sequence[bool]) -> dict[str, object]:
    low, high = wilson_interval(int(sum(found)), len(found))
    return {"share": round(sum(found) / len(found), 3), "interval": [round(low, 3), round(high, 3)], "n": len(found)}


if __name__ == "__main__":
    raise SystemExit(main())
