"""The chat as web pages: works as plain forms, and is upgraded by a script where there is one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Depends, Request
from fastapi.responses import FileResponse, RedirectResponse, Response
from pydantic import ValidationError
from starlette.datastructures import FormData

from server.api import check_message, keep_turn, open_conversation, post_feedback, whole_reply, with_turn
from server.bootstrap import Services
from server.conversations import Conversation
from server.errors import (
    AssistantError,
    ConversationsUnavailable,
    ConversationUnknown,
    MessageInvalid,
    NotFound,
)
from server.page_library import example_questions, library_size
from server.page_regions import is_region
from server.page_render import WIDGET, built_services, page
from server.page_screening import screening_message
from server.page_security import CSRF_FIELD, FormRefused, check_form
from server.page_summary import summary_view
from server.page_views import TurnView, turn_views
from server.schemas import FeedbackIn, QuestionOut
from server.serializers import answer_out, safety_out
from server.turns import without_last_turn

router = APIRouter(include_in_schema=False)

GONE = "That conversation was deleted, or its time was up."
NOT_KEPT = "This conversation could not be kept. The answer is below: print it, or note what you need of it."
GONE_WHILE_ASKING = GONE + " Your question is still in the box: ask it again to start a new conversation."


async def _read_form(request: Request) -> FormData:
    return await request.form()


Form = Annotated[FormData, Depends(_read_form)]


@router.get("/")
def welcome(request: Request) -> Response:
    """Say what this is and take the first question."""
    return _welcome(request)


@router.post("/")
def ask_first(request: Request, form: Form) -> Response:
    """Answer the first question of a conversation."""
    return _ask(request, None, form)


@router.get("/embed")
def embedded(request: Request) -> Response:
    """Return the chat for a frame in a page of an origin the operator allows."""
    return _welcome(request, embedded=True)


@router.get("/widget.js")
def widget(request: Request) -> Response:
    """Return the script that puts the chat into a page; there is none while no origin may embed it."""
    if not built_services(request).settings.embed_origins:
        raise NotFound("Embedding is switched off here.")
    headers = {"Cache-Control": "no-cache", "Cross-Origin-Resource-Policy": "cross-origin"}
    return FileResponse(WIDGET, media_type="text/javascript", headers=headers)


@router.get("/c/{conversation_id}")
def chat(request: Request, conversation_id: str, edit: int = 0, thanks: int = 0) -> Response:
    """Show a conversation; `edit` puts a turn's question back into the box, `thanks` says its feedback was noted."""
    conversation = _opened(conversation_id, built_services(request))
    texts = conversation.user_texts
    draft = texts[edit - 1] if 1 <= edit <= len(texts) else ""
    return _chat(request, conversation, draft=draft, edits=edit if draft else 0, thanks=thanks)


@router.post("/c/{conversation_id}")
def ask_next(request: Request, conversation_id: str, form: Form) -> Response:
    """Answer the next question of a conversation."""
    return _ask(request, conversation_id, form)


@router.get("/c/{conversation_id}/turns/{number}")
def turn(request: Request, conversation_id: str, number: int) -> Response:
    """Return one turn as a piece of HTML: what the script puts in place of what it built while streaming."""
    built = built_services(request)
    conversation = _opened(conversation_id, built)
    turns = _views(conversation, built)
    if not 1 <= number <= len(turns):
        raise ConversationUnknown("There is no such question in this conversation.")
    values = _chat_values(conversation, turns, built)
    return page(request, "fragment.html", may_embed=True, turn=turns[number - 1], count=len(turns), thanks=0, **values)


@router.post("/c/{conversation_id}/region")
def change_region(request: Request, conversation_id: str, form: Form) -> Response:
    """Show the phone numbers of another region, on the answers that are already there too."""
    built = built_services(request)
    check_form(request, _field(form, CSRF_FIELD))
    conversation = _opened(conversation_id, built)
    code = _field(form, "region")
    if is_region(code):
        built.conversations.put(in_region(conversation, code, built))
    return _back_to_chat(form, conversation_id, "#tools")


