"""Assistant: the main path of a chat message, one step after another."""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Callable, Collection, Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from index.errors import IndexingError
from index.manifest import Manifest
from index.retriever import Hit
from server.answers import EXERCISE_LATER, SEARCH_DOWN, Answer, AnswerStatus, Confidence, Draft, Safety
from server.citations import Citation, CitedText, Citer
from server.conversations import Conversation, Message
from server.drafts import DraftPart
from server.fitness import Search, find
from server.parts import ASKED_FOR, led_by, subject_of_questions, subject_passed_over, with_answers
from server.queries import Query
from server.red_flags.assess import assess
from server.red_flags.cards import card_for, contacts_for, one_line_reminder, safety_net
from server.red_flags.levels import Level
from server.red_flags.reader import ClauseReader
from server.red_flags.screening import questions_for
from server.safety_topics import safety_topic
from server.wider import is_left_open, with_wider

logger = logging.getLogger(__name__)


class Searched(Search, Protocol):
    """What the assistant needs of a retriever."""

    @property
    def manifest(self) -> Manifest:
        """Return what is known about the generation in use."""
        ...


class QueryMaker(Protocol):
    """Turns the conversation so far into one stand-alone query."""

    def standalone_query(self, messages: Sequence[Message]) -> Query:
        """Return the query for the last message, which is the person's."""
        ...

    def each_question(self, query: Query, subject: str) -> Sequence[Query]:
        """Return a query for each question of a message, about a subject; none when it is nothing but one question."""
        ...

    def asked_alone(self, query: Query, passed_over: str) -> Query | None:
        """Return the clause that asks as a query, when it names its condition itself or points back at `passed_over`.

        None when the message tells of nothing more.
        """
        ...

    def of_wider_complaint(self, query: Query) -> Query | None:
        """Return a question about one condition as one about the pain it is; None when it names none, or several."""
        ...


class AnswerWriter(Protocol):
    """Writes a draft from the hits; every part that is not our own words names the hits it rests on."""

    @property
    def mode(self) -> str:
        """Return `extractive` or `generated`."""
        ...

    def write(self, query: Query, hits: Sequence[Hit]) -> Iterator[DraftPart]:
        """Yield the draft part by part, in reading order."""
        ...


class Replies(Protocol):
    """Our own words: for what needs no library, and around what the library does not cover."""

    def without_search(self, query: Query) -> Draft | None:
        """Return a reply to a greeting, thanks, another language …; None when the library should answer."""
        ...

    def not_covered(self, query: Query, hits: Sequence[Hit]) -> Draft:
        """Return what to say when nothing relevant was found, with what is covered nearby."""
        ...

    def redirect(self, query: Query) -> list[DraftPart]:
        """Return the words put before the excerpts for a request not answered as asked; empty for an ordinary one."""
        ...

    def redirect_alone(self, query: Query) -> list[DraftPart]:
        """Return the words for such a request when no excerpts follow; empty for an ordinary one."""
        ...

    def gaps(self, query: Query, hits: Sequence[Hit]) -> list[DraftPart]:
        """Return the words that say which part of the question the library leaves open; empty when it leaves none."""
        ...

    def suggestions(self, query: Query, hits: Sequence[Hit], quoted: Collection[str] = ()) -> tuple[str, ...]:
        """Return up to three questions the library answers that could come next, none of them just answered."""
        ...


class EvidenceJudge(Protocol):
    """Estimates whether the hits answer the query."""

    def confidence(self, query: Query, hits: Sequence[Hit]) -> Confidence:
        """Return the estimate with the cut-off it is held against."""
        ...


@dataclass(frozen=True, slots=True)
class SafetyChecked:
    """The red-flag check is done. Always the first event."""

    safety: Safety


@dataclass(frozen=True, slots=True)
class QueryMade:
    """The query that will be searched for."""

    query: Query


@dataclass(frozen=True, slots=True)
class SourcesFound:
    """The passages that may be cited."""

    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class TextAdded:
    """Whole sentences were added to the answer's text at `start`; 0 withdraws what came before."""

    text: str
    start: int
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Done:
    """The finished answer: the truth, whatever was shown on the way."""

    answer: Answer


