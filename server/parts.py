"""The parts of a message that asks several things: what they are asked about, and how their answers are joined."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from index.retriever import Hit
from server.persons import ADULTS
from server.sections import contents_of, passage_intent, place_of, subject_of
from server.terms import term_list
from server.words import content_stems, library_stems, overlap

if TYPE_CHECKING:  # below the steps, of which the query is one
    from server.queries import Query

# Fitness that a section needs to be taken for one question of a message.
ANSWERS = 0.6
# The same for a section of the article that the best hit is from.
ANSWERS_BESIDE = 0.4
# Hits of one question that are looked at, and what is added to one that is also the best for the whole message.
ASKED_FOR = 3
BEST_FOR_BOTH = 0.1
# A section of the same article that answers a question this much better than the first hit answers the whole leads.
MUCH_FITTER = 0.25
# Share of a question's own words that its answer holds, or what it answers is what the question asks for.
WORDS_HELD = 0.34
# Of whom a condition says enough.
GROWN_UP = frozenset({ADULTS, "older people"})
_IN_BRACKETS = re.compile(r"\s*\([^)]*\)")


def subject_shared(query: Query, hits: Sequence[Hit]) -> str:
    """Return the condition or treatment that the query names and the best hit is about; empty when there is none."""
    subjects = place_of(hits[0].passage).named if hits else frozenset()
    return next((name for name in _named(query, ("condition", "treatment")) if name in subjects), "")


def subject_of_questions(query: Query, hits: Sequence[Hit]) -> str:
    """Return what the questions of a message are about; empty when that cannot be told.

    The condition that the message names and the best hit is about; when the best hit answers well, a treatment likewise
    or else its article; otherwise the one condition that is named.
    """
    shared = subject_shared(query, hits)
    if shared in _named(query, ("condition",)):
        return shared
    if not hits or hits[0].score < ANSWERS:
        return subject_passed_over(query, hits)
    return shared or _subject_of_article(hits[0])


def subject_passed_over(query: Query, hits: Sequence[Hit]) -> str:
    """Return the one condition that a message names, when the best hit is about something else and answers poorly.

    Empty when there is none, and for a message about a child or a pregnancy: the condition says too little of it.
    """
    conditions = _named(query, ("condition",))
    if not hits or hits[0].score >= ANSWERS or len(conditions) != 1 or query.persons - GROWN_UP:
        return ""
    return "" if conditions[0] in place_of(hits[0].passage).named else conditions[0]


def with_answers(hits: Sequence[Hit], asked: Sequence[tuple[Query, Sequence[Hit]]]) -> list[Hit]:
    """Return the hits with the best one for each question of the message behind the first; ranks are given anew.

    Args:
        hits: for the message as a whole, best first. The first stays there unless its article has a much fitter answer.
        asked: the questions with what was found for each. A hit is taken when it is fit enough and speaks of what is
            asked; its score is for that question.
    """
    best = hits[0].passage.passage_id if hits else ""
    article = hits[0].passage.document_id if hits else ""
    # Where nothing answers the message as a whole, a fair answer to its question is better than none.
    is_open = bool(hits) and hits[0].score < ANSWERS_BESIDE
    answering = [
        [hit for hit in found[:ASKED_FOR] if _answers(part, hit, hit.passage.document_id if is_open else article)]
        for part, found in asked
    ]
    answers = [max(found, key=lambda hit: _worth(hit, best)) for found in answering if found]
    gives_way = len(asked) == 1 and _gives_way(hits, answers, asked[0][0])
    leading = [hit for hit in hits[:1] if not gives_way and not any(_is_much_fitter(answer, hit) for answer in answers)]
    return _ranked([*leading, *answers, *hits])


def _gives_way(hits: Sequence[Hit], answers: Sequence[Hit], part: Query) -> bool:
    """Return whether the first hit answers another kind of question than the only one asked, which has an answer."""
    if not hits or not answers or part.intent == "general":
        return False
    return passage_intent(answers[0].passage) == part.intent != passage_intent(hits[0].passage)


def led_by(found: Sequence[Hit], hits: Sequence[Hit]) -> list[Hit]:
    """Return the hits behind the best one for the clause that asks, when that answers; ranks are given anew."""
    return _ranked([*(hit for hit in found[:1] if hit.score >= ANSWERS), *hits])


def _ranked(hits: Sequence[Hit]) -> list[Hit]:
    once: dict[str, Hit] = {}
    for hit in hits:
        once.setdefault(hit.passage.passage_id, hit)
    return [replace(hit, rank=rank) for rank, hit in enumerate(once.values(), 1)]


def _worth(hit: Hit, best: str) -> float:
    return hit.score + BEST_FOR_BOTH * (hit.passage.passage_id == best)


def _answers(part: Query, hit: Hit, article: str) -> bool:
    least = ANSWERS_BESIDE if hit.passage.document_id == article else ANSWERS
    return hit.score >= least and _speaks_to(part, hit)


def _speaks_to(part: Query, hit: Hit) -> bool:
    """Return whether a passage speaks of what a question asks, and not only of what it is asked about."""
    passage = hit.passage
    if part.intent != "general" and passage_intent(passage) == part.intent:
        return True
    if _things_in(part.original) & place_of(passage).named:
        return True
    held = contents_of(passage.indexed_text).stems.union(*map(library_stems, passage.questions))
    return overlap(content_stems(part.original), held) >= WORDS_HELD


def _things_in(question: str) -> frozenset[str]:
    found = [item.term for item in term_list().find(question)]
    return frozenset(term.name for term in found if term.kind != "person" and not term.is_broad)


def _is_much_fitter(answer: Hit, hit: Hit) -> bool:
    is_same = answer.passage.document_id == hit.passage.document_id
    return is_same and answer.score >= hit.score + MUCH_FITTER


def _subject_of_article(hit: Hit) -> str:
    """Return the subject in a title; empty when it lists several."""
    title = _IN_BRACKETS.sub("", subject_of(hit.passage.source.title))
    return "" if "," in title else title


def _named(query: Query, kinds: Sequence[str]) -> list[str]:
    """Return the exact terms of some kinds that a query names, each once, in order."""
    terms = (item.term for item in query.terms)
    return list(dict.fromkeys(term.name for term in terms if term.kind in kinds and not term.is_broad))
