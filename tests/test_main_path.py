"""A conversation of ten turns over the whole library with the real model: what a newcomer would try."""

from __future__ import annotations

from pathlib import Path

import pytest

from server.answers import Answer, AnswerStatus
from server.bootstrap import Services, build_services
from server.conversations import Conversation, Message
from server.serializers import answer_out
from server.settings import Settings

pytestmark = pytest.mark.slow

TURNS = (
    ("Hello!", AnswerStatus.OUT_OF_SCOPE, ""),
    ("my bum hurts and it goes down the back of my leg, what causes siatica?", AnswerStatus.ANSWERED, "sciatica"),
    ("how long does it last?", AnswerStatus.ANSWERED, "sciatica"),
    ("why?", AnswerStatus.ANSWERED, "sciatica"),
    ("can I go swimming with it?", AnswerStatus.ANSWERED, "swimming"),
    ("how do I do the clamshell", AnswerStatus.ANSWERED, "clamshell"),
    ("how often?", AnswerStatus.ANSWERED, "clamshell"),
    ("who won the 1966 world cup?", AnswerStatus.OUT_OF_SCOPE, ""),
    ("how many mg of ibuprofen can I take for my back", None, ""),
    ("thanks, bye", None, ""),
)


@pytest.fixture(scope="module")
def real_services(real_var: Path) -> Services:
    """Return the real services over the whole library."""
    return build_services(Settings(var=real_var))


def test_ten_turns_without_a_wrong_citation_or_an_answer_from_nothing(real_services: Services) -> None:
    conversation = Conversation("c")
    for text, status, article in TURNS:
        answer = real_services.assistant.reply(conversation, text)
        assert status is None or answer.status == status, text
        if article:
            assert answer.cited.citations[0].passage.document_id == article, text
        check_citations(answer, real_services)
        served = answer_out(answer).model_dump(mode="json")
        conversation = conversation.with_messages(
            Message("user", text), Message("assistant", answer.cited.text, answer=served)
        )


def check_citations(answer: Answer, services: Services) -> None:
    """Fail unless every citation is verbatim and every excerpt has one."""
    for citation in answer.cited.citations:
        text = services.retriever.document(citation.passage.document_id).text
        assert text[slice(*citation.source_span)] == citation.quote
    for sentence in answer.cited.sentences:
        assert sentence.kind in ("lead_in", "note") or sentence.citations
    if answer.status in (AnswerStatus.OUT_OF_SCOPE, AnswerStatus.NO_EVIDENCE):
        assert not answer.cited.citations
