"""How well a passage answers a query: its search scores, and its place (heading, kind, subject); finds by both."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from index.passages import Passage
from index.retriever import Filters, Hit
from server.health_names import health_names
from server.intents import intent_of, library_intent, library_intent_scores
from server.logistic import LogisticModel, load_model
from server.persons import ADULTS, CHILDREN, GROUPS
from server.terms import SUBJECT_KINDS, Found, library_terms, term_list
from server.words import content_stems, library_stems, tokens, word_count

if TYPE_CHECKING:  # below the steps, of which the query is one
    from server.queries import Query

EVIDENCE_HEADING = re.compile(r"well supported|uncertain|myth", re.IGNORECASE)
ASKS_FOR_EVIDENCE = re.compile(r"\b(myths?|evidence|proof|proven|true|research|stud(y|ies)|trials?|uncertain)\b", re.I)
URGENT_HEADING = re.compile(r"^get help now", re.IGNORECASE)
ASKS_FOR_URGENT = re.compile(r"\b(999|911|111|a&e|emergency|red flags?|warning signs?|urgent|hospital|danger)", re.I)
ASKS_WHOM = re.compile(r"\b(who|wh(at|ich) (kind of |sort of |type of )?(doctor|specialist))\b", re.IGNORECASE)

OPERATION = re.compile(r"\b(surgery|operations?|replacement|fusion)\b", re.IGNORECASE)
# An operation that a person had: "after my hip op", "2 years post discectomy", "a fusion in 2019".
_OPERATIONS = r"(?:surger(?:y|ies)|operation|op|operated|replace(?:ment|d)|fusion|\w+ectomy|arthroscop\w+|thr)\b"
_HAD_OPERATION = re.compile(
    rf"\b(?:after|since|post|following|had|from)\b.{{0,30}}?\b{_OPERATIONS}|\b(?:post[- ]?op|operated on)\b"
    rf"|\b{_OPERATIONS}.{{0,25}}?\b(?:ago|last|in (?:19|20)\d\d)\b",
    re.IGNORECASE,
)
_AFTER_OPERATION = re.compile(
    rf"\b(?:after|since|following|years after)\b.*\b{_OPERATIONS}|\brecovery\b.*\b{_OPERATIONS}|"
    rf"\b{_OPERATIONS}.*\b(?:recovery|that worked)\b",
    re.IGNORECASE,
)
# A message from this many words on that tells of a person says more than it asks.
STORY_WORDS = 11
LONG_CHARS = 1200
TELLS = re.compile(r"\b(i|i'm|i've|i’m|i’ve|my|me|he|she|his|her|our)\b", re.IGNORECASE)
HOW_TO = re.compile(
    r"\b(how (do|should|can|would) (i|you|we)|how to|show me|step[ -]by[ -]step|steps)\b", re.IGNORECASE
)

_REGIONS = {
    "back": re.compile(r"back|spin|disc|lumbar|stenosis|spondyl|sacro|tailbone", re.IGNORECASE),
    "hip": re.compile(r"hip\b|groin|trochanter|labral|adductor", re.IGNORECASE),
}
# Above the low back, which is meant when a back is spoken of without more.
_UPPER = re.compile(r"\b(upper|middle|mid|ribs?|shoulders?|shoulder blades?|chest|neck|thoracic)\b", re.IGNORECASE)
# What did not happen, and the sections that take it for granted.
_NO_INJURY = re.compile(
    r"\b(?:did ?n[o'’]?t|have ?n[o'’]?t|has ?n[o'’]?t|never|not|without|no) (?:had |have |really )?(?:an?y? )?"
    r"(?:recent |known |obvious |history of |fall or |trauma or |accident or )?"
    r"(?:falls?|fell|fallen|injur\w+|accidents?|trauma|knock(?:ed)?|blow|bang(?:ed)?)\b",
    re.IGNORECASE,
)
_AFTER_INJURY = re.compile(
    r"\b(?:falls?|fell|falling|fallen|accidents?|injur(?:y|ies)|bruised?|knock(?:ed)?|blow)\b", re.I
)
_FOR_ADULTS = re.compile(r"\b(?:adults?|adulthood|grown[- ]ups?)\b", re.IGNORECASE)
# Hits of the search that are put in order, whatever number is asked for.
RERANKED = 12
_TREATMENTS = ("treatment", "test")
DATA = Path(__file__).parent / "data" / "fitness.json"
# Rules, in logits beside what is fitted: too few of the judged questions are of these kinds to learn them from.
NAMED_STEPS = 1.0
HOW_TO_STEPS = 2.0
STEPS_ASKED_FOR = 1.0
URGENT_UNASKED = -4.0
URGENT_ASKED = 1.5
AFTER_OPERATION = 0.8
OTHER_PERSON = -0.4
OTHER_AGE = -1.5
RULED_OUT = -1.5
WITHOUT_TREATMENT = -0.6
ASKED_OF_SUBJECT = 1.5
OTHER_KIND = -2.0


class Search(Protocol):
    """A retriever, as far as it is needed here."""

    def search(
        self, query: str, k: int, *, filters: Filters | None = None, lexical_query: str | None = None
    ) -> list[Hit]:
        """Return up to `k` passages, best first."""
        ...


def find(
    retriever: Search, query: Query, k: int, *, filters: Filters | None = None, withheld: Collection[str] = ()
) -> list[Hit]:
    """Return the `k` passages that suit a query best: found by the search, then put in order of fitness.

    Args:
        retriever: searches one generation of the index.
        query: what is asked.
        k: 1 or more.
        filters: which sources may be found; None: all.
        withheld: kinds of source that are left out.

    Returns:
        Hits ranked from 1. Their score is their fitness, 0 to 1; that of the search is kept as `scores["fused"]`.
    """
    wanted = max(k, RERANKED)
    hits = retriever.search(query.text, wanted, lexical_query=query.lexical_text, filters=filters)
    return reranked(query, [hit for hit in hits if hit.passage.source.kind not in withheld])[:k]


def reranked(query: Query, hits: Sequence[Hit]) -> list[Hit]:
    """Return the hits of a search by fitness, best first; ties keep the order of the search.

    Fitness estimates how far a passage answers the query: 1 for a passage that answers, half for one that helps. Its
    weights are fitted, beside the rules, by `python -m evals.fitness`.
    """
    model, asked = fitness_model(), _Asked.of(query)
    fitness = [
        model.estimate(values, _by_rules(query, asked, hit.passage))
        for hit, values in zip(hits, _features(asked, hits), strict=True)
    ]
    order = sorted(range(len(hits)), key=lambda at: (-fitness[at], hits[at].rank))
    return [
        replace(hits[at], rank=rank, score=fitness[at], scores=hits[at].scores | {"fused": hits[at].score})
        for rank, at in enumerate(order, 1)
    ]


def fitness_model() -> LogisticModel:
    """Return the fitted model; its cut-off is the fitness a passage needs to be quoted beside the best one."""
    return load_model(DATA)


def features(query: Query, hits: Sequence[Hit]) -> list[dict[str, float]]:
    """Return what the fitness of each hit rests on, by name; every value is about -1 to 1.

    score, dense, adapted, question: of the search. below_best, question_below_best: how far the score and the nearest
    question fall below the best of the hits, 0 or less. place: 1 over the rank.
    same_intent, other_intent: the heading answers what is asked for, or something else.
    subjects_held: share of the query's terms in the passage; words_held: of its words, by how well they tell the hits
    apart.
    other_region: about the hip for a question about the back, or the other way round. opening, operation_unasked,
    evidence_unasked: kinds of section that were not asked for.
    length: of the passage, 1 for 1,200 characters. story: 1 for a message that tells of a person at length.
    """
    return _features(_Asked.of(query), hits)


def _features(asked: _Asked, hits: Sequence[Hit]) -> list[dict[str, float]]:
    if not hits:
        return []
    best = max(hit.score for hit in hits)
    best_question = max(_question(hit) for hit in hits)
    contents = [_contents(hit.passage.indexed_text) for hit in hits]
    weights = _word_weights(asked.stems, [held.stems for held in contents])
    total = sum(weights.values()) or 1.0
    return [
        {
            "score": hit.score,
            "below_best": hit.score - best,
            "dense": hit.scores.get("dense", 0.0),
            "adapted": hit.scores.get("adapted", hit.scores.get("dense", 0.0)),
            "question": _question(hit),
            "question_below_best": _question(hit) - best_question,
            "place": 1.0 / hit.rank,
            "words_held": sum([weight for stem, weight in weights.items() if stem in held.stems]) / total,
            "length": min(1.0, len(hit.passage.text) / LONG_CHARS),
            "story": float(asked.is_story),
            **_by_place(asked, _place_of(hit.passage)),
            "subjects_held": asked.share_of_terms(held.terms),
        }
        for hit, held in zip(hits, contents, strict=True)
    ]


def look_at(passage: Passage) -> None:
    """Work out what every query asks of a passage; it is kept, so that the first to find the passage need not wait."""
    _contents(passage.indexed_text)
    _place_of(passage)


def by_rules(query: Query, hits: Sequence[Hit]) -> list[float]:
    """Return what the rules add to the logit of each hit's fitness."""
    asked = _Asked.of(query)
    return [_by_rules(query, asked, hit.passage) for hit in hits]


