"""The OpenAPI document: what FastAPI finds, with the problems that are really sent.

``python -m server.openapi`` prints it.
"""

from __future__ import annotations

import json
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from server.schemas import ProblemOut

DESCRIPTION = (
    "Cited answers about hip, low-back and sciatica problems, with a red-flag check before every answer. Information, "
    "not diagnosis. All spans are half open and count Unicode code points; JavaScript strings count UTF-16 units."
)
PROBLEMS = {
    "400": "The body is not valid JSON",
    "401": "An API key is needed",
    "413": "The body is too large",
    "415": "The body is not JSON",
    "422": "A field cannot be used",
    "429": "Too many requests; see Retry-After",
    "503": "Not ready or too busy; see Retry-After",
}
NOT_FOUND = {"404": "There is nothing under this id"}
WITHOUT_BODY = ("401", "422", "429", "503")
OPERATIONS_PATHS = ("/health", "/metrics", "/version")


def describe(app: FastAPI) -> None:
    """Make `app` serve a document that tells the truth about its faults and its streams."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = build_document(app)
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI's documented way to change the document


def build_document(app: FastAPI) -> dict[str, Any]:
    """Return the OpenAPI 3.1 document of `app`."""
    document = get_openapi(title=app.title, version=app.version, description=DESCRIPTION, routes=app.routes)
    schemas = document["components"]["schemas"]
    problem = ProblemOut.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas.update(problem.pop("$defs", {}))
    schemas["ProblemOut"] = problem
    schemas["OpenAIError"] = _OPENAI_ERROR
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            operation["responses"] = {**_without_default_422(operation["responses"]), **_problems(path, method)}
    _describe_streams(document["paths"])
    return document


_OPENAI_ERROR = {
    "title": "OpenAIError",
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["message", "type", "param", "code"],
            "properties": {
                "message": {"type": "string"},
                "type": {"enum": ["invalid_request_error", "server_error"]},
                "param": {"type": "null"},
                "code": {"type": "string"},
            },
        }
    },
}


def _without_default_422(responses: dict[str, Any]) -> dict[str, Any]:
    return {status: response for status, response in responses.items() if status != "422"}


def _problems(path: str, method: str) -> dict[str, Any]:
    if path.startswith(OPERATIONS_PATHS):
        return {}
    is_openai = path.startswith(("/v1/chat/completions", "/v1/models"))
    name, media = ("OpenAIError", "application/json") if is_openai else ("ProblemOut", "application/problem+json")
    wanted = PROBLEMS if method == "post" else {status: PROBLEMS[status] for status in WITHOUT_BODY}
    if "{" in path or path == "/v1/chat":
        wanted = {**wanted, **NOT_FOUND}
    content = {media: {"schema": {"$ref": f"#/components/schemas/{name}"}}}
    return {status: {"description": words, "content": content} for status, words in sorted(wanted.items())}


def _describe_streams(paths: dict[str, Any]) -> None:
    for path in ("/v1/chat", "/v1/chat/completions"):
        content = paths[path]["post"]["responses"]["200"].setdefault("content", {})
        content["text/event-stream"] = {"schema": {"type": "string"}}


def main() -> None:
    """Print the document of an application with default settings; it does not depend on the index."""
    from server.api import router
    from server.openai_door import router as openai_router
    from server.operations import VERSION
    from server.operations import router as operations_router

    app = FastAPI(title="Plumbline", version=VERSION)
    for part in (router, openai_router, operations_router):
        app.include_router(part)
    print(json.dumps(build_document(app), indent=1, sort_keys=True, ensure_ascii=False))


if __name__ == "__main__":
    main()
