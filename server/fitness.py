"""How well a passage answers a query: its search scores, and its place (heading, kind, subject); finds by both."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from index.passages import Passage
from index.retriever import Filters, Hit
from server.asked import Asked
from server.logistic import LogisticModel, load_model
from server.persons import ADULTS, CHILDREN
from server.sections import Place, contents_of, exact_subjects, heading_of, passage_intent, place_of
from server.terms import library_terms
from server.words import library_stems, tokens

if TYPE_CHECKING:  # below the steps, of which the query is one
    from server.queries import Query

LONG_CHARS = 1200
HOW_TO = re.compile(
    r"\b(how (do|should|can|would) (i|you|we)|how to|show me|step[ -]by[ -]step|steps)\b", re.IGNORECASE
)

# Hits of the search that are put in order, whatever number is asked for.
RERANKED = 12
DATA = Path(__file__).parent / "data" / "fitness.json"
# Section C of the red-flag specification: no exercises and no self-care plan beside an urgent card.
REASSURES = re.compile(r"\b(?:normal|harmless|nothing to worry)\b", re.IGNORECASE)
TELLS_NO_PLAN = frozenset({"definition", "causes", "symptoms", "tests", "help", "urgent", "comparison"})
# Rules, in logits beside what is fitted: too few of the judged questions are of these kinds to learn them from.
NAMED_STEPS = 1.0
HOW_TO_STEPS = 2.0
STEPS_ASKED_FOR = 1.0
URGENT_UNASKED = -4.0
URGENT_ASKED = 1.5
EVIDENCE_UNASKED = -1.5
FREQUENCY_UNASKED = -1.5
AFTER_OPERATION = 0.8
OTHER_PERSON = -0.4
OTHER_AGE = -1.5
RULED_OUT = -1.5
NORMAL_TEST_UNTOLD = -6.0
EXCLUDED = -3.0
WITHOUT_TREATMENT = -0.8
TREATMENT_UNASKED = -1.0
ASKED_OF_SUBJECT = 1.5
OTHER_KIND = -2.0
OTHER_OPERATION = -1.5


class Search(Protocol):
    """A retriever, as far as it is needed here."""

    def search(
        self, query: str, k: int, *, filters: Filters | None = None, lexical_query: str | None = None
    ) -> list[Hit]:
        """Return up to `k` passages, best first."""
        ...


def find(
    retriever: Search, query: Query, k: int, *, filters: Filters | None = None, is_urgent: bool = False
) -> list[Hit]:
    """Return the `k` passages that suit a query best: found by the search, then put in order of fitness.

    Args:
        retriever: searches one generation of the index.
        query: what is asked.
        k: 1 or more.
        filters: which sources may be found; None: all.
        is_urgent: an urgent card stands above the answer, so that exercises, self-care and what reassures are left out.

    Returns:
        Hits ranked from 1. Their score is their fitness, 0 to 1; that of the search is kept as `scores["fused"]`.
    """
    wanted = max(k, RERANKED)
    hits = retriever.search(query.text, wanted, lexical_query=query.lexical_text, filters=filters)
    return reranked(query, [hit for hit in hits if not (is_urgent and _is_unsuited(hit.passage))])[:k]


def reranked(query: Query, hits: Sequence[Hit]) -> list[Hit]:
    """Return the hits of a search by fitness, best first; ties keep the order of the search.

    Fitness estimates how far a passage answers the query: 1 for a passage that answers, half for one that helps. Its
    weights are fitted, beside the rules, by `python -m evals.fitness`.
    """
    model, asked = fitness_model(), Asked.of(query)
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
    return _features(Asked.of(query), hits)


def _features(asked: Asked, hits: Sequence[Hit]) -> list[dict[str, float]]:
    if not hits:
        return []
    best = max(hit.score for hit in hits)
    best_question = max(_question(hit) for hit in hits)
    contents = [contents_of(hit.passage.indexed_text) for hit in hits]
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
            **_by_place(asked, place_of(hit.passage)),
            "subjects_held": asked.share_of_terms(held.terms),
        }
        for hit, held in zip(hits, contents, strict=True)
    ]


def look_at(passage: Passage) -> None:
    """Work out what every query asks of a passage; it is kept, so that the first to find the passage need not wait."""
    contents_of(passage.indexed_text)
    place_of(passage)


def by_rules(query: Query, hits: Sequence[Hit]) -> list[float]:
    """Return what the rules add to the logit of each hit's fitness."""
    asked = Asked.of(query)
    return [_by_rules(query, asked, hit.passage) for hit in hits]


