"""What the clause reader learns from: clauses labelled for every feature, and clauses labelled for some."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from evals.errors import DatasetInvalid
from evals.train_reader import MODEL, THRESHOLD, Clause, fit, labelled_for, read_training, thresholds

FEATURES = ["back_pain", "fever"]


def _write(folder: Path, *rows: dict[str, object]) -> Path:
    (folder / "told.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return folder


def test_a_clause_may_be_labelled_for_some_features_only(tmp_path: Path) -> None:
    row = {"text": "my back hurts", "labels": [["back_pain", "present"]], "group": "g"}
    whole, part = read_training(_write(tmp_path, row, {**row, "about": ["back_pain"]}))
    assert (whole.about, part.about) == (None, frozenset({"back_pain"}))
    assert labelled_for([whole, part], FEATURES).tolist() == [[True, True], [True, False]]


def test_a_line_that_is_no_labelled_clause_is_refused_by_file_and_line(tmp_path: Path) -> None:
    with pytest.raises(DatasetInvalid, match=r"told\.jsonl, line 1: expected a text and statuses"):
        read_training(_write(tmp_path, {"text": " ", "labels": [], "group": "g"}))


def test_what_a_clause_was_not_labelled_for_is_no_counterexample() -> None:
    seen = np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0], [0.0, 1.0], [1.0, 0.0], [1.0, 0.0], [1.0, 0.0]])
    from scipy.sparse import csr_matrix

    wanted = np.array([[1, 1], [1, 1], [0, 0], [0, 0], [0, 0], [0, 0], [0, 0]], np.float32)
    clauses = [Clause("x", (), "g")] * 4 + [Clause("x", (), "g", frozenset({"fever"}))] * 3
    weights, biases = fit(csr_matrix(seen), wanted, labelled_for(clauses, FEATURES))
    back_pain, fever = weights[0] + biases
    assert back_pain > 0 > fever  # of fever three clauses more say no


def test_the_model_that_is_kept_has_the_thresholds_of_the_code() -> None:
    about = json.loads((MODEL / "reader.json").read_text(encoding="utf-8"))
    assert about["thresholds"] == thresholds(about["features"])
    assert about["thresholds"]["spine_procedure"] > THRESHOLD
