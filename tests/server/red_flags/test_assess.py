"""What the whole detector says about messages and conversations."""

from __future__ import annotations

import pytest

from server.red_flags.assess import assess
from server.red_flags.explain import UserText, explain, explain_json
from server.red_flags.facts import Status
from server.red_flags.levels import Assessment, Level
from server.red_flags.screening import bank


def read(*texts: str) -> Assessment:
    return assess([UserText(text) for text in texts])


def talk(*turns: tuple[str, str]) -> Assessment:
    return assess([UserText(text, role) for role, text in turns])


QUESTION = {q.id: q.text for q in bank()}


def test_nothing_is_known_of_no_messages() -> None:
    found = assess([])
    assert found.level is Level.NONE
    assert found.flags == ()


def test_denial_keeps_what_is_not_denied() -> None:
    found = read("No numbness but I have wet myself twice since my back went")
    assert found.flags[0].rule == "CE1"
    assert {f.feature for f in found.facts if f.status is Status.PRESENT} >= {"pee_leak"}


def test_lost_function_is_a_finding() -> None:
    assert read("there's no feeling when I wipe").level is Level.EMERGENCY


def test_list_of_denials_denies_all() -> None:
    assert read("Sciatica for a week, no numbness, tingling or bladder issues, no fever").level is Level.NONE


def test_facts_about_different_people_do_not_combine() -> None:
    assert read("My dad has cancer and my back aches").level is Level.NONE


def test_relative_counts_like_the_writer() -> None:
    found = read("My wife can't feel herself wee and her back is agony")
    assert found.level is Level.EMERGENCY
    assert found.is_third_person
    assert found.person == "wife"


def test_question_about_a_condition_does_not_count() -> None:
    assert read("Can sciatica make you wet yourself?").level is Level.NONE


def test_presupposing_question_counts() -> None:
    assert read("Is it normal that I can't feel myself pee?").level is Level.EMERGENCY


def test_question_then_claim_counts() -> None:
    assert read("Can sciatica make you wet yourself? Because I did twice today").level > Level.NONE


def test_story_does_not_count() -> None:
    assert read("In my novel the hero can't feel his legs and wets himself").level is Level.NONE


def test_evidence_points_at_the_original_words() -> None:
    text = "Hi — I can’t feel when I wipe, since Tuesday"
    flag = read(text).flags[0]
    words = [text[e.start : e.end] for e in flag.evidence]
    assert any("feel when I wipe" in w for w in words)


def test_facts_of_different_turns_combine() -> None:
    turns = ["back pain since Tuesday", "temp is 38.6", "I use heroin, I inject it"]
    assert read(turns[0]).level is Level.NONE
    assert read(*turns[:2]).level is Level.SAME_DAY
    assert read(*turns).level is Level.EMERGENCY


def test_level_stays_when_the_subject_changes() -> None:
    found = read("I can't feel between my legs since my back went", "thanks, anyway which mattress is best?")
    assert found.level is Level.EMERGENCY
    assert found.sticky


def test_all_clear_from_a_clinician_lowers() -> None:
    found = read("one calf is swollen and hot", "been to hospital, scan was clear, no clot")
    assert found.level is Level.NONE


def test_correction_lowers() -> None:
    assert read("my willy has gone numb with my back", "sorry, typo, I meant my finger").level is Level.NONE


def test_story_told_afterwards_lowers() -> None:
    assert read("I can't feel my legs and I've wet myself", "this is for my novel").level is Level.NONE


def test_yes_to_a_screening_question_counts() -> None:
    found = talk(("user", "my bum feels weird and my back aches"), ("assistant", QUESTION["Q1"]), ("user", "yes"))
    assert found.flags[0].rule == "CE1"


def test_no_to_a_screening_question_counts_as_denial() -> None:
    found = talk(("user", "my back aches"), ("assistant", QUESTION["Q1"]), ("user", "no"))
    assert found.level is Level.NONE
    assert any(f.feature == "saddle_numb" and f.status is Status.DENIED for f in found.facts)


def test_answers_to_several_questions_are_kept_apart() -> None:
    asked = f"{QUESTION['Q1']} {QUESTION['Q9']}"
    found = talk(("user", "my back aches"), ("assistant", asked), ("user", "no, yes"))
    by_feature = {f.feature: f.status for f in found.facts}
    assert by_feature["saddle_numb"] is Status.DENIED
    assert by_feature["fever"] is Status.PRESENT


def test_answered_questions_are_not_asked_again() -> None:
    first = read("sciatica down my leg")
    assert first.questions
    asked = QUESTION[first.questions[0]]
    again = talk(("user", "sciatica down my leg"), ("assistant", asked), ("user", "no"))
    assert first.questions[0] not in again.questions


def test_at_most_three_questions_and_none_in_an_emergency() -> None:
    assert len(read("my foot has dropped since Monday").questions) <= 3
    assert read("can't feel my privates and cannot pee").questions == ()


@pytest.mark.parametrize(
    "text",
    [
        "I CAN'T FEEL WHEN I WIPE",
        "I can’t feel when I wipe",
        "I c\u200ban't feel when I w\u200bipe",
        "I can't f\u0435\u0435l when I wipe",
        "my back hurts.I can't feel when I wipe",
        "I cant feal when i wippe",
    ],
)
def test_spelling_case_and_look_alike_letters_do_not_matter(text: str) -> None:
    assert read(text).level is Level.EMERGENCY


def test_fahrenheit_counts_as_fever() -> None:
    assert read("my back hurts and my temp is 101.5 F").level is Level.SAME_DAY


def test_explanation_names_facts_rules_and_level() -> None:
    text = explain(["I can't feel when I wipe, no fever"])
    assert "saddle_numb" in text
    assert "denied by" in text
    assert "CE1 emergency" in text
    assert text.splitlines()[-1].startswith("Card:")


def test_json_explanation_carries_evidence() -> None:
    assert '"rule": "CE1"' in explain_json(["I can't feel when I wipe"])


@pytest.mark.parametrize(
    ("text", "question"),
    [("my bum feels weird", "Q1"), ("my legs feel funny", "Q3"), ("I fell last week", "Q12"), ("I can't cope", "Q27")],
)
def test_unclear_words_raise_no_flag_but_a_question(text: str, question: str) -> None:
    found = read(text)
    assert found.level is Level.NONE
    assert question in found.questions


def test_chest_pain_of_today_stays_an_emergency_when_it_has_gone() -> None:
    """Specification B2: chest pain of the last 24 hours keeps its level."""
    found = talk(("user", "my dad has chest pain and is sweating"), ("user", "he says it has gone off now"))
    assert found.level is Level.EMERGENCY
