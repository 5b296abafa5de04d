"""Times told in a sentence of their own, childhood operations and complaints of the whole body."""

from __future__ import annotations

import pytest

from server.red_flags.assess import assess
from server.red_flags.explain import UserText
from server.red_flags.levels import Assessment, Level


def _after(*turns: str) -> Assessment:
    return assess([UserText(turn) for turn in turns])


def _rules(text: str) -> set[str]:
    return {hit.rule for hit in _after(text).hits}


@pytest.mark.parametrize(
    ("text", "rule", "instead"),
    [
        ("I have no balance. My toes hardly bend. This has been ongoing for 6 years.", "CC1", None),
        ("Both my legs tingle. Does diet help? It has been like this for eight months.", "CE2", None),
        ("I keep wetting myself in the day. It has been happening for a long time.", "CE1", "CE3"),
        (
            "I keep wetting myself. That has been going on for a long time. It is hard to sleep when I wet it.",
            "CE1",
            "CE3",
        ),
        ("My legs feel weak, it started in 2010. This has been ongoing for ten years.", "CE2", "MD3"),
        ("My foot drags. I saw no one yet. That has been going on for four months.", "MD2", "MD3"),
        ("I dribble wee all day. This has gone on for years.", "CE1", "CE3"),
    ],
)
def test_a_time_in_a_later_sentence_is_that_of_the_complaint(text: str, rule: str, instead: str | None) -> None:
    found = _rules(text)
    assert rule not in found
    assert instead is None or instead in found


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("I have lost my balance since Monday. My back ache has been going on for 6 years.", "CC1"),
        ("I have no balance. My hip is stiff. This has been ongoing for 6 years.", "CC1"),
        ("I wet myself yesterday. My back hurts. It has been like this for years.", "CE1"),
        ("I have no balance. It has been going on for years. It has got much worse this week.", "CC1"),
        ("I can't feel when I wipe. I've had back pain for years.", "CE1"),
        ("Both my legs tingle. It has been like this for three days.", "CE2"),
    ],
)
def test_a_time_of_something_else_or_a_change_leaves_the_alarm(text: str, rule: str) -> None:
    assert rule in _rules(text)


@pytest.mark.parametrize(
    "text",
    [
        "I had a spine operation when I was 8 years old, now I am 25 and I get short of breath at times.",
        "My knee was operated on when I was ten. I am 40 and I am out of breath.",
        "My hip is stiff, will it loosen if I have another operation? Some days I am short of breath.",
    ],
)
def test_an_operation_in_childhood_is_no_recent_one(text: str) -> None:
    assert "DV1" not in _rules(text)


def test_an_operation_last_week_is_a_recent_one() -> None:
    assert "DV1" in _rules("I had a knee operation last week and I am short of breath, I broke it when I was 9.")


@pytest.mark.parametrize(
    "text",
    [
        "Sore pins and needles in my hands and feet?",
        "My arms and legs tingle and ache.",
        "I feel weak in my whole body, mostly in the legs.",
    ],
)
def test_tingling_of_all_limbs_or_weakness_of_the_whole_body_is_no_cauda_equina_sign(text: str) -> None:
    assert _after(text).level < Level.EMERGENCY


@pytest.mark.parametrize(
    "text",
    [
        "Pins and needles in my hands and feet since yesterday, spreading up.",
        "My arms and legs have suddenly gone weak.",
        "Numbness in both legs and my arm aches.",
        "I have pins and needles in both legs.",
        "I fell off a ladder today, my back hurts and my arms and legs tingle.",
        "I had breast cancer and now my arms and legs tingle.",
    ],
)
def test_a_new_sign_in_all_limbs_or_one_after_an_injury_stays_an_emergency(text: str) -> None:
    assert _after(text).level is Level.EMERGENCY


@pytest.mark.parametrize(
    "text",
    [
        "My muscles twitch, first in my calves and now all over.",
        "The twitching began in one leg and then went all over my body, I can see the muscles jump.",
    ],
)
def test_muscles_that_twitch_are_no_fit(text: str) -> None:
    assert _after(text).level is Level.NONE


@pytest.mark.parametrize(
    "text",
    [
        "He is twitching all over on the floor and does not answer.",
        "She was shaking all over, unconscious, and had bitten her tongue.",
        "My husband is jerking uncontrollably.",
    ],
)
def test_shaking_without_answer_is_a_fit(text: str) -> None:
    assert "GE1" in _rules(text)


@pytest.mark.parametrize(
    "text",
    [
        "The pain in my hip got so bad that I could not move my leg.",
        "The ache flared so much that besides being sore I couldn't lift my right leg.",
        "It is too painful to lift my leg.",
    ],
)
def test_a_leg_held_still_by_pain_is_not_weak(text: str) -> None:
    assert not _rules(text) & {"MD1", "MD2", "MD3"}


@pytest.mark.parametrize(
    "text",
    [
        "The pain is so bad and now I cannot move my leg at all.",
        "The pain was so bad last week, now the leg is weak and I can't lift my foot.",
    ],
)
def test_a_weak_leg_beside_bad_pain_is_kept(text: str) -> None:
    assert _rules(text) & {"MD1", "MD2"}


@pytest.mark.parametrize(
    "text", ["My leg is weak,", "My leg is weak, when", "My leg is weak, when I was", "weak leg,,"]
)
def test_a_sentence_that_breaks_off_is_read(text: str) -> None:
    assert isinstance(_after(text), Assessment)
