"""Turns views into HTML: the template environment, and what every page is given."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse, Response
from fastapi.staticfiles import StaticFiles
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from server.bootstrap import Services
from server.errors import Problem
from server.page_regions import REGIONS, emergency_help
from server.page_security import CSRF_FIELD, form_token, secure_page
from server.page_views import long_date, safe_url
from server.settings import Settings

HERE = Path(__file__).parent
STATIC = HERE / "static"
WIDGET = HERE / "widget.js"
# Where the quick exit leads: a busy site that says nothing about health.
EXIT_URL = "https://www.bbc.co.uk/weather"
_CONVERSATION = re.compile(r"/c/[\w-]+")

environment = Environment(
    loader=FileSystemLoader(HERE / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
environment.filters["long_date"] = long_date
environment.filters["safe_url"] = safe_url


def page(
    request: Request,
    template: str,
    *,
    status: int = 200,
    may_embed: bool = False,
    region: str | None = None,
    **values: object,
) -> Response:
    """Return a page made from `template`; `may_embed` lets the operator's origins put it in a frame."""
    settings = built_services(request).settings
    region = region or settings.region
    token = form_token(request)
    is_embedded = may_embed and request.query_params.get("embed") == "1"
    html = environment.get_template(template).render(
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


def problem_page(request: Request, problem: Problem) -> Response:
    """Return any fault as a page a person can read, with the way to urgent help still on it."""
    found = _CONVERSATION.match(request.url.path) if problem.status >= 500 else None
    back = found[0] if found else ""
    response = page(request, "error.html", status=problem.status, title=problem.title, detail=problem.detail, back=back)
    response.headers.update(problem.headers)
    return response


class StaticPages(StaticFiles):
    """Style sheet, scripts and marks; browsers ask each time whether they changed, so that parts never mismatch."""

    def __init__(self) -> None:
        super().__init__(directory=STATIC)

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        """Return a file that may be kept but must be checked."""
        response = super().file_response(*args, **kwargs)
        response.headers["Cache-Control"] = "no-cache"
        return response
