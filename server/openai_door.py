"""The OpenAI-shaped door: chat completions whose citations survive clients that drop unknown fields."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Iterator, Sequence
from typing import Annotated, Any, Literal

from fastapi import APIRouter
from fastapi.responses import Response, StreamingResponse
from pydantic import BaseModel, ConfigDict, Field

from server.api import SSE_HEADERS, Built, check_message
from server.assistant import Done, SafetyChecked, TextAdded
from server.conversations import Conversation, Message, new_conversation_id
from server.errors import MessageInvalid
from server.schemas import AnswerOut, CitationOut, SafetyOut, answer_out, safety_out

MODEL_ID = "plumbline"

router = APIRouter(prefix="/v1", tags=["OpenAI-shaped"])


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

    messages: Annotated[list[ChatMessage], Field(min_length=1, max_length=400)]
    model: str = MODEL_ID
    stream: bool = False


@router.get("/models", operation_id="list_models")
def get_models() -> dict[str, object]:
    """Return the one model there is."""
    return {"object": "list", "data": [{"id": MODEL_ID, "object": "model", "created": 0, "owned_by": "plumbline"}]}


@router.post("/chat/completions", operation_id="create_chat_completion", response_model=None)
def post_completion(body: CompletionIn, built: Built) -> Response | dict[str, object]:
    """Answer the last user message, with the earlier ones as its conversation."""
    turns = [Message("user" if m.role == "user" else "assistant", m.words) for m in body.messages if _is_turn(m)]
    if not turns or turns[-1].role != "user":
        raise MessageInvalid("The last message must be from the user.")
    check_message(turns[-1].text, built)
    conversation = Conversation(new_conversation_id(), tuple(turns[:-1]), built.settings.region)
    head = {"id": "chatcmpl-" + secrets.token_hex(12), "created": int(time.time()), "model": MODEL_ID}
    if body.stream:
        chunks = _chunks(head, conversation, turns[-1].text, built)
        return StreamingResponse(chunks, media_type="text/event-stream; charset=utf-8", headers=SSE_HEADERS)
    answer = answer_out(built.assistant.reply(conversation, turns[-1].text))
    content, offset = spoken(answer)
    message = {"role": "assistant", "content": content, "refusal": None, **_references(answer.citations, offset)}
    return {
        **head,
        "object": "chat.completion",
        "choices": [{"index": 0, "message": message, "finish_reason": "stop", "logprobs": None}],
        "usage": {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0},
        "citations": _addresses(answer.citations),
        "safety": answer.safety.model_dump(mode="json"),
        "status": answer.status.value,
    }


def spoken(answer: AnswerOut) -> tuple[str, int]:
    """Return all words of an answer, the card first, and where the answer's own text starts in them."""
    before = safety_text(answer.safety)
    head = before + "\n\n" if before and answer.answer.text else before
    return head + answer.answer.text + tail_text(answer), len(head)


def safety_text(safety: SafetyOut) -> str:
    """Return a card as plain text, for doors that carry text alone; empty when there is none."""
    lines = [safety.reminder] if safety.reminder else []
    if safety.card is not None:
        card = safety.card
        lines += [f"{card.prefix}: {card.heading}", *(f"- {item}" for item in card.items), *card.while_waiting]
        lines += ["Go now instead if:", *(f"- {item}" for item in card.go_now_if)] if card.go_now_if else []
        lines += [card.note] if card.note else []
        lines += [f"{contact.label} ({contact.href.removeprefix('tel:')})" for contact in safety.contacts]
    return "\n".join(lines)


def tail_text(answer: AnswerOut) -> str:
    """Return the words after the answer: screening questions, safety net, disclaimer."""
    questions = [question.text for question in answer.safety.questions]
    after = ["\n".join(questions)] if questions else []
    after += [answer.safety.safety_net] if answer.safety.safety_net else []
    return "".join(f"\n\n{block}" for block in [*after, answer.disclaimer.text])


def _is_turn(message: ChatMessage) -> bool:
    return message.role in ("user", "assistant")


def _references(citations: Sequence[CitationOut], offset: int) -> dict[str, object]:
    return {
        "annotations": [
            {
                "type": "url_citation",
                "url_citation": {
                    "start_index": offset + citation.answer_span.start,
                    "end_index": offset + citation.answer_span.end,
                    "url": citation.source.url,
                    "title": citation.source.title,
                },
            }
            for citation in citations
        ],
        "context": {"citations": [citation.model_dump(mode="json") for citation in citations]},
    }


def _addresses(citations: Sequence[CitationOut]) -> list[str]:
    return list(dict.fromkeys(citation.source.url for citation in citations))


def _chunks(head: dict[str, Any], conversation: Conversation, text: str, built: Built) -> Iterator[str]:
    def chunk(delta: dict[str, Any], finish: str | None = None, **more: object) -> str:
        choice = {"index": 0, "delta": delta, "finish_reason": finish, "logprobs": None}
        body = {**head, "object": "chat.completion.chunk", "choices": [choice], **more}
        return f"data: {json.dumps(body, ensure_ascii=False)}\n\n"

    yield chunk({"role": "assistant", "content": ""})
    offset, shown = 0, ""
    for event in built.assistant.events(conversation, text):
        match event:
            case SafetyChecked(safety):
                before = safety_text(safety_out(safety))
                if before:
                    yield chunk({"content": before + "\n\n"})
                    offset = len(before) + 2
            case TextAdded(added, start, _):
                shown = shown[:start] + added
                yield chunk({"content": added})
            case Done(answer):
                whole = answer_out(answer)
                if whole.answer.text != shown:
                    # What was streamed has been withdrawn; a client of this door can only add, so say it again whole.
                    offset += len(shown) + 2
                    yield chunk({"content": "\n\n" + whole.answer.text})
                yield chunk({"content": tail_text(whole)})
                yield chunk(_references(whole.citations, offset), citations=_addresses(whole.citations))
    yield chunk({}, "stop")
    yield "data: [DONE]\n\n"
