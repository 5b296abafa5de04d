"""Every screening question, with what each answer to it must lead to (specification, sections D and E)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from server.red_flags import screening
from server.red_flags.answers import Answer, read_answers
from server.red_flags.assess import assess
from server.red_flags.errors import DataFileError
from server.red_flags.explain import UserText
from server.red_flags.levels import Assessment, ChatMessage
from server.red_flags.screening import bank, questions_for

TEXTS = {question.id: question.text for question in bank()}


class Said:
    """What the assistant said."""

    role = "assistant"

    def __init__(self, text: str) -> None:
        self.text = text


def _talk(told: str, number: str, reply: str) -> tuple[Assessment, list[ChatMessage]]:
    messages: list[ChatMessage] = [UserText(told), Said(f"Thank you.\n- {TEXTS[number]}"), UserText(reply)]
    return assess(messages), messages


# question, what was told before, then the level after: yes, no, not sure; then free sentences with theirs.
TABLE: list[tuple[str, str, tuple[str, str, str], dict[str, str]]] = [
    (
        "Q1",
        "my bum feels weird and my back aches",
        ("emergency", "none", "none"),
        {
            "it feels different when I wipe": "emergency",
            "no, feels normal": "none",
            "a bit, yes": "emergency",
            "no it's just the same as ever": "none",
            "maybe a little": "emergency",
            "it has": "emergency",
            "it hasn't": "none",
        },
    ),
    (
        "Q2",
        "toilet troubles since my back went",
        ("emergency", "none", "none"),
        {"I have to strain to start": "emergency", "no, peeing is fine": "none", "yes it's hard to start": "emergency"},
    ),
    ("Q3", "my legs feel funny", ("emergency", "none", "none"), {"no just the left one": "none"}),
    (
        "Q4",
        "toilet troubles since my back went",
        ("emergency", "none", "none"),
        {"I soiled myself yesterday": "emergency", "nope, all fine": "none"},
    ),
    ("Q5", "my back aches", ("emergency", "none", "none"), {"I can't get an erection since": "emergency"}),
    (
        "Q6",
        "I've had numbness between my legs. Never told anyone.",
        ("emergency", "emergency", "emergency"),
        {"about three months, no change": "same_day", "it started on Sunday": "emergency"},
    ),
    (
        "Q7",
        "my legs feel funny",
        ("none", "same_day", "none"),
        {
            "no I can't lift it": "same_day",
            "I can't": "same_day",
            "only just": "same_day",
            "a bit": "same_day",
            "yes but only just": "same_day",
            "not on the bad side": "same_day",
            "no problem with that": "none",
            "yes easily": "none",
            "I can": "none",
            "yes but it hurts": "none",
            "I'm not sure": "none",
        },
    ),
    (
        "Q8",
        "My foot has been weak for three months, no better no worse.",
        ("emergency", "soon", "soon"),
        {"it's the same as before": "soon", "sometimes I fall": "emergency"},
    ),
    (
        "Q8",
        "I had breast cancer and my back pain is constant",
        ("emergency", "same_day", "same_day"),
        {"no": "same_day"},
    ),
    (
        "Q9",
        "my back aches and I feel rough with it",
        ("same_day", "none", "none"),
        {"I've been shivery": "same_day", "temp was 38.6": "same_day", "no temp": "none", "37.0, so no": "none"},
    ),
    (
        "Q10",
        "back pain and a temperature of 38.6",
        ("emergency", "same_day", "same_day"),
        {"I'm diabetic": "emergency", "none of those": "same_day"},
    ),
    (
        "Q11",
        "My groin has ached for two months and I take steroids for my lupus",
        ("same_day", "soon", "soon"),
        {"no it looks normal": "soon"},
    ),
    (
        "Q12",
        "I fell last week and my hip hurts",
        ("none", "emergency", "none"),
        {
            "yes, I tripped but I can walk": "none",
            "I can't stand on it": "emergency",
            "yes a fall, and no I can't walk": "emergency",
            "yes and yes": "none",
            "yes, no": "emergency",
        },
    ),
    ("Q12", "my hip hurts", ("none", "none", "none"), {"no, and yes I can walk": "none"}),
    (
        "Q13",
        "I fell last week and my hip hurts",
        ("emergency", "none", "none"),
        {"it looks shorter": "emergency", "no, both the same": "none"},
    ),
    ("Q13", "my hip hurts", ("none", "none", "none"), {"yes, always been shorter": "none"}),
    (
        "Q14",
        "I fell last week and my hip hurts",
        ("same_day", "none", "none"),
        {"I'm 71": "same_day", "no, I'm 40": "none", "I have osteoporosis": "same_day"},
    ),
    ("Q15", "my back aches", ("soon", "none", "none"), {"I had breast cancer in 2015": "soon", "never": "none"}),
    ("Q16", "my back aches", ("soon", "none", "none"), {"I've lost a stone without trying": "soon"}),
    ("Q17", "I can feel a pulse in my belly", ("emergency", "soon", "soon"), {"no, it came slowly": "soon"}),
    (
        "Q18",
        "My calf aches at the same lamp post every time and goes when I stand still",
        ("emergency", "routine", "routine"),
        {"no, same as the other": "routine", "it's colder": "emergency", "same colour": "routine"},
    ),
    (
        "Q19",
        "pain down my leg",
        ("same_day", "none", "none"),
        {"my calf is swollen": "same_day", "no, neither": "none", "yes and yes": "emergency", "yes, no": "same_day"},
    ),
    (
        "Q19",
        "my left calf is swollen",
        ("emergency", "same_day", "same_day"),
        {"I'm short of breath": "emergency", "no breathlessness": "same_day"},
    ),
    (
        "Q20",
        "I am 30, my back has hurt for eight months and it wakes me at four every night",
        ("routine", "none", "none"),
        {"no, ten minutes": "none"},
    ),
    ("Q21", "my back aches", ("soon", "none", "none"), {"it burns when I pee": "soon", "no burning": "none"}),
    (
        "Q22",
        "I have low belly pain",
        ("same_day", "none", "none"),
        {"my period is late": "same_day", "no chance": "none", "I'm a man": "none"},
    ),
    (
        "Q23",
        "my 6 year old son has a limp since this morning",
        ("none", "same_day", "none"),
        {
            "no he won't": "same_day",
            "no, and no fever": "same_day",
            "no and yes": "emergency",
            "yes he will, no fever": "none",
            "yes and no": "none",
            "he won't": "same_day",
            "he will": "none",
        },
    ),
    (
        "Q24",
        "my groin has ached for two months when I walk",
        ("soon", "none", "none"),
        {"I've had lots of steroid courses": "soon", "none of those": "none"},
    ),
    (
        "Q28",
        "there is a small lump on my thigh",
        ("soon", "none", "none"),
        {"it's growing": "soon", "neither": "none"},
    ),
    ("Q25", "my hip aches", ("none", "none", "none"), {"no": "none"}),
    (
        "Q26",
        "Which tablets help a bad back?",
        ("none", "none", "none"),
        {"14 paracetamol of 500mg": "emergency", "two paracetamol this morning, 500mg": "none"},
    ),
    (
        "Q27",
        "I can't cope with this back",
        ("same_day", "none", "none"),
        {
            "sometimes": "same_day",
            "no, nothing like that": "none",
            "I have": "same_day",
            "yes, I have the tablets ready": "emergency",
        },
    ),
]
ROWS = [
    (number, told, reply, level)
    for number, told, (yes, no, unsure), free in TABLE
    for reply, level in [("yes", yes), ("no", no), ("not sure", unsure), *free.items()]
]


def test_the_table_holds_every_question() -> None:
    assert {row[0] for row in TABLE} == set(TEXTS)


@pytest.mark.parametrize(("number", "told", "reply", "level"), ROWS)
def test_an_answer_leads_to_the_level_of_the_specification(number: str, told: str, reply: str, level: str) -> None:
    found, messages = _talk(told, number, reply)
    assert found.level.label == level, [hit.rule for hit in found.hits]
    assert number not in {question.id for question in questions_for(found, messages)}


@pytest.mark.parametrize(("number", "told", "levels"), [row[:3] for row in TABLE])
def test_an_answer_from_the_form_leads_to_the_same_level(number: str, told: str, levels: tuple[str, str, str]) -> None:
    """The page sends question and answer on one line; then the question need not stand in an earlier message."""
    for said, level in zip(("Yes", "No", "Not sure"), levels, strict=True):
        found = assess([UserText(told), UserText(f"{TEXTS[number]} {said}.")])
        assert found.level.label == level, (said, [hit.rule for hit in found.hits])
        assert number not in found.questions


@pytest.mark.parametrize(
    ("reply", "count", "answers"),
    [
        ("no no yes", 3, [Answer.NO, Answer.NO, Answer.YES]),
        ("1. no 2. yes 3. not sure", 3, [Answer.NO, Answer.YES, Answer.UNSURE]),
        ("yes definitely", 2, [Answer.YES]),
        ("i am not sure", 1, [Answer.UNSURE]),
        ("no problems at all", 1, [Answer.FINE]),
        ("my back pain is no better since i last wrote", 3, []),
        ("which stretches can i do when it is bad", 1, []),
        ("she does", 1, [Answer.YES]),
        ("no she really cant", 1, [Answer.NO]),
        ("yes and no", 1, [Answer.PARTLY]),
    ],
)
def test_short_replies_are_read_and_sentences_left_alone(reply: str, count: int, answers: list[Answer]) -> None:
    assert read_answers(reply.split(), count) == answers


def test_answers_follow_the_order_in_which_the_questions_were_put() -> None:
    """Q7 stands before Q3 here, though the bank holds it later."""
    put = Said(f"{TEXTS['Q7']} {TEXTS['Q3']}")
    found = assess([UserText("my legs feel funny"), put, UserText("yes, yes")])
    assert {"CE2"} == {hit.rule for hit in found.hits}
    found = assess([UserText("my legs feel funny"), put, UserText("no, no")])
    assert {"MD2"} == {hit.rule for hit in found.hits}


def test_none_of_those_is_no_sign_however_the_questions_were_put() -> None:
    put = Said(f"{TEXTS['Q3']} {TEXTS['Q7']}")
    for reply in ("none of those", "no problems", "all fine"):
        assert assess([UserText("my legs feel funny"), put, UserText(reply)]).level.label == "none", reply


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('sign = "no"\nfeatures = ["foot_drop"]', 'features = ["foot_drop"]', "Q7: field 'sign' is None"),
        ('sign = "no"\nfeatures = ["foot_drop"]', 'sign = "never"\nfeatures = ["foot_drop"]', "Q7: field 'sign' is"),
        ('features = ["foot_drop"]', 'features = ["foot_dropped"]', "Q7: field 'features' holds the unknown feature"),
        ('features = ["foot_drop"]', "features = []", "Q7: field 'features' must be empty if, and only if"),
        ('features = ["fever"]\n\n[[', 'features = "fever"\n\n[[', "field 'features' must be a list"),
    ],
)
def test_a_fault_in_the_bank_is_named(old: str, new: str, said: str, tmp_path: Path) -> None:
    text = screening.BANK.read_text(encoding="utf-8")
    assert old in text
    faulty = tmp_path / "screening.toml"
    faulty.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(DataFileError, match=re.escape(said)):
        screening.read_bank(faulty)
