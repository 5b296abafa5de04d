"""What is asked of one condition, and answered for the pain it is."""

from __future__ import annotations

import pytest

from index.retriever import Hit
from server.parts import ANSWERS_BESIDE
from server.wider import in_wider_words, is_left_open, with_wider
from tests.fakes import make_hit, make_query

WIDER = make_query("can I drive with back pain?", intent="safety")


def _hit(heading: str, text: str = "It may help.", *, score: float = 0.5, title: str = "Spinal stenosis") -> Hit:
    return make_hit(text, heading, rank=1, score=score, title=title, document=title.lower().replace(" ", "-"))


OF_CONDITION = _hit("What helps spinal stenosis?")
DRIVING = _hit("Is it safe to drive with back pain?", title="Driving", score=ANSWERS_BESIDE)


def _headings(hits: list[Hit]) -> list[str]:
    return [hit.passage.heading_path[-1] for hit in hits]


@pytest.mark.parametrize(
    ("text", "wider"),
    [
        ("can I drive with spinal stenosis?", "can I drive with back pain?"),
        ("who should I see about a hip labral tear", "who should I see about hip pain"),
        ("can I drive with back pain?", None),
        ("can I drive?", None),
        ("can I drive with spinal stenosis or sciatica?", None),
        ("can I drive after a hip replacement?", None),
    ],
)
def test_one_condition_gives_way_to_the_pain_it_is(text: str, wider: str | None) -> None:
    assert in_wider_words(make_query(text)) == wider


@pytest.mark.parametrize(
    ("text", "intent", "heading", "is_open"),
    [
        ("can I drive with spinal stenosis?", "safety", "What helps spinal stenosis?", True),
        ("can I drive with spinal stenosis?", "safety", "Can I drive with spinal stenosis?", False),
        ("who should I see about spinal stenosis?", "help", "What helps spinal stenosis?", True),
        ("who should I see about spinal stenosis?", "help", "Who should I see about spinal stenosis?", False),
        ("who should I see about spinal stenosis?", "help", "Get help now if", False),
        ("what causes spinal stenosis?", "causes", "What helps spinal stenosis?", False),
        ("why is spinal stenosis worse when I drive?", "causes", "What helps spinal stenosis?", False),
    ],
)
def test_a_question_is_left_open_when_the_heading_speaks_of_something_else(
    text: str, intent: str, heading: str, is_open: bool
) -> None:
    assert is_left_open(make_query(text, intent=intent), [_hit(heading)]) is is_open
    assert not is_left_open(make_query(text, intent=intent), [])


def test_the_wider_answer_leads_unless_the_condition_speaks_of_it_in_passing() -> None:
    assert _headings(with_wider([OF_CONDITION], WIDER, [DRIVING])) == [
        "Is it safe to drive with back pain?",
        "What helps spinal stenosis?",
    ]
    in_passing = _hit("What helps spinal stenosis?", "Stop often when you drive.")
    found = with_wider([in_passing], WIDER, [DRIVING])
    assert _headings(found) == ["What helps spinal stenosis?", "Is it safe to drive with back pain?"]
    assert [hit.rank for hit in found] == [1, 2]


@pytest.mark.parametrize(
    "other",
    [
        _hit("Is it safe to drive with back pain?", title="Driving", score=ANSWERS_BESIDE - 0.01),
        _hit("Does heat help back pain?", title="Heat", score=0.9),
        _hit("Can I drive after a spinal injection?", title="Injections", score=0.9),
    ],
)
def test_what_is_unfit_or_on_something_else_is_no_wider_answer(other: Hit) -> None:
    assert _headings(with_wider([OF_CONDITION], WIDER, [other])) == ["What helps spinal stenosis?"]
