"""Whom a message is about: groups named, ages told, and who is grown up and asks for themselves."""

from __future__ import annotations

import pytest

from server.persons import persons_told
from server.terms import term_list


def told(text: str) -> frozenset[str]:
    """Return the groups of a text."""
    return persons_told(text, term_list().find(text))


@pytest.mark.parametrize(
    ("text", "groups"),
    [
        ("My mother is 81 and bends forward when she walks", {"older people", "adults"}),
        ("I'm 70, can I still run?", {"older people", "adults"}),
        ("I am 32 and my hip is shallow, will my daughter have it?", {"adults"}),
        ("our 7 year old limps", {"children"}),
        ("my 14-year-old has a sore hip", {"children", "teenager"}),
        ("I am 15 and my back is curved", {"children", "teenager"}),
        ("she's 12 weeks pregnant with a sore pelvis", {"pregnancy"}),
        ("a toddler with a limp", {"children"}),
        ("I'm 28 weeks with my second and my bum hurts", {"pregnancy"}),
        ("can I get a note until maternity leave", {"pregnancy"}),
    ],
)
def test_groups_are_known_by_their_names_and_by_ages(text: str, groups: set[str]) -> None:
    assert told(text) == groups


@pytest.mark.parametrize(
    "text",
    [
        "I am 12 kilos lighter and my back still hurts",
        "he is 10 minutes away from the clinic",
        "the scan says 70 degrees",
        "my back has hurt for 70 years",
        "6 weeks with my physio and no better",
    ],
)
def test_a_number_that_is_no_age_tells_of_no_group(text: str) -> None:
    assert told(text) == set()


def test_a_child_that_somebody_without_an_age_asks_for_is_the_patient() -> None:
    assert told("my daughter has sore hips") == {"children"}