@router.post("/c/{conversation_id}/feedback")
def give_feedback(request: Request, conversation_id: str, form: Form) -> Response:
    """Count what somebody thought of an answer; nothing else is kept."""
    built = built_services(request)
    check_form(request, _field(form, CSRF_FIELD))
    fields = {"answer_id": _field(form, "answer_id"), "rating": _field(form, "rating")}
    try:
        post_feedback(FeedbackIn.model_validate(fields), built)
    except ValidationError as exc:
        raise FormRefused("Please choose one of the three buttons again.") from exc
    turn = _field(form, "turn")
    return _back_to_chat(form, conversation_id, f"#feedback-{turn if turn.isdigit() else 1}", thanks=turn)


@router.post("/c/{conversation_id}/keep")
def keep(request: Request, conversation_id: str, form: Form) -> Response:
    """Keep a conversation for as long again as after a message."""
    built = built_services(request)
    check_form(request, _field(form, CSRF_FIELD))
    built.conversations.put(_opened(conversation_id, built))
    return _back_to_chat(form, conversation_id, "#tools")


@router.get("/c/{conversation_id}/delete")
def confirm_delete(request: Request, conversation_id: str) -> Response:
    """Ask whether a conversation should be deleted."""
    conversation = _opened(conversation_id, built_services(request))
    return page(request, "delete.html", may_embed=True, region=conversation.region, conversation=conversation)


@router.post("/c/{conversation_id}/delete")
def delete(request: Request, conversation_id: str, form: Form) -> Response:
    """Forget a conversation now; its address answers 404 from then on."""
    check_form(request, _field(form, CSRF_FIELD))
    if not built_services(request).conversations.delete(conversation_id):
        raise ConversationUnknown(GONE)
    return RedirectResponse("/deleted" + ("?embed=1" if _field(form, "embed") else ""), 303)


@router.get("/deleted")
def deleted(request: Request) -> Response:
    """Say that a conversation is gone."""
    return page(request, "deleted.html", may_embed=True)


@router.get("/c/{conversation_id}/summary")
def summary(request: Request, conversation_id: str) -> Response:
    """Return one printable page to take to an appointment; made when asked for and not stored."""
    built = built_services(request)
    conversation = _opened(conversation_id, built)
    view = summary_view(conversation, _views(conversation, built))
    return page(
        request, "summary.html", may_embed=True, region=conversation.region, conversation=conversation, summary=view
    )


# ---- shared by the pages --------------------------------------------------------------------------------------------


def in_region(conversation: Conversation, region: str, built: Services) -> Conversation:
    """Return the conversation with the cards and numbers of `region` on every answer."""
    messages = []
    for number, message in enumerate(conversation.messages):
        if message.answer is not None:
            safety = safety_out(built.assistant.check(conversation.messages[:number], region))
            message = replace(message, answer={**message.answer, "safety": safety.model_dump(mode="json")})
        messages.append(message)
    return replace(conversation, messages=tuple(messages), region=region)


def _opened(conversation_id: str | None, built: Services) -> Conversation:
    try:
        return open_conversation(conversation_id, None, built)
    except ConversationUnknown as exc:
        raise ConversationUnknown(GONE) from exc


def _ask(request: Request, conversation_id: str | None, form: FormData) -> Response:
    built = built_services(request)
    text = _field(form, "suggestion") or _field(form, "message")
    conversation: Conversation | None = None
    try:
        check_form(request, _field(form, CSRF_FIELD))
        conversation = _in_form_region(_opened(conversation_id, built), form)
        text = _screening_text(conversation, form) or text
        if _field(form, "screening") and not text:
            raise MessageInvalid("Choose an answer to at least one question, or write in the box.")
        check_message(text, built)
        before = _before_edited(conversation, form)
        if len(before.messages) >= built.settings.max_turns:
            raise MessageInvalid("This conversation has reached its longest length. Start a new chat to go on.")
    except (FormRefused, MessageInvalid, ConversationUnknown) as exc:
        if conversation is None and conversation_id is not None and not isinstance(exc, ConversationUnknown):
            conversation = built.conversations.get(conversation_id)
        return _again(request, conversation, exc, text, form)
    return _answered(request, text, before, form, replaces=before is not conversation)


