"""What stands before the doors: size, media type, API key, rate and concurrency limits. Pure ASGI, so streams flow."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import time
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.errors import (
    AssistantError,
    Busy,
    Problem,
    SettingsInvalid,
    TooLarge,
    TooManyRequests,
    TooSlow,
    WrongHost,
    WrongKey,
    WrongMediaType,
    WrongOrigin,
)

# Reached without a key and without counting against a limit: probes must work when everything else is refused.
OPEN_PATHS = ("/health", "/static/")
JSON_PATHS = ("/v1/",)
BODY_TIMEOUT_S = 20.0
LOCAL_NAMES = ("127.0.0.1", "localhost", "::1")


class BodyLimit:
    """Refuse request bodies above `max_bytes`, whether announced or only sent, and those that take too long."""

    def __init__(self, app: ASGIApp, max_bytes: int, timeout_s: float = BODY_TIMEOUT_S) -> None:
        self._app = app
        self._max_bytes = max_bytes
        self._timeout_s = timeout_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer 408, 413 or 415."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        headers = Headers(scope=scope)
        announced = headers.get("content-length", "0")
        if not announced.isdigit() or int(announced) > self._max_bytes:
            return await _refuse(TooLarge(f"Send {self._max_bytes:,} bytes or fewer."), scope, receive, send)
        is_json = headers.get("content-type", "").split(";")[0].strip().lower() in ("application/json", "")
        if scope["method"] == "POST" and scope["path"].startswith(JSON_PATHS) and not is_json:
            return await _refuse(WrongMediaType("Send the body as application/json."), scope, receive, send)
        try:
            async with asyncio.timeout(self._timeout_s):
                body = await self._read(receive)
        except TimeoutError:
            return await _refuse(TooSlow("Send the body at once."), scope, receive, send)
        if body is None:
            return await _refuse(TooLarge(f"Send {self._max_bytes:,} bytes or fewer."), scope, receive, send)
        return await self._app(scope, _replay(body, receive), send)

    async def _read(self, receive: Receive) -> bytes | None:
        chunks: list[bytes] = []
        size = 0
        while True:
            message = await receive()
            if message["type"] != "http.request":
                return b"".join(chunks)
            chunks.append(message.get("body", b""))
            size += len(chunks[-1])
            if size > self._max_bytes:
                return None
            if not message.get("more_body", False):
                return b"".join(chunks)


class ApiKeys:
    """Ask for an API key under /v1 and /mcp when the operator has set any; only hashes are kept."""

    def __init__(self, app: ASGIApp, hashes: Sequence[str]) -> None:
        self._app = app
        self._hashes = [value.lower() for value in hashes]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer 401."""
        if scope["type"] == "http" and self._hashes and scope["path"].startswith(("/v1/", "/mcp")):
            words = Headers(scope=scope).get("authorization", "").split()
            sent = words[1] if len(words) == 2 and words[0].lower() == "bearer" else ""
            found = hashlib.sha256(sent.encode()).hexdigest()
            if not any(hmac.compare_digest(found, known) for known in self._hashes):
                error = WrongKey("Send the header 'Authorization: Bearer <key>' with a key the operator gave you.")
                return await _refuse(error, scope, receive, send, {"WWW-Authenticate": "Bearer"})
        return await self._app(scope, receive, send)


class KnownHosts:
    """Answer to known host names alone, and under /mcp to pages of no other site, against DNS rebinding.

    A page of any site can be made to reach this address under a name of its own choice; the Host header gives it away.
    """

    def __init__(self, app: ASGIApp, listens_on: str, allowed: Sequence[str]) -> None:
        self._app = app
        self._names = frozenset(name.lower() for name in allowed)
        is_local = listens_on in LOCAL_NAMES
        # A local address goes by known names; for any other we know only those the operator gives.
        self._mcp_names = self._names | frozenset(LOCAL_NAMES) if is_local or self._names else frozenset()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer 421 or 403."""
        if scope["type"] != "http" or scope["path"].startswith(OPEN_PATHS):
            return await self._app(scope, receive, send)
        headers = Headers(scope=scope)
        host = _host_name("//" + headers.get("host", ""))
        is_mcp = scope["path"].startswith("/mcp")
        names = self._mcp_names if is_mcp else self._names and self._names | frozenset(LOCAL_NAMES)
        if names and host not in names:
            error = WrongHost("Ask the operator to add this host name to PLUMBLINE_ALLOWED_HOSTS.")
            return await _refuse(error, scope, receive, send)
        origin = headers.get("origin")
        if is_mcp and origin is not None and _host_name(origin) not in (names or {host}):
            foreign = WrongOrigin("This door is for programs, and for pages of this host.")
            return await _refuse(foreign, scope, receive, send)
        return await self._app(scope, receive, send)


class RateLimit:
    """Count requests per client in a moving window and say in headers how many are left."""

    def __init__(self, app: ASGIApp, rate: RateLimitItem | None, trusted_proxies: Sequence[str]) -> None:
        self._app = app
        self._trusted = frozenset(trusted_proxies)
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._rate = rate

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with its rate headers, or answer 429."""
        if scope["type"] != "http" or self._rate is None or scope["path"].startswith(OPEN_PATHS):
            return await self._app(scope, receive, send)
        client = client_address(scope, self._trusted)
        allowed = self._limiter.hit(self._rate, client)
        window = self._limiter.get_window_stats(self._rate, client)
        reset_s = max(int(window.reset_time - time.time()) + 1, 1)
        rate_headers = {
            "RateLimit-Policy": f'"default";q={self._rate.amount};w={self._rate.get_expiry()}',
            "RateLimit": f'"default";r={window.remaining};t={reset_s}',
        }
        if not allowed:
            error = TooManyRequests(f"You may ask {self._rate}. Try again in {reset_s} seconds.", reset_s)
            return await _refuse(error, scope, receive, send, rate_headers)
        return await self._app(scope, receive, _with_headers(send, rate_headers))


