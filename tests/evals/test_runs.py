"""Measures follow trec_eval; run files go out and come back unchanged."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from evals.errors import RunInvalid
from evals.runs import JUDGED_ONLY, judged_only, ordered_scores, per_query, read_run, write_run

QRELS = {"301": {"d1": 2, "d2": 0, "d3": 1, "d4": 1}, "302": {"d1": 1}}


def test_measures_have_the_values_worked_out_by_hand() -> None:
    """trec_eval's nDCG: the grade itself is the gain, discounted by log2(rank + 1)."""
    run = {"301": {"d2": 4.0, "d1": 3.0, "d9": 2.0, "d3": 1.0}}
    values = per_query(run, QRELS)["301"]
    gained = 2 / math.log2(3) + 1 / math.log2(5)
    ideal = 2 + 1 / math.log2(3) + 1 / 2
    assert values["nDCG@10"] == pytest.approx(gained / ideal)
    assert values["RR@10"] == 0.5
    assert values["R@100"] == pytest.approx(2 / 3)
    assert values["AP@100"] == pytest.approx((1 / 2 + 2 / 4) / 3)
    assert values["Judged@10"] == pytest.approx(3 / 4)
    assert values["P@1"] == 0


def test_of_equal_scores_the_higher_document_id_comes_first_as_in_trec_eval() -> None:
    assert per_query({"302": {"d1": 1.0, "d2": 1.0}}, QRELS)["302"]["RR@10"] == 0.5
    assert per_query({"302": {"d1": 1.0, "d0": 1.0}}, QRELS)["302"]["RR@10"] == 1.0


def test_a_query_without_an_answer_scores_nothing_and_is_not_left_out() -> None:
    values = per_query({"301": {}}, QRELS)
    assert set(values) == {"301", "302"}
    assert values["302"]["nDCG@10"] == values["301"]["nDCG@10"] == 0


def test_unjudged_documents_count_unless_only_judged_ones_are_looked_at() -> None:
    run = {"302": {"unknown": 2.0, "d1": 1.0}}
    assert per_query(run, QRELS)["302"]["nDCG@10"] == pytest.approx(1 / math.log2(3))
    assert per_query(judged_only(run, QRELS), QRELS)["302"]["nDCG@10"] == 1.0
    assert JUDGED_ONLY.startswith("nDCG@10")


def test_ties_keep_the_order_a_system_gave() -> None:
    scores = ordered_scores([0.5, 0.5, 0.5, 0.2])
    assert scores == sorted(scores, reverse=True)
    assert len(set(scores)) == 4
    assert scores[0] == 0.5
    assert scores[2] == pytest.approx(0.5)


def test_a_run_file_comes_back_as_it_was_written(tmp_path: Path) -> None:
    run = {"301": {"d2": 4.123456789012345, "d1": 1 / 3}, "302": {"d1": -2.0}}
    write_run(tmp_path / "a.run", run, "tag")
    assert read_run(tmp_path / "a.run") == run
    assert (tmp_path / "a.run").read_text().splitlines()[0] == "301 Q0 d2 1 4.123456789012345 tag"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("301 Q0 d1 1 0.5\n", "line 1: expected six columns"),
        ("301 Q0 d1 1 high tag\n", "line 1: expected a score"),
        ("301 Q0 d1 1 nan tag\n", "line 1: expected a score"),
        ("301 Q0 d1 1 2 t\n301 Q0 d1 2 1 t\n", "line 2: document 'd1' occurs twice"),
        ("\n", "expected at least one line"),
    ],
)
def test_a_faulty_run_file_is_refused(tmp_path: Path, content: str, expected: str) -> None:
    (tmp_path / "a.run").write_text(content)
    with pytest.raises(RunInvalid, match=expected):
        read_run(tmp_path / "a.run")
