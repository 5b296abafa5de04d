"""The bundled articles are well formed, readable, free of doses, linked, and our own words."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from evals.readability import find_problems, reading_grade, split_front_matter

ROOT = Path(__file__).parents[2]
LIBRARY = sorted((ROOT / "corpus" / "library").glob("*.md"))
SHARED = Path(os.environ.get("PLUMBLINE_SHARED", ROOT.parent / "shared"))
IDS = frozenset(path.stem for path in LIBRARY)


def words_of(text: str) -> list[str]:
    """Return the words of a text, case and punctuation ignored."""
    return re.findall(r"[a-z0-9]+", text.casefold())


def runs_of_eight(text: str) -> set[tuple[str, ...]]:
    """Return every run of eight words within one line of a text."""
    runs = set()
    for line in text.splitlines():
        words = words_of(line)
        runs |= {tuple(words[at : at + 8]) for at in range(len(words) - 7)}
    return runs


def test_there_are_at_least_110_articles() -> None:
    assert len(LIBRARY) >= 110


@pytest.mark.parametrize("path", LIBRARY, ids=lambda path: path.stem)
def test_article_has_no_problems(path: Path) -> None:
    assert find_problems(path, IDS) == []


def test_nine_in_ten_articles_read_at_grade_eight_or_below() -> None:
    grades = [reading_grade(split_front_matter(path.read_text(encoding="utf-8"))[1]) for path in LIBRARY]
    assert sum(grade <= 8 for grade in grades) >= 0.9 * len(grades)


def test_the_reading_level_written_is_the_one_measured() -> None:
    for path in LIBRARY:
        fields, body = split_front_matter(path.read_text(encoding="utf-8"))
        assert fields["reading_level"] == pytest.approx(reading_grade(body), abs=0.2), path.name


def test_no_sentence_is_shared_between_articles_except_when_to_get_help() -> None:
    """Two articles that say the same words crowd each other out of an answer."""
    seen: dict[str, str] = {}
    for path in LIBRARY:
        body = split_front_matter(path.read_text(encoding="utf-8"))[1].split("## Get help now if")[0]
        lines = {line.strip() for line in body.splitlines() if len(line.split()) > 12 and not line.startswith("#")}
        for line in lines:
            assert seen.setdefault(line, path.stem) == path.stem, f"{path.stem} and {seen[line]} share: {line[:80]}"


def test_nothing_is_copied_from_the_seed_passages() -> None:
    seeds = sorted((SHARED / "seeds").glob("*.txt"))
    if not seeds:
        pytest.skip(f"no seed passages under {SHARED} (set PLUMBLINE_SHARED)")
    seed_runs = set().union(*(runs_of_eight(path.read_text(encoding="utf-8")) for path in seeds))
    for path in LIBRARY:
        copied = runs_of_eight(path.read_text(encoding="utf-8")) & seed_runs
        assert not copied, f"{path.name} shares eight words in a row with a seed passage: {copied}"
