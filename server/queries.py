"""Query: what is searched for, made from what the person wrote; question focus and follow-ups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from server.intents import Intent, Request, intent_of, request_of
from server.terms import term_list

__all__ = ["Intent", "MessageLike", "Query", "QueryBuilder", "Request"]


class MessageLike(Protocol):
    """A turn of a conversation. `answer` is the finished answer as it was served, for assistant turns."""

    @property
    def role(self) -> str:
        """Return `user` or `assistant`."""
        ...

    @property
    def text(self) -> str:
        """Return what was said."""
        ...

    @property
    def answer(self) -> Mapping[str, Any] | None:
        """Return the answer object, or None."""
        ...


@dataclass(frozen=True, slots=True)
class Query:
    """A stand-alone query.

    text: the words embedded and shown to the person. lexical_text: the same with other words for the same things,
    for lexical search only. original: what the person wrote last. why: short reason when it was rewritten.
    topic: the subject carried along, in the library's words, or empty. corrected: (written, read as) pairs.
    """

    text: str
    lexical_text: str
    original: str
    is_rewritten: bool = False
    why: str = ""
    intent: Intent = "general"
    request: Request = "question"
    topic: str = ""
    corrected: tuple[tuple[str, str], ...] = ()


class QueryBuilder:
    """Makes queries; knows the words of the library."""

    def __init__(self, vocabulary: Mapping[str, int]) -> None:
        self._vocabulary = vocabulary

    def standalone_query(self, messages: Sequence[MessageLike]) -> Query:
        """Return the query for the last message, which is the person's."""
        text = " ".join(messages[-1].text.split())
        lexical = " ".join([text, *term_list().other_words(text, self._vocabulary)])
        return Query(text, lexical, messages[-1].text, intent=intent_of(text), request=request_of(text))
