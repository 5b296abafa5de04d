"""Glossary: plain explanations of the medical words in an answer, beside the text and never in it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

DATA = Path(__file__).parent / "data" / "glossary.toml"
Span = tuple[int, int]  # half open, in Unicode code points


@dataclass(frozen=True, slots=True)
class Explained:
    """A word of an answer, where it stands in the answer's text, and what it means in plain words."""

    start: int
    end: int
    term: str
    explanation: str


class Glossary:
    """Knows what medical words mean."""

    def __init__(self, words: Mapping[str, str], forms: Mapping[str, str] | None = None) -> None:
        """Take the explanations by word, and for other forms of a word the word they belong to.

        Raises:
            ValueError: if a form belongs to a word that is not there.
        """
        unknown = sorted(word for word in (forms or {}).values() if word not in words)
        if unknown:
            raise ValueError(f"expected every form to belong to a word of the glossary, found {unknown}")
        self._words = words
        self._by_form = {form.casefold(): word for form, word in [*(forms or {}).items(), *((w, w) for w in words)]}
        longest_first = sorted(self._by_form, key=lambda form: (-len(form), form))
        joined = "|".join(re.escape(form).replace(r"\ ", r"\s+") for form in longest_first)
        # It meets texts in lower case: to ignore case while matching takes several times as long.
        self._pattern = re.compile(rf"(?<![\w-])(?:{joined})(?![\w-])") if joined else None

    def explain(self, text: str, parts: Iterable[Span] | None = None) -> list[Explained]:
        """Return the first use of each word of the glossary, in order; the text is not changed.

        Args:
            text: the answer's text.
            parts: the stretches to look in, such as the quotes; None for all of it.
        """
        if self._pattern is None:
            return []
        lower = _lower(text)
        found: dict[str, Explained] = {}
        for start, end in [(0, len(text))] if parts is None else parts:
            for match in self._pattern.finditer(lower, start, end):
                word = self._by_form[re.sub(r"\s+", " ", match[0]).casefold()]
                written = text[match.start() : match.end()]
                if word not in found and _is_written_so(written, word) and not _explained_there(text, match):
                    found[word] = Explained(match.start(), match.end(), word, self._words[word])
        return sorted(found.values(), key=lambda item: item.start)


@cache
def glossary() -> Glossary:
    """Return the glossary of the data file."""
    raw = tomllib.loads(DATA.read_text(encoding="utf-8"))
    return Glossary(raw["words"], raw["forms"])


def _is_written_so(written: str, word: str) -> bool:
    """Return whether an abbreviation stands in capitals: "tens of people" speaks of no TENS."""
    return not word.rstrip("s").isupper() or any(part.rstrip("s").isupper() for part in written.split())


def _lower(text: str) -> str:
    """Return a text in lower case, every letter in its place: a Turkish capital that would become two stays."""
    lower = text.lower()
    return lower if len(lower) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


def _explained_there(text: str, match: re.Match[str]) -> bool:
    """Return whether the text itself puts the word in brackets after a plain one, or explains it in brackets."""
    in_brackets = text[: match.start()].endswith("(")
    return in_brackets or text[match.end() :].startswith(" (")
