"""Fixtures shared by all tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from index.build import build_index
from index.passages import read_documents, read_passages
from ingest.pipeline import ingest
from ingest.sources import read_register
from tests.servers import ROOT, running_server


@pytest.fixture(scope="session")
def live_address(real_var: Path) -> Iterator[str]:
    """Return the address of a server started as people start it, over the whole library."""
    with running_server(real_var) as address:
        yield address


@pytest.fixture(scope="session")
def real_var() -> Path:
    """Return a data folder with the whole library and the default model; kept in var/ so that a rerun is quick."""
    var = ROOT / "var" / "test-real"
    ingest(read_register(ROOT / "corpus" / "sources.toml"), var)
    build_index(read_passages(var / "passages.jsonl"), read_documents(var / "documents.jsonl"), var)
    return var
