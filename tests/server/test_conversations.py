"""Conversations live for a time, in memory or in a database, and are gone when they should be."""

from __future__ import annotations

import gc
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from server.bootstrap import build_conversations
from server.conversations import Conversation, ConversationStore, MemoryConversations, Message, new_conversation_id
from server.red_flags.assess import assess
from server.red_flags.reading import Reading
from server.settings import Settings
from server.stored_conversations import StoredConversations

DAY_S = 86_400.0


@dataclass
class Clock:
    """A clock that goes when told to."""

    now: float = 1_000_000.0

    def __call__(self) -> float:
        """Return the seconds since the epoch."""
        return self.now


Make = Callable[..., ConversationStore]  # of a clock, and of what to call when conversations are gone


@pytest.fixture(params=["memory", "sqlite file", "sqlite in memory"])
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Make:
    """Return what makes a store that keeps conversations for one day."""
    address = f"sqlite:///{tmp_path / 'conversations.db'}" if request.param == "sqlite file" else "sqlite://"
    if request.param == "memory":
        return lambda clock, forget=lambda: None: MemoryConversations(DAY_S, 100, clock, forget)
    return lambda clock, forget=lambda: None: StoredConversations(address, 1.0, clock, forget)


def conversation(conversation_id: str = "c_1") -> Conversation:
    """Return a conversation with a turn of each."""
    turns = (Message("user", "my hip hurts ☹", 1.5), Message("assistant", "Try heat.", 2.5, {"id": "ans_1", "n": [1]}))
    return Conversation(conversation_id, turns, "GB")


def test_what_is_kept_comes_back_whole(make: Make) -> None:
    store = make(Clock())
    store.put(conversation())
    found = store.get("c_1")
    assert found is not None
    assert (found.messages, found.region) == (conversation().messages, "GB")
    assert store.get("c_2") is None


def test_a_conversation_expires_after_its_last_message(make: Make) -> None:
    clock = Clock()
    store = make(clock)
    store.put(conversation())
    clock.now += 0.9 * DAY_S
    store.put(conversation())
    clock.now += 0.9 * DAY_S
    assert store.get("c_1") is not None
    clock.now += 0.2 * DAY_S
    assert store.get("c_1") is None


def test_deleting_tells_whether_there_was_one_and_leaves_the_others(make: Make) -> None:
    store = make(Clock())
    store.put(conversation())
    store.put(conversation("c_2"))
    assert store.delete("c_1")
    assert not store.delete("c_1")
    assert store.get("c_1") is None
    assert store.get("c_2") is not None


def test_a_later_state_replaces_the_earlier_one(make: Make) -> None:
    store = make(Clock())
    store.put(conversation())
    store.put(conversation().with_messages(Message("user", "and now?")))
    found = store.get("c_1")
    assert found is not None
    assert found.user_texts == ("my hip hurts ☹", "and now?")


def test_the_one_unused_longest_makes_room_in_memory() -> None:
    store = MemoryConversations(DAY_S, 2, Clock())
    for name in ("c_1", "c_2", "c_1", "c_3"):
        store.put(conversation(name))
    assert [name for name in ("c_1", "c_2", "c_3") if store.get(name)] == ["c_1", "c_3"]


def test_ids_cannot_be_guessed_and_do_not_repeat() -> None:
    ids = {new_conversation_id() for _ in range(1_000)}
    assert len(ids) == 1_000
    assert all(len(found) >= 24 for found in ids)


def test_what_else_held_the_words_is_told_when_a_conversation_goes(make: Make) -> None:
    clock, told = Clock(), []
    store = make(clock, lambda: told.append("forget"))
    store.put(conversation())
    store.put(conversation("c_2"))
    store.delete("c_3")
    assert told == []
    store.delete("c_1")
    assert told == ["forget"]
    clock.now += 2 * DAY_S
    store.get("c_2")
    assert told == ["forget"] * 2


def test_no_reading_of_a_message_outlives_its_conversation() -> None:
    text = "my heel tingles whenever I polish the brass"
    services = build_conversations(Settings())
    services.put(conversation())
    assess([Message("user", text)])
    assert _read(text)
    services.delete("c_1")
    assert not _read(text)


def _read(text: str) -> bool:
    """Return whether a reading of these words is still held in memory."""
    readings = [one for one in gc.get_objects() if type(one) is Reading]
    return any(one.message.wording.words[-2:] == tuple(text.split()[-2:]) for one in readings)
