"""A check closes the complaint that it looked at, never an alarm that is told after it."""

from __future__ import annotations

import pytest

from server.red_flags.assess import assess
from server.red_flags.explain import UserText
from server.red_flags.levels import Level


def _level(*turns: str) -> Level:
    return assess([UserText(turn) for turn in turns]).level


@pytest.mark.parametrize(
    "text",
    [
        "The doctor gave me codeine for the sciatica. I can't feel when I wipe.",
        "My GP referred me to physio for my back. I have numbness between my legs.",
        "I saw my GP last month for back pain and she gave me naproxen. I can't control my pee.",
        "Diagnosed with sciatica by my doctor in March. I've wet myself twice.",
        "The consultant explained that the scan showed a bulging disc. I've lost feeling in my privates.",
        "Blood tests were normal last year. I can't breathe.",
        "I rang the GP and there is nothing available. I can't feel my bum.",
        "My hospital appointment was cancelled, no plan. I can't feel my bits and I leak.",
        "I take tablets my doctor gave me for diabetes, my back is agony and I've a fever.",
        "MRI in March was fine, I can't feel my bum.",
        "My nurse friend says it is nothing. I have crushing chest pain.",
        "Doctor is off sick and I'm not ok. I can't feel when I wipe.",
        "My bladder scan is next week, the doctor said it's just stress. I can't pee at all.",
    ],
)
def test_an_alarm_told_after_a_check_or_an_advice_stands(text: str) -> None:
    assert _level(text) is Level.EMERGENCY


@pytest.mark.parametrize(
    "text",
    [
        "I had numbness between my legs, went to A&E and had an MRI, no cauda equina.",
        "A&E did an MRI on Monday, no cauda equina. Still numb in the saddle.",
        "They scanned my calf last week, no clot. It's still swollen.",
        "My foot is weak. The neurologist examined me on Friday and says the nerve will recover.",
        "Small aneurysm, the yearly scan was done last week, unchanged. Which exercises help my usual stiffness?",
    ],
)
def test_what_was_looked_at_and_has_not_changed_is_closed(text: str) -> None:
    assert _level(text) is Level.NONE


def test_an_advice_in_a_later_turn_takes_no_alarm_back() -> None:
    assert _level("I can't feel when I wipe.", "My doctor put me on naproxen.") is Level.EMERGENCY


def test_a_scan_in_a_later_turn_takes_an_alarm_back() -> None:
    assert _level("I can't feel when I wipe.", "I went to A&E, they did an MRI and it was all clear.") is Level.NONE
