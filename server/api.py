"""The HTTP doors under /v1 for chat, safety, search, sources and conversations."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response, StreamingResponse

from index.retriever import UnknownPassage
from server.assistant import Done, Event, QueryMade, SafetyChecked, SourcesFound, TextAdded
from server.bootstrap import Services
from server.conversations import Conversation, Message, new_conversation_id
from server.errors import ConversationUnknown, MessageInvalid, PassageUnknown, SourceUnknown
from server.schemas import (
    AnswerOut,
    ChatIn,
    ConversationOut,
    DeletedOut,
    FeedbackIn,
    FeedbackReceipt,
    MessageOut,
    PassageOut,
    SafetyIn,
    SafetyReply,
    SearchIn,
    SearchOut,
    SourceDetailOut,
    SourcesOut,
    answer_out,
    citation_out,
    deleted_out,
    document_out,
    hit_out,
    passage_out,
    safety_out,
    source_out,
)

router = APIRouter(prefix="/v1")
SSE_HEADERS = {"Cache-Control": "no-cache, no-transform", "X-Accel-Buffering": "no"}


def services(request: Request) -> Services:
    """Return what was built at start."""
    built: Services = request.app.state.services
    return built


Built = Annotated[Services, Depends(services)]


@router.post("/chat", operation_id="chat", response_model=AnswerOut)
def post_chat(body: ChatIn, built: Built) -> Response | AnswerOut:
    """Answer a message: red-flag check first, then cited excerpts. With `stream`, as server-sent events."""
    check_message(body.message, built)
    conversation = open_conversation(body.conversation_id, body.region, built)
    if body.stream:
        events = sse_events(body.message, conversation, built)
        return StreamingResponse(events, media_type="text/event-stream; charset=utf-8", headers=SSE_HEADERS)
    return answer_message(body.message, conversation, built)


@router.get("/conversations/{conversation_id}", operation_id="get_conversation")
def get_conversation(conversation_id: str, built: Built) -> ConversationOut:
    """Return a conversation while it lives."""
    return conversation_out(open_conversation(conversation_id, None, built))


@router.delete("/conversations/{conversation_id}", operation_id="delete_conversation")
def delete_conversation(conversation_id: str, built: Built) -> DeletedOut:
    """Forget a conversation now; 404 from then on."""
    if not built.conversations.delete(conversation_id):
        raise ConversationUnknown("There is no conversation under this id. It may have expired or been deleted.")
    return deleted_out(conversation_id)


@router.post("/safety", operation_id="check_red_flags")
def post_safety(body: SafetyIn, built: Built) -> SafetyReply:
    """Check a conversation for red flags; searches nothing and answers nothing."""
    messages = [Message(message.role, message.content) for message in body.messages]
    safety = safety_out(built.assistant.check(messages, body.region or built.settings.region))
    built.metrics.count_safety(safety)
    return SafetyReply(safety=safety)


@router.post("/search", operation_id="search")
def post_search(body: SearchIn, built: Built) -> SearchOut:
    """Return the passages nearest to a query, with the parts of their scores."""
    check_message(body.query, built)
    query = built.assistant.queries.standalone_query([Message("user", body.query)])
    hits = built.retriever.search(query.text, body.top_k, lexical_query=query.lexical_text)
    return SearchOut(hits=[hit_out(hit) for hit in hits])


@router.get("/sources", operation_id="list_sources")
def get_sources(built: Built) -> SourcesOut:
    """Return every source the library holds."""
    return SourcesOut(sources=[source_out(source) for source in built.retriever.sources])


@router.get("/sources/{source_id}", operation_id="get_source")
def get_source(source_id: str, built: Built) -> SourceDetailOut:
    """Return a source with the text of its documents."""
    documents = [d for d in built.retriever.documents if d.source.source_id == source_id]
    if not documents:
        raise SourceUnknown("There is no source under this id. See /v1/sources for those there are.")
    source = documents[0].source
    return SourceDetailOut(
        source=source_out(source),
        topics=list(source.topics),
        references=[
            ", ".join(p for p in (r.publisher, r.title, str(r.year or ""), r.url) if p) for r in source.references
        ],
        documents=[document_out(document) for document in documents],
    )


@router.get("/passages/{passage_id:path}", operation_id="get_passage")
def get_passage(passage_id: str, built: Built) -> PassageOut:
    """Return a passage and the document its span counts in."""
    try:
        passage = built.retriever.passage(passage_id)
    except UnknownPassage as exc:
        raise PassageUnknown("There is no passage under this id. Its source may have changed since.") from exc
    return passage_out(passage, built.retriever.document(passage.document_id))


@router.post("/feedback", operation_id="give_feedback", status_code=202)
def post_feedback(body: FeedbackIn, built: Built) -> FeedbackReceipt:
    """Count what somebody thought of an answer; nothing else is kept."""
    built.metrics.feedback.labels(body.rating, body.reason or "none").inc()
    return FeedbackReceipt()


# ---- shared by the doors --------------------------------------------------------------------------------------------


def check_message(text: str, built: Services) -> None:
    """Refuse a message that is blank or too long.

    Raises:
        MessageInvalid: with the limit and the length found, never with the text.
    """
    limit = built.settings.max_message_chars
    if not text.strip():
        raise MessageInvalid("Write a question. The message has no words in it.")
    if len(text) > limit:
        raise MessageInvalid(f"Use {limit:,} characters or fewer. You used {len(text):,}.")


def open_conversation(conversation_id: str | None, region: str | None, built: Services) -> Conversation:
    """Return the conversation under an id, or a new one when the id is None.

    Raises:
        ConversationUnknown: if there is none under this id (any more).
    """
    if conversation_id is None:
        return Conversation(new_conversation_id(), region=region)
    found = built.conversations.get(conversation_id)
    if found is None:
        raise ConversationUnknown("There is no conversation under this id. It may have expired or been deleted.")
    return found


def answer_message(text: str, conversation: Conversation, built: Services) -> AnswerOut:
    """Answer a message and keep both turns."""
    answer = answer_out(built.assistant.reply(conversation, text, conversation.region))
    built.metrics.count_answer(answer)
    keep_turn(text, answer, conversation, built)
    return answer


def keep_turn(text: str, answer: AnswerOut, conversation: Conversation, built: Services) -> None:
    """Store what was asked and answered."""
    now = datetime.now(UTC).timestamp()
    spoken = "\n\n".join([answer.answer.text, *(question.text for question in answer.safety.questions)])
    turn = (Message("user", text, now), Message("assistant", spoken, now, answer.model_dump(mode="json")))
    built.conversations.put(conversation.with_messages(*turn))


def conversation_out(conversation: Conversation) -> ConversationOut:
    """Return a conversation as the doors serve it."""
    messages = [
        MessageOut(
            role=message.role,
            content=message.text,
            time=datetime.fromtimestamp(message.time, UTC),
            answer=AnswerOut.model_validate(message.answer) if message.answer else None,
        )
        for message in conversation.messages
    ]
    return ConversationOut(id=conversation.conversation_id, region=conversation.region, messages=messages)


def sse_events(text: str, conversation: Conversation, built: Services) -> Iterator[str]:
    """Yield a reply as server-sent events: safety, meta, sources, delta and citation, done."""
    yield "retry: 3000\n\n"
    number = 0
    for event in built.assistant.events(conversation, text, conversation.region):
        if isinstance(event, Done):
            # Before it is sent: whoever reads `done` may ask for the turn at once.
            finished = answer_out(event.answer)
            built.metrics.count_answer(finished)
            keep_turn(text, finished, conversation, built)
        for name, data in _named(event, conversation.conversation_id):
            number += 1
            yield f"id: {number}\nevent: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"


def _named(event: Event, conversation_id: str) -> Iterator[tuple[str, object]]:
    match event:
        case SafetyChecked(safety):
            yield "safety", safety_out(safety).model_dump(mode="json")
        case QueryMade(query):
            yield (
                "meta",
                {"conversation_id": conversation_id, "query_used": query.text, "query_rewritten": query.is_rewritten},
            )
        case SourcesFound(hits):
            yield "sources", {"hits": [hit_out(hit).model_dump(mode="json") for hit in hits]}
        case TextAdded(text, start, citations):
            yield "delta", {"text": text, "start": start}
            for citation in citations:
                yield "citation", citation_out(citation).model_dump(mode="json")
        case Done(answer):
            yield "done", answer_out(answer).model_dump(mode="json")
