"""Refusals are counted from figures or stored conversations, and no words of a message come out."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path

import pytest

from evals.__main__ import main
from evals.errors import DatasetInvalid
from evals.refusals import Refusal, read_conversations, read_metrics
from index.build import build_index
from index.passages import Passage, Source
from index.retriever import Retriever
from server.bootstrap import build_services
from server.conversations import Conversation, Message
from server.observability import Metrics
from server.settings import Settings
from server.stored_conversations import StoredConversations

SECRET = "purple elephants Hendricks Street"


@pytest.fixture
def var(tmp_path: Path) -> Path:
    source = Source("hip", "Hip pain", topics=("hip", "pain"))
    passage = Passage("p", "hip", "Hips move.", 0, 10, source, sentences=((0, 10),))
    build_index([passage], [], tmp_path / "var", embedder="hashing")
    return tmp_path / "var"


@pytest.fixture
def database(tmp_path: Path) -> str:
    url = f"sqlite:///{tmp_path / 'kept.db'}"
    asked = [("no_evidence", f"what causes {SECRET}"), ("answered", "hip"), ("out_of_scope", f"hip {SECRET}")]
    messages = [Message("assistant", SECRET, answer={"status": status, "query_used": query}) for status, query in asked]
    store = StoredConversations(url, 7)
    store.put(Conversation("c1", (Message("user", SECRET), *messages)))
    store.put(Conversation("c2", (Message("user", SECRET), messages[0], Message("user", SECRET))))
    return url


def test_the_servers_own_figures_are_read(var: Path, tmp_path: Path) -> None:
    metrics = Metrics()
    services = build_services(Settings(var=var, embedder="hashing"))
    answer = services.assistant.reply(Conversation("c"), "what is the price of copper in Chile")
    metrics.count_answer(replace(answer, status=type(answer.status)("no_evidence")))
    metrics.count_answer(replace(answer, status=type(answer.status)("answered")))
    (tmp_path / "metrics.txt").write_bytes(metrics.text("model", "version"))
    found = read_metrics(tmp_path / "metrics.txt")
    assert found.answers == {"no_evidence": 1, "answered": 1}
    assert sum(count for one, count in found.refused.items() if one.status == "no_evidence") == 1


def test_kinds_are_read_where_a_server_counts_them() -> None:
    text = (
        "# TYPE answers_total counter\n"
        'answers_total{status="answered"} 6\nanswers_total{status="no_evidence"} 3\n'
        "# TYPE answers_not_covered_total counter\n"
        'answers_not_covered_total{status="no_evidence",intent="exercise",topic="hip"} 2\n'
        'answers_not_covered_total{status="no_evidence",intent="causes",topic="back"} 1\n'
    )
    found = read_metrics(Path("-"), io.StringIO(text))
    assert found.refused == {Refusal("no_evidence", "exercise", "hip"): 2, Refusal("no_evidence", "causes", "back"): 1}
    assert found.to_json()["refused"][0] == {
        "status": "no_evidence",
        "intent": "exercise",
        "topic": "hip",
        "count": 2,
    }


@pytest.mark.parametrize("text", ["{{{ not figures", "", "# TYPE other counter\nother_total 3\n"])
def test_figures_that_are_none_are_refused(text: str) -> None:
    with pytest.raises(DatasetInvalid, match="expected"):
        read_metrics(Path("-"), io.StringIO(text))


def test_stored_refusals_are_counted_by_intent_and_nearest_topic(var: Path, database: str) -> None:
    found = read_conversations(database, Retriever.open(var))
    assert found.answers == {"no_evidence": 2, "answered": 1, "out_of_scope": 1}
    assert {(one.status, one.intent): count for one, count in found.refused.items()} == {
        ("no_evidence", "causes"): 2,
        ("out_of_scope", "general"): 1,
    }
    assert {one.topic for one in found.refused} <= {"hip", ""}
    assert any(one.topic == "hip" for one in found.refused)


def test_no_words_of_a_message_come_out(
    var: Path, database: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out.json"
    assert main(["gaps", "--conversations", database, "--var", str(var), "--json", str(out)]) == 0
    printed = "".join(capsys.readouterr())
    assert "3 of 4 answers (75.0%)" in printed
    for word in SECRET.split():
        assert word not in printed + out.read_text()
    assert json.loads(out.read_text())["answers"]["no_evidence"] == 2


def test_an_address_that_cannot_be_read_is_not_repeated(
    var: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "empty.db").touch()
    for url in (f"sqlite:///{tmp_path}/absent-hunter2.db", "nonsense://hunter2", f"sqlite:///{tmp_path / 'empty.db'}"):
        assert main(["gaps", "--conversations", url, "--var", str(var)]) == 1
        said = capsys.readouterr().err
        assert said.startswith("error: --conversations: expected")
        assert "hunter2" not in said
    assert not (tmp_path / "absent-hunter2.db").exists()


@pytest.mark.parametrize("arguments", [[], ["questions.txt", "--metrics", "m.txt"]])
def test_exactly_one_thing_to_read_is_asked_for(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["gaps", *arguments]) == 1
    assert "expected one of a file of questions, --metrics, --conversations" in capsys.readouterr().err
