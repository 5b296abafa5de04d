"""LiveRetriever: keeps serving while the index is rebuilt; notices a new generation and swaps to it whole."""

from __future__ import annotations

import logging
import threading
import time
from pathlib import Path

from index.errors import IndexingError
from index.fusion import FusionWeights
from index.generations import models_folder, pointer_path, read_pointer
from index.ranking import System
from index.retriever import Filters, Hit, Retriever

logger = logging.getLogger(__name__)

LOOK_EVERY_S = 1.0

_Stamp = tuple[int, int] | None  # of the pointer: its inode and time of change; None while there is none


class LiveRetriever:
    """Hands out the newest snapshot that could be opened. Safe to share between threads.

    A request takes one snapshot and works with it to the end. The next one is opened in a thread of its own: nobody
    waits for it, and if it is damaged the old one goes on serving and the fault is logged.
    """

    def __init__(
        self,
        var: Path,
        *,
        embedder: str | None = None,
        weights: FusionWeights | None = None,
        models: Path | None = None,
        look_every_s: float = LOOK_EVERY_S,
    ) -> None:
        """Open the current generation; arguments and errors as for `Retriever.open`."""
        self._var = var
        self._setting = embedder
        self._weights = weights
        self._models = models or models_folder(var)
        self._look_every_s = look_every_s
        self._lock = threading.Lock()
        self._opening: threading.Thread | None = None
        self._stamp = _stamp(var)
        self._looked = time.monotonic()
        self._snapshot = Retriever.open(var, embedder=embedder, weights=weights, models=models)
        self._snapshot.embed(["ready"])  # loads the model now, and not in the first request

    def snapshot(self) -> Retriever:
        """Return the generation to answer one request from. Looks for a newer one at most once in `look_every_s`."""
        if time.monotonic() - self._looked >= self._look_every_s:
            self._look()
        return self._snapshot

    def search(
        self,
        query: str,
        k: int,
        *,
        system: System = "hybrid",
        filters: Filters | None = None,
        max_per_source: int | None = None,
        lexical_query: str | None = None,
    ) -> list[Hit]:
        """Search the newest snapshot; see `Retriever.search`."""
        return self.snapshot().search(
            query,
            k,
            system=system,
            filters=filters,
            max_per_source=max_per_source,
            lexical_query=lexical_query,
        )

    def _look(self) -> None:
        with self._lock:
            self._looked = time.monotonic()
            stamp = _stamp(self._var)
            if stamp == self._stamp or (self._opening is not None and self._opening.is_alive()):
                return
            self._stamp = stamp
            self._opening = threading.Thread(target=self._swap, name="open-index", daemon=True)
            self._opening.start()

    def _swap(self) -> None:
        old = self._snapshot
        try:
            if read_pointer(self._var).current.generation == old.manifest.generation:
                return
            self._snapshot = self._open(old)
        except (IndexingError, OSError) as exc:
            logger.error("new index cannot be opened, %s still serves: %s", old.manifest.generation, exc)
        else:
            logger.info("index swapped from=%s to=%s", old.manifest.generation, self._snapshot.manifest.generation)

    def _open(self, old: Retriever) -> Retriever:
        new = Retriever.open(self._var, embedder=self._setting, weights=self._weights, models=self._models)
        if new.manifest.embedder == old.manifest.embedder:
            new.embedder = old.embedder  # one loaded model is enough
        else:
            new.embed(["ready"])
        return new


def _stamp(var: Path) -> _Stamp:
    try:
        status = pointer_path(var).stat()
    except OSError:
        return None
    return status.st_ino, status.st_mtime_ns
