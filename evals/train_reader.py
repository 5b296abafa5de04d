"""Train the learned clause reader of the red-flag check from the hand-written text in server/red_flags/training/.

``python -m evals.train_reader`` takes about eight minutes on two cores and writes ``server/red_flags/model/``. It is
tested on personas none of whose text was seen in training; the model that is written is then fitted on all of them.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import sys
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack

from evals.commands import run_command
from evals.errors import DatasetInvalid
from evals.stats import wilson_interval
from index.embedders import Embedder, load_embedder
from server.red_flags.reader import BUCKETS, VECTOR_WEIGHT, LinearReader, ngram_values

ROOT = Path(__file__).parents[1]
TRAINING = ROOT / "server" / "red_flags" / "training"
MODEL = ROOT / "server" / "red_flags" / "model"
STATUSES = ("present", "denied", "past", "other", "hypothetical")
SEED = 20261123
TEST_SHARE = 0.12
STRENGTH = 30.0  # inverse of the regularisation; 10 to 100 differ little
# A feature is proposed from this probability on. Lower finds more signs told in odd words and alarms more ordinary
# talk; model/README.md has the figures it was chosen by.
THRESHOLD = 0.25
# Proposed only where it is surer. Ordinary words name the first two, and each makes an emergency by itself (CE2, CC1);
# worry and indecision are near the third; an operation that nobody told of would change the card for a sign.
SURE_ONLY = {
    "both_legs": 0.6,
    "unsteady": 0.5,
    "suicide_thoughts": 0.4,
    "spine_procedure": 0.6,
    "joint_operation": 0.6,
    "hip_replacement": 0.6,
}

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Clause:
    """One labelled clause: features with the status they have in it, and the batch it was written in.

    about: the features it was labelled for; None: all of them.
    """

    text: str
    labels: tuple[tuple[str, str], ...]
    group: str
    about: frozenset[str] | None = None


def read_training(folder: Path = TRAINING) -> list[Clause]:
    """Return every clause of the training files.

    Raises:
        DatasetInvalid: if there are none or a line is not a labelled clause; names file and line.
    """
    clauses = []
    for path in sorted(folder.glob("*.jsonl")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            try:
                row = json.loads(line)
                labels = tuple((str(feature), str(status)) for feature, status in row["labels"])
                about = frozenset(map(str, row["about"])) if "about" in row else None
                clause = Clause(row["text"], labels, row["group"], about)
            except (ValueError, KeyError, TypeError) as exc:
                raise DatasetInvalid(f"{path}, line {number}: expected a labelled clause, found {line[:80]}") from exc
            if not clause.text.strip() or any(status not in STATUSES for _, status in labels):
                raise DatasetInvalid(
                    f"{path}, line {number}: expected a text and statuses of {STATUSES}, found {line[:80]}"
                )
            clauses.append(clause)
    if not clauses:
        raise DatasetInvalid(f"{folder}: expected labelled clauses, found none")
    return clauses


def split_by_group(clauses: Sequence[Clause], share: float, seed: int) -> tuple[list[Clause], list[Clause]]:
    """Return two parts, the second about `share` of all, such that no persona's batch is in both."""
    groups = sorted({clause.group for clause in clauses})
    random.Random(seed).shuffle(groups)
    held_out: set[str] = set()
    size = 0
    for group in groups:
        if size >= share * len(clauses):
            break
        held_out.add(group)
        size += sum(clause.group == group for clause in clauses)
    return [c for c in clauses if c.group not in held_out], [c for c in clauses if c.group in held_out]


def targets(clauses: Sequence[Clause], features: Sequence[str]) -> Floats:
    """Return (n, features): 1 where the feature is present. Denied, past and fictional ones are 0, like no mention."""
    column = {feature: number for number, feature in enumerate(features)}
    wanted = np.zeros((len(clauses), len(features)), np.float32)
    for row, clause in enumerate(clauses):
        for feature, status in clause.labels:
            if status == "present":
                wanted[row, column[feature]] = 1
    return wanted


def inverse_frequencies(clauses: Sequence[Clause]) -> Floats:
    """Return (BUCKETS,) smoothed inverse document frequencies: ln((1 + n) / (1 + df)) + 1."""
    seen = np.zeros(BUCKETS, np.float64)
    ones = np.ones(BUCKETS, np.float32)
    for clause in clauses:
        seen[ngram_values(clause.text, ones)[0]] += 1
    return (np.log((1 + len(clauses)) / (1 + seen)) + 1).astype(np.float32)


def inputs(clauses: Sequence[Clause], vectors: Floats, idf: Floats) -> Any:
    """Return the sparse (n, BUCKETS + dimension) inputs that the reader sees."""
    rows, columns, values = [], [], []
    for row, clause in enumerate(clauses):
        places, found = ngram_values(clause.text, idf)
        rows.append(np.full(len(places), row))
        columns.append(places)
        values.append(found)
    coordinates = (np.concatenate(rows), np.concatenate(columns))
    ngrams = csr_matrix((np.concatenate(values), coordinates), shape=(len(clauses), BUCKETS))
    return hstack([ngrams, csr_matrix(vectors * VECTOR_WEIGHT)]).tocsr()


