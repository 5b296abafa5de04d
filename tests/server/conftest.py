"""A small real library for the server tests: a dozen bundled articles, ingested and indexed without a model."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import uvicorn
from fastapi import FastAPI
from starlette.testclient import TestClient

from index.build import build_index
from index.passages import Source, read_documents, read_passages
from ingest.pipeline import ingest
from ingest.sources import Entry
from server.app import create_app
from server.bootstrap import Services, build_services
from server.settings import Settings
from tests.hashed import with_cutoff_for_hashing

LIBRARY = Path(__file__).parents[2] / "corpus" / "library"
ARTICLES = (
    "sciatica",
    "disc-herniation",
    "spinal-stenosis",
    "cauda-equina-syndrome",
    "hip-osteoarthritis",
    "greater-trochanteric-pain-syndrome",
    "clamshell",
    "glute-bridge",
    "walking",
    "sleep-positions",
    "heat-and-cold",
    "medicines-overview",
)


@pytest.fixture(scope="session")
def small_var(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a data folder with a dozen articles, indexed with the hashing embedder."""
    var = tmp_path_factory.mktemp("small-var")
    entries = [
        Entry(Source(name, name, publisher="Plumbline project", licence="CC BY 4.0"), LIBRARY / f"{name}.md")
        for name in ARTICLES
    ]
    ingest(entries, var)
    passages, documents = read_passages(var / "passages.jsonl"), read_documents(var / "documents.jsonl")
    build_index(passages, documents, var, embedder="hashing")
    return var


@pytest.fixture(scope="session")
def services(small_var: Path) -> Services:
    """Return the real services over the small library, with a cut-off that suits the hashing embedder."""
    built = build_services(Settings(var=small_var, embedder="hashing", rate_limit=""))
    return with_cutoff_for_hashing(built)


@pytest.fixture(scope="session")
def app(services: Services) -> FastAPI:
    """Return the real application over the small library."""
    return create_app(services)


@pytest.fixture(scope="session")
def client(app: FastAPI) -> Iterator[TestClient]:
    """Return a client of the real application."""
    with TestClient(app, base_url="http://127.0.0.1:8000", raise_server_exceptions=False) as client:
        yield client


@pytest.fixture(scope="session")
def running(services: Services) -> Iterator[str]:
    """Return the address of an application of its own on a real socket in this process."""
    with serving(create_app(services)) as address:
        yield address


@contextmanager
def serving(app: FastAPI) -> Iterator[str]:
    """Serve an application on a real socket while the context lasts; give its address."""
    config = uvicorn.Config(app, host="127.0.0.1", port=0, log_level="error", timeout_graceful_shutdown=10)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        deadline = time.monotonic() + 30
        while not server.started and time.monotonic() < deadline:
            time.sleep(0.02)
        assert server.started
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(timeout=30)
