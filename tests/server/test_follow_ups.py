"""Follow-ups: what a message leans on is found where it was said, by whom, and let go where it must be."""

from __future__ import annotations

import pytest

from server.follow_ups import resolve
from server.topics import Turn
from tests.fakes import read_on


@pytest.mark.parametrize(
    ("message", "text"),
    [
        ("and her, what exercises should she do", "what exercises should she do for hip arthritis"),
        ("what about heat for hers", "heat for hip arthritis"),
        ("back to mine: can I still cycle", "can I still cycle with piriformis syndrome"),
        ("does it ever go away", "does piriformis syndrome ever go away"),
    ],
)
def test_each_person_is_answered_about_their_own_complaint(message: str, text: str) -> None:
    told = "I've got piriformis syndrome and my wife has hip arthritis"
    assert read_on(message, told, "what stretches help me for piriformis syndrome") == text


def test_going_back_to_a_subject_takes_it_up_again() -> None:
    earlier = ("foam rolling for outer hip pain", "what is sciatica")
    assert (
        read_on("ok back to the hip: should I get an injection", *earlier)
        == "should I get an injection for outer hip pain"
    )
    assert read_on("back to my hip, how long does it last", *earlier) == "how long does outer hip pain last"
    assert read_on("can we go back to the hip", *earlier) == "outer hip pain"


def test_going_back_to_work_goes_back_to_no_subject() -> None:
    assert read_on("back to work, when?", "what is sciatica") != "when with work"
    assert "sciatica" in read_on("when can I go back to work", "what is sciatica")


def test_what_was_said_about_something_is_asked_again() -> None:
    earlier = (
        Turn("turning over in bed with pelvic girdle pain", "treatment"),
        Turn("swimming with pelvic girdle pain"),
    )
    found = resolve("what did you say about turning over in bed?", earlier)
    assert found is not None
    assert (found.text, found.intent) == ("turning over in bed with pelvic girdle pain", "treatment")


@pytest.mark.parametrize("message", ["can you repeat that?", "sorry, what did you say", "pardon?"])
def test_the_last_question_is_asked_again_for_who_missed_the_answer(message: str) -> None:
    assert read_on(message, "what helps sciatica") == "what helps sciatica"


def test_it_is_what_was_feared_last_and_the_pain_is_what_hurts() -> None:
    asked = "could mine be cancer with low back pain"
    assert read_on("what are the signs of it", asked) == "what are the signs of cancer with low back pain"
    assert read_on("why won't the pain go away then", asked) == "why won't low back pain go away"


def test_what_else_asks_on_in_kind() -> None:
    assert (
        read_on("what else?", Turn("do injections work for hip bursitis", "treatment"))
        == "what else helps hip bursitis"
    )
    assert read_on("anything else", Turn("what causes sciatica", "causes")) == "what else causes sciatica"


def test_an_exercise_out_of_those_for_a_complaint_is_shown() -> None:
    asked = Turn("exercises for outer hip pain", "exercise")
    assert read_on("what about the clamshell?", asked) == "how do I do the clamshell"


def test_how_things_will_go_is_asked_of_the_complaint_in_a_long_sentence_too() -> None:
    message = "will I ever be able to kneel down in church again?"
    assert read_on(message, "waiting for a new hip").endswith("with hip replacement")


@pytest.mark.parametrize(
    "message",
    [
        "do you save what I write",
        "is this private?",
        "who can see my messages",
        "are my messages used to train AI",
        "do you keep a record of this",
        "is my data safe?",
    ],
)
def test_who_asks_what_is_kept_is_answered_by_the_library(message: str) -> None:
    assert read_on(message) == "Does Plumbline keep what I write?"
    assert read_on(message, "what is sciatica") == "Does Plumbline keep what I write?"


def test_which_languages_are_read_is_answered_by_the_library() -> None:
    assert read_on("do you speak Polish?") == "Which languages does Plumbline understand?"


@pytest.mark.parametrize(
    "message",
    [
        "do I keep my leg straight",
        "can you read my scan",
        "is this hip pain",
        "is it safe at her age",
        "is it used for sciatica",
        "do you keep it straight",
        "do they keep you in hospital",
        "can they see it on a scan",
    ],
)
def test_questions_about_a_body_are_none_about_the_service(message: str) -> None:
    assert "Plumbline" not in read_on(message)