class Concurrency:
    """Answer at most `limit` requests at once; the rest get 503 at once instead of waiting without end."""

    def __init__(self, app: ASGIApp, limit: int) -> None:
        self._app = app
        self._limit = limit
        self._running = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer 503."""
        if scope["type"] != "http" or scope["path"].startswith(OPEN_PATHS):
            return await self._app(scope, receive, send)
        if self._running >= self._limit:
            return await _refuse(Busy("Please try again in a moment."), scope, receive, send)
        self._running += 1
        try:
            await self._app(scope, receive, send)
        finally:
            self._running -= 1


class SecurityHeaders:
    """Add the headers every response carries; a response that sets one itself keeps its own."""

    DEFAULTS = {  # noqa: RUF012
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Permissions-Policy": "geolocation=(), microphone=(), camera=()",
        "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
        "Cache-Control": "no-store",
    }

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; its response gets the headers."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        return await self._app(scope, receive, _with_headers(send, self.DEFAULTS))


def parse_rate(rate: str) -> RateLimitItem | None:
    """Return the limit that words such as `120/minute` name; None for empty words.

    Raises:
        SettingsInvalid: if the words name no limit.
    """
    try:
        return parse(rate) if rate else None
    except ValueError as exc:
        raise SettingsInvalid(f"PLUMBLINE_RATE_LIMIT: expected words like '120/minute', found {rate!r}") from exc


def client_address(scope: Scope, trusted_proxies: frozenset[str]) -> str:
    """Return the address of the client: the last one in X-Forwarded-For that no trusted proxy added."""
    peer = str((scope.get("client") or ("unknown",))[0])
    if peer not in trusted_proxies:
        return peer
    forwarded = [part.strip() for part in Headers(scope=scope).get("x-forwarded-for", "").split(",") if part.strip()]
    return next((address for address in reversed(forwarded) if address not in trusted_proxies), peer)


def _host_name(address: str) -> str:
    try:
        return (urlsplit(address).hostname or "").lower()
    except ValueError:  # not an address at all, such as brackets that do not close
        return ""


def _replay(body: bytes, receive: Receive) -> Receive:
    sent = False

    async def replayed() -> Message:
        nonlocal sent
        if sent:
            return await receive()
        sent = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replayed


def _with_headers(send: Send, headers: dict[str, str]) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            mutable = MutableHeaders(scope=message)
            for name, value in headers.items():
                mutable.setdefault(name, value)
        await send(message)

    return sending


async def _refuse(
    error: AssistantError, scope: Scope, receive: Receive, send: Send, headers: dict[str, str] | None = None
) -> None:
    problem = Problem.of(error)
    problem.headers.update(headers or {})
    response = problem.response(scope["path"], str(scope.get("plumbline_request_id", "")))
    await response(scope, receive, send)


def add_guards(
    app: Any,
    *,
    max_body_bytes: int,
    key_hashes: Sequence[str],
    rate: str,
    trusted: Sequence[str],
    max_concurrent: int,
    listens_on: str,
    allowed_hosts: Sequence[str],
) -> None:
    """Put the guards before `app`; the last one added is the first a request meets."""
    app.add_middleware(BodyLimit, max_bytes=max_body_bytes)
    app.add_middleware(ApiKeys, hashes=key_hashes)
    app.add_middleware(KnownHosts, listens_on=listens_on, allowed=allowed_hosts)
    app.add_middleware(RateLimit, rate=parse_rate(rate), trusted_proxies=trusted)
    app.add_middleware(Concurrency, limit=max_concurrent)
    app.add_middleware(SecurityHeaders)
