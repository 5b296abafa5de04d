"""How well a passage answers a query, judged by its place: heading, kind and subject, besides the search score."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from index.passages import Passage
from index.retriever import Hit
from server.intents import intent_scores
from server.terms import SUBJECT_KINDS, Found, library_terms
from server.words import library_stems, word_count

if TYPE_CHECKING:  # steps do not import each other when they run
    from server.queries import Query

EVIDENCE_HEADING = re.compile(r"well supported|uncertain|myth", re.IGNORECASE)
ASKS_FOR_EVIDENCE = re.compile(r"\b(myths?|evidence|proof|proven|true|research|stud(y|ies)|trials?|uncertain)\b", re.I)
URGENT_HEADING = re.compile(r"^get help now", re.IGNORECASE)
ASKS_FOR_URGENT = re.compile(r"\b(999|911|111|a&e|emergency|red flags?|warning signs?|urgent|hospital|danger)", re.I)

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
GROUPS = frozenset({"pregnancy", "after birth", "children", "teenager", "older people"})
# A message from this many words on that tells of a person says more than it asks.
STORY_WORDS = 11
TELLS = re.compile(r"\b(i|i'm|i've|i’m|i’ve|my|me|he|she|his|her|our)\b", re.IGNORECASE)
_BESIDES = re.compile(r"\b(others?|else)\b", re.IGNORECASE)
HOW_TO = re.compile(
    r"\b(how (do|should|can|would) (i|you|we)|how to|show me|step[ -]by[ -]step|steps)\b", re.IGNORECASE
)

# What the place of a passage adds to its search score, which is 0 to 1. The search weighs words and headings already:
# these only settle what is close. Chosen on the dev half of evals/data/in-domain by listwise logistic regression, and
# held against evals/data/answerable.jsonl.
SAME_INTENT = 0.14
# Of a story the intent and the subject are told less surely.
STORY_SHARE = 0.5
AFTER_OPERATION = 0.12
ALSO_INTENT = 0.06
SAME_SUBJECT = 0.06
SAME_CIRCUMSTANCE = 0.04
SAME_PERSON = 0.10
OTHER_PERSON = -0.10
STEPS_ASKED_FOR = 0.15
NAMED_STEPS = 0.25
HOW_TO_STEPS = 0.15
# For each point of cosine with the nearest question written for the passage.
QUESTION = 0.25
# For a story, a question written for one passage that is this near, and nearer than that of any other hit by this,
# settles it. Smaller margins lose on the dev half of evals/data/in-domain, and so do short questions.
CLEAR_QUESTION = 0.60
CLEAR_MARGIN = 0.15
# For a heading made of the question's own words and no others, and for a passage that holds all its rarer words.
SAME_HEADING = 0.08
ALL_WORDS = 0.12
# A short question says all it is about: what a heading speaks of besides, in shares of its words and terms.
HEADING_UNASKED = -0.10
SHORT_STEMS = 5
# ... and when it names another subject, or speaks of what else there is ("What else can cause groin pain?").
OTHER_SUBJECT = -0.06
BESIDES_UNASKED = -0.08
# A section on the hip for a question about the back alone, and the other way round.
OTHER_REGION = -0.08
# A section for people who had an operation that the query does not speak of.
OPERATION_UNASKED = -0.05
_REGIONS = {
    "back": re.compile(r"back|spin|disc|lumbar|stenosis|spondyl|sacro|tailbone", re.IGNORECASE),
    "hip": re.compile(r"hip\b|groin|trochanter|labral|adductor", re.IGNORECASE),
}
# Above the low back, which is meant when a back is spoken of without more.
_UPPER = re.compile(r"\b(upper|middle|mid|ribs?|shoulders?|shoulder blades?|chest|neck|thoracic)\b", re.IGNORECASE)
_CIRCUMSTANCES = ("activity", "treatment", "test")
OPENING_UNASKED = -0.20
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


def ranked(query: Query, hits: Sequence[Hit]) -> list[Ranked]:
    """Return the hits by fitness, best first; ties keep the order of the search."""
    documents = Counter(hit.passage.document_id for hit in hits)
    weights = _word_weights(query, hits)
    found = [
        Ranked(
            hit,
            fitness(query, hit)
            + SAME_DOCUMENT * (documents[hit.passage.document_id] - 1)
            + ALL_WORDS * _held(weights, hit),
            passage_intent(hit.passage),
        )
        for hit in hits
    ]
    found.sort(key=lambda item: (-item.fitness, item.hit.rank))
    clear = _clearest(query, found)
    if clear is None or clear is found[0]:
        return found
    first = replace(clear, fitness=found[0].fitness)
    return [first, *(item for item in found if item is not clear)]


def _clearest(query: Query, found: Sequence[Ranked]) -> Ranked | None:
    """Return the hit whose own question is clearly nearest to the query; None when none is, or it is for others."""
    by_question = sorted(found, key=lambda item: -item.hit.scores.get("question", 0.0))
    if len(by_question) < 2 or not is_story(query):
        return None
    best, next_best = (item.hit.scores.get("question", 0.0) for item in by_question[:2])
    is_clear = best >= CLEAR_QUESTION and best - next_best >= CLEAR_MARGIN
    return by_question[0] if is_clear and not is_for_others(by_question[0].hit.passage, query) else None


def is_for_others(passage: Passage, query: Query) -> bool:
    """Return whether a passage is for people after an operation, or of a group, that the query does not speak of."""
    placed = library_terms(f"{passage.source.title}. {' '.join(passage.heading_path)}")
    special = {f.term.name for f in placed if f.term.name in GROUPS or OPERATION.search(f.term.name)}
    asked = {f.term.name for f in query.terms}
    speaks_of_operations = any(OPERATION.search(name) for name in asked)
    return any(name not in asked and not (speaks_of_operations and OPERATION.search(name)) for name in special)


def is_told(query: Query) -> bool:
    """Return whether a message speaks of a person, or is too long for a plain question."""
    return word_count(query.original) >= STORY_WORDS or TELLS.search(query.original) is not None


def is_story(query: Query) -> bool:
    """Return whether a message tells of a person at some length, so that it says more than it asks."""
    return word_count(query.original) >= STORY_WORDS and TELLS.search(query.original) is not None


def _word_weights(query: Query, hits: Sequence[Hit]) -> dict[str, float]:
    """Return how much each stem of the query tells the hits apart: less the more of them hold it."""
    held = [library_stems(hit.passage.indexed_text) for hit in hits]
    return {stem: math.log((len(hits) + 1) / (1 + sum(stem in one for one in held))) + 0.2 for stem in query.stems}


def _held(weights: Mapping[str, float], hit: Hit) -> float:
    """Return the weighted share of the query's words that a passage holds, 0 to 1."""
    held = library_stems(hit.passage.indexed_text)
    return sum(weight for stem, weight in weights.items() if stem in held) / (sum(weights.values()) or 1.0)


