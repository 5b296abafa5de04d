"""Follow-ups about a medicine or a treatment: it is what is stopped, swapped, had or given, and not the complaint."""

from __future__ import annotations

import pytest

from server.follow_ups import resolve
from server.intents import request_of
from server.topics import Turn


def read(message: str, *earlier: Turn | str) -> str:
    """Return a message standing alone, after earlier questions; empty when it stands alone already."""
    turns = [turn if isinstance(turn, Turn) else Turn(turn) for turn in earlier]
    found = resolve(message, turns)
    return found.text if found is not None else ""


def test_a_medicine_that_is_stopped_is_never_taken_for_the_complaint() -> None:
    text = read("I take warfarin, should I stop it before?", "waiting for a new hip")
    assert text == "I take warfarin, should I stop warfarin before"
    assert request_of(text) == "stop_medicine"
    assert request_of(read("I'm on gabapentin, can I come off it")) == "stop_medicine"
    assert request_of(read("she takes alendronate, should she stop taking it", "osteoporosis")) == "stop_medicine"


def test_how_much_of_a_medicine_to_give_is_read_as_a_dose() -> None:
    text = read("how much can I give her", "paracetamol for a limping child")
    assert text == "how much paracetamol can I give her"
    assert request_of(text) == "dose"


def test_it_is_what_was_asked_whether_to_do() -> None:
    assert read("is it safe in pregnancy?", "does yoga help back pain") == "is yoga for back pain safe in pregnancy"
    assert read("how far?", "does walking help back pain") == "how far walking with back pain"
    assert "work" not in read("any risks?", "do nerve glides work")


def test_not_having_it_is_not_having_the_treatment() -> None:
    assert read("and if I don't have it?", "surgery for a slipped disc") == "if I don't have surgery for slipped disc"


@pytest.mark.parametrize(
    ("message", "text"),
    [
        ("how many can you have", "how many can you have of injections for hip bursitis"),
        ("and if they don't work", "if injections for hip bursitis don't work"),
        ("who gives them", "who gives injections for hip bursitis"),
    ],
)
def test_more_is_asked_of_the_treatment(message: str, text: str) -> None:
    assert read(message, "do injections help hip bursitis") == text


def test_a_medicine_is_swapped_and_not_the_complaint() -> None:
    assert read("could I swap it for paracetamol", "I'm taking naproxen for hip pain").startswith(
        "could I swap naproxen"
    )


def test_a_treatment_of_some_questions_ago_is_asked_on_about() -> None:
    earlier = ("had an epidural injection for sciatica", "my leg is still sore with sciatica")
    assert "injection for sciatica" in read("can I have another one", *earlier)


def test_what_somebody_asks_to_get_is_asked_on_about() -> None:
    asked = "can I get a sick note with low back pain"
    assert read("who gives it", asked) == "who gives a sick note for low back pain"
    assert read("what sort", "my hip hurts", "would a frame help with hip pain") == "what sort frame with hip pain"


def test_what_helps_a_symptom_is_asked_for_it() -> None:
    assert read("and for the pain itself?", "I've got degenerative disc disease") == (
        "what helps pain with degenerative disc disease"
    )
    assert read("and for the pain", "my hip hurts") == "what helps hip pain"
    assert read("what about for the future", "my hip hurts") != "what helps future with hip pain"


@pytest.mark.parametrize(
    ("message", "asked", "text"),
    [
        ("is it ok with my crohns", "yoga with low back pain", "is yoga for low back pain ok with my crohns"),
        ("how long will it last", "can I take ibuprofen for hip pain", "how long will hip pain last"),
        (
            "how long does it last",
            "do steroid injections help hip bursitis",
            "how long does steroid injections for hip bursitis last",
        ),
        ("and with?", "can groin pain be fixed without surgery", "can groin pain be fixed with surgery"),
        ("and after?", "exercises before hip replacement", "exercises after hip replacement"),
    ],
)
def test_what_was_asked_about_is_asked_on_about(message: str, asked: str, text: str) -> None:
    assert read(message, asked) == text


@pytest.mark.parametrize(
    ("message", "text"),
    [
        ("will it make me constipated", "will co-codamol for hip pain make me constipated"),
        ("can I have it with my heart tablets", "can I have co-codamol for hip pain with my heart tablets"),
        ("is she at risk of more", "is she at risk of more with hip pain"),
        ("does it get worse", "does hip pain get worse"),
    ],
)
def test_a_medicine_is_what_does_something_to_somebody(message: str, text: str) -> None:
    assert read(message, "my hip hurts", "co-codamol for hip pain") == text


def test_what_is_taken_for_a_pain_is_a_painkiller() -> None:
    assert read("what can I take for it", "my hip hurts") == "what painkillers can I take for hip pain"
    assert read("and what can she take", "mum's hip hurts") == "what painkillers can she take for hip pain"
    assert "painkillers" not in read("what can I take to work", "my hip hurts")


@pytest.mark.parametrize(
    ("message", "asked", "text"),
    [
        (
            "my gp said codeine, is that any good",
            "glucosamine for hip arthritis",
            "my gp said codeine, is that any good for hip arthritis",
        ),
        ("how long can I be on it", "codeine for hip arthritis", "how long can I be on codeine for hip arthritis"),
        ("is it safe", "massage for hip arthritis", "is massage for hip arthritis safe"),
        ("and if that doesn't work", "stretching for hip arthritis", "if stretching for hip arthritis doesn't work"),
        ("what else is there", "massage for hip arthritis", "what else helps hip arthritis"),
    ],
)
def test_the_treatment_spoken_of_last_is_meant_before_the_complaint(message: str, asked: str, text: str) -> None:
    assert read(message, "I have hip arthritis", asked) == text


@pytest.mark.parametrize(
    ("message", "asked", "text"),
    [
        ("what are the risks of the op", "injections for stenosis", "what are the risks of the op for stenosis"),
        ("how long will it hurt for", "painkillers for stenosis", "how long will stenosis hurt for"),
        (
            "no I'm not on it yet",
            "will pregabalin for stenosis make me drowsy",
            "I'm not on pregabalin for stenosis yet",
        ),
    ],
)
def test_another_treatment_is_asked_about_by_itself(message: str, asked: str, text: str) -> None:
    assert read(message, "I have stenosis", asked) == text
