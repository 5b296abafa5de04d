"""Start with ``python -m server``; ask in the terminal with ``python -m server ask "…"``."""

from __future__ import annotations

import argparse
import contextlib
import gc
import json
import socket
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING

from pydantic import ValidationError

from index.command_line import until_unread
from index.errors import IndexingError
from server.settings import SECRET_SETTINGS, Settings

if TYPE_CHECKING:
    from index.live import LiveRetriever
    from server.bootstrap import Services
    from server.red_flags.reader import ClauseReader

    Opening = Future[LiveRetriever]

EXIT_STOPPED = 130


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; return 0, 1 when it failed, 2 for a wrong setting or message; one line says what was wrong.

    Ctrl-C ends a serving server with 0, anything else with 130.
    """
    args = _parser().parse_args(argv)
    if args.command == "serve":
        gc.disable()  # nearly all of what is loaded now stays: looking through it for garbage delays the start
    try:
        return _run(args)
    except KeyboardInterrupt:
        return EXIT_STOPPED
    finally:
        gc.enable()  # also when the start fails


def _run(args: argparse.Namespace) -> int:
    try:
        settings = Settings()
    except ValidationError as exc:
        for error in exc.errors():
            name = str(error["loc"][0])
            found = "" if name in SECRET_SETTINGS else f", found {error['input']!r}"
            message = error["msg"].removeprefix("Value error, ")
            print(f"error: PLUMBLINE_{name.upper()}: {message}{found}; see the settings in README.md", file=sys.stderr)
        return 2
    opening = _opening(settings)
    # Imported meanwhile, since they bring the web framework along.
    from server.errors import AssistantError
    from server.observability import set_up_logging

    set_up_logging(settings.log_level if args.command == "serve" else "warning")
    try:
        return COMMANDS[args.command](args, settings, opening)
    except AssistantError as exc:
        print(f"error: {exc}", file=sys.stderr)
        return 2
    except IndexingError as exc:
        print(f"error: {exc}", file=sys.stderr)
        return 1


def _opening(settings: Settings) -> Opening:
    """Return the index to come: it is opened in a thread of its own, while this one imports what uses it.

    To hash, read and copy files and to load the model leaves the interpreter to others nearly all the time.
    """
    thread = ThreadPoolExecutor(1, "open-index")
    opening = thread.submit(_open_index, settings)
    thread.shutdown(wait=False)
    return opening


def _open_index(settings: Settings) -> LiveRetriever:
    from index.live import LiveRetriever

    return LiveRetriever(settings.var, embedder=settings.embedder)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m server", description=__doc__)
    commands = parser.add_subparsers(dest="command")
    parser.set_defaults(command="serve")
    commands.add_parser("serve", help="serve the chat page and the HTTP doors (the default)")
    commands.add_parser("mcp", help="serve the MCP door over standard input and output")
    ask = commands.add_parser("ask", help="answer one question in the terminal")
    ask.add_argument("question")
    ask.add_argument("--json", action="store_true", help="print the whole answer object")
    flags = commands.add_parser("red-flags", help="show how a message is read for red flags")
    flags.add_argument("text")
    flags.add_argument("--json", action="store_true", help="print the trace as JSON")
    return parser


def _serve(_: argparse.Namespace, settings: Settings, opening: Opening) -> int:
    import uvicorn

    from server.app import create_app

    built = _built_and_warm(settings, opening)

    class AnnouncedServer(uvicorn.Server):
        """Says where it listens once it does."""

        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            # What was loaded stays: the garbage collector need not go through it again on every reply.
            gc.freeze()
            gc.enable()
            host = f"[{settings.host}]" if ":" in settings.host else settings.host
            where = f"http://{host}:{settings.port}"
            print(f"Plumbline is ready: open {where} in a browser. Stop with Ctrl-C.", flush=True)

    app = create_app(built)
    _check_address(settings)
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        log_config=None,  # its lines go where ours go, as JSON
        access_log=False,
        server_header=False,
        # Without a trusted proxy nobody may say on whose behalf a request comes.
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=list(settings.trusted_proxies),
        timeout_graceful_shutdown=settings.stop_timeout_s,
    )
    with contextlib.suppress(KeyboardInterrupt):  # Ctrl-C, raised again once everything is answered and closed
        AnnouncedServer(config).run()
    return 0


def _built_and_warm(settings: Settings, opening: Opening) -> Services:
    """Return the services, with what the first reply would otherwise wait for: lexicon, spellings, terms, patterns."""
    from server.assistant import check_safety
    from server.bootstrap import build_services
    from server.conversations import Message
    from server.fitness import find

    messages = [Message("user", "what helps low back pain?")]
    check_safety(messages, settings.region)  # by the rules alone, which need no index
    built = build_services(settings, opening.result())
    built.assistant.check(messages, settings.region)
    query = built.assistant.queries.standalone_query(messages)
    built.assistant.judge.confidence(query, find(built.retriever, query, settings.top_k))
    return built


def _check_address(settings: Settings) -> None:
    """Return when the address to serve can be had; the web server itself would say so in the log alone.

    Raises:
        SettingsInvalid: if there is no such address, or it may not be used or is in use.
    """
    from server.errors import SettingsInvalid

    try:
        for family, kind, _, _, address in socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM):
            with socket.socket(family, kind) as tried:
                tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                tried.bind(address)
    except (OSError, UnicodeError) as exc:
        raise SettingsInvalid(
            f"PLUMBLINE_HOST, PLUMBLINE_PORT: expected an address that is free, found {settings.host} port "
            f"{settings.port} ({getattr(exc, 'strerror', None) or exc}); stop what listens there or choose another"
        ) from exc


def _ask(args: argparse.Namespace, settings: Settings, opening: Opening) -> int:
    from server.api import check_message
    from server.bootstrap import build_services
    from server.conversations import Conversation, new_conversation_id
    from server.serializers import answer_out
    from server.terminal import render_answer

    built = build_services(settings, opening.result())
    check_message(args.question, built)
    answer = answer_out(built.assistant.reply(Conversation(new_conversation_id()), args.question))
    print(
        json.dumps(answer.model_dump(mode="json"), ensure_ascii=False, indent=2) if args.json else render_answer(answer)
    )
    return 0


def _red_flags(args: argparse.Namespace, settings: Settings, opening: Opening) -> int:
    from server.assistant import check_safety
    from server.conversations import Message
    from server.red_flags.explain import explain, explain_json
    from server.serializers import safety_out

    reader = _clause_reader(opening)
    if not args.json:
        print(explain([args.text], reader=reader))
        return 0
    safety = safety_out(check_safety([Message("user", args.text)], settings.region, reader))
    trace = json.loads(explain_json([args.text], reader=reader))
    print(json.dumps({"safety": safety.model_dump(mode="json"), "trace": trace}, ensure_ascii=False, indent=2))
    return 0


def _clause_reader(opening: Opening) -> ClauseReader | None:
    """Return the learned reader as the server uses it; None before there is an index, and the rules work alone."""
    from server.red_flags.reader import load_reader

    try:
        embedder = opening.result().snapshot().embedder
    except IndexingError:
        return None
    return load_reader(embedder.embed_queries, embedder.weights_sha256)


def _mcp(_: argparse.Namespace, settings: Settings, opening: Opening) -> int:
    from server.bootstrap import build_services
    from server.mcp_door import serve_stdio

    serve_stdio(build_services(settings, opening.result()))
    return 0


COMMANDS: dict[str, Callable[[argparse.Namespace, Settings, Opening], int]] = {
    "serve": _serve,
    "ask": _ask,
    "red-flags": _red_flags,
    "mcp": _mcp,
}


if __name__ == "__main__":
    sys.exit(until_unread(main))
