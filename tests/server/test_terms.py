"""The term list: whatever words a thing is said with, it is found, and nothing else is."""

from __future__ import annotations

import pytest

from server.terms import term_list


def names(text: str) -> list[str]:
    """Return the names of the terms of a text."""
    return [item.term.name for item in term_list().find(text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("my slipped discs", ["slipped disc"]),
        ("a stress fracture of the pars", ["pars stress fracture"]),
        ("TB of the spine", ["spinal infection"]),
        ("the soles of my feet", ["leg", "leg"]),
        ("burning soles", ["numbness and tingling"]),
        ("acetabular dysplasia", ["hip dysplasia"]),
    ],
)
def test_a_thing_is_found_by_any_of_its_wordings_and_the_longest_wins(text: str, found: list[str]) -> None:
    assert names(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [("does tens help", ["TENS"]), ("ten minutes", []), ("see a gp", ["GP"]), ("a gps watch", [])],
)
def test_an_acronym_is_known_by_all_its_letters(text: str, found: list[str]) -> None:
    assert names(text) == found


def test_a_found_term_is_given_as_it_was_written_with_its_place() -> None:
    text = "is it Sciatica or my hip?"
    (found, _) = term_list().find(text)
    assert text[found.start : found.end] == found.text == "Sciatica"
