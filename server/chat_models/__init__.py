"""Language models behind one small interface: what a writer needs of one, and how it can fail."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol


@dataclass(frozen=True, slots=True)
class ChatMessage:
    """One message of a prompt."""

    role: Literal["system", "user", "assistant"]
    content: str


class ChatModelUnavailable(Exception):
    """The model cannot be reached, refuses, is too slow, or breaks off. The text holds no word of the prompt."""


class ChatModel(Protocol):
    """Completes a prompt."""

    def stream(self, messages: Sequence[ChatMessage]) -> Iterator[str]:
        """Yield the completion piece by piece.

        Raises:
            ChatModelUnavailable: before the first piece or after any of them; what came is then incomplete.
        """
        ...
