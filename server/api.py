"""The HTTP doors under /v1 for chat, safety, search, sources and conversations."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Generator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from index.retriever import Filters, Hit, UnknownPassage
from server.answers import Answer
from server.assistant import Done, Event
from server.bootstrap import Services
from server.cancel import check_wanted
from server.chat_events import MetaOut, named_events
from server.conversations import Conversation, Message, new_conversation_id
from server.errors import (
    ConversationFull,
    ConversationsUnavailable,
    ConversationUnknown,
    MessageInvalid,
    PassageUnknown,
    SourceUnknown,
    problem_of,
    request_id_of,
)
from server.fitness import find
from server.schemas import (
    AnswerOut,
    ChatIn,
    ConversationOut,
    DeletedOut,
    FeedbackIn,
    FeedbackReceipt,
    IndexOut,
    MessageOut,
    PassageOut,
    SafetyIn,
    SafetyReply,
    SearchIn,
    SearchOut,
    SourceDetailOut,
    SourcesOut,
)
from server.serializers import answer_out, deleted_out, document_out, hit_out, passage_out, safety_out, source_out
from server.streams import EventStream, WantedAnswer, event_block
from server.turns import without_last_turn

router = APIRouter(prefix="/v1")

NO_CONVERSATION = "There is no conversation under this id. It may have expired or been deleted."


async def services(request: Request) -> Services:
    """Return what was built at start; not a plain function, which would be called in a worker thread."""
    built: Services = request.app.state.services
    return built


Built = Annotated[Services, Depends(services)]


@router.post("/chat", operation_id="chat", response_model=AnswerOut)
def post_chat(request: Request, body: ChatIn, built: Built) -> Response:
    """Answer a message: red-flag check first, then cited excerpts. With `stream`, as server-sent events."""
    check_message(body.message, built)
    whole = open_conversation(body.conversation_id, body.region, built)
    conversation = without_last_turn(whole) if body.replace_last else whole
    check_room(conversation, built)
    replaces = conversation is not whole
    if not body.stream:
        answer = partial(answer_message, body.message, conversation, built, body.top_k, replaces=replaces)
        return WantedAnswer(answer, built.workers)
    request_id = request_id_of(request)
    blocks = chat_events(body, conversation, request_id, built, replaces=replaces)
    return EventStream(blocks, built.workers, fault_event(request.url.path, request_id))


@router.get("/conversations/{conversation_id}", operation_id="get_conversation")
def get_conversation(conversation_id: str, built: Built) -> ConversationOut:
    """Return a conversation while it lives."""
    return conversation_out(open_conversation(conversation_id, None, built))


@router.delete("/conversations/{conversation_id}", operation_id="delete_conversation")
def delete_conversation(conversation_id: str, built: Built) -> DeletedOut:
    """Forget a conversation now; 404 from then on."""
    if not built.conversations.delete(conversation_id):
        raise ConversationUnknown(NO_CONVERSATION)
    return deleted_out(conversation_id)


@router.post("/safety", operation_id="check_red_flags")
def post_safety(body: SafetyIn, built: Built) -> SafetyReply:
    """Check a conversation for red flags; searches nothing and answers nothing."""
    messages = [Message(message.role, message.content) for message in body.messages]
    check_history(messages, built)
    safety = built.assistant.check(messages, body.region or built.settings.region)
    built.metrics.count_safety(safety)
    return SafetyReply(safety=safety_out(safety))


@router.post("/search", operation_id="search")
def post_search(body: SearchIn, built: Built) -> SearchOut:
    """Return the passages nearest to a query, with the parts of their scores."""
    hits = find_passages(body.query, body.top_k, built, audience=body.audience)
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
    return read_passage(passage_id, built)


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


def check_history(messages: Sequence[Message], built: Services) -> None:
    """Refuse turns that are too long, one by one or together.

    Raises:
        MessageInvalid: with the limit and the length found, never with the text.
    """
    limit, limit_together = built.settings.max_message_chars, built.settings.max_conversation_chars
    for number, message in enumerate(messages, 1):
        if len(message.text) > limit:
            raise MessageInvalid(
                f"Message {number} is too long: use {limit:,} characters or fewer. You used {len(message.text):,}."
            )
    together = sum(len(message.text) for message in messages)
    if together > limit_together:
        raise MessageInvalid(
            f"Use {limit_together:,} characters or fewer in all messages together. You used {together:,}."
        )


def check_room(conversation: Conversation, built: Services) -> None:
    """Refuse another turn in a conversation that holds as many messages as one may.

    Raises:
        ConversationFull: if it does.
    """
    limit = built.settings.max_turns
    if len(conversation.messages) >= limit:
        raise ConversationFull(f"A conversation may hold {limit} messages. Start a new one to go on.")


def open_conversation(conversation_id: str | None, region: str | None, built: Services) -> Conversation:
    """Return the conversation under an id, or a new one when the id is None.

    A `region` that is given holds from now on.

    Raises:
        ConversationUnknown: if there is none under this id (any more).
    """
    if conversation_id is None:
        return Conversation(new_conversation_id(), region=region)
    found = built.conversations.get(conversation_id)
    if found is None:
        raise ConversationUnknown(NO_CONVERSATION)
    return found if region is None else replace(found, region=region)


def find_passages(words: str, top_k: int, built: Services, *, audience: str | None = None) -> list[Hit]:
    """Return the passages nearest to `words`, best first; with `audience`, of sources written for it alone.

    Raises:
        MessageInvalid: if `words` is blank or too long.
    """
    check_message(words, built)
    query = built.assistant.queries.standalone_query([Message("user", words)])
    return find(built.retriever, query, top_k, filters=Filters(audience=audience or ""))


def read_passage(passage_id: str, built: Services) -> PassageOut:
    """Return the passage under an id, with the document its span counts in.

    Raises:
        PassageUnknown: if there is none under this id (any more).
    """
    retriever = built.retriever
    try:
        passage = retriever.passage(passage_id)
    except UnknownPassage as exc:
        raise PassageUnknown("There is no passage under this id. Its source may have changed since.") from exc
    return passage_out(passage, retriever.document(passage.document_id))


def reply_events(text: str, conversation: Conversation, built: Services, top_k: int | None = None) -> Generator[Event]:
    """Yield a reply step by step and count it; `top_k` passages are drawn on, or as many as the operator set.

    Raises:
        ClientLeft: between two steps, once nobody waits for the reply any more.
    """
    assistant = built.assistant if top_k is None else replace(built.assistant, top_k=top_k)
    with contextlib.closing(assistant.events(conversation, text, conversation.region)) as events:
        for event in events:
            check_wanted()
            if isinstance(event, Done):
                built.metrics.count_answer(event.answer)
            yield event


def whole_reply(text: str, conversation: Conversation, built: Services, top_k: int | None = None) -> Answer:
    """Return the finished reply to a message; it is counted and not kept."""
    *_, last = reply_events(text, conversation, built, top_k)
    if not isinstance(last, Done):
        raise RuntimeError("a reply must end with Done")
    return last.answer


def answer_message(
    text: str, conversation: Conversation, built: Services, top_k: int | None = None, *, replaces: bool = False
) -> AnswerOut:
    """Answer a message and keep both turns; `replaces` when they stand for a turn that `conversation` leaves out.

    A turn that cannot be kept is answered all the same: a fault of the database must not hide a card.
    """
    answer = answer_out(whole_reply(text, conversation, built, top_k))
    with contextlib.suppress(ConversationsUnavailable):
        keep_turn(text, answer, conversation, built, replaces=replaces)
    return answer


def keep_turn(
    text: str, answer: AnswerOut, conversation: Conversation, built: Services, *, replaces: bool = False
) -> None:
    """Store what was asked and answered, unless the conversation was deleted meanwhile.

    With `replaces`, the turn after `conversation` gives way, unless others have followed it by now.

    Raises:
        ConversationsUnavailable: if it cannot be stored.
    """
    latest = built.conversations.get(conversation.conversation_id)
    if latest is None and (conversation.messages or replaces):
        return
    if latest is not None and replaces and len(latest.messages) == len(conversation.messages) + 2:
        latest = replace(latest, messages=latest.messages[:-2])
    built.conversations.put(with_turn(replace(latest or conversation, region=conversation.region), text, answer))


def with_turn(conversation: Conversation, text: str, answer: AnswerOut) -> Conversation:
    """Return the conversation with a message and its answer at its end."""
    now = datetime.now(UTC).timestamp()
    spoken = "\n\n".join([answer.answer.text, *(question.text for question in answer.safety.questions)])
    asked = Message("user", text, now)
    return conversation.with_messages(asked, Message("assistant", spoken, now, answer.model_dump(mode="json")))


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


def chat_events(
    body: ChatIn, conversation: Conversation, request_id: str, built: Services, *, replaces: bool = False
) -> Generator[str]:
    """Yield a reply as server-sent events, in the order of `server.chat_events.EVENT_DATA`."""
    yield "retry: 3000\n\n"
    manifest = built.retriever.manifest
    index = IndexOut(version=manifest.generation, model=manifest.embedder.embedder_id)
    meta = MetaOut(conversation_id=conversation.conversation_id, request_id=request_id, index=index)
    yield event_block(1, "meta", meta.model_dump(mode="json"))
    steps = reply_events(body.message, conversation, built, body.top_k)
    with contextlib.closing(named_events(steps)) as events:
        for number, (name, data) in enumerate(events, 2):
            if isinstance(data, AnswerOut):
                # Before it is sent: whoever reads `done` may ask for the turn at once.
                with contextlib.suppress(ConversationsUnavailable):
                    keep_turn(body.message, data, conversation, built, replaces=replaces)
            yield event_block(number, name, data.model_dump(mode="json"))


def fault_event(path: str, request_id: str) -> Callable[[Exception], str]:
    """Return what makes a fault the last event of a stream: a problem document, as outside of one."""
    return lambda exc: event_block(0, "error", problem_of(exc).document(path, request_id))
