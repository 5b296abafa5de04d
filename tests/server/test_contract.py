"""Every door gives the same citations for the same question."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import anyio
import openai
import pytest
from mcp import Client
from starlette.testclient import TestClient

from server import bootstrap
from server.__main__ import main
from tests.hashed import with_cutoff_for_hashing

Citations = list[dict[str, Any]]
# What can be quoted, what cannot, and what asks for a card first.
QUOTED = (
    "what is the most common cause of sciatica?",
    "how do I do the clamshell?",
    "what are the signs of cauda equina syndrome?",
    "is walking good for spinal stenosis?",
)
QUESTIONS = (*QUOTED, "what is the capital of France?", "I have back pain and I can't feel when I wipe")


def by_chat(client: TestClient, question: str) -> Citations:
    """Return the citations of the chat door."""
    return list(client.post("/v1/chat", json={"message": question}).json()["citations"])


def by_stream(client: TestClient, question: str) -> Citations:
    """Return the citations of the last event of a stream, which must be those sent on the way."""
    stream = client.post("/v1/chat", json={"message": question, "stream": True}).text
    blocks = [dict(line.split(": ", 1) for line in b.split("\n") if ": " in line) for b in stream.split("\n\n")]
    sent = [json.loads(block["data"]) for block in blocks if block.get("event") == "citation"]
    done = json.loads(blocks[-2]["data"])
    assert blocks[-2]["event"] == "done"
    assert sent == done["citations"]
    return list(done["citations"])


def by_completion(client: TestClient, question: str) -> Citations:
    """Return the citations of the OpenAI-shaped door, read by the published client."""
    real = openai.OpenAI(base_url="http://127.0.0.1:8000/v1", api_key="none", http_client=client, max_retries=0)
    completion = real.chat.completions.create(model="plumbline", messages=[{"role": "user", "content": question}])
    extra = completion.choices[0].message.model_extra or {}
    return list(extra["context"]["citations"])


def by_completion_stream(client: TestClient, question: str) -> Citations:
    """Return the citations of a streamed completion."""
    real = openai.OpenAI(base_url="http://127.0.0.1:8000/v1", api_key="none", http_client=client, max_retries=0)
    messages: Any = [{"role": "user", "content": question}]
    deltas = [c.choices[0].delta for c in real.chat.completions.create(model="p", messages=messages, stream=True)]
    return next(list(d.model_extra["context"]["citations"]) for d in deltas if d.model_extra)


def by_conversation(client: TestClient, question: str) -> Citations:
    """Return the citations of a conversation that is read again."""
    conversation_id = client.post("/v1/chat", json={"message": question}).json()["conversation_id"]
    messages = client.get(f"/v1/conversations/{conversation_id}").json()["messages"]
    return list(messages[1]["answer"]["citations"])


def by_mcp(running: str, question: str) -> Citations:
    """Return the citations of the MCP door, read by the published client."""

    async def asked() -> Citations:
        async with Client(f"{running}/mcp") as client:
            result = await client.call_tool("ask_back_pain", {"question": question})
            return list(result.structured_content["citations"])

    return anyio.run(asked)


@pytest.fixture
def by_terminal(
    small_var: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[[str], Citations]:
    """Return what asks the terminal command."""
    monkeypatch.setenv("PLUMBLINE_VAR", str(small_var))
    monkeypatch.setenv("PLUMBLINE_EMBEDDER", "hashing")
    build = bootstrap.build_services
    monkeypatch.setattr(bootstrap, "build_services", lambda *given: with_cutoff_for_hashing(build(*given)))

    def asked(question: str) -> Citations:
        assert main(["ask", question, "--json"]) == 0
        return list(json.loads(capsys.readouterr().out)["citations"])

    return asked


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_door_gives_the_same_citations(
    client: TestClient, running: str, by_terminal: Callable[[str], Citations], question: str
) -> None:
    expected = by_chat(client, question)
    assert bool(expected) == (question in QUOTED)
    doors: dict[str, Callable[[], Citations]] = {
        "stream": lambda: by_stream(client, question),
        "completion": lambda: by_completion(client, question),
        "streamed completion": lambda: by_completion_stream(client, question),
        "conversation": lambda: by_conversation(client, question),
        "mcp": lambda: by_mcp(running, question),
        "terminal": lambda: by_terminal(question),
    }
    # Compared here and not in the assertion: a word-by-word difference of long citations takes minutes to print.
    others = [name for name, cite in doors.items() if cite() != expected]
    assert others == []
