"""What the rest of the package needs from the optional learned reader."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

Proposal = tuple[str, str, float]  # feature id, status, probability in [0, 1]


class ClauseReader(Protocol):
    """Reads clauses and proposes features; it never decides a level."""

    def read(self, clauses: Sequence[str]) -> list[list[Proposal]]:
        """Return, for each clause in order, the features it may show: (feature, status, probability)."""
        ...
