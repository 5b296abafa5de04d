"""The default writer: quotes the sentences that answer, word for word. No language model."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rapidfuzz import fuzz

from index.passages import Passage
from index.retriever import Hit
from server.asked import STORY_WORDS, TELLS, asks_for_urgent, is_for_others, is_story
from server.drafts import DraftPart, PartKind
from server.fitness import fitness_model
from server.focus import ASKS_WHAT_TO_DO
from server.sections import exact_subjects, passage_intent
from server.terms import library_terms
from server.words import library_stems, overlap, word_count
from server.writers.excerpts import Span, best_stretch, is_list_only, lead_stretch, whole

if TYPE_CHECKING:  # steps do not import each other when they run
    from server.queries import Query

MAX_EXCERPTS = 3
# A passage this fit is quoted beside the best one whatever its heading answers.
SURE = 0.5
# One this fit is quoted though it names none of what the message names, or something that the message does not.
FIT = 0.4
# Beside the best passage another needs this share of its fitness; one of another article needs this fitness as well.
# On the judged dev questions fewer of the excerpts are of no use by that, and no answer is lost.
BESIDE_BEST = 0.35
ELSEWHERE = 0.25
# A passage up to this long is quoted whole beside the best one; its sentences belong together.
BESIDE_MAX_CHARS = 750
# Cosine a sentence of another publisher needs to be quoted beside the best passage.
SENTENCE_FLOOR = 0.33
# Above this similarity (0-100, rapidfuzz token_set_ratio), or this share of common words, two excerpts say the same.
SAME_WORDS = 80.0
SAME_STEMS = 0.7
FIGURES_DIFFER = "These passages give different figures; studies and sources do not agree."

# With no question written for a passage this near (cosine), and no passage this near either, one excerpt is enough.
WEAK_QUESTION = 0.50
WEAK_DENSE = 0.46
# A longer heading, or one that a person says of themselves, would put words into the mouth of who asked.
LEAD_IN_CHARS = 60
_SAID_BY_A_PERSON = re.compile(r"^(i|i'm|i’m|i've|i’ve|my)\b", re.IGNORECASE)
# A told complaint wants to know what to do as well: a section on that needs only this fitness.
COMPLAINT_INTENTS = ("general", "causes", "tests")
ACTION_INTENTS = frozenset({"treatment", "exercise", "help"})
WHAT_TO_DO = 0.10
STORY_INTENTS = ("general", "causes", "symptoms", "treatment")
# Said first when a person tells of a complaint without a name, and the words found are about a condition that has one.
MAY_NOT_FIT = "These parts of the library come nearest to what you describe. They may not be about what you have."
# What else is worth quoting beside an answer of one kind, from the same document.
COMPANIONS = {
    "exercise": ("exercise", "safety", "symptoms"),
    "definition": ("definition", "causes", "symptoms"),
    "causes": ("causes", "definition"),
    "symptoms": ("symptoms", "definition", "help"),
    "treatment": ("treatment", "exercise", "duration", "prevention"),
    "duration": ("duration", "treatment"),
    "safety": ("safety", "treatment"),
    "help": ("help", "urgent", "duration"),
    "tests": ("tests", "help"),
    "comparison": ("comparison", "symptoms", "definition"),
    "prevention": ("prevention", "treatment", "exercise"),
}
_OPENS_SMALL = re.compile(
    r"(what|why|how|can|could|should|is|are|does|do|did|when|where|which|who|will)\b", re.IGNORECASE
)
_FIGURE = re.compile(r"\b(\d+)(?: to (\d+))? (days?|weeks?|months?|years?)\b")


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Words to quote: their hit, their span in the document, and what they answer."""

    hit: Hit
    span: Span
    intent: str

    @property
    def text(self) -> str:
        """Return the words."""
        start = self.hit.passage.start
        return self.hit.passage.text[self.span[0] - start : self.span[1] - start]


@dataclass(slots=True)
class _Selection:
    excerpts: list[Excerpt] = field(default_factory=list)

    def add(self, excerpt: Excerpt) -> bool:
        """Take an excerpt unless its words were said already; return whether it was taken."""
        stems = library_stems(excerpt.text)
        for other in self.excerpts:
            # token_set_ratio alone calls a short text inside a long one the same, which is what is wanted here.
            if fuzz.token_set_ratio(excerpt.text, other.text) >= SAME_WORDS:
                return False
            if overlap(stems, library_stems(other.text)) >= SAME_STEMS:
                return False
        self.excerpts.append(excerpt)
        return True


