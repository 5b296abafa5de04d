"""Whether the work in this thread is still wanted: a client that leaves should not keep a language model busy."""

from __future__ import annotations

import threading
from contextvars import ContextVar

_LEFT: ContextVar[threading.Event | None] = ContextVar("left", default=None)


class ClientLeft(Exception):
    """Nobody waits for this work any more. Not a fault: nothing is answered, logged or counted."""


def watch(left: threading.Event) -> None:
    """Let `check_wanted` look at `left` from now on in this thread."""
    _LEFT.set(left)


def check_wanted() -> None:
    """Return while the work is wanted.

    Raises:
        ClientLeft: once its client has left.
    """
    left = _LEFT.get()
    if left is not None and left.is_set():
        raise ClientLeft