def fitness(query: Query, hit: Hit) -> float:
    """Return the search score moved by how the passage's questions, heading, kind and subject suit the query."""
    passage = hit.passage
    heading = passage.heading_path[-1] if passage.heading_path else ""
    value = hit.score + QUESTION * hit.scores.get("question", 0.0) + _subject_fitness(query, passage, heading)
    if query.intent != "general" and query.intent in heading_scores(heading):
        share = STORY_SHARE if is_story(query) else 1.0
        value += share * (SAME_INTENT if passage_intent(passage) == query.intent else ALSO_INTENT)
    value += SAME_HEADING * _same_words(heading, query)
    if heading and len(query.stems) <= SHORT_STEMS:
        value += HEADING_UNASKED * _unasked(heading, query)
        value += OTHER_SUBJECT * _names_another(heading, query)
    if _BESIDES.search(heading) and not _BESIDES.search(query.text):
        value += BESIDES_UNASKED
    if OPERATION.search(heading) and not OPERATION.search(query.text):
        value += OPERATION_UNASKED
    if _HAD_OPERATION.search(query.original) and _AFTER_OPERATION.search(f"{passage.source.title}. {heading}"):
        value += AFTER_OPERATION
    if query.intent == "exercise":
        value += _exercise_fitness(query, passage)
    if not heading and query.intent != "definition":
        value += OPENING_UNASKED
    if EVIDENCE_HEADING.search(heading) and not ASKS_FOR_EVIDENCE.search(query.text):
        value += EVIDENCE_UNASKED
    if URGENT_HEADING.search(heading):
        value += SAME_INTENT if asks_for_urgent(query) else URGENT_UNASKED
    return value


