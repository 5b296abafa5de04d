"""Server-sent events: worked out in a worker thread, sent as they come, kept alive, stopped when the client leaves."""

from __future__ import annotations

import asyncio
import contextlib
import json
import threading
from collections.abc import AsyncGenerator, Callable, Generator
from concurrent.futures import Executor
from typing import Any

import anyio
import anyio.lowlevel
from pydantic import BaseModel
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from server.cancel import ClientLeft, watch

KEEP_ALIVE_S = 15.0
# Padded, because some proxies hold small writes back until a buffer of one or two kilobytes is full.
KEEP_ALIVE = ":" + " keep-alive".ljust(2_047) + "\n\n"
MEDIA_TYPE = "text/event-stream; charset=utf-8"
HEADERS = {"Cache-Control": "no-cache, no-transform", "X-Accel-Buffering": "no"}

# "Client closed request": what web servers write in their logs for it, so that it is not counted as a fault of ours.
LEFT = 499

Blocks = Generator[str, None, None]


class EventStream(StreamingResponse):
    """Sends the blocks that a generator yields in a worker thread.

    A quiet stretch of `keep_alive_s` seconds is filled with a comment. When the client leaves, the generator is closed
    before its next block; when it raises, `on_fault` says what to send last.
    """

    def __init__(
        self,
        blocks: Blocks,
        workers: Executor,
        on_fault: Callable[[Exception], str],
        keep_alive_s: float = KEEP_ALIVE_S,
    ) -> None:
        self._source = _in_worker(blocks, workers, on_fault, keep_alive_s)
        super().__init__(self._source, media_type=MEDIA_TYPE, headers=HEADERS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the events; stop the work behind them when the client leaves."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            # A cancelled response leaves its source suspended; without this the work would go on until it is collected.
            await self._source.aclose()


class WantedAnswer(Response):
    """Sends the value that `work` returns as JSON; it is worked out in a worker thread while its client waits.

    When the client leaves, `server.cancel.check_wanted` ends the work at its next step; work that still waits for a
    free worker is never begun. What `work` raises is answered as if a handler had raised it.
    """

    def __init__(self, work: Callable[[], BaseModel], workers: Executor) -> None:
        super().__init__()
        self._work = work
        self._workers = workers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the value, or nothing that anybody reads when the client has left."""
        left = threading.Event()

        def work() -> bytes:
            watch(left)
            return self._work().model_dump_json().encode()

        job = asyncio.get_running_loop().run_in_executor(self._workers, work)
        leaving = asyncio.ensure_future(_disconnected(receive))
        waited: set[asyncio.Future[Any]] = {job, leaving}
        try:
            await asyncio.wait(waited, return_when=asyncio.FIRST_COMPLETED)
            is_done = job.done()
            response = Response(job.result(), media_type="application/json") if is_done else Response(status_code=LEFT)
        finally:
            left.set()
            job.cancel()
            leaving.cancel()
        await response(scope, receive, send)


def event_block(number: int, name: str, data: object) -> str:
    """Return one event as it is sent: id, name and one line of JSON."""
    return f"id: {number}\nevent: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _in_worker(
    blocks: Blocks, workers: Executor, on_fault: Callable[[Exception], str], keep_alive_s: float
) -> AsyncGenerator[str, None]:
    loop = asyncio.get_running_loop()
    queue: asyncio.Queue[str | None] = asyncio.Queue()
    left = threading.Event()

    def put(block: str | None) -> None:
        with contextlib.suppress(RuntimeError):  # the loop is closed: the server stopped without waiting for us
            loop.call_soon_threadsafe(queue.put_nowait, block)

    def work() -> None:
        watch(left)
        try:
            with contextlib.closing(blocks):
                for block in blocks:
                    if left.is_set():
                        return
                    put(block)
        except ClientLeft:
            return
        except Exception as exc:  # the status has been sent: the handlers of the application cannot answer any more
            put(on_fault(exc))
        finally:
            put(None)

    job = workers.submit(work)
    try:
        while True:
            block: str | None = KEEP_ALIVE
            with anyio.move_on_after(keep_alive_s):
                await anyio.lowlevel.checkpoint()  # a full queue does not wait, and would never notice a client leave
                block = await queue.get()
            if block is None:
                return
            yield block
    finally:
        left.set()
        job.cancel()  # has an effect while the work still waits for a free worker
