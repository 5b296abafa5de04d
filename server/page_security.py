"""What keeps the pages safe: headers, and proof that a form post comes from our own page."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from fastapi import Request
from fastapi.responses import Response

from server.errors import AssistantError

CSRF_COOKIE = "plumbline_form"
CSRF_FIELD = "form_token"

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors {ancestors}"
)


class FormRefused(AssistantError):
    """A form post that cannot be shown to come from our own page."""

    status = 403
    title = "Please send that again"
    code = "form_refused"


def form_token(request: Request) -> str:
    """Return the token of this browser: the one in its cookie, or a fresh one."""
    kept = request.cookies.get(CSRF_COOKIE, "")
    return kept if 32 <= len(kept) <= 64 and kept.isascii() else secrets.token_urlsafe(32)


def check_form(request: Request, token: str) -> None:
    """Refuse a form post from another site.

    The token of the form must be that of the cookie (double submit). A browser that keeps no cookie for us, as in an
    embedded page, must say itself that the post is same-origin; pages of other sites cannot set that header.

    Raises:
        FormRefused: if neither holds.
    """
    kept = request.cookies.get(CSRF_COOKIE, "")
    if kept and secrets.compare_digest(kept.encode(), token.encode()):
        return
    if not kept and request.headers.get("sec-fetch-site") == "same-origin":
        return
    raise FormRefused(
        "This form was open for too long or came from elsewhere. Your words are still here: send them again."
    )


def secure_page(response: Response, request: Request, token: str, *, embed_origins: Sequence[str] = ()) -> None:
    """Add the headers of a page that may hold what somebody asked; `embed_origins` may put it in a frame."""
    ancestors = " ".join(embed_origins) or "'none'"
    response.headers["Content-Security-Policy"] = _POLICY.format(ancestors=ancestors)
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    response.headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
    response.headers["Cache-Control"] = "no-store"
    if not embed_origins:
        response.headers["X-Frame-Options"] = "DENY"
    is_https = request.url.scheme == "https"
    response.set_cookie(CSRF_COOKIE, token, httponly=True, samesite="strict", secure=is_https, path="/")
