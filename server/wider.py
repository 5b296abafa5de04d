"""What is asked of one condition and answered for the pain it is: "can I drive with piriformis syndrome"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from index.retriever import Hit
from server.asked import Asked
from server.parts import ANSWERS_BESIDE
from server.sections import OPERATION, contents_of, place_of, regions_of
from server.terms import Found

if TYPE_CHECKING:  # below the steps, of which the query is one
    from server.queries import Query

# An answer of the library for pain in a region serves a question about these; any other is for one condition alone.
SERVED = frozenset({"help"})
IS_HELP = frozenset({"help", "urgent"})
# Why a condition does something is a matter of that condition.
_WHY = re.compile(r"\bwhy\b", re.IGNORECASE)
_ARTICLE = re.compile(r"\ban? $", re.IGNORECASE)
# Those names say no more than where it hurts.
PAINS = frozenset({"back pain", "hip pain", "low back pain", "leg pain"})


def in_wider_words(query: Query) -> str | None:
    """Return a question with pain in the region for the one condition it names; None when it names none, or several.

    >>> from server.queries import Query
    >>> in_wider_words(Query("can I drive with spinal stenosis?", "", ""))
    'can I drive with back pain?'
    """
    named = [item for item in query.terms if _is_condition(item)]
    if len({item.term.name for item in named}) != 1:
        return None
    pain = "hip pain" if "hip" in regions_of(named) else "back pain"
    text = query.text
    for item in reversed(named):
        text = _ARTICLE.sub("", text[: item.start]) + pain + text[item.end :]
    return text


def is_left_open(query: Query, hits: Sequence[Hit]) -> bool:
    """Return whether no heading of the best hit names the treatment, test or activity asked about, or whom to see."""
    if not hits or _WHY.search(query.asking):
        return False
    asked, place = Asked.of(query), place_of(hits[0].passage)
    if asked.things:
        return not asked.things & place.named
    return asked.intent in SERVED and place.intent not in IS_HELP


def with_wider(hits: Sequence[Hit], wider: Query, found: Sequence[Hit]) -> list[Hit]:
    """Return the hits for a question with the one that answers it for the wider complaint; ranks are given anew.

    It leads where the best hit says nothing of what is asked, and stands second where that speaks of it in passing.
    """
    asked = Asked.of(wider)
    answers = [hit for hit in found if hit.score >= ANSWERS_BESIDE and _speaks_of(asked, hit)][:1]
    in_passing = bool(asked.things & contents_of(hits[0].passage.indexed_text).things)
    ordered = [*hits[:1], *answers, *hits[1:]] if in_passing else [*answers, *hits]
    once = {hit.passage.passage_id: hit for hit in reversed(ordered)}
    kept = dict.fromkeys(hit.passage.passage_id for hit in ordered)
    return [replace(once[passage_id], rank=rank) for rank, passage_id in enumerate(kept, 1)]


def _speaks_of(asked: Asked, hit: Hit) -> bool:
    """Return whether a heading names what is asked about, and no treatment that is not: "flying after an injection"."""
    place = place_of(hit.passage)
    if not asked.things:
        return place.intent in IS_HELP
    return bool(asked.things & place.named) and not place.treatments - asked.things


def _is_condition(item: Found) -> bool:
    term = item.term
    return term.kind == "condition" and not term.is_broad and term.name not in PAINS and not OPERATION.search(term.name)