def _by_rules(query: Query, asked: _Asked, passage: Passage) -> float:
    place = _place_of(passage)
    value = _steps_asked_for(query, passage) if query.intent == "exercise" else 0.0
    if place.intent == "urgent":
        value += URGENT_ASKED if asked.for_urgent else URGENT_UNASKED
    if asked.had_operation and place.is_after_operation:
        value += AFTER_OPERATION
    # An article for pregnancy, after birth or for children answers others only by chance.
    if place.persons - asked.persons:
        value += OTHER_PERSON
    if _is_for_another_age(asked, place):
        value += OTHER_AGE
    # What is asked of a treatment or a test is not answered by a passage that never speaks of it.
    if asked.treatments and not asked.treatments & _contents(passage.indexed_text).treatments:
        value += WITHOUT_TREATMENT
    # "It hurts here and there, what causes sciatica?" asks for the causes of sciatica.
    if place.intent == asked.intent_of_clause and asked.subjects_of_clause & place.subjects:
        value += ASKED_OF_SUBJECT
    if asked.without_injury and place.is_after_injury:
        value += RULED_OUT
    if asked.kinds and _is_of_another_kind(asked.kinds, passage):
        value += OTHER_KIND
    return value


def _is_for_another_age(asked: _Asked, place: _Place) -> bool:
    """Return whether a section is for children alone and an adult's age was told, or the other way round."""
    for_children = bool(place.persons & CHILDREN)
    if ADULTS in asked.persons and not asked.persons & CHILDREN:
        return for_children
    return bool(asked.persons & CHILDREN) and ADULTS not in asked.persons and place.is_for_adults and not for_children


