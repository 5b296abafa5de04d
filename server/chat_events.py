"""The events of a streamed answer: their names, their order and what each carries."""

from __future__ import annotations

import contextlib
from collections.abc import Generator, Iterator
from typing import Any, Literal

from pydantic import BaseModel, Field

from server.assistant import Done, Event, QueryMade, SafetyChecked, SourcesFound, TextAdded
from server.schemas import (
    AnswerOut,
    CitationOut,
    HitOut,
    IndexOut,
    Model,
    ProblemOut,
    SafetyOut,
)
from server.serializers import answer_out, citation_out, hit_out, safety_out

NamedEvent = tuple[str, Model]


class MetaOut(Model):
    """First, at once: which conversation this is, and what will answer."""

    conversation_id: str
    request_id: str
    index: IndexOut


class StatusOut(Model):
    """What is being done: the query that is searched for, once it is known."""

    stage: Literal["searching"] = "searching"
    query_used: str
    query_rewritten: bool
    query_why: str = ""


class FoundOut(Model):
    """The passages that may be cited."""

    hits: list[HitOut]


class DeltaOut(Model):
    """Whole sentences, to be put at `start`; what stood from there on is withdrawn."""

    text: str
    start: int = Field(ge=0)


# In the order in which they come; `safety` is always sent, and always before any text.
EVENT_DATA: dict[str, type[BaseModel]] = {
    "meta": MetaOut,
    "safety": SafetyOut,
    "status": StatusOut,
    "sources": FoundOut,
    "delta": DeltaOut,
    "citation": CitationOut,
    "error": ProblemOut,
    "done": AnswerOut,
}


def named_events(events: Generator[Event]) -> Generator[NamedEvent]:
    """Yield the steps of a reply as named events; closing this closes the reply."""
    with contextlib.closing(events):
        for event in events:
            yield from _named(event)


def _named(event: Event) -> Iterator[NamedEvent]:
    match event:
        case SafetyChecked(safety):
            yield "safety", safety_out(safety)
        case QueryMade(query):
            yield "status", StatusOut(query_used=query.text, query_rewritten=query.is_rewritten, query_why=query.why)
        case SourcesFound(hits):
            yield "sources", FoundOut(hits=[hit_out(hit) for hit in hits])
        case TextAdded(text, start, citations):
            yield "delta", DeltaOut(text=text, start=start)
            for citation in citations:
                yield "citation", citation_out(citation)
        case Done(answer):
            yield "done", answer_out(answer)


def events_schema() -> dict[str, Any]:
    """Return the JSON schema of one event, whose `data` is a string of JSON with a schema of its own."""
    kinds = [
        {
            "title": f"{name} event",
            "type": "object",
            "required": ["id", "event", "data"],
            "properties": {
                "id": {"type": "string"},
                "event": {"const": name},
                "data": {
                    "type": "string",
                    "contentMediaType": "application/json",
                    "contentSchema": {"$ref": f"#/components/schemas/{model.__name__}"},
                },
            },
        }
        for name, model in EVENT_DATA.items()
    ]
    return {"title": "ChatEvent", "oneOf": kinds, "discriminator": {"propertyName": "event"}}
