"""Conversations in SQLite or PostgreSQL, for operators who ask for it; kept for a number of days, then deleted."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace

from sqlalchemy import Column, Connection, Float, MetaData, String, Table, Text, create_engine, delete, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import StaticPool

from server.conversations import Conversation, Message
from server.errors import ConversationsUnavailable, SettingsInvalid

logger = logging.getLogger(__name__)

SECONDS_PER_DAY = 86_400.0
PURGE_EVERY_S = 60.0

_METADATA = MetaData()
_CONVERSATIONS = Table(
    "conversations",
    _METADATA,
    Column("conversation_id", String(64), primary_key=True),
    Column("region", String(2)),
    Column("created", Float, nullable=False),
    Column("updated", Float, nullable=False, index=True),
    Column("messages", Text, nullable=False),
)


class StoredConversations:
    """Keeps conversations behind a SQLAlchemy address; what is older than `retention_days` is deleted.

    Every method raises ConversationsUnavailable when the database does not do what it is told.
    """

    def __init__(
        self,
        url: str,
        retention_days: float,
        clock: Callable[[], float] = time.time,
        on_forget: Callable[[], object] = lambda: None,
    ) -> None:
        """Open the database and make the table if there is none; `on_forget` is called whenever rows were deleted.

        Raises:
            SettingsInvalid: if the address cannot be opened; names the setting, never the address, which may hold a
                password.
        """
        self._keep_s = retention_days * SECONDS_PER_DAY
        self._clock = clock
        self._on_forget = on_forget
        self._purged = 0.0
        in_memory = (
            {"poolclass": StaticPool, "connect_args": {"check_same_thread": False}} if url == "sqlite://" else {}
        )
        try:
            # Parameters are what people wrote: an error must not repeat them.
            self._engine = create_engine(url, hide_parameters=True, **in_memory)
            _METADATA.create_all(self._engine)
        except (SQLAlchemyError, ImportError) as exc:
            raise SettingsInvalid(
                "PLUMBLINE_CONVERSATION_URL: expected a SQLAlchemy address that can be opened, such as "
                f"sqlite:///var/conversations.db; opening it failed with {type(exc).__name__}"
            ) from exc

    def get(self, conversation_id: str) -> Conversation | None:
        """Return the conversation, or None when it is unknown, past its retention or deleted."""
        self._purge()
        wanted = select(_CONVERSATIONS).where(
            _CONVERSATIONS.c.conversation_id == conversation_id, _CONVERSATIONS.c.updated >= self._oldest()
        )
        with self._transaction() as connection:
            row = connection.execute(wanted).mappings().first()
        if row is None:
            return None
        messages = tuple(Message(**message) for message in json.loads(row["messages"]))
        return Conversation(row["conversation_id"], messages, row["region"], row["created"], row["updated"])

    def put(self, conversation: Conversation) -> None:
        """Keep `conversation`, replacing an earlier state of it."""
        self._purge()
        kept = replace(conversation, updated=self._clock())
        row = {
            "conversation_id": kept.conversation_id,
            "region": kept.region,
            "created": kept.created,
            "updated": kept.updated,
            "messages": json.dumps([asdict(message) for message in kept.messages], ensure_ascii=False),
        }
        with self._transaction() as connection:
            connection.execute(_CONVERSATIONS.delete().where(_CONVERSATIONS.c.conversation_id == kept.conversation_id))
            connection.execute(_CONVERSATIONS.insert().values(**row))

    def delete(self, conversation_id: str) -> bool:
        """Delete the conversation; return whether there was one."""
        with self._transaction() as connection:
            gone = connection.execute(delete(_CONVERSATIONS).where(_CONVERSATIONS.c.conversation_id == conversation_id))
        if gone.rowcount:
            self._on_forget()
        return gone.rowcount > 0

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        try:
            with self._engine.begin() as connection:
                yield connection
        except SQLAlchemyError as exc:
            logger.error("conversations cannot be reached: %s", type(exc).__name__)
            raise ConversationsUnavailable(
                "Conversations cannot be read or kept right now. Please try again in a few minutes."
            ) from exc

    def _oldest(self) -> float:
        return self._clock() - self._keep_s

    def _purge(self) -> None:
        if self._clock() - self._purged < PURGE_EVERY_S:
            return
        self._purged = self._clock()
        with self._transaction() as connection:
            gone = connection.execute(delete(_CONVERSATIONS).where(_CONVERSATIONS.c.updated < self._oldest()))
        if gone.rowcount:
            self._on_forget()
