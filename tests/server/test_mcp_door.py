"""The MCP door, reached with the published client over HTTP and over standard input and output."""

from __future__ import annotations

import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import anyio
import httpx
import jsonschema
import pytest
from mcp import Client, MCPError, StdioServerParameters
from mcp_types import CallToolResult, ResourceLink, TextContent
from starlette.testclient import TestClient

from server.app import create_app
from server.bootstrap import Services
from server.settings import Settings

QUESTION = "what is the most common cause of sciatica?"
EMERGENCY = "I have back pain and I can't feel when I wipe"
CALLS: dict[str, dict[str, Any]] = {
    "check_red_flags": {"text": EMERGENCY},
    "ask_back_pain": {"question": QUESTION, "region": "GB"},
    "search_back_pain_sources": {"query": "sciatica", "top_k": 2},
}
HANDSHAKE = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "old", "version": "1"}},
}
JSON_HEADERS = {"accept": "application/json, text/event-stream", "content-type": "application/json"}


def text_of(result: CallToolResult) -> str:
    """Return the words of a result's first block."""
    first = result.content[0]
    assert isinstance(first, TextContent)
    return first.text


@asynccontextmanager
async def connected(address: str, mode: str = "auto") -> AsyncIterator[Client]:
    """Yield the published client, connected over HTTP."""
    async with Client(f"{address}/mcp", mode=mode) as client:
        yield client


@pytest.mark.parametrize("mode", ["legacy", "2026-07-28"])
def test_every_tool_can_be_called_and_keeps_to_its_schema(running: str, mode: str) -> None:
    async def check() -> None:
        async with connected(running, mode) as client:
            tools = {tool.name: tool for tool in (await client.list_tools()).tools}
            assert set(tools) == {*CALLS, "get_passage"}
            found = await client.call_tool("search_back_pain_sources", CALLS["search_back_pain_sources"])
            passage = {"passage_id": found.structured_content["hits"][0]["passage_id"]}
            for name, arguments in {**CALLS, "get_passage": passage}.items():
                result = await client.call_tool(name, arguments)
                assert not result.is_error, text_of(result)
                jsonschema.Draft202012Validator(tools[name].input_schema).validate(arguments)
                schema = tools[name].output_schema
                assert schema is not None
                jsonschema.Draft202012Validator(schema).validate(result.structured_content)

    anyio.run(check)


def test_search_keeps_to_the_sources_written_for_an_audience(running: str) -> None:
    async def check() -> None:
        async with connected(running) as client:
            for audience, is_found in (("adults", True), ("children", False)):
                asked = {"query": "sciatica", "audience": audience}
                found = await client.call_tool("search_back_pain_sources", asked)
                assert bool(found.structured_content["hits"]) is is_found, audience

    anyio.run(check)


def test_tools_are_read_only_and_take_no_unknown_fields(running: str) -> None:
    async def check() -> None:
        async with connected(running) as client:
            for tool in (await client.list_tools()).tools:
                assert tool.input_schema["additionalProperties"] is False
                assert tool.input_schema["type"] == "object"
                assert tool.annotations is not None
                assert tool.annotations.read_only_hint
                assert tool.annotations.idempotent_hint
                assert tool.annotations.open_world_hint is False

    anyio.run(check)


def test_the_current_revision_needs_no_handshake(running: str) -> None:
    async def check() -> None:
        async with connected(running) as client:
            assert client.protocol_version == "2026-07-28"
            assert "card first" in str(client.instructions) or "before anything else" in str(client.instructions)

    anyio.run(check)


def test_the_card_is_the_first_thing_an_old_client_reads(running: str) -> None:
    async def check() -> None:
        async with connected(running) as client:
            for name, arguments in (
                ("check_red_flags", {"text": EMERGENCY}),
                ("ask_back_pain", {"question": EMERGENCY}),
            ):
                assert text_of(await client.call_tool(name, arguments)).startswith("Immediate action required")

    anyio.run(check)


def test_earlier_turns_count(running: str) -> None:
    history = [{"role": "user", "content": EMERGENCY}, {"role": "assistant", "content": "Go to A&E now."}]

    async def check() -> None:
        async with connected(running) as client:
            for sent in (history, json.dumps(history)):
                asked = {"question": "what is a slipped disc?", "history": sent}
                result = await client.call_tool("ask_back_pain", asked)
                assert result.structured_content["safety"]["level"] == "emergency"
                assert text_of(result).startswith(result.structured_content["safety"]["reminder"])

    anyio.run(check)


def test_each_quoted_passage_is_linked_and_can_be_read(running: str) -> None:
    async def check() -> None:
        async with connected(running) as client:
            result = await client.call_tool("ask_back_pain", CALLS["ask_back_pain"])
            links = [block for block in result.content if isinstance(block, ResourceLink)]
            quoted = {citation["passage_id"]: citation["quote"] for citation in result.structured_content["citations"]}
            assert {link.name for link in links} == set(quoted)
            read = await client.read_resource(links[0].uri)
            assert quoted[links[0].name] in read.contents[0].text
            templates = (await client.list_resource_templates()).resource_templates
            assert [template.uri_template for template in templates] == ["passage://{passage_id}"]

    anyio.run(check)