Event = SafetyChecked | QueryMade | SourcesFound | TextAdded | Done


@dataclass(frozen=True)
class Assistant:
    """Answers one message of a conversation. Holds no state of its own; safe to share between threads."""

    index: Callable[[], Searched]  # the newest generation; one is taken per request and kept to its end
    queries: QueryMaker
    writer: AnswerWriter
    replies: Replies
    judge: EvidenceJudge
    top_k: int = 12
    region: str | None = None
    reader: ClauseReader | None = None

    def reply(self, conversation: Conversation, text: str, region: str | None = None) -> Answer:
        """Return the answer to `text` as the next message of `conversation`."""
        *_, last = self.events(conversation, text, region)
        if not isinstance(last, Done):
            raise RuntimeError("a reply must end with Done")
        return last.answer

    def events(self, conversation: Conversation, text: str, region: str | None = None) -> Generator[Event]:
        """Yield the reply step by step: safety, query, sources, text with its citations, the whole answer.

        A fault in search or in a writer cannot take the card away: it has already been yielded.
        """
        started = time.perf_counter()
        messages = (*conversation.messages, Message("user", text))
        retriever = self.index()

        safety = self.check(messages, region or conversation.region or self.region)
        yield SafetyChecked(safety)
        timings = {"safety": _ms_since(started)}

        query = None
        draft = Draft(AnswerStatus.SAFETY_ONLY, ())
        if not is_card_alone(safety, messages):
            query = self.queries.standalone_query(messages)
            yield QueryMade(query)
            draft = self._draft(query, safety, retriever)
            timings["retrieve"] = _ms_since(started) - timings["safety"]
            yield SourcesFound(draft.hits)

        draft, cited = yield from self._cited(draft, query)
        timings["total"] = _ms_since(started)
        answer = Answer(
            answer_id="ans_" + secrets.token_urlsafe(12),
            conversation_id=conversation.conversation_id,
            status=draft.status,
            safety=safety,
            query=query,
            cited=cited,
            mode=_mode(draft, cited),
            confidence=draft.confidence,
            hits=draft.hits,
            suggestions=self.replies.suggestions(query, draft.hits, _quoted(cited)) if query else (),
            index_version=retriever.manifest.generation,
            index_model=retriever.manifest.embedder.embedder_id,
            timings_ms=timings,
        )
        _log(answer)
        yield Done(answer)

    def check(self, messages: Sequence[Message], region: str | None) -> Safety:
        """Return the red-flag check of a conversation and what to show for it; needs no index and no model."""
        return check_safety(messages, region, self.reader)

    def _draft(self, query: Query, safety: Safety, retriever: Searched) -> Draft:
        own_words = self.replies.without_search(query)
        if own_words is not None:
            return own_words
        is_urgent = safety.assessment.level >= Level.SAME_DAY
        try:
            hits = tuple(find(retriever, query, self.top_k, is_urgent=is_urgent))
            confidence = self.judge.confidence(query, hits)
            if confidence.is_covered:
                hits = self._with_parts(query, hits, retriever, is_urgent=is_urgent)
        except IndexingError:
            logger.exception("search failed")
            return Draft(AnswerStatus.NO_EVIDENCE, [DraftPart("note", SEARCH_DOWN)])
        if is_urgent and query.intent == "exercise":
            return Draft(AnswerStatus.SAFETY_ONLY, [DraftPart("note", EXERCISE_LATER)], hits)
        if is_urgent and not confidence.is_covered:
            # "My library does not cover this" beside an urgent card would read as an all-clear.
            return Draft(AnswerStatus.SAFETY_ONLY, self.replies.redirect_alone(query), hits, confidence)
        if not confidence.is_covered:
            return replace(self.replies.not_covered(query, hits), hits=hits, confidence=confidence)
        gaps = self.replies.gaps(query, hits)
        parts = _chain([*self.replies.redirect(query), *gaps], self.writer.write(query, hits))
        status = AnswerStatus.PARTIAL if gaps else AnswerStatus.ANSWERED
        return Draft(status, parts, hits, confidence, self.writer.mode)

    def _with_parts(
        self, query: Query, hits: tuple[Hit, ...], retriever: Searched, *, is_urgent: bool
    ) -> tuple[Hit, ...]:
        """Return the hits with the answers to the clause that asks, or to each question, among the first."""
        alone = self.queries.asked_alone(query, subject_passed_over(query, hits))
        if alone is not None:
            return tuple(led_by(find(retriever, alone, 1, is_urgent=is_urgent), hits))
        wider = self.queries.of_wider_complaint(query) if is_left_open(query, hits) else None
        if wider is not None:
            hits = tuple(with_wider(hits, wider, find(retriever, wider, ASKED_FOR, is_urgent=is_urgent)))
        parts = self.queries.each_question(query, subject_of_questions(query, hits))
        return tuple(with_answers(hits, [(one, find(retriever, one, ASKED_FOR, is_urgent=is_urgent)) for one in parts]))

    def _cited(self, draft: Draft, query: Query | None) -> Generator[Event, None, tuple[Draft, CitedText]]:
        citer = Citer(draft.hits)
        yield from _added(citer, draft.parts)
        cited = citer.finish()
        is_answer = draft.status in (AnswerStatus.ANSWERED, AnswerStatus.PARTIAL)
        if is_answer and not cited.citations and query is not None:
            # Nothing could be quoted: say so, instead of an answer made of lead-ins alone.
            instead = self.replies.not_covered(query, draft.hits)
            first, *rest = instead.parts
            yield from _added(citer, [replace(first, replaces_all=True), *rest])
            draft, cited = replace(draft, status=instead.status), citer.finish()
        return draft, cited


