"""The red-flag detector against its peers and against itself with parts taken away, on the same messages in one run.

``python -m evals.red_flag_peers [--json FILE]``. Peers: a keyword list as open health bots have it, a generous one, and
logistic regression on n-grams scored out of fold. The detector is scored without context, without the learned reader,
and whole. The lexicon was tuned on these messages, so its own figures here are fitted; see evals/README.md.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from evals.commands import run_command
from evals.errors import DatasetInvalid
from evals.red_flags import Row, load_rows, score_rows
from evals.train_reader import ROOT
from index.embedders import load_embedder
from server.red_flags.assess import assess
from server.red_flags.explain import UserText
from server.red_flags.levels import Level
from server.red_flags.reader import ClauseReader, load_reader
from server.red_flags.reading import read_message

SHORT_LIST = (
    "chest pain", "can't breathe", "suicide", "kill myself", "unconscious", "stroke", "overdose", "severe bleeding",
    "incontinence", "saddle", "numbness", "fever", "cancer", "weight loss", "paralysed", "fracture", "emergency",
)  # fmt: skip
LONG_LIST = (
    *SHORT_LIST, "numb", "bladder", "bowel", "wet myself", "can't pee", "can't feel", "weak", "both legs", "fell",
    "fall", "accident", "temperature", "shiver", "swollen", "hot", "red", "breath", "blood", "pregnant", "steroid",
    "osteoporosis", "limp", "night", "worse", "sudden", "collapse", "faint", "die", "end it", "tablets", "cold", "blue",
)  # fmt: skip

Predict = Callable[[Sequence[str]], tuple[Level, tuple[str, ...]]]
KEYS = (
    "sensitivity",
    "specificity",
    "hard_negative_specificity",
    "emergency_any_positive",
    "emergency_at_emergency",
    "exact_level",
)


def keywords(words: Sequence[str]) -> Predict:
    """Return a detector that calls any message with one of `words` an emergency."""

    def predict(texts: Sequence[str]) -> tuple[Level, tuple[str, ...]]:
        found = any(word in text.lower() for word in words for text in texts)
        return (Level.EMERGENCY if found else Level.NONE), ()

    return predict


def regression_out_of_fold(rows: Sequence[Row], folds: int = 5) -> Predict:
    """Return a detector whose answer to each message comes from a model fitted on the other folds only."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import StratifiedKFold
    from sklearn.pipeline import make_pipeline

    texts, wanted = [row.text for row in rows], np.array([int(row.level) for row in rows])
    answers: dict[str, Level] = {}
    for seen, unseen in StratifiedKFold(folds, shuffle=True, random_state=7).split(texts, wanted):
        model = make_pipeline(
            TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True),
            LogisticRegression(C=10, class_weight="balanced", max_iter=500),
        )
        model.fit([texts[n] for n in seen], wanted[seen])
        for n, level in zip(unseen, model.predict([texts[n] for n in unseen]), strict=True):
            answers[texts[n]] = Level(int(level))
    return lambda given: (answers[given[-1]], ())


def lexicon_alone(texts: Sequence[str]) -> tuple[Level, tuple[str, ...]]:
    """Return an emergency wherever the lexicon finds a feature at all, whatever the context says of it."""
    found = any(read_message(text).facts for text in texts)
    return (Level.EMERGENCY if found else Level.NONE), ()


def lexicon_and_context(texts: Sequence[str]) -> tuple[Level, tuple[str, ...]]:
    """Return an emergency wherever a feature counts after context, without any rule that combines features."""
    found = any(fact.counts for text in texts for fact in read_message(text).facts)
    return (Level.EMERGENCY if found else Level.NONE), ()


def detector(reader: ClauseReader | None) -> Predict:
    """Return the detector as it is served, with or without the learned reader."""

    def predict(texts: Sequence[str]) -> tuple[Level, tuple[str, ...]]:
        found = assess([UserText(text) for text in texts], reader=reader)
        return found.level, tuple(flag.category for flag in found.flags)

    return predict


def compare(rows: Sequence[Row], reader: ClauseReader | None) -> dict[str, dict[str, object]]:
    """Return the main figures of every system over `rows`."""
    systems: dict[str, Predict] = {
        "keywords, short list": keywords(SHORT_LIST),
        "keywords, generous list": keywords(LONG_LIST),
        "logistic regression on n-grams, out of fold": regression_out_of_fold(rows),
        "lexicon alone": lexicon_alone,
        "+ context": lexicon_and_context,
        "+ rules over combinations": detector(None),
    }
    if reader is not None:
        systems["+ learned reader (as served)"] = detector(reader)
    return {name: {key: score_rows(rows, system)[key] for key in KEYS} for name, system in systems.items()}


def main(argv: Sequence[str] | None = None) -> int:
    """Print the table; return 1 when the data are not there."""
    parser = argparse.ArgumentParser(prog="python -m evals.red_flag_peers", description=__doc__)
    parser.add_argument("--json", type=Path)
    args = parser.parse_args(argv)
    return run_command(lambda: _report(args))


def _report(args: argparse.Namespace) -> int:
    folder = Path(os.environ.get("PLUMBLINE_SHARED", "../shared")) / "data" / "red-flags"
    if not folder.is_dir():
        raise DatasetInvalid(f"{folder}: expected labelled messages, found none; set PLUMBLINE_SHARED")
    embedder = load_embedder("default", ROOT / "var" / "models")
    rows = load_rows(folder)
    found = compare(rows, load_reader(embedder.embed_queries, embedder.weights_sha256))
    for name, scores in found.items():
        print(name)
        for key, value in scores.items():
            print(f"    {key:28s} {value}")
    if args.json:
        args.json.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
