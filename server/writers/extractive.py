"""The default writer: quotes the sentences that answer, word for word. No language model."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rapidfuzz import fuzz

from index.retriever import Hit
from server.drafts import DraftPart, PartKind
from server.terms import library_terms, term_list
from server.words import library_stems, overlap
from server.writers.excerpts import Span, best_stretch, lead_stretch, whole
from server.writers.fitness import Ranked, asks_for_urgent, exact_subjects, ranked

if TYPE_CHECKING:  # steps do not import each other when they run
    from server.queries import Query

MAX_EXCERPTS = 5
# A passage must be this fit, beside the best one, to be quoted as well.
RELATIVE_FLOOR = 0.5
# Cosine a sentence needs to be quoted from a passage that is not the best one.
SENTENCE_FLOOR = 0.33
# Above this similarity (0-100, rapidfuzz token_set_ratio), or this share of common words, two excerpts say the same.
SAME_WORDS = 80.0
SAME_STEMS = 0.7
FIGURES_DIFFER = "These passages give different figures; studies and sources do not agree."

LEAD_INS = {
    "definition": "What it is",
    "causes": "What causes it",
    "symptoms": "What it feels like",
    "treatment": "What helps",
    "exercise": "How to do it",
    "duration": "How long it lasts",
    "safety": "Is it all right?",
    "help": "When to see someone",
    "tests": "Tests and scans",
    "comparison": "How they compare",
    "prevention": "How to prevent it",
    "evidence": "How sure this is",
    "urgent": "When to get help now",
}
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
        said = ""
        first = excerpts[0].hit.passage if excerpts else None
        for excerpt in excerpts:
            passage = excerpt.hit.passage
            about = "" if first is None or passage.document_id == first.document_id else passage.source.title
            lead_in = _lead_in(excerpt.intent, about, alone=len(excerpts) == 1)
            if lead_in and lead_in != said:
                yield DraftPart("lead_in", lead_in)
                said = lead_in
            kind: PartKind = "steps" if passage.kind == "steps" and "\n" in excerpt.text else "excerpt"
            yield DraftPart(kind, excerpt.text, (excerpt.hit.rank,), excerpt.span)
        if query.intent == "duration" and figures_differ([excerpt.text for excerpt in excerpts[:2]]):
            yield DraftPart("note", FIGURES_DIFFER)


def select(query: Query, hits: Sequence[Hit]) -> list[Excerpt]:
    """Return the excerpts in reading order: the best passage, then what goes with it, without saying a thing twice."""
    order = ranked(query, hits)
    if not order:
        return []
    best, others = order[0], order[1:]
    chosen = _Selection()
    for item in _same_section(best, order):
        span = whole(item.hit.passage) or lead_stretch(item.hit, 450) or _span(best_stretch(item.hit))
        if span is not None:
            chosen.add(Excerpt(item.hit, span, item.intent))
    confirmed = _another_publisher(best, others)
    if confirmed is not None:
        chosen.excerpts.append(confirmed)
    asked = exact_subjects(term_list().find(query.text))
    for item in others:
        if len(chosen.excerpts) >= MAX_EXCERPTS:
            break
        if item.intent == "urgent" and any(excerpt.intent == "urgent" for excerpt in chosen.excerpts):
            continue  # articles repeat when to get help; once is enough
        if _goes_with(item, best, query, asked):
            found = best_stretch(item.hit)
            if found is not None and found[1] >= SENTENCE_FLOOR:
                chosen.add(Excerpt(item.hit, found[0], item.intent))
    return _grouped(chosen.excerpts)


def _another_publisher(best: Ranked, others: Sequence[Ranked]) -> Excerpt | None:
    """Return the words of another publisher that answer at least as closely as the best passage; None when none do.

    Who runs this on leaflets of their own must find them quoted beside the bundled articles, though they say the same.
    """
    closest = max((sentence.score for sentence in best.hit.sentences), default=0.0)
    for item in others:
        if item.hit.passage.source.publisher == best.hit.passage.source.publisher:
            continue
        found = best_stretch(item.hit)
        if found is not None and max(sentence.score for sentence in item.hit.sentences) >= max(closest, SENTENCE_FLOOR):
            return Excerpt(item.hit, found[0], item.intent)
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


def _same_section(best: Ranked, order: Sequence[Ranked]) -> list[Ranked]:
    """Return the best hit with, for steps, the other passages of its section in the order of the document."""
    if best.hit.passage.kind != "steps":
        return [best]
    section = (best.hit.passage.document_id, best.hit.passage.heading_path)
    parts = [item for item in order if (item.hit.passage.document_id, item.hit.passage.heading_path) == section]
    return sorted(parts, key=lambda item: item.hit.passage.start)


def _goes_with(item: Ranked, best: Ranked, query: Query, asked: frozenset[str]) -> bool:
    if item.fitness < best.fitness * RELATIVE_FLOOR:
        return False
    passage = item.hit.passage
    if item.intent == "urgent" and not (asks_for_urgent(query) or query.intent == "safety"):
        return False
    if item.intent == "evidence" and item.intent != best.intent:
        return False
    same_document = passage.document_id == best.hit.passage.document_id
    if asked and not same_document and not asked & exact_subjects(library_terms(passage.indexed_text)):
        return False
    wanted = COMPANIONS.get(query.intent)
    if wanted is None or item.intent == best.intent:
        return True
    return item.intent in wanted or item.fitness >= best.fitness * 0.85


def _grouped(excerpts: list[Excerpt]) -> list[Excerpt]:
    """Return excerpts that answer one thing side by side, groups in the order of their best one."""
    groups: dict[tuple[str, str], list[Excerpt]] = {}
    for excerpt in excerpts:
        groups.setdefault((excerpt.hit.passage.document_id, excerpt.intent), []).append(excerpt)
    return [excerpt for group in groups.values() for excerpt in group]


def _lead_in(intent: str, about: str, *, alone: bool) -> str:
    words = LEAD_INS.get(intent, "")
    if alone:
        return ""
    if about:
        return f"{about}: {words[0].lower()}{words[1:]}" if words else about
    return words


def _span(found: tuple[Span, float] | None) -> Span | None:
    return None if found is None else found[0]
