"""Keys, limits and headers hold before any door is reached."""

from __future__ import annotations

import hashlib

import pytest
from starlette.testclient import TestClient

from server.app import create_app
from server.bootstrap import Services
from server.errors import SettingsInvalid
from server.guards import client_address
from server.settings import Settings


def client_with(services: Services, **changed: object) -> TestClient:
    """Return a client of an application with other settings over the same index."""
    settings = services.settings.model_copy(update=changed)
    built = Services(settings, services.live, services.assistant, services.conversations)
    return TestClient(create_app(built), raise_server_exceptions=False)


def test_a_key_is_asked_for_once_any_is_set(services: Services) -> None:
    client = client_with(services, api_key_hashes=(hashlib.sha256(b"open sesame").hexdigest(),))
    refused = client.get("/v1/sources")
    assert refused.status_code == 401
    assert refused.headers["www-authenticate"] == "Bearer"
    assert client.get("/v1/sources", headers={"authorization": "Bearer wrong"}).status_code == 401
    assert client.get("/v1/sources", headers={"authorization": "Bearer open sesame"}).status_code == 401
    assert client.get("/health").status_code == 200


def test_the_right_key_opens_the_door(services: Services) -> None:
    client = client_with(services, api_key_hashes=(hashlib.sha256(b"sesame").hexdigest(),))
    assert client.get("/v1/sources", headers={"authorization": "Bearer sesame"}).status_code == 200


def test_a_client_that_asks_too_often_is_told_when_to_come_back(services: Services) -> None:
    client = client_with(services, rate_limit="3/minute")
    answers = [client.get("/v1/sources") for _ in range(5)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429, 429]
    assert "r=2;" in answers[0].headers["ratelimit"]
    assert 1 <= int(answers[3].headers["retry-after"]) <= 61
    assert answers[3].json()["type"] == "/problems/rate_limited"
    assert client.get("/health").status_code == 200


def test_a_rate_that_cannot_be_read_is_refused_at_start(services: Services) -> None:
    with pytest.raises(SettingsInvalid, match="120/minute"):
        client_with(services, rate_limit="often")


def test_every_response_carries_the_security_headers(client: TestClient) -> None:
    for path in ("/v1/sources", "/v1/nothing", "/health"):
        headers = client.get(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("peer", "forwarded", "trusted", "expected"),
    [
        ("1.1.1.1", "9.9.9.9", (), "1.1.1.1"),
        ("10.0.0.1", "9.9.9.9", ("10.0.0.1",), "9.9.9.9"),
        ("10.0.0.1", "6.6.6.6, 9.9.9.9", ("10.0.0.1",), "9.9.9.9"),
        ("10.0.0.1", "9.9.9.9, 10.0.0.2", ("10.0.0.1", "10.0.0.2"), "9.9.9.9"),
        ("10.0.0.1", "", ("10.0.0.1",), "10.0.0.1"),
    ],
)
def test_only_trusted_proxies_name_the_client(
    peer: str, forwarded: str, trusted: tuple[str, ...], expected: str
) -> None:
    scope = {"type": "http", "client": (peer, 1), "headers": [(b"x-forwarded-for", forwarded.encode())]}
    assert client_address(scope, frozenset(trusted)) == expected


def test_comma_lists_are_read_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLUMBLINE_TRUSTED_PROXIES", "10.0.0.1, 10.0.0.2")
    assert Settings().trusted_proxies == ("10.0.0.1", "10.0.0.2")
