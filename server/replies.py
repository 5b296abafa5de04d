"""Our own words: greetings, redirects, and what to say when the library does not cover a question."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from index.passages import Source
from index.retriever import Hit
from server.answers import AnswerStatus, Draft
from server.drafts import DraftPart
from server.queries import Query


class LibraryReplies:
    """Replies that know what the library holds."""

    def __init__(self, sources: Callable[[], Sequence[Source]]) -> None:
        self._sources = sources

    def without_search(self, query: Query) -> Draft | None:
        """Return a reply that needs no library; None for a question."""
        return None

    def not_covered(self, query: Query, hits: Sequence[Hit]) -> Draft:
        """Return a refusal that says what the library does cover nearby."""
        nearby = list(dict.fromkeys(hit.passage.source.title for hit in hits))[:3]
        words = "My library does not cover this question."
        if nearby:
            words += " The nearest things it covers are: " + ", ".join(nearby) + "."
        return Draft(AnswerStatus.NO_EVIDENCE, [DraftPart("note", words)])

    def redirect(self, query: Query) -> list[DraftPart]:
        """Return the words before the excerpts for a request not answered as asked."""
        return []

    def suggestions(self, query: Query, hits: Sequence[Hit]) -> tuple[str, ...]:
        """Return up to three questions the library answers that could come next: headings of nearby sections."""
        asked = query.text.casefold().rstrip("?")
        headings = [hit.passage.heading_path[-1] for hit in hits if hit.passage.heading_path]
        questions = [heading for heading in headings if heading.endswith("?") and heading.casefold().rstrip("?") != asked]
        return tuple(dict.fromkeys(questions))[:3]
