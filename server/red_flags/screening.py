"""Chooses the screening questions that would decide, at most three, the most dangerous first (section E)."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from server.red_flags.errors import DataFileError
from server.red_flags.facts import Fact, Status
from server.red_flags.levels import Assessment, ChatMessage, Level, RuleHit
from server.red_flags.lexicon import load_lexicon
from server.red_flags.rules import View
from server.red_flags.words import open_word

BANK = Path(__file__).parent / "data" / "screening.toml"
MAX_QUESTIONS = 3
COUNTED = frozenset(("paracetamol_over",))  # features that are counted, not worded


SIGNS = ("yes", "no", "open")


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that a question asks.

    Attributes:
        sign: the answer that is the warning sign, "yes" or "no"; "open" when neither is.
        features: what the sign shows and the other answer denies.
        also: what the sign shows as well, without the other answer denying it.
        echo: words of the question that say yes when they stand in a short reply without another answer.
        alone_if: a lone answer speaks of this part, not of the first, when one of these is known already.
    """

    sign: str
    features: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    echo: frozenset[str] = frozenset()
    alone_if: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """A question in plain words; `settles` are features that make asking needless, whatever their status."""

    id: str
    text: str
    parts: tuple[Part, ...]
    settles: tuple[str, ...] = ()

    def part_for(self, known: frozenset[str]) -> Part:
        """Return the part of which a lone answer speaks, given the features the person is `known` to have."""
        return next((part for part in self.parts if not known.isdisjoint(part.alone_if)), self.parts[0])


Wanted = dict[str, list[str]]  # category, rule or feature to ids of questions
Bank = tuple[list[Question], Wanted, Wanted, Wanted]


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
def _entries() -> Bank:
    return read_bank(BANK)


def read_bank(path: Path) -> Bank:
    """Return the questions of `path`, and which of them a category, a rule and an unclear word call for.

    Raises:
        DataFileError: naming file, question and field if the file cannot be used.
    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as exc:
        raise DataFileError(f"{path.name}: cannot be used: {exc}") from exc
    questions = [_question(entry, number) for number, entry in enumerate(data.get("question", []), 1)]
    ids = {q.id for q in questions}
    for table in ("by_category", "by_rule", "by_cue"):
        for name, wanted in data.get(table, {}).items():
            unknown = [i for i in wanted if i not in ids]
            if unknown:
                raise DataFileError(f"{BANK.name}: field {table}.{name}: unknown question {unknown[0]}")
    return questions, data.get("by_category", {}), data.get("by_rule", {}), data.get("by_cue", {})


def _question(entry: dict[str, Any], number: int) -> Question:
    for key in ("id", "text"):
        if not isinstance(entry.get(key), str):
            raise DataFileError(f"{BANK.name}: question {number}: field {key!r} is missing")
    name = entry["id"]
    parts = [_part(entry, name)]
    if "second" in entry:
        parts.append(_part(entry["second"], f"{name}.second"))
    settles = entry.get("settles", list(parts[0].features))
    _check_features(settles, name, "settles")
    return Question(name, entry["text"], tuple(parts), tuple(settles))


def _part(entry: dict[str, Any], name: str) -> Part:
    sign = entry.get("sign")
    if sign not in SIGNS:
        raise DataFileError(f"{BANK.name}: {name}: field 'sign' is {sign!r}; expected one of {', '.join(SIGNS)}")
    lists = {key: entry.get(key, []) for key in ("features", "also", "alone_if")}
    for key, listed in lists.items():
        _check_features(listed, name, key)
    if (sign == "open") != (not lists["features"]):
        raise DataFileError(f"{BANK.name}: {name}: field 'features' must be empty if, and only if, 'sign' is open")
    echo = entry.get("echo", [])
    if not isinstance(echo, list) or not all(isinstance(word, str) for word in echo):
        raise DataFileError(f"{BANK.name}: {name}: field 'echo' must be a list of words")
    return Part(sign, tuple(lists["features"]), tuple(lists["also"]), frozenset(echo), tuple(lists["alone_if"]))


def _check_features(listed: object, name: str, key: str) -> None:
    known = load_lexicon().features
    if not isinstance(listed, list) or not all(isinstance(f, str) for f in listed):
        raise DataFileError(f"{BANK.name}: {name}: field {key!r} must be a list of features")
    for feature in listed:
        if feature not in known and feature not in COUNTED:
            raise DataFileError(f"{BANK.name}: {name}: field {key!r} holds the unknown feature {feature!r}")


def screening_ids(
    view: View | None, hits: Sequence[RuleHit], facts: Sequence[Fact], asked: Sequence[str]
) -> tuple[str, ...]:
    """Return the ids of the questions that could change the level; none for an emergency.

    For `same_day` and `soon` they are the upgrade questions of the primary rule or, where it has none of its own, of
    its category; for `none` those that the unclear words call for.
    """
    level = max((hit.level for hit in hits), default=Level.NONE)
    if level is Level.EMERGENCY:
        return ()
    _, by_category, by_rule, by_cue = _entries()
    wanted: list[str] = []
    if hits:
        wanted += by_rule.get(hits[0].rule, by_category.get(hits[0].category, []))
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
    """Return the ids of the screening questions that stand in an assistant's message, in the order put."""
    plain = _plain(text)
    places = {q.id: plain.find(_plain(q.text)) for q in bank()}
    return tuple(sorted((name for name, place in places.items() if place >= 0), key=lambda name: places[name]))


@lru_cache(maxsize=512)
def _plain(text: str) -> str:
    return " ".join(w for raw in text.lower().split() for w in open_word(raw.strip(".,?!;:*-")))