def test_they_who_treat_are_not_what_is_talked_of() -> None:
    assert read_on("do they xray it", "how long does tailbone pain last") == "do they xray tailbone pain"
    assert read_on("how do they find out", "is groin pain arthritis") == "how is arthritis diagnosed with groin pain"
    assert read_on("do they go away", "I have trigger points") == "do trigger points go away"


def test_which_one_is_asked_of_what_was_spoken_of_last() -> None:
    assert read_on("on which side", "sleeping with sciatica") == "on which side sleeping with sciatica"


def test_the_other_person_is_asked_about_with_the_same_question() -> None:
    earlier = ("my husband has a slipped disc and I have a bad back", Turn("does yoga help with bad back", "treatment"))
    assert read_on("is it ok for him too", *earlier) == "does yoga help with slipped disc"


def test_what_else_after_an_exercise_asks_for_the_complaint() -> None:
    earlier = (Turn("any stretches for bum pain", "exercise"), Turn("the figure four makes it worse"))
    assert read_on("what else", *earlier) == "what else helps bum pain"


def test_what_was_feared_is_let_go_beside_a_named_condition() -> None:
    assert read_on("how do they treat it", "is hip bursitis the same as arthritis") == "how do they treat hip bursitis"


def test_exercises_are_asked_for_that_one() -> None:
    assert read_on("are there any exercises for that one", "my hip hurts") == "are there any exercises for hip pain"


def test_my_other_question_lets_the_last_one_go() -> None:
    assert read_on("my other question: what helps hip pain", "what is sciatica") == "what helps hip pain"


def test_people_who_are_told_are_not_what_hurts() -> None:
    assert read_on("do i need to tell them what's wrong", "low back pain").endswith(
        "tell them what's wrong with low back pain"
    )


def test_my_own_complaint_takes_the_place_of_another_person() -> None:
    assert read_on("and for my own hip?", "is tai chi any good for him") == "is tai chi any good for hip"


def test_exercises_that_are_the_topic_are_for_nothing_else() -> None:
    assert read_on("how often should he do them", Turn("what exercises stop falls", "exercise")) != ""
    assert "for balance" not in read_on("how often should he do them", Turn("what exercises stop falls", "exercise"))


@pytest.mark.parametrize(
    ("message", "earlier", "text"),
    [
        ("its stiff more than sore", "my hip hurts", "hip pain is stiff more than sore"),
        ("what are its symptoms", "what is sciatica", "what are sciatica's symptoms"),
        ("the right one, on the outside", "why does my leg go numb", "leg numbness, the right one, on the outside"),
        ("left hip", "i cant put my socks on", "i cant put my socks on, left hip"),
        ("what would it show", "do I need an xray for hip pain", "what would an xray for hip pain show"),
        ("is it too early to exercise", "is groin pain arthritis", "is it too early to exercise for groin pain"),
        ("whats the waiting time", "surgery for sciatica", "what's the waiting time with sciatica"),
    ],
)
def test_small_words_are_read_for_what_they_stand_for(message: str, earlier: str, text: str) -> None:
    assert read_on(message, earlier) == text


@pytest.mark.parametrize(
    ("message", "earlier", "text"),
    [
        ("should i stop them", "im on statins with leg pain", "should i stop statins"),
        (
            "how long till it works",
            "had an epidural injection for sciatica",
            "how long till injection for sciatica works",
        ),
        ("no fever", "limping child", "no fever with limping child"),
        ("my leg is still sore", "an epidural injection for sciatica", "my leg is still sore with sciatica"),
        ("how is that treated", "could limping child be perthes", "how is perthes treated"),
        ("i also take blood thinners", "tablets for sciatica", "i also take blood thinners with sciatica"),
    ],
)
def test_what_was_told_last_stays_what_it_was(message: str, earlier: str, text: str) -> None:
    assert read_on(message, earlier).replace(" an ", " ") == text


def test_what_else_it_could_be_asks_for_causes() -> None:
    assert (
        read_on("what else could it be", Turn("is walking ok with leg pain", "safety")) == "what else causes leg pain"
    )


