"""Errors of the server package, and the one place that turns any fault into an RFC 9457 problem document.

AssistantError                 carries status, title and a code for the problem document
├── NotFound                   404
│   ├── ConversationUnknown
│   ├── SourceUnknown
│   └── PassageUnknown
├── MessageInvalid             422
├── ConversationFull           409
├── WrongHost                  421
├── WrongOrigin                403
├── TooSlow                    408
├── WrongKey                   401
├── TooLarge                   413
├── WrongMediaType             415
├── TooManyRequests            429, with Retry-After
├── Busy                       503, with Retry-After
├── SearchUnavailable          503, with Retry-After
├── ConversationsUnavailable   503, with Retry-After
└── SettingsInvalid            said at start, never over HTTP
"""

from __future__ import annotations

import json
import logging
import traceback
from collections.abc import Awaitable, Callable, Mapping, Sequence
from http import HTTPStatus
from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

from index.errors import IndexingError

logger = logging.getLogger(__name__)

SHOWN_CALLS = 4  # of a fault, in the log
PROBLEM_JSON = "application/problem+json"
# Clients of this door parse {"error": {...}} and nothing else.
OPENAI_PATHS = ("/v1/chat/completions", "/v1/models")

ErrorPage = Callable[[Request, "Problem"], Response]


class AssistantError(Exception):
    """Base of the errors a door may answer with; the text never repeats what the person wrote."""

    status = 500
    title = "Something went wrong"
    code = "internal"
    retry_after_s: int | None = None


class NotFound(AssistantError):
    """There is nothing under this address or id."""

    status = 404
    title = "Not found"
    code = "not_found"


class ConversationUnknown(NotFound):
    """No conversation under this id: it never was, has expired or was deleted."""

    title = "This conversation is not here any more"
    code = "conversation_unknown"


class SourceUnknown(NotFound):
    """No source under this id."""

    title = "There is no such source"
    code = "source_unknown"


class PassageUnknown(NotFound):
    """No passage under this id."""

    title = "There is no such passage"
    code = "passage_unknown"


class MessageInvalid(AssistantError):
    """The message is empty or too long."""

    status = 422
    title = "The message cannot be read"
    code = "message_invalid"


class ConversationFull(AssistantError):
    """The conversation holds as many messages as one may."""

    status = 409
    title = "This conversation is full"
    code = "conversation_full"


class WrongHost(AssistantError):
    """The request names a host this server does not go by, as in DNS rebinding."""

    status = 421
    title = "This server does not go by that name"
    code = "wrong_host"


class WrongOrigin(AssistantError):
    """A page of another site sent the request."""

    status = 403
    title = "Requests from that site are not answered"
    code = "wrong_origin"


class TooSlow(AssistantError):
    """The request body did not arrive in time."""

    status = 408
    title = "The request took too long to arrive"
    code = "too_slow"


class WrongKey(AssistantError):
    """An API key is needed, and none or a wrong one was sent."""

    status = 401
    title = "An API key is needed"
    code = "unauthorized"


class TooLarge(AssistantError):
    """The request body is larger than is read."""

    status = 413
    title = "The request is too large"
    code = "too_large"


class WrongMediaType(AssistantError):
    """The request body is not JSON."""

    status = 415
    title = "The request body must be JSON"
    code = "wrong_media_type"


class TooManyRequests(AssistantError):
    """The client asked more often than it may."""

    status = 429
    title = "Too many requests"
    code = "rate_limited"

    def __init__(self, detail: str, retry_after_s: int) -> None:
        super().__init__(detail)
        self.retry_after_s = retry_after_s


class Busy(AssistantError):
    """As many requests as can be answered at once are being answered."""

    status = 503
    title = "Too busy just now"
    code = "busy"
    retry_after_s = 2


class SearchUnavailable(AssistantError):
    """The index cannot be searched right now."""

    status = 503
    title = "Search is unavailable"
    code = "search_unavailable"
    retry_after_s = 5


class ConversationsUnavailable(AssistantError):
    """The place where conversations are kept can be neither read nor written right now."""

    status = 503
    title = "Conversations are unavailable"
    code = "conversations_unavailable"
    retry_after_s = 5


class SettingsInvalid(AssistantError):
    """A setting does not hold what it should; said at start."""

    title = "A setting is wrong"
    code = "settings_invalid"


