"""Which question of a conversation may be taken back, and the conversation without it."""

from __future__ import annotations

from dataclasses import replace

from server.conversations import Conversation
from server.schemas import AnswerOut

URGENT = frozenset({"emergency", "same_day"})


def may_be_replaced(answer: AnswerOut, turn: int) -> bool:
    """Return whether the question that `answer` belongs to may give way to an edited one.

    A question that raised an urgent flag stays: advice to get help ends when the person says that the symptom is gone
    (red-flag specification, section C), not when words are edited away. `turn` counts questions from 1.
    """
    urgent = [flag for flag in answer.safety.flags if flag.level in URGENT]
    return not any(evidence.turn == turn for flag in urgent for evidence in flag.evidence)


def without_last_turn(conversation: Conversation) -> Conversation:
    """Return the conversation before its last question; unchanged when there is none or it may not be replaced."""
    *earlier, _, said = conversation.messages or (None, None)
    if said is None or said.answer is None:
        return conversation
    if not may_be_replaced(AnswerOut.model_validate(said.answer), len(conversation.user_texts)):
        return conversation
    return replace(conversation, messages=tuple(message for message in earlier if message is not None))
