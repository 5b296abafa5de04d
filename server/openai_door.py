"""The OpenAI-shaped door: chat completions whose citations survive clients that drop unknown fields."""

from __future__ import annotations

import contextlib
import json
import secrets
import time
from collections.abc import Callable, Generator, Sequence
from functools import partial
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field, StrictBool

from server.answers import AnswerStatus
from server.api import Built, check_history, check_message, reply_events, whole_reply
from server.assistant import Done, SafetyChecked, TextAdded
from server.bootstrap import Services
from server.conversations import Conversation, Message, new_conversation_id
from server.errors import MessageInvalid, problem_of
from server.schemas import CitationOut, Model, SafetyOut
from server.serializers import answer_out, safety_out
from server.spoken import safety_text, spoken, tail_text
from server.streams import EventStream, WantedAnswer

MODEL_ID = "plumbline"
# A client of this door can only add to a text; said before an answer that replaces what was streamed.
INSTEAD = "\n\nWhat stands above could not be confirmed. The answer is:\n\n"

router = APIRouter(prefix="/v1", tags=["OpenAI-shaped"])

Finish = Literal["stop"]


class TextPart(BaseModel):
    """A part of a message; only text is read."""

    model_config = ConfigDict(extra="allow")

    type: str
    text: str = ""


class ChatMessage(BaseModel):
    """A turn; system messages are accepted and not obeyed: the assistant's behaviour is fixed."""

    model_config = ConfigDict(extra="allow")

    role: Literal["system", "developer", "user", "assistant", "tool"]
    content: str | list[TextPart] | None = None

    @property
    def words(self) -> str:
        """Return the text of the message."""
        if isinstance(self.content, list):
            return "\n".join(part.text for part in self.content if part.type == "text")
        return self.content or ""


class CompletionIn(BaseModel):
    """A chat completion request. Fields that steer a language model are accepted and have no effect."""

    model_config = ConfigDict(extra="allow")

    messages: Annotated[list[ChatMessage], Field(min_length=1, max_length=400)] = Field(
        examples=[[{"role": "user", "content": "what is the most common cause of sciatica?"}]],
        description="The last turn must be the user's, and hold words",
    )
    model: str = MODEL_ID
    stream: StrictBool = False


class PlaceOut(Model):
    """Where in `content` a quote stands, and the address of its source."""

    start_index: int
    end_index: int
    url: str
    title: str


class AnnotationOut(Model):
    """A citation as OpenAI clients know it."""

    type: Literal["url_citation"] = "url_citation"
    url_citation: PlaceOut


class ContextOut(Model):
    """The same citations whole, with their spans in the source."""

    citations: list[CitationOut]


class AssistantMessageOut(Model):
    """The answer: card first, then the text with `[n]` markers, then the disclaimer."""

    role: Literal["assistant"] = "assistant"
    content: str
    refusal: None = None
    annotations: list[AnnotationOut]
    context: ContextOut


class ChoiceOut(Model):
    """The one choice there is."""

    index: Literal[0] = 0
    message: AssistantMessageOut
    finish_reason: Finish = "stop"
    logprobs: None = None


class UsageOut(Model):
    """No tokens are counted."""

    prompt_tokens: Literal[0] = 0
    completion_tokens: Literal[0] = 0
    total_tokens: Literal[0] = 0


class CompletionOut(Model):
    """A chat completion; `citations[n - 1]` is the address behind marker `[n]`."""

    id: str
    object: Literal["chat.completion"] = "chat.completion"
    created: int
    model: Literal["plumbline"] = "plumbline"
    choices: list[ChoiceOut]
    usage: UsageOut = UsageOut()
    citations: list[str]
    safety: SafetyOut
    status: AnswerStatus


class ChunkDeltaOut(Model):
    """What is added to the message; the references come in the last one that has content."""

    role: Literal["assistant"] | None = None
    content: str | None = None
    annotations: list[AnnotationOut] | None = None
    context: ContextOut | None = None


class ChunkChoiceOut(Model):
    """The one choice there is."""

    index: Literal[0] = 0
    delta: ChunkDeltaOut
    finish_reason: Finish | None = None
    logprobs: None = None


class CompletionChunkOut(Model):
    """A piece of a streamed completion; after the last one comes `[DONE]`."""

    id: str
    object: Literal["chat.completion.chunk"] = "chat.completion.chunk"
    created: int
    model: Literal["plumbline"] = "plumbline"
    choices: list[ChunkChoiceOut]
    citations: list[str] | None = None


class ModelOut(Model):
    """A model that can be asked."""

    id: Literal["plumbline"] = "plumbline"
    object: Literal["model"] = "model"
    created: Literal[0] = 0
    owned_by: Literal["plumbline"] = "plumbline"


class ModelsOut(Model):
    """The models there are."""

    object: Literal["list"] = "list"
    data: list[ModelOut]


@router.get("/models", operation_id="list_models")
async def get_models() -> ModelsOut:
    """Return the one model there is."""
    return ModelsOut(data=[ModelOut()])


