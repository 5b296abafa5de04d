"""The term list: different words for the same thing, and which of them a text holds."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Literal, get_args

from server.words import stem, tokens

Kind = Literal["condition", "body", "exercise", "treatment", "activity", "symptom", "test", "person"]

DATA = Path(__file__).parent / "data" / "terms.toml"
# What a conversation can be about; the other kinds are circumstances of it.
SUBJECT_KINDS: frozenset[Kind] = frozenset({"condition", "body", "exercise"})
# A word as in `server.words`, but a hyphen ends it: `cat-cow` and `cat cow` are one.
_UNIT = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
# A word found this often in the library is one it uses itself.
COMMON = 6
# The most general subjects: a more exact one beside them says more.
_BROAD = frozenset(
    {
        "pain",
        "leg",
        "lower back",
        "hip",
        "low back pain",
        "hip pain",
        "leg pain",
        "exercises",
        "stretches",
        "spine",
        "surgery",
        "tummy",
        "thigh",
    }
)


@dataclass(frozen=True, slots=True)
class Term:
    """One thing: the library's word for it, other words, and words that only point at it."""

    name: str
    kind: Kind
    same: tuple[str, ...]
    loose: tuple[str, ...] = ()

    @property
    def is_broad(self) -> bool:
        """Return whether a more exact subject beside it says more."""
        return self.name in _BROAD


@dataclass(frozen=True, slots=True)
class Found:
    """A term in a text, as written, with its half-open span."""

    term: Term
    text: str
    start: int
    end: int


class TermList:
    """Finds terms in texts, whatever words they are said with."""

    def __init__(self, terms: Iterable[Term]) -> None:
        self.terms = tuple(terms)
        self._by_phrase: dict[tuple[str, ...], Term] = {}
        for term in self.terms:
            for phrase in (term.name, *term.same, *term.loose):
                self._by_phrase.setdefault(_unit_stems(phrase), term)
        # "ten" is no TENS: a name in capitals is known by all its letters.
        self._acronyms = {_unit_stems(term.name): term.name.lower() for term in self.terms if term.name.isupper()}
        self._longest: dict[str, int] = {}  # words of the longest wording that opens with a stem
        for opening in self._by_phrase:
            self._longest[opening[0]] = max(len(opening), self._longest.get(opening[0], 0))
        self._by_name = {term.name: term for term in self.terms}

    def __contains__(self, name: str) -> bool:
        return name in self._by_name

    def find(self, text: str) -> list[Found]:
        """Return the terms of a text in order; the longest wording wins, and no word counts twice."""
        stems = _unit_stems(text)
        found: list[tuple[Term, int, int]] = []
        taken = 0  # words before this place are spoken for
        for at, opening in enumerate(stems):
            if at < taken or opening not in self._longest:
                continue
            for length in range(min(self._longest[opening], len(stems) - at), 0, -1):
                phrase = stems[at : at + length]
                term = self._by_phrase.get(phrase)
                if term is not None and self._is_meant(phrase, text, at):
                    taken = at + length
                    found.append((term, at, taken - 1))
                    break
        if not found:
            return []
        spans = [match.span() for match in _UNIT.finditer(text)]
        ends = [(term, spans[first][0], spans[last][1]) for term, first, last in found]
        return [Found(term, text[start:end], start, end) for term, start, end in ends]

    def _is_meant(self, phrase: tuple[str, ...], text: str, at: int) -> bool:
        """Return whether the words from number `at` on are this phrase, and not only the stem of an acronym."""
        return phrase not in self._acronyms or _UNIT.findall(text)[at].lower() == self._acronyms[phrase]

    def subjects(self, text: str) -> list[Found]:
        """Return what a text is about: conditions, body parts and exercises, the exact ones before the broad ones."""
        found = [item for item in self.find(text) if item.term.kind in SUBJECT_KINDS]
        ranks = {"condition": 0, "exercise": 0, "body": 1}
        return sorted(found, key=lambda item: (item.term.is_broad, ranks[item.term.kind]))

    def other_words(self, text: str, vocabulary: Mapping[str, int], limit: int = 16) -> list[str]:
        """Return other words for the terms of a text that the library uses, its own first.

        Every exact condition and exercise gets its name. Only a term said in words that are rare in the library gets
        more: more words for a common one would drown the rest of the question.

        Args:
            vocabulary: the words of the library in lower case, with how often each occurs.
        """
        held = " " + " ".join(_unit_stems(text)) + " "
        words: list[str] = []
        for item in self.find(text):
            is_exact = item.term.kind in ("condition", "exercise") and not item.term.is_broad
            if is_exact and not set(_phrase_stems(item.term.name)) <= set(held.split()) and item.term.name not in words:
                words.append(item.term.name)
            if _rarest(item.text, vocabulary) >= COMMON and item.text not in item.term.loose:
                continue
            for phrase in (item.term.name, *item.term.same):
                is_new = " " + " ".join(_phrase_stems(phrase)) + " " not in held and phrase not in words
                if is_new and _rarest(phrase, vocabulary) >= COMMON:
                    words.append(phrase)
        return words[:limit]

    def spelt_out(self, text: str, vocabulary: Mapping[str, int]) -> list[tuple[str, str]]:
        """Return the terms said in words the library hardly uses, each with the library's name for it.

        For what is embedded: `GTPS` alone means nothing to a model that never saw it.
        """
        exact = (item for item in self.find(text) if item.term.kind in ("condition", "exercise"))
        pairs = ((item.text, item.term.name) for item in exact if item.text not in item.term.loose)
        rare = [(said, name) for said, name in pairs if _rarest(said, vocabulary) < COMMON]
        return [(said, name) for said, name in rare if name not in text.lower() and _rarest(name, vocabulary) >= COMMON]

    @property
    def single_words(self) -> frozenset[str]:
        """Return every word of the list in lower case: none of them is a misspelling."""
        phrases = (phrase for term in self.terms for phrase in (term.name, *term.same, *term.loose))
        return frozenset(token.text.lower() for phrase in phrases for token in tokens(phrase))


@cache
def term_list() -> TermList:
    """Return the terms of the data file.

    Raises:
        ValueError: if a kind is unknown or two terms claim one wording.
    """
    raw = tomllib.loads(DATA.read_text(encoding="utf-8"))["term"]
    terms = [Term(t["name"], t["kind"], tuple(t["same"]), tuple(t.get("loose", ()))) for t in raw]
    for term in terms:
        if term.kind not in get_args(Kind):
            raise ValueError(f"{DATA}: expected a kind of {get_args(Kind)} for {term.name!r}, found {term.kind!r}")
    return TermList(terms)


@lru_cache(maxsize=16_384)
def library_terms(text: str) -> tuple[Found, ...]:
    """Return the terms of a text of the library; kept, as `library_stems` are, and never for what people wrote."""
    return tuple(term_list().find(text))


def _rarest(phrase: str, vocabulary: Mapping[str, int]) -> int:
    return min((vocabulary.get(word.lower(), 0) for word in _UNIT.findall(phrase)), default=0)


@lru_cache(maxsize=16_384)
def _phrase_stems(phrase: str) -> tuple[str, ...]:
    """Return the stems of a wording of the term list; kept, since it never changes."""
    return _unit_stems(phrase)


def _unit_stems(text: str) -> tuple[str, ...]:
    """Return the stems of the words of a text, those joined by a hyphen taken apart."""
    return tuple(map(stem, _UNIT.findall(text)))
