"""Hides words that a turn of phrase uses in another sense: "put me down for the list", "the car seat", "a red light".

What is hidden stands for no sign; the rest of the sentence is read as usual.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from server.red_flags.errors import DataFileError
from server.red_flags.phrases import Wording, phrase_list
from server.red_flags.values import NUMBERS

SENSES = Path(__file__).parent / "data" / "other_senses.toml"
HIDDEN = "~"  # stands for a hidden word; no class of the lexicon holds it

_ELEMENT = re.compile(r"(!?)(\[?)([a-z0-9|+*#']+)(\]?)(\??)")
_NUMBERS = rf"(?:\d[\d.,]*|{'|'.join(sorted((*NUMBERS, 'thousand', 'thousands', 'hundreds', 'dozen', 'dozens')))})"
_ANY = {"*": r"(?:[^ ]+ ){1,3}", "#": rf"(?:{_NUMBERS} )"}


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn of phrase: the words that one of must stand in a sentence, and where what it hides stands."""

    guards: frozenset[str]
    pattern: re.Pattern[str]


def compile_turn(source: str) -> Turn:
    """Return the turn of phrase written as `source`.

    Elements are parted by blanks: `a|b` one of these words, `a+b` two in a row, `*` one to three words, `#` a number;
    `?` after an element lets it be missing, `!a|b` forbids these as the next words. `[a]` is what is hidden; without
    brackets all of it is.

    >>> turn = compile_turn("sore [spot|spots]")
    >>> turn.pattern.search(" a sore spot here ").group("hidden")
    'spot '

    Raises:
        ValueError: if the text is not in this language.
    """
    parts, guards = [], frozenset[str]()
    for element in source.split():
        found = _ELEMENT.fullmatch(element)
        if found is None or bool(found.group(2)) != bool(found.group(4)):
            raise ValueError(f"cannot read {element!r} in {source!r}")
        forbids, opens, said, _, may_miss = found.groups()
        part = _ANY.get(said) or f"(?:{'|'.join(said.replace('+', ' ').split('|'))}) "
        if opens:
            part = f"(?P<hidden>{part})"
        parts.append(f"(?!{part})" if forbids else f"(?:{part})?" if may_miss else part)
        if not (guards or forbids or may_miss or said in _ANY):
            guards = frozenset(alternative.split("+")[0] for alternative in said.split("|"))
    if not guards:
        raise ValueError(f"{source!r} names no word that must stand")
    whole = "".join(parts)
    return Turn(guards, re.compile("(?<= )" + (whole if "(?P<hidden>" in whole else f"(?P<hidden>{whole})")))


def hidden_places(wording: Wording) -> frozenset[int]:
    """Return the places in `wording.words` of the words that are used in another sense."""
    by_guard = _turns()
    turns = {id(turn): turn for word in by_guard.keys() & wording.word_set for turn in by_guard[word]}
    return frozenset(
        place
        for turn in turns.values()
        for found in turn.pattern.finditer(wording.joined)
        for place in _places(wording.joined, *found.span("hidden"))
    )


def _places(joined: str, start: int, end: int) -> Iterable[int]:
    first = joined.count(" ", 0, start) - 1
    return range(first, first + joined.count(" ", start, end))


@lru_cache(maxsize=1)
def _turns() -> dict[str, list[Turn]]:
    """Return the turns of phrase of the data file, filed under each word that one of must stand.

    Raises:
        DataFileError: naming file and field if they cannot be used.
    """
    filed: dict[str, list[Turn]] = {}
    for source in phrase_list("senses", "turns", SENSES):
        try:
            turn = compile_turn(source)
        except ValueError as exc:
            raise DataFileError(f"{SENSES.name}:1: field 'senses.turns': {exc}") from exc
        for word in turn.guards:
            filed.setdefault(word, []).append(turn)
    return filed
