"""A prepared library: nothing of its texts is left to work out, answers stay as they are, faults stay inside."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from index.errors import IndexCorrupt
from index.passages import Passage
from server.bootstrap import Services
from server.conversations import Conversation, Message
from server.fitness import find
from server.preparation import prepare, prepared_meanwhile
from server.words import library_stems
from tests.fakes import make_hit

QUESTIONS = ("what is sciatica", "how long does hip arthritis last", "does a slipped disc heal")


class BrokenPassages(list[Passage]):
    """Passages whose file was damaged after it was opened."""

    def __getitem__(self, place: object) -> Passage:  # type: ignore[override]
        raise IndexCorrupt("passages.jsonl: cannot be read")


@pytest.fixture
def nothing_kept() -> Iterator[None]:
    library_stems.cache_clear()
    yield
    library_stems.cache_clear()


@pytest.mark.usefixtures("nothing_kept")
def test_a_prepared_library_is_not_read_again_for_a_question(services: Services) -> None:
    prepare(services.retriever.passages)
    worked_out = library_stems.cache_info().misses
    assert worked_out > len(services.retriever.passages)
    for question in QUESTIONS:
        query = services.assistant.queries.standalone_query([Message("user", question)])
        services.assistant.judge.confidence(query, find(services.retriever, query, 12))
    assert library_stems.cache_info().misses == worked_out


@pytest.mark.usefixtures("nothing_kept")
def test_answers_are_the_same_with_and_without_preparation(services: Services) -> None:
    before = [services.assistant.reply(Conversation("c"), question) for question in QUESTIONS]
    prepare(services.retriever.passages)
    after = [services.assistant.reply(Conversation("c"), question) for question in QUESTIONS]
    assert [(a.cited, a.confidence, a.hits) for a in before] == [(a.cited, a.confidence, a.hits) for a in after]


def test_preparation_ends_when_it_is_told_to() -> None:
    stopped = threading.Event()
    stopped.set()
    library_stems.cache_clear()
    passages = [make_hit(f"Words of passage {number}.", "Heading").passage for number in range(50)]
    prepare(passages, stopped=stopped)
    assert library_stems.cache_info().misses < len(passages)


def test_a_damaged_library_ends_the_preparation_and_nothing_else(caplog: pytest.LogCaptureFixture) -> None:
    damaged = BrokenPassages([make_hit("Words.", "Heading").passage])
    with prepared_meanwhile(damaged, after_s=0):
        for thread in threading.enumerate():
            if thread.name == "prepare-library":
                thread.join(5)
    assert "could not be prepared" in caplog.text


def test_preparation_lets_the_first_questions_go_ahead_and_ends_while_it_waits() -> None:
    library_stems.cache_clear()
    with prepared_meanwhile([make_hit("Words of a passage.", "Heading").passage], after_s=60):
        assert any(thread.name == "prepare-library" for thread in threading.enumerate())
    assert library_stems.cache_info().misses == 0
