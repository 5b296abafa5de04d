"""A server started as people start it, as a process of its own on a free port."""

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

ROOT = Path(__file__).parents[1]


@contextlib.contextmanager
def running_server(var: Path, **settings: str) -> Iterator[str]:
    """Give the address of a server over the data folder `var`, ready to answer; it is stopped at the end.

    Args:
        var: data folder with an index.
        settings: names as in `server.settings`; there is no rate limit unless one is given.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    chosen = {"port": str(port), "var": str(var), "rate_limit": "", **settings}
    env = {**os.environ, **{f"PLUMBLINE_{name.upper()}": value for name, value in chosen.items()}}
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
