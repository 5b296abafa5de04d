"""Looks for fixed phrases among words, and reads the phrase lists of the data files."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any, ClassVar

from server.red_flags.errors import DataFileError

CONTEXT = Path(__file__).parent / "data" / "context.toml"

Gram = str | tuple[str, ...]  # a word, or two in a row

# Which lists have a phrase that begins so, a bit for each: by its first word, those with this word alone, and by its
# second word those with these two or with the first alone.
_STARTS: dict[str, tuple[int, dict[str, int]]] = {}


class Phrases:
    """Phrases to look for, in the order in which they are preferred; a list is made once, when its module is loaded.

    The first two words of the phrases of all lists are filed in one table, so that one pass over a wording tells which
    lists may have a phrase in it. Hardly any has.
    """

    made: ClassVar[int] = 0  # lists so far

    def __init__(self, phrases: Iterable[str]) -> None:
        """File `phrases`; each has single spaces between its words."""
        self.number = Phrases.made
        self.bit = 1 << self.number
        Phrases.made += 1
        self._filed: dict[Gram, list[tuple[int, str, tuple[str, ...]]]] = {}
        for rank, phrase in enumerate(phrases):
            words = tuple(phrase.split())
            self._filed.setdefault(words[:2] if len(words) > 1 else phrase, []).append((rank, phrase, words))
            _file_start(words, self.bit)

    def among(self, wording: Wording, low: int = 0, high: int | None = None) -> list[str]:
        """Return the phrases that stand as whole words in `wording.words[low:high]`, in the order of this list."""
        words, filed, bit = wording.words, self._filed, self.bit
        limit = len(words) if high is None else high
        found: set[tuple[int, str]] = set()
        for place, lists in wording.starts_for(self):
            if lists & bit and place >= low:
                for gram in (words[place], words[place : place + 2]):
                    for rank, phrase, said in filed.get(gram, ()):
                        end = place + len(said)
                        if end <= limit and words[place:end] == said:
                            found.add((rank, phrase))
        return [phrase for _, phrase in sorted(found)]


def _file_start(words: Sequence[str], bit: int) -> None:
    """File a phrase of the list with this bit under its first two words, or its only one."""
    alone, seconds = _STARTS.get(words[0], (0, {}))
    if len(words) > 1:
        seconds[words[1]] = seconds.get(words[1], alone) | bit
    else:
        alone |= bit
        seconds = {second: lists | bit for second, lists in seconds.items()}
    _STARTS[words[0]] = (alone, seconds)


class Wording:
    """Words in a row, with what is asked of them again and again.

    Attributes:
        words: as they follow each other.
        joined: with single spaces between them and one at each end.
        word_set: the different words.
        lists: the bits of the phrase lists that may have a phrase here.
    """

    def __init__(self, words: tuple[str, ...]) -> None:
        """Keep `words`, none of which holds a blank."""
        self.words = words
        self.joined = f" {' '.join(words)} "
        self.word_set = frozenset(words)
        self._note_starts()

    def _note_starts(self) -> None:
        made = Phrases.made
        starts: list[tuple[int, int]] = []
        lists = -1 << made  # a list made later may have a phrase here
        for place, (word, after) in enumerate(pairwise((*self.words, ""))):
            filed = _STARTS.get(word)
            if filed is not None and (here := filed[1].get(after, filed[0])):
                starts.append((place, here))
                lists |= here
        # Set when it is whole: readings are shared by threads.
        self._starts, self.lists, self._made = starts, lists, made

    def starts_for(self, phrases: Phrases) -> list[tuple[int, int]]:
        """Return the places at which phrases may begin, with the bits of their lists, `phrases` among them."""
        if phrases.number >= self._made:
            self._note_starts()
        return self._starts

    def all_of(self, phrases: Phrases) -> list[str]:
        """Return every one of `phrases` that stands here as whole words, in the order of the list."""
        return phrases.among(self) if self.lists & phrases.bit else []

    def first_of(self, phrases: Phrases, low: int = 0, high: int | None = None) -> str | None:
        """Return the first of `phrases` that stands as whole words in `words[low:high]`, None when none does."""
        if not self.lists & phrases.bit:
            return None
        return next(iter(phrases.among(self, low, high)), None)

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


def number_table(table: str, path: Path) -> dict[str, float]:
    """Return what the words of a table of numbers stand for.

    Raises:
        DataFileError: naming file and field if it is missing or holds anything else.
    """
    listed = _tables(path).get(table)
    if not isinstance(listed, dict) or not listed or not all(isinstance(n, int | float) for n in listed.values()):
        raise DataFileError(f"{path.name}:1: field '{table}' must be a table of numbers")
    return {word: float(number) for word, number in listed.items()}


@lru_cache(maxsize=4)
def _tables(path: Path) -> dict[str, dict[str, Any]]:
    try:
        tables: dict[str, dict[str, Any]] = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as exc:
        raise DataFileError(f"{path.name}: cannot be used: {exc}") from exc
    return tables
