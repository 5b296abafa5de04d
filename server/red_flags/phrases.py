"""Looks for fixed phrases among words, and reads the phrase lists of the data files."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from functools import lru_cache
from itertools import chain, pairwise
from pathlib import Path

from server.red_flags.errors import DataFileError

CONTEXT = Path(__file__).parent / "data" / "context.toml"

Gram = str | tuple[str, str]  # a word, or two in a row


class Phrases:
    """Phrases to look for, in the order in which they are preferred.

    Each is filed under its first two words, or its only one, so that one set comparison tells a text without any.
    """

    def __init__(self, phrases: Iterable[str]) -> None:
        """File `phrases`; each has single spaces between its words."""
        self._filed: dict[Gram, list[tuple[int, str]]] = {}
        for number, phrase in enumerate(phrases):
            first, *others = phrase.split()
            self._filed.setdefault((first, others[0]) if others else first, []).append((number, phrase))
        self.starts = frozenset(self._filed)

    def among(self, wording: Wording) -> list[str]:
        """Return the phrases that stand as whole words in `wording`, in the order of this list."""
        filed, joined = self._filed, wording.joined
        found = [item for start in wording.grams & self.starts for item in filed[start] if f" {item[1]} " in joined]
        return [phrase for _, phrase in sorted(found)]


class Wording:
    """Words in a row, with what is asked of them again and again.

    Attributes:
        words: as they follow each other.
        joined: with single spaces between them and one at each end.
        word_set: the different words.
        grams: the different words and pairs of neighbours.
    """

    def __init__(self, words: tuple[str, ...]) -> None:
        """Keep `words`, none of which holds a blank."""
        self.words = words
        self.joined = f" {' '.join(words)} "
        self.word_set = frozenset(words)
        self.grams: frozenset[Gram] = frozenset(chain(words, pairwise(words)))

    def all_of(self, phrases: Phrases) -> list[str]:
        """Return every one of `phrases` that stands here as whole words, in the order of the list."""
        return [] if self.grams.isdisjoint(phrases.starts) else phrases.among(self)

    def first_of(self, phrases: Phrases, low: int = 0, high: int | None = None) -> str | None:
        """Return the first of `phrases` that stands as whole words in `words[low:high]`, None when none does."""
        if self.grams.isdisjoint(phrases.starts):
            return None
        found = phrases.among(self)
        if found and (low or high is not None):
            part = f" {' '.join(self.words[low:high])} "
            found = [phrase for phrase in found if f" {phrase} " in part]
        return found[0] if found else None

    def has(self, *phrases: str) -> bool:
        """Return whether any of `phrases` occurs as whole words."""
        joined = self.joined
        return any(f" {phrase} " in joined for phrase in phrases)

    def place_of(self, phrase: str) -> int:
        """Return the place in `words` of the first word of `phrase`, which stands here."""
        return self.joined.count(" ", 0, self.joined.find(f" {phrase} "))


def phrases(table: str, name: str, path: Path = CONTEXT) -> Phrases:
    """Return the phrases called `name` in `table` of the context file, ready to be looked for.

    Raises:
        DataFileError: naming file and field if they are missing or not texts.
    """
    return Phrases(phrase_list(table, name, path))


def phrase_list(table: str, name: str, path: Path = CONTEXT) -> tuple[str, ...]:
    """Return the phrases called `name` in `table` of the context file.

    Raises:
        DataFileError: naming file and field if they are missing or not texts.
    """
    try:
        listed = _tables(path)[table][name]
    except KeyError as exc:
        raise DataFileError(f"{path.name}:1: field '{table}.{name}' is missing") from exc
    if not isinstance(listed, list) or not listed or not all(isinstance(p, str) and p.strip() for p in listed):
        raise DataFileError(f"{path.name}:1: field '{table}.{name}' must be a list of phrases")
    return tuple(listed)


@lru_cache(maxsize=4)
def _tables(path: Path) -> dict[str, dict[str, list[str]]]:
    try:
        tables: dict[str, dict[str, list[str]]] = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as exc:
        raise DataFileError(f"{path.name}: cannot be used: {exc}") from exc
    return tables
