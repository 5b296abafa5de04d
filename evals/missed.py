"""Missed passages: sections judged to answer a question that were found and are not cited in the reply.

Search found them, so whatever the reply lacks was lost after search: the question was declined, other passages were
quoted, or a better one was passed over. A reply needs no more than one or two passages, so a missed section is a fault
only where none of those that answer is cited; both are reported.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from evals.answers import ANSWERED
from evals.datasets import Dataset
from evals.figures import Figure, mean_figure, share_figure
from evals.library import section_id
from server.answers import Answer, AnswerStatus
from server.assistant import Assistant
from server.conversations import Conversation

ANSWERS_GRADE = 2


@dataclass(frozen=True, slots=True)
class Reply:
    """Of one question: the answering sections among the first hits, those of them cited, and what came of it."""

    query_id: str
    found: frozenset[str]
    cited: frozenset[str]
    is_answered: bool

    @property
    def missed(self) -> frozenset[str]:
        """Return the answering sections that were found and are not cited."""
        return self.found - self.cited


def read_replies(assistant: Assistant, dataset: Dataset) -> list[Reply]:
    """Return what became of the answering sections of each question; advice cards alone are left out."""
    replies = []
    for topic in dataset.topics:
        answer = assistant.reply(Conversation("missed"), topic.text)
        if answer.status != AnswerStatus.SAFETY_ONLY:
            replies.append(_reply(topic.query_id, answer, dataset.qrels[topic.query_id]))
    return replies


def missed_figures(replies: Sequence[Reply]) -> list[Figure]:
    """Return shares with 95 % intervals: Wilson over questions, bootstrap over questions for the mean.

    Those on what was found are over questions with an answering section among the first hits; none when there is none.
    """
    found = [reply for reply in replies if reply.found]
    if not found:
        return []
    missed = [len(reply.missed) / len(reply.found) for reply in found]
    uncited = [reply for reply in found if not reply.cited]
    declined = sum(not reply.is_answered for reply in uncited)
    shares = [
        ("missed: answer found, none cited", len(uncited)),
        ("missed: answer found, question declined", declined),
        ("missed: answer found, others cited instead", len(uncited) - declined),
    ]
    return [
        share_figure("judged questions with an answer among the hits", len(found), len(replies)),
        *(share_figure(name, count, len(found), lower_is_better=True) for name, count in shares),
        mean_figure("missed: share of the answering sections found", missed, lower_is_better=True),
    ]


def _reply(query_id: str, answer: Answer, grades: Mapping[str, int]) -> Reply:
    answering = {section for section, grade in grades.items() if grade >= ANSWERS_GRADE}
    hits = {section_id(hit.passage) for hit in answer.hits}
    cited = {section_id(citation.passage) for citation in answer.cited.citations}
    return Reply(query_id, frozenset(answering & hits), frozenset(answering & hits & cited), answer.status in ANSWERED)