class ExtractiveWriter:
    """Chooses and orders verbatim sentences."""

    @property
    def mode(self) -> str:
        """Return `extractive`."""
        return "extractive"

    def write(self, query: Query, hits: Sequence[Hit]) -> Iterator[DraftPart]:
        """Yield excerpts under short lead-ins, the best passage first, each with the rank of its hit."""
        excerpts = select(query, hits)
        if excerpts and may_not_fit(query, excerpts[0].hit.passage):
            yield DraftPart("note", MAY_NOT_FIT)
        said = ""
        for at, excerpt in enumerate(excerpts):
            passage = excerpt.hit.passage
            before = excerpts[at - 1].hit.passage if at else None
            is_plain = len(excerpts) == 1 and not is_about_another(query, passage)
            lead_in = "" if is_plain else _lead_in(passage, before)
            if lead_in and lead_in != said:
                yield DraftPart("lead_in", lead_in)
                said = lead_in
            kind: PartKind = "steps" if passage.kind == "steps" and "\n" in excerpt.text else "excerpt"
            yield DraftPart(kind, excerpt.text, (excerpt.hit.rank,), excerpt.span)
        if query.intent == "duration" and figures_differ([excerpt.text for excerpt in excerpts[:2]]):
            yield DraftPart("note", FIGURES_DIFFER)


def select(query: Query, hits: Sequence[Hit]) -> list[Excerpt]:
    """Return the excerpts in reading order: the best passage, then what goes with it, without saying a thing twice.

    Args:
        query: what is asked.
        hits: by fitness, best first; their score is their fitness (`server.fitness.find`).
    """
    if not hits:
        return []
    best, others = hits[0], hits[1:]
    chosen = _Selection()
    for hit in _same_section(best, hits):
        span = whole(hit.passage) or lead_stretch(hit, 450) or _span(best_stretch(hit))
        if span is not None:
            chosen.add(_excerpt(hit, span))
    confirmed = _another_publisher(best, others)
    if confirmed is not None:
        chosen.excerpts.append(confirmed)
    asked = exact_subjects(query.terms)
    most = 1 if is_weak(hits) else MAX_EXCERPTS
    for hit in others:
        if len(chosen.excerpts) >= most:
            break
        if passage_intent(hit.passage) == "urgent" and any(excerpt.intent == "urgent" for excerpt in chosen.excerpts):
            continue  # articles repeat when to get help; once is enough
        span = _beside(hit) if _goes_with(hit, best, query, asked) else None
        if span is not None:
            chosen.add(_excerpt(hit, span))
    to_do = _what_to_do(hits, chosen.excerpts, query, asked) if most > 1 else None
    if to_do is not None:
        del chosen.excerpts[MAX_EXCERPTS - 1 :]
        chosen.add(to_do)
    return _grouped(chosen.excerpts)


def _what_to_do(hits: Sequence[Hit], chosen: Sequence[Excerpt], query: Query, asked: frozenset[str]) -> Excerpt | None:
    """Return a section on what helps or whom to see, for a told complaint whose excerpts only say what it may be."""
    asks_for_it = ASKS_WHAT_TO_DO.search(query.original) is not None
    is_complaint = is_story(query) and (asks_for_it or query.intent in COMPLAINT_INTENTS)
    if not is_complaint or any(excerpt.intent in ACTION_INTENTS for excerpt in chosen):
        return None
    for hit in hits:
        is_fit = hit.score >= WHAT_TO_DO or (asks_for_it and hit.passage.document_id == hits[0].passage.document_id)
        if is_fit and passage_intent(hit.passage) in ACTION_INTENTS and _suits(hit, hits[0], query, asked):
            span = _beside(hit)
            return _excerpt(hit, span) if span is not None else None
    return None


def is_weak(hits: Sequence[Hit]) -> bool:
    """Return whether no hit is near the question, neither by the questions written for it nor by its own words."""
    question = max((hit.scores.get("question", 1.0) for hit in hits), default=1.0)
    dense = max((hit.scores.get("dense", 1.0) for hit in hits), default=1.0)
    return question < WEAK_QUESTION and dense < WEAK_DENSE


def is_about_another(query: Query, passage: Passage) -> bool:
    """Return whether a passage stands in an article or section on a condition that the query does not name."""
    placed = library_terms(f"{passage.source.title}. {' '.join(passage.heading_path)}")
    named = {item.term.name for item in placed if item.term.kind == "condition" and not item.term.is_broad}
    return bool(named) and not named & {item.term.name for item in query.terms}


def may_not_fit(query: Query, passage: Passage) -> bool:
    """Return whether a person tells of a complaint without a name and the best passage is about a named condition."""
    is_story = word_count(query.original) >= STORY_WORDS and query.intent in STORY_INTENTS
    if query.request != "question" or not is_story or TELLS.search(query.original) is None:
        return False
    has_name = any(item.term.kind in ("condition", "exercise") and not item.term.is_broad for item in query.terms)
    return not has_name and is_about_another(query, passage)