def labelled_for(clauses: Sequence[Clause], features: Sequence[str]) -> NDArray[np.bool_]:
    """Return (n, features): whether a clause was labelled for a feature."""
    return np.array([[c.about is None or feature in c.about for feature in features] for c in clauses])


def fit(seen: Any, wanted: Floats, labelled: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """Return (inputs, features) weights and (features,) biases of one logistic regression a feature.

    Args:
        seen: (n, inputs), what the reader sees of each clause.
        wanted: (n, features), 1 where a feature is present.
        labelled: (n, features), whether a clause says anything about a feature; the others are left out of its fit.
    """
    taught = [n for n in range(wanted.shape[1]) if wanted[:, n].sum() >= 2]  # a class needs cases to be fitted

    def fit_feature(number: int) -> tuple[Floats, float]:
        rows = labelled[:, number]
        return _fit_one(seen[rows], wanted[rows, number])

    with ThreadPoolExecutor() as threads:  # liblinear lets other threads run
        fitted = list(threads.map(fit_feature, taught))
    weights = np.zeros((seen.shape[1], wanted.shape[1]), np.float32)
    biases = np.full(wanted.shape[1], -20.0, np.float32)  # a feature without cases is never proposed
    for number, (weight, bias) in zip(taught, fitted, strict=True):
        weights[:, number], biases[number] = weight, bias
    return weights, biases


def _fit_one(seen: Any, wanted: Floats) -> tuple[Floats, float]:
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=STRENGTH, solver="liblinear", random_state=SEED)
    model.fit(seen, wanted)
    return model.coef_[0].astype(np.float32), float(model.intercept_[0])


def write_model(folder: Path, weights: Floats, biases: Floats, idf: Floats, about: dict[str, Any]) -> None:
    """Write weights (8 bits each, scaled per feature) and reader.json."""
    folder.mkdir(parents=True, exist_ok=True)
    scale = np.maximum(np.abs(weights).max(axis=0) / 127, 1e-9).astype(np.float32)
    small = np.round(weights / scale).astype(np.int8)
    np.savez_compressed(folder / "weights.npz", weights=small, scale=scale, bias=biases, idf=idf)
    (folder / "reader.json").write_text(json.dumps(about, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def thresholds(features: Sequence[str]) -> dict[str, float]:
    """Return the probability from which each feature is proposed."""
    return {feature: SURE_ONLY.get(feature, THRESHOLD) for feature in features}


def figures(probabilities: Floats, wanted: Floats, limits: Floats) -> dict[str, Any]:
    """Return micro-averaged precision and recall of `present`, each as (value, low, high) with Wilson intervals."""
    proposed = probabilities >= limits
    right, made, there = int((proposed & (wanted > 0)).sum()), int(proposed.sum()), int(wanted.sum())
    return {
        "precision": [round(x, 3) for x in (right / max(made, 1), *wilson_interval(right, max(made, 1)))],
        "recall": [round(x, 3) for x in (right / there, *wilson_interval(right, there))],
        "cases": there,
    }


def main(argv: Sequence[str] | None = None) -> int:
    """Train, report on unseen personas, and write a model fitted on every clause."""
    parser = argparse.ArgumentParser(prog="python -m evals.train_reader", description=__doc__)
    parser.add_argument("--out", type=Path, default=MODEL)
    parser.add_argument(
        "--models", type=Path, default=ROOT / "var" / "models", help="where exported embedders are kept"
    )
    args = parser.parse_args(argv)
    return run_command(lambda: _train(args))


def _train(args: argparse.Namespace) -> int:
    clauses = read_training()
    features = sorted({feature for clause in clauses for feature, _ in clause.labels})
    in_part = [clause for clause in clauses if clause.about is not None]
    training, test = split_by_group([clause for clause in clauses if clause.about is None], TEST_SHARE, SEED)
    training += in_part
    print(f"{len(training)} clauses to train on, {len(test)} to report", flush=True)
    embedder = load_embedder("default", args.models)
    chosen = thresholds(features)
    about: dict[str, Any] = {
        "features": features,
        "thresholds": chosen,
        "embedder_sha256": embedder.weights_sha256,
        "trained_on": {"clauses": len(clauses), "files": _digests(TRAINING.glob("*.jsonl"))},
    }
    reader = _fitted(training, about, embedder, args.out)
    limits = np.array([chosen[feature] for feature in features], np.float32)
    measured = figures(reader.probabilities([c.text for c in test]), targets(test, features), limits)
    print(json.dumps(measured), flush=True)
    _fitted(clauses, {**about, "on_unseen_personas": measured}, embedder, args.out)
    return 0


def _fitted(clauses: Sequence[Clause], about: dict[str, Any], embedder: Embedder, folder: Path) -> LinearReader:
    """Fit on these clauses, write the model, and return it as it is served."""
    idf = inverse_frequencies([clause for clause in clauses if clause.about is None])
    vectors = embedder.embed_queries([clause.text for clause in clauses])
    wanted, labelled = targets(clauses, about["features"]), labelled_for(clauses, about["features"])
    write_model(folder, *fit(inputs(clauses, vectors, idf), wanted, labelled), idf, about)
    return LinearReader(embedder.embed_queries, embedder.weights_sha256, folder)


def _digests(paths: Iterable[Path]) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest()[:16] for path in sorted(paths)}


if __name__ == "__main__":
    sys.exit(main())
