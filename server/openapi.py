"""The OpenAPI document: what FastAPI finds, with the problems that are really sent.

``python -m server.openapi`` prints it.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel

from server.chat_events import EVENT_DATA, events_schema
from server.openai_door import CompletionChunkOut
from server.schemas import ProblemOut

# Real answers over the bundled library, made by `python -m server.examples`.
EXAMPLES = Path(__file__).with_name("data") / "examples.json"

DESCRIPTION = (
    "Cited answers about hip, low-back and sciatica problems, with a red-flag check before every answer. Information, "
    "not diagnosis. All spans are half open and count Unicode code points; JavaScript strings count UTF-16 units."
)
PROBLEMS = {
    "400": "The body is not valid JSON",
    "401": "An API key is needed",
    "408": "The body took too long to arrive",
    "413": "The body is too large",
    "415": "The body is not JSON",
    "422": "A field cannot be used",
    "421": "The server does not go by this host name",
    "429": "Too many requests; see Retry-After",
    "500": "A fault on our side",
    "503": "Not ready or too busy; see Retry-After",
}
NOT_FOUND = {"404": "There is nothing under this id"}
FULL = {"409": "The conversation is full"}
WITHOUT_BODY = ("401", "421", "422", "429", "500", "503")
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
    _describe_streams(document)
    _add_examples(document["paths"])
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
    if path == "/v1/chat":
        wanted = {**wanted, **FULL}
    content = {media: {"schema": {"$ref": f"#/components/schemas/{name}"}}}
    return {status: {"description": words, "content": content} for status, words in sorted(wanted.items())}


def _describe_streams(document: dict[str, Any]) -> None:
    """Add what each event of a stream holds. Before OpenAPI 3.2 tools read `schema` as that of one event."""
    schemas, paths = document["components"]["schemas"], document["paths"]
    models: list[type[BaseModel]] = [*EVENT_DATA.values(), CompletionChunkOut]
    for model in models:
        _add_schema(schemas, model)
    schemas["ChatEvent"] = events_schema()
    schemas["CompletionEvent"] = _COMPLETION_EVENT
    for path, name in (("/v1/chat", "ChatEvent"), ("/v1/chat/completions", "CompletionEvent")):
        reference = {"schema": {"$ref": f"#/components/schemas/{name}"}}
        paths[path]["post"]["responses"]["200"]["content"]["text/event-stream"] = reference


def _add_schema(schemas: dict[str, Any], model: type[BaseModel]) -> None:
    described = model.model_json_schema(ref_template="#/components/schemas/{model}", mode="serialization")
    for name, schema in {**described.pop("$defs", {}), model.__name__: described}.items():
        schemas.setdefault(name, schema)


_COMPLETION_EVENT = {
    "title": "CompletionEvent",
    "type": "object",
    "required": ["data"],
    "properties": {
        "data": {
            "anyOf": [
                {"const": "[DONE]"},
                {
                    "type": "string",
                    "contentMediaType": "application/json",
                    "contentSchema": {
                        "anyOf": [
                            {"$ref": "#/components/schemas/CompletionChunkOut"},
                            {"$ref": "#/components/schemas/OpenAIError"},
                        ]
                    },
                },
            ]
        }
    },
}


def _add_examples(paths: dict[str, Any]) -> None:
    """Put the stored examples where they belong: answers by status, a request each, problems by status."""
    stored = json.loads(EXAMPLES.read_text(encoding="utf-8"))
    for operation in (operation for path in paths.values() for operation in path.values()):
        found = stored["operations"].get(operation["operationId"], {})
        if "request" in found:
            operation["requestBody"]["content"]["application/json"]["examples"] = _named_values(found["request"])
        for name, value in found.get("parameters", {}).items():
            parameter = next(p for p in operation["parameters"] if p["name"] == name)
            parameter["example"] = value
        for status, response in operation["responses"].items():
            for media, content in response.get("content", {}).items():
                values = found.get("responses", {}).get(status) or _stored_problem(stored, content, status)
                if values and media != "text/event-stream":
                    content["examples"] = _named_values(values)


def _stored_problem(stored: dict[str, Any], content: dict[str, Any], status: str) -> dict[str, Any]:
    kinds = {"ProblemOut": "problems", "OpenAIError": "openai_errors"}
    kind = kinds.get(content.get("schema", {}).get("$ref", "").rpartition("/")[2])
    value = stored[kind].get(status) if kind else None
    return {"example": value} if value else {}


def _named_values(values: dict[str, Any]) -> dict[str, Any]:
    return {name: {"value": value} for name, value in values.items()}


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