def _by_rules(query: Query, asked: Asked, passage: Passage) -> float:
    place = place_of(passage)
    value = _steps_asked_for(query, passage) if query.intent == "exercise" else 0.0
    if place.intent == "urgent":
        value += URGENT_ASKED if asked.for_urgent else URGENT_UNASKED
    if place.intent == "evidence" and not asked.for_evidence:
        value += EVIDENCE_UNASKED
    if place.is_on_frequency and not asked.for_frequency:
        value += FREQUENCY_UNASKED
    if asked.had_operation and place.is_after_operation:
        value += AFTER_OPERATION
    # An article for pregnancy, after birth or for children answers others only by chance.
    if place.persons - asked.persons:
        value += OTHER_PERSON
    if _is_for_another_age(asked, place):
        value += OTHER_AGE
    # What is asked of a treatment, a test or an activity is not answered by a passage that never speaks of it.
    if asked.things and not asked.things & contents_of(passage.indexed_text).things:
        value += WITHOUT_TREATMENT
    # Flying after an injection, or sleep without tablets, is no answer on flying or sleep.
    if asked.activities and place.treatments - asked.terms:
        value += TREATMENT_UNASKED
    # "It hurts here and there, what causes sciatica?" asks for the causes of sciatica.
    if place.intent == asked.intent_of_clause and asked.subjects_of_clause & place.subjects:
        value += ASKED_OF_SUBJECT
    if asked.excluded & place.named:
        value += EXCLUDED
    if asked.without_injury and place.is_after_injury:
        value += RULED_OUT
    if place.is_on_normal_test and not asked.found_nothing:
        value += NORMAL_TEST_UNTOLD
    if asked.operations and place.operations and not asked.operations & place.operations:
        value += OTHER_OPERATION
    if asked.kinds and _is_of_another_kind(asked.kinds, passage):
        value += OTHER_KIND
    return value


def _is_unsuited(passage: Passage) -> bool:
    """Return whether a section has no place beside an urgent card: it says what is normal, or is a plan for oneself.

    What tells of causes or signs is no plan, wherever it stands.
    """
    kind = passage.source.kind
    is_plan = kind == "exercise" or (kind == "self-care" and passage_intent(passage) not in TELLS_NO_PLAN)
    return is_plan or REASSURES.search(heading_of(passage)) is not None


def _is_for_another_age(asked: Asked, place: Place) -> bool:
    """Return whether a section is for children alone and an adult's age was told, or the other way round."""
    for_children = bool(place.persons & CHILDREN)
    if ADULTS in asked.persons and not asked.persons & CHILDREN:
        return for_children
    return bool(asked.persons & CHILDREN) and ADULTS not in asked.persons and place.is_for_adults and not for_children


def _is_of_another_kind(kinds: Sequence[tuple[str, ...]], passage: Passage) -> bool:
    """Return whether a heading names another kind of what is asked about: a Tarlov cyst, for an ovarian cyst."""
    held = contents_of(passage.indexed_text).stems
    words = tokens(heading_of(passage))
    return any(
        word.stem == kind[-1] and not before.is_function_word and before.stem not in kind and not held.issuperset(kind)
        for kind in kinds
        for before, word in pairwise(words)
    )


def _question(hit: Hit) -> float:
    return hit.scores.get("question", hit.scores.get("dense", 0.0))


def _by_place(asked: Asked, place: Place) -> dict[str, float]:
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


def _word_weights(asked: Sequence[str], held: Sequence[frozenset[str]]) -> dict[str, float]:
    """Return how much each stem of the query tells the hits apart: less the more of them hold it."""
    return {stem: math.log((len(held) + 1) / (1 + sum([stem in one for one in held]))) + 0.2 for stem in asked}


def _steps_asked_for(query: Query, passage: Passage) -> float:
    """Return what is added for the steps of an exercise that is named, and for a list of exercises when none is."""
    named = {f.term.name for f in query.terms if f.term.kind == "exercise" and not f.term.is_broad}
    value = HOW_TO_STEPS if passage.kind == "steps" and HOW_TO.search(query.text) else 0.0
    if named:
        in_title = named & exact_subjects(library_terms(passage.source.title))
        return value + (NAMED_STEPS if passage.kind == "steps" and in_title else 0.0)
    offers = passage_intent(passage) in ("treatment", "exercise") and "exercis" in library_stems(passage.text)
    return value + (STEPS_ASKED_FOR if offers else 0.0)