def _answered(request: Request, text: str, before: Conversation, form: FormData, *, replaces: bool) -> Response:
    """Answer a message, keep the turn and lead to it; a turn that cannot be kept is shown at once."""
    built = built_services(request)
    answer = answer_out(whole_reply(text, before, built))
    try:
        keep_turn(text, answer, before, built, replaces=replaces)
    except ConversationsUnavailable:
        # Shown from what is at hand: a fault of the database must not hide a card.
        return _chat(request, with_turn(before, text, answer), error=ConversationsUnavailable(NOT_KEPT))
    number = len(before.messages) // 2 + 1
    return _back_to_chat(form, before.conversation_id, f"#answer-{number}")


def _before_edited(conversation: Conversation, form: FormData) -> Conversation:
    """Return the conversation without its last question when the form edits that one, and no suggestion was chosen."""
    is_edit = _field(form, "replaces") == str(len(conversation.user_texts)) and not _field(form, "suggestion")
    return without_last_turn(conversation) if is_edit else conversation


def _in_form_region(conversation: Conversation, form: FormData) -> Conversation:
    code = _field(form, "region")
    return replace(conversation, region=code) if is_region(code) else conversation


def _screening_text(conversation: Conversation, form: FormData) -> str:
    last = conversation.messages[-1].answer if conversation.messages else None
    questions = [QuestionOut.model_validate(q) for q in last["safety"]["questions"]] if last else []
    return screening_message(questions, form)


def _again(
    request: Request, conversation: Conversation | None, exc: AssistantError, text: str, form: FormData
) -> Response:
    """Return the page the form came from, with the error at its top and the words still in the box."""
    if isinstance(exc, ConversationUnknown):
        exc = ConversationUnknown(GONE_WHILE_ASKING)
    if conversation is None or not conversation.messages:
        return _welcome(request, error=exc, draft=text, embedded=bool(_field(form, "embed")))
    edits = _field(form, "replaces")
    return _chat(request, conversation, error=exc, draft=text, edits=int(edits) if edits.isdecimal() else 0)


def _welcome(
    request: Request, *, error: AssistantError | None = None, draft: str = "", embedded: bool = False
) -> Response:
    built = built_services(request)
    return page(
        request,
        "welcome.html",
        status=error.status if error else 200,
        may_embed=embedded,
        embedded=embedded,
        error=str(error) if error else None,
        draft=draft,
        edits=0,
        conversation_id="",
        examples=example_questions(built.retriever),
        size=library_size(built.retriever),
        turns=[],
    )


def _chat(
    request: Request,
    conversation: Conversation,
    *,
    error: AssistantError | None = None,
    draft: str = "",
    edits: int = 0,
    thanks: int = 0,
) -> Response:
    built = built_services(request)
    turns = _views(conversation, built)
    is_replacing = bool(turns) and edits == len(turns) and turns[-1].may_be_replaced
    return page(
        request,
        "chat.html",
        status=error.status if error else 200,
        may_embed=True,
        error=str(error) if error else None,
        draft=draft,
        edits=edits if is_replacing else 0,
        turns=turns,
        thanks=thanks,
        **_chat_values(conversation, turns, built),
    )


def _chat_values(conversation: Conversation, turns: list[TurnView], built: Services) -> dict[str, Any]:
    is_in_memory = not built.settings.conversation_url
    return {
        "conversation_id": conversation.conversation_id,
        "region": conversation.region,
        "pinned": turns[-1].safety if turns and turns[-1].safety.sticky else None,
        "card_turn": max((turn.number for turn in turns if turn.safety.card and not turn.is_reminder), default=0),
        "ttl_s": int(built.settings.conversation_ttl_min * 60) if is_in_memory else 0,
    }


def _views(conversation: Conversation, built: Services) -> list[TurnView]:
    return turn_views(conversation, built.retriever.document)


def _back_to_chat(form: FormData, conversation_id: str, fragment: str, thanks: str = "") -> Response:
    fields = {"embed": "1" if _field(form, "embed") else "", "thanks": thanks}
    query = urlencode({name: value for name, value in fields.items() if value})
    return RedirectResponse(f"/c/{quote(conversation_id)}{'?' * bool(query)}{query}{fragment}", 303)


def _field(form: Mapping[str, object], name: str) -> str:
    value = form.get(name, "")
    return value if isinstance(value, str) else ""
