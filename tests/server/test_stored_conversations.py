"""Stored conversations survive a restart, leave the disk when their time is up, and never print their address."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from server.app import create_app
from server.bootstrap import Services, build_conversations
from server.conversations import Conversation, Message
from server.errors import SettingsInvalid
from server.settings import Settings
from server.stored_conversations import StoredConversations

DAY_S = 86_400.0


def rows(path: Path) -> int:
    """Return how many conversations the file holds."""
    with sqlite3.connect(path) as database:
        found: int = database.execute("select count(*) from conversations").fetchone()[0]
    database.close()
    return found


def test_a_conversation_survives_a_restart(tmp_path: Path, services: Services) -> None:
    settings = services.settings.model_copy(update={"conversation_url": f"sqlite:///{tmp_path / 'c.db'}"})
    body = {"message": "what is the most common cause of sciatica?"}
    kept = []
    for _ in range(2):
        built = Services(settings, services.live, services.assistant, build_conversations(settings))
        with TestClient(create_app(built)) as client:
            if not kept:
                kept.append(client.post("/v1/chat", json=body).json())
            path = f"/v1/conversations/{kept[0]['conversation_id']}"
            messages = client.get(path).json()["messages"]
            assert messages[1]["answer"]["citations"] == kept[0]["citations"]
    with TestClient(create_app(built)) as client:
        assert client.delete(path).status_code == 200
        assert client.get(path).status_code == 404
    assert rows(tmp_path / "c.db") == 0


def test_what_is_past_its_retention_leaves_the_disk(tmp_path: Path) -> None:
    now = [1_000_000.0]
    store = StoredConversations(f"sqlite:///{tmp_path / 'c.db'}", 2.0, lambda: now[0])
    store.put(Conversation("c_old", (Message("user", "hip"),)))
    now[0] += 1.5 * DAY_S
    store.put(Conversation("c_new", (Message("user", "back"),)))
    assert rows(tmp_path / "c.db") == 2
    now[0] += 1.0 * DAY_S
    assert store.get("c_new") is not None
    assert rows(tmp_path / "c.db") == 1


@pytest.mark.parametrize(
    "address",
    ["not an address", "nosuch://user:hunter2@host/db", "sqlite:////no/such/folder/hunter2.db", "sqlite:///{dir}"],
)
def test_an_address_that_cannot_be_opened_names_the_setting_and_nothing_of_the_address(
    tmp_path: Path, address: str
) -> None:
    with pytest.raises(SettingsInvalid, match="PLUMBLINE_CONVERSATION_URL") as caught:
        StoredConversations(address.format(dir=tmp_path), 1.0)
    assert "hunter2" not in str(caught.value)
    assert str(tmp_path) not in str(caught.value)


EMERGENCY = "my back went and I can't feel when I wipe"


@pytest.fixture
def broken(tmp_path: Path, services: Services) -> Services:
    """Return services whose database lost its table after they were started."""
    settings = services.settings.model_copy(update={"conversation_url": f"sqlite:///{tmp_path / 'c.db'}"})
    built = Services(settings, services.live, services.assistant, build_conversations(settings))
    with closing(sqlite3.connect(tmp_path / "c.db")) as database:
        database.execute("drop table conversations")
    return built


def test_a_card_is_given_when_the_turn_cannot_be_kept(broken: Services) -> None:
    with TestClient(create_app(broken)) as client:
        answer = client.post("/v1/chat", json={"message": EMERGENCY})
        stream = client.post("/v1/chat", json={"message": EMERGENCY, "stream": True}).text
    assert answer.status_code == 200
    assert answer.json()["safety"]["card"]["variant"] == "emergency"
    assert "event: done" in stream
    assert "event: error" not in stream


def test_the_page_shows_the_card_and_says_that_the_turn_is_not_kept(broken: Services) -> None:
    with TestClient(create_app(broken), follow_redirects=False) as client:
        token = re.search(r'name="form_token" value="([^"]+)"', client.get("/").text)
        assert token is not None
        shown = client.post("/", data={"message": EMERGENCY, "form_token": token[1]})
    assert shown.status_code == 503
    assert "Immediate action required" in shown.text
    assert "could not be kept" in shown.text


def test_a_conversation_that_cannot_be_read_is_a_fault_that_passes(
    broken: Services, caplog: pytest.LogCaptureFixture
) -> None:
    with TestClient(create_app(broken)) as client:
        found = client.post("/v1/chat", json={"message": EMERGENCY, "conversation_id": "c_any"})
        client.post("/v1/chat", json={"message": EMERGENCY})
    assert found.status_code == 503
    assert found.json()["type"] == "/problems/conversations_unavailable"
    assert found.headers["Retry-After"]
    assert "wipe" not in caplog.text


def test_memory_is_the_default() -> None:
    assert type(build_conversations(Settings())).__name__ == "MemoryConversations"
