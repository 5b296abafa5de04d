"""A known aneurysm with an old, unchanged back is a look-alike; a new or sudden pain beside it is an emergency."""

from __future__ import annotations

import pytest

from server.red_flags.assess import assess
from server.red_flags.explain import UserText


def _rules(text: str) -> set[str]:
    return {hit.rule for hit in assess([UserText(text)]).hits}


@pytest.mark.parametrize(
    "text",
    [
        "They found a 3.8 cm aneurysm by chance on a scan. My back has ached the same for years.",
        "I've had the same back pain for twenty years. Last month an aneurysm of 3.5 cm was found by chance. May I do "
        "exercises for my back pain?",
        "My small aneurysm is watched every year. My lower back has been stiff and sore for 6 years, no change.",
    ],
)
def test_an_old_unchanged_pain_beside_a_known_aneurysm_is_no_emergency(text: str) -> None:
    assert "AO1" not in _rules(text)


@pytest.mark.parametrize(
    "text",
    [
        "I have a 3.8 cm aneurysm found by chance and since Tuesday my back hurts.",
        "I have an aneurysm. My back has ached for years but since yesterday it is much worse.",
        "My back has been bad for ten years and I have a known aneurysm. Suddenly it hurts like never before.",
        "I have had back pain for years, I have an aneurysm, and today I have belly pain as well.",
        "I have an aneurysm of the aorta and back pain.",
        "I have an aneurysm and new back pain. The doctor said it's a strain and gave me exercises.",
    ],
)
def test_a_new_pain_beside_a_known_aneurysm_is_an_emergency(text: str) -> None:
    assert "AO1" in _rules(text)


@pytest.mark.parametrize(
    "text",
    [
        "I'm 74 and my back hurts. I'm scared to lift anything.",
        "I am 70, my hip aches and I'm afraid to bend.",
        "I'm 80 with a sore back, I avoid bending.",
    ],
)
def test_an_act_that_is_only_feared_is_no_mechanism(text: str) -> None:
    assert "FR3" not in _rules(text)


def test_an_act_that_was_done_is_a_mechanism() -> None:
    assert "FR3" in _rules("I'm 74 and my back hurts since I lifted the shopping. I'm scared to move.")
