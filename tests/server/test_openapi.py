"""The checked-in OpenAPI document is the one the application serves, and it tells the truth."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from server.answers import AnswerStatus
from server.bootstrap import build_services
from server.examples import MESSAGES, answers
from server.settings import Settings

ROOT = Path(__file__).parents[2]
CHECKS = ",".join(
    (
        "not_a_server_error",
        "status_code_conformance",
        "content_type_conformance",
        "response_headers_conformance",
        "response_schema_conformance",
        "negative_data_rejection",
        "missing_required_header",
        "unsupported_method",
        "use_after_free",
    )
)


@pytest.fixture
def document(app: FastAPI) -> dict[str, Any]:
    """Return the document the application serves."""
    return app.openapi()


def test_the_checked_in_document_is_the_one_served(document: dict[str, Any]) -> None:
    checked_in = json.loads((ROOT / "openapi.json").read_text(encoding="utf-8"))
    assert checked_in == json.loads(json.dumps(document)), "run `make openapi`"


def test_every_operation_has_a_stable_id_and_says_what_it_does(document: dict[str, Any]) -> None:
    operations = [operation for path in document["paths"].values() for operation in path.values()]
    ids = [operation["operationId"] for operation in operations]
    assert len(ids) == len(set(ids))
    assert all("_v1_" not in operation_id for operation_id in ids)
    assert all(operation["description"] for operation in operations)


def test_faults_are_described_as_problems(document: dict[str, Any]) -> None:
    described = document["paths"]["/v1/chat"]["post"]["responses"]["422"]["content"]
    assert list(described) == ["application/problem+json"]


def test_the_pages_are_no_part_of_the_document(document: dict[str, Any]) -> None:
    doors = ("/v1/", "/health", "/metrics", "/version")
    assert [path for path in document["paths"] if not path.startswith(doors)] == []


def test_there_is_an_answer_of_every_status_among_the_examples(document: dict[str, Any]) -> None:
    shown = document["paths"]["/v1/chat"]["post"]["responses"]["200"]["content"]["application/json"]["examples"]
    assert {example["value"]["status"] for example in shown.values()} == {status.value for status in AnswerStatus}


def test_every_example_fits_its_schema(document: dict[str, Any]) -> None:
    checked = 0
    for operation in (operation for path in document["paths"].values() for operation in path.values()):
        contents = [*operation.get("requestBody", {}).get("content", {}).values()]
        contents += [c for r in operation["responses"].values() for c in r.get("content", {}).values()]
        for content in contents:
            validator = jsonschema.Draft202012Validator({**document, **content.get("schema", {})})
            for example in content.get("examples", {}).values():
                validator.validate(example["value"])
                checked += 1
    assert checked > 60


def test_the_example_requests_are_answered(document: dict[str, Any], client: TestClient) -> None:
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            body = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
            for name, example in body.get("examples", {}).items():
                response = client.request(method, path, json=example["value"])
                assert response.status_code in (200, 202), f"{path} {name}: {response.text}"


@pytest.mark.slow
def test_the_example_messages_still_get_the_status_they_stand_for(real_var: Path) -> None:
    built = build_services(Settings(var=real_var))
    assert {status: answer.status.value for status, answer in answers(built).items()} == {s: s for s in MESSAGES}


@pytest.mark.parametrize("message", ["what is the most common cause of sciatica?", "I can't feel when I wipe"])
def test_a_real_stream_keeps_to_the_event_schema(document: dict[str, Any], client: TestClient, message: str) -> None:
    event = {"$ref": "#/components/schemas/ChatEvent"}
    of_event = jsonschema.Draft202012Validator({**document, **event})
    stream = client.post("/v1/chat", json={"message": message, "stream": True}).text
    blocks = [block for block in stream.split("\n\n") if "event: " in block]
    assert len(blocks) >= 3
    for block in blocks:
        found = dict(line.split(": ", 1) for line in block.split("\n"))
        of_event.validate(found)
        kind = next(
            k for k in document["components"]["schemas"]["ChatEvent"]["oneOf"] if k["title"].startswith(found["event"])
        )
        content = kind["properties"]["data"]["contentSchema"]
        jsonschema.Draft202012Validator({**document, **content}).validate(json.loads(found["data"]))


@pytest.mark.slow
def test_the_live_application_keeps_to_its_document(running: str) -> None:
    """Schemathesis makes requests from the document, good and bad, and checks every response against it."""
    command = [sys.executable, "-m", "schemathesis.cli", "run", f"{running}/openapi.json"]
    options = ["--max-examples=25", "--seed=7", "--phases=examples,coverage,fuzzing,stateful", "--request-timeout=30"]
    run = subprocess.run([*command, *options, f"--checks={CHECKS}"], capture_output=True, text=True, timeout=500)
    assert run.returncode == 0, run.stdout[-6000:] + run.stderr[-2000:]
