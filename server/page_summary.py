"""The page to take to an appointment: what was asked, what the sources say, what to ask and what to watch for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from server.conversations import Conversation
from server.page_views import SourceView, TurnView

# Written for this page; the order is that of a short consultation: what it is, what helps, what next.
QUESTIONS_TO_ASK = (
    "What do you think is causing this, and how sure can we be?",
    "Do I need any tests or a scan? What would they change?",
    "What can I do myself, and what should I stop doing for now?",
    "What are the choices for treatment? What are the good and bad sides of each, and of waiting?",
    "How long should I give it, and when should I come back?",
    "Which changes mean I should get help the same day?",
)
# Red-flag specification, part D: cauda equina, motor deficit, infection, fracture, malignancy, in plain words.
WARNING_SIGNS = (
    "numbness or a changed feeling between the legs, around the bottom or in the private parts",
    "new trouble with peeing, with bowel control, or with feeling during sex",
    "pain, tingling or weakness in both legs",
    "a foot that drags, or weakness that is getting worse",
    "fever, shivering or feeling very unwell with the pain",
    "severe pain after a fall or accident, or a leg that cannot take weight",
    "sudden, very severe pain in the back, belly or chest, or fainting",
)


@dataclass(frozen=True, slots=True)
class SummaryTurn:
    """One question and the sources that were quoted for it."""

    question: str
    query_used: str
    quotes: tuple[tuple[int, str], ...]  # number of the reference, and the words


@dataclass(frozen=True, slots=True)
class SummaryView:
    """Everything on the page. `references` are numbered once for the whole conversation."""

    turns: tuple[SummaryTurn, ...]
    references: tuple[SourceView, ...]
    questions: tuple[str, ...]
    warning_signs: tuple[str, ...]
    first_asked: float
    index_version: str
    disclaimer: str


def summary_view(conversation: Conversation, turns: Sequence[TurnView]) -> SummaryView:
    """Return the summary of a conversation; the same source section is one reference however often it was quoted."""
    references: dict[tuple[str, str], tuple[int, SourceView]] = {}
    shown = []
    for turn in turns:
        quotes = []
        for source in turn.sources:
            key = (source.label, source.heading)
            number, _ = references.setdefault(key, (len(references) + 1, source))
            quotes.append((number, source.quote))
        shown.append(SummaryTurn(turn.question, turn.answer.query_used, tuple(quotes)))
    last = turns[-1].answer if turns else None
    return SummaryView(
        turns=tuple(shown),
        references=tuple(source for _, source in references.values()),
        questions=QUESTIONS_TO_ASK,
        warning_signs=WARNING_SIGNS,
        first_asked=conversation.messages[0].time if conversation.messages else 0.0,
        index_version=last.index.version if last else "",
        disclaimer=last.disclaimer.text if last else "",
    )
