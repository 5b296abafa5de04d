"""Reads short replies to screening questions: yes, no, "I can't", "only a bit", "no problems there"."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

from server.red_flags.facts import Status
from server.red_flags.phrases import phrase_list
from server.red_flags.screening import Part, Question


class Answer(Enum):
    """What a reply says to one question."""

    YES = "yes"
    NO = "no"
    FINE = "fine"  # nothing wrong, however the question was put: "no problems there", "none of those"
    PARTLY = "partly"  # something is wrong, however it was put: "a bit", "barely" (B5)
    UNSURE = "unsure"


_PHRASES = {tuple(phrase.split()): answer for answer in Answer for phrase in phrase_list("answers", answer.value)}
_LONGEST = max(len(words) for words in _PHRASES)
_BUT = frozenset(("but", "just", "though"))
_LIMITS = frozenset(phrase_list("answers", "limits"))
_OPENERS = frozenset(phrase_list("answers", "openers"))
_TO_ALL = frozenset((Answer.NO, Answer.FINE, Answer.UNSURE))
_CAN = frozenset(phrase_list("answers", "can"))
_CANNOT = frozenset(phrase_list("answers", "cannot"))
_SHORT = 6  # words of a reply that is nothing but its answer
_SHORTEST = 4  # words of "no I really can't", whose last word is the answer
_WORDS_EACH = 4  # words that one answer takes at most: "no to the first"

Shown = tuple[str, str, Status]  # id of the question, feature, what the answer says of it


_NO_ECHO = frozenset(phrase_list("answers", "no_echo"))
_MIXED = ("yes", "and", "no")


def echoed(words: Sequence[str], questions: Sequence[Question]) -> list[Question]:
    """Return the questions that a short reply says yes to by taking up a word of theirs: "it's colder"."""
    if len(words) > _SHORT or not _NO_ECHO.isdisjoint(words):
        return []
    return [question for question in questions if not question.parts[0].echo.isdisjoint(words)]


def read_answers(words: Sequence[str], count: int) -> list[Answer]:
    """Return the answers of a reply to `count` questions, in order; empty for a sentence that is no plain answer.

    Args:
        words: the words of the whole reply, marks among them.
        count: how many questions, or halves of questions, were put.
    """
    found: list[Answer] = []
    first = -1
    at = 0
    before: tuple[Answer, Sequence[str]] | None = None
    while at < min(len(words), _WORDS_EACH * count):
        answer, length = _phrase_at(words, at, is_mixed=count < len(_MIXED) - 1)
        phrase = words[at : at + length]
        at += length
        if answer is None:
            before = None
            continue
        first = at - length if first < 0 else first
        if before is None or before[0] is not answer or before[1] == phrase:  # "yes, definitely" is one answer
            found.append(_limited(answer, words, at))
        before = (answer, phrase)
    if not found:
        return _last_word(words)
    opens = all(word in _OPENERS or not word[0].isalpha() for word in words[:first])
    return found if opens or len(words) <= _SHORT else []


def _phrase_at(words: Sequence[str], at: int, *, is_mixed: bool) -> tuple[Answer | None, int]:
    """Return the answer at a place and its words; "yes and no" is one answer only where two were not asked for."""
    for length in range(min(_LONGEST, len(words) - at), 0, -1):
        answer = _PHRASES.get(tuple(words[at : at + length]))
        if answer is not None and (is_mixed or tuple(words[at : at + length]) != _MIXED):
            return answer, length
    return None, 1


def _limited(answer: Answer, words: Sequence[str], after: int) -> Answer:
    """Return the answer of "yes, but only just"."""
    rest = words[after : after + 3]
    if answer is Answer.YES and not _BUT.isdisjoint(rest) and not _LIMITS.isdisjoint(words[after : after + 7]):
        return Answer.PARTLY
    return answer


def _last_word(words: Sequence[str]) -> list[Answer]:
    """Return the answer of "I can't" or "she does": the verb of the question, alone."""
    plain = [word for word in words if word[0].isalpha()]
    if not plain or len(plain) > _SHORTEST or plain[-1] not in _CAN | _CANNOT:
        return []
    return [Answer.YES if plain[-1] in _CAN else Answer.NO]


def shown(part: Part, answer: Answer) -> Status | None:
    """Return whether an answer shows the sign that a question looks for; None when it leaves that open."""
    if answer is Answer.UNSURE or part.sign == "open":
        return None
    if answer in (Answer.FINE, Answer.PARTLY):
        return Status.PRESENT if answer is Answer.PARTLY else Status.DENIED
    return Status.PRESENT if answer.value == part.sign else Status.DENIED


def facts_shown(questions: Sequence[Question], answers: Sequence[Answer], known: frozenset[str]) -> list[Shown]:
    """Return what `answers` show of the features that `questions` look for.

    With an answer for each half every half has its own; else each question has one, which speaks of its first half
    unless that is known already. A lone "no" or "not sure" answers all questions, a lone "yes" the first.

    Args:
        questions: those put just before, in order.
        answers: from `read_answers`.
        known: the features that the person is known to have.
    """
    halves = [(question.id, part) for question in questions for part in question.parts]
    if len(answers) < len(halves) or len(halves) == len(questions):
        halves = [(question.id, question.part_for(known)) for question in questions]
    given = list(answers)
    if len(given) == 1 and given[0] in _TO_ALL:
        given *= len(halves)
    found: list[Shown] = []
    for (number, part), answer in zip(halves, given, strict=False):
        status = shown(part, answer)
        if status is not None:
            features = (*part.features, *part.also) if status is Status.PRESENT else part.features
            found += [(number, feature, status) for feature in features]
    return found
