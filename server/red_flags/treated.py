"""Sets aside what a treated illness left, or one in care, and keeps open what its treatment does not help (B2)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from server.red_flags import times
from server.red_flags.clauses import Message
from server.red_flags.facts import Fact, Status
from server.red_flags.phrases import phrase_list, phrases

_CAUDA = phrases("treated", "cauda")
_OPERATED = phrases("treated", "operated")
_RESIDUAL = frozenset(phrase_list("treated", "residual"))
_TURNED = phrases("treated", "turned")
_LONG_AFTER_DAYS = 90.0
_DRESSED = phrases("treated", "dressed")
_LEG_SORES = phrases("treated", "leg_sores")
_ULCER = frozenset(("black_toe", "wound_bad"))
_WARNS = frozenset(("diabetes", "fever", "spine_procedure", "hip_replacement", "joint_operation"))
_SORE_DAYS = 28.0
UNHELPED = 1.0  # value of a sign of a urinary infection that its treatment does not help
_GIVEN = phrases("treatment", "given")
_FAILS = phrases("treatment", "fails")
_LEFT_BY_TREATMENT = frozenset(phrase_list("treatment", "open"))
_URINARY = frozenset(("pee_burning", "loin_pain", "kidney_infection"))


def close_residual(message: Message, groups: list[list[Fact]], who: Sequence[str]) -> None:
    """Mark as long-standing what a cauda equina syndrome left that was operated on at least three months ago.

    Left alone when the text tells of anything new, worse or within the last 14 days.
    """
    for number in message.holding(_CAUDA):
        if _turns(message):
            continue
        near = message[max(0, number - 1) : number + 2]
        days = max((s.days for told in near for s in told.spans if s.kind != "age"), default=0.0)
        if days < _LONG_AFTER_DAYS or not any(told.first_of(_OPERATED) for told in near):
            continue
        _close(groups, _RESIDUAL, who[number], Status.CHRONIC, "left of a treated cauda equina syndrome")


def close_dressed(message: Message, groups: list[list[Fact]]) -> None:
    """Mark as assessed a sore on the lower leg, weeks old, that a nurse dresses and of which nothing new is told."""
    told = {f.feature: f for group in groups for f in group if f.counts}
    sore = told.get("black_toe")
    days = max((f.days or 0.0 for group in groups for f in group if f.feature in _ULCER), default=0.0)
    if sore is None or days < _SORE_DAYS or not _WARNS.isdisjoint(told) or _turns(message):
        return
    if message.has_in_a_row(_DRESSED) and message.has_in_a_row(_LEG_SORES):
        _close(groups, _ULCER, sore.person, Status.ASSESSED, "a nurse dresses it")


def unhelped_signs(message: Message) -> frozenset[str]:
    """Return the features of an infection that stay open because its treatment does not help; none when it does.

    The words that it does not help stand with the treatment or in the sentence after it.
    """
    if any(s.first_of(_FAILS) for number in message.holding(_GIVEN) for s in message[number : number + 2]):
        return _LEFT_BY_TREATMENT
    return frozenset()


def mark_unhelped(message: Message, groups: list[list[Fact]]) -> None:
    """Mark the signs of a urinary infection that its treatment does not help."""
    if not unhelped_signs(message):
        return
    for group in groups:
        group[:] = [replace(f, value=UNHELPED) if f.feature in _URINARY and f.counts else f for f in group]


def _turns(message: Message) -> bool:
    """Return whether anything new, worse or of the last 14 days is told."""
    return any(
        times.changes(s)
        or s.first_of(_TURNED)
        or any(1.0 <= span.days <= times.RECENT_DAYS and span.kind in ("ago", "since", "on") for span in s.spans)
        for s in message
    )


def _close(groups: list[list[Fact]], features: Collection[str], person: str, status: Status, why: str) -> None:
    for group in groups:
        group[:] = [
            replace(f, status=status, why=why)
            if f.feature in features
            and f.person == person
            and f.status is Status.PRESENT
            and not f.is_new
            and (f.days is None or f.days > times.RECENT_DAYS or f.feature == "wound_bad")
            else f
            for f in group
        ]
