"""Streams are kept alive, stop when their client leaves, and end with a problem when something fails."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

import pytest
from starlette.testclient import TestClient
from starlette.types import Message, Scope

from index.errors import IndexCorrupt
from index.retriever import Hit
from server.app import create_app
from server.bootstrap import Services
from server.cancel import check_wanted
from server.drafts import DraftPart
from server.queries import Query
from server.schemas import HealthOut
from server.streams import KEEP_ALIVE, LEFT, EventStream, WantedAnswer

SCOPE: Scope = {"type": "http", "asgi": {"spec_version": "2.3"}}
QUESTION = "what is the most common cause of sciatica?"


@pytest.fixture
def workers() -> Iterator[ThreadPoolExecutor]:
    """Return one worker thread."""
    with ThreadPoolExecutor(1) as pool:
        yield pool


@dataclass
class Client:
    """An ASGI client that leaves once it has read `leaves_after` pieces; 0 stays."""

    leaves_after: int = 0
    status: int = 0
    read: list[str] = field(default_factory=list)
    gone: asyncio.Event = field(default_factory=asyncio.Event)

    async def receive(self) -> Message:
        """Return the disconnect, when it comes."""
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        """Read a piece."""
        self.status = message.get("status", self.status)
        if message["type"] == "http.response.body" and message["body"]:
            self.read.append(message["body"].decode())
            if len(self.read) == self.leaves_after:
                self.gone.set()


def say(exc: Exception) -> str:
    """Return the last event of a stream that failed."""
    return f"event: error\ndata: {type(exc).__name__}\n\n"


def test_a_quiet_stream_is_kept_alive_with_padded_comments(workers: ThreadPoolExecutor) -> None:
    heard = threading.Event()

    def slow() -> Generator[str]:
        yield "data: 1\n\n"
        heard.wait(10)
        yield "data: 2\n\n"

    async def check() -> list[str]:
        client = Client(leaves_after=3)
        stream = EventStream(slow(), workers, say, keep_alive_s=0.02)
        await asyncio.wait_for(stream(SCOPE, client.receive, client.send), 10)
        return client.read

    read = asyncio.run(check())
    heard.set()
    assert read == ["data: 1\n\n", KEEP_ALIVE, KEEP_ALIVE]
    assert len(KEEP_ALIVE) > 2_000
    assert KEEP_ALIVE.startswith(":")


def test_the_work_stops_when_the_client_leaves(workers: ThreadPoolExecutor) -> None:
    closed, made = threading.Event(), []

    def endless() -> Generator[str]:
        try:
            while len(made) < 100_000:
                made.append(1)
                yield "data: more\n\n"
        finally:
            closed.set()

    async def check() -> None:
        client = Client(leaves_after=1)
        stream = EventStream(endless(), workers, say)
        await asyncio.wait_for(stream(SCOPE, client.receive, client.send), 10)

    asyncio.run(check())
    assert closed.wait(10), "the generator was not closed"
    assert len(made) < 100_000
    assert workers.submit(lambda: "free").result(10) == "free"


def test_a_stream_that_still_waits_for_a_worker_is_given_up_with_its_client(workers: ThreadPoolExecutor) -> None:
    busy, begun = threading.Event(), threading.Event()

    def never() -> Generator[str]:
        begun.set()
        yield "data: 1\n\n"

    async def check() -> None:
        client = Client(leaves_after=2)
        workers.submit(busy.wait, 10)
        stream = EventStream(never(), workers, say, keep_alive_s=0.02)
        await asyncio.wait_for(stream(SCOPE, client.receive, client.send), 10)
        assert client.read == [KEEP_ALIVE, KEEP_ALIVE]

    asyncio.run(check())
    busy.set()
    assert workers.submit(lambda: "free").result(10) == "free"
    assert not begun.is_set()


def test_a_fault_ends_the_stream_with_what_it_is_told_to_say(workers: ThreadPoolExecutor) -> None:
    def failing() -> Generator[str]:
        yield "data: 1\n\n"
        raise KeyError("what the person wrote")

    async def check() -> list[str]:
        client = Client()
        await asyncio.wait_for(EventStream(failing(), workers, say)(SCOPE, client.receive, client.send), 10)
        return client.read

    assert asyncio.run(check()) == ["data: 1\n\n", "event: error\ndata: KeyError\n\n"]


def test_a_whole_answer_is_sent_to_a_client_that_waits(workers: ThreadPoolExecutor) -> None:
    client = Client()
    asyncio.run(WantedAnswer(HealthOut, workers)(SCOPE, client.receive, client.send))
    assert client.status == 200
    assert json.loads("".join(client.read)) == {"status": "ok"}


def test_work_on_a_whole_answer_ends_at_its_next_step_when_its_client_leaves(workers: ThreadPoolExecutor) -> None:
    begun, ended = threading.Event(), threading.Event()

    def endless() -> HealthOut:
        begun.set()
        try:
            while True:
                check_wanted()
        finally:
            ended.set()

    async def check() -> int:
        client = Client()
        asking = asyncio.ensure_future(WantedAnswer(endless, workers)(SCOPE, client.receive, client.send))
        await asyncio.to_thread(begun.wait, 10)
        client.gone.set()
        await asyncio.wait_for(asking, 10)
        return client.status

    assert asyncio.run(check()) == LEFT
    assert ended.wait(10)
    assert workers.submit(lambda: "free").result(10) == "free"


def test_work_on_a_whole_answer_that_nobody_waits_for_is_never_begun(workers: ThreadPoolExecutor) -> None:
    begun, busy = threading.Event(), threading.Event()

    def work() -> HealthOut:
        begun.set()
        return HealthOut()

    async def check() -> None:
        client = Client()
        client.gone.set()
        await asyncio.wait_for(WantedAnswer(work, workers)(SCOPE, client.receive, client.send), 10)

    workers.submit(busy.wait, 10)
    asyncio.run(check())
    busy.set()
    assert workers.submit(lambda: "free").result(10) == "free"
    assert not begun.is_set()


def test_a_fault_in_a_whole_answer_reaches_the_handlers(workers: ThreadPoolExecutor) -> None:
    def failing() -> HealthOut:
        raise KeyError("what the person wrote")

    client = Client()
    with pytest.raises(KeyError):
        asyncio.run(WantedAnswer(failing, workers)(SCOPE, client.receive, client.send))
    assert client.status == 0


class BrokenWriter:
    """A writer that fails after its first words."""

    mode = "extractive"

    def __init__(self, fault: Exception) -> None:
        self._fault = fault

    def write(self, query: Query, hits: Sequence[Hit]) -> Iterator[DraftPart]:
        """Yield a note, then fail."""
        yield DraftPart("note", "These are the first words.")
        raise self._fault


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [(KeyError("zanzibar"), 500, "internal"), (IndexCorrupt("zanzibar"), 503, "search_unavailable")],
)
def test_a_fault_in_mid_answer_comes_as_a_problem_after_the_safety_check(
    services: Services, fault: Exception, status: int, code: str
) -> None:
    assistant = replace(services.assistant, writer=BrokenWriter(fault))
    built = Services(services.settings, services.live, assistant, services.conversations)
    with TestClient(create_app(built), raise_server_exceptions=False) as client:
        response = client.post("/v1/chat", json={"message": QUESTION, "stream": True})
        blocks = [block.split("\n") for block in response.text.split("\n\n") if "event: " in block]
        names = [next(line[7:] for line in block if line.startswith("event: ")) for block in blocks]
        assert names[:2] == ["meta", "safety"]
        assert names[-1] == "error"
        assert "done" not in names
        problem = json.loads(blocks[-1][-1].removeprefix("data: "))
        assert (problem["status"], problem["type"]) == (status, f"/problems/{code}")
        assert problem["request_id"] == response.headers["x-request-id"]
        assert "zanzibar" not in response.text

        chunks = client.post(
            "/v1/chat/completions", json={"messages": [{"role": "user", "content": QUESTION}], "stream": True}
        )
        last = json.loads(chunks.text.strip().split("\n\n")[-1].removeprefix("data: "))
        assert last["error"]["code"] == code
        assert "[DONE]" not in chunks.text


class SecondThoughts:
    """A writer that withdraws its first words."""

    mode = "extractive"

    def write(self, query: Query, hits: Sequence[Hit]) -> Iterator[DraftPart]:
        """Yield a note, then another in its place."""
        yield DraftPart("note", "First words.")
        yield DraftPart("note", "Second words.", replaces_all=True)


def test_a_client_that_can_only_add_is_told_when_words_are_withdrawn(services: Services) -> None:
    class Withdrawing(SecondThoughts):
        def write(self, query: Query, hits: Sequence[Hit]) -> Iterator[DraftPart]:
            yield from super().write(query, hits)
            yield from services.assistant.writer.write(query, hits)

    assistant = replace(services.assistant, writer=Withdrawing())
    built = Services(services.settings, services.live, assistant, services.conversations)
    with TestClient(create_app(built)) as client:
        body = {"messages": [{"role": "user", "content": QUESTION}], "stream": True}
        blocks = client.post("/v1/chat/completions", json=body).text.strip().split("\n\n")
        chunks = [json.loads(block.removeprefix("data: ")) for block in blocks[:-1]]
        deltas = [chunk["choices"][0]["delta"] for chunk in chunks]
        content = "".join(delta.get("content") or "" for delta in deltas)
        assert content.startswith("First words.\n\nWhat stands above could not be confirmed. The answer is:\n\nSecond")
        references = next(delta for delta in deltas if "annotations" in delta)
        assert references["annotations"]
        for annotation, citation in zip(references["annotations"], references["context"]["citations"], strict=True):
            place = annotation["url_citation"]
            assert content[place["start_index"] : place["end_index"]] == citation["quote"]
