"""The tools of the MCP door: what each takes, does, returns and says in plain text."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import Field, StringConstraints

from server.api import check_history, check_message, find_passages, read_passage, whole_reply
from server.bootstrap import Services
from server.conversations import Conversation, Message, new_conversation_id
from server.schemas import (
    AnswerOut,
    Audience,
    Model,
    PassageOut,
    SafetyMessageIn,
    SafetyOut,
    SearchOut,
)
from server.serializers import answer_out, hit_out, safety_out
from server.settings import Region
from server.spoken import spoken_hits, spoken_passage, spoken_safety, spoken_with_sources

SCHEME = "passage://"

Words = Annotated[str, StringConstraints(min_length=1)]
History = Annotated[list[SafetyMessageIn], Field(max_length=200, description="Earlier turns, oldest first")]
Links = Callable[[Any], Iterable[tuple[str, str]]]


class CheckIn(Model):
    """A message to check, with the turns before it."""

    text: Words = Field(description="What the person wrote")
    history: History = Field(default_factory=list)
    region: Region | None = Field(default=None, description="Whose phone numbers to show")


class AskIn(Model):
    """A question, with the turns before it."""

    question: Words = Field(description="What the person asked, in their own words")
    history: History = Field(default_factory=list)
    region: Region | None = Field(default=None, description="Whose phone numbers to show")


class FindIn(Model):
    """A query for the passages alone."""

    query: Words
    top_k: int = Field(default=5, ge=1, le=50)
    audience: Audience | None = Field(default=None, description="Only sources written for these readers")


class ReadIn(Model):
    """The id of a passage."""

    passage_id: str = Field(min_length=1, max_length=200, description="As citations and search give it")


@dataclass(frozen=True, slots=True)
class Tool:
    """A read-only tool. `links` names the passages behind a result, as (id, title)."""

    name: str
    title: str
    description: str
    arguments: type[Model]
    result: type[Model]
    run: Callable[[Any, Services], Model]
    spoken: Callable[[Any], str]
    links: Links


def check_red_flags(asked: CheckIn, built: Services) -> SafetyOut:
    """Return the red-flag check of a message and the turns before it."""
    check_message(asked.text, built)
    messages = [*_messages(asked.history), Message("user", asked.text)]
    check_history(messages, built)
    safety = built.assistant.check(messages, asked.region or built.settings.region)
    built.metrics.count_safety(safety)
    return safety_out(safety)


def ask_back_pain(asked: AskIn, built: Services) -> AnswerOut:
    """Return the answer to a question; nothing of it is kept."""
    check_message(asked.question, built)
    history = _messages(asked.history)
    check_history(history, built)
    conversation = Conversation(new_conversation_id(), tuple(history), asked.region)
    return answer_out(whole_reply(asked.question, conversation, built))


def search_back_pain_sources(asked: FindIn, built: Services) -> SearchOut:
    """Return the passages nearest to a query."""
    hits = find_passages(asked.query, asked.top_k, built, audience=asked.audience)
    return SearchOut(hits=[hit_out(hit) for hit in hits])


def get_passage(asked: ReadIn, built: Services) -> PassageOut:
    """Return a passage with the document it stands in."""
    return read_passage(asked.passage_id, built)


def _messages(history: Sequence[SafetyMessageIn]) -> list[Message]:
    return [Message(turn.role, turn.content) for turn in history]


def _no_links(_: object) -> list[tuple[str, str]]:
    return []


_ALL = (
    Tool(
        "check_red_flags",
        "Check for red flags",
        "Look for signs of something serious in a message about hip, back or leg problems. Show the card first.",
        CheckIn,
        SafetyOut,
        check_red_flags,
        spoken_safety,
        _no_links,
    ),
    Tool(
        "ask_back_pain",
        "Ask about hip, low-back or sciatica problems",
        "Answer with verbatim, cited excerpts; says so when the library does not cover the question. A red-flag check "
        "comes before every answer: show its card first.",
        AskIn,
        AnswerOut,
        ask_back_pain,
        spoken_with_sources,
        lambda answer: [(c.passage_id, c.source.title) for c in answer.citations],
    ),
    Tool(
        "search_back_pain_sources",
        "Search the library",
        "Return the passages nearest to a query, with their scores.",
        FindIn,
        SearchOut,
        search_back_pain_sources,
        spoken_hits,
        lambda found: [(hit.passage_id, hit.source.title) for hit in found.hits],
    ),
    Tool(
        "get_passage",
        "Read a passage",
        "Return a passage with the document it stands in and its span there.",
        ReadIn,
        PassageOut,
        get_passage,
        spoken_passage,
        _no_links,
    ),
)
TOOLS = {tool.name: tool for tool in _ALL}
