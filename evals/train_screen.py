"""Fit the learned part of screening to labelled paragraphs: `python -m evals.train_screen`.

Takes under a minute on one core and writes `ingest/data/screen-weights.tsv`. It is fitted on
`evals/data/ingest-screen-train.jsonl` and on the split `tuned` of `ingest-screen.jsonl`. Before that it is measured by
cross-validation: all paragraphs of one site (real sites differ more than paragraphs of one) are in the same fold.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from evals.commands import run_command
from evals.errors import DatasetInvalid
from evals.ingest_screen import TRAINING, WRITTEN
from evals.stats import wilson_interval
from ingest.clean import clean_text
from ingest.screen import FROM_WITH_CUE, FROM_WITHOUT_CUE
from ingest.screen_model import KEPT, WEIGHTS, ScreenModel, features, has_cue, write_weights

SEED = 20261123
FOLDS = 10
STRENGTH = 2.0  # inverse of the regularisation; 1 to 10 differ little
FEWEST = 2  # a feature met in fewer paragraphs is left out
SHOWN_LIMITS = ((0.5, 0.5), (0.65, 0.65), (0.8, 0.8), (0.5, 0.9), (FROM_WITH_CUE, FROM_WITHOUT_CUE))

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Labelled:
    """One paragraph, its label (`advice` or the reason it is not) and the site whose style it was written in."""

    text: str
    label: str
    site: str


def read_labelled(training: Path = TRAINING, written: Path = WRITTEN) -> list[Labelled]:
    """Return the paragraphs to fit to, cleaned as ingest cleans them. Held-out rows are never among them.

    Raises:
        DatasetInvalid: if a line is not a labelled paragraph; names file and line.
    """
    found = []
    for path in (training, written):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            try:
                row = json.loads(line)
                if row.get("split", "tuned") == "tuned":
                    found.append(Labelled(clean_text(row["text"])[0], row["label"], row.get("site", row["id"])))
            except (ValueError, KeyError, TypeError) as exc:
                where = f"{path}, line {number}"
                raise DatasetInvalid(f"{where}: expected a labelled paragraph, found {line[:80]}") from exc
    return found


def fit(rows: Sequence[Labelled], values: Sequence[dict[str, float]]) -> ScreenModel:
    """Return the multinomial logistic regression of the labels on the features (one dict for each row)."""
    from sklearn.linear_model import LogisticRegression

    counts = Counter(name for row in values for name in row)
    names = sorted(name for name, count in counts.items() if count >= FEWEST)
    numbers = {name: number for number, name in enumerate(names)}
    model = LogisticRegression(C=STRENGTH, max_iter=2000)
    model.fit(_matrix(values, numbers), [row.label for row in rows])
    return ScreenModel(tuple(model.classes_), numbers, model.coef_.T.astype(np.float64), model.intercept_)


def cross_validate(rows: Sequence[Labelled], values: Sequence[dict[str, float]]) -> tuple[Floats, list[str]]:
    """Return how likely each row is not advice and the likeliest reason, by a model that met no row of its site."""
    sites = sorted({row.site for row in rows})
    random.Random(SEED).shuffle(sites)
    fold = {site: number % FOLDS for number, site in enumerate(sites)}
    unlikely, reasons = np.zeros(len(rows)), [""] * len(rows)
    for held in range(FOLDS):
        seen = [number for number, row in enumerate(rows) if fold[row.site] != held]
        model = fit([rows[number] for number in seen], [values[number] for number in seen])
        for number, row in enumerate(rows):
            if fold[row.site] == held:
                probabilities = model.probabilities(values[number])
                unlikely[number] = 1 - probabilities.pop(KEPT)
                reasons[number] = max(probabilities, key=lambda reason: probabilities[reason])
    return unlikely, reasons


def precision_and_recall(rows: Sequence[Labelled], unlikely: Floats, limits: Floats) -> dict[str, Any]:
    """Return both for setting aside from the limit of each row on, as (value, low, high) with Wilson intervals."""
    wanted = np.array([row.label != KEPT for row in rows])
    chosen = unlikely >= limits
    right, made, there = int((chosen & wanted).sum()), int(chosen.sum()), int(wanted.sum())
    return {
        "precision": [round(x, 3) for x in (right / max(made, 1), *wilson_interval(right, max(made, 1)))],
        "recall": [round(x, 3) for x in (right / there, *wilson_interval(right, there))],
    }


def main(argv: Sequence[str] | None = None) -> int:
    """Cross-validate, print what was measured, fit to everything and write the weights."""
    parser = argparse.ArgumentParser(prog="python -m evals.train_screen", description=__doc__)
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    args = parser.parse_args(argv)
    return run_command(lambda: _train(args.out))


def _train(out: Path) -> int:
    rows = read_labelled()
    values = [features(row.text) for row in rows]
    unlikely, reasons = cross_validate(rows, values)
    cued = np.array([has_cue(row) for row in values])
    for with_cue, without_cue in SHOWN_LIMITS:
        measured = precision_and_recall(rows, unlikely, np.where(cued, with_cue, without_cue))
        print(json.dumps({"limits": [with_cue, without_cue], **measured}))
    right = [reason == row.label for row, reason in zip(rows, reasons, strict=True) if row.label != KEPT]
    model = fit(rows, values)
    names = sorted(model.rows, key=lambda name: model.rows[name])
    write_weights(out, model.classes, names, model.weights, model.bias)
    print(f"{len(rows)} paragraphs, {len(names)} features, right reason for {sum(right) / len(right):.2f}; wrote {out}")
    return 0


def _matrix(values: Sequence[dict[str, float]], numbers: dict[str, int]) -> Any:
    """Return the sparse (rows, features) values."""
    known = [
        (row, numbers[name], value)
        for row, found in enumerate(values)
        for name, value in found.items()
        if name in numbers
    ]
    rows, columns, data = zip(*known, strict=True)
    return csr_matrix((data, (rows, columns)), shape=(len(values), len(numbers)))


if __name__ == "__main__":
    sys.exit(main())
