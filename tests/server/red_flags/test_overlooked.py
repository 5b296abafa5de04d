"""Emergencies and same-day signs in words that were overlooked, each beside a look-alike."""

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
    ("text", "rule"),
    [
        ("My sister has cramping pain, redness and swelling in her calf.", "DV2"),
        ("My left leg is puffy and rather warm, the other is normal.", "DV2"),
        ("My back hurts and my forehead is burning hot, am I losing the plot?", "SI2"),
        ("I get cramps and my left thigh is red and swollen.", "DV2"),
        ("I have a bloody discharge and an ache in my lower belly and back.", "PG2"),
        ("Bleeding between my periods and low tummy pain.", "PG2"),
        ("I broke my neck last week and my eyesight is blurred.", "GE1"),
        ("I have fractured a vertebra and now my vision has changed.", "GE1"),
        ("Whiplash yesterday, now I see double.", "GE1"),
        ("Seeing double since a car crash on Monday, my neck aches.", "GE1"),
        ("Belly ache, I am hallucinating and trembling.", "GE1"),
        ("She sees things that are not there and has a fever and leg pain.", "GE1"),
        ("Tailbone broken, cannot move.", "FR1"),
        ("I think my pelvis is fractured and I am unable to move.", "FR1"),
        ("I take prednisolone and there is blood when I pass stools.", "ME2"),
        ("I've been on naproxen for my back and see fresh blood in my poo.", "ME2"),
    ],
)
def test_a_sign_in_these_words_is_found(text: str, rule: str) -> None:
    assert rule in _rules(text)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("A patch on my thigh goes burning hot for seconds, my back is stiff and I am losing the plot.", "SI2"),
        ("I get cramps in my calf at night and my ankles are fine.", "DV2"),
        ("My usual period, bleeding and a back ache.", "PG2"),
        ("I had my period and a bit of low belly pain, no bleeding between periods.", "PG2"),
        ("The wound has a bloody discharge and my back hurts.", "PG2"),
        ("I have been through the menopause and my gums are bleeding, my back aches.", "PG2"),
        ("I broke my spine in 1998 and wear glasses.", "GE1"),
        ("I fractured my spine years ago and my eyesight is getting worse with age.", "GE1"),
        ("My vision is blurred when I am tired.", "GE1"),
        ("No hallucinations, just shaking from the cold.", "GE1"),
        ("Can tramadol cause hallucinations and shaking?", "GE1"),
        ("I broke my tailbone and sitting hurts.", "FR1"),
        ("I broke my hip last month, it was operated on and I am slow to move.", "FR1"),
        ("My back went and I can't move for the pain.", "FR1"),
        ("I had piles with blood in my poo as a student.", "ME2"),
        ("I take prednisolone, no blood in my stools.", "ME2"),
    ],
)
def test_a_look_alike_of_it_is_not(text: str, rule: str) -> None:
    assert rule not in _rules(text)


def test_bleeding_with_low_pain_asks_about_pregnancy() -> None:
    assert "Q22" in _after("I have a bloody discharge and an ache in my lower belly and back.").questions


def test_a_denied_pregnancy_or_an_age_past_the_menopause_is_heeded() -> None:
    assert "PG2" not in _rules("I am not pregnant. I have a bloody discharge and low belly pain.")
    assert "PG2" not in _rules("I am 67. I have a bloody discharge and low belly pain.")


def test_old_swelling_of_a_leg_is_no_new_clot() -> None:
    assert _after("My ankles have been swollen for years.").level is Level.NONE


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("I had an episode of chest pain this morning and it is still there.", "GE1"),
        ("I have an exam tomorrow and I can't feel when I wipe.", "CE1"),
        ("My dad fell, his hip is agony and he can't get up. I was watching a drama on tv.", "FR1"),
    ],
)
def test_an_exam_an_episode_or_the_telly_makes_no_story_of_what_happens_to_the_writer(text: str, rule: str) -> None:
    assert rule in _rules(text)


@pytest.mark.parametrize(
    "text",
    [
        "I watched an episode of Casualty: a man could not feel his legs after a fall.",
        "I write for a drama and our character has chest pain and collapses.",
        "For my novel I need to know: my heroine cannot feel when she wipes.",
        "Exam question: a patient with back pain cannot pass urine.",
    ],
)
def test_a_story_stays_a_story(text: str) -> None:
    assert _after(text).level is Level.NONE


@pytest.mark.parametrize(
    "turns",
    [
        ("I can't feel when I wipe. My GP did blood tests for my thyroid and they were normal.",),
        ("My back went and I can't pee. The dentist saw me, the abscess was drained.",),
        ("I have chest pain and feel sick. The dentist saw me today, the abscess was drained.",),
        ("My back went and I can't feel when I wipe.", "The GP examined my knee and said it's fine."),
        ("My back went and I can't feel when I wipe.", "I've got the book about backs you mentioned."),
        ("My back went and I can't feel when I wipe.", "I watch the snooker on tv lying down."),
        ("My back went and I can't feel when I wipe.", "My hip pain is gone now."),
    ],
)
def test_a_check_an_end_or_a_book_of_something_else_takes_no_emergency_back(turns: tuple[str, ...]) -> None:
    assert _after(*turns).level is Level.EMERGENCY


@pytest.mark.parametrize(
    "turns",
    [
        ("I could not feel when I wipe. They did an MRI of my back and it was normal.",),
        ("I had trouble peeing, the hospital scanned me and said it was fine.",),
        ("My back went and I can't feel when I wipe.", "The hospital scanned my spine, all clear."),
        ("My back went and I can't feel when I wipe.", "Sorry, it's for my book."),
        ("My back went and I can't feel when I wipe.", "I saw that on tv, it was not me."),
    ],
)
def test_a_check_of_the_complaint_or_a_story_takes_it_back(turns: tuple[str, ...]) -> None:
    assert _after(*turns).level is Level.NONE


@pytest.mark.parametrize("text", ["Sudden loss of sight in one eye this morning.", "I suddenly have double vision."])
def test_sight_lost_suddenly_is_an_emergency(text: str) -> None:
    assert "GE1" in _rules(text)


@pytest.mark.parametrize(
    "text", ["I lost my sight to glaucoma as a child.", "My eyesight is poor, I need new glasses."]
)
def test_poor_sight_known_for_long_is_not(text: str) -> None:
    assert "GE1" not in _rules(text)