class Problem:
    """An RFC 9457 problem: what is sent for any fault. Holds nothing the person wrote."""

    def __init__(
        self,
        status: int,
        title: str,
        detail: str,
        code: str,
        errors: Sequence[Mapping[str, str]] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.status, self.title, self.detail, self.code = status, title, detail, code
        self.errors = [dict(error) for error in errors]
        self.headers = dict(headers or {})

    @classmethod
    def of(cls, error: AssistantError) -> Problem:
        """Return the problem document of one of our errors."""
        headers = {} if error.retry_after_s is None else {"Retry-After": str(error.retry_after_s)}
        return cls(error.status, error.title, str(error), error.code, headers=headers)

    def document(self, path: str, request_id: str) -> dict[str, object]:
        """Return the problem as JSON values."""
        body: dict[str, object] = {
            "type": f"/problems/{self.code}",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            "instance": path,
            "request_id": request_id,
        }
        return {**body, "errors": self.errors} if self.errors else body

    def openai_document(self) -> dict[str, object]:
        """Return the problem in the shape that OpenAI clients parse."""
        kind = "invalid_request_error" if self.status < HTTPStatus.INTERNAL_SERVER_ERROR else "server_error"
        detail = "; ".join([self.detail, *(error["detail"] for error in self.errors)])
        return {"error": {"message": detail, "type": kind, "param": None, "code": self.code}}

    def response(self, path: str, request_id: str) -> Response:
        """Return the HTTP response: problem+json, or the OpenAI shape on the OpenAI door."""
        if path.startswith(OPENAI_PATHS):
            return JSONResponse(self.openai_document(), self.status, headers=self.headers)
        content = json.dumps(self.document(path, request_id), ensure_ascii=False)
        return Response(content, self.status, media_type=PROBLEM_JSON, headers=self.headers)


def install_error_handlers(app: FastAPI, error_page: ErrorPage | None = None) -> None:
    """Answer every fault of `app` with a problem; `error_page` renders it instead for a browser that wants HTML."""

    def answer(make: Callable[[Exception], Problem]) -> Callable[[Request, Exception], Awaitable[Response]]:
        async def handle(request: Request, exc: Exception) -> Response:
            problem = make(exc)
            if error_page is not None and _wants_page(request):
                return error_page(request, problem)
            return problem.response(request.url.path, request_id_of(request))

        return handle

    app.add_exception_handler(AssistantError, answer(_of_ours))
    app.add_exception_handler(IndexingError, answer(_of_index))
    app.add_exception_handler(RequestValidationError, answer(_of_validation))
    app.add_exception_handler(HTTPException, answer(_of_http))
    app.add_exception_handler(Exception, answer(_of_fault))


def problem_of(exc: Exception) -> Problem:
    """Return what to tell a client about a fault that comes once its response has started, or inside a tool call."""
    if isinstance(exc, AssistantError):
        return _of_ours(exc)
    return _of_index(exc) if isinstance(exc, IndexingError) else _of_fault(exc)


def request_id_of(request: Request) -> str:
    """Return the id that the request goes by in the logs, or an empty string."""
    return str(request.scope.get("plumbline_request_id", ""))


def _wants_page(request: Request) -> bool:
    is_door = request.url.path.startswith(("/v1/", "/mcp", "/health", "/metrics", "/version", "/openapi.json"))
    return not is_door and "text/html" in request.headers.get("accept", "")


def _of_ours(exc: Exception) -> Problem:
    if not isinstance(exc, AssistantError):
        raise TypeError("expected one of our errors")
    return Problem.of(exc)


def _of_index(exc: Exception) -> Problem:
    logger.error("search failed: %s", exc)
    return Problem.of(SearchUnavailable("The library cannot be searched right now. Please try again in a few minutes."))


def _of_validation(exc: Exception) -> Problem:
    if not isinstance(exc, RequestValidationError):
        raise TypeError("expected a validation error")
    found = exc.errors()
    if any(error["type"] == "json_invalid" for error in found):
        return Problem(400, "The request is not valid JSON", "Send a JSON object, in UTF-8.", "malformed")
    errors = [
        # The message of a validation error names limits and types; `input` holds the words, and is left out.
        {"pointer": _pointer(error["loc"]), "code": str(error["type"]), "detail": str(error["msg"])}
        for error in found
    ]
    return Problem(422, "The request has a field that cannot be used", "See errors.", "validation", errors)


def _pointer(location: Sequence[str | int]) -> str:
    parts = [str(part).replace("~", "~0").replace("/", "~1") for part in location]
    return "/" + "/".join(parts[1:] if parts[:1] in (["body"], ["query"], ["path"]) else parts)


def _of_http(exc: Exception) -> Problem:
    if not isinstance(exc, HTTPException):
        raise TypeError("expected an HTTP exception")
    status = HTTPStatus(exc.status_code)
    detail = {404: "There is nothing at this address.", 405: "This address does not take that method."}
    headers = dict(exc.headers or {})
    words = detail.get(status, status.description or status.phrase)
    return Problem(status, status.phrase, words, status.name.lower(), headers=headers)


def _of_fault(exc: Exception) -> Problem:
    # The exception's own text may hold what the person wrote; its type and place do not.
    logger.error("fault %s at %s", type(exc).__name__, _place(exc))
    return Problem(500, "Something went wrong", "The fault is on our side. Please try again.", "internal")


def _place(exc: Exception) -> str:
    """Return the files and lines of the last calls before an exception, innermost first."""
    frames = traceback.extract_tb(exc.__traceback__)[-SHOWN_CALLS:]
    return " < ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in reversed(frames)) or "an unknown place"
