"""Questions that are not covered are read from any file and grouped by what they are about."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from evals.errors import DatasetInvalid
from evals.gaps import Uncovered, group_questions, read_question_list

SHOULDERS = ["frozen shoulder exercises", "shoulder pain at night", "why does my shoulder click"]
INSURANCE = ["does insurance pay for physio", "insurance for surgery"]


def long_words(text: str) -> list[str]:
    return [word for word in text.split() if len(word) > 3]


def test_questions_are_grouped_by_meaning_and_named_by_their_words() -> None:
    uncovered = [Uncovered(text, 0.1, "Neck pain") for text in [*SHOULDERS, *INSURANCE, "tax return"]]
    axes = np.eye(3, dtype=np.float32)
    vectors = np.array([axes[0]] * 3 + [axes[1]] * 2 + [axes[2]]) + 0.05
    vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    gaps = group_questions(uncovered, vectors, 2, long_words)
    assert [set(gap.questions) for gap in gaps] == [set(SHOULDERS), set(INSURANCE)]
    assert gaps[0].words[0] == "shoulder"
    assert gaps[1].words[0] == "insurance"
    assert gaps[0].nearest == ("Neck pain",)


def test_one_question_and_none_are_fine() -> None:
    vector = np.array([[1.0, 0.0]], dtype=np.float32)
    assert group_questions([], vector[:0], 5, str.split) == []
    assert group_questions([Uncovered("alone", 0.0, "")], vector, 5, str.split)[0].questions == ("alone",)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.txt", "\ufefffirst one\r\n\r\n second   one \nfirst one\n"),
        ("a.csv", "id,Question\n1,first one\n2,second one\n"),
        ("a.jsonl", '{"text": "first one"}\n\n{"text": "second one"}\n'),
    ],
)
def test_questions_are_read_once_each_from_three_kinds_of_file(tmp_path: Path, name: str, content: str) -> None:
    (tmp_path / name).write_text(content, encoding="utf-8")
    assert read_question_list(tmp_path / name) == ["first one", "second one"]


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("a.txt", "\n", "at least one question"),
        ("a.csv", "id,words\n1,x\n", "line 1: expected a column"),
        ("a.jsonl", '{"text": "x"}\n{"other": 1}\n', "line 2: expected a string"),
        ("a.jsonl", "{\n", "line 1: expected a JSON object"),
    ],
)
def test_a_faulty_file_is_refused(tmp_path: Path, name: str, content: str, expected: str) -> None:
    (tmp_path / name).write_text(content)
    with pytest.raises(DatasetInvalid, match=expected):
        read_question_list(tmp_path / name)
