"""What somebody told of themselves some questions ago, and what is asked now must not forget: a pregnancy, warfarin."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Literal, get_args

from server.aspects import MEDICINES
from server.corrections import Resolved
from server.follow_up_cues import DATA, TAKEN, cues
from server.operations_told import had_done
from server.terms import term_list
from server.topics import Turn, topic_of
from server.whose import Owner, owner_of, person_of

# Every question, those about what is taken, those that name a medicine, those about carrying on with what one does.
CountsFor = Literal["any", "taken", "medicine", "act"]
_TOLD_OF_MORE = "asked by somebody who told of more before"
_OWN = re.compile(r"\b(?:my|i|i'm|i've|me)\b", re.IGNORECASE)
_BABY = re.compile(r"\b(?:my|our|the|his|her) (?:\w+ )?(?:baby|newborn)\b", re.IGNORECASE)
_CARRIES_ON = re.compile(
    r"\b(?:carry(?:ing)? on|keep (?:going|working|on)|go(?:ing)? back|get(?:ting)? back|return|"
    r"(?:to|at|my|his|her|the) (?:work|job)|how long (?:am|is|will) \w+ (?:be )?out|off (?:work|sick))\b"
    r"(?! (?:better|worse|best|well)\b)",
    re.IGNORECASE,
)
_PAINKILLER = re.compile(r"\b(?:tablets?|medicines?|pain ?killers?|anti-?inflammator\w+)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Circumstance:
    """One thing that people tell of themselves once; see `[[told]]` in the data file."""

    tells: re.Pattern[str]
    denies: re.Pattern[str]
    says: re.Pattern[str]
    words: str
    counts_for: CountsFor


def with_told(found: Resolved, message: str, turns: Sequence[Turn]) -> Resolved:
    """Return a follow-up with what was told earlier of the person it is about, where that counts for it."""
    words = told_earlier(found.text, message, turns)
    return replace(found, text=f"{found.text.rstrip('?. ')} {words}") if words else found


def alone_with_told(message: str, turns: Sequence[Turn]) -> Resolved | None:
    """Return a question that stands alone with what was told earlier and counts for it; None when nothing does.

    It counts for what is taken, and for what the same person feels: a sore calf after a new hip is no mere sore calf.
    """
    feels = _feels(message)
    if not (feels or _is_taken(message)):
        return None
    topic = topic_of(turns)
    operation = f"after {topic}" if feels and topic and had_done(topic, [turn.text for turn in turns]) else ""
    words = " ".join(filter(None, (operation, told_earlier(message, message, turns))))
    return (
        Resolved(f"{message.rstrip('?. ')} {words}", topic if operation else "", None, _TOLD_OF_MORE) if words else None
    )


def _feels(message: str) -> bool:
    """Return whether somebody tells of what they feel and names no condition or operation for it, and nobody else."""
    if person_of(message) is not None or owner_of(message) is not None or not _OWN.search(message):
        return False
    found = [item.term for item in term_list().find(message)]
    named = any(term.kind in ("condition", "exercise") and not term.is_broad for term in found)
    return not named and any(term.kind in ("body", "symptom") or term.is_broad for term in found)


def told_earlier(question: str, message: str, turns: Sequence[Turn]) -> str:
    """Return what was told earlier and counts for a question that does not say it, in words to put behind it."""
    found = (_words(circumstance, question, message, turns) for circumstance in _circumstances())
    return " ".join(words for words in found if words)


def _words(circumstance: Circumstance, question: str, message: str, turns: Sequence[Turn]) -> str:
    if circumstance.says.search(question) or not _counts(circumstance, question):
        return ""
    asked_of = owner_of(message) or next((who for who in map(_whose, reversed(turns)) if who), "own")
    for turn in reversed(turns):
        told = circumstance.tells.search(turn.text)
        if told and (_whose(turn) or "own") == asked_of and not circumstance.denies.search(turn.text):
            return circumstance.words.format(*[group.lower() for group in told.groups() if group])
    return ""


def _whose(turn: Turn) -> Owner | None:
    """Return whom an earlier question was about besides the writer; a baby is spoken of, but asks for nothing."""
    return person_of(_BABY.sub("", turn.text))


def _counts(circumstance: Circumstance, question: str) -> bool:
    if circumstance.counts_for == "any":
        return True
    if circumstance.counts_for == "act":
        return _CARRIES_ON.search(question) is not None
    return _is_taken(question) if circumstance.counts_for == "taken" else _names_medicine(question)


def _is_taken(question: str) -> bool:
    return TAKEN.search(question) is not None or _names_medicine(question)


def _names_medicine(question: str) -> bool:
    named = any(item.term.name in MEDICINES for item in term_list().find(question))
    return named or bool(cues().medicine.search(question)) or _PAINKILLER.search(question) is not None


@cache
def _circumstances() -> tuple[Circumstance, ...]:
    """Return the circumstances of the data file.

    Raises:
        ValueError: if one counts for what is not known.
    """
    found = []
    for raw in tomllib.loads(DATA.read_text(encoding="utf-8"))["told"]:
        if raw["of"] not in get_args(CountsFor):
            raise ValueError(f"{DATA}: expected one of {get_args(CountsFor)}, found {raw['of']!r}")
        tells, denies, says = (re.compile(raw[name], re.IGNORECASE) for name in ("tells", "not", "says"))
        found.append(Circumstance(tells, denies, says, raw["words"], raw["of"]))
    return tuple(found)
