"""Fixtures shared by all tests."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.build import build_index
from index.passages import read_documents, read_passages
from ingest.pipeline import ingest
from ingest.sources import read_register

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def live_address(real_var: Path) -> Iterator[str]:
    """Return the address of a server started as people start it, over the whole library."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    env = {**os.environ, "PLUMBLINE_PORT": str(port), "PLUMBLINE_VAR": str(real_var), "PLUMBLINE_RATE_LIMIT": ""}
    with subprocess.Popen([sys.executable, "-m", "server"], cwd=ROOT, env=env, stdout=subprocess.DEVNULL) as server:
        address = f"http://127.0.0.1:{port}"
        try:
            wait_until_ready(address, server)
            yield address
        finally:
            server.send_signal(signal.SIGINT)
            server.wait(timeout=20)


def wait_until_ready(address: str, server: subprocess.Popen[bytes], timeout_s: float = 60) -> None:
    """Return once the server answers that it is ready; fail when it stops or takes too long."""
    deadline = time.monotonic() + timeout_s
    while time.monotonic() < deadline:
        assert server.poll() is None, f"the server stopped with {server.returncode}"
        with contextlib.suppress(OSError), urllib.request.urlopen(f"{address}/health/ready", timeout=5) as response:
            if response.status == 200:
                return
        time.sleep(0.1)
    raise AssertionError(f"the server was not ready after {timeout_s} s")


@pytest.fixture(scope="session")
def real_var() -> Path:
    """Return a data folder with the whole library and the default model; kept in var/ so that a rerun is quick."""
    var = ROOT / "var" / "test-real"
    ingest(read_register(ROOT / "corpus" / "sources.toml"), var)
    build_index(read_passages(var / "passages.jsonl"), read_documents(var / "documents.jsonl"), var)
    return var
