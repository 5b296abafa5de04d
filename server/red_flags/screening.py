"""Chooses the screening questions that would decide, at most three, the most dangerous first (section E)."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from server.red_flags.errors import DataFileError
from server.red_flags.facts import Fact, Status
from server.red_flags.levels import Assessment, ChatMessage, Level, RuleHit
from server.red_flags.rules import View
from server.red_flags.words import open_word

BANK = Path(__file__).parent / "data" / "screening.toml"
MAX_QUESTIONS = 3


@dataclass(frozen=True, slots=True)
class Question:
    """A yes/no question in plain words.

    `features` are what a yes would show; `settles` are features that make asking needless, whatever their status.
    """

    id: str
    text: str
    features: tuple[str, ...] = ()
    settles: tuple[str, ...] = ()


def questions_for(assessment: Assessment, messages: Sequence[ChatMessage] = ()) -> tuple[Question, ...]:
    """Return the questions to put now, at most three, never one that `messages` already hold."""
    asked = {q for m in messages if m.role == "assistant" for q in asked_in(m.text)}
    by_id = {q.id: q for q in bank()}
    return tuple(by_id[i] for i in assessment.questions if i not in asked)[:MAX_QUESTIONS]


@lru_cache(maxsize=1)
def bank() -> tuple[Question, ...]:
    """Return all screening questions, most dangerous first."""
    return tuple(_entries()[0])


@lru_cache(maxsize=1)
def _entries() -> tuple[list[Question], dict[str, list[str]], dict[str, list[str]]]:
    try:
        text = BANK.read_text(encoding="utf-8")
        data = tomllib.loads(text)
    except (OSError, tomllib.TOMLDecodeError) as exc:
        raise DataFileError(f"{BANK.name}: cannot be used: {exc}") from exc
    questions = []
    for number, entry in enumerate(data.get("question", []), 1):
        for key in ("id", "text"):
            if not isinstance(entry.get(key), str):
                raise DataFileError(f"{BANK.name}: question {number}: field {key!r} is missing")
        questions.append(
            Question(
                entry["id"],
                entry["text"],
                tuple(entry.get("features", ())),
                tuple(entry.get("settles", entry.get("features", ()))),
            )
        )
    ids = {q.id for q in questions}
    for table in ("by_category", "by_cue"):
        for name, wanted in data.get(table, {}).items():
            unknown = [i for i in wanted if i not in ids]
            if unknown:
                raise DataFileError(f"{BANK.name}: field {table}.{name}: unknown question {unknown[0]}")
    return questions, data.get("by_category", {}), data.get("by_cue", {})


def screening_ids(
    view: View | None, hits: Sequence[RuleHit], facts: Sequence[Fact], asked: Sequence[str]
) -> tuple[str, ...]:
    """Return the ids of the questions that could change the level; none for an emergency.

    For `same_day` and `soon` they are the upgrade questions of the primary category; for `none` those that the
    unclear words call for.
    """
    level = max((hit.level for hit in hits), default=Level.NONE)
    if level is Level.EMERGENCY:
        return ()
    _, by_category, by_cue = _entries()
    wanted: list[str] = []
    if hits:
        wanted += by_category.get(hits[0].category, [])
    for fact in facts:
        if fact.status is Status.PRESENT:
            wanted += by_cue.get(fact.feature, [])
    settled = {f.feature for f in facts if f.status not in (Status.HYPOTHETICAL, Status.OTHER)}
    by_id = {q.id: q for q in bank()}
    order = [q.id for q in bank()]
    chosen = [i for i in dict.fromkeys(wanted) if i not in asked and not (settled & set(by_id[i].settles))]
    if view is None or not view.is_child:
        chosen = [i for i in chosen if i != "Q23"]
    else:
        chosen = ["Q23", *[i for i in chosen if i in ("Q9", "Q7", "Q8")]] if "Q23" not in asked else chosen
    return tuple(sorted(chosen, key=order.index)[:MAX_QUESTIONS])


def asked_in(text: str) -> tuple[str, ...]:
    """Return the ids of the screening questions that stand in an assistant's message."""
    plain = _plain(text)
    return tuple(q.id for q in bank() if _plain(q.text) in plain)


@lru_cache(maxsize=512)
def _plain(text: str) -> str:
    return " ".join(w for raw in text.lower().split() for w in open_word(raw.strip(".,?!;:*-")))
