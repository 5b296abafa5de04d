"""What a query says, beside its words: whom it is about, what it asks for, and what it rules out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from index.passages import Passage
from server.health_names import health_names
from server.intents import intent_of
from server.persons import CHILDREN, GROUPS
from server.sections import (
    ASKED_KINDS,
    MEDICINES,
    ON_MEDICINES,
    OPERATION,
    OPERATIONS,
    UPPER,
    exact_subjects,
    names_of,
    operations_in,
    regions_of,
    subject_of,
)
from server.terms import library_terms, term_list
from server.words import content_stems, word_count

if TYPE_CHECKING:  # below the steps, of which the query is one
    from server.queries import Query

ASKS_FOR_EVIDENCE = re.compile(r"\b(myths?|evidence|proof|proven|true|research|stud(y|ies)|trials?|uncertain)\b", re.I)
ASKS_FOR_URGENT = re.compile(r"\b(999|911|111|a&e|emergency|red flags?|warning signs?|urgent|hospital|danger)", re.I)
_ASKS_FOR_FREQUENCY = re.compile(
    r"\b(?:(?:un)?common(?:ly)?|rare(?:ly)?|unusual|how many|how often|who (?:gets|has|is)|"
    r"what (?:age|(?:kind|sort) of people)|chances?|likely|risk|percent\w*|odds|(?:wo)?men|only me|"
    r"just me|anyone else|too (?:young|old)|at (?:my age|\d\d))\b",
    re.IGNORECASE,
)
ASKS_WHOM = re.compile(r"\b(who|wh(at|ich) (kind of |sort of |type of )?(doctor|specialist))\b", re.IGNORECASE)
# A message from this many words on that tells of a person says more than it asks.
STORY_WORDS = 11
TELLS = re.compile(r"\b(i|i'm|i've|i’m|i’ve|my|me|he|she|his|her|our)\b", re.IGNORECASE)
# A test that found nothing, in the words of people.
_FOUND_NOTHING = re.compile(
    r"\b(?:normal|clear|negative|nothing|fine|ok|okay|missed|unremarkable|clean|"
    r"no (?:\w+ ){0,2}(?:compression|finding|nerve|cause)|(?:not|n['’]?t|never) (?:show|find|see)\w*)\b",
    re.IGNORECASE,
)
# What somebody wants to hear nothing of: "apart from tablets", "I don't want antidepressants".
_EXCLUDES = re.compile(
    r"\b(?:apart from|other than|except(?: for)?|aside from|besides|(?:do not|don['’]?t|does not|doesn['’]?t) want"
    r"(?: to (?:take|have|use|try|go on))?(?: any| more)?)((?:[ ,]+[\w'-]+){1,4})",
    re.IGNORECASE,
)
# An operation that a person had: "after my hip op", "2 years post discectomy", "a fusion in 2019".
_HAD_OPERATION = re.compile(
    rf"\b(?:after|since|post|following|had|from)\b.{{0,30}}?\b{OPERATIONS}|\b(?:post[- ]?op|operated on)\b"
    rf"|\b{OPERATIONS}.{{0,25}}?\b(?:ago|last|in (?:19|20)\d\d)\b",
    re.IGNORECASE,
)
_NO_INJURY = re.compile(
    r"\b(?:did ?n[o'’]?t|have ?n[o'’]?t|has ?n[o'’]?t|never|not|without|no) (?:had |have |really )?(?:an?y? )?"
    r"(?:recent |known |obvious |history of |fall or |trauma or |accident or )?"
    r"(?:falls?|fell|fallen|injur\w+|accidents?|trauma|knock(?:ed)?|blow|bang(?:ed)?)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a query says, found once for all its hits; the clause is the part of it that asks.

    intent_of_clause: empty when its wording tells none. things: treatments, tests and activities that the clause names.
    activities: those alone, of a clause that names no treatment.
    excluded: treatments that are not wanted, or `MEDICINES`.
    operations: those of a kind that the query names.
    kinds: stems of the illnesses named in several words, that the term list has no other words for.
    """

    intent: str
    stems: tuple[str, ...]
    intent_of_clause: str
    subjects_of_clause: frozenset[str]
    terms: frozenset[str]
    things: frozenset[str]
    activities: frozenset[str]
    persons: frozenset[str]
    regions: frozenset[str]
    excluded: frozenset[str]
    operations: frozenset[str]
    kinds: tuple[tuple[str, ...], ...]
    is_upper: bool
    is_story: bool
    without_injury: bool
    found_nothing: bool
    for_evidence: bool
    for_frequency: bool
    for_urgent: bool
    of_operation: bool
    had_operation: bool

    @classmethod
    def of(cls, query: Query) -> Asked:
        """Return what a query says."""
        intent_of_clause, of_clause = intent_of(query.asking), term_list().find(query.asking)
        asks_nothing = query.asking == query.text and query.intent == "general"
        excluded = _excluded(query.original)
        return cls(
            intent=query.intent,
            stems=query.stems,
            intent_of_clause="" if asks_nothing or intent_of_clause == "general" else intent_of_clause,
            subjects_of_clause=exact_subjects(of_clause),
            terms=frozenset(item.term.name for item in query.terms),
            things=names_of(of_clause, ASKED_KINDS) - excluded,
            activities=names_of(of_clause, ("activity",)) if not names_of(of_clause, ("treatment",)) else frozenset(),
            persons=query.persons,
            regions=regions_of(query.terms),
            excluded=excluded,
            operations=operations_in(query.text, query.terms),
            kinds=_kinds_named(query.text),
            is_upper=UPPER.search(query.text) is not None,
            is_story=is_story(query),
            without_injury=_NO_INJURY.search(query.original) is not None,
            found_nothing=_FOUND_NOTHING.search(query.original) is not None,
            for_evidence=ASKS_FOR_EVIDENCE.search(query.text) is not None,
            for_frequency=_ASKS_FOR_FREQUENCY.search(query.text) is not None,
            for_urgent=asks_for_urgent(query),
            of_operation=OPERATION.search(query.text) is not None,
            had_operation=_HAD_OPERATION.search(query.original) is not None,
        )

    def share_of_terms(self, held: frozenset[str]) -> float:
        """Return the share of the terms asked about that a text holds; half when no term is asked about."""
        return len(self.terms & held) / len(self.terms) if self.terms else 0.5


