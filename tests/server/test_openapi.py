"""The checked-in OpenAPI document is the one the application serves, and it tells the truth."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from fastapi import FastAPI

ROOT = Path(__file__).parents[2]
CHECKS = ",".join(
    (
        "not_a_server_error",
        "status_code_conformance",
        "content_type_conformance",
        "response_headers_conformance",
        "response_schema_conformance",
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


@pytest.mark.slow
def test_the_live_application_keeps_to_its_document(app: FastAPI) -> None:
    """Schemathesis makes requests from the document, good and bad, and checks every response against it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        deadline = time.monotonic() + 10
        while not server.started and time.monotonic() < deadline:
            time.sleep(0.05)
        command = [sys.executable, "-m", "schemathesis.cli", "run", f"http://127.0.0.1:{port}/openapi.json"]
        options = ["--max-examples=15", "--seed=7", "--phases=examples,coverage,fuzzing", "--request-timeout=20"]
        run = subprocess.run([*command, *options, f"--checks={CHECKS}"], capture_output=True, text=True, timeout=400)
    finally:
        server.should_exit = True
        thread.join(timeout=10)
    assert run.returncode == 0, run.stdout[-6000:] + run.stderr[-2000:]
