"""The examples of the OpenAPI document: real requests and answers over the bundled library.

``python -m server.examples > server/data/examples.json`` renews them from the index in ``PLUMBLINE_VAR``.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from pydantic import BaseModel

from server import api, mcp_tools, openai_door, operations
from server.bootstrap import Services, build_services
from server.conversations import Conversation, Message
from server.errors import (
    AssistantError,
    Busy,
    ConversationFull,
    ConversationUnknown,
    MessageInvalid,
    Problem,
    TooLarge,
    TooManyRequests,
    TooSlow,
    WrongHost,
    WrongKey,
    WrongMediaType,
)
from server.schemas import AnswerOut, DeletedOut, FeedbackIn, SearchIn
from server.serializers import answer_out
from server.settings import Settings

CONVERSATION_ID = "c_Yj1xU0bq4mZk8d2LwS7eR5aT"
REQUEST_ID = "req_4nFz0aXk81bQ"
WHEN = datetime(2026, 1, 5, 9, 30, tzinfo=UTC)

# A message for each answer status; a test asks them again.
MESSAGES = {
    "answered": "does heat help back pain?",
    "partial": "does heat or reiki help back pain?",
    "no_evidence": "how much does a private hip replacement cost?",
    "out_of_scope": "how do I treat a sprained ankle?",
    "needs_clarification": "it hurts",
    "safety_only": "my back went on monday and now I can't feel when I wipe",
    "rejected": "asdkjh qwlkej zxmcn",
}
PROBLEMS: tuple[AssistantError, ...] = (
    WrongKey("Send the header 'Authorization: Bearer <key>' with a key the operator gave you."),
    ConversationUnknown("There is no conversation under this id. It may have expired or been deleted."),
    TooSlow("Send the body at once."),
    ConversationFull("A conversation may hold 100 messages. Start a new one to go on."),
    TooLarge("Send 262,144 bytes or fewer."),
    WrongMediaType("Send the body as application/json."),
    MessageInvalid("Use 10,000 characters or fewer. You used 13,400."),
    TooManyRequests("You may ask 120 per 1 minute. Try again in 21 seconds.", 21),
    WrongHost("Ask the operator to add this host name to PLUMBLINE_ALLOWED_HOSTS."),
    Busy("Please try again in a moment."),
)
FAULT = Problem(500, "Something went wrong", "The fault is on our side. Please try again.", "internal")
MALFORMED = Problem(400, "The request is not valid JSON", "Send a JSON object, in UTF-8.", "malformed")


def examples(built: Services) -> dict[str, Any]:
    """Return the examples: by operation id, and the problems by status."""
    problems = [MALFORMED, FAULT, *(Problem.of(error) for error in PROBLEMS)]
    return {
        "operations": {**_conversations(built), **_library(built), **_others(built)},
        "problems": {str(problem.status): problem.document("/v1/chat", REQUEST_ID) for problem in problems},
        "openai_errors": {str(problem.status): problem.openai_document() for problem in problems},
    }


def answers(built: Services) -> dict[str, AnswerOut]:
    """Return the answer to each of `MESSAGES`, with ids and timings that stay the same."""
    found = {}
    for status, message in MESSAGES.items():
        answer = answer_out(built.assistant.reply(Conversation(CONVERSATION_ID), message))
        answer.id = f"ans_{status}"
        answer.timings_ms = dict.fromkeys(answer.timings_ms, 10.0)
        found[status] = answer
    return found


def _conversations(built: Services) -> dict[str, Any]:
    replies = answers(built)
    answered = replies["answered"]
    asked = {"message": MESSAGES["answered"], "region": "GB"}
    conversation = Conversation(CONVERSATION_ID, region="GB")
    turns = [
        Message("user", MESSAGES["answered"], WHEN.timestamp()),
        Message("assistant", answered.answer.text, WHEN.timestamp(), _json(answered)),
    ]
    kept = api.conversation_out(conversation.with_messages(*turns))
    return {
        "chat": {
            "request": {
                "question": asked,
                **{status: {"message": message} for status, message in MESSAGES.items() if status != "answered"},
                "stream": {**asked, "stream": True},
            },
            "responses": {"200": {status: _json(answer) for status, answer in replies.items()}},
        },
        "get_conversation": _read({"conversation_id": CONVERSATION_ID}, kept),
        "delete_conversation": _read(
            {"conversation_id": CONVERSATION_ID}, DeletedOut(id=CONVERSATION_ID, deleted_at=WHEN)
        ),
        "give_feedback": {
            "request": {"unsafe": _json(FeedbackIn(answer_id=answered.id, rating="unsafe", reason="missed_emergency"))},
            "responses": {"202": {"received": {"received": True}}},
        },
    }


def _library(built: Services) -> dict[str, Any]:
    shortest = min(built.retriever.documents, key=lambda document: len(document.text))
    source_id = shortest.source.source_id
    passage = next(p for p in built.retriever.passages if p.document_id == shortest.document_id)
    sources = api.get_sources(built)
    sources.sources = [source for source in sources.sources if source.id == source_id]
    query = SearchIn(query="what causes sciatica", top_k=1)
    return {
        "search": {
            "request": {"words": _json(query)},
            "responses": {"200": {"found": _json(api.post_search(query, built))}},
        },
        "list_sources": {"responses": {"200": {"shortened": _json(sources)}}},
        "get_source": _read({"source_id": source_id}, api.get_source(source_id, built)),
        "get_passage": _read({"passage_id": passage.passage_id}, api.get_passage(passage.passage_id, built)),
    }


def _others(built: Services) -> dict[str, Any]:
    said = {"messages": [{"role": "user", "content": MESSAGES["safety_only"]}], "region": "GB"}
    check = mcp_tools.check_red_flags(mcp_tools.CheckIn(text=MESSAGES["safety_only"], region="GB"), built)
    checked = {"safety": _json(check)}
    body = openai_door.CompletionIn.model_validate({"messages": [{"role": "user", "content": MESSAGES["answered"]}]})
    completion = openai_door.complete(body, "http://127.0.0.1:8000", built)
    completion.id, completion.created = "chatcmpl-0a1b2c3d4e5f60718293a4b5", int(WHEN.timestamp())
    return {
        "check_red_flags": {
            "request": {"emergency": said},
            "responses": {"200": {"emergency": checked}},
        },
        "create_chat_completion": {
            "request": {"question": body.model_dump(mode="json", include={"messages", "model", "stream"})},
            "responses": {"200": {"answered": _json(completion)}},
        },
        "list_models": {"responses": {"200": {"models": _json(openai_door.ModelsOut(data=[openai_door.ModelOut()]))}}},
        "health": {"responses": {"200": {"alive": {"status": "ok"}}}},
        "version": {"responses": {"200": {"version": _json(operations.get_version(built))}}},
    }


def _read(parameters: dict[str, str], value: BaseModel) -> dict[str, Any]:
    return {"parameters": parameters, "responses": {"200": {"found": _json(value)}}}


def _json(value: BaseModel) -> dict[str, Any]:
    return value.model_dump(mode="json")


if __name__ == "__main__":
    print(json.dumps(examples(build_services(Settings())), ensure_ascii=False, indent=1))
