"""Answers to screening questions: from a form to a message, and from a message to what the page shows."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from server.schemas import QuestionOut

SCREENING_ANSWERS = {"yes": "Yes", "no": "No", "unsure": "Not sure"}

_SAID = re.compile(rf"(.*\?) ({'|'.join(SCREENING_ANSWERS.values())})\.")


def screening_message(questions: Sequence[QuestionOut], form: Mapping[str, object]) -> str:
    """Return the answers to screening questions as a message that names each question; empty when none was answered."""
    said = [(question, SCREENING_ANSWERS.get(str(form.get(f"answer_{question.id}")), "")) for question in questions]
    return "\n".join(f"{question.text} {answer}." for question, answer in said if answer)


def screening_pairs(message: str) -> tuple[tuple[str, str], ...]:
    """Return the questions and answers of a message that holds nothing else; empty for any other message.

    >>> screening_pairs("Is it numb? No.\\nAny fever? Not sure.")
    (('Is it numb?', 'No'), ('Any fever?', 'Not sure'))
    >>> screening_pairs("Is it numb? No idea.")
    ()
    """
    found = [_SAID.fullmatch(line) for line in message.splitlines()]
    return tuple((match[1], match[2]) for match in found if match) if all(found) else ()
