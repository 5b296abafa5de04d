"""Request ids, one log line per request without text, and the figures under /metrics."""

from __future__ import annotations

import json
import logging
import re
import secrets
import time
from datetime import UTC, datetime

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.answers import Answer, Safety

logger = logging.getLogger(__name__)

_GOOD_REQUEST_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")
# Paths become labels by their route, so that ids never do.
_UNKNOWN_ROUTE = "other"


class Metrics:
    """The counters of one application. No label holds text, an id or anything else without bound."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        registry = self.registry
        self.requests = Counter("http_requests", "Requests answered", ["method", "route", "status"], registry=registry)
        self.duration = Histogram(
            "http_request_duration_seconds", "Time to the last byte", ["route"], registry=registry
        )
        self.stages = Histogram("chat_stage_seconds", "Time of each step of a reply", ["stage"], registry=registry)
        self.answers = Counter("answers", "Answers given", ["status"], registry=registry)
        self.safety_flags = Counter("safety_flags", "Red flags found", ["level", "rule"], registry=registry)
        self.not_covered = Counter(
            "answers_not_covered",
            "Questions the library did not cover",
            ["status", "intent", "topic"],
            registry=registry,
        )
        self.dropped = Counter("citations_dropped", "Parts of a draft that could not be proved", registry=registry)
        self.feedback = Counter("feedback", "Ratings received", ["rating", "reason"], registry=registry)
        self.index = Gauge("index_info", "The index in use", ["model", "version"], registry=registry)

    def count_answer(self, answer: Answer) -> None:
        """Count one finished answer, its steps, its red flags and what was left out of it for want of proof."""
        self.answers.labels(answer.status.value).inc()
        # Small talk is out of scope too, but nothing was looked for.
        if answer.status.value in ("no_evidence", "out_of_scope") and answer.confidence.cutoff:
            self.not_covered.labels(answer.status.value, _intent(answer), _nearest_topic(answer)).inc()
        for stage, ms in answer.timings_ms.items():
            self.stages.labels(stage).observe(ms / 1000)
        self.dropped.inc(answer.cited.dropped)
        self.count_safety(answer.safety)

    def count_safety(self, safety: Safety) -> None:
        """Count the rules that a check fired."""
        for flag in safety.assessment.flags:
            self.safety_flags.labels(flag.level.label, flag.rule).inc()

    def text(self, index_model: str, index_version: str) -> bytes:
        """Return all figures in the Prometheus text format."""
        self.index.clear()
        self.index.labels(index_model, index_version).set(1)
        return generate_latest(self.registry)


def _intent(answer: Answer) -> str:
    return answer.query.intent if answer.query else "general"


def _nearest_topic(answer: Answer) -> str:
    """Return the first topic of the first source found, of the few the register knows; empty without one."""
    topics = answer.hits[0].passage.source.topics if answer.hits else ()
    return topics[0] if topics else ""


class Observed:
    """Give each request an id, count it and log it: method, route, status, milliseconds. Never an address or text."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and note what came of it."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        offered = Headers(scope=scope).get("x-request-id", "")
        request_id = offered if _GOOD_REQUEST_ID.fullmatch(offered) else "req_" + secrets.token_urlsafe(9)
        scope["plumbline_request_id"] = request_id
        started = time.perf_counter()
        status = 500

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["X-Request-ID"] = request_id
            await send(message)

        try:
            await self._app(scope, receive, noting)
        finally:
            self._note(scope, request_id, status, time.perf_counter() - started)

    def _note(self, scope: Scope, request_id: str, status: int, seconds: float) -> None:
        route = getattr(scope.get("route"), "path", _UNKNOWN_ROUTE)
        self._metrics.requests.labels(scope["method"], route, status).inc()
        self._metrics.duration.labels(route).observe(seconds)
        logger.info("request id=%s %s %s status=%d ms=%.0f", request_id, scope["method"], route, status, seconds * 1000)


class JsonLines(logging.Formatter):
    """One JSON object per log line."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as JSON; an exception is named by its type, since its text may hold a person's words."""
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage(),
        }
        if record.exc_info and record.exc_info[0] is not None:
            line["exception"] = record.exc_info[0].__name__
        return json.dumps(line, ensure_ascii=False)


def set_up_logging(level: str) -> None:
    """Log to standard error as JSON lines."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    logging.getLogger("httpx").setLevel(logging.WARNING)  # it logs addresses
    logging.getLogger("faiss.loader").setLevel(logging.WARNING)  # it tells of every variant that it does not need
