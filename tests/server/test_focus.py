"""What a message asks: greetings, closings and asides left out, and of a very long one the sentences that tell."""

from __future__ import annotations

import time

import pytest

from server.focus import POINTS_BACK, asks, focus, plainly, questions_in


@pytest.mark.parametrize(
    "closing",
    [
        "Any suggestions?",
        "What could be causing this?",
        "Should I go to the ER?",
        "Can you comment?",
        "What should I do now?",
        "Could anyone please help me with this?",
        "Is this normal?",
        "I'm really worried.",
    ],
)
def test_a_closing_that_fits_any_message_is_never_searched_for_alone(closing: str) -> None:
    complaint = (
        "For about six weeks the outside of my right hip has hurt at night when I lie on it, and climbing the stairs "
        "at work is getting hard as well."
    )
    found = focus(f"{complaint} {closing}")
    assert "outside of my right hip" in found.text
    assert closing.rstrip("?.") not in found.text


def test_of_a_very_long_message_the_sentences_about_the_complaint_are_kept() -> None:
    chatter = "We have two children and a dog and the garden is lovely at this time of the year. " * 12
    told = "My piriformis hurts when I sit and sciatica runs down my leg."
    found = focus(f"{chatter} {told} {chatter} What helps sciatica?")
    assert "My piriformis hurts when I sit" in found.text
    assert "What helps sciatica" in found.text
    assert len(found.text.split()) <= 180


def test_a_message_without_full_stops_is_cut_to_the_parts_that_tell() -> None:
    chatter = "then we drove to the shops and we had some tea and we talked about the weather and " * 10
    found = focus(f"so {chatter} my hip and groin hurt when I walk and {chatter} what helps hip pain")
    assert "my hip and groin hurt when I walk" in found.text
    assert len(found.text.split()) <= 180


@pytest.mark.parametrize(
    "text",
    [
        "my back hurts " + "ta " * 3000 + "x bye",
        "so and so " * 900 + "bye x",
        "thanks " * 1400 + "but",
        "please, . " * 900 + "x",
        "a" * 9000,
    ],
)
def test_long_runs_of_polite_words_are_read_at_once(text: str) -> None:
    started = time.perf_counter()
    focus(text)
    assert time.perf_counter() - started < 1


def test_a_long_message_is_searched_without_other_illnesses_and_medicines() -> None:
    story = (
        "My mum is 70 and for two months her right hip has hurt on the outside when she lies on it. "
        "She has diabetes and takes metformin. Stairs are bad too. What can she do?"
    )
    text = focus(story).text
    assert "diabetes" not in text
    assert "hip has hurt" in text
    assert "Stairs are bad" in text


def test_an_illness_stays_in_the_search_when_nothing_else_is_complained_of() -> None:
    story = (
        "I have had diabetes for twenty years now and take metformin twice a day, and I walk the dog every morning. "
        "Is there anything I ought to look out for as I get older?"
    )
    assert "diabetes" in focus(story).text


@pytest.mark.parametrize(
    ("text", "questions"),
    [
        ("Will he walk again, will he need a frame?", ["Will he walk again", "will he need a frame?"]),
        ("Is there anything I should be doing and can I run yet?", ["what helps?", "can I run yet?"]),
        ("What else can I do? Will it come back?", ["what helps?", "Will it come back?"]),
        ("What can I do while my hip operation is put off again and again? Will it come back?", None),
        ("Does it hurt?", []),
    ],
)
def test_the_questions_of_a_message_and_what_stands_for_one_that_only_asks_what_to_do(
    text: str, questions: list[str] | None
) -> None:
    found = questions_in(f"I have had hip pain since May. {text}")
    assert found == questions if questions is not None else "operation" in found[0]


def test_first_thing_is_in_the_morning() -> None:
    assert plainly("Why is my back worse first thing?")[0] == "Why is my back worse in the morning?"
    assert plainly("the first thing I do is stretch")[0] == "the first thing I do is stretch"


def test_a_plea_that_names_what_it_asks_about_is_a_question() -> None:
    told = "My back has hurt since I lifted a box at work in May, and the pain goes down the outside of my left leg."
    assert "operation" in focus(f"{told} Kindly tell is operation compulsory?").asked
    assert "Kindly" not in focus(f"{told} Kindly help me with this.").text


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("a hernia L5-S1, does the hernia go away?", "a slipped disc L5-S1, does the slipped disc go away?"),
        ("lumbar hernia, can I run?", "slipped disc, can I run?"),
    ],
)
def test_a_hernia_at_a_level_of_the_spine_is_a_slipped_disc(written: str, read: str) -> None:
    assert plainly(written)[0] == read


def test_a_hernia_of_the_groin_stays_one() -> None:
    assert plainly("inguinal hernia and a bulging disc, which one hurts?")[0].startswith("inguinal hernia")


STORY = "My back has hurt since I lifted a box at work in May, and the pain goes down the outside of my left leg."


@pytest.mark.parametrize(
    ("asks_it", "kept"),
    [
        ("Kindly guide which test is needed.", "which test is needed"),
        ("Please suggest who is right.", "who is right"),
        ("A friend swears by HRT for this.", "HRT"),
    ],
)
def test_a_short_plea_that_asks_which_and_a_treatment_that_is_praised_stay(asks_it: str, kept: str) -> None:
    assert kept in focus(f"{STORY} {asks_it}").text


def test_is_that_so_asks_about_the_sentence_before_it() -> None:
    asked = focus(f"{STORY} My uncle says that a belt weakens the muscles. Is that so?").asked
    assert "belt weakens the muscles" in asked


def test_this_age_points_back_at_nothing() -> None:
    assert not POINTS_BACK.search("Is my spine finished at this age?")
    assert POINTS_BACK.search("Will this get better?")


def test_a_sentence_that_opens_with_cant_tells() -> None:
    assert not asks("Can't cross my legs")
    assert asks("Can I cross my legs")
