"""The page to take to an appointment: what was asked, what the sources say, what to ask and what to watch for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from server.conversations import Conversation
from server.page_text import Group, text_groups
from server.page_views import SourceView, TurnView
from server.schemas import CardOut

# Written for this page; the order is that of a short consultation: what it is, what helps, what next.
QUESTIONS_TO_ASK = (
    "What do you think is causing this, and how sure can we be?",
    "Do I need any tests or a scan? What would they change?",
    "What can I do myself, and what should I stop doing for now?",
    "What are the choices for treatment? What are the good and bad sides of each, and of waiting?",
    "How long should I give it, and when should I come back?",
    "Which changes mean I should get help the same day?",
)
# Red-flag specification, part D, in plain words: what is an emergency, and what should be seen the same day.
EMERGENCY_SIGNS = (
    "numbness or a changed feeling between the legs, around the bottom or in the private parts",
    "new trouble with peeing, with bowel control, or with feeling during sex",
    "pain, tingling or weakness in both legs",
    "severe pain after a fall or accident, or a leg that cannot take weight",
    "sudden, very severe pain in the back, belly or chest, or fainting",
)
SAME_DAY_SIGNS = (
    "a foot that drags, or weakness that is getting worse",
    "fever, shivering or feeling very unwell with the pain",
    "a joint that is hot, red or swollen",
    "a swollen, warm or tender calf",
)


@dataclass(frozen=True, slots=True)
class SummaryQuote:
    """Words of a source; `number` is that of the reference they come from."""

    number: int
    heading: str
    groups: tuple[Group, ...]


@dataclass(frozen=True, slots=True)
class SummaryTurn:
    """One question; `said` are the screening answers it consists of, if it does; `quotes` none given before."""

    question: str
    said: tuple[tuple[str, str], ...]
    quotes: tuple[SummaryQuote, ...]


@dataclass(frozen=True, slots=True)
class SummaryView:
    """Everything on the page. `advice` are the cards shown; `references` are numbered once for the conversation."""

    turns: tuple[SummaryTurn, ...]
    advice: tuple[CardOut, ...]
    references: tuple[SourceView, ...]
    questions: tuple[str, ...]
    emergency_signs: tuple[str, ...]
    same_day_signs: tuple[str, ...]
    asked_on: str
    index_version: str
    disclaimer: str


def summary_view(conversation: Conversation, turns: Sequence[TurnView]) -> SummaryView:
    """Return the summary of a conversation: each card, quote and source once, greetings and thanks left out."""
    references: dict[str, tuple[int, SourceView]] = {}
    seen: set[str] = set()
    shown = []
    for turn in turns:
        quotes = []
        for source in turn.sources:
            number, _ = references.setdefault(source.source_id, (len(references) + 1, source))
            if source.quote not in seen:
                groups = tuple(text_groups(source.quote, (0, len(source.quote))))
                quotes.append(SummaryQuote(number, source.heading, groups))
            seen.add(source.quote)
        if not turn.is_small_talk:
            shown.append(SummaryTurn(turn.question, turn.said, tuple(quotes)))
    cards = [turn.safety.card for turn in turns if turn.safety.card and not turn.is_reminder]
    last = turns[-1].answer if turns else None
    return SummaryView(
        turns=tuple(shown),
        advice=tuple(card for place, card in enumerate(cards) if card not in cards[:place]),
        references=tuple(source for _, source in references.values()),
        questions=QUESTIONS_TO_ASK,
        emergency_signs=EMERGENCY_SIGNS,
        same_day_signs=SAME_DAY_SIGNS,
        asked_on=datetime.fromtimestamp(conversation.updated, UTC).date().isoformat(),
        index_version=last.index.version if last else "",
        disclaimer=last.disclaimer.text if last else "",
    )