@pytest.mark.parametrize(
    ("message", "text"),
    [
        ("cant stand straight", "cant stand straight with hip pain"),
        ("how long before im back on site", "how long before im back on site with hip pain"),
        ("pillow between knees?", "pillow between knees with hip pain"),
        ("is amitriptyline addictive", ""),
        ("no, my bed is soft", "my bed is soft with hip pain"),
    ],
)
def test_what_tells_more_goes_with_what_hurts(message: str, text: str) -> None:
    assert read_on(message, "my hip hurts") == text


@pytest.mark.parametrize(
    ("message", "told", "text"),
    [
        ("when can I drive", "had my left hip replaced 4 weeks ago", "when can I drive after hip replacement"),
        ("what about flying", "had my left hip replaced 4 weeks ago", "flying after hip replacement"),
        ("any exercises?", "had a microdiscectomy 10 days ago", "any exercises after microdiscectomy"),
        ("any exercises?", "waiting for a hip replacement", "any exercises for hip replacement"),
    ],
)
def test_what_is_asked_after_an_operation_is_put_behind_it(message: str, told: str, text: str) -> None:
    assert read_on(message, told) == text


@pytest.mark.parametrize(
    ("message", "told", "text"),
    [
        ("still so swollen, is that normal", "had my hip replaced", "still so swollen, is that normal after"),
        ("the doctor gave me amitriptyline, what's that for", "my leg hurts", "gave me amitriptyline, what's that for"),
    ],
)
def test_a_pronoun_stands_for_what_its_own_message_said_first(message: str, told: str, text: str) -> None:
    assert text in read_on(message, told)


@pytest.mark.parametrize(
    ("message", "text"),
    [
        ("am I too young at 48", "am I too young at 48 for hip replacement"),
        (
            "and the waiting list is 14 months, what do I do till then",
            "the waiting list is 14 months, what do I do till then for hip replacement",
        ),
        ("will my job be a problem", "will my job be a problem with hip replacement"),
        ("who won the cup final then", ""),
    ],
)
def test_what_somebody_asks_about_themselves_is_about_what_was_told(message: str, text: str) -> None:
    assert read_on(message, "told I need hip replacement, scared") == text


def test_a_person_who_tells_more_asks_nothing_that_was_asked_before() -> None:
    found = resolve("she seems confused", (Turn("when can mum drive after hip replacement", "duration"),))
    assert found is not None
    assert found.intent == "general"


def test_words_that_open_a_message_and_say_nothing_are_passed_over() -> None:
    assert read_on("ok and at night?", "does walking help sciatica") == "sciatica at night"
    assert read_on("right, why?", "does walking help sciatica") == "does walking help sciatica – why?"


@pytest.mark.parametrize(
    ("message", "text"),
    [
        ("and supplements?", "supplements for back pain and degenerative disc disease"),
        ("what mattress should I get", "what mattress should I get with back pain and degenerative disc disease"),
        ("is it going to get worse", "is degenerative disc disease going to get worse"),
        ("will I end up in a wheelchair", "will I end up in a wheelchair with degenerative disc disease"),
    ],
)
def test_a_thing_of_daily_life_is_asked_about_for_the_pain_that_wear_is_felt_as(message: str, text: str) -> None:
    assert read_on(message, "been told I've got degenerative disc disease") == text


def test_yes_to_an_offer_may_ask_to_be_shown() -> None:
    offered = Turn("exercises for outer hip pain", "exercise", suggestions=("How do I do the clamshell?",))
    assert read_on("yes please show me", offered) == "How do I do the clamshell?"


@pytest.mark.parametrize(
    ("message", "asked", "text"),
    [
        ("how do they find out", "could groin pain be impingement", "how is hip impingement diagnosed"),
        ("can it be fixed", "could groin pain be impingement", "can hip impingement be fixed"),
        ("why would that hurt", "could groin pain be stress", "why would stress hurt"),
        ("does it go away", "could groin pain be something serious", "does groin pain go away"),
        ("does it go away", "can groin pain be cured", "does groin pain go away"),
    ],
)
def test_it_is_what_somebody_asked_whether_they_have(message: str, asked: str, text: str) -> None:
    assert read_on(message, "my groin hurts", asked) == text


