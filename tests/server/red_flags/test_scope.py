"""To what a word belongs: a "can't" to its verb, a time to its complaint, a question to a name."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from server.red_flags.assess import assess
from server.red_flags.explain import UserText
from server.red_flags.levels import Assessment, Level
from server.red_flags.reader import Proposal


def _after(*turns: str) -> Assessment:
    return assess([UserText(turn) for turn in turns])


def _rules(*turns: str) -> set[str]:
    return {hit.rule for hit in _after(*turns).hits}


@pytest.mark.parametrize(
    "text",
    [
        "I can't physically see blood in my urine.",
        "My back hurts and I can't see blood in my urine.",
        "We can't see any blood in his wee and his hip aches.",
        "I couldn't find any clots in my pee, my back is sore.",
        "My back aches, I can't say I have noticed blood in my pee.",
        "I can't smell anything odd about my urine and my low back aches.",
        "I can't get to my physio this week, I pee normally.",
        "My hip is a bit stiff, I can't reach the clinic about my urine sample.",
        "My back is stiff and I can't remember what the urine test showed.",
    ],
)
def test_what_cannot_be_seen_or_remembered_is_no_trouble_with_peeing(text: str) -> None:
    assert _after(text).level is Level.NONE


@pytest.mark.parametrize(
    "text",
    [
        "My back went and I can't physically get any urine out.",
        "I can't seem to wee since yesterday, my back hurts.",
        "My back is bad, I can't eat, sleep or pee.",
        "I can't sleep because I can't pee, my back hurts.",
        "I can't find a way to pee since my back went.",
        "I can't pee and I can't see why, my back hurts.",
        "I can't get to pee since yesterday, back pain.",
        "I can't make myself pee, my back hurts.",
        "I can't make it come out when I pee, my back hurts.",
        "I can't find any feeling when I pee since my back went.",
        "I can't work my bladder since my back went.",
        "My back is bad and I can't feel my urine come out.",
    ],
)
def test_a_verb_of_peeing_keeps_its_cant(text: str) -> None:
    assert "CE1" in _rules(text)


def test_blood_that_is_seen_still_counts() -> None:
    assert "VI2" in _rules("My back hurts, I can't see the colour well but there is blood in my urine.")


@pytest.mark.parametrize(
    "text",
    [
        "Do you know what kind of seizure this is called?",
        "Do you know the name of that kind of fit?",
        "Can anyone tell me what this kind of chest pain is called in Latin?",
        "What type of seizure is this?",
        "I wonder what this sort of collapse is called.",
    ],
)
def test_asking_for_the_name_of_a_thing_is_no_event(text: str) -> None:
    assert _after(text).level is Level.NONE


@pytest.mark.parametrize(
    "text",
    [
        "He is having a seizure right now, what kind of seizure is this called?",
        "My wife just had a seizure on the floor, do you know what this is called?",
        "What is it called when my chest hurts like this? I have chest pain now.",
        "What is this numbness between my legs called?",
    ],
)
def test_an_event_that_is_told_counts_beside_the_question_for_its_name(text: str) -> None:
    assert _after(text).level is Level.EMERGENCY


@pytest.mark.parametrize(
    "text",
    [
        "He is treating me for a U.T.I. I have been three days on Cipro, not any better, nauseous, back still aches.",
        "I was prescribed Cipro three days ago for a UTI and I do not feel any better, my back aches and I feel sick.",
        "The doctor gave me trimethoprim for a UTI but I feel worse, my lower back aches and I am shivery.",
        "I am on antibiotics for a water infection since 3 days, they're not helping, my back hurts and I'm nauseous.",
        "Being treated for a bladder infection, no improvement, my flank hurts and I keep being sick.",
    ],
)
def test_an_infection_that_its_treatment_does_not_help_is_for_the_same_day(text: str) -> None:
    assert _after(text).level >= Level.SAME_DAY


@pytest.mark.parametrize(
    "text",
    [
        "My doctor treated me for a UTI in spring, all better now. My back is no better with yoga.",
        "I was prescribed nitrofurantoin for a UTI last month, it cleared up and my back is stiff.",
        "I was on antibiotics for a water infection for 3 days and it is much better, my back aches from digging.",
    ],
)
def test_an_infection_that_was_cured_is_not(text: str) -> None:
    assert _after(text).level < Level.SAME_DAY


def test_i_do_not_denies_only_when_it_ends_there() -> None:
    assert "CE1" in _rules("My bum is numb when I wipe and I don't feel safe to wait.")
    assert _after("Some people get a numb bottom, I don't.").level is Level.NONE


@pytest.mark.parametrize(
    "text",
    [
        "I have had Guillain-Barre since May 2011. I have numbness in both legs. What relief is there?",
        "I have had Guillain-Barre since May 2011 and I have numbness in both legs.",
        "I was diagnosed with neuropathy in 2014. I have tingling in both feet. Would a foot bath help?",
        "I have had MS since 2009. Both legs feel heavy. Which exercises help?",
        "Diagnosed with CIDP ten years ago. I have numb legs and feet. Any tips for sleeping?",
    ],
)
def test_an_old_diagnosis_of_nerves_gives_its_time_to_the_signs_that_go_with_it(text: str) -> None:
    assert _after(text).level < Level.SAME_DAY


@pytest.mark.parametrize(
    "text",
    [
        "I have had Guillain-Barre since 2011. Since Monday both legs are numb.",
        "I was diagnosed with MS in 2009. My legs have suddenly become weak.",
        "I have had MS since 2009. Now both legs are numb.",
        "I have had neuropathy since 2012. I can't feel when I wipe.",
        "Diagnosed with neuropathy in 2014. Numbness in both legs. It is getting worse.",
        "I have had back pain since 2011. I have numbness in both legs.",
        "I have had neuropathy since 2014. I fell off a ladder and both legs are numb.",
        "My mum has had MS since 2009. I have numbness in both legs.",
    ],
)
def test_a_change_another_person_or_another_complaint_keeps_the_alarm(text: str) -> None:
    assert _after(text).level is Level.EMERGENCY


@pytest.mark.parametrize(
    "text",
    [
        "I have slightly blurred vision and numbness in my hands and legs.",
        "My hands and feet are a bit numb.",
        "Numb hands and numb legs at night, what vitamin helps?",
        "Numbness and tingling in my arms and legs when I wake up.",
    ],
)
def test_numbness_of_hands_and_legs_alike_is_for_the_same_day(text: str) -> None:
    assert _after(text).level is Level.SAME_DAY
    assert "CE2" not in _rules(text)


@pytest.mark.parametrize(
    "text",
    [
        "My hands and legs have gone numb since yesterday.",
        "My arms and legs are getting weaker by the day.",
        "Numb hands and legs and I can't pee.",
        "I fell and now my arms and legs are numb.",
        "Numbness in both legs and my arm aches.",
        "Numbness in my hands and legs, it is spreading.",
        "Numb feet at first, now my hands and legs are numb too.",
        "I have neck pain after a crash and my hands and legs are numb.",
    ],
)
def test_new_or_spreading_loss_in_all_limbs_stays_an_emergency(text: str) -> None:
    assert _after(text).level is Level.EMERGENCY


@pytest.mark.parametrize(
    "text",
    [
        "I had TB two years ago and was treated, all parameters are ok, my back aches.",
        "I had tuberculosis as a student, took the full course, and my lower back aches.",
        "I finished my TB treatment last year and my check ups are normal, my back hurts when I bend.",
    ],
)
def test_treated_tuberculosis_alone_is_no_exposure(text: str) -> None:
    assert _after(text).level is Level.NONE


@pytest.mark.parametrize(
    "text",
    [
        "I was treated for TB two years ago, my back has ached for two months and I sweat at night.",
        "I had TB, finished the course, and I've lost weight and my back hurts.",
        "I live with someone who has TB and my back has hurt for weeks.",
        "My flatmate has TB, we share a kitchen, and my back has hurt for weeks.",
    ],
)
def test_treated_tuberculosis_with_sweats_or_contact_with_it_is_looked_at_soon(text: str) -> None:
    assert "SI3" in _rules(text)


@pytest.mark.parametrize(
    "text",
    [
        "Almost every afternoon I can't breathe well, my oxygen was measured at 97 %.",
        "Most evenings I get short of breath. My sats are always 98.",
        "Every few days I get short of breath lying down with my bad back, the oximeter shows 98%.",
        "Most nights I am a bit short of breath, SpO2 97%.",
    ],
)
def test_breath_that_comes_and_goes_with_normal_oxygen_is_no_emergency_now(text: str) -> None:
    assert _after(text).level is Level.SAME_DAY


@pytest.mark.parametrize(
    "text",
    [
        "Almost every day I get breathless and right now I can't breathe, oxygen 97.",
        "Most evenings I can't breathe well and my oxygen is 86 %.",
        "I can't breathe, my oxygen is 97.",
        "Most evenings I can't breathe well and I have chest pain, oxygen 97%.",
        "Every evening I'm out of breath, my calf is swollen, my oxygen is 97.",
        "Most evenings I can't breathe well. My dog weighs 97 pounds.",
    ],
)
def test_breath_that_is_short_now_stays_an_emergency(text: str) -> None:
    assert _after(text).level is Level.EMERGENCY


@pytest.mark.parametrize(
    "text",
    [
        "I had pain for 4 years now, can't move my leg.",
        "Four years of sciatica, can't move my leg any more.",
        "My back has hurt for 3 years, my leg won't move.",
        "Pain for 2 years now, my leg has gone weak.",
    ],
)
def test_the_years_of_a_pain_are_not_those_of_a_leg_that_went(text: str) -> None:
    assert _after(text).level >= Level.SAME_DAY


def test_a_leg_too_painful_to_work_with_is_not_newly_weak() -> None:
    assert not _rules("Leg pain for five months, it goes down my leg so I can't work.") & {"MD1", "MD2"}


@pytest.mark.parametrize(
    "text",
    [
        "I'm 22 weeks pregnant and I can't pee.",
        "I am 22 weeks, my legs are numb and I can't feel when I wipe.",
        "She is 30 weeks gone and both her legs are numb.",
    ],
)
def test_the_weeks_of_a_pregnancy_are_not_those_of_a_sign(text: str) -> None:
    assert _after(text).level is Level.EMERGENCY


@pytest.mark.parametrize(
    "text",
    [
        "I can't move my leg without pain, it's been 3 years.",
        "I have had pain for 4 years now and can't move my leg because of the pain.",
        "For 5 years my leg has hurt, moving helps.",
    ],
)
def test_a_leg_that_pain_has_kept_still_for_years_is_not_weak(text: str) -> None:
    assert not _rules(text) & {"MD1", "MD2"}


class _Proposes:
    """A reader that finds a numb saddle area where the text speaks of a cloud."""

    def read(self, clauses: Sequence[str]) -> list[list[Proposal]]:
        return [[("saddle_numb", "present", 0.9)] if "cotton wool cloud" in clause else [] for clause in clauses]


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("I ride a cotton wool cloud. It has been like this for a long time.", "CE3"),
        ("I ride a cotton wool cloud. My back is stiff. This has been going on for years.", "CE1"),
        ("I ride a cotton wool cloud and it has been like this for ages.", "CE3"),
        ("I ride a cotton wool cloud. It has been like this for a long time. It is worse this week.", "CE1"),
        ("I ride a cotton wool cloud. It started on Sunday.", "CE1"),
    ],
)
def test_a_time_told_later_is_that_of_what_the_reader_proposed(text: str, rule: str) -> None:
    assert {hit.rule for hit in assess([UserText(text)], reader=_Proposes()).hits} == {rule}


class _ProposesLegs:
    """A reader that finds a sign in both legs where the text speaks of fizz."""

    def read(self, clauses: Sequence[str]) -> list[list[Proposal]]:
        return [[("both_legs", "present", 0.9)] if "fizz" in clause else [] for clause in clauses]


@pytest.mark.parametrize(
    "text",
    [
        "I have had Guillain-Barre since 2011. It is all fizz from the knees down.",
        "There is a fizz in my arms and legs.",
    ],
)
def test_an_old_disease_and_all_limbs_are_heeded_in_what_the_reader_proposed(text: str) -> None:
    assert assess([UserText(text)], reader=_ProposesLegs()).level < Level.EMERGENCY


def test_what_the_reader_proposed_without_them_counts() -> None:
    assert assess([UserText("It is all fizz from the knees down.")], reader=_ProposesLegs()).level is Level.EMERGENCY
