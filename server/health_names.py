"""Names of illnesses, medicines, operations and tests of all medicine, so that one the library lacks is noticed."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

from server.terms import Found, Kind, Term, TermList

DATA = Path(__file__).parent / "data" / "health-names.toml"
KINDS: dict[str, Kind] = {
    "illnesses": "condition",
    "medicines": "treatment",
    "operations": "treatment",
    "tests": "test",
}


def health_names(text: str) -> list[Found]:
    """Return the health names of a text in order; the longest wins.

    A word that only begins like a name is none: a cup is no cupping.
    """
    found = _names().find(text.replace("’", "'"))
    return [item for item in found if abs(len(item.term.name) - len(item.text)) <= len("es")]


@cache
def _names() -> TermList:
    """Return the names of the data file.

    Raises:
        KeyError: if one of its tables is missing.
    """
    raw = tomllib.loads(DATA.read_text(encoding="utf-8"))
    return TermList(Term(name, kind, ()) for table, kind in KINDS.items() for name in raw[table])