def test_who_is_shown_exercises_is_not_asked_what_if_they_hurt() -> None:
    offered = Turn("exercises for outer hip pain", "exercise", suggestions=("What if exercise makes it worse?",))
    assert read_on("yes, show me", offered) == "how do I do the exercises for outer hip pain"


@pytest.mark.parametrize(
    ("message", "text"),
    [
        ("what exercises then", "what exercises for hip pain"),
        ("when would I need an op then", "when would I need an op for hip pain"),
        ("what do I do till then", "what do I do till then with hip pain"),
    ],
)
def test_words_that_end_a_message_and_say_nothing_are_left_out(message: str, text: str) -> None:
    assert read_on(message, "my hip hurts") == text


def test_a_child_that_somebody_lifts_is_named_again() -> None:
    told = "my back went lifting the baby"
    assert read_on("how do I lift him safely", told) == "how do I lift my baby safely with sudden back pain"
    assert "baby" not in read_on("can I ask him", told)
    assert "my baby" not in read_on("how do I lift her", "my mum has a bad hip")


@pytest.mark.parametrize(
    ("message", "text"),
    [
        ("I already do that", "what else helps sciatica"),
        ("tried that but it didn't work", "what else helps sciatica"),
        ("is it my age?", "is sciatica because of my age"),
        ("is it because of my weight", "is sciatica because of my weight"),
        ("I'm diabetic does that change anything", "I'm diabetic does that change anything with sciatica"),
        ("I live on my own", "I live on my own with sciatica"),
        ("do you like football", ""),
        ("do you think I should rest", "do you think I should rest for sciatica"),
        ("what about my wife, she has hip pain", "my wife, she has hip pain"),
    ],
)
def test_what_somebody_tells_of_themselves_is_told_of_their_complaint(message: str, text: str) -> None:
    assert read_on(message, "I have sciatica") == text


def test_a_message_none_of_whose_words_the_library_knows_leans_on_nothing() -> None:
    known = {"young": 64, "wedding": 14} | {f"word{at}": 9 for at in range(1000)}
    turns = [Turn("I have sciatica")]
    assert resolve("should I invest in bitcoin", turns, known) is None
    assert resolve("what's on telly tonight", turns, known | {"tonight": 9}) is None
    assert resolve("am I too young", turns, known) is not None
    assert resolve("what about a wedding", turns, known) is not None
    assert resolve("why?", turns, known) is not None
    assert resolve("is it curable", turns, known) is not None
    assert resolve("should I invest in bitcoin", turns, {"young": 64}) is not None  # too small a library to tell


def test_what_another_person_should_do_is_asked_of_their_complaint() -> None:
    earlier = ("my lower back hurts", "my husband's hip is playing up as well")
    assert read_on("what should he do for it", *earlier) == "what should he do for hip pain"
    assert read_on("back to me, can I still garden", *earlier) == "can I still garden with lower back pain"


@pytest.mark.parametrize(
    ("message", "text"),
    [
        ("is an epidural worth it", "is an epidural worth it for sciatica"),
        ("what if it's still there next week", "what if sciatica is still there next week"),
        ("I can't, because it's a desk job", "I can't, because it's a desk job with sciatica"),
        ("why so long", "sciatica – why?"),
    ],
)
def test_it_is_short_for_what_it_stands_for_and_for_nothing_else(message: str, text: str) -> None:
    assert read_on(message, "sciatica") == text


def test_what_is_told_after_a_question_is_put_behind_it() -> None:
    asked = "when can I go back to work with sciatica"
    assert read_on("it's an office job", "I have sciatica", asked) == f"{asked} – it's an office job"


def test_what_comes_back_after_an_operation_is_the_pain() -> None:
    told = "had a microdiscectomy 10 days ago"
    back = "could the pain come back after microdiscectomy"
    assert read_on("could it come back", told) == back
    assert read_on("how do I stop that", told, back) == "how do I stop the pain coming back after microdiscectomy"
    assert read_on("how do I stop that", "could sciatica come back") == "how do I stop sciatica coming back"
