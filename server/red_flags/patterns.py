"""The small language in which the lexicon says how a feature is worded, and its matcher.

An element is a word (`numb`), a word class in capitals (`SADDLE`) or several of them (`CANT|lost`); words joined by
`+` are a phrase (`back+passage`). Elements are joined by

    A B       B follows A, at most two words between     A .. B    at most six between
    A ... B   at most sixteen between
    A ~ B     either order, at most six between          A & B     either order, at most sixteen between
    !A        A must not stand in the sentence           !~A       A must not stand within six words of the match

Words that carry no meaning ("the", "my", "really", "um") are removed before matching and do not count as between.
A wall (a bracket, a colon, "although") may not stand between, except where the joint is `...` or `&`.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from server.red_flags.places import Place, Places

_GAPS = {"": (2, False), "..": (6, False), "...": (16, False), "~": (6, True), "&": (16, True)}
_PIECE = re.compile(r"\s*(\.\.\.|\.\.|~|&|!~|!)?\s*([A-Za-z0-9_|+=/']+)")
_MAX_MATCHES = 4
_NEAR = 6


@dataclass(frozen=True, slots=True)
class Step:
    """One further element of a pattern: its class, the most words between, and whether it may stand before."""

    class_id: int
    gap: int
    either: bool


@dataclass(frozen=True, slots=True)
class Pattern:
    """A compiled pattern; `mask` has one bit for each class that must be present, `absent` for each that must not."""

    source: str
    first: int
    steps: tuple[Step, ...]
    absent: int
    absent_near: tuple[int, ...]
    mask: int

    @property
    def class_ids(self) -> tuple[int, ...]:
        """Return the classes that must be present."""
        return (self.first, *(step.class_id for step in self.steps))


def compile_pattern(source: str, class_id: Callable[[str], int]) -> Pattern:
    """Return the pattern written as `source`; `class_id` names the class of an element.

    Raises:
        ValueError: if the text is not in the pattern language.
    """
    elements: list[tuple[str, int]] = []
    absent = 0
    absent_near: list[int] = []
    place = 0
    while place < len(source.rstrip()):
        piece = _PIECE.match(source, place)
        if piece is None:
            raise ValueError(f"cannot read {source[place:]!r} in pattern {source!r}")
        joint, name = piece.group(1) or "", piece.group(2)
        place = piece.end()
        if joint == "!":
            absent |= 1 << class_id(name)
        elif joint == "!~":
            absent_near.append(class_id(name))
        else:
            elements.append((joint, class_id(name)))
    if not elements:
        raise ValueError(f"pattern {source!r} names nothing that must be present")
    steps = tuple(Step(cid, *_GAPS[joint]) for joint, cid in elements[1:])
    mask = 0
    for _, cid in elements:
        mask |= 1 << cid
    return Pattern(source, elements[0][1], steps, absent, tuple(absent_near), mask)


def find(pattern: Pattern, places: Places) -> list[tuple[Place, tuple[Place, ...]]]:
    """Return where `pattern` stands: the whole span and the places of its elements; at most four, linear in time."""
    least = 0  # content word from which on a match counts
    if pattern.absent & places.present:
        turn = places.turn
        if turn is None or (turn and any(p[0] >= turn for cid in _bits(pattern.absent) for p in places[cid])):
            return []
        least = turn
    found: list[tuple[Place, tuple[Place, ...]]] = []
    for start in places[pattern.first][:40]:
        followed = _follow(pattern.steps, places, start)
        if followed is None:
            continue
        span, chain = followed
        if span[0] < least:
            continue
        if pattern.absent_near and _is_near(pattern.absent_near, places, span):
            continue
        found.append((span, chain))
        if len(found) == _MAX_MATCHES:
            break
    return found


def _bits(mask: int) -> list[int]:
    """Return the numbers of the classes whose bits are set."""
    return [cid for cid in range(mask.bit_length()) if mask >> cid & 1]


def _follow(steps: tuple[Step, ...], places: Places, start: Place) -> tuple[Place, tuple[Place, ...]] | None:
    """Return the whole span and the places of the elements of a match that begins at `start`, None without one."""
    chain = [start]
    low, high = start
    for step in steps:
        place = _next_place(places[step.class_id], low, high, step)
        if place is None:
            return None
        if step.gap <= _NEAR and (
            places.is_walled(high - 1, place[0], near=step.gap == 2)
            if place[0] >= high
            else places.is_walled(place[1] - 1, low)
        ):
            return None
        chain.append(place)
        low, high = min(low, place[0]), max(high, place[1])
    return (low, high), tuple(chain)


def _next_place(options: Sequence[Place], low: int, high: int, step: Step) -> Place | None:
    """Return the nearest place after `high`, or before `low` when the step allows either order."""
    index = bisect_left(options, (high, 0))
    if index < len(options) and options[index][0] - high <= step.gap:
        return options[index]
    if step.either:
        for place in reversed(options[max(0, index - 8) : index]):
            if place[1] <= low and low - place[1] <= step.gap:
                return place
            if low < place[0] and place[1] < high:  # inside what is already matched
                return place
    return None


def _is_near(class_ids: tuple[int, ...], places: Places, span: Place) -> bool:
    for cid in class_ids:
        for low, high in places[cid]:
            if low - span[1] <= _NEAR and span[0] - high <= _NEAR:
                return True
    return False
