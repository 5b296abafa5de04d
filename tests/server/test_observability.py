"""Logs are one JSON object a line without anybody's words; figures have bounded labels."""

from __future__ import annotations

import io
import json
import logging
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest
from starlette.testclient import TestClient

from index.retriever import Hit
from server.app import create_app
from server.bootstrap import Services
from server.drafts import DraftPart
from server.errors import problem_of
from server.observability import JsonLines
from server.queries import Query

QUESTION = "what is the most common cause of sciatica?"


def line_of(record: logging.LogRecord) -> dict[str, str]:
    """Return a record as it is logged."""
    text = JsonLines().format(record)
    assert "\n" not in text
    line: dict[str, str] = json.loads(text)
    return line


def test_a_line_is_json_with_time_level_and_event() -> None:
    line = line_of(
        logging.makeLogRecord({"name": "server.x", "levelname": "INFO", "msg": "hits=%d\nnew", "args": (3,)})
    )
    assert line["event"] == "hits=3\nnew"
    assert line["level"] == "info"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+\+00:00", line["time"])


def test_a_fault_is_logged_with_its_place_and_without_its_words(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(KeyError) as raised:
        raise KeyError("zanzibar")
    assert problem_of(raised.value).status == 500
    assert re.search(r"fault KeyError at test_observability\.py:\d+", caplog.text)
    assert "zanzibar" not in caplog.text


def test_an_exception_is_named_and_its_text_left_out() -> None:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    log = logging.getLogger("test_observability")
    log.addHandler(handler)
    try:
        raise ValueError("zanzibar")
    except ValueError:
        log.exception("failed")
    finally:
        log.removeHandler(handler)
    line = json.loads(stream.getvalue())
    assert line["exception"] == "ValueError"
    assert "zanzibar" not in stream.getvalue()


def test_a_request_is_logged_by_its_route_and_id(client: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    client.get("/v1/conversations/c_zanzibar", headers={"x-request-id": "my-own-id-123"})
    line = next(r.getMessage() for r in caplog.records if "my-own-id-123" in r.getMessage())
    assert "GET /v1/conversations/{conversation_id} status=404" in line
    assert "zanzibar" not in line


@pytest.mark.parametrize("offered", ["short", "x" * 65, "with space in", "<script>alert(1)</script>"])
def test_a_request_id_that_could_spoil_the_log_is_replaced(client: TestClient, offered: str) -> None:
    given = client.get("/health", headers={"x-request-id": offered}).headers["x-request-id"]
    assert given != offered
    assert re.fullmatch(r"req_[\w-]{12}", given)


class Inventor:
    """A writer that quotes the first hit, and then words that no source holds."""

    mode = "extractive"

    def write(self, query: Query, hits: Sequence[Hit]) -> Iterator[DraftPart]:
        """Yield a real quote and an invented one."""
        yield DraftPart("excerpt", hits[0].passage.text, (1,))
        yield DraftPart("excerpt", "Zanzibar cures sciatica.", (1,))


def test_words_that_could_not_be_proved_are_counted(services: Services) -> None:
    assistant = replace(services.assistant, writer=Inventor())
    built = Services(services.settings, services.live, assistant, services.conversations)
    with TestClient(create_app(built)) as client:
        assert "Zanzibar" not in client.post("/v1/chat", json={"message": QUESTION}).text
        assert "citations_dropped_total 1.0" in client.get("/metrics").text
        assert "Zanzibar" not in client.post("/v1/chat", json={"message": QUESTION, "stream": True}).text
        assert "citations_dropped_total 2.0" in client.get("/metrics").text


def test_answers_flags_and_requests_are_counted(services: Services) -> None:
    built = Services(services.settings, services.live, services.assistant, services.conversations)
    with TestClient(create_app(built)) as client:
        client.post("/v1/chat", json={"message": QUESTION})
        client.post("/v1/chat", json={"message": "I can't feel when I wipe", "stream": True})
        completion = {"messages": [{"role": "user", "content": QUESTION}], "stream": True}
        client.post("/v1/chat/completions", json=completion)
        client.get("/wp-login.php")
        text = client.get("/metrics").text
    assert 'answers_total{status="answered"} 2.0' in text
    assert 'answers_total{status="safety_only"} 1.0' in text
    assert 'safety_flags_total{level="emergency",rule="CE1"} 1.0' in text
    assert 'http_requests_total{method="POST",route="/v1/chat",status="200"} 2.0' in text
    assert 'route="other",status="404"} 1.0' in text
    assert "wp-login" not in text
    assert f'version="{built.retriever.manifest.generation}"' in text


def not_covered(figures: str) -> float:
    """Return how many questions were not covered; each line of figures must say of which kind, in bounded labels."""
    lines = [line for line in figures.splitlines() if line.startswith("answers_not_covered_total{")]
    kind = re.compile(r'answers_not_covered_total\{intent="\w+",status="(no_evidence|out_of_scope)",topic="[\w-]*"\} ')
    assert all(kind.match(line) for line in lines)
    return sum(float(line.rsplit(" ", 1)[1]) for line in lines)


def test_what_is_not_covered_is_counted_by_kind_and_nearest_topic(services: Services) -> None:
    with TestClient(create_app(services)) as client:
        before = not_covered(client.get("/metrics").text)
        for _ in range(2):
            answer = client.post("/v1/chat", json={"message": "how much does a private hip operation cost in Leeds"})
            assert answer.json()["status"] in ("no_evidence", "out_of_scope")
        figures = client.get("/metrics").text
    assert not_covered(figures) == before + 2
    assert "Leeds" not in figures
