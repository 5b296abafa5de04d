"""Message and Conversation, and where conversations live: in memory with a time limit (the default)."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, Literal, Protocol

Role = Literal["user", "assistant"]


@dataclass(frozen=True, slots=True)
class Message:
    """One turn. `answer` is the finished answer as the doors serve it (plain JSON values), for assistant turns."""

    role: Role
    text: str
    time: float = 0.0  # seconds since the epoch
    answer: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Conversation:
    """A list of messages under an unguessable id; never changed in place."""

    conversation_id: str
    messages: tuple[Message, ...] = ()
    region: str | None = None
    created: float = field(default_factory=time.time)
    updated: float = field(default_factory=time.time)

    def with_messages(self, *messages: Message) -> Conversation:
        """Return this conversation with `messages` at its end."""
        return replace(self, messages=(*self.messages, *messages), updated=time.time())

    @property
    def user_texts(self) -> tuple[str, ...]:
        """Return what the person wrote, oldest first."""
        return tuple(message.text for message in self.messages if message.role == "user")


def new_conversation_id() -> str:
    """Return a fresh id with 144 random bits: it is the only key to the conversation."""
    return "c_" + secrets.token_urlsafe(18)


class ConversationStore(Protocol):
    """Keeps conversations. `get` returns None for an id that is unknown, expired or deleted."""

    def get(self, conversation_id: str) -> Conversation | None:
        """Return the conversation, or None when there is none under this id (any more)."""
        ...

    def put(self, conversation: Conversation) -> None:
        """Keep `conversation`, replacing an earlier state of it."""
        ...

    def delete(self, conversation_id: str) -> bool:
        """Forget the conversation; return whether there was one."""
        ...


class MemoryConversations:
    """Conversations in memory only: gone after `ttl_s` without a message, when the process ends, or on delete."""

    def __init__(
        self,
        ttl_s: float,
        max_conversations: int,
        clock: Callable[[], float] = time.time,
        on_forget: Callable[[], object] = lambda: None,
    ) -> None:
        """Keep at most `max_conversations`; `on_forget` is called whenever one was deleted or has expired."""
        self._ttl_s = ttl_s
        self._on_forget = on_forget
        self._max = max_conversations
        self._clock = clock
        self._kept: dict[str, Conversation] = {}  # oldest update first
        self._lock = threading.Lock()

    def get(self, conversation_id: str) -> Conversation | None:
        """Return the conversation, or None when it is unknown, expired or deleted."""
        with self._lock:
            self._expire()
            return self._kept.get(conversation_id)

    def put(self, conversation: Conversation) -> None:
        """Keep `conversation`; the one unused longest makes room when there are too many."""
        with self._lock:
            self._expire()
            self._kept.pop(conversation.conversation_id, None)
            self._kept[conversation.conversation_id] = replace(conversation, updated=self._clock())
            while len(self._kept) > self._max:
                del self._kept[next(iter(self._kept))]

    def delete(self, conversation_id: str) -> bool:
        """Forget the conversation; return whether there was one."""
        with self._lock:
            was_kept = self._kept.pop(conversation_id, None) is not None
        if was_kept:
            self._on_forget()
        return was_kept

    def _expire(self) -> None:
        oldest_allowed = self._clock() - self._ttl_s
        for conversation_id in list(self._kept):
            if self._kept[conversation_id].updated >= oldest_allowed:
                break
            del self._kept[conversation_id]
            self._on_forget()
