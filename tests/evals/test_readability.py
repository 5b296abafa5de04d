"""The article checker finds what it should."""

from __future__ import annotations

from pathlib import Path

import pytest

from evals.readability import find_problems, plain_prose, reading_grade, split_front_matter, write_grade

GOOD = """---
id: heat
title: Heat
topics: [self-care]
audience: everyone
kind: self-care
written: 2026-11-23
next_review: 2028-11-23
reviewed_by: ""
reading_level: 3
references:
  - general knowledge: "Warmth feels good"
---

{words}

## Get help now if

- you feel very ill. See [cold](cold.md).
"""


def article(tmp_path: Path, text: str, words: str = "Warmth can ease a sore back. " * 50) -> Path:
    """Return the path of an article holding `text`."""
    path = tmp_path / "heat.md"
    path.write_text(text.replace("{words}", words), encoding="utf-8")
    return path


def test_a_sound_article_has_no_problems(tmp_path: Path) -> None:
    assert find_problems(article(tmp_path, GOOD), frozenset({"cold"})) == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("id: heat", "id: cold", "id: expected 'heat'"),
        ("kind: self-care\n", "", "kind: missing"),
        ("## Get help now if", "## Help", "expected the last section"),
        ("(cold.md)", "(ice.md)", "not in the library"),
        ("{words}", "Take 400 mg of it. {words}", "looks like a dose"),
        ('general knowledge: "Warmth feels good"', 'title: "A page"', "needs publisher, year, url"),
        ("---\nid", "id", "front matter"),
    ],
)
def test_each_fault_is_named(tmp_path: Path, old: str, new: str, said: str) -> None:
    problems = find_problems(article(tmp_path, GOOD.replace(old, new, 1)), frozenset({"cold"}))
    assert any(said in problem for problem in problems), problems


def test_short_articles_are_refused(tmp_path: Path) -> None:
    assert "250 to 700" in " ".join(find_problems(article(tmp_path, GOOD, "Too short."), frozenset({"cold"})))


def test_list_items_and_headings_end_sentences() -> None:
    assert plain_prose("## Why?\n\n- one\n- two: [three](x.md)\n") == "Why?\none.\ntwo: three."


def test_long_words_and_sentences_raise_the_grade() -> None:
    plain = "The back is strong. It likes to move. Rest can make it stiff."
    heavy = "Degenerative intervertebral pathology necessitates multidisciplinary rehabilitation considerations."
    assert reading_grade(plain) < 4 < 12 < reading_grade(heavy)


def test_write_grade_changes_only_that_line(tmp_path: Path) -> None:
    path = article(tmp_path, GOOD)
    before = split_front_matter(path.read_text(encoding="utf-8"))
    write_grade(path, 5.5)
    fields, body = split_front_matter(path.read_text(encoding="utf-8"))
    assert fields == {**before[0], "reading_level": 5.5}
    assert body == before[1]
