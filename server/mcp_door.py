"""The MCP door: search, ask, check red flags and read a passage, over stdio and streamable HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field
from starlette.types import ASGIApp, Receive, Scope, Send

from server.bootstrap import Services
from server.conversations import Conversation, Message, new_conversation_id
from server.schemas import (
    AnswerOut,
    PassageOut,
    SafetyMessageIn,
    SafetyOut,
    SearchOut,
    answer_out,
    hit_out,
    passage_out,
    safety_out,
)

if TYPE_CHECKING:
    from mcp.server import MCPServer

Region = Literal["GB", "IE", "EU", "US", "CA", "AU"]
Text = Annotated[str, Field(min_length=1, max_length=10_000)]


def build_mcp(built: Services) -> MCPServer:
    """Return an MCP server whose tools are the same functions as the HTTP doors."""
    from mcp.server import MCPServer
    from mcp_types import ToolAnnotations

    server = MCPServer("plumbline", title="Plumbline", version="1.0.0", instructions=INSTRUCTIONS, log_level="WARNING")
    read_only = ToolAnnotations(read_only_hint=True, idempotent_hint=True, open_world_hint=False)

    @server.tool(title="Check for red flags", annotations=read_only)
    def check_red_flags(text: Text, history: list[SafetyMessageIn] = [], region: Region | None = None) -> SafetyOut:  # noqa: B006
        """Look for signs of something serious in a message about hip, back or leg problems. Show the card first."""
        messages = [*_messages(history), Message("user", text)]
        return safety_out(built.assistant.check(messages, region or built.settings.region))

    @server.tool(title="Ask about hip, low-back or sciatica problems", annotations=read_only)
    def ask_back_pain(question: Text, history: list[SafetyMessageIn] = [], region: Region | None = None) -> AnswerOut:  # noqa: B006
        """Answer with verbatim, cited excerpts; says so when the library does not cover the question."""
        conversation = Conversation(new_conversation_id(), tuple(_messages(history)), region)
        return answer_out(built.assistant.reply(conversation, question, region))

    @server.tool(title="Search the library", annotations=read_only)
    def search_back_pain_sources(query: Text, top_k: Annotated[int, Field(ge=1, le=50)] = 5) -> SearchOut:
        """Return the passages nearest to a query, with their scores."""
        words = built.assistant.queries.standalone_query([Message("user", query)])
        hits = built.retriever.search(words.text, top_k, lexical_query=words.lexical_text)
        return SearchOut(hits=[hit_out(hit) for hit in hits])

    @server.tool(title="Read a passage", annotations=read_only)
    def get_passage(passage_id: Annotated[str, Field(min_length=1, max_length=200)]) -> PassageOut:
        """Return a passage with the document it stands in and its span there."""
        passage = built.retriever.passage(passage_id)
        return passage_out(passage, built.retriever.document(passage.document_id))

    @server.resource("passage://{passage_id}", mime_type="text/plain", title="A passage of the library")
    def passage(passage_id: str) -> str:
        """Return the words of a passage."""
        return built.retriever.passage(passage_id).text

    return server


INSTRUCTIONS = (
    "Information about hip, low-back and sciatica problems, quoted word for word from a library. "
    "When an answer or a check holds a card, show the card before anything else. Not a diagnosis."
)


class McpDoor:
    """Serves /mcp. The SDK is imported after start, so that the first page does not wait for it."""

    def __init__(self, built: Services) -> None:
        self._built = built
        self._app: ASGIApp | None = None
        self._ready = asyncio.Event()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Keep the door open while the context lasts."""
        stop = asyncio.Event()
        task = asyncio.create_task(self._serve(stop))
        try:
            yield
        finally:
            stop.set()
            await task

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer an MCP request."""
        await self._ready.wait()
        if self._app is None:
            raise RuntimeError("the MCP door is not open")
        await self._app(scope, receive, send)

    async def _serve(self, stop: asyncio.Event) -> None:
        try:
            server = await asyncio.to_thread(build_mcp, self._built)
            app = server.streamable_http_app(stateless_http=True, json_response=True, streamable_http_path="/mcp")
            async with server.session_manager.run():
                self._app = app
                self._ready.set()
                await stop.wait()
        finally:
            self._ready.set()
            self._app = None


def serve_stdio(built: Services) -> None:
    """Serve MCP over standard input and output until the client leaves."""
    build_mcp(built).run("stdio")


def _messages(history: list[SafetyMessageIn]) -> list[Message]:
    return [Message(turn.role, turn.content) for turn in history]
