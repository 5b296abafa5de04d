"""Keeps open what only a test can close: an opinion or a sheet of exercises is no test (specification B13, D7, D8)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import chain

from server.red_flags.facts import Fact, Status
from server.red_flags.phrases import Wording, phrase_list, phrases
from server.red_flags.rules import View
from server.red_flags.rules_body import ma2
from server.red_flags.rules_organs import ao1

_TESTS = phrases("checked", "tests")
_ELSEWHERE = phrases("checked", "tests_elsewhere")
_SPINE_TOO = frozenset(("back", "spine", "spinal", "hip", "pelvis", "bone", "bones", "body", "everything"))
_UNDONE = frozenset(phrase_list("checked", "undone"))
_REACH = 5  # words before a test within which it can be said not to have been done
_RULES = (ma2, ao1)
_LONG_DAYS = 360.0  # a pain of a year or more is not new: an opinion may close it


def is_tested(said: Wording) -> bool:
    """Return whether a scan, a blood test or an examination of the sore part is named in `said` that was done."""
    if said.first_of(_ELSEWHERE) and _SPINE_TOO.isdisjoint(said.words):
        return False
    return any(
        _UNDONE.isdisjoint(said.words[max(0, place - _REACH) : place])
        for place in (said.place_of(cue) for cue in said.all_of(_TESTS))
    )


def untested(facts: Sequence[Fact]) -> frozenset[tuple[str, str]]:
    """Return (person, feature) of what meets a rule that asks for a test, and so stays open without one.

    Args:
        facts: of one message or conversation; what was already closed by a check plays no part as a symptom.
    """
    recent = [f for f in facts if not _is_long_told(f)]
    risks = [replace(f, status=Status.RESOLVED) for f in facts if _is_long_told(f)]
    people = dict.fromkeys(f.person for f in facts)
    views = [View(person, tuple(f for f in (*recent, *risks) if f.person == person)) for person in people]
    found = chain.from_iterable(test(view) for view in views for test in _RULES)
    return frozenset((f.person, f.feature) for f in found)


def _is_long_told(fact: Fact) -> bool:
    """Return whether something present has lasted for a year or more and is not called new."""
    is_long = fact.days is not None and fact.days >= _LONG_DAYS
    return is_long and not fact.is_new and fact.status is Status.PRESENT