def is_for_others(passage: Passage, query: Query, beside: Passage | None = None) -> bool:
    """Return whether a passage is for people after an operation, or of a group, that the query does not speak of.

    Args:
        beside: a passage that is quoted already; whom that is for, another may be for as well.
    """
    asked = {f.term.name for f in query.terms} - GROUPS | query.persons
    asked |= CHILDREN if asked & CHILDREN else frozenset()  # what helps a teenager mostly helps a child of twelve
    asked |= _for_whom(beside) if beside is not None else frozenset()
    speaks_of_operations = any(OPERATION.search(words) for words in (query.text, *(f.term.name for f in query.terms)))
    return any(
        name not in asked and not (speaks_of_operations and OPERATION.search(name)) for name in _for_whom(passage)
    )


def _for_whom(passage: Passage) -> frozenset[str]:
    """Return the groups and operations in title and heading."""
    placed = library_terms(f"{subject_of(passage.source.title)}. {' '.join(passage.heading_path)}")
    return frozenset(f.term.name for f in placed if f.term.name in GROUPS or OPERATION.search(f.term.name))


def is_story(query: Query) -> bool:
    """Return whether a message tells of a person at some length, so that it says more than it asks."""
    return word_count(query.original) >= STORY_WORDS and TELLS.search(query.original) is not None


def asks_for_urgent(query: Query) -> bool:
    """Return whether a question is about when to get help, or whether something is dangerous."""
    text = query.asking if is_story(query) else query.text
    asks_when = query.intent == "help" and not ASKS_WHOM.search(text)
    return asks_when or ASKS_FOR_URGENT.search(text) is not None


def _excluded(text: str) -> frozenset[str]:
    unwanted = _EXCLUDES.findall(text)
    found = names_of([item for words in unwanted for item in term_list().find(words)], ASKED_KINDS)
    return found | {MEDICINES} if any(ON_MEDICINES.search(words) for words in unwanted) else found


def _kinds_named(text: str) -> tuple[tuple[str, ...], ...]:
    named = [item.text for item in health_names(text) if item.kind == "illnesses"]
    stems = [tuple(content_stems(name)) for name in named if not term_list().find(name)]
    return tuple(kind for kind in stems if len(kind) > 1)
