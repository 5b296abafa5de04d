"""Hides words that a turn of phrase uses in another sense: "put me down for the list", "the car seat", "a red light".

What is hidden stands for no sign; the rest of the sentence is read as usual.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from server.red_flags.errors import DataFileError
from server.red_flags.numbers import NUMBERS
from server.red_flags.phrases import Wording, phrase_list

SENSES = Path(__file__).parent / "data" / "other_senses.toml"
HIDDEN = "~"  # stands for a hidden word; no class of the lexicon holds it

_ELEMENT = re.compile(r"(!?)(\[?)([a-z0-9|+*#']+)(\]?)(\??)")
_NUMBERS = rf"(?:\d[\d.,]*|{'|'.join(sorted((*NUMBERS, 'thousand', 'thousands', 'hundreds', 'dozen', 'dozens')))})"
_ANY = {"*": r"(?:[^ ]+ ){1,3}", "#": rf"(?:{_NUMBERS} )"}


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn of phrase.

    Attributes:
        needs: words of which a sentence must hold one of each set.
        pattern: finds what it hides.
    """

    needs: tuple[frozenset[str], ...]
    pattern: re.Pattern[str]

    def may_stand(self, words: frozenset[str]) -> bool:
        """Return whether a sentence of these words can hold it."""
        return not any(need.isdisjoint(words) for need in self.needs)


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
    parts, needs = [], []
    for element in source.split():
        found = _ELEMENT.fullmatch(element)
        if found is None or bool(found.group(2)) != bool(found.group(4)):
            raise ValueError(f"cannot read {element!r} in {source!r}")
        forbids, opens, said, _, may_miss = found.groups()
        part = _ANY.get(said) or f"(?:{'|'.join(said.replace('+', ' ').split('|'))}) "
        if opens:
            part = f"(?P<hidden>{part})"
        parts.append(f"(?!{part})" if forbids else f"(?:{part})?" if may_miss else part)
        if not (forbids or may_miss or said in _ANY):
            needs.append(frozenset(max(alternative.split("+"), key=len) for alternative in said.split("|")))
    if not needs:
        raise ValueError(f"{source!r} names no word that must stand")
    whole = "".join(parts)
    return Turn(tuple(needs), re.compile("(?<= )" + (whole if "(?P<hidden>" in whole else f"(?P<hidden>{whole})")))


def hidden_places(wording: Wording) -> frozenset[int]:
    """Return the places in `wording.words` of the words that are used in another sense."""
    filed, words = _turns(), wording.word_set
    turns = [turn for word in filed.keys() & words for turn in filed[word] if turn.may_stand(words)]
    if not turns:
        return frozenset()
    return frozenset(
        place
        for turn in turns
        for found in turn.pattern.finditer(wording.joined)
        for place in _places(wording.joined, *found.span("hidden"))
    )


def _places(joined: str, start: int, end: int) -> Iterable[int]:
    first = joined.count(" ", 0, start) - 1
    return range(first, first + joined.count(" ", start, end))


@lru_cache(maxsize=1)
def _turns() -> dict[str, list[Turn]]:
    """Return the turns of phrase of the data file, each filed under the needed words that fewest other turns need.

    Raises:
        DataFileError: naming file and field if they cannot be used.
    """
    try:
        turns = [compile_turn(source) for source in phrase_list("senses", "turns", SENSES)]
    except ValueError as exc:
        raise DataFileError(f"{SENSES.name}:1: field 'senses.turns': {exc}") from exc
    common = Counter(word for turn in turns for need in turn.needs for word in need)
    filed: dict[str, list[Turn]] = {}
    for turn in turns:
        for word in min(turn.needs, key=lambda need: max(common[word] for word in need)):
            filed.setdefault(word, []).append(turn)
    return filed
