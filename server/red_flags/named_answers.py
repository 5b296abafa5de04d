"""Reads answers that name their question, as the page sends them: one line a question, ending in the answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from server.red_flags.answers import Answer
from server.red_flags.screening import Question, bank

_ENDINGS = (("Not sure.", Answer.UNSURE), ("Yes.", Answer.YES), ("No.", Answer.NO))
_SAID = tuple(ending for ending, _ in _ENDINGS)


@dataclass(frozen=True, slots=True)
class NamedAnswer:
    """The answer to one screening question; `start` and `end` span its line."""

    question: Question
    answer: Answer
    start: int
    end: int


def named_answers(text: str) -> tuple[str, list[NamedAnswer]]:
    """Return the text with such lines blanked out, its length unchanged, and what they answer.

    The words of a question are ours: read as the person's own they would be taken for symptoms.
    """
    found: list[NamedAnswer] = []
    kept: list[str] = []
    at = 0
    for line in text.splitlines(keepends=True):
        answer = _read(line.strip(), at, at + len(line.rstrip()), bank())
        found += [answer] if answer else []
        kept.append(" " * len(line.rstrip("\r\n")) + line[len(line.rstrip("\r\n")) :] if answer else line)
        at += len(line)
    return "".join(kept), found


def _read(line: str, start: int, end: int, questions: Sequence[Question]) -> NamedAnswer | None:
    if not line.endswith(_SAID):
        return None
    for question in questions:
        if line.startswith(question.text):
            said = line[len(question.text) :].strip()
            for ending, answer in _ENDINGS:
                if said == ending:
                    return NamedAnswer(question, answer, start, end)
    return None
