"""Two results are compared query by query."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from evals.__main__ import main
from evals.compare import compare, most_changed, verdict
from evals.errors import RunInvalid


def result(values: dict[str, float]) -> dict[str, object]:
    return {
        "data": "tiny",
        "system": "s",
        "per_query": {query_id: {"nDCG@10": value} for query_id, value in values.items()},
        "texts": {query_id: f"text of {query_id}" for query_id in values},
        "found": {query_id: [["d1", 1.0, "an excerpt"]] for query_id in values},
    }


def test_only_shared_queries_are_compared_and_the_rest_is_counted() -> None:
    comparison = compare(result({"a": 0.1, "b": 0.5, "x": 1.0}), result({"a": 0.4, "b": 0.4, "y": 1.0}), "nDCG@10")
    assert comparison.difference.count == 2
    assert comparison.difference.value == pytest.approx(0.1)
    assert comparison.only_in_one == 2
    assert [change.query_id for change in comparison.changes] == ["a", "b"]


def test_the_most_changed_are_named_both_ways_without_the_unchanged() -> None:
    first = {"up": 0.0, "same": 0.5, "down": 1.0}
    comparison = compare(result(first), result({"up": 1.0, "same": 0.5, "down": 0.2}), "nDCG@10")
    assert [change.query_id for change in most_changed(comparison.changes, 2)] == ["up", "down"]
    assert most_changed(comparison.changes, 0) == []


def test_a_difference_that_chance_explains_is_called_that() -> None:
    one = compare(result({"a": 0.1, "b": 0.5}), result({"a": 0.2, "b": 0.4}), "nDCG@10")
    assert "could be told from chance" in verdict(one.difference)
    many = {str(number): 0.5 for number in range(40)}
    other = compare(result(many), result({one: value - 0.1 for one, value in many.items()}), "nDCG@10")
    assert verdict(other.difference).startswith("worse: -0.100")


def test_the_command_prints_passages_side_by_side_and_writes_json(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in (("a", 0.2), ("b", 0.9)):
        (tmp_path / f"{name}.json").write_text(json.dumps(result({"q": value})))
    out = tmp_path / "c.json"
    assert main(["compare", str(tmp_path / "a.json"), str(tmp_path / "b.json"), "--json", str(out)]) == 0
    printed = capsys.readouterr().out
    assert "text of q" in printed
    assert printed.count("an excerpt") == 2
    assert json.loads(out.read_text())["difference"]["value"] == pytest.approx(0.7)


def test_results_that_do_not_fit_are_refused(tmp_path: Path) -> None:
    with pytest.raises(RunInvalid, match="none in common"):
        compare(result({"a": 1.0}), result({"b": 1.0}), "nDCG@10")
    with pytest.raises(RunInvalid, match=r"expected a value of 'P@1' for each query, found nDCG@10"):
        compare(result({"a": 1.0}), result({"a": 1.0}), "P@1")
    (tmp_path / "broken.json").write_text("{}")
    assert main(["compare", str(tmp_path / "broken.json"), str(tmp_path / "broken.json")]) == 1
