"""The judged questions are sound and fit the library; the checker finds what is not."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from pathlib import Path

import pytest

from evals.datasets import read_qrels, read_topics
from evals.errors import DatasetInvalid
from evals.in_domain import (
    LIBRARY,
    SECOND_READING,
    SPLITS,
    agreement,
    find_problems,
    library_section_ids,
    main,
    read_second_reading,
    split_of,
)
from evals.library import IN_DOMAIN

HEAT = "heat#does-heat-help"


def small_set(folder: Path, *, grade: int = 2, section: str = HEAT, style: str = "lay", article: str = "heat") -> Path:
    """Write a question and a library of one article; return the folder of the question."""
    library = folder / "library"
    library.mkdir()
    (library / "heat.md").write_text("---\ntitle: Heat\n---\n\nWarm.\n\n## Does heat help?\n\nYes.\n", encoding="utf-8")
    data = folder / "data"
    (data / "qrels").mkdir(parents=True)
    ids = {split: next(f"q{n}" for n in range(99) if split_of(f"q{n}") == split) for split in SPLITS}
    rows = [
        {
            "_id": ids[split],
            "text": f"is a hot bottle any good, {split}",
            "metadata": {"style": style, "article": article},
        }
        for split in SPLITS
    ]
    (data / "queries.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    for split in SPLITS:
        path = data / "qrels" / f"{split}.tsv"
        path.write_text(f"query-id\tcorpus-id\tscore\n{ids[split]}\t{section}\t{grade}\n", encoding="utf-8")
    return data


def test_the_judged_questions_fit_the_library() -> None:
    assert find_problems(IN_DOMAIN, LIBRARY) == []


def test_there_are_questions_of_every_style_for_every_article() -> None:
    topics = read_topics(IN_DOMAIN)
    styles = Counter(topic.metadata["style"] for topic in topics)
    asked = Counter(topic.metadata["article"] for topic in topics)
    assert len(topics) >= 420
    assert min(styles.values()) >= 40
    assert len(asked) >= 143, "every article of the first library, and questions for no article in particular"


def test_both_splits_are_large_and_share_no_question() -> None:
    dev, test = (read_qrels(IN_DOMAIN / "qrels" / f"{split}.tsv") for split in SPLITS)
    assert not set(dev) & set(test)
    assert min(len(dev), len(test)) >= 200
    assert {grade for qrels in (dev, test) for grades in qrels.values() for grade in grades.values()} == {0, 1, 2}


def test_a_hundred_questions_were_judged_twice_alike() -> None:
    lines = (IN_DOMAIN / SECOND_READING).read_text(encoding="utf-8").splitlines()[1:]
    assert len({line.split("\t")[0] for line in lines}) == 100
    assert agreement(read_second_reading(IN_DOMAIN / SECOND_READING)).kappa_linear > 0.8


def test_the_settled_grades_are_those_of_the_second_reading() -> None:
    qrels = {q: g for split in SPLITS for q, g in read_qrels(IN_DOMAIN / "qrels" / f"{split}.tsv").items()}
    rows = [line.split("\t") for line in (IN_DOMAIN / SECOND_READING).read_text(encoding="utf-8").splitlines()[1:]]
    assert [row for row in rows if qrels[row[0]][row[1]] != int(row[3])] == []


def test_a_sound_small_set_has_no_problems(tmp_path: Path) -> None:
    assert find_problems(small_set(tmp_path), tmp_path / "library") == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"grade": 1}, "has no section of grade 2"),
        ({"grade": 3}, "or one above it"),
        ({"section": "heat#gone"}, "heat#gone has grade 2 and is not in the library"),
        ({"style": "rude"}, "style 'rude' is none of"),
        ({"article": "cold"}, "'cold', which is not in the library"),
    ],
)
def test_what_does_not_fit_is_named(tmp_path: Path, change: dict[str, str | int], said: str) -> None:
    data = small_set(tmp_path, **change)  # type: ignore[arg-type]  # one of several keywords
    problems = find_problems(data, tmp_path / "library")
    assert problems
    assert all(said in problem for problem in problems)


def test_a_question_in_the_wrong_split_is_named(tmp_path: Path) -> None:
    data = small_set(tmp_path)
    shutil.copy(data / "qrels" / "dev.tsv", data / "qrels" / "test.tsv")
    problems = find_problems(data, tmp_path / "library")
    assert any("belongs to the other split" in problem for problem in problems)
    assert any(problem.endswith("not judged") for problem in problems)


def test_a_question_asked_twice_is_named(tmp_path: Path) -> None:
    data = small_set(tmp_path)
    path = data / "queries.jsonl"
    path.write_text(path.read_text(encoding="utf-8").replace(", dev", "").replace(", test", ""), encoding="utf-8")
    assert [one for one in find_problems(data, tmp_path / "library") if "asked twice" in one]


def test_sections_are_named_from_headings_and_the_opening(tmp_path: Path) -> None:
    small_set(tmp_path)
    assert library_section_ids(tmp_path / "library") == {HEAT, "heat#opening"}


def test_kappa_is_one_for_equal_readings_and_none_for_chance() -> None:
    assert agreement([(0, 0), (1, 1), (2, 2)]).kappa == 1
    assert agreement([(0, 0), (0, 1), (1, 0), (1, 1)]).kappa == pytest.approx(0)
    assert agreement([(0, 1), (2, 2), (1, 1)]).kappa_linear > agreement([(0, 2), (2, 2), (1, 1)]).kappa_linear


@pytest.mark.parametrize("readings", [[], [(0, 0), (0, 0)]])
def test_kappa_of_nothing_to_tell_apart_is_refused(readings: list[tuple[int, int]]) -> None:
    with pytest.raises(ValueError, match="expected"):
        agreement(readings)


def test_a_damaged_second_reading_is_named_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / SECOND_READING
    path.write_text("query-id\tcorpus-id\tfirst\tsecond\nq1\theat#opening\t2\t9\n", encoding="utf-8")
    with pytest.raises(DatasetInvalid, match="line 2"):
        read_second_reading(path)


def test_the_command_says_what_is_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = small_set(tmp_path, grade=1)
    assert main(["check", "--data", str(data), "--library", str(tmp_path / "library")]) == 1
    assert "no section of grade 2" in capsys.readouterr().out
    assert main(["agreement"]) == 0
    assert "kappa" in capsys.readouterr().out
    assert main(["check", "--data", str(tmp_path / "nothing")]) == 1
    assert "error:" in capsys.readouterr().err
