"""Preparation: what replies ask of the library's texts never changes, so it is worked out before anybody asks."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from index.errors import IndexingError
from index.passages import Passage
from server import evidence, fitness

logger = logging.getLogger(__name__)

# As many passages as an open index keeps in memory; of a larger library the others are read when they are first found.
MOST_PASSAGES = 4096
# Between two passages, so that replies hardly notice: a passage takes about half a millisecond.
PAUSE_S = 0.0005
# Whoever asks in the first moment after the start is answered first.
HEAD_START_S = 1.0


def prepare(passages: Sequence[Passage], pause_s: float = 0.0, stopped: threading.Event | None = None) -> None:
    """Work out words, terms and headings of passages, until all are done or `stopped` is set."""
    stopped = stopped or threading.Event()
    for row in range(min(len(passages), MOST_PASSAGES)):
        passage = passages[row]
        fitness.look_at(passage)
        evidence.look_at(passage)
        if stopped.wait(pause_s) if pause_s else stopped.is_set():
            return


@contextmanager
def prepared_meanwhile(passages: Sequence[Passage], after_s: float = HEAD_START_S) -> Iterator[None]:
    """Prepare passages in a thread of its own; leaving stops it. Nothing waits for it, and a fault only ends it.

    Args:
        passages: of the open index.
        after_s: how long the thread waits before it begins, 0 or more.
    """
    stopped = threading.Event()

    def work() -> None:
        if stopped.wait(after_s):
            return
        try:
            prepare(passages, PAUSE_S, stopped)
        except (IndexingError, OSError):
            logger.exception("the library could not be prepared; its texts are read as they are found")

    thread = threading.Thread(target=work, name="prepare-library", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stopped.set()
        thread.join()
