"""What a message denies is left out of the search for it; what it asks about stays."""

from __future__ import annotations

import pytest

from server.denied import without_denied
from server.focus import asks


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("neither numb nor weak, just sore, how long will it last", "just sore, how long will it last"),
        (
            "Pain in the buttock down to the knee. No numbness, tingling or weakness. Should I get a scan?",
            "Pain in the buttock down to the knee. Should I get a scan?",
        ),
        ("hip pain for 3 weeks, no swelling, hurts on stairs", "hip pain for 3 weeks, hurts on stairs"),
        ("My leg burns. There is no back pain.", "My leg burns."),
        ("There is no weakness in my legs and I don't have any numbness, only a dull ache", "only a dull ache"),
        ("an ultrasound shows a small tear, no bursitis", "an ultrasound shows a small tear"),
    ],
)
def test_denied_symptoms_and_conditions_are_left_out(text: str, left: str) -> None:
    assert without_denied(text, asks) == left


@pytest.mark.parametrize(
    "text",
    [
        "can I have sciatica with no back pain?",
        "is it a slipped disc if there's no numbness and no weakness?",
        "I can't walk far without pain in my calf",
        "no pain at all when I sit but it kills when I walk",
        "no numbness",
        "I have no idea what to do about my hip",
        "there was no operation, only tablets for the back pain",
    ],
)
def test_what_is_asked_or_is_no_symptom_stays(text: str) -> None:
    assert without_denied(text, asks) == text
