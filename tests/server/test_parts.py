"""Messages that ask several things: what their questions are about, and where the answers stand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from index.retriever import Hit
from server.parts import (
    ANSWERS,
    ANSWERS_BESIDE,
    led_by,
    subject_of_questions,
    subject_passed_over,
    subject_shared,
    with_answers,
)
from tests.fakes import make_hit, make_query


def _hit(heading: str, *, score: float = 0.4, title: str = "Sciatica", text: str = "It may be the nerve.") -> Hit:
    document = title.lower().replace(" ", "-")
    return make_hit(text, heading, rank=1, score=score, title=title, document=document, start=sum(map(ord, heading)))


def _headings(hits: list[Hit]) -> list[str]:
    return [hit.passage.heading_path[-1] for hit in hits]


HITS = [_hit("What is sciatica?"), _hit("What helps sciatica?"), _hit("Who gets it?")]
SCAN = make_query("Do I need a scan?", intent="tests")


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("I have sciatica, do I need a scan and will it last?", "sciatica"),
        ("my leg hurts, do I need a scan and will it last?", ""),
        ("I have shingles, do I need a scan?", ""),
    ],
)
def test_questions_share_the_subject_that_is_named_and_that_the_best_hit_is_about(text: str, subject: str) -> None:
    assert subject_shared(make_query(text), HITS) == subject
    assert subject_shared(make_query(text), []) == ""


@pytest.mark.parametrize(
    ("text", "title", "score", "subject"),
    [
        ("I have sciatica, do I need a scan?", "Sciatica", 0.3, "sciatica"),
        ("I have sciatica, do I need a scan?", "Scans", 0.3, "sciatica"),
        ("I have sciatica, do I need a scan?", "Scans (X-ray and MRI): what they show", ANSWERS, "Scans"),
        ("I am 40 and have sciatica, do I need a scan?", "Scans", 0.3, "sciatica"),
        ("my son has sciatica, does he need a scan?", "Scans", 0.3, ""),
        ("it hurts, do I need a scan?", "Scans, blood tests and the report", ANSWERS, ""),
        ("it hurts, do I need a scan?", "Scans", 0.3, ""),
    ],
)
def test_a_poor_best_hit_leaves_the_condition_named_and_a_good_one_its_article(
    text: str, title: str, score: float, subject: str
) -> None:
    hits = [_hit("Do I need one?", title=title, score=score)]
    assert subject_of_questions(make_query(text), hits) == subject
    assert subject_of_questions(make_query(text), []) == ""


def test_a_condition_is_passed_over_when_the_best_hit_answers_poorly_and_is_about_something_else() -> None:
    query = make_query("I have sciatica, does that mean I need a scan?")
    assert subject_passed_over(query, [_hit("Do I need one?", title="Scans")]) == "sciatica"
    assert subject_passed_over(query, [_hit("Do I need one?", title="Scans", score=ANSWERS)]) == ""
    assert subject_passed_over(query, HITS) == ""
    assert subject_passed_over(query, []) == ""


def test_answers_to_questions_stand_right_behind_the_first_hit() -> None:
    scan = _hit("Do I need a scan for sciatica?", score=ANSWERS)
    weak = _hit("Does a scan hurt?", score=ANSWERS - 0.01, title="Scans")
    found = with_answers(HITS, [(SCAN, [scan]), (SCAN, [weak]), (SCAN, []), (SCAN, [HITS[0]])])
    assert _headings(found) == [
        "What is sciatica?",
        "Do I need a scan for sciatica?",
        "What helps sciatica?",
        "Who gets it?",
    ]
    assert [hit.rank for hit in found] == [1, 2, 3, 4]
    assert _headings(with_answers(HITS, [])) == _headings(HITS)


def test_an_answer_that_says_nothing_of_what_is_asked_is_left_out() -> None:
    about_the_subject_alone = _hit("Who gets sciatica?", score=0.9)
    assert _headings(with_answers(HITS, [(SCAN, [about_the_subject_alone])])) == _headings(HITS)


def test_a_section_of_the_same_article_answers_a_question_sooner() -> None:
    other = (SCAN, [])
    for score, is_taken in ((ANSWERS_BESIDE, True), (ANSWERS_BESIDE - 0.01, False)):
        found = with_answers(HITS, [(SCAN, [_hit("Do I need a scan?", score=score)]), other])
        assert ("Do I need a scan?" in _headings(found)) == is_taken


def test_where_nothing_answers_the_whole_message_a_fair_answer_to_its_question_is_taken() -> None:
    fair = _hit("Do I need a scan?", score=ANSWERS_BESIDE, title="Scans")
    poor = [replace(hit, score=ANSWERS_BESIDE - 0.01) for hit in HITS]
    assert "Do I need a scan?" in _headings(with_answers(poor, [(SCAN, [fair]), (SCAN, [])]))
    assert "Do I need a scan?" not in _headings(with_answers(HITS, [(SCAN, [fair]), (SCAN, [])]))


def test_a_much_fitter_answer_of_the_same_article_leads() -> None:
    fitter, elsewhere = _hit("Do I need a scan?", score=0.9), _hit("Do I need a scan?", score=0.9, title="Scans")
    other = (SCAN, [])
    assert _headings(with_answers(HITS, [(SCAN, [fitter]), other]))[:2] == ["Do I need a scan?", "What is sciatica?"]
    assert _headings(with_answers(HITS, [(SCAN, [elsewhere]), other]))[:2] == ["What is sciatica?", "Do I need a scan?"]


def test_the_first_hit_gives_way_to_the_answer_of_the_kind_that_the_only_question_asks_for() -> None:
    scan = _hit("Do I need a scan for sciatica?", score=ANSWERS)
    assert _headings(with_answers(HITS, [(SCAN, [scan])]))[0] == "Do I need a scan for sciatica?"
    assert _headings(with_answers(HITS, [(SCAN, [scan]), (SCAN, [])]))[0] == "What is sciatica?"
    causes = make_query("Does it come from sitting?", intent="causes")
    assert _headings(with_answers(HITS, [(causes, [replace(scan, score=0.64)])]))[0] == "What is sciatica?"


def test_of_two_answers_the_one_that_is_best_for_the_whole_message_is_taken() -> None:
    whole = replace(_hit("What happens in a scan?", score=0.7), rank=1)
    other = _hit("Do I need a scan?", score=0.75, title="Scans")
    assert _headings(with_answers([whole], [(SCAN, [other, whole])])) == ["What happens in a scan?"]


def test_the_answer_to_the_clause_that_asks_leads_when_it_is_fit() -> None:
    scan = _hit("Do I need a scan?", score=ANSWERS)
    assert _headings(led_by([scan], HITS))[0] == "Do I need a scan?"
    assert _headings(led_by([replace(scan, score=ANSWERS - 0.01)], HITS)) == _headings(HITS)
    assert _headings(led_by([], HITS)) == _headings(HITS)
