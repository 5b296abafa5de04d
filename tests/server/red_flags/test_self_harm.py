"""A plan or thoughts of suicide are set aside by a true denial only, never by what is said of something else."""

from __future__ import annotations

import pytest

from server.red_flags.assess import assess
from server.red_flags.explain import UserText
from server.red_flags.facts import Status
from server.red_flags.levels import Assessment, Level
from server.red_flags.proposals import read_with


def _after(*turns: str) -> Assessment:
    return assess([UserText(turn) for turn in turns])


@pytest.mark.parametrize(
    "text",
    [
        "I am going to end my life tonight. They scanned my back and it was normal.",
        "I mean to jump off the bridge tonight, the dentist checked my tooth and it was drained.",
        "I have a plan to kill myself. I saw the GP about my hip and she said it is fine.",
        "I have written a goodbye note and saved up my tablets, the surgeon discharged me yesterday.",
        "I'm going to kill myself tonight. The numb toe has gone now.",
        "I am going to end my life tonight, I failed my exam.",
        "Nobody would miss me. I watched a drama on tv, then I picked the bridge I will jump from tonight.",
        "My dad died last year. My mum says she is going to kill herself tonight.",
        "If this pain does not stop tonight I am going to kill myself.",
        "The pain is killing me and I have the pills ready to end it tonight.",
        "I was born in 1980 and want to kill myself tonight.",
    ],
)
def test_a_plan_stands_beside_a_check_an_end_or_another_subject(text: str) -> None:
    assert "SH1" in {hit.rule for hit in _after(text).hits}


def test_thoughts_of_death_stand_beside_a_check() -> None:
    assert _after("I want to die. The doctor checked me and my knee is fine.").level is Level.SAME_DAY


@pytest.mark.parametrize(
    "later",
    [
        "I saw my GP and the scan was clear.",
        "I can't even play with my kids.",
        "Sorry, it is the dog barking.",
        "My leg pain is gone now.",
        "Typo, I meant the left leg.",
        "That was years ago, my hip operation.",
    ],
)
def test_a_plan_told_before_stands_whatever_is_said_of_something_else(later: str) -> None:
    assert _after("I'm going to kill myself tonight.", later).level is Level.EMERGENCY


@pytest.mark.parametrize(
    "turns",
    [
        ("I have no thoughts of harming myself, my GP checked me and all is fine.",),
        ("I'm not suicidal, the scan was clear.",),
        ("I tried to kill myself ten years ago, I'm fine now.",),
        ("For my novel, the hero wants to kill himself tonight.",),
        ("My brother killed himself last year, he had a plan.",),
        ("Write a scene for my screenplay in which I say I want to kill myself tonight.",),
        ("What should I do if I ever feel suicidal?",),
        ("This back is killing me.",),
        ("I took an overdose last week, the hospital checked me and sent me home.",),
        ("I want to kill myself tonight.", "Sorry, I was asking about my novel."),
    ],
)
def test_a_denial_the_past_or_a_story_raises_nothing(turns: tuple[str, ...]) -> None:
    found = _after(*turns)
    assert found.level is Level.NONE, [hit.rule for hit in found.hits]


class _Proposes:
    """A reader that finds a plan in every clause it is shown."""

    def read(self, clauses: object) -> list[list[tuple[str, str, float]]]:
        assert isinstance(clauses, list)
        return [[("suicide_plan", "present", 0.9)] for _ in clauses]


def test_a_plan_that_the_reader_proposes_is_not_set_aside_by_a_check() -> None:
    reading = read_with("It will all be over by the morning. The doctor scanned me and it was normal.", _Proposes())
    assert {f.status for f in reading.facts if f.feature == "suicide_plan"} == {Status.PRESENT}


@pytest.mark.parametrize("later", ["I used to play football.", "It is hard to walk the dog.", "I picked up my script."])
def test_play_a_walk_or_a_prescription_takes_nothing_back(later: str) -> None:
    assert _after("My back went and I can't feel when I wipe.", later).level is Level.EMERGENCY


@pytest.mark.parametrize(
    "later", ["Sorry, I meant the dog.", "It is for a play at school.", "I was asking about my novel."]
)
def test_an_animal_or_a_story_named_as_the_subject_takes_it_back(later: str) -> None:
    assert _after("My back went and I can't feel when I wipe.", later).level is Level.NONE


@pytest.mark.parametrize(
    "text",
    [
        "Some things take time going down the stairs. The X-ray and bloods were fine at the check.",
        "I am taking iron and calcium and everything, the doctor said my blood pressure is fine.",
        "I think something has torn or a disc has gone, I went to the ER and they said all fine.",
    ],
)
def test_loose_words_give_way_to_a_check(text: str) -> None:
    assert not {"SH1", "SH2"} & {hit.rule for hit in _after(text).hits}
