"""Citation and CitedText: prove that every quote is verbatim, and say where it stands in the answer and the source."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from index.passages import Passage
from index.retriever import Hit
from server.drafts import DraftPart

logger = logging.getLogger(__name__)

Span = tuple[int, int]  # half open, in Unicode code points


@dataclass(frozen=True, slots=True)
class Citation:
    """A numbered reference. `document_text[source_span] == quote` holds for every citation that exists.

    number: order of first use, from 1. answer_span: where the cited words stand in the answer's text.
    """

    number: int
    passage: Passage
    quote: str
    answer_span: Span
    source_span: Span


@dataclass(frozen=True, slots=True)
class AnswerSentence:
    """A stretch of the answer's text and the numbers of the citations it rests on; none for our own words."""

    start: int
    end: int
    kind: str
    citations: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class CitedText:
    """An answer's text with its citations; `dropped` counts parts that could not be proved."""

    text: str = ""
    sentences: tuple[AnswerSentence, ...] = ()
    citations: tuple[Citation, ...] = ()
    dropped: int = 0


@dataclass(slots=True)
class Citer:
    """Builds a CitedText part by part, so that a stream and a finished answer come from the same code."""

    hits: Sequence[Hit]
    _text: str = ""
    _sentences: list[AnswerSentence] = field(default_factory=list)
    _citations: list[Citation] = field(default_factory=list)
    _dropped: int = 0

    def add(self, part: DraftPart) -> tuple[str, list[Citation]]:
        """Append one part; return the text that was added and the citations that are new.

        A part whose words cannot be found in its passage is dropped, never shown without its proof.
        """
        if part.replaces_all:
            self._text, self._sentences, self._citations = "", [], []
        if not part.text.strip():
            return "", []
        proved = (self._prove(part, rank, at) for at, rank in enumerate(part.ranks))
        quotes = [quote for quote in proved if quote is not None]
        if part.kind not in ("lead_in", "note") and not quotes:
            self._dropped += 1
            logger.warning("dropped unproved part kind=%s ranks=%s", part.kind, part.ranks)
            return "", []
        return self._append(part, quotes)

    @property
    def length(self) -> int:
        """Return how many characters the text has so far."""
        return len(self._text)

    def finish(self) -> CitedText:
        """Return what has been built so far."""
        return CitedText(self._text, tuple(self._sentences), tuple(self._citations), self._dropped)

    def _append(self, part: DraftPart, quotes: list[tuple[Passage, Span]]) -> tuple[str, list[Citation]]:
        before = len(self._text)
        self._text += _separator(self._sentences, part) + part.text
        end = len(self._text)
        start = end - len(part.text)
        new, numbers = [], []
        for passage, span in quotes:
            citation = self._number(passage, span, (start, end))
            if citation.number > len(self._citations):
                self._citations.append(citation)
                new.append(citation)
            numbers.append(citation.number)
        self._text += "".join(f" [{number}]" for number in numbers)
        self._sentences.append(AnswerSentence(start, end, part.kind, tuple(numbers)))
        return self._text[before:], new

    def _number(self, passage: Passage, span: Span, answer_span: Span) -> Citation:
        for citation in self._citations:
            if citation.passage.document_id == passage.document_id and citation.source_span == span:
                return citation
        quote = passage.text[span[0] - passage.start : span[1] - passage.start]
        return Citation(len(self._citations) + 1, passage, quote, answer_span, span)

    def _prove(self, part: DraftPart, rank: int, at: int) -> tuple[Passage, Span] | None:
        if not 1 <= rank <= len(self.hits):
            return None
        passage = self.hits[rank - 1].passage
        span = part.spans[at] if at < len(part.spans) else part.span
        span = span if span is not None else find_span(passage, part.text)
        if span is None or not passage.start <= span[0] < span[1] <= passage.end:
            return None
        quoted = passage.text[span[0] - passage.start : span[1] - passage.start]
        # A model's own sentence rests on its quote; everything else must *be* its quote.
        return (passage, span) if part.kind == "sentence" or quoted == part.text else None


def cite(parts: Iterable[DraftPart], hits: Sequence[Hit]) -> CitedText:
    """Return the draft as text with proved citations; parts that cannot be proved are dropped and counted."""
    citer = Citer(hits)
    for part in parts:
        citer.add(part)
    return citer.finish()


def find_span(passage: Passage, quote: str) -> Span | None:
    """Return where `quote` stands in the passage's document, or None when it is not there word for word."""
    at = passage.text.find(quote)
    return None if at < 0 or not quote else (passage.start + at, passage.start + at + len(quote))


def _separator(sentences: Sequence[AnswerSentence], part: DraftPart) -> str:
    if not sentences:
        return ""
    return " " if part.kind == "sentence" and sentences[-1].kind == "sentence" else "\n\n"
