"""Looks up many fixed phrases in a sentence at once."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

_INDEXES: dict[int, tuple[Sequence[str], dict[str, list[str]], frozenset[str]]] = {}


def has_any(joined: str, phrases: Sequence[str]) -> str | None:
    """Return the first found of `phrases` that stands as whole words in `joined`, None when none does.

    `joined` has single spaces between words and at both ends. Only phrases whose first word occurs are looked at.
    """
    return next(iter(_found(joined, phrases)), None)


def all_of(joined: str, phrases: Sequence[str]) -> list[str]:
    """Return every one of `phrases` that stands as whole words in `joined`."""
    return _found(joined, phrases)


def _found(joined: str, phrases: Sequence[str]) -> list[str]:
    entry = _INDEXES.get(id(phrases))
    if entry is None or entry[0] is not phrases:
        by_first: dict[str, list[str]] = {}
        for phrase in phrases:
            by_first.setdefault(phrase.split()[0], []).append(phrase)
        entry = (phrases, by_first, frozenset(by_first))
        _INDEXES[id(phrases)] = entry  # keeps the phrases alive, so that the id stays theirs
    _, by_first, firsts = entry
    common = _words(joined) & firsts
    if not common:
        return []
    return [phrase for word in common for phrase in by_first[word] if f" {phrase} " in joined]


@lru_cache(maxsize=2048)
def _words(joined: str) -> frozenset[str]:
    return frozenset(joined.split())
