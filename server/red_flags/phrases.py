"""Looks up many fixed phrases in a sentence at once."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from server.red_flags.errors import DataFileError

CONTEXT = Path(__file__).parent / "data" / "context.toml"

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
    key = id(phrases)
    if key not in _INDEXES or _INDEXES[key][0] is not phrases:
        _add_index(phrases)
    return _look_up(joined, key)


def _add_index(phrases: Sequence[str]) -> None:
    by_first: dict[str, list[str]] = {}
    for phrase in phrases:
        by_first.setdefault(phrase.split()[0], []).append(phrase)
    _INDEXES[id(phrases)] = (phrases, by_first, frozenset(by_first))  # keeps them alive, so that the id stays theirs


@lru_cache(maxsize=16_384)
def _look_up(joined: str, key: int) -> list[str]:
    _, by_first, firsts = _INDEXES[key]
    common = _words(joined) & firsts
    if not common:
        return []
    return [phrase for word in common for phrase in by_first[word] if f" {phrase} " in joined]


@lru_cache(maxsize=2048)
def _words(joined: str) -> frozenset[str]:
    return frozenset(joined.split())


WORD_CACHES = (_look_up, _words)  # they hold words that people wrote


def phrase_list(table: str, name: str, path: Path = CONTEXT) -> tuple[str, ...]:
    """Return the phrases called `name` in `table` of the context file.

    Raises:
        DataFileError: naming file and field if they are missing or not texts.
    """
    try:
        phrases = _tables(path)[table][name]
    except KeyError as exc:
        raise DataFileError(f"{path.name}:1: field '{table}.{name}' is missing") from exc
    if not isinstance(phrases, list) or not phrases or not all(isinstance(p, str) and p.strip() for p in phrases):
        raise DataFileError(f"{path.name}:1: field '{table}.{name}' must be a list of phrases")
    return tuple(phrases)


@lru_cache(maxsize=4)
def _tables(path: Path) -> dict[str, dict[str, list[str]]]:
    try:
        tables: dict[str, dict[str, list[str]]] = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as exc:
        raise DataFileError(f"{path.name}: cannot be used: {exc}") from exc
    return tables
