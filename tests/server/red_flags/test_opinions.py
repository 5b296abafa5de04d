"""An opinion or a sheet of exercises closes no suspicious pain after a cancer; a test told as clear does."""

from __future__ import annotations

import pytest

from server.red_flags.assess import assess
from server.red_flags.explain import UserText


def _rules(*texts: str) -> set[str]:
    return {hit.rule for hit in assess([UserText(text) for text in texts]).hits}


@pytest.mark.parametrize(
    "text",
    [
        "I am 66 and had bowel cancer eight years ago. For five weeks my spine aches between the shoulder blades, "
        "worse each week, and it wakes me every night. My doctor said it's posture and gave me a sheet of exercises.",
        "Breast cancer in 2015. My upper back pain is getting worse and wakes me. Saw my GP and he said it's muscular.",
        "My dad had prostate cancer. His back pain is getting worse and wakes him at night. The physio gave him "
        "exercises and said it's just his age.",
        "A scan of my knee was clear. I had breast cancer and my back pain gets worse and wakes me every night. The "
        "doctor said it's posture.",
        "I had kidney cancer and my back pain gets worse and wakes me every night. The doctor said it's a strain, he "
        "did not do any scan.",
        "I had lung cancer, the back pain is getting worse and wakes me at night, they said it's nothing "
        "to worry about.",
    ],
)
def test_an_opinion_closes_no_growing_back_pain_after_a_cancer(text: str) -> None:
    assert "MA2" in _rules(text)


def test_an_opinion_told_later_closes_it_no_more() -> None:
    told = "I had breast cancer nine years ago. My back pain gets worse and wakes me at night."
    assert "MA2" in _rules(told, "The doctor said it's posture and gave me exercises.")
    assert "MA2" not in _rules(told, "I had an MRI since and the doctor said it is all clear.")


@pytest.mark.parametrize(
    "text",
    [
        "I had breast cancer nine years ago. My upper back pain was getting worse and woke me. The MRI last week was "
        "clear, the doctor said it's posture. Which exercises help?",
        "Prostate cancer in 2016. My back hurt every night, so they did a bone scan and bloods, all normal.",
        "My mother had breast cancer. My own back pain is getting worse at night. My doctor said it's posture and gave "
        "me exercises.",
        "I had thyroid cancer in 2015. My hip pain wakes me at night, the surgeon X-rayed it and said it's arthritis.",
        "I had breast cancer nine years ago. My lower back is a bit stiff, the doctor said it's muscular and gave me "
        "exercises.",
        "My back pain gets worse at night. The doctor said it's posture from the computer and gave me exercises.",
    ],
)
def test_a_clear_test_another_person_and_a_mild_ache_raise_none(text: str) -> None:
    assert "MA2" not in _rules(text)