@router.post("/chat/completions", operation_id="create_chat_completion", response_model=CompletionOut)
def post_completion(request: Request, body: CompletionIn, built: Built) -> Response:
    """Answer the last user message, with the earlier ones as its conversation."""
    base = str(request.base_url)
    if not body.stream:
        return WantedAnswer(partial(complete, body, base, built), built.workers)
    text, conversation = _asked(body, built)
    chunks = _chunks({**_head(), "object": "chat.completion.chunk"}, conversation, text, base, built)
    return EventStream(chunks, built.workers, _fault_chunk)


def complete(body: CompletionIn, base: str, built: Services) -> CompletionOut:
    """Return the whole completion; `base` is the address that this server was asked under."""
    text, conversation = _asked(body, built)
    answer = answer_out(whole_reply(text, conversation, built))
    content, offset = spoken(answer)
    annotations, context = _references(answer.citations, offset, base)
    message = AssistantMessageOut(content=content, annotations=annotations, context=context)
    return CompletionOut.model_validate(
        {
            **_head(),
            "choices": [ChoiceOut(message=message)],
            "citations": _addresses(answer.citations, base),
            "safety": answer.safety,
            "status": answer.status,
        }
    )


def _head() -> dict[str, Any]:
    return {"id": "chatcmpl-" + secrets.token_hex(12), "created": int(time.time()), "model": MODEL_ID}


def _asked(body: CompletionIn, built: Services) -> tuple[str, Conversation]:
    turns = [Message("user" if m.role == "user" else "assistant", m.words) for m in body.messages if _is_turn(m)]
    if not turns or turns[-1].role != "user":
        raise MessageInvalid("The last message must be from the user.")
    text = turns[-1].text
    check_message(text, built)
    check_history(turns, built)
    return text, Conversation(new_conversation_id(), tuple(turns[:-1]), built.settings.region)


def _is_turn(message: ChatMessage) -> bool:
    return message.role in ("user", "assistant")


def _references(citations: Sequence[CitationOut], offset: int, base: str) -> tuple[list[AnnotationOut], ContextOut]:
    places = [
        PlaceOut(
            start_index=offset + citation.answer_span.start,
            end_index=offset + citation.answer_span.end,
            url=_address(citation, base),
            title=citation.source.title,
        )
        for citation in citations
    ]
    return [AnnotationOut(url_citation=place) for place in places], ContextOut(citations=list(citations))


def _addresses(citations: Sequence[CitationOut], base: str) -> list[str]:
    return [_address(citation, base) for citation in citations]


def _address(citation: CitationOut, base: str) -> str:
    """Return where a source can be read: at its publisher's, or in our library when it has no address of its own."""
    return citation.source.url or f"{base.rstrip('/')}/library/{citation.source.id}"


def _chunks(head: dict[str, Any], conversation: Conversation, text: str, base: str, built: Services) -> Generator[str]:
    def chunk(delta: dict[str, Any], finish: str | None = None, **more: object) -> str:
        choice = {"index": 0, "delta": delta, "finish_reason": finish, "logprobs": None}
        return f"data: {json.dumps({**head, 'choices': [choice], **more}, ensure_ascii=False)}\n\n"

    yield chunk({"role": "assistant", "content": ""})
    said = _Said()
    with contextlib.closing(reply_events(text, conversation, built)) as events:
        for event in events:
            match event:
                case SafetyChecked(safety):
                    yield from said.first(safety_text(safety_out(safety)), chunk)
                case TextAdded(added, start, _):
                    yield from said.answer(added, start, chunk)
                case Done(answer):
                    whole = answer_out(answer)
                    if whole.answer.text != said.shown:
                        yield from said.answer(whole.answer.text, 0, chunk)
                    yield chunk({"content": tail_text(whole)})
                    annotations, context = _references(whole.citations, said.offset, base)
                    places = [annotation.model_dump(mode="json") for annotation in annotations]
                    references = {"annotations": places, "context": context.model_dump(mode="json")}
                    yield chunk(references, citations=_addresses(whole.citations, base))
    yield chunk({}, "stop")
    yield "data: [DONE]\n\n"


class _Said:
    """What a client that can only append has been sent: where the answer's text starts in it, and that text."""

    def __init__(self) -> None:
        self.offset = 0
        self.shown = ""
        self._is_gap_due = False

    def first(self, words: str, chunk: Callable[[dict[str, Any]], str]) -> Generator[str]:
        """Yield the card."""
        if words:
            yield chunk({"content": words})
            self.offset, self._is_gap_due = len(words), True

    def answer(self, added: str, start: int, chunk: Callable[[dict[str, Any]], str]) -> Generator[str]:
        """Yield text of the answer; when it withdraws some, say so and give it whole again."""
        gap = "\n\n" if self._is_gap_due else ""
        self._is_gap_due = False
        self.offset += len(gap)
        if start < len(self.shown):
            self.offset += len(self.shown) + len(INSTEAD)
            self.shown = self.shown[:start] + added
            yield chunk({"content": INSTEAD + self.shown})
        else:
            self.shown += added
            yield chunk({"content": gap + added})


def _fault_chunk(exc: Exception) -> str:
    return f"data: {json.dumps(problem_of(exc).openai_document(), ensure_ascii=False)}\n\n"
