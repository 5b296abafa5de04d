"""HTTP: a running server under load, beside one that only makes each reply's model passes; and a cold start."""

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
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx
import numpy as np

from evals.bench_clock import memory_mb, quantiles, ratio
from evals.errors import NothingInstalled
from evals.latency import recorded_assistant, sample_questions

HOST = "127.0.0.1"
CONNECTIONS = (1, 8, 32)
REQUESTS = 500
WARM_UP = 20
SLICES = 5
STARTS = 3
START_TIMEOUT_S = 120
PAUSE_S = 0.02
OK = 200


@dataclass(slots=True)
class _Load:
    """What one server did under load so far; times in milliseconds."""

    path: str
    bodies: list[bytes]
    times: list[float] = field(default_factory=list)
    seconds: float = 0.0
    failures: int = 0
    memory_mb: float = 0.0

    def to_json(self) -> dict[str, Any]:
        return {
            "requests_per_s": round(len(self.times) / self.seconds, 1),
            "ms": quantiles(self.times),
            "failures": self.failures,
            "memory_mb": self.memory_mb,
        }


def bench_http(var: Path, requests: int = REQUESTS) -> dict[str, Any]:
    """Return requests a second and latency at 1, 8 and 32 connections for whole replies and for the floor.

    A server sees each question once. Both servers run, and take turns under load, so that noise hits both.

    Raises:
        NothingInstalled: if a server does not become ready.
    """
    questions = sample_questions(requests + WARM_UP)
    chat = [json.dumps({"message": question}).encode() for question in questions]
    floor = [json.dumps({"passes": passes}).encode() for passes in _passes(var, questions)]
    rows = {}
    for count in CONNECTIONS:
        loads = {"floor": _Load("/floor", floor), "chat": _Load("/v1/chat", chat)}
        with running("evals.bench_floor", var) as bare, running("server", var) as served:
            servers = {"floor": bare, "chat": served}
            for part, places in enumerate((range(WARM_UP), *_slices(len(questions)))):
                for name, load in loads.items():
                    asyncio.run(_load(servers[name][1], load, [load.bodies[place] for place in places], count))
                    if part == 0:
                        loads[name] = _Load(load.path, load.bodies)
            for name, load in loads.items():
                load.memory_mb = memory_mb(servers[name][0].pid)
        row = {name: load.to_json() for name, load in loads.items()}
        rows[str(count)] = row | {
            "share": round(1 / ratio(row["floor"]["requests_per_s"], row["chat"]["requests_per_s"]), 2)
        }
    return {"requests": len(questions) - WARM_UP, "connections": rows}


def bench_start(var: Path, starts: int = STARTS) -> dict[str, Any]:
    """Return the median seconds from nothing to ready and to the first answer over a few starts, and memory then.

    Raises:
        NothingInstalled: if the server does not become ready.
    """
    rows = [_start(var, question) for question in sample_questions(starts)]
    return {name: round(float(np.median([row[name] for row in rows])), 2) for name in rows[0]} | {"starts": len(rows)}


def _start(var: Path, question: str) -> dict[str, float]:
    started = time.perf_counter()
    with running("server", var) as (process, port):
        ready = time.perf_counter() - started
        reply = httpx.post(f"http://{HOST}:{port}/v1/chat", json={"message": question}, timeout=60)
        reply.raise_for_status()
        answered = time.perf_counter() - started
        return {
            "ready_s": ready,
            "first_answer_s": answered,
            "memory_mb": memory_mb(process.pid),
            "peak_memory_mb": memory_mb(process.pid, peak=True),
        }


def _passes(var: Path, questions: Sequence[str]) -> Iterator[list[list[str]]]:
    """Yield the texts that the reply to each question passes through the model, call by call."""
    from server.conversations import Conversation

    assistant, _, recorder = recorded_assistant(var)
    for question in questions:
        assistant.reply(Conversation("bench"), question)
        yield [list(texts) for texts in recorder.take()]


def _slices(questions: int) -> list[range]:
    ends = np.linspace(WARM_UP, questions, SLICES + 1).astype(int)
    return [range(start, end) for start, end in pairwise(ends)]


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


async def _load(port: int, load: _Load, bodies: Sequence[bytes], connections: int) -> None:
    """Send each body once over so many connections at a time, and add what was seen to `load`."""
    left = iter(bodies)

    async def one() -> None:
        reader, writer = await asyncio.open_connection(HOST, port)
        for body in left:
            started = time.perf_counter()
            load.failures += await _request(reader, writer, load.path, body) != OK
            load.times.append(1000 * (time.perf_counter() - started))
        writer.close()
        await writer.wait_closed()

    started = time.perf_counter()
    await asyncio.gather(*(one() for _ in range(connections)))
    load.seconds += time.perf_counter() - started


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
