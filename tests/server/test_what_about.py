"""The words after "what about": another subject takes the place of the old one, a circumstance joins it."""

from __future__ import annotations

from server.follow_ups import resolve
from server.topics import Turn
from tests.fakes import read_on


def test_how_to_exercise_is_asked_of_exercises_alone() -> None:
    shown = Turn("how do I do the cat camel", "exercise")
    night = resolve("what about at night", (Turn("my lower back hurts"), shown))
    assert night is not None
    assert (night.text, night.intent) == ("lower back pain at night", "general")
    worse = resolve("worse sitting", (Turn("exercises for sciatica", "exercise"),))
    assert worse is not None
    assert worse.intent == "general"
    expecting = resolve("what about in pregnancy", (Turn("exercises for sciatica", "exercise"),))
    assert expecting is not None
    assert (expecting.text, expecting.intent) == ("exercises for sciatica in pregnancy", "exercise")


def test_a_thing_named_by_a_part_of_the_body_is_no_new_complaint() -> None:
    assert read_on("what about a lumbar roll", "stretches for low back pain") == "lumbar roll with low back pain"
    assert read_on("what about hip pain", "exercises for low back pain") == "exercises for hip pain"


def test_a_question_of_its_own_inherits_no_intent() -> None:
    which = resolve("which cushion", (Turn("how long does tailbone pain last", "duration"),))
    assert which is not None
    assert which.intent is None


def test_what_is_done_sitting_is_no_new_complaint() -> None:
    assert (
        read_on("what about sitting cross legged", "waiting for a new hip")
        == "sitting cross legged with hip replacement"
    )


def test_an_exercise_takes_no_place_of_a_complaint() -> None:
    asked = Turn("do I have to give up the gym with degenerative disc disease", "safety")
    text = "deadlifts with back pain and degenerative disc disease"
    assert read_on("what about deadlifts", asked) == text
    assert read_on("how long does it last", asked, Turn(text)) == "how long does degenerative disc disease last"
