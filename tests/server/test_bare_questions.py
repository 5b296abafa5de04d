"""Questions of a word or two: they say the rest of themselves from what was asked or told before."""

from __future__ import annotations

import pytest

from server.intents import request_of
from server.topics import Turn
from tests.fakes import read_on


def test_what_it_is_after_a_complaint_asks_what_it_could_be() -> None:
    assert read_on("what is it?", "my back is sore when I bend") == "my back is sore when I bend – what could it be?"
    assert read_on("what is it?", "what helps sciatica") == "what is sciatica"


def test_of_an_operation_what_was_told_is_normal_or_not() -> None:
    told = "hip replacement six weeks ago and it still aches"
    assert read_on("is that normal?", told) == f"{told} – is that normal"
    assert read_on("is that normal?", "what is sciatica") == "is sciatica normal"


def test_how_many_of_what_is_taken_is_read_as_a_dose() -> None:
    text = read_on("how many a day", Turn("can I take anything for hip pain", "safety"))
    assert text == "how much medicine should I take for hip pain"
    assert request_of(text) == "dose"
    shown = Turn("exercises for hip pain", "exercise")
    assert read_on("how many a day", shown) == "how often should I do exercises for hip pain"


def test_for_how_long_is_asked_of_what_one_should_do() -> None:
    assert read_on("for how long?", "should I rest with hip pain") == "should I rest with hip pain – for how long?"


def test_how_long_is_asked_of_the_symptom_that_was_spoken_of() -> None:
    earlier = ("had my hip replaced", "still so swollen, is that normal after hip replacement")
    assert read_on("how long for", *earlier) == "how long does swelling after hip replacement last"
    assert read_on("how long for", "I have sciatica", "is my leg numb with sciatica").endswith("with sciatica last")


@pytest.mark.parametrize("message", ["my mum has it too", "is it hereditary", "will my kids get it"])
def test_who_tells_of_a_relative_asks_whether_it_runs_in_families(message: str) -> None:
    assert read_on(message, "what is hip dysplasia") == "does hip dysplasia run in families"


@pytest.mark.parametrize(
    ("message", "earlier", "text"),
    [
        ("who", ("I have sciatica", "should I see someone with sciatica"), "who should I see for sciatica"),
        (
            "is that linked",
            ("I have sciatica", "my toes tingle with sciatica"),
            "my toes tingle with sciatica – is that linked",
        ),
        ("is it my back", ("my thigh is numb",), "is thigh numbness coming from my back"),
        ("for a slipped disc?", ("is a chiropractor safe",), "is a chiropractor safe for a slipped disc"),
    ],
)
def test_a_short_question_says_the_rest_of_itself(message: str, earlier: tuple[str, ...], text: str) -> None:
    assert read_on(message, *earlier) == text


def test_what_is_still_felt_is_what_is_asked_about_next() -> None:
    told = "I had a labral repair 6 weeks ago"
    felt = "still get a pinch when I squat after labral repair"
    titled = Turn("stationary bike after labral repair", titles=("Hip labral tear",))
    assert read_on("still get a pinch when I squat", told, titled) == felt
    assert read_on("is that ok", told, felt) == f"{felt} – is that ok"
    assert read_on("when can I run", told, felt) == "when can I run after labral repair"
