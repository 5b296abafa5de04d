"""The web application: doors, page, health, and the handler that turns any fault into a problem document."""

from __future__ import annotations

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response

from server.api import router
from server.bootstrap import Services
from server.errors import AssistantError


def create_app(built: Services) -> FastAPI:
    """Return the application around services that are already built."""
    app = FastAPI(title="Plumbline", version="1.0.0", description="Cited answers about hip, low-back and sciatica problems.")
    app.state.services = built
    app.include_router(router)
    app.add_exception_handler(AssistantError, _problem)

    @app.get("/health", operation_id="health")
    def health() -> dict[str, str]:
        """Say that the process is alive; checks nothing."""
        return {"status": "ok"}

    @app.get("/health/ready", operation_id="ready")
    def ready() -> dict[str, object]:
        """Say whether questions can be answered."""
        return {"status": "ready", "index": built.retriever.version, "passages": len(built.retriever.passages)}

    return app


def _problem(request: Request, exc: Exception) -> Response:
    assert isinstance(exc, AssistantError)
    body = {
        "type": f"/problems/{exc.code}",
        "title": exc.title,
        "status": exc.status,
        "detail": str(exc),
        "instance": request.url.path,
    }
    return JSONResponse(body, status_code=exc.status, media_type="application/problem+json")
