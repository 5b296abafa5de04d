"""Wordings of everyday messages that are easy to read too gravely or too lightly."""

from __future__ import annotations

import pytest

from server.red_flags.assess import assess
from server.red_flags.explain import UserText
from server.red_flags.levels import Assessment, Level
from server.red_flags.normalise import tokenise
from server.red_flags.values import read_ages


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
    ],
)
def test_a_stretch_of_time_a_height_or_a_score_is_no_age(words: str) -> None:
    assert read_ages(f" {words} ") == []


def test_an_age_beside_a_stretch_of_time_is_still_read() -> None:
    found = {years for years, _ in read_ages(" my 71 year old husband had his hip replaced 2 years ago ")}
    assert found == {71.0}
    assert {years for years, _ in read_ages(" i am 46 years and sore ")} == {46.0}


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
    assert [token.text for token in tokens] == words
    for token in tokens:
        assert text[token.start : token.end].lower()[0] == token.text[0]
        assert text[token.start : token.end].lower()[-1] == token.text[-1]


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
