"""Wordings of everyday messages that are easy to read too gravely or too lightly."""

from __future__ import annotations

import pytest

from server.red_flags.ages import read_ages
from server.red_flags.assess import assess
from server.red_flags.explain import UserText
from server.red_flags.levels import Assessment, Level
from server.red_flags.normalise import tokenise


def _after(*turns: str) -> Assessment:
    return assess([UserText(turn) for turn in turns])


def _rules(*turns: str) -> set[str]:
    return {hit.rule for hit in _after(*turns).hits}


@pytest.mark.parametrize(
    "words",
    [
        "i am 2 years post micro discectomy",
        "i am 3 years into this",
        "i am 6 ' 3 \" tall",
        "i am 6 ft and heavy",
        "my husband , 2 years ago , hurt his back",
        "my pain is 7",
        "i was 9 when i fell",
        "it was only 5 minutes of walking",
        "3 mris of my spine , all fine",
        "4 months later my back hurts",
    ],
)
def test_a_stretch_of_time_a_height_or_a_score_is_no_age(words: str) -> None:
    assert _ages(words) == set()


def _ages(words: str) -> set[float]:
    return {years for years, _ in read_ages(f" {words} ", frozenset(words.split()))}


def test_an_age_beside_a_stretch_of_time_is_still_read() -> None:
    assert _ages("my 71 year old husband had his hip replaced 2 years ago") == {71.0}
    assert _ages("i am 46 years and sore") == {46.0}


def test_years_after_an_operation_do_not_make_the_writer_a_child() -> None:
    found = _after("I am 2 years post micro discectomy and my back still aches")
    assert found.level is Level.NONE
    assert "Q23" not in found.questions


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("I can t feel", ["i", "can't", "feel"]),
        ("i ve got", ["i've", "got"]),
        ("I m 46, don t", ["i'm", "46", ",", "don't"]),
        ("it can\ufffdt", ["it", "can't"]),
        ("i can ' t go", ["i", "can't", "go"]),
    ],
)
def test_a_lost_apostrophe_is_put_back_and_offsets_stay(text: str, words: list[str]) -> None:
    tokens = tokenise(text)
    assert [word for word, _, _ in tokens] == words
    for word, start, end in tokens:
        assert text[start:end].lower()[0] == word[0]
        assert text[start:end].lower()[-1] == word[-1]


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("i m 46 and i can t breathe", "GE1"),
        ("I can t feel when I wipe", "CE1"),
        ("I cannot move my leg at all", "MD1"),
        ("I can't move my leg at all", "MD1"),
        ("I can not move my left leg at all", "MD1"),
    ],
)
def test_a_lost_function_is_found_in_any_spelling(text: str, rule: str) -> None:
    assert rule in _rules(text)


@pytest.mark.parametrize(
    "turns",
    [
        ("I get tingling in my arms and legs when I sit for a long time",),
        ("Tingling in both legs whenever I sit on the toilet, goes when I get up",),
        ("Tightness in my legs and stiffness in my face",),
        ("Whenever I sit continous for a long time my arms and legs tingle, stiffness tightness in head or face",),
        ("My hip replacement is popping when I bend",),
        ("My hip replacement has been unstable for 4 years but no pain",),
        ("S2 drained in 09. Back pain since.",),
        ("My muscles get fatigued when I exercise and my back aches",),
        ("I had TB of the spine, treated and clear, my back has ached for weeks",),
        ("I'm 70, my hip hurts. Is gardening ok",),
        ("I'm 72 and my back hurts, can I lift weights?",),
        ("Pain down my legs for 5 years",),
        (
            "My mum has spinal stenosis, her legs go heavy and she has to sit",
            "What exercises are good for her?",
            "Do I have it too?",
        ),
    ],
)
def test_a_look_alike_raises_nothing(turns: tuple[str, ...]) -> None:
    found = _after(*turns)
    assert found.level is Level.NONE, [hit.rule for hit in found.hits]


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("Tingling in both legs since yesterday when I sit for a long time", "CE2"),
        ("Pain down my legs since Monday", "CE2"),
        ("I woke in excruciating pain in my left thigh, now cannot move my leg at all?", "MD1"),
        ("Extreme fatigue, many headaches and stiffness of the muscles, especially in my back", "MA4"),
        ("Shooting pain down the back of my legs, started this week", "CE2"),
        ("I have had a bump in my groin for a year and in two days the bump got bigger and red", "MA6"),
        ("My legs are heavy and I have to sit down, since yesterday, I have stenosis", "CC1"),
        ("Stiffness in my legs since Tuesday, I walk like a robot", "CC1"),
        ("One foot suddenly became swollen and red since yesterday", "DV2"),
        ("I had cellulitis two weeks ago and now deep throbbing back pain", "SI2"),
        ("I am 67, my back has hurt for months, I feel so drained and my hip aches", "MA4"),
        ("I'm 72 and my back is agony since gardening", "FR3"),
        ("His leg is bent and he can't stand after a fall", "FR1"),
        ("Had a hip replacement last month, felt a clunk and now I can't stand, the leg is short.", "PO1"),
    ],
)
def test_a_true_sign_beside_a_look_alike_is_kept(text: str, rule: str) -> None:
    assert rule in _rules(text)


