"""From what a person wrote to a stand-alone query: focus, spelling, terms, follow-ups, requests."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.queries import QueryBuilder
from server.red_flags.words import read_known_words
from tests.fakes import QUERIES, VOCABULARY, ask, said


@pytest.mark.parametrize(
    ("written", "read"),
    [("siatica", "sciatica"), ("pirformis", "piriformis"), ("bursitus", "bursitis"), ("stenosus", "stenosis")],
)
def test_misspelt_words_of_the_library_are_read_right_and_said_so(written: str, read: str) -> None:
    query = ask(f"what helps {written}")
    assert read in query.text
    assert query.corrected == ((written, read),)
    assert f"“{written}”" in query.why


@pytest.mark.parametrize(
    "right", ["what helps my hop", "does Siatica Smith play", "is walling bad", "a packed lunch", "hit by a bus"]
)
def test_ordinary_words_and_names_are_never_corrected(right: str) -> None:
    assert ask(right).corrected == ()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("I've done my back in", "sudden back pain"),
        ("my bum cheek hurts", "buttock"),
        ("treatment for gtps", "greater trochanteric"),
        ("herniated disk", "slipped disc"),
    ],
)
def test_lexical_search_gets_the_librarys_words(text: str, words: str) -> None:
    vocabulary = VOCABULARY | dict.fromkeys(["sudden", "syndrome"], 50)
    query = QueryBuilder(lambda: vocabulary, read_known_words()).standalone_query(said(text))
    assert words in query.lexical_text


def test_an_abbreviation_is_spelt_out_for_the_model() -> None:
    assert "greater trochanteric pain syndrome" in ask("how is gtps treated").text


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("what is sciatica", "definition"),
        ("why does my hip hurt", "causes"),
        ("what does stenosis feel like", "symptoms"),
        ("what helps sciatica", "treatment"),
        ("how do I do the clamshell", "exercise"),
        ("clamshell", "exercise"),
        ("how long does it last", "duration"),
        ("how long until I can kneel on a new hip", "general"),
        ("my tailbone hurts, could it be my mirena", "causes"),
        ("can I run with hip pain", "safety"),
        ("when should I see a doctor", "help"),
        ("who should I see", "help"),
        ("what kind of doctor should I see about my hip", "help"),
        ("do I need a scan", "tests"),
        ("heat or ice", "comparison"),
        ("how do I prevent back pain", "prevention"),
    ],
)
def test_intents(text: str, intent: str) -> None:
    assert ask(text).intent == intent


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("do I have a slipped disc?", "diagnosis"),
        ("what is wrong with my hip", "diagnosis"),
        ("how much ibuprofen can I take", "dose"),
        ("can I take naproxen with codeine", "dose"),
        ("should I stop taking gabapentin", "stop_medicine"),
        ("will I ever walk normally again", "prognosis"),
        ("my MRI says bulging disc", "scan"),
        ("what does my scan mean", "scan"),
        ("hello", "greeting"),
        ("thanks a lot", "thanks"),
        ("thanks, that helps", "thanks"),
        ("cheers it really helped a lot", "thanks"),
        ("bye", "goodbye"),
        ("thanks, bye", "goodbye"),
        ("Thanks - bye!", "goodbye"),
        ("bye for now, thank you", "goodbye"),
        ("thats all thank you", "goodbye"),
        ("I have to go now, bye", "goodbye"),
        ("thank you very much, have a good day", "goodbye"),
        ("catch you later", "goodbye"),
        ("are you a doctor?", "identity"),
        ("what can you do", "capability"),
        ("you are useless", "abuse"),
        ("me duele la espalda", "other_language"),
        ("ich habe schmerzen im rücken", "other_language"),
        ("у меня болит спина", "other_language"),
        ("xkcdq wrtzp", "gibberish"),
        ("👍", "gibberish"),
        ("", "gibberish"),
        ("it hurts", "vague"),
        ("i live in ireland what number do i ring", "emergency_number"),
        ("What number do I call?", "emergency_number"),
        ("what's the emergency number in Canada", "emergency_number"),
        ("I'm in Spain, so who do I ring?", "emergency_number"),
        ("I don't live in the UK, who should I call", "emergency_number"),
    ],
)
def test_requests_that_are_not_answered_as_asked(text: str, kind: str) -> None:
    assert ask(text).request == kind


@pytest.mark.parametrize(
    "text",
    [
        "thanks, but how long does sciatica last?",
        "what number of repetitions should I do",
        "I have pain in my hip, who should I see",
        "bye the way, is walking good for my hip",
        "I have to go to the toilet at night, is it my back",
        "hello, what helps hip pain?",
        "do I have to rest with sciatica?",
        "do I need surgery for a slipped disc",
        "ok so what is sciatica",
        "damn this back pain, what helps?",
        "is heat good for la sciatica",
    ],
)
def test_real_questions_are_not_swallowed(text: str) -> None:
    assert ask(text).request == "question"


def test_a_long_message_keeps_its_complaint_and_its_question_without_greetings_and_thanks() -> None:
    story = (
        "Hello doctor. I am 45 and work in an office in town. Last summer we moved house and I carried a lot of boxes. "
        "Since then my lower back and buttock hurt. Can I go swimming with this? Please advise. Thank you so much."
    )
    query = ask(story)
    assert "Can I go swimming with this" in query.text
    assert "my lower back and buttock hurt" in query.text
    assert "Hello" not in query.text
    assert "advise" not in query.text
    assert "Thank" not in query.text
    assert query.intent == "safety"
    assert query.is_rewritten
    assert "Left out" in query.why


def test_a_short_question_is_searched_as_written() -> None:
    query = ask("What helps sciatica?")
    assert (query.text, query.is_rewritten, query.why) == ("What helps sciatica?", False, "")


@settings(max_examples=150, deadline=None)
@given(st.lists(st.text(max_size=80), min_size=1, max_size=4))
def test_anything_may_be_written(texts: list[str]) -> None:
    query = ask(*texts)
    assert query.original == texts[-1]
    assert ask(*texts) == query


def test_a_query_finds_its_terms_and_stems_once() -> None:
    query = ask("what helps sciatica in winter")
    assert query.terms is query.terms
    assert [item.term.name for item in query.terms] == ["sciatica"]
    assert query.stems == ("sciatica", "winter")


def test_a_scan_told_of_in_passing_does_not_make_a_story_a_question_about_the_scan() -> None:
    story = (
        "My MRI showed a bulging disc last year and the physio was not worried by it. Now my buttock aches whenever I "
        "drive for more than an hour. How can I ease it on a long trip?"
    )
    assert ask(story).request == "question"
    assert ask("my MRI showed a bulging disc").request == "scan"


def test_no_diagnosis_is_asked_for_by_a_question_on_plans_things_and_beliefs() -> None:
    for text in ("can it be done as day surgery", "would I have time for a holiday", "can my surgery be delayed"):
        assert ask(text).request != "diagnosis", text
    for text in ("my hip is out of place, is this really a thing?", "could my back pain be my mattress"):
        assert ask(text).request != "diagnosis", text
    for text in ("could this be a trapped nerve", "is it a nerve injury", "do I have sciatica"):
        assert ask(text).request == "diagnosis", text


def test_what_a_story_tells_before_its_question_says_nothing_of_its_intent() -> None:
    assert ask("I had my slipped disc treated two years ago, how long until I can run?").intent == "duration"
    told = (
        "after pain in my hip for months I went for a check up, after x-rays the doctor said it is wear and I was sad"
    )
    assert ask(f"{told} and then we went home").intent == "general"


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("I have had sciatica since May. Do I need a scan, and how long will it last?", 2),
        ("heat or ice for sciatica, and should I rest? Thanks", 2),
        ("Every visit they tell me to rest. What helps sciatica? Can I run?", 2),
        ("what helps sciatica and hip pain", 0),
        ("I have sciatica and cannot sit.", 0),
    ],
)
def test_each_question_of_a_message_gets_a_query_that_names_the_subject(text: str, asked: int) -> None:
    found = QUERIES.each_question(ask(text), "sciatica")
    assert len(found) == asked
    assert all("sciatica" in query.text for query in found)


def test_the_questions_of_a_message_keep_their_own_intents() -> None:
    (scan, lasts) = QUERIES.each_question(
        ask("I have sciatica. Do I need a scan, and how long will it last?"), "sciatica"
    )
    assert (scan.intent, lasts.intent) == ("tests", "duration")


def test_a_clause_that_names_its_condition_is_asked_alone_when_more_is_told() -> None:
    alone = QUERIES.asked_alone(ask("my bum hurts and it goes down my leg, what causes sciatica?"))
    assert alone is not None
    assert (alone.text, alone.intent) == ("what causes sciatica?", "causes")
    assert QUERIES.asked_alone(ask("what causes sciatica?")) is None
    assert QUERIES.asked_alone(ask("my bum hurts and it goes down my leg, what causes it?")) is None


def test_a_turn_of_phrase_is_searched_for_by_what_it_means_and_said_so() -> None:
    query = ask("my back is killing me")
    assert query.text == "my back is hurting me"
    assert "“killing”" in query.why
    assert ask("can a slipped disc kill me").text == "can a slipped disc kill me"


def test_the_clause_that_asks_is_a_question_of_its_own_when_the_message_tells_more() -> None:
    told = "I put my back out in the garden last week"
    [clause] = QUERIES.each_question(ask(f"{told}, should I use heat or go to bed"), "sudden back pain")
    assert clause.text == "sudden back pain: should I use heat or go to bed"
    assert QUERIES.each_question(ask(f"{told}, will this settle"), "sudden back pain") == []
    assert QUERIES.each_question(ask("should I use heat for sciatica"), "sciatica") == []


def test_a_question_that_names_a_treatment_of_its_own_is_not_asked_about_another() -> None:
    [belt] = QUERIES.each_question(ask("Is a back belt any use? Thanks, and how long will it last?"), "traction")[:1]
    assert belt.text == "Is a back belt any use?"
    assert QUERIES.each_question(ask("my back hurts. Can I swim? Can I ride a horse?"), "") == []
