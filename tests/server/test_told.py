"""What was told earlier: a pregnancy, breastfeeding or a blood thinner counts for what is asked later."""

from __future__ import annotations

import pytest

from server.follow_ups import resolve
from server.queries import QueryBuilder
from server.topics import Turn
from tests.fakes import said


def read(message: str, *earlier: str) -> str:
    """Return a message standing alone, after earlier questions; empty when it stands alone already."""
    found = resolve(message, [Turn(text) for text in earlier])
    return found.text if found is not None else ""


@pytest.mark.parametrize(
    ("told", "message", "text"),
    [
        ("I'm pregnant", "what can I take", "what painkillers can I take for hip pain in pregnancy"),
        ("I'm 30 weeks gone", "and at night?", "hip pain in pregnancy at night"),
        ("I'm breastfeeding", "what can I take", "what painkillers can I take for hip pain while breastfeeding"),
        ("I'm breastfeeding", "and at night?", "hip pain at night"),
        ("I'm on warfarin", "which painkillers", "which painkillers for hip pain with warfarin"),
        ("I have high blood pressure", "is naproxen safe", "is naproxen safe with high blood pressure"),
        ("I have high blood pressure", "and at night?", "hip pain at night"),
        ("I'm not pregnant", "what can I take", "what painkillers can I take for hip pain"),
        ("I want to get pregnant", "what can I take", "what painkillers can I take for hip pain"),
        ("I came off warfarin", "which painkillers", "which painkillers for hip pain"),
    ],
)
def test_what_was_told_earlier_counts_where_it_matters(told: str, message: str, text: str) -> None:
    assert read(message, "my hip hurts", f"{told}, does it matter with hip pain") == text


def test_what_was_told_of_one_person_counts_for_no_other() -> None:
    told = "my dad is on warfarin and has a bad hip"
    assert read("what can he take", told).endswith("with warfarin")
    assert "warfarin" not in read("and me, what can I take for my own back", told, "what can he take for bad hip")
    assert "warfarin" not in read("what can my wife take for her sciatica", told)


def test_what_the_question_says_itself_is_not_said_twice() -> None:
    assert read("is ibuprofen ok on warfarin", "my hip hurts and I'm on warfarin").count("warfarin") == 1


def test_a_new_complaint_takes_no_pregnancy_along() -> None:
    assert read("my husband has a slipped disc, what helps", "I'm pregnant and my hip hurts") == ""


def test_what_somebody_feels_after_an_operation_is_asked_about_after_it() -> None:
    told = "had my hip replaced 3 weeks ago"
    assert read("my calf is sore and swollen", told) == "my calf is sore and swollen after hip replacement"
    assert read("my back hurts as well", "I'm pregnant and my hip hurts") == "my back hurts as well in pregnancy"
    assert read("my wife's calf is sore", told) == ""
    assert read("what is a slipped disc", told) == ""


def test_a_dose_is_asked_for_by_somebody_who_told_of_a_pregnancy() -> None:
    """Such a question stands alone, but what it is answered with must suit the person."""
    query = QueryBuilder(dict).standalone_query(said("I'm pregnant and my hip hurts", "how much ibuprofen can I take"))
    assert (query.text, query.request) == ("how much ibuprofen can I take in pregnancy", "dose")
    alone = QueryBuilder(dict).standalone_query(said("my hip hurts", "how much ibuprofen can I take"))
    assert alone.text == "how much ibuprofen can I take"


def test_what_is_told_with_the_question_counts_for_it() -> None:
    told = "my mother is 83 and her back hurts"
    text = read("she's on rivaroxaban, what can she take", told)
    assert text.startswith("what painkillers can she take for")
    assert text.endswith("with rivaroxaban")


def test_what_somebody_works_as_counts_for_going_on_with_it() -> None:
    told = "my wife has hip pain and she's a dancer"
    assert read("can she carry on", told) == "can she carry on with hip pain as a dancer"
    assert "dancer" not in read("what about heat", told)
    assert "dancer" not in read("and if that doesn't work", told, "stretching for hip pain")
    assert "dancer" not in read("can she carry on", "my wife has hip pain and she's not a dancer")


def test_what_is_told_behind_the_question_counts_too() -> None:
    text = read("what can I take, I'm breastfeeding", "my hip hurts")
    assert text == "what painkillers can I take for hip pain while breastfeeding"
