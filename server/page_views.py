"""What the templates receive: turns, excerpts, sources and articles, ready to be shown."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any
from urllib.parse import quote, urlsplit

from index.errors import IndexingError
from index.passages import StoredDocument
from server.conversations import Conversation
from server.page_screening import screening_pairs
from server.page_text import Group, Link, Span, section_around, text_groups
from server.schemas import AnswerOut, CitationOut, SafetyOut, SentenceOut, SourceOut
from server.turns import may_be_replaced

FindDocument = Callable[[str], StoredDocument]

STATUS_WORDS = {
    "partial": "The library covers part of this",
    "no_evidence": "The library does not cover this",
    "out_of_scope": "Outside what this program covers",
    "needs_clarification": "A little more is needed",
    "rejected": "Not something this program can do",
}
# Longer quotes are linked by their first and last words, as text fragments allow.
_FRAGMENT_WORDS = 6
LONG_QUESTION = 800  # characters; about a screen of a phone


@dataclass(frozen=True, slots=True)
class Term:
    """A word of the answer that is explained; `anchor` is where."""

    term: str
    explanation: str
    anchor: str


@dataclass(frozen=True, slots=True)
class PartView:
    """A piece of an answer. `groups` are its paragraphs or list; `citations` its numbers.

    `first_for` holds the numbers that are used here for the first time: links lead back to there.
    """

    kind: str
    groups: tuple[Group, ...]
    citations: tuple[int, ...]
    first_for: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class PassageView:
    """Neighbouring parts that come from the same passage, shown under one caption; `source` is None for our words.

    `heading` is the place in the source, empty when the words above have just said it.
    """

    source: SourceView | None
    parts: tuple[PartView, ...]
    heading: str = ""

    @property
    def is_quote(self) -> bool:
        """Return whether these are verbatim words of a source."""
        return self.parts[0].kind in ("excerpt", "steps")


@dataclass(frozen=True, slots=True)
class SourceView:
    """A citation as the sources list and the side panel show it."""

    number: int
    anchor: str
    source_id: str
    label: str
    title: str
    publisher: str
    heading: str
    reviewed: str
    is_reviewed: bool
    is_stale: bool
    licence: str
    also_in: tuple[str, ...]
    quote: str
    section: tuple[Group, ...]
    is_whole_section: bool  # nothing stands around the quoted words: paper need not repeat them
    is_current: bool
    article_url: str
    passage_url: str
    original_url: str


@dataclass(frozen=True, slots=True)
class SourceGroup:
    """The citations of one turn that come from one source, under one line that says what it is."""

    first: SourceView
    sources: tuple[SourceView, ...]


@dataclass(frozen=True, slots=True)
class TurnView:
    """A question and its answer; `number` counts from 1."""

    number: int
    question: str
    answer: AnswerOut
    passages: tuple[PassageView, ...]
    sources: tuple[SourceView, ...]
    terms: tuple[Term, ...]
    is_last: bool

    @property
    def status(self) -> str:
        """Return what the status of the answer means, in words; empty when there is nothing to say."""
        # A greeting or thanks is "out of scope" to a program; to a person that would be rude.
        return "" if self.is_small_talk else STATUS_WORDS.get(str(self.answer.status), "")

    @property
    def safety(self) -> SafetyOut:
        """Return the outcome of the red-flag check."""
        return self.answer.safety

    @property
    def source_groups(self) -> list[SourceGroup]:
        """Return the sources, those of one article together, in order of first use."""
        found: dict[str, list[SourceView]] = {}
        for source in self.sources:
            found.setdefault(source.source_id, []).append(source)
        return [SourceGroup(group[0], tuple(group)) for group in found.values()]

    @property
    def shared_review(self) -> SourceView | None:
        """Return a source whose review holds for every source of several, so that it is said once; None otherwise."""
        reviews = {source.reviewed for source in self.sources}
        return self.sources[0] if len(reviews) == 1 and len(self.source_groups) > 1 else None

    @property
    def said(self) -> tuple[tuple[str, str], ...]:
        """Return the screening questions this message answers, with the answers; empty for any other message."""
        return screening_pairs(self.question)

    @property
    def is_long(self) -> bool:
        """Return whether the question is shown in a box of its own to scroll, so that the answer stays near."""
        return len(self.question) > LONG_QUESTION

    @property
    def is_small_talk(self) -> bool:
        """Return whether this is a greeting, thanks or the like: nothing was searched for and nothing new advised."""
        is_outside = str(self.answer.status) == "out_of_scope" and not self.answer.confidence.cutoff
        return is_outside and (self.is_reminder or not self.safety.card)

    @property
    def searched_for(self) -> str:
        """Return the words the library was searched for; empty when they are those of the question, more or less.

        They are worth showing when they hold a word that the question does not, or less than half of its words.
        """
        if not self.answer.confidence.cutoff:
            return ""
        query, question = _words(self.answer.query_used), _words(self.question)
        is_own = set(query) <= set(question) and 2 * len(query) >= len(question)
        return "" if is_own else self.answer.query_used.rstrip(" .?!")

    @property
    def may_be_replaced(self) -> bool:
        """Return whether editing this question puts another in its place."""
        return self.is_last and may_be_replaced(self.answer, self.number)

    @property
    def is_reminder(self) -> bool:
        """Return whether the card was shown on an earlier turn, so that one line is enough here."""
        return bool(self.safety.sticky and self.safety.reminder)


def turn_views(conversation: Conversation, find_document: FindDocument) -> list[TurnView]:
    """Return the turns of a conversation, oldest first."""
    pairs = list(zip(conversation.messages[::2], conversation.messages[1::2], strict=False))
    return [
        turn_view(number, asked.text, AnswerOut.model_validate(said.answer), find_document, number == len(pairs))
        for number, (asked, said) in enumerate(pairs, 1)
        if said.answer is not None
    ]


def turn_view(number: int, question: str, answer: AnswerOut, find_document: FindDocument, is_last: bool) -> TurnView:
    """Return one question with its answer."""
    sources = tuple(source_view(citation, number, find_document) for citation in answer.citations)
    terms, links = _terms(answer, number)
    return TurnView(
        number=number,
        question=question,
        answer=answer,
        passages=_passages(answer, sources, links),
        sources=sources,
        terms=terms,
        is_last=is_last,
    )


def source_view(citation: CitationOut, turn: int, find_document: FindDocument) -> SourceView:
    """Return a citation with the section around its quote, split by the stored offsets."""
    source = citation.source
    span = (citation.source_span.start, citation.source_span.end)
    section, is_current = _section(citation, span, find_document)
    where = f"?document={quote(citation.document_id, safe='')}&from={span[0]}&to={span[1]}"
    return SourceView(
        number=citation.id,
        anchor=f"source-{turn}-{citation.id}",
        source_id=source.id,
        label=", ".join(part for part in (source.title, source.publisher) if part),
        title=source.title,
        publisher=source.publisher,
        heading=" › ".join(part for part in source.heading_path if part != source.title),
        reviewed=review_words(source),
        is_reviewed=bool(source.reviewed_by),
        is_stale=source.stale,
        licence=source.licence,
        also_in=tuple(source.also_in),
        quote=citation.quote,
        section=section,
        is_whole_section=all(piece.is_marked for group in section for block in group.blocks for piece in block.pieces),
        is_current=is_current,
        article_url=f"/library/{quote(source.id, safe='')}{where}#quote",
        passage_url=f"/sources/passage/{quote(citation.passage_id, safe='')}?from={span[0]}&to={span[1]}",
        original_url=original_url(source.url, citation.quote),
    )


def review_words(source: SourceOut) -> str:
    """Return who reviewed a source and when, and when it is due again."""
    if source.reviewed_by:
        words = f"Reviewed by {source.reviewed_by}" + _on(source.last_reviewed, " on ")
    else:
        words = "Not yet reviewed by a clinician"
    if source.stale:
        return f"{words}. Past its review date{_on(source.next_review, ': ')}"
    return words + _on(source.next_review, ". Next review due ")


def long_date(value: str) -> str:
    """Return an ISO date as `23 November 2026`; anything else unchanged.

    >>> long_date("2026-11-03")
    '3 November 2026'
    """
    try:
        day = date.fromisoformat(value)
    except ValueError:
        return value
    return f"{day.day} {day:%B %Y}"


def safe_url(url: str) -> str:
    """Return a web address, or an empty string for anything else, such as `javascript:`.

    >>> safe_url("javascript:alert(1)"), safe_url("https://example.org/a")
    ('', 'https://example.org/a')
    """
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return ""
    return url.strip() if parts.scheme in ("http", "https") and parts.netloc else ""


def original_url(url: str, words: str) -> str:
    """Return the address of the original with a text fragment, so that browsers scroll to the quoted words.

    Source: the URL Fragment Text Directives draft, https://wicg.github.io/scroll-to-text-fragment/.

    >>> original_url("https://example.org/a", "Keep moving")
    'https://example.org/a#:~:text=Keep%20moving'
    """
    base = safe_url(url)
    if not base or not words:
        return base
    tokens = words.split()
    ends = [tokens] if len(tokens) <= 2 * _FRAGMENT_WORDS else [tokens[:_FRAGMENT_WORDS], tokens[-_FRAGMENT_WORDS:]]
    # Commas and hyphens have a meaning in the directive.
    encoded = ",".join(quote(" ".join(end), safe="").replace("-", "%2D") for end in ends)
    return base + ("" if "#" in base else "#") + ":~:text=" + encoded


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def _on(value: str, before: str) -> str:
    return before + long_date(value) if value else ""


def _section(citation: CitationOut, span: Span, find_document: FindDocument) -> tuple[tuple[Group, ...], bool]:
    """Return the section around a quote and whether the library still holds those words at those offsets."""
    try:
        document = find_document(citation.document_id)
    except (IndexingError, KeyError):
        return tuple(text_groups(citation.quote, (0, len(citation.quote)), (0, len(citation.quote)))), False
    if document.text[span[0] : span[1]] != citation.quote:
        return tuple(text_groups(citation.quote, (0, len(citation.quote)), (0, len(citation.quote)))), False
    section = section_around(document, span)
    return tuple(text_groups(document.text, (section.start, section.end), span)), True


def _passages(answer: AnswerOut, sources: Sequence[SourceView], links: Sequence[Link]) -> tuple[PassageView, ...]:
    """Return the answer's parts, neighbours from one passage together; a model's sentences form one paragraph."""
    passage_of = {citation.id: citation.passage_id for citation in answer.citations}
    by_number = {source.number: source for source in sources}

    def together(sentence: SentenceOut) -> tuple[str, str]:
        is_quote = sentence.kind in ("excerpt", "steps") and bool(sentence.citations)
        return ("quote", passage_of[sentence.citations[0]]) if is_quote else (sentence.kind, "")

    seen: set[int] = set()
    views = []
    said = ""
    for (_kind, passage_id), run in groupby(answer.answer.sentences, key=together):
        sentences = list(run)
        parts = tuple(_part(answer.answer.text, sentence, links, seen) for sentence in sentences)
        source = by_number[parts[0].citations[0]] if passage_id else None
        heading = source.heading if source and not said.endswith(source.heading.casefold()) else ""
        views.append(PassageView(source, parts, heading))
        said = answer.answer.text[sentences[-1].start : sentences[-1].end].casefold()
    return tuple(views)


def _part(text: str, sentence: SentenceOut, links: Sequence[Link], seen: set[int]) -> PartView:
    groups = tuple(text_groups(text, (sentence.start, sentence.end), links=links))
    first_for = tuple(number for number in sentence.citations if number not in seen)
    seen.update(first_for)
    return PartView(sentence.kind, groups, tuple(sentence.citations), first_for)


def _terms(answer: AnswerOut, turn: int) -> tuple[tuple[Term, ...], tuple[Link, ...]]:
    """Return the words that are explained, and where each stands for the first time."""
    terms: dict[str, Term] = {}
    links: list[Link] = []
    for entry in _glossary(answer):
        name = str(entry["term"]).casefold()
        if name not in terms:
            terms[name] = Term(str(entry["term"]), str(entry["explanation"]), f"word-{turn}-{len(terms) + 1}")
            links.append((int(entry["start"]), int(entry["end"]), terms[name].anchor))
    return tuple(terms.values()), tuple(links)


def _glossary(answer: AnswerOut) -> list[dict[str, Any]]:
    found = getattr(answer, "glossary", None) or []
    return [entry if isinstance(entry, dict) else entry.model_dump() for entry in found]
