"""Doors for those who run it: alive, ready, figures, version."""

from __future__ import annotations

from collections.abc import Iterator

from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST

from index.errors import IndexingError
from server.api import Built
from server.bootstrap import Services
from server.conversations import Message
from server.schemas import CheckOut, HealthOut, IndexOut, ReadyOut, VersionOut

VERSION = "1.0.0"

router = APIRouter()


@router.get("/health", operation_id="health")
async def get_health() -> HealthOut:
    """Say that the process is alive; checks nothing, and waits for no thread."""
    return HealthOut()


@router.get("/health/ready", operation_id="ready", responses={503: {"model": ReadyOut}})
def get_ready(built: Built, response: Response) -> ReadyOut:
    """Say whether questions can be answered; 503 with the checks that failed otherwise."""
    checks = list(_checks(built))
    if all(check.ok for check in checks):
        return ReadyOut(status="ready", checks=checks)
    response.status_code = 503
    response.headers["Retry-After"] = "5"
    return ReadyOut(status="not_ready", checks=checks)


@router.get("/metrics", operation_id="metrics", response_class=Response)
def get_metrics(built: Built) -> Response:
    """Return counters and timings in the Prometheus text format."""
    manifest = built.retriever.manifest
    figures = built.metrics.text(manifest.embedder.embedder_id, manifest.generation)
    return Response(figures, media_type=CONTENT_TYPE_LATEST)


@router.get("/version", operation_id="version")
def get_version(built: Built) -> VersionOut:
    """Say what is running."""
    manifest = built.retriever.manifest
    index = IndexOut(version=manifest.generation, model=manifest.embedder.embedder_id)
    return VersionOut(
        version=VERSION, index=index, passages=len(built.retriever.passages), writer=built.assistant.writer.mode
    )


def _checks(built: Services) -> Iterator[CheckOut]:
    try:
        found = built.retriever.search("back pain", 1)
        yield CheckOut(name="index", ok=bool(found), detail=f"{len(built.retriever.passages)} passages")
    except IndexingError as exc:
        yield CheckOut(name="index", ok=False, detail=str(exc))
    # Known to be an emergency (rule CE1): the rules are loaded and fire.
    level = built.assistant.check([Message("user", "I have back pain and I can't feel when I wipe")], None)
    is_loaded = level.assessment.level.label == "emergency"
    yield CheckOut(name="red_flags", ok=is_loaded, detail="rules loaded" if is_loaded else "a known case was missed")
