"""The heat, fire and tightness of a nerve pain are no clot and no hot joint; a calf that is hot or swollen is."""

from __future__ import annotations

import pytest

from server.red_flags.assess import assess
from server.red_flags.explain import UserText
from server.red_flags.levels import Level


@pytest.mark.parametrize(
    "text",
    [
        "burning pain from my right buttock all the way to my calf",
        "burning pain down the back of my leg into my calf",
        "hot shooting pain from my bum to my calf",
        "electric pain shooting down my leg to my calf, like hot needles",
        "my calf feels tight and burning, I have sciatica",
        "my sciatica makes my calf burn",
        "my calf burns when I sit",
        "red hot poker pain down my thigh and calf",
        "feels like a knife in my bum and a red hot poker down the leg",
        "hot pain in my thigh and shin when I cough",
        "there's a hot wire feeling from my buttock to my ankle",
        "tight, pulling feeling from buttock down the calf when I straighten my leg",
        "the pain goes from my back down to my calf which is tight, physio says it's the nerve",
        "burning and tingling in my leg and calf, started with a bad back",
        "sciatica pain feels hot down the leg",
        "the pain in my leg is hot and sharp, shooting to the foot",
        "pain radiates to the calf, feels burning hot inside, no swelling",
        "Tight calf from sciatica, which stretch?",
        "Right leg pain with a warm tingling feeling down to the ankle",
        "burning in the sole of my foot and up the calf at night, nerve pain my doctor says",
    ],
)
def test_hot_or_tight_nerve_pain_is_no_clot_and_no_hot_joint(text: str) -> None:
    found = assess([UserText(text)])
    assert found.level is Level.NONE, [hit.rule for hit in found.hits]


@pytest.mark.parametrize(
    "text",
    [
        "my calf is hot and swollen",
        "left calf swollen, burning and red",
        "my calf is burning hot to the touch and sore",
        "my calf is warm and tender",
        "my sciatica leg has a calf that is swollen and warm",
        "I have sciatica but today my calf is hot to touch and red",
        "burning pain in my calf and it's swollen",
        "I thought it was sciatica but my calf is tight",
        "I thought it was sciatica but my lower leg is puffy and warm",
        "burning pain in my calf, the leg looks red and bigger than the other",
        "calf feels tight since the flight, and I have sciatica too",
        "My calf is hot, hard and painful after sitting for weeks with my bad back",
        "shin and calf warm to touch, sore, one side only, sciatica same side",
        "my calf is tight and warm",
        "tight sore calf on the side of my sciatica",
        "shooting pain down my leg and my calf is hot",
    ],
)
def test_hot_swollen_or_tight_calf_still_needs_to_be_seen_today(text: str) -> None:
    found = assess([UserText(text)])
    assert "DV2" in {hit.rule for hit in found.hits}
    assert found.level is Level.SAME_DAY


def test_burning_pain_in_a_swollen_calf_with_short_breath_is_an_emergency() -> None:
    found = assess([UserText("burning pain in my swollen calf and I'm short of breath")])
    assert (found.level, found.flags[0].category) == (Level.EMERGENCY, "dvt_pe")


@pytest.mark.parametrize(
    "text",
    ["hot shooting pain from my back to my leg, so bad at night", "shooting up the back of my leg, constant agony"],
)
def test_shooting_pain_is_no_injecting_of_drugs(text: str) -> None:
    assert "iv_drugs" not in {fact.feature for fact in assess([UserText(text)]).facts}


@pytest.mark.parametrize(
    "text", ["I'm shooting up and have back pain and a fever", "been shooting heroin, back pain, fever"]
)
def test_shooting_up_drugs_is_still_read(text: str) -> None:
    assert "SI1" in {hit.rule for hit in assess([UserText(text)]).hits}
