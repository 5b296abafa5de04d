"""What a section says: what its title and heading answer, for whom and where, and the terms of its text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from index.passages import Passage
from server.intents import library_intent, library_intent_scores
from server.terms import SUBJECT_KINDS, Found, library_terms
from server.words import library_stems

EVIDENCE_HEADING = re.compile(r"well supported|uncertain|myth", re.IGNORECASE)
URGENT_HEADING = re.compile(r"^get help now", re.IGNORECASE)
OPERATION = re.compile(r"\b(surgery|operations?|replacement|fusion)\b", re.IGNORECASE)
# An operation in the words of people: "hip op", "discectomy".
OPERATIONS = r"(?:surger(?:y|ies)|operation|op|operated|replace(?:ment|d)|fusion|\w+ectomy|arthroscop\w+|thr)\b"
# Operations of the term list, by their names.
_AN_OPERATION = re.compile(r"^surgery for|fusion|replacement|resurfacing|osteotomy")
_ARTHROSCOPY = re.compile(r"\barthroscop\w*|\bkeyhole\b", re.IGNORECASE)  # no term: the word is said of many joints
# Above the low back, which is meant when a back is spoken of without more.
UPPER = re.compile(r"\b(upper|middle|mid|ribs?|shoulders?|shoulder blades?|chest|neck|thoracic)\b", re.IGNORECASE)
MEDICINES = "any medicine"
ON_MEDICINES = re.compile(
    r"\b(?:medicines?|medications?|tablets?|pills|drugs?|painkillers?|antidepressants?|opioids?|anti-inflammator\w+|"
    r"gabapentin|pregabalin|duloxetine|amitriptyline|ibuprofen|naproxen|paracetamol)\b",
    re.IGNORECASE,
)
# What can be asked about a complaint besides what it is.
ASKED_KINDS = ("treatment", "test", "activity")
_AFTER_OPERATION = re.compile(
    rf"\b(?:after|since|following|years after)\b.*\b{OPERATIONS}|\brecovery\b.*\b{OPERATIONS}|"
    rf"\b{OPERATIONS}.*\b(?:recovery|that worked)\b",
    re.IGNORECASE,
)
_AFTER_INJURY = re.compile(
    r"\b(?:falls?|fell|falling|fallen|accidents?|injur(?:y|ies)|bruised?|knock(?:ed)?|blow)\b", re.IGNORECASE
)
_NORMAL_TEST = re.compile(
    r"\b(?:mri|scan|x-?ray|test|leg raise)\b.{0,30}\b(?:normal|negative|clear)\b|"
    r"\b(?:normal|negative|clear) (?:\w+ ){0,2}(?:mri|scan|x-?ray|test|leg raise)\b",
    re.IGNORECASE,
)
_FREQUENCY = re.compile(r"^(?:how (?:common|rare)|who gets|how many people)\b", re.IGNORECASE)
_FOR_ADULTS = re.compile(r"\b(?:adults?|adulthood|grown[- ]ups?)\b", re.IGNORECASE)
_REGIONS = {
    "back": re.compile(r"back|spin|disc|lumbar|stenosis|spondyl|sacro|tailbone", re.IGNORECASE),
    "hip": re.compile(r"hip\b|groin|trochanter|labral|adductor", re.IGNORECASE),
}


@dataclass(frozen=True, slots=True)
class Place:
    """What title and heading say of a section.

    subjects: those of the title. named: all terms of both, and `MEDICINES` where any is named. operations: those of
    them that are an operation of a kind. treatments: those of the heading.
    """

    heading: str
    intent: str
    subjects: frozenset[str]
    named: frozenset[str]
    operations: frozenset[str]
    treatments: frozenset[str]
    answers: frozenset[str]
    persons: frozenset[str]
    regions: frozenset[str]
    is_for_adults: bool
    is_upper: bool
    is_on_operation: bool
    is_after_operation: bool
    is_after_injury: bool
    is_on_normal_test: bool
    is_on_frequency: bool


def place_of(passage: Passage) -> Place:
    """Return what title and heading say of the section that a passage is from."""
    return _place(passage.source.title, heading_of(passage))


@lru_cache(maxsize=16_384)
def _place(title: str, heading: str) -> Place:
    placed = library_terms(f"{title}. {heading}")
    for_whom = library_terms(f"{subject_of(title)}. {heading}")
    return Place(
        heading=heading,
        intent=_heading_intent(heading),
        subjects=exact_subjects(library_terms(title)),
        named=frozenset(item.term.name for item in placed)
        | ({MEDICINES} if ON_MEDICINES.search(f"{title}. {heading}") else frozenset()),
        operations=operations_in(f"{title}. {heading}", placed),
        treatments=names_of(library_terms(heading), ("treatment",)),
        answers=frozenset(library_intent_scores(heading)),
        persons=names_of(for_whom, ("person",)) - {"GP"},
        regions=regions_of(placed),
        is_for_adults=_FOR_ADULTS.search(f"{title}. {heading}") is not None,
        is_upper=UPPER.search(title) is not None,
        is_on_operation=OPERATION.search(heading) is not None,
        is_after_operation=_AFTER_OPERATION.search(f"{title}. {heading}") is not None,
        is_after_injury=_AFTER_INJURY.search(f"{title}. {heading}") is not None,
        is_on_normal_test=_NORMAL_TEST.search(f"{title}. {heading}") is not None,
        is_on_frequency=_FREQUENCY.search(heading) is not None,
    )


@dataclass(frozen=True, slots=True)
class Contents:
    """The stems of a text of the library and the names of its terms; `things`: treatments, tests and activities."""

    stems: frozenset[str]
    terms: frozenset[str]
    things: frozenset[str]


@lru_cache(maxsize=16_384)
def contents_of(text: str) -> Contents:
    """Return the words and terms of a text of the library; kept, and never for what people wrote."""
    found = library_terms(text)
    return Contents(library_stems(text), frozenset(item.term.name for item in found), names_of(found, ASKED_KINDS))


def passage_intent(passage: Passage) -> str:
    """Return what a passage answers, from its heading; an opening defines."""
    return place_of(passage).intent


def _heading_intent(heading: str) -> str:
    if not heading:
        return "definition"
    if URGENT_HEADING.search(heading):
        return "urgent"
    if EVIDENCE_HEADING.search(heading):
        return "evidence"
    return library_intent(heading)


def subject_of(title: str) -> str:
    """Return a title without the list behind its colon: "sitting, shoes and pregnancy" is not all for the pregnant."""
    return title.split(": ", 1)[0]


def heading_of(passage: Passage) -> str:
    """Return the heading right above a passage; empty for an opening."""
    return passage.heading_path[-1] if passage.heading_path else ""


def exact_subjects(found: Iterable[Found]) -> frozenset[str]:
    """Return the names of the exact subjects among terms: conditions, body parts, exercises; broad ones left out."""
    return frozenset(f.term.name for f in found if f.term.kind in SUBJECT_KINDS and not f.term.is_broad)


def operations_in(text: str, found: Iterable[Found]) -> frozenset[str]:
    """Return the names of the operations of a text, by its terms; those that only say "surgery" left out."""
    named = {f.term.name for f in found if _AN_OPERATION.search(f.term.name)}
    return frozenset(named | ({"arthroscopy"} if _ARTHROSCOPY.search(text) else set()))


def regions_of(found: Iterable[Found]) -> frozenset[str]:
    """Return which of back and hip some terms name; what runs from one to the other, such as sciatica, is neither."""
    names = " ".join(item.term.name for item in found)
    return frozenset(name for name, pattern in _REGIONS.items() if pattern.search(names))


def names_of(found: Iterable[Found], kinds: Sequence[str]) -> frozenset[str]:
    """Return the names of the terms of some kinds."""
    return frozenset(f.term.name for f in found if f.term.kind in kinds)
