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
    matches = list(_WORD.finditer(text.replace("’", "'")))
    words = [match.group().lower() for match in matches]
    found: list[HealthName] = []
    taken = 0  # words before this place are spoken for
    for at, word in enumerate(words):
        most = max(longest.get(word, 0), longest.get(_PLURAL.sub("", word), 0))
        for length in range(min(most, len(words) - at) if at >= taken else 0, 0, -1):
            kind = _kind(words[at : at + length], kinds)
            if kind is not None:
                taken = at + length
                found.append(HealthName(text[matches[at].start() : matches[taken - 1].end()], kind))
                break
    return found


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