def check_safety(messages: Sequence[Message], region: str | None, reader: ClauseReader | None = None) -> Safety:
    """Return the red-flag check of a conversation and what to show for it; needs no index, and no reader either."""
    assessment = assess(messages, reader=reader)
    card = card_for(assessment, region)
    topic = safety_topic(message.text for message in reversed(messages) if message.role == "user")
    return Safety(
        assessment=assessment,
        card=card,
        contacts=contacts_for(assessment, region),
        questions=questions_for(assessment, messages),
        reminder=one_line_reminder(assessment, region) if assessment.sticky else "",
        safety_net=safety_net(topic, region) if card is None else "",
        region=region,
    )


def is_card_alone(safety: Safety, messages: Sequence[Message]) -> bool:
    """Return whether the card is the whole reply: an emergency is new on this turn, or is about self-harm.

    On later turns of an emergency the reminder comes first and general questions are answered again
    (specification, section C).
    """
    emergencies = [flag for flag in safety.assessment.flags if flag.level == Level.EMERGENCY]
    turn = sum(message.role == "user" for message in messages)
    is_new = any(evidence.turn == turn for flag in emergencies for evidence in flag.evidence)
    return bool(emergencies) and (is_new or any(flag.category == "self_harm" for flag in emergencies))


def _quoted(cited: CitedText) -> frozenset[str]:
    return frozenset(citation.passage.passage_id for citation in cited.citations)


def _added(citer: Citer, parts: Iterable[DraftPart]) -> Iterator[Event]:
    for part in parts:
        start = 0 if part.replaces_all else citer.length
        text, citations = citer.add(part)
        if text:
            yield TextAdded(text, start, tuple(citations))


def _chain(first: Iterable[DraftPart], second: Iterable[DraftPart]) -> Iterator[DraftPart]:
    yield from first
    yield from second


def _mode(draft: Draft, cited: CitedText) -> str:
    """Return `generated` only when sentences of a model were kept: its writer may have quoted instead."""
    has_written = any(sentence.kind == "sentence" for sentence in cited.sentences)
    return draft.mode if has_written else "extractive"


def _ms_since(started: float) -> float:
    return round((time.perf_counter() - started) * 1000, 2)


def _log(answer: Answer) -> None:
    logger.info(
        "answered conversation=%s status=%s level=%s hits=%d ms=%.0f",
        answer.conversation_id,
        answer.status,
        answer.safety.assessment.level.label,
        len(answer.hits),
        answer.timings_ms["total"],
    )