def _excerpt(hit: Hit, span: Span) -> Excerpt:
    return Excerpt(hit, span, passage_intent(hit.passage))


def _beside(hit: Hit) -> Span | None:
    """Return what to quote of a passage that stands beside the best one: all of it, its opening, or its best part."""
    span = whole(hit.passage, BESIDE_MAX_CHARS)
    if span is not None:
        return span
    return lead_stretch(hit) or _span(best_stretch(hit))


def _another_publisher(best: Hit, others: Sequence[Hit]) -> Excerpt | None:
    """Return the words of another publisher that answer at least as closely as the best passage; None when none do.

    Who runs this on leaflets of their own must find them quoted beside the bundled articles, though they say the same.
    """
    closest = max((sentence.score for sentence in best.sentences), default=0.0)
    for hit in others:
        if hit.passage.source.publisher == best.passage.source.publisher:
            continue
        found = best_stretch(hit)
        if found is not None and max(sentence.score for sentence in hit.sentences) >= max(closest, SENTENCE_FLOOR):
            return _excerpt(hit, found[0])
    return None


def figures_differ(texts: Sequence[str]) -> bool:
    """Return whether two texts give times in the same unit that do not overlap."""
    figures = []
    for text in texts:
        by_unit: dict[str, list[tuple[int, int]]] = {}
        for low, high, unit in _FIGURE.findall(text):
            by_unit.setdefault(unit.rstrip("s"), []).append((int(low), int(high or low)))
        figures.append(by_unit)
    if len(figures) < 2:
        return False
    first, second = figures[0], figures[1]
    return any(
        all(a[1] < b[0] or b[1] < a[0] for a in first[unit] for b in second[unit]) for unit in set(first) & set(second)
    )


def _same_section(best: Hit, hits: Sequence[Hit]) -> list[Hit]:
    """Return the best hit with, for steps, the other passages of its section in the order of the document."""
    if best.passage.kind != "steps":
        return [best]
    section = (best.passage.document_id, best.passage.heading_path)
    parts = [hit for hit in hits if (hit.passage.document_id, hit.passage.heading_path) == section]
    return sorted(parts, key=lambda hit: hit.passage.start)


def _goes_with(hit: Hit, best: Hit, query: Query, asked: frozenset[str]) -> bool:
    """Return whether a passage bears on the question beside the best one."""
    is_far = hit.passage.document_id != best.passage.document_id
    least = max(BESIDE_BEST * best.score, ELSEWHERE if is_far else fitness_model().cutoff)
    if hit.score < least or not _suits(hit, best, query, asked):
        return False
    wanted, intent = COMPANIONS.get(query.intent), passage_intent(hit.passage)
    return wanted is None or intent == passage_intent(best.passage) or intent in wanted or hit.score >= SURE


def _suits(hit: Hit, best: Hit, query: Query, asked: frozenset[str]) -> bool:
    """Return whether a passage may stand beside the best one: for who asks, and about what they speak of."""
    passage = hit.passage
    intent = passage_intent(passage)
    if is_list_only(passage) or (not passage.heading_path and query.intent != "definition"):
        return False
    if intent == "urgent" and not (asks_for_urgent(query) or query.intent == "safety"):
        return False
    if intent == "evidence" and intent != passage_intent(best.passage):
        return False
    if is_for_others(passage, query, best.passage):
        return False
    is_asked_for = intent == query.intent != "general"
    if hit.score >= FIT or is_asked_for or passage.document_id == best.passage.document_id:
        return True
    return not asked or bool(asked & exact_subjects(library_terms(passage.indexed_text)))


def _grouped(excerpts: list[Excerpt]) -> list[Excerpt]:
    """Return excerpts that answer one thing side by side, groups in the order of their best one."""
    groups: dict[tuple[str, str], list[Excerpt]] = {}
    for excerpt in excerpts:
        groups.setdefault((excerpt.hit.passage.document_id, excerpt.intent), []).append(excerpt)
    return [excerpt for group in groups.values() for excerpt in group]


def _lead_in(passage: Passage, before: Passage | None) -> str:
    """Return the section's own question, behind the article's title where the article changes or the title is all."""
    heading = passage.heading_path[-1] if passage.heading_path else ""
    title = passage.source.title
    if not heading:
        return title
    is_same = before is not None and before.document_id == passage.document_id
    if _SAID_BY_A_PERSON.match(heading) or len(heading) > LEAD_IN_CHARS:
        return title
    if is_same or exact_subjects(library_terms(title)) & exact_subjects(library_terms(heading)):
        return heading
    return f"{title}: {heading[0].lower() if _OPENS_SMALL.match(heading) else heading[0]}{heading[1:]}"


def _span(found: tuple[Span, float] | None) -> Span | None:
    return None if found is None else found[0]
