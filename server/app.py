"""The web application: the doors, the page, and what stands before them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from anyio.to_thread import current_default_thread_limiter
from fastapi import FastAPI
from starlette.routing import Mount, Route

from server import api, library_pages, openai_door, operations, pages
from server.bootstrap import Services
from server.errors import install_error_handlers
from server.guards import add_guards
from server.mcp_door import McpDoor
from server.observability import Observed
from server.openapi import describe
from server.page_render import StaticPages, problem_page
from server.preparation import prepared_meanwhile


def create_app(built: Services) -> FastAPI:
    """Return the application around services that are already built."""
    mcp = McpDoor(built)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        # Handlers that are plain functions run in these threads; streamed answers have threads of their own.
        current_default_thread_limiter().total_tokens = built.settings.worker_threads
        with prepared_meanwhile(built.retriever.passages):
            async with mcp.running():
                yield

    app = FastAPI(title="Plumbline", version=operations.VERSION, lifespan=lifespan, docs_url=None, redoc_url=None)
    app.state.services = built
    app.include_router(api.router)
    app.include_router(openai_door.router)
    app.include_router(operations.router)
    app.include_router(pages.router)
    app.include_router(library_pages.router)
    app.router.routes.append(Mount("/static", StaticPages()))
    app.router.routes.append(Route("/mcp", mcp, methods=["GET", "POST", "DELETE"], include_in_schema=False))
    install_error_handlers(app, problem_page)
    describe(app)
    settings = built.settings
    add_guards(
        app,
        max_body_bytes=settings.max_body_bytes,
        key_hashes=settings.api_key_hashes,
        rate=settings.rate_limit,
        trusted=settings.trusted_proxies,
        max_concurrent=settings.max_concurrent,
        listens_on=settings.host,
        allowed_hosts=settings.allowed_hosts,
    )
    app.add_middleware(Observed, metrics=built.metrics)
    return app
