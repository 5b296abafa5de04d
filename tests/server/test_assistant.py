"""The main path with its real steps over a small real index; only the writer is scripted where a test needs it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from server.answers import AnswerStatus
from server.assistant import Assistant, Done, QueryMade, SafetyChecked, SourcesFound, TextAdded
from server.bootstrap import Services
from server.conversations import Conversation, Message
from server.drafts import DraftPart
from server.evidence import CalibratedJudge
from server.logistic import LogisticModel
from server.red_flags.levels import Level
from server.serializers import answer_out
from tests.fakes import ScriptedWriter


@pytest.fixture(scope="module")
def assistant(services: Services) -> Assistant:
    """Return the real assistant; the hashing embedder's cosines mean nothing to the fitted judge, so all is covered."""
    sure = CalibratedJudge(lambda: services.retriever.vocabulary, LogisticModel({}, 5.0, 0.5))
    return replace(services.assistant, judge=sure)


def test_an_answer_quotes_word_for_word(assistant: Assistant, services: Services) -> None:
    answer = assistant.reply(Conversation("c"), "what causes sciatica?")
    assert answer.status == AnswerStatus.ANSWERED
    assert answer.cited.citations
    for citation in answer.cited.citations:
        text = services.retriever.document(citation.passage.document_id).text
        assert text[slice(*citation.source_span)] == citation.quote
        assert answer.cited.text[slice(*citation.answer_span)] == citation.quote


def test_safety_comes_before_the_query_and_the_query_before_any_text(assistant: Assistant) -> None:
    kinds = [type(event) for event in assistant.events(Conversation("c"), "what helps sciatica?")]
    assert kinds[:3] == [SafetyChecked, QueryMade, SourcesFound]
    assert set(kinds[3:-1]) == {TextAdded}
    assert kinds[-1] is Done


def test_an_emergency_gets_the_card_alone(assistant: Assistant) -> None:
    answer = assistant.reply(
        Conversation("c"), "I have sciatica and since today I am numb between my legs and cannot pee"
    )
    assert answer.safety.assessment.level == Level.EMERGENCY
    assert answer.status == AnswerStatus.SAFETY_ONLY
    assert answer.safety.card is not None
    assert answer.cited.text == ""


def test_a_follow_up_leans_on_the_answer_before(assistant: Assistant) -> None:
    first = assistant.reply(Conversation("c"), "what is sciatica?")
    served = answer_out(first).model_dump(mode="json")
    messages = (Message("user", "what is sciatica?"), Message("assistant", first.cited.text, answer=served))
    second = assistant.reply(Conversation("c", messages), "how long does it last?")
    assert second.query is not None
    assert second.query.text == "how long does sciatica last"
    assert "follow-up" in second.query.why


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("do I have sciatica?", "I cannot tell"),
        ("should I stop taking gabapentin for sciatica", "do not change or stop"),
    ],
)
def test_a_redirect_comes_first_and_the_library_after_it(assistant: Assistant, text: str, said: str) -> None:
    answer = assistant.reply(Conversation("c"), text)
    assert answer.cited.sentences[0].kind == "note"
    assert said in answer.cited.text.split("\n\n")[0]
    assert answer.cited.citations


def test_thanks_are_not_searched(assistant: Assistant) -> None:
    answer = assistant.reply(Conversation("c"), "thank you so much")
    assert answer.hits == ()
    assert answer.cited.citations == ()
    assert answer.cited.text


def test_a_judge_that_finds_nothing_gives_a_refusal_without_citations(assistant: Assistant) -> None:
    never = CalibratedJudge(dict, LogisticModel({}, -9.0, 0.5))
    answer = replace(assistant, judge=never).reply(Conversation("c"), "does kombucha cure sciatica")
    assert answer.status == AnswerStatus.NO_EVIDENCE
    assert answer.cited.citations == ()
    assert answer.confidence.evidence < answer.confidence.cutoff


def test_lead_ins_alone_are_no_answer(assistant: Assistant) -> None:
    empty = replace(assistant, writer=ScriptedWriter([DraftPart("lead_in", "What helps")]))
    answer = empty.reply(Conversation("c"), "what helps sciatica")
    assert answer.status == AnswerStatus.NO_EVIDENCE
    assert "What helps" not in answer.cited.text.splitlines()


def test_unproved_words_of_a_writer_never_reach_the_reader(assistant: Assistant) -> None:
    writer = ScriptedWriter(
        [DraftPart("excerpt", "Magic cures sciatica.", (1,)), DraftPart("sentence", "So does gold.", (9,))]
    )
    answer = replace(assistant, writer=writer).reply(Conversation("c"), "what helps sciatica")
    assert "Magic" not in answer.cited.text
    assert "gold" not in answer.cited.text


def test_the_mode_says_who_wrote(assistant: Assistant) -> None:
    quoting = replace(assistant, writer=ScriptedWriter([], mode="generated"))
    assert quoting.reply(Conversation("c"), "what helps sciatica").mode == "extractive"


def test_medical_words_in_quotes_are_explained_beside_the_text(assistant: Assistant) -> None:
    served = answer_out(assistant.reply(Conversation("c"), "what is hip osteoarthritis?"))
    assert served.glossary
    for explained in served.glossary:
        assert served.answer.text[explained.start : explained.end].strip()
    assert all(part.explanation not in served.answer.text for part in served.glossary)