def _is_of_another_kind(kinds: Sequence[tuple[str, ...]], passage: Passage) -> bool:
    """Return whether a heading names another kind of what is asked about: a Tarlov cyst, for an ovarian cyst."""
    held = _contents(passage.indexed_text).stems
    words = tokens(_heading(passage))
    return any(
        word.stem == kind[-1] and not before.is_function_word and before.stem not in kind and not held.issuperset(kind)
        for kind in kinds
        for before, word in pairwise(words)
    )


def _kinds_named(text: str) -> tuple[tuple[str, ...], ...]:
    named = [item.text for item in health_names(text) if item.kind == "illnesses"]
    stems = [tuple(content_stems(name)) for name in named if not term_list().find(name)]
    return tuple(kind for kind in stems if len(kind) > 1)


def _question(hit: Hit) -> float:
    return hit.scores.get("question", hit.scores.get("dense", 0.0))


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a query says, found once for all its hits; the clause is the part of it that asks.

    intent_of_clause: empty when its wording tells none. kinds: stems of the illnesses named in several words, that the
    term list has no other words for.
    """

    intent: str
    stems: tuple[str, ...]
    intent_of_clause: str
    subjects_of_clause: frozenset[str]
    terms: frozenset[str]
    treatments: frozenset[str]
    persons: frozenset[str]
    regions: frozenset[str]
    kinds: tuple[tuple[str, ...], ...]
    is_upper: bool
    is_story: bool
    without_injury: bool
    for_evidence: bool
    for_urgent: bool
    of_operation: bool
    had_operation: bool

    @classmethod
    def of(cls, query: Query) -> _Asked:
        intent_of_clause, of_clause = intent_of(query.asking), term_list().find(query.asking)
        return cls(
            intent=query.intent,
            stems=query.stems,
            intent_of_clause="" if intent_of_clause == "general" else intent_of_clause,
            subjects_of_clause=exact_subjects(of_clause),
            terms=frozenset(item.term.name for item in query.terms),
            treatments=_names(of_clause, _TREATMENTS),
            persons=query.persons,
            regions=_regions(query.terms),
            kinds=_kinds_named(query.text),
            is_upper=_UPPER.search(query.text) is not None,
            is_story=is_story(query),
            without_injury=_NO_INJURY.search(query.original) is not None,
            for_evidence=ASKS_FOR_EVIDENCE.search(query.text) is not None,
            for_urgent=asks_for_urgent(query),
            of_operation=OPERATION.search(query.text) is not None,
            had_operation=_HAD_OPERATION.search(query.original) is not None,
        )

    def share_of_terms(self, held: frozenset[str]) -> float:
        """Return the share of the terms asked about that a text holds; half when no term is asked about."""
        return len(self.terms & held) / len(self.terms) if self.terms else 0.5


@dataclass(frozen=True, slots=True)
class _Place:
    """What title and heading say of a section; `subjects` are those of the title."""

    heading: str
    intent: str
    subjects: frozenset[str]
    answers: frozenset[str]
    persons: frozenset[str]
    regions: frozenset[str]
    is_for_adults: bool
    is_upper: bool
    is_on_operation: bool
    is_after_operation: bool
    is_after_injury: bool


def _place_of(passage: Passage) -> _Place:
    return _place(passage.source.title, _heading(passage))


@lru_cache(maxsize=16_384)
def _place(title: str, heading: str) -> _Place:
    placed = library_terms(f"{title}. {heading}")
    return _Place(
        heading=heading,
        intent=_heading_intent(heading),
        subjects=exact_subjects(library_terms(title)),
        answers=frozenset(library_intent_scores(heading)),
        persons=_names(placed, ("person",)) - {"GP"},
        regions=_regions(placed),
        is_for_adults=_FOR_ADULTS.search(f"{title}. {heading}") is not None,
        is_upper=_UPPER.search(title) is not None,
        is_on_operation=OPERATION.search(heading) is not None,
        is_after_operation=_AFTER_OPERATION.search(f"{title}. {heading}") is not None,
        is_after_injury=_AFTER_INJURY.search(f"{title}. {heading}") is not None,
    )


@dataclass(frozen=True, slots=True)
class _Contents:
    """The stems of a text of the library, the names of its terms, and those of treatments and tests among them."""

    stems: frozenset[str]
    terms: frozenset[str]
    treatments: frozenset[str]


@lru_cache(maxsize=16_384)
def _contents(text: str) -> _Contents:
    found = library_terms(text)
    return _Contents(library_stems(text), frozenset(item.term.name for item in found), _names(found, _TREATMENTS))


def _by_place(asked: _Asked, place: _Place) -> dict[str, float]:
    """Return the features that the place of a section tells: what its heading answers, and for which region."""
    has_intent = asked.intent != "general"
    is_same = has_intent and place.intent == asked.intent
    is_other = has_intent and place.intent != "general" and not is_same and asked.intent not in place.answers
    is_elsewhere = bool(asked.regions and place.regions and not asked.regions & place.regions)
    return {
        "same_intent": float(is_same),
        "other_intent": float(is_other),
        "opening": float(not place.heading and asked.intent != "definition"),
        "evidence_unasked": float(place.intent == "evidence" and not asked.for_evidence),
        "operation_unasked": float(place.is_on_operation and not asked.of_operation),
        "other_region": float(is_elsewhere or (place.is_upper and not asked.is_upper)),
    }


def _heading(passage: Passage) -> str:
    return passage.heading_path[-1] if passage.heading_path else ""


def is_for_others(passage: Passage, query: Query) -> bool:
    """Return whether a passage is for people after an operation, or of a group, that the query does not speak of."""
    placed = library_terms(f"{passage.source.title}. {' '.join(passage.heading_path)}")
    special = {f.term.name for f in placed if f.term.name in GROUPS or OPERATION.search(f.term.name)}
    asked = {f.term.name for f in query.terms} - GROUPS | query.persons
    speaks_of_operations = any(OPERATION.search(name) for name in asked)
    return any(name not in asked and not (speaks_of_operations and OPERATION.search(name)) for name in special)


def is_story(query: Query) -> bool:
    """Return whether a message tells of a person at some length, so that it says more than it asks."""
    return word_count(query.original) >= STORY_WORDS and TELLS.search(query.original) is not None


def _word_weights(asked: Sequence[str], held: Sequence[frozenset[str]]) -> dict[str, float]:
    """Return how much each stem of the query tells the hits apart: less the more of them hold it."""
    return {stem: math.log((len(held) + 1) / (1 + sum([stem in one for one in held]))) + 0.2 for stem in asked}


def asks_for_urgent(query: Query) -> bool:
    """Return whether a question is about when to get help, or whether something is dangerous."""
    text = query.asking if is_story(query) else query.text
    asks_when = query.intent == "help" and not ASKS_WHOM.search(text)
    return asks_when or ASKS_FOR_URGENT.search(text) is not None


def passage_intent(passage: Passage) -> str:
    """Return what a passage answers, from its heading; an opening defines."""
    return _place_of(passage).intent


def _heading_intent(heading: str) -> str:
    if not heading:
        return "definition"
    if URGENT_HEADING.search(heading):
        return "urgent"
    if EVIDENCE_HEADING.search(heading):
        return "evidence"
    return library_intent(heading)


def exact_subjects(found: Iterable[Found]) -> frozenset[str]:
    """Return the names of the exact subjects among terms: conditions, body parts, exercises; broad ones left out."""
    return frozenset(f.term.name for f in found if f.term.kind in SUBJECT_KINDS and not f.term.is_broad)


def _steps_asked_for(query: Query, passage: Passage) -> float:
    """Return what is added for the steps of an exercise that is named, and for a list of exercises when none is."""
    named = {f.term.name for f in query.terms if f.term.kind == "exercise" and not f.term.is_broad}
    value = HOW_TO_STEPS if passage.kind == "steps" and HOW_TO.search(query.text) else 0.0
    if named:
        in_title = named & exact_subjects(library_terms(passage.source.title))
        return value + (NAMED_STEPS if passage.kind == "steps" and in_title else 0.0)
    offers = passage_intent(passage) in ("treatment", "exercise") and "exercis" in library_stems(passage.text)
    return value + (STEPS_ASKED_FOR if offers else 0.0)


def _regions(found: Iterable[Found]) -> frozenset[str]:
    """Return which of back and hip some terms name; what runs from one to the other, such as sciatica, is neither."""
    names = " ".join(item.term.name for item in found)
    return frozenset(name for name, pattern in _REGIONS.items() if pattern.search(names))


def _names(found: Iterable[Found], kinds: Sequence[str]) -> frozenset[str]:
    return frozenset(f.term.name for f in found if f.term.kind in kinds)