def test_a_foot_swollen_after_a_twist_is_no_clot_sign() -> None:
    assert "DV2" not in _rules("I twisted my left ankle and the foot is swollen")


def test_a_question_about_a_child_is_put_only_when_a_child_is_meant() -> None:
    assert "Q23" not in _after("I am 46, I limp a bit and my hip is sore").questions
    assert "Q23" in _after("My 8 year old has had back pain for two months.").questions


def test_a_recent_infection_with_hip_pain_asks_about_fever() -> None:
    assert "Q9" in _after("I had a staph infection last month and now I have a deep throbbing pain in my hip").questions


@pytest.mark.parametrize(
    ("text", "level", "rule"),
    [
        ("A dead patch just on my left bum cheek since the sciatica flared.", Level.SAME_DAY, "CE5"),
        ("My toes keep scuffing the carpet on the right since my disc went.", Level.SAME_DAY, "MD2"),
        ("Nan has one leg a lot fatter than the other since Friday, it's gone a dark red.", Level.SAME_DAY, "DV2"),
        ("Sex feels like nothing since Friday, big slipped disc.", Level.EMERGENCY, "CE1"),
        ("Some nights I wish I just wouldn't wake up.", Level.SAME_DAY, "SH2"),
        ("My mum's knee folds under her without warning since her back went last week.", Level.SAME_DAY, "MD2"),
        ("My big toe won't come up any more on the left, bad sciatica.", Level.SAME_DAY, "MD2"),
        ("My 12 year old has a sore knee, a limp for two weeks and his foot turns out.", Level.SAME_DAY, "PA2"),
    ],
)
def test_the_level_is_neither_lower_nor_higher_than_what_is_told(text: str, level: Level, rule: str) -> None:
    """What "gone", "since" and "no warning" belong to decides the level."""
    found = _after(text)
    assert (found.level, found.flags[0].rule) == (level, rule)


def test_my_oh_is_a_partner_and_a_bare_oh_is_none() -> None:
    assert _after("my OH can't pee since this morning and his legs have gone numb").is_third_person
    assert not _after("oh my back hurts").is_third_person


def test_doses_taken_at_hours_of_the_clock_are_added_up() -> None:
    assert "ME2" in _rules("I took 3 paracetamol at 8, 3 at 12 and 4 at 6")
    assert "ME2" not in _rules("I took 2 paracetamol at 8 and 2 at 12")


@pytest.mark.parametrize(
    ("text", "rules"),
    [
        ("my left leg is weaker now than the other leg", {"MD2"}),
        ("now it's in the other leg too", {"CE2"}),
        ("my calf is thinner than the other one and I take naproxen", {"MD2"}),
        ("I am on thinners and ibuprofen", {"ME2"}),
        ("I'm blind, how do I learn crutches after a hip replacement", set()),
        ("I went blind in one eye this morning with a headache and sore hips", {"IN2"}),
    ],
)
def test_a_comparison_a_thin_calf_and_somebody_blind_are_read_for_what_they_are(text: str, rules: set[str]) -> None:
    assert _rules(text) == rules
