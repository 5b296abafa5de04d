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
        ("L4-L5 listhesis", ["spine", "slipped bone in the spine"]),
        ("my SI hurts, is it SI pain?", ["pain", "sacroiliac joint pain"]),
        ("what can my boss ask of me at work", ["employer", "work"]),
        ("foraminal narrowing on the MRI", ["foraminal narrowing", "MRI scan"]),
    ],
)
def test_a_thing_is_found_by_any_of_its_wordings_and_the_longest_wins(text: str, found: list[str]) -> None:
    assert names(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("does tens help", ["TENS"]),
        ("ten minutes", []),
        ("see a gp", ["GP"]),
        ("a gps watch", []),
        ("crps of the ankle", ["complex regional pain syndrome"]),
        ("a raised crp", ["blood test"]),
    ],
)
def test_an_acronym_is_known_by_all_its_letters(text: str, found: list[str]) -> None:
    assert names(text) == found


def test_a_found_term_is_given_as_it_was_written_with_its_place() -> None:
    text = "is it Sciatica or my hip?"
    (found, _) = term_list().find(text)
    assert text[found.start : found.end] == found.text == "Sciatica"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("when can I go back to hunting", ["hunting"]),
        ("it got better, now it's back again", []),
        ("I got back on Sunday", []),
        ("I get back and leg pain", ["lower back", "leg pain"]),
        ("when can I get back pain help", ["low back pain"]),
        ("the back of my knee", ["knee"]),
        ("at the bottom of my back", ["lower back"]),
        ("toddler limping after a cold", ["limping child"]),
        ("my foot goes cold", ["leg"]),
        ("is heat or cold better", ["heat", "cold"]),
        ("does cold help", ["cold"]),
        ("a cold pack", ["cold"]),
        ("does heat work better than cold", ["heat", "cold"]),
        ("does shockwave work for sciatica", ["shockwave", "sciatica"]),
        ("does heavy work cause sciatica", ["work", "sciatica"]),
        ("nothing works", []),
        ("he works nights", ["work", "sleeping position"]),
        ("will I be able to work", ["work"]),
        ("can HR ask, after a 2 hr drive", ["employer", "driving"]),
        ("it runs in families and runs down my leg", ["leg"]),
        ("the rest of my life", []),
        ("should I rest", ["bed rest"]),
        ("I keep losing my balance", []),
        ("how can I improve my balance", ["balance exercises"]),
        ("how tight should it be", []),
    ],
)
def test_a_word_that_often_means_something_else_is_found_only_where_it_is_meant(text: str, found: list[str]) -> None:
    assert names(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("28 weeks pregnant, sore at the front of my pelvis", ["pregnancy", "pain", "pelvic girdle pain"]),
        ("pubic bone after having a baby, pregnant again", ["pelvic girdle pain", "after birth", "pregnancy"]),
        ("sore at the front of my pelvis", ["pain", "pelvis"]),
    ],
)
def test_a_complaint_is_known_by_a_place_and_the_person_it_is_told_of(text: str, found: list[str]) -> None:
    assert names(text) == found


def test_no_wording_stands_for_two_things() -> None:
    owners: dict[str, set[str]] = {}
    for term in term_list().terms:
        for wording in (term.name, *term.same, *term.loose):
            owners.setdefault(wording.lower(), set()).add(term.name)
    assert {wording: names for wording, names in owners.items() if len(names) > 1} == {}


def test_a_cup_is_no_cupping() -> None:
    assert term_list().find("who won the 1966 world cup?") == []
    assert [item.term.name for item in term_list().find("does cupping help")] == ["cupping"]
