"""HTTP: a running server under load, beside one that only makes the query's vector and searches; and a cold start."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from evals.bench_clock import memory_mb, quantiles, ratio
from evals.errors import NothingInstalled

HOST = "127.0.0.1"
CONNECTIONS = (1, 8, 32)
SECONDS = 5.0
START_TIMEOUT_S = 120
PAUSE_S = 0.02
OK = 200


def bench_http(var: Path, questions: Sequence[str], *, seconds: float = SECONDS) -> dict[str, Any]:
    """Return requests a second and latency at 1, 8 and 32 connections for whole replies and for the floor.

    Raises:
        NothingInstalled: if a server does not become ready.
    """
    rows: dict[str, Any] = {}
    for name, module, path in (("floor", "evals.bench_floor", "/floor"), ("chat", "server", "/v1/chat")):
        with running(module, var) as (process, port):
            bodies = [json.dumps({"message": question}).encode() for question in questions]
            asyncio.run(_load(port, path, bodies, 2, min(1.0, seconds)))  # warm
            rows[name] = {count: asyncio.run(_load(port, path, bodies, count, seconds)) for count in CONNECTIONS}
            rows[f"{name}_memory_mb"] = memory_mb(process.pid)
    rows["ratio"] = {
        count: ratio(rows["floor"][count]["requests_per_s"], rows["chat"][count]["requests_per_s"])
        for count in CONNECTIONS
    }
    return rows


def bench_start(var: Path, question: str) -> dict[str, Any]:
    """Return seconds from nothing to ready and to the first answer, and memory then.

    Raises:
        NothingInstalled: if the server does not become ready.
    """
    started = time.perf_counter()
    with running("server", var) as (process, port):
        ready = time.perf_counter() - started
        reply = httpx.post(f"http://{HOST}:{port}/v1/chat", json={"message": question}, timeout=60)
        reply.raise_for_status()
        answered = time.perf_counter() - started
        return {
            "ready_s": round(ready, 2),
            "first_answer_s": round(answered, 2),
            "memory_mb": memory_mb(process.pid),
            "peak_memory_mb": memory_mb(process.pid, peak=True),
        }


@contextmanager
def running(module: str, var: Path) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """Start `python -m module` on a free port, wait until it is ready, and stop it at the end.

    Raises:
        NothingInstalled: if it ends or is not ready in two minutes.
    """
    port = _free_port()
    environment = os.environ | {
        "PLUMBLINE_PORT": str(port),
        "PLUMBLINE_HOST": HOST,
        "PLUMBLINE_VAR": str(var),
        "PLUMBLINE_RATE_LIMIT": "",
        "PLUMBLINE_LOG_LEVEL": "error",
    }
    root = Path(__file__).parent.parent
    process = subprocess.Popen(  # our own module, our own interpreter
        [sys.executable, "-m", module], cwd=root, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        _wait_until_ready(process, port, module)
        yield process, port
    finally:
        process.terminate()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_until_ready(process: subprocess.Popen[bytes], port: int, module: str) -> None:
    deadline = time.perf_counter() + START_TIMEOUT_S
    while time.perf_counter() < deadline and process.poll() is None:
        try:
            if httpx.get(f"http://{HOST}:{port}/health/ready", timeout=1).status_code == OK:
                return
        except httpx.TransportError:
            pass
        time.sleep(PAUSE_S)
    raise NothingInstalled(f"python -m {module} did not become ready; run `python -m index build` and look at its log")


async def _load(port: int, path: str, bodies: Sequence[bytes], connections: int, seconds: float) -> dict[str, Any]:
    times: list[float] = []
    failures = 0
    end = time.perf_counter() + seconds

    async def one(place: int) -> int:
        failed = 0
        reader, writer = await asyncio.open_connection(HOST, port)
        while time.perf_counter() < end:
            started = time.perf_counter()
            status = await _request(reader, writer, path, bodies[place % len(bodies)])
            times.append(1000 * (time.perf_counter() - started))
            failed += status != OK
            place += connections
        writer.close()
        await writer.wait_closed()
        return failed

    started = time.perf_counter()
    failures = sum(await asyncio.gather(*(one(place) for place in range(connections))))
    took = time.perf_counter() - started
    return {"requests_per_s": round(len(times) / took, 1), "ms": quantiles(times), "failures": failures}


async def _request(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, path: str, body: bytes) -> int:
    """Send one request on an open connection and return the status; a few lines cost less than a client library."""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: {HOST}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    writer.write(head.encode() + body)
    raw = await reader.readuntil(b"\r\n\r\n")
    lines = raw.decode("latin-1").split("\r\n")
    length = next(int(line.split(":")[1]) for line in lines if line.lower().startswith("content-length:"))
    await reader.readexactly(length)
    return int(lines[0].split()[1])


def _free_port() -> int:
    with socket.socket() as one:
        one.bind((HOST, 0))
        port: int = one.getsockname()[1]
        return port
