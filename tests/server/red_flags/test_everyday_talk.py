"""Everyday talk of legs, seats, pillows and toilets that once sounded an alarm, and the real signs close to it."""

from __future__ import annotations

import pytest

from server.red_flags.assess import assess
from server.red_flags.explain import UserText
from server.red_flags.levels import Assessment, Level


def _after(text: str) -> Assessment:
    return assess([UserText(text)])


@pytest.mark.parametrize(
    "text",
    [
        "I have a dull ache in my bum.",
        "Dull pain in my groin and testicle.",
        "There's a dull ache deep in the buttock when I drive.",
        "I sit on a cushion because my bum hurts.",
        "A pillow between my legs at night eases my hip.",
        "I sleep with a pillow between my thighs.",
        "Acupuncture needles in my buttock helped a bit.",
        "Peeing is fine but it hurts to get to the toilet.",
        "I lost my balance stepping off the bus and jarred my back.",
        "Both legs ache after gardening.",
        "Both my knees hurt going down stairs.",
        "I've pain in both hips and both knees from arthritis.",
        "I have cramp in both calves at night.",
        "My calves are tight after running.",
        "I am on blood thinners, can I use ibuprofen gel?",
        "I've put on weight since my back went.",
        "My knee swells after long walks, arthritis.",
        "My temperature is 36.8 and my back is sore.",
        "I've a numb patch at the bottom of my back.",
        "Numb behind my knee.",
        "Tingling down my leg when I stretch my bum.",
        "My leg is asleep when I sit in the front seat.",
        "My son's legs jerk while he's asleep.",
        "Doctor said I have wear and tear in my back.",
        "An annular tear in my disc, and back pain.",
        "It feels like a knife in my back when I bend.",
        "My back locked up suddenly with a crippling spasm.",
        "Some days I can't get out of bed, stiff as a board.",
        "My bum is weak and my back sore.",
        "When can I hold against a wall after my hip?",
        "Home remedies for burning feet",
        "My bladder's fine, bowels fine, just can't shift this back ache.",
        "My sciatica has settled a lot, only a faint tingle in my big toe now.",
        "I've put on three stone since my back started hurting.",
        "Sitting on cold stone gives me back pain.",
        "I lie awake thinking my backache is a tumour.",
        "Is my aching lower back cancer?",
        "I have a bulging disc in my back that is getting worse.",
        "Footwear and walking aids for a bad hip.",
        "Blood tests for joint pain at menopause age.",
        "I'm 60 with a collapsed bone in my back, how much should I move?",
        "The femoral head has collapsed, what are the options?",
        "I want to come off my patches, my hip is agony.",
        "What can I do when my child is sobbing with sore legs?",
        "Pregabalin makes me drowsy, can I drive?",
        "My hamstring is black and blue.",
    ],
)
def test_everyday_talk_raises_nothing(text: str) -> None:
    assert _after(text).level is Level.NONE


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("The feeling between my legs is dull.", "CE1"),
        ("Numb leg and bum since Sunday.", "CE1"),
        ("My bladder was fine, now I can't pee and my back is bad.", "CE1"),
        ("I feel faint and my chest hurts.", "GE1"),
        ("My stones again, pain in waves in my side.", "VI2"),
        ("I have a tumour on my kidney and new back pain at night.", "MA2"),
        ("He has AIDS, back pain and a fever.", "SI1"),
        ("There's a bulge in my groin that gets bigger.", "MA6"),
        ("Blood on my knickers three years after the menopause.", "PG3"),
        ("Dad collapsed this morning with hip pain.", "GE1"),
        ("He came off his motorbike and can't stand.", "FR1"),
        ("Since the morphine patch she's very drowsy and confused.", "ME1"),
        ("My leg hurts and my behind is numb.", "CE1"),
        ("My bottom has fallen asleep since my back went.", "CE1"),
        ("Burning in both feet since yesterday and my back hurts.", "CE2"),
        ("A sudden tearing pain in my back, like a knife.", "AO1"),
        ("I can't get hard since my back went.", "CE1"),
        ("It feels dull when I wipe.", "CE1"),
        ("It feels like I'm sitting on a cushion, my back went on Sunday.", "CE1"),
        ("It's as if I am sat on a pillow that isn't there.", "CE1"),
        ("Both legs went numb after deadlifts yesterday.", "CE2"),
        ("Both my legs have been weak since the gym on Monday.", "CE2"),
        ("Knew I had to go but couldn't get to the toilet and had an accident, my back is bad.", "CE5"),
        ("I keep losing my balance since my back went.", "CC1"),
        ("I want to jump in front of a train.", "SH1"),
        ("I'm standing on the railway track and can't go on.", "SH1"),
    ],
)
def test_a_real_sign_close_to_it_is_found(text: str, rule: str) -> None:
    assert rule in {hit.rule for hit in _after(text).hits}
