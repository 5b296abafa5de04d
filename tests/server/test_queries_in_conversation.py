"""Queries for what is said later in a conversation: what they take along of it, and what they let go."""

from __future__ import annotations

import pytest

from tests.fakes import ask

SCREENED = "Are both legs affected? No.\nHave you had a temperature? Not sure."


@pytest.mark.parametrize(
    ("turns", "text"),
    [
        (("what causes sciatica", "how long does it last?"), "how long does sciatica last"),
        (("what causes sciatica", "what about at night?"), "sciatica at night"),
        (("what is sciatica", "and exercises?"), "exercises for sciatica"),
        (("what is sciatica", "how long?"), "how long does sciatica last"),
        (("what causes sciatica", "what about the piriformis?"), "what causes piriformis"),
        (("what helps hip pain", "no, back pain"), "what helps back pain"),
        (("how do I do the clamshell", "how often?"), "how do I do the clamshell, and how often"),
        (("can I run with sciatica", "what about swimming?"), "swimming with sciatica"),
        (("I'm pregnant and my hip hurts", "is it normal?"), "is hip pain in pregnancy normal"),
        (("what is sciatica", "is it safe to walk"), "is it safe to walk with sciatica"),
    ],
)
def test_follow_ups_stand_alone(turns: tuple[str, ...], text: str) -> None:
    query = ask(*turns)
    assert query.text.rstrip("?") == text
    assert query.is_rewritten
    assert "follow-up" in query.why or "last question" in query.why or "correction" in query.why


def test_why_keeps_the_question_it_asks_about() -> None:
    assert ask("can I run with sciatica", "why?").text.startswith("can I run with sciatica")


def test_another_subject_lets_the_old_one_go() -> None:
    assert "sciatica" not in ask("what is sciatica", "what is hip osteoarthritis").text
    assert "sciatica" not in ask("what is sciatica", "who won the world cup").text
    assert "sciatica" not in ask("what is sciatica", "different question: is swimming safe for hips").text


def test_yes_takes_up_the_first_suggestion() -> None:
    answer: dict[str, object] = {
        "query_used": "what is sciatica",
        "citations": [],
        "suggestions": ["What helps sciatica?"],
    }
    assert ask("what is sciatica", "yes please", answers=[answer]).text == "What helps sciatica?"


def test_a_complaint_in_everyday_words_is_followed_by_its_name() -> None:
    assert ask("my foot has started dragging since yesterday", "is that serious").text == "is foot drop serious"


def test_thanks_in_between_do_not_lose_the_topic() -> None:
    assert ask("what is sciatica", "thanks", "how long does it last").text == "how long does sciatica last"


def test_the_title_of_a_cited_source_gives_the_topic_when_the_question_did_not() -> None:
    answer = {
        "query_used": "why does it burn when I sit on my wallet",
        "citations": [{"source": {"title": "Piriformis syndrome"}}],
        "suggestions": [],
    }
    assert (
        "piriformis syndrome"
        in ask("why does it burn when I sit on my wallet", "how long does it last", answers=[answer]).text
    )


