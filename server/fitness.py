"""How well a passage answers a query: its search scores, and its place (heading, kind, subject); finds by both."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from index.passages import Passage
from index.retriever import Filters, Hit
from server.intents import intent_scores
from server.logistic import LogisticModel, load_model
from server.terms import SUBJECT_KINDS, Found, library_terms
from server.words import library_stems, word_count

if TYPE_CHECKING:  # below the steps, of which the query is one
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
# Hits of the search that are put in order, whatever number is asked for.
RERANKED = 20
DATA = Path(__file__).parent / "data" / "fitness.json"
# Rules, in logits beside what is fitted: too few of the judged questions are of these kinds to learn them from.
NAMED_STEPS = 1.0
HOW_TO_STEPS = 2.0
STEPS_ASKED_FOR = 1.0
URGENT_UNASKED = -4.0
URGENT_ASKED = 1.5
AFTER_OPERATION = 0.8
OTHER_PERSON = -0.4
WITHOUT_TREATMENT = -0.6


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
    model = fitness_model()
    fitness = [
        model.estimate(values, by_rule(query, hit.passage))
        for hit, values in zip(hits, features(query, hits), strict=True)
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
    if not hits:
        return []
    best = max(hit.score for hit in hits)
    best_question = max(_question(hit) for hit in hits)
    weights = _word_weights(query, hits)
    story = float(is_story(query))
    return [
        {
            "score": hit.score,
            "below_best": hit.score - best,
            "dense": hit.scores.get("dense", 0.0),
            "adapted": hit.scores.get("adapted", hit.scores.get("dense", 0.0)),
            "question": _question(hit),
            "question_below_best": _question(hit) - best_question,
            "place": 1.0 / hit.rank,
            "words_held": _held(weights, hit),
            "length": min(1.0, len(hit.passage.text) / LONG_CHARS),
            "story": story,
            **_of_kind(query, hit.passage),
            **_of_subject(query, hit.passage),
        }
        for hit in hits
    ]


def _question(hit: Hit) -> float:
    return hit.scores.get("question", hit.scores.get("dense", 0.0))


def _of_kind(query: Query, passage: Passage) -> dict[str, float]:
    """Return the features that the kind of a section tells: what its heading answers."""
    heading = _heading(passage)
    intent = passage_intent(passage)
    answers = query.intent != "general" and query.intent in heading_scores(heading)
    is_same = query.intent != "general" and intent == query.intent
    return {
        "same_intent": float(is_same),
        "other_intent": float(query.intent != "general" and intent != "general" and not is_same and not answers),
        "opening": float(not heading and query.intent != "definition"),
        "evidence_unasked": float(
            EVIDENCE_HEADING.search(heading) is not None and not ASKS_FOR_EVIDENCE.search(query.text)
        ),
        "operation_unasked": float(OPERATION.search(heading) is not None and not OPERATION.search(query.text)),
    }


def _of_subject(query: Query, passage: Passage) -> dict[str, float]:
    """Return the features that tell whether a passage is about what the query names."""
    heading = _heading(passage)
    placed = library_terms(f"{passage.source.title}. {heading}")
    asked = {item.term.name for item in query.terms}
    held = {item.term.name for item in library_terms(passage.indexed_text)}
    there, here = _regions(query.terms), _regions(placed)
    is_upper = bool(_UPPER.search(passage.source.title)) and not _UPPER.search(query.text)
    return {
        "subjects_held": len(asked & held) / len(asked) if asked else 0.5,
        "other_region": float(is_upper or bool(there and here and not there & here)),
    }


def _heading(passage: Passage) -> str:
    return passage.heading_path[-1] if passage.heading_path else ""


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


def by_rule(query: Query, passage: Passage) -> float:
    """Return what the rules add to the logit of a passage's fitness."""
    heading = _heading(passage)
    placed = library_terms(f"{passage.source.title}. {heading}")
    value = _steps_asked_for(query, passage) if query.intent == "exercise" else 0.0
    if URGENT_HEADING.search(heading):
        value += URGENT_ASKED if asks_for_urgent(query) else URGENT_UNASKED
    if _HAD_OPERATION.search(query.original) and _AFTER_OPERATION.search(f"{passage.source.title}. {heading}"):
        value += AFTER_OPERATION
    # An article for pregnancy, after birth or for children answers others only by chance.
    if _names(placed, ("person",)) - _names(query.terms, ("person",)) - {"GP"}:
        value += OTHER_PERSON
    # What is asked of a treatment or a test is not answered by a passage that never speaks of it.
    treatments = _names(query.terms, ("treatment", "test"))
    if treatments and not treatments & _names(library_terms(passage.indexed_text), ("treatment", "test")):
        value += WITHOUT_TREATMENT
    return value


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