def _same_words(heading: str, query: Query) -> float:
    """Return how nearly a heading holds the words of the query and no others, 0 to 1 (harmonic mean of both shares)."""
    stems = library_stems(heading)
    shared = len(stems & set(query.stems))
    return 2 * shared / (len(stems) + len(query.stems)) if shared else 0.0


def _unasked(heading: str, query: Query) -> float:
    """Return the share of the terms and other words of a heading that the query does not speak of, 0 to 1."""
    units = _heading_units(heading)
    asked = {item.term.name for item in query.terms}.union(query.stems)
    return len(units - asked) / len(units) if units else 0.5


def _names_another(heading: str, query: Query) -> bool:
    """Return whether a heading names exact subjects, and none of those that the query names."""
    own, named = exact_subjects(query.terms), exact_subjects(library_terms(heading))
    return bool(own and named and not own & named)


@lru_cache(maxsize=16_384)
def _heading_units(heading: str) -> frozenset[str]:
    """Return the names of the terms of a heading, and the stems of its words that belong to none."""
    terms = library_terms(heading)
    of_terms = {stem for item in terms for stem in library_stems(item.text)}
    return frozenset(item.term.name for item in terms) | (library_stems(heading) - of_terms)


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


def _exercise_fitness(query: Query, passage: Passage) -> float:
    """Return the bonus of steps for an exercise that is named, and of a list of exercises when none is."""
    named = {f.term.name for f in query.terms if f.term.kind == "exercise" and not f.term.is_broad}
    value = HOW_TO_STEPS if passage.kind == "steps" and HOW_TO.search(query.text) else 0.0
    if named:
        in_title = named & exact_subjects(library_terms(passage.source.title))
        return value + (NAMED_STEPS if passage.kind == "steps" and in_title else 0.0)
    offers = passage_intent(passage) in ("treatment", "exercise") and "exercis" in library_stems(passage.text)
    return value + (STEPS_ASKED_FOR if offers else 0.0)


def _subject_fitness(query: Query, passage: Passage, heading: str) -> float:
    placed = library_terms(f"{passage.source.title}. {heading}")
    own, titled = exact_subjects(query.terms), exact_subjects(placed)
    value = SAME_SUBJECT * bool(own & titled) * (STORY_SHARE if is_story(query) else 1.0)
    there, here = _regions(query.terms), _regions(placed)
    is_upper = bool(_UPPER.search(passage.source.title)) and not _UPPER.search(query.text)
    value += OTHER_REGION * (is_upper or bool(there and here and not there & here))
    value += SAME_CIRCUMSTANCE * bool(_names(query.terms, _CIRCUMSTANCES) & _names(placed, _CIRCUMSTANCES))
    # An article for pregnancy, after birth or for children answers others only by chance.
    persons, for_persons = _names(query.terms, ("person",)) - {"GP"}, _names(placed, ("person",)) - {"GP"}
    return value + SAME_PERSON * bool(persons & for_persons) + OTHER_PERSON * bool(for_persons - persons)


def _regions(found: Iterable[Found]) -> frozenset[str]:
    """Return which of back and hip some terms name; what runs from one to the other, such as sciatica, is neither."""
    names = " ".join(item.term.name for item in found)
    return frozenset(name for name, pattern in _REGIONS.items() if pattern.search(names))


def _names(found: Iterable[Found], kinds: Sequence[str]) -> frozenset[str]:
    return frozenset(f.term.name for f in found if f.term.kind in kinds)
