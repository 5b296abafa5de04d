"""How well a passage answers a query, judged by its place: heading, kind and subject, besides the search score."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from index.passages import Passage
from index.retriever import Hit
from server.intents import intent_scores
from server.terms import SUBJECT_KINDS, Found, library_terms, term_list
from server.words import content_stems, library_stems

if TYPE_CHECKING:  # steps do not import each other when they run
    from server.queries import Query

EVIDENCE_HEADING = re.compile(r"well supported|uncertain|myth", re.IGNORECASE)
ASKS_FOR_EVIDENCE = re.compile(r"\b(myths?|evidence|proof|proven|true|research|stud(y|ies)|trials?|uncertain)\b", re.I)
URGENT_HEADING = re.compile(r"^get help now", re.IGNORECASE)
ASKS_FOR_URGENT = re.compile(r"\b(999|911|111|a&e|emergency|red flags?|warning signs?|urgent|hospital|danger)", re.I)

HOW_TO = re.compile(
    r"\b(how (do|should|can|would) (i|you|we)|how to|show me|step[ -]by[ -]step|steps)\b", re.IGNORECASE
)

# What the place of a passage adds to its search score, which is 0 to 1. The search weighs words and headings already:
# these only settle what is close. Chosen on the dev half of evals/data/in-domain by listwise logistic regression, and
# held against evals/data/answerable.jsonl.
SAME_INTENT = 0.10
ALSO_INTENT = 0.08
SAME_SUBJECT = 0.10
OTHER_SUBJECT = -0.04
SAME_CIRCUMSTANCE = 0.08
SAME_PERSON = 0.10
OTHER_PERSON = -0.10
STEPS_ASKED_FOR = 0.15
HOW_TO_STEPS = 0.08
_CIRCUMSTANCES = ("activity", "treatment", "test")
OPENING_UNASKED = -0.15
EVIDENCE_UNASKED = -0.15
URGENT_UNASKED = -0.6
# Another passage of the same article among the hits speaks for the article.
SAME_DOCUMENT = 0.02


@dataclass(frozen=True, slots=True)
class Ranked:
    """A hit with its fitness (unbounded, comparable within one query) and what its heading answers."""

    hit: Hit
    fitness: float
    intent: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What a query asks, read once for all its hits."""

    query: Query
    stems: tuple[str, ...]
    terms: tuple[Found, ...]

    @classmethod
    def of(cls, query: Query) -> Asked:
        """Return the words and terms of a query."""
        return cls(query, tuple(content_stems(query.text)), tuple(term_list().find(query.text)))


def ranked(query: Query, hits: Sequence[Hit]) -> list[Ranked]:
    """Return the hits by fitness, best first; ties keep the order of the search."""
    asked = Asked.of(query)
    documents = Counter(hit.passage.document_id for hit in hits)
    found = [
        Ranked(
            hit,
            fitness(asked, hit) + SAME_DOCUMENT * (documents[hit.passage.document_id] - 1),
            passage_intent(hit.passage),
        )
        for hit in hits
    ]
    return sorted(found, key=lambda item: (-item.fitness, item.hit.rank))


def fitness(asked: Asked, hit: Hit) -> float:
    """Return the search score moved by how the passage's heading, kind and subject suit the query."""
    passage, query = hit.passage, asked.query
    heading = passage.heading_path[-1] if passage.heading_path else ""
    value = hit.score + _subject_fitness(asked, passage, heading)
    if query.intent != "general" and query.intent in heading_scores(heading):
        value += SAME_INTENT if passage_intent(passage) == query.intent else ALSO_INTENT
    if query.intent == "exercise":
        value += _exercise_fitness(asked, passage)
    if not heading and query.intent != "definition":
        value += OPENING_UNASKED
    if EVIDENCE_HEADING.search(heading) and not ASKS_FOR_EVIDENCE.search(query.text):
        value += EVIDENCE_UNASKED
    if URGENT_HEADING.search(heading):
        value += SAME_INTENT if asks_for_urgent(query) else URGENT_UNASKED
    return value


def asks_for_urgent(query: Query) -> bool:
    """Return whether a question is about when to get help, or whether something is dangerous."""
    return query.intent == "help" or bool(ASKS_FOR_URGENT.search(query.text))


@lru_cache(maxsize=16_384)
def heading_scores(heading: str) -> Mapping[str, float]:
    """Return the intents of a heading of the library with their weights."""
    return intent_scores(heading)


def passage_intent(passage: Passage) -> str:
    """Return what a passage answers, from its heading; an opening defines."""
    if not passage.heading_path:
        return "definition"
    heading = passage.heading_path[-1]
    if URGENT_HEADING.search(heading):
        return "urgent"
    if EVIDENCE_HEADING.search(heading):
        return "evidence"
    scores = heading_scores(heading)
    return max(scores, key=lambda name: scores[name], default="general")


def exact_subjects(found: Iterable[Found]) -> frozenset[str]:
    """Return the names of the exact subjects among terms: conditions, body parts, exercises; broad ones left out."""
    return frozenset(f.term.name for f in found if f.term.kind in SUBJECT_KINDS and not f.term.is_broad)


def _exercise_fitness(asked: Asked, passage: Passage) -> float:
    """Return the bonus of steps for an exercise that is named, and of a list of exercises when none is."""
    named = {f.term.name for f in asked.terms if f.term.kind == "exercise" and not f.term.is_broad}
    value = HOW_TO_STEPS if passage.kind == "steps" and HOW_TO.search(asked.query.text) else 0.0
    if named:
        in_title = named & exact_subjects(library_terms(passage.source.title))
        return value + (STEPS_ASKED_FOR if passage.kind == "steps" and in_title else 0.0)
    offers = passage_intent(passage) in ("treatment", "exercise") and "exercis" in library_stems(passage.text)
    return value + (STEPS_ASKED_FOR if offers else 0.0)


def _subject_fitness(asked: Asked, passage: Passage, heading: str) -> float:
    placed = library_terms(f"{passage.source.title}. {heading}")
    own, titled = exact_subjects(asked.terms), exact_subjects(placed)
    value = SAME_SUBJECT if own & titled else OTHER_SUBJECT if own and titled else 0.0
    value += SAME_CIRCUMSTANCE * bool(_names(asked.terms, _CIRCUMSTANCES) & _names(placed, _CIRCUMSTANCES))
    # An article for pregnancy, after birth or for children answers others only by chance.
    persons, for_persons = _names(asked.terms, ("person",)) - {"GP"}, _names(placed, ("person",)) - {"GP"}
    return value + SAME_PERSON * bool(persons & for_persons) + OTHER_PERSON * bool(for_persons - persons)


def _names(found: Iterable[Found], kinds: Sequence[str]) -> frozenset[str]:
    return frozenset(f.term.name for f in found if f.term.kind in kinds)