@pytest.mark.parametrize(
    ("tool", "arguments", "words"),
    [
        ("get_passage", {"passage_id": "no-such-passage"}, "no passage"),
        ("ask_back_pain", {"question": "   "}, "no words"),
        ("ask_back_pain", {"question": "zanzibar " * 2_000}, "10,000"),
        ("ask_back_pain", {"question": "hip", "region": "zanzibar"}, "region"),
        ("ask_back_pain", {"question": "hip", "history": "zanzibar"}, "history"),
        ("ask_back_pain", {}, "question"),
        ("search_back_pain_sources", {"query": "hip", "zanzibar": 1}, "not permitted"),
    ],
)
def test_a_failure_is_a_result_that_says_why_and_repeats_nothing(
    running: str, tool: str, arguments: dict[str, Any], words: str
) -> None:
    async def check() -> None:
        async with connected(running) as client:
            result = await client.call_tool(tool, arguments)
            assert result.is_error
            assert words in text_of(result)
            assert "zanzibar" not in text_of(result).replace("zanzibar: ", "")

    anyio.run(check)


def test_an_unknown_tool_or_passage_address_is_a_protocol_error(running: str) -> None:
    async def check() -> None:
        async with connected(running) as client:
            with pytest.raises(MCPError):
                await client.call_tool("prescribe", {})
            with pytest.raises(MCPError):
                await client.read_resource("passage://no-such-passage")

    anyio.run(check)


def test_the_handshake_of_an_older_revision_is_answered_in_it(running: str) -> None:
    answer = httpx.post(f"{running}/mcp", json=HANDSHAKE, headers=JSON_HEADERS).json()["result"]
    assert answer["protocolVersion"] == "2025-06-18"
    assert answer["serverInfo"]["name"] == "plumbline"
    headers = {**JSON_HEADERS, "mcp-protocol-version": "2025-06-18"}
    call = {"name": "check_red_flags", "arguments": {"text": EMERGENCY}}
    body = {"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": call}
    result = httpx.post(f"{running}/mcp", json=body, headers=headers).json()["result"]
    assert result["structuredContent"]["level"] == "emergency"


@pytest.mark.parametrize(
    ("listens_on", "allowed", "headers", "status"),
    [
        ("127.0.0.1", (), {"host": "127.0.0.1:8000"}, 200),
        ("127.0.0.1", (), {"host": "localhost"}, 200),
        ("127.0.0.1", (), {"host": "evil.example"}, 421),
        ("127.0.0.1", (), {"host": "127.0.0.1:8000", "origin": "http://evil.example"}, 403),
        ("127.0.0.1", (), {"host": "127.0.0.1:8000", "origin": "null"}, 403),
        ("127.0.0.1", (), {"host": "127.0.0.1:8000", "origin": "http://localhost:6274"}, 200),
        ("127.0.0.1", ("clinic.example",), {"host": "clinic.example", "origin": "https://clinic.example"}, 200),
        ("0.0.0.0", (), {"host": "clinic.example"}, 200),
        ("0.0.0.0", (), {"host": "clinic.example", "origin": "https://clinic.example"}, 200),
        ("0.0.0.0", (), {"host": "clinic.example", "origin": "https://evil.example"}, 403),
        ("0.0.0.0", ("clinic.example",), {"host": "evil.example"}, 421),
        ("0.0.0.0", ("clinic.example",), {"host": "[::1"}, 421),
    ],
)
def test_other_hosts_and_pages_of_other_sites_are_refused(
    services: Services, listens_on: str, allowed: tuple[str, ...], headers: dict[str, str], status: int
) -> None:
    settings = services.settings.model_copy(update={"host": listens_on, "allowed_hosts": allowed})
    built = Services(settings, services.live, services.assistant, services.conversations)
    with TestClient(create_app(built), raise_server_exceptions=False) as client:
        response = client.post("/mcp", json=HANDSHAKE, headers={**JSON_HEADERS, **headers})
        assert response.status_code == status, response.text


def test_a_key_guards_this_door_too(services: Services) -> None:
    settings = services.settings.model_copy(update={"api_key_hashes": ("0" * 64,)})
    built = Services(settings, services.live, services.assistant, services.conversations)
    with TestClient(create_app(built), base_url="http://localhost", raise_server_exceptions=False) as client:
        assert client.post("/mcp", json=HANDSHAKE, headers=JSON_HEADERS).status_code == 401


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["legacy", "auto"])
def test_the_tools_work_over_standard_input_and_output(small_var: Path, mode: str) -> None:
    env = {"PLUMBLINE_VAR": str(small_var), "PLUMBLINE_EMBEDDER": "hashing"}
    root = Path(__file__).parents[2]
    command = StdioServerParameters(command=sys.executable, args=["-m", "server", "mcp"], env=env, cwd=root)

    async def check() -> None:
        with anyio.fail_after(120):
            async with Client(command, mode=mode) as client:
                assert len((await client.list_tools()).tools) == 4
                result = await client.call_tool("ask_back_pain", CALLS["ask_back_pain"])
                assert result.structured_content["citations"]
                assert (await client.call_tool("get_passage", {"passage_id": "none"})).is_error

    anyio.run(check)


def test_a_server_without_visitors_stops_at_once(services: Services) -> None:
    """The SDK is loaded by the first request; shutting down before it must not wait for one."""
    with TestClient(create_app(services)) as client:
        assert client.get("/health").status_code == 200


def test_settings_read_host_names_from_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLUMBLINE_ALLOWED_HOSTS", "clinic.example, www.clinic.example")
    assert Settings().allowed_hosts == ("clinic.example", "www.clinic.example")