@pytest.mark.parametrize(
    ("turns", "read"),
    [
        (("back pain help", "and exercises?", "how often?"), "how often should I do exercises for back pain"),
        (("back pain help", "and exercises?", "is swimming ok?"), "is swimming ok with back pain"),
        (
            ("hip bursitis", "do injections work", "how long do they last"),
            "how long do injections for hip bursitis last",
        ),
        (("hip bursitis", "do injections work", "any side effects"), "any side effects of injections for hip bursitis"),
        (("sciatica", "and surgery?", "what are the risks"), "what are the risks of surgery for sciatica"),
        (("sciatica", "and surgery?", "when can I go back to work"), "when can I go back to work with sciatica"),
        (("why does my tailbone hurt", "which cushion is best"), "which cushion is best with tailbone pain"),
        (
            ("spinal stenosis", "why does leaning on a trolley help?"),
            "why does leaning on a trolley help with spinal stenosis",
        ),
        (("how do I do the clamshell", "and after a hip replacement?"), "the clamshell after a hip replacement"),
        (
            ("my sciatica", "do I need an operation", "what are the risks of it?"),
            "what are the risks of an operation for sciatica",
        ),
        (
            ("my sciatica", "do I need an operation", "how long is recovery?"),
            "how long is recovery from an operation for sciatica",
        ),
        (
            ("mum has spinal stenosis", "can she have an injection", "is it safe at her age"),
            "is an injection for spinal stenosis safe at her age",
        ),
        (
            ("hip osteoarthritis", "should I use a walking stick", "which hand do I hold it in"),
            "which hand do I hold a walking stick for hip osteoarthritis in",
        ),
        (
            ("hip bursitis", "do injections work", "do I need to get it checked"),
            "do I need to get hip bursitis checked",
        ),
        (("hip bursitis", "how do I do the clamshell", "can I still run"), "can I still run with hip bursitis"),
        (("how do I do the clamshell", "is it ok to do it if it hurts"), "is it ok to do the clamshell if it hurts"),
        (
            ("hip osteoarthritis", "would losing weight help", "how much"),
            "would losing weight help with hip osteoarthritis – how much?",
        ),
    ],
)
def test_a_follow_up_is_about_what_was_spoken_of_last_for_the_topic(turns: tuple[str, ...], read: str) -> None:
    assert ask(*turns).text == read


def test_how_many_to_take_of_a_medicine_spoken_of_is_read_as_a_dose() -> None:
    query = ask("back pain help", "what about ibuprofen?", "how many should I take?")
    assert query.request == "dose"
    assert "ibuprofen" in query.text


def test_whether_a_thing_named_before_is_serious_is_no_question_of_diagnosis() -> None:
    assert ask("hip bursitis", "is it serious?").request == "question"
    assert ask("is it cancer").request == "diagnosis"


def test_the_topic_of_a_story_is_what_it_names_first() -> None:
    story = "my lower back has hurt for three weeks and I feel it in my left buttock too"
    assert ask(story, "how long does this usually last?").text == "how long does lower back pain usually last"


def test_a_medicine_is_asked_about_for_the_complaint_and_not_for_an_exercise() -> None:
    assert ask("my sciatica", "how do I do the clamshell", "what about ibuprofen?").text == "ibuprofen for sciatica"


def test_a_question_about_the_world_at_large_takes_no_topic_along() -> None:
    assert "sciatica" not in ask("what helps sciatica", "who won the football last night?").text


def test_thanks_with_praise_ask_nothing() -> None:
    assert ask("what helps sciatica", "ok thank you, you've been really helpful").request == "thanks"
    assert ask("thanks, is swimming good for sciatica").request == "question"


def test_a_medicine_after_an_exercise_goes_with_nothing_when_no_complaint_was_named() -> None:
    assert "bird dog" not in ask("how do I do the bird dog", "what about ibuprofen?").text.lower()
    after = ask("exercises for sciatica", "how do I do the bird dog", "what about ibuprofen?")
    assert (after.text, after.intent) == ("ibuprofen for sciatica", "general")


def test_answers_to_screening_questions_are_not_searched_for() -> None:
    answered = {"citations": [{"source": {"title": "Sciatica"}}], "query_used": "my leg tingles"}
    assert ask("my leg tingles", SCREENED, answers=[answered]).request == "screening"
    assert ask("I have sciatica", SCREENED, "how long does it last").text == "how long does sciatica last"


def test_a_new_question_behind_what_about_is_not_put_into_a_story() -> None:
    story = "since tuesday I get a burning pain from my right buttock to my calf and I can hardly sit at work any more"
    assert ask(story, "ok but what about the pain down my leg, is that sciatica?").text == (
        "pain down my leg, is that sciatica"
    )
    assert ask(story, "what about my hip").text == "hip"


def test_a_question_that_the_screening_interrupted_is_asked_again() -> None:
    query = ask("what helps sciatica", SCREENED)
    assert query.text == "what helps sciatica"
    assert query.original == SCREENED
