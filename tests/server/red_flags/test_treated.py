"""What an old cauda equina syndrome left, a dressed leg ulcer, ages and heights of the past."""

from __future__ import annotations

import pytest

from server.red_flags.assess import assess
from server.red_flags.explain import UserText
from server.red_flags.levels import Assessment, Level


def _assess(text: str) -> Assessment:
    return assess([UserText(text)])


@pytest.mark.parametrize(
    "text",
    [
        "A year ago I was operated on for cauda equina syndrome. I still push to empty the bladder, as ever.",
        "I had emergency surgery for cauda equina in 2021 and my bum is still numb. What helps with sitting?",
        "Two years since my cauda equina operation and I still self catheterise. How do I go on holiday?",
        "Ten months post op cauda equina, sex still feels numb, it has not changed. Is there a clinic for that?",
    ],
)
def test_what_a_treated_cauda_equina_syndrome_left_raises_nothing(text: str) -> None:
    assert _assess(text).level is Level.NONE


@pytest.mark.parametrize(
    "text",
    [
        "A year ago I was operated on for cauda equina syndrome. Since Friday I cannot pee at all.",
        "I had cauda equina surgery two years ago, the numbness has spread this week.",
        "Cauda equina op last year, I still strain a bit, but I wet myself yesterday.",
        "I had cauda equina surgery two weeks ago and I still cannot feel my bladder fill.",
        "Cauda equina surgery last year and now the bladder has packed up again.",
    ],
)
def test_a_change_after_a_cauda_equina_syndrome_is_an_emergency(text: str) -> None:
    assert _assess(text).level is Level.EMERGENCY


def test_a_sign_that_nobody_treated_still_counts() -> None:
    text = "I have had numb genitals for a year and nobody has looked at it. Could it be cauda equina?"
    assert _assess(text).level is Level.SAME_DAY


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("Nan has a leg ulcer, the district nurse dresses it twice a week, weeping for 5 months.", Level.NONE),
        ("Mum's sore on her shin has been open 3 months, the practice nurse does the dressings.", Level.NONE),
        ("The ulcer on my leg has not healed for 4 months and nobody has looked at it.", Level.SAME_DAY),
        ("Dad is diabetic and the ulcer on his foot has not healed for 3 months, the nurse does it.", Level.SAME_DAY),
        (
            "The district nurse does my leg ulcer of 3 months, since yesterday it is hot and my leg swollen.",
            Level.SAME_DAY,
        ),
        ("The scar from my hip operation is weeping and stinks.", Level.SAME_DAY),
    ],
)
def test_a_leg_ulcer_is_in_hand_only_while_a_nurse_dresses_it_unchanged(text: str, level: Level) -> None:
    assert _assess(text).level is level


def test_a_weeping_leg_ulcer_is_no_wound_of_an_operation() -> None:
    rules = {hit.rule for hit in _assess("My leg ulcer weeps under the dressing and never closes, for 2 months.").hits}
    assert "LI2" in rules
    assert "PO2" not in rules


@pytest.mark.parametrize(
    "text",
    [
        "One leg is 2 cm shorter since I broke my femur at age 10. Now my back aches at 45.",
        "My trousers are 3 cm shorter on one side because of my pelvis, is that why my back aches?",
        "I have been shrinking my waist with walks and my back feels better.",
        "I dropped two inches off my waist and my back is happy.",
        "The report says my disc has lost height, my back aches.",
    ],
)
def test_what_is_short_without_the_person_is_no_loss_of_height(text: str) -> None:
    assert _assess(text).level is Level.NONE


@pytest.mark.parametrize(
    "text",
    [
        "I'm two inches shorter than I was and my back aches.",
        "I have lost 4 cm in height since the menopause and my spine aches.",
        "My mother is 81, she gets more bent forward every year and her back is tired after ten minutes of walking.",
        "Mum is 83, stoops more every year and her back gives out at the sink.",
        "At 79 my nan is bent forward more each year, her back gets tired when she walks.",
    ],
)
def test_a_new_stoop_or_a_loss_of_height_is_found(text: str) -> None:
    assert "FR5" in {hit.rule for hit in _assess(text).hits}


def test_a_tired_back_beside_a_stoop_counts_only_in_the_old() -> None:
    assert _assess("I'm 30 and stoop more at the desk, my back gets tired when I stand.").level is Level.NONE


@pytest.mark.parametrize(
    "text",
    [
        "I broke my femur at age 10. Now my back aches at 45.",
        "I was 8 when I had a fever and a sore hip, now I'm 33 and stiff.",
        "When aged 9 I had a limp for a year.",
        "As a boy I had a fever and hip pain for months.",
        "As a teenager I limped, now my hip aches after a run.",
        "Eight months ago I had my first baby with an epidural. My back aches.",
    ],
)
def test_an_age_of_the_past_makes_no_child_and_no_card(text: str) -> None:
    found = _assess(text)
    assert not found.is_child
    assert found.level is Level.NONE


@pytest.mark.parametrize(
    "text",
    [
        "My son, at age 10, limps since Monday.",
        "My first baby is 18 months old and has been limping since Monday.",
        "I am 13 and my hip hurts and I limp.",
        "My daughter, 12, has a sore hip and a limp.",
        "Baby shrieks when I lift the leg for the nappy and is boiling.",
    ],
)
def test_a_child_of_today_is_one(text: str) -> None:
    found = _assess(text)
    assert found.is_child
    assert found.level >= Level.SAME_DAY


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("Lung cancer last year, my mid back pain gets worse by the day and wakes me.", "MA2"),
        ("I take prednisolone for years and my back went when I lifted the shopping.", "FR3"),
    ],
)
def test_an_old_illness_in_the_sentence_does_not_date_the_sign(text: str, rule: str) -> None:
    assert rule in {hit.rule for hit in _assess(text).hits}
