"""Turns views into HTML: the template environment, and what every page is given."""

from __future__ import annotations

import logging
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, Response
from fastapi.routing import APIRoute
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from index.errors import IndexingError
from index.retriever import UnknownPassage
from server.bootstrap import Services
from server.errors import AssistantError
from server.page_regions import REGIONS, emergency_help
from server.page_security import CSRF_FIELD, form_token, secure_page
from server.page_views import long_date, safe_url
from server.settings import Settings

logger = logging.getLogger(__name__)

HERE = Path(__file__).parent
STATIC = HERE / "static"
# Where the quick exit leads: a busy site that says nothing about health.
EXIT_URL = "https://www.bbc.co.uk/weather"

_environment = Environment(
    loader=FileSystemLoader(HERE / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_environment.filters["long_date"] = long_date
_environment.filters["safe_url"] = safe_url


def page(request: Request, template: str, *, status: int = 200, may_embed: bool = False, **values: object) -> Response:
    """Return a page made from `template`; `may_embed` lets the operator's origins put it in a frame."""
    settings = built_services(request).settings
    region = values.pop("region", None) or settings.region
    token = form_token(request)
    is_embedded = may_embed and request.query_params.get("embed") == "1"
    html = _environment.get_template(template).render(
        {
            "regions": REGIONS,
            "region": region,
            "help": emergency_help(region),
            "token": token,
            "token_field": CSRF_FIELD,
            "exit_url": EXIT_URL,
            "path": request.url.path,
            "limit": settings.max_message_chars,
            "kept": kept_words(settings),
            "embedded": is_embedded,
            "error": None,
            **values,
        }
    )
    response = HTMLResponse(html, status_code=status)
    secure_page(response, request, token, embed_origins=settings.embed_origins if may_embed else ())
    return response


def built_services(request: Request) -> Services:
    """Return what was built at start."""
    built: Services = request.app.state.services
    return built


def kept_words(settings: Settings) -> str:
    """Return how long a conversation is kept, as the page says it.

    >>> kept_words(Settings(conversation_ttl_min=60))
    '60 minutes after your last message'
    """
    if settings.conversation_url:
        return _counted(settings.retention_days, "day") + " after your last message"
    return _counted(settings.conversation_ttl_min, "minute") + " after your last message"


def _counted(count: float, unit: str) -> str:
    return f"{count:g} {unit}" + ("" if count == 1 else "s")


class PageRoute(APIRoute):
    """A route whose faults are answered with a page a person can read."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the handler with the faults we know turned into pages."""
        handle = super().get_route_handler()

        async def handle_or_explain(request: Request) -> Response:
            try:
                return await handle(request)
            except AssistantError as exc:
                return error_page(request, exc.status, exc.title, str(exc))
            except UnknownPassage:
                return error_page(request, 404, "Page not found", "The library does not hold this (any more).")
            except IndexingError:
                logger.exception("library unavailable path=%s", request.url.path)
                return error_page(request, 503, "The library is unavailable", "Please try again in a few minutes.")
            except RequestValidationError:
                return error_page(request, 400, "That address is not right", "Go back and follow the link again.")

        return handle_or_explain


def error_page(request: Request, status: int, title: str, detail: str) -> Response:
    """Return an error as a page, with the way to urgent help still on it."""
    response = page(request, "error.html", status=status, title=title, detail=detail)
    if status == 503:
        response.headers["Retry-After"] = "60"
    return response
