"""Names of illnesses, medicines, operations and tests of all medicine, so that one the library lacks is noticed."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal, get_args

Kind = Literal["illnesses", "medicines", "operations", "tests"]

DATA = Path(__file__).parent / "data" / "health-names.toml"
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_PLURAL = re.compile(r"(?:(?<=ch|sh)es|(?<=[xs])es|(?<![su])s)$")


@dataclass(frozen=True, slots=True)
class HealthName:
    """A name as it was written, and what it is a name of."""

    text: str
    kind: Kind


def health_names(text: str) -> list[HealthName]:
    """Return the health names of a text in order; the longest wins, and no word counts twice."""
    kinds, longest = _names()
    plain = text.replace("’", "'")
    words = [word.lower() for word in _WORD.findall(plain)]
    named: list[tuple[int, int, Kind]] = []
    taken = 0  # words before this place are spoken for
    for at, word in enumerate(words):
        most = longest.get(word, 0)
        if word[-1] == "s":
            most = max(most, longest.get(_PLURAL.sub("", word), 0))
        if not most or at < taken:
            continue
        for length in range(min(most, len(words) - at), 0, -1):
            kind = _kind(words[at : at + length], kinds)
            if kind is not None:
                taken = at + length
                named.append((at, taken - 1, kind))
                break
    if not named:  # nearly always, so that the places of the words need not be looked for
        return []
    spans = [match.span() for match in _WORD.finditer(plain)]
    return [HealthName(text[spans[first][0] : spans[last][1]], kind) for first, last, kind in named]


def _kind(words: list[str], kinds: Mapping[str, Kind]) -> Kind | None:
    """Return what these words name, in the singular or the plural; None for no name."""
    name = " ".join(words)
    return kinds.get(name) or kinds.get(_PLURAL.sub("", name))


@cache
def _names() -> tuple[Mapping[str, Kind], Mapping[str, int]]:
    """Return the kind of every name, its hyphens read as spaces, and the most words of a name by its first one.

    Raises:
        ValueError: if a table is missing or unknown.
    """
    raw = tomllib.loads(DATA.read_text(encoding="utf-8"))
    if set(raw) != set(get_args(Kind)):
        raise ValueError(f"{DATA}: expected the tables {get_args(Kind)}, found {sorted(raw)}")
    kinds: dict[str, Kind] = {name.replace("-", " "): kind for kind in get_args(Kind) for name in raw[kind]}
    longest: dict[str, int] = {}
    for name in kinds:
        first, *others = name.split()
        longest[first] = max(longest.get(first, 0), 1 + len(others))
    return kinds, longest
