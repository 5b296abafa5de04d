"""A progress bar on standard error; silent when it is no terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from types import TracebackType
from typing import Any, TypeVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

T = TypeVar("T")


def progress_bars() -> Progress:
    """Return bars with a name, a count and the time taken."""
    return Progress(
        TextColumn("{task.description:<28}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        disable=not sys.stderr.isatty(),
    )


def followed(items: Iterable[T], name: str, total: int) -> Iterator[T]:
    """Yield the items, showing how many are done."""
    with progress_bars() as bars:
        yield from bars.track(items, total=total, description=name)


class StageBars:
    """Shows the stages of an index build; is called with stage, done, total (0 when not known)."""

    def __init__(self) -> None:
        self._bars = progress_bars()
        self._tasks: dict[str, Any] = {}

    def __enter__(self) -> StageBars:
        self._bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bars.stop()

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Show that `done` of `total` are done."""
        if stage not in self._tasks:
            self._tasks[stage] = self._bars.add_task(stage, total=total or None)
        self._bars.update(self._tasks[stage], completed=done, total=total or None)
