"""A real server process under load: no stream is lost, a killed client frees its work, a stop waits for streams."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
STREAMS = 200
QUESTIONS = (
    "what is the most common cause of sciatica?",
    "how do I do the clamshell?",
    "is walking good for spinal stenosis?",
    "I have back pain and I can't feel when I wipe",
)


@contextmanager
def server_process(var: Path, **settings: str) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Start a server as people start it, over the small library; give its address and the process."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    ours = {
        "port": str(port),
        "var": str(var),
        "embedder": "hashing",
        "rate_limit": "",
        "log_level": "error",
        **settings,
    }
    env = {**os.environ, **{f"PLUMBLINE_{name.upper()}": value for name, value in ours.items()}}
    with subprocess.Popen([sys.executable, "-m", "server"], cwd=ROOT, env=env, stdout=subprocess.DEVNULL) as process:
        address = f"http://127.0.0.1:{port}"
        try:
            deadline = time.monotonic() + 60
            while True:
                with contextlib.suppress(httpx.TransportError):
                    if httpx.get(f"{address}/health/ready", timeout=5).status_code == 200:
                        break
                assert time.monotonic() < deadline
                assert process.poll() is None
                time.sleep(0.05)
            yield address, process
        finally:
            process.kill()
            process.wait(timeout=20)


@asynccontextmanager
async def many_clients(address: str) -> AsyncIterator[httpx.AsyncClient]:
    """Yield a client with room for all connections."""
    limits = httpx.Limits(max_connections=STREAMS + 50)
    async with httpx.AsyncClient(base_url=address, timeout=120, limits=limits) as client:
        yield client


async def stream(client: httpx.AsyncClient, question: str) -> list[str]:
    """Return the names of the events of a streamed answer; the last must be whole."""
    body = {"message": question, "stream": True}
    async with client.stream("POST", "/v1/chat", json=body) as response:
        assert response.status_code == 200, response.status_code
        text = "".join([piece async for piece in response.aiter_text()])
    blocks = [dict(line.split(": ", 1) for line in b.split("\n") if ": " in line) for b in text.split("\n\n")]
    named = [block for block in blocks if "event" in block]
    assert json.loads(named[-1]["data"])["disclaimer"]["text"]
    return [block["event"] for block in named]


def test_two_hundred_streams_at_once_all_end_with_done(small_var: Path) -> None:
    async def check(address: str) -> list[list[str]]:
        async with many_clients(address) as client:
            return await asyncio.gather(*(stream(client, QUESTIONS[n % len(QUESTIONS)]) for n in range(STREAMS)))

    with server_process(small_var) as (address, _):
        started = time.monotonic()
        found = asyncio.run(check(address))
        seconds = time.monotonic() - started
        assert [names[:2] for names in found] == [["meta", "safety"]] * STREAMS
        assert [names[-1] for names in found] == ["done"] * STREAMS
        assert not [names for names in found if "error" in names]
        print(f"{STREAMS} streams in {seconds:.1f} s")
        # Nothing is left behind: no slot is taken, and the next question is answered at once.
        assert httpx.post(f"{address}/v1/chat", json={"message": QUESTIONS[0]}, timeout=10).status_code == 200


class SlowModel(BaseHTTPRequestHandler):
    """An OpenAI-compatible endpoint that streams words slowly, and notes when its client hangs up."""

    protocol_version = "HTTP/1.1"
    begun = threading.Semaphore(0)
    hung_up = threading.Event()
    go_on = threading.Event()

    def do_POST(self) -> None:
        """Stream words that cannot be proved until told to stop, or until nobody reads."""
        self.rfile.read(int(self.headers.get("content-length", "0")))
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("connection", "close")
        self.end_headers()
        self.begun.release()
        try:
            while not self.go_on.wait(0.05):
                self._chunk({"content": "word "})
            self._chunk({}, "stop")
            self.wfile.write(b"data: [DONE]\n\n")
        except OSError:
            self.hung_up.set()

    def _chunk(self, delta: dict[str, str], finish: str | None = None) -> None:
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        self.wfile.write(f"data: {json.dumps({'choices': [choice]})}\n\n".encode())
        self.wfile.flush()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def slow_model() -> Iterator[str]:
    """Return the address of a language model that takes its time."""
    SlowModel.hung_up.clear()
    SlowModel.go_on.clear()
    SlowModel.begun = threading.Semaphore(0)
    with ThreadingHTTPServer(("127.0.0.1", 0), SlowModel) as model:
        model.daemon_threads = True
        thread = threading.Thread(target=model.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{model.server_address[1]}/v1"
        SlowModel.go_on.set()
        model.shutdown()


def test_a_killed_client_frees_its_work(small_var: Path, slow_model: str) -> None:
    model = {"chat_model_url": slow_model, "chat_model_name": "slow", "max_concurrent": "1", "worker_threads": "1"}
    with server_process(small_var, **model) as (address, _):
        body = json.dumps({"message": QUESTIONS[0], "stream": True}).encode()
        host, port = address.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port))) as client:
            head = f"POST /v1/chat HTTP/1.1\r\nhost: {host}\r\ncontent-type: application/json\r\n"
            client.sendall(head.encode() + f"content-length: {len(body)}\r\n\r\n".encode() + body)
            assert SlowModel.begun.acquire(timeout=30), "the model was not asked"
            refused = httpx.get(f"{address}/v1/sources")
            assert refused.status_code == 503
            assert int(refused.headers["retry-after"]) > 0
            assert refused.json()["type"] == "/problems/busy"
            assert httpx.get(f"{address}/health").status_code == 200
        deadline = time.monotonic() + 10
        while httpx.get(f"{address}/v1/sources").status_code != 200:
            assert time.monotonic() < deadline, "the slot was not given back"
            time.sleep(0.1)
        assert SlowModel.hung_up.wait(20), "the model was left talking to nobody"


def test_a_stop_finishes_the_streams_that_are_under_way(small_var: Path, slow_model: str) -> None:
    with server_process(small_var, chat_model_url=slow_model, chat_model_name="slow") as (address, process):
        found: list[list[str]] = []

        async def one() -> None:
            async with many_clients(address) as client:
                found.append(await stream(client, QUESTIONS[0]))

        reader = threading.Thread(target=lambda: asyncio.run(one()))
        reader.start()
        assert SlowModel.begun.acquire(timeout=30), "the model was not asked"
        process.send_signal(signal.SIGTERM)
        time.sleep(1)
        with pytest.raises(httpx.TransportError):
            httpx.get(f"{address}/health", timeout=2)
        assert process.poll() is None, "stopped with a stream under way"
        SlowModel.go_on.set()
        reader.join(timeout=30)
        assert found[0][-1] == "done"
        assert process.wait(timeout=20) in (0, -signal.SIGTERM)


def test_ctrl_c_stops_the_server_without_a_fault(small_var: Path) -> None:
    """`make run` says nothing of a failure then."""
    with server_process(small_var) as (_, process):
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=20) == 0
