"""The MCP door over stdio and streamable HTTP; old and new revisions of the protocol are the SDK's part."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError
from starlette.types import ASGIApp, Receive, Scope, Send

from index.retriever import UnknownPassage
from server.bootstrap import Services
from server.errors import problem_of
from server.mcp_tools import SCHEME, TOOLS, Links, Tool
from server.operations import VERSION
from server.schemas import Model

if TYPE_CHECKING:
    import mcp_types
    from mcp.server import Server

LIST_TTL_MS = 3_600_000  # the tools change with the program alone

INSTRUCTIONS = (
    "Information about hip, low-back and sciatica problems, quoted word for word from a library. "
    "When an answer or a check holds a card, show the card before anything else. Not a diagnosis."
)


def build_mcp(built: Services) -> Server[Any]:
    """Return an MCP server whose tools are the same functions as the HTTP doors."""
    import anyio.to_thread
    import mcp_types as types
    from mcp.server import Server
    from mcp.shared.exceptions import MCPError

    listed = [_listed(tool) for tool in TOOLS.values()]

    async def list_tools(_: object, __: object) -> types.ListToolsResult:
        return types.ListToolsResult(tools=listed, ttl_ms=LIST_TTL_MS, cache_scope="public")

    async def call_tool(_: object, params: types.CallToolRequestParams) -> types.CallToolResult:
        tool = TOOLS.get(params.name)
        if tool is None:
            raise MCPError(code=types.INVALID_PARAMS, message="There is no tool of this name; see tools/list.")
        return await anyio.to_thread.run_sync(partial(_called, tool, params.arguments or {}, built))

    async def list_templates(_: object, __: object) -> types.ListResourceTemplatesResult:
        template = types.ResourceTemplate(
            uri_template=SCHEME + "{passage_id}",
            name="passage",
            title="A passage of the library",
            description="The words of a passage, under the id that citations and search give.",
            mime_type="text/plain",
        )
        return types.ListResourceTemplatesResult(
            resource_templates=[template], ttl_ms=LIST_TTL_MS, cache_scope="public"
        )

    async def list_resources(_: object, __: object) -> types.ListResourcesResult:
        # Thousands of passages would not help anybody choose one: they are found by search.
        return types.ListResourcesResult(resources=[])

    async def read_resource(_: object, params: types.ReadResourceRequestParams) -> types.ReadResourceResult:
        try:
            text = built.retriever.passage(str(params.uri).removeprefix(SCHEME)).text
        except UnknownPassage as exc:
            raise MCPError(code=types.INVALID_PARAMS, message="There is no passage at this address.") from exc
        contents = types.TextResourceContents(uri=params.uri, text=text, mime_type="text/plain")
        return types.ReadResourceResult(contents=[contents])

    return Server(
        "plumbline",
        version=VERSION,
        title="Plumbline",
        instructions=INSTRUCTIONS,
        on_list_tools=list_tools,
        on_call_tool=call_tool,
        on_list_resources=list_resources,
        on_list_resource_templates=list_templates,
        on_read_resource=read_resource,
    )


class McpDoor:
    """Serves /mcp. The SDK is imported when the first request comes, so that a start does not wait for it."""

    def __init__(self, built: Services) -> None:
        self._built = built
        self._app: ASGIApp | None = None
        self._wanted, self._stop, self._ready = asyncio.Event(), asyncio.Event(), asyncio.Event()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Keep the door open while the context lasts."""
        # One task opens and closes the SDK's session manager, as its task group requires.
        self._wanted, self._stop, self._ready = asyncio.Event(), asyncio.Event(), asyncio.Event()
        task = asyncio.create_task(self._serve())
        try:
            yield
        finally:
            self._stop.set()
            self._wanted.set()
            await task

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer an MCP request."""
        self._wanted.set()
        await self._ready.wait()
        if self._app is None:
            raise RuntimeError("the MCP door is not open")
        await self._app(scope, receive, send)

    async def _serve(self) -> None:
        await self._wanted.wait()
        try:
            if self._stop.is_set():
                return
            server = await asyncio.to_thread(build_mcp, self._built)
            app = server.streamable_http_app(
                stateless_http=True,
                json_response=True,
                streamable_http_path="/mcp",
                max_request_body_size=self._built.settings.max_body_bytes,
                transport_security=_no_second_check(),
            )
            async with server.session_manager.run():
                self._app = app
                self._ready.set()
                await self._stop.wait()
        finally:
            self._app = None
            self._ready.set()


def serve_stdio(built: Services) -> None:
    """Serve MCP over standard input and output until the client leaves."""
    import anyio
    from mcp.server.stdio import stdio_server

    async def serve() -> None:
        server = build_mcp(built)
        async with stdio_server() as (read_stream, write_stream):
            await server.run(read_stream, write_stream, server.create_initialization_options())

    anyio.run(serve)


def _no_second_check() -> Any:
    """Return transport settings that leave Host and Origin to `KnownHosts`, which knows the operator's host names."""
    from mcp.server.transport_security import TransportSecuritySettings

    return TransportSecuritySettings(enable_dns_rebinding_protection=False)


def _listed(tool: Tool) -> mcp_types.Tool:
    import mcp_types as types

    return types.Tool(
        name=tool.name,
        title=tool.title,
        description=tool.description,
        input_schema=tool.arguments.model_json_schema(),
        output_schema=tool.result.model_json_schema(mode="serialization"),
        annotations=types.ToolAnnotations(
            read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
        ),
    )


def _called(tool: Tool, arguments: dict[str, Any], built: Services) -> mcp_types.CallToolResult:
    """Return what a tool says; a fault is a result too, so that the model that called can read it and try again."""
    import mcp_types as types

    def failed(words: str) -> types.CallToolResult:
        return types.CallToolResult(content=[types.TextContent(type="text", text=words)], is_error=True)

    try:
        result = tool.run(tool.arguments.model_validate(_read_strings(arguments, tool.arguments)), built)
    except ValidationError as exc:
        # Field names and what is expected there; never what was sent.
        return failed("; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in exc.errors(include_input=False)))
    except Exception as exc:  # the protocol asks for a result, and the handlers of the application are not above us
        return failed(problem_of(exc).detail)
    text = types.TextContent(type="text", text=tool.spoken(result))
    structured = result.model_dump(mode="json")
    return types.CallToolResult(content=[text, *_resource_links(tool.links, result)], structured_content=structured)


def _resource_links(links: Links, result: Model) -> list[mcp_types.ResourceLink]:
    import mcp_types as types

    return [
        types.ResourceLink(uri=SCHEME + passage_id, name=passage_id, title=title, mime_type="text/plain")
        for passage_id, title in dict(links(result)).items()
    ]


def _read_strings(arguments: dict[str, Any], model: type[Model]) -> dict[str, Any]:
    """Return the arguments with lists read that a client sent as a string of JSON, as some do."""
    read = dict(arguments)
    value = read.get("history")
    if "history" in model.model_fields and isinstance(value, str):
        try:
            read["history"] = json.loads(value)
        except ValueError:
            return read  # not JSON: validation will say what is expected
    return read
