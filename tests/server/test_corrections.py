"""Corrections: another place, side, act or subject is put in where the old one stood."""

from __future__ import annotations

import pytest

from server.follow_ups import resolve
from server.topics import Turn


def read(message: str, *earlier: Turn | str) -> str:
    """Return a message standing alone, after earlier questions; empty when it stands alone already."""
    turns = [turn if isinstance(turn, Turn) else Turn(turn) for turn in earlier]
    found = resolve(message, turns)
    return found.text if found is not None else ""


@pytest.mark.parametrize(
    ("earlier", "message", "text"),
    [
        ("sciatica", "left leg", "sciatica in the left leg"),
        ("what helps hip pain", "just the right side", "hip pain on the right side"),
        ("what helps hip pain", "it's my left hip", "left hip pain"),
    ],
)
def test_a_side_is_added_to_what_was_said(earlier: str, message: str, text: str) -> None:
    assert read(message, earlier) == text


def test_a_difference_is_from_what_was_spoken_of() -> None:
    assert read("what is the difference from stenosis?", "what is claudication") == (
        "what is the difference between claudication and stenosis"
    )


def test_a_corrected_subject_takes_its_other_name_along() -> None:
    asked = "what is femoroacetabular impingement (hip impingement)"
    assert read("not the groin, my back", Turn(asked, "definition")) == "what is back pain"


def test_another_leg_corrects_the_place_and_not_the_complaint() -> None:
    found = resolve("no, the other leg, the right", (Turn("sleeping with sciatica"),))
    assert found is not None
    assert (found.text, found.topic) == ("sleeping with sciatica in the right leg", "sciatica")
    assert read("no, the left hip", "what helps right hip pain") == "what helps left hip pain"


def test_another_act_takes_the_place_of_the_one_asked_about() -> None:
    assert read("no, swimming", "how soon can I go cycling with sciatica") == "how soon can I go swimming with sciatica"
    assert read("no", "how soon can I go cycling with sciatica") == ""


def test_a_place_of_no_list_is_put_in_as_it_was_written() -> None:
    assert read("not the tailbone, the cheek", "pain in bum when sitting – why?") == "pain in bum when sitting, cheek"


@pytest.mark.parametrize(
    ("told", "asked", "message", "text"),
    [
        (
            "had my left hip replaced 4 weeks ago",
            "flying after hip replacement",
            "no sorry it was the right one",
            "flying after right hip replacement",
        ),
        ("my left hip hurts", "what helps left hip pain", "sorry its the right", "what helps right hip pain"),
        ("I have sciatica", "walking with sciatica", "no I meant the left side", "walking with left sciatica"),
    ],
)
def test_a_side_put_right_is_put_before_what_hurts(told: str, asked: str, message: str, text: str) -> None:
    found = resolve(message, (Turn(told), Turn(asked)))
    assert found is not None
    assert (found.text, found.why) == (text, "your correction")


def test_those_that_are_meant_are_of_the_kind_asked_about() -> None:
    asked = "how many jabs can you have for hip bursitis"
    assert (
        read("no I mean the steroid ones not shockwave", asked) == "how many steroid jabs can you have for hip bursitis"
    )
    assert read("no, cycling not swimming", "can I go running with sciatica") == "can I go cycling with sciatica"


def test_the_pain_that_was_meant_is_asked_about_as_it_was() -> None:
    asked = "will sacroiliac joint pain after birth come back"
    assert read("no I mean the pain not the birth", asked) == asked


def test_what_was_not_meant_makes_place_for_what_was() -> None:
    asked = "how long til I can race with hip flexor pain"
    assert read("no sorry I meant cycling not racing", asked) == "how long til I can do cycling with hip flexor pain"


def test_another_side_leaves_the_condition_what_it_was() -> None:
    assert read("sorry its the left hip", "which hand with hip arthritis") == "which hand with left hip arthritis"
