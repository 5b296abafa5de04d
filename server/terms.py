"""The term list: different words for the same thing, and which of them a text holds."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import Any, Literal, get_args

from server.words import stem, tokens

Kind = Literal["condition", "body", "exercise", "treatment", "activity", "symptom", "test", "person"]

DATA = Path(__file__).parent / "data" / "terms.toml"
# What a conversation can be about; the other kinds are circumstances of it.
SUBJECT_KINDS: frozenset[Kind] = frozenset({"condition", "body", "exercise"})
# A word as in `server.words`, but a hyphen ends it: `cat-cow` and `cat cow` are one.
_UNIT = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
# A word found this often in the library is one it uses itself.
COMMON = 6
# Characters before and behind a word that tell what it means.
NEAR = 80
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
        "knee",
        "toe",
        "thigh",
    }
)


@dataclass(frozen=True, slots=True)
class Term:
    """One thing: the library's word for it, other words, and words that only point at it.

    beside: words that mean it only where a person is spoken of, by the person's term: "pubic bone" in pregnancy.
    """

    name: str
    kind: Kind
    same: tuple[str, ...]
    loose: tuple[str, ...] = ()
    beside: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)

    @property
    def is_broad(self) -> bool:
        """Return whether a more exact subject beside it says more."""
        return self.name in _BROAD


@dataclass(frozen=True, slots=True)
class Sense:
    """When a word alone is meant: only where `only` covers it, and not where `never` does ("go back", "a cold")."""

    only: re.Pattern[str] | None
    never: re.Pattern[str] | None

    def holds(self, text: str, start: int, end: int) -> bool:
        """Return whether the word at a half-open span of a text is meant."""
        if self.only is not None and not _covers(self.only, text, start, end):
            return False
        return self.never is None or not _covers(self.never, text, start, end)


@dataclass(frozen=True, slots=True)
class Found:
    """A term in a text, as written, with its half-open span."""

    term: Term
    text: str
    start: int
    end: int


class _Written:
    """A text with its words and their stems; the places of the words are found when they are first asked for."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.words: list[str] = _UNIT.findall(text)
        self.stems = tuple(map(stem, self.words))

    @cached_property
    def spans(self) -> list[tuple[int, int]]:
        """Return where each word stands, half open."""
        return [match.span() for match in _UNIT.finditer(self.text)]


class TermList:
    """Finds terms in texts, whatever words they are said with."""

    def __init__(self, terms: Iterable[Term], senses: Mapping[str, Sense] | None = None) -> None:
        """Prepare to find terms.

        Args:
            senses: when a word is meant that often means something else, by the word in lower case.
        """
        self.terms = tuple(terms)
        self._senses = dict(senses or {})
        self._by_phrase: dict[tuple[str, ...], Term] = {}
        # "ten" is no TENS, and CRPS no CRP: a wording in capitals is known by all its letters.
        self._acronyms: dict[str, Term] = {}
        for term in self.terms:
            for phrase in (term.name, *term.same, *term.loose):
                if phrase.isupper():
                    self._acronyms.setdefault(phrase.lower(), term)
                else:
                    self._by_phrase.setdefault(_unit_stems(phrase), term)
        openings = [*self._by_phrase, *map(_unit_stems, self._acronyms)]
        self._beside = {
            person: dict.fromkeys(map(_unit_stems, phrases), term)
            for term in self.terms
            for person, phrases in term.beside.items()
        }
        openings += [phrase for phrases in self._beside.values() for phrase in phrases]
        self._longest: dict[str, int] = {}  # words of the longest wording that opens with a stem
        for opening in openings:
            self._longest[opening[0]] = max(len(opening), self._longest.get(opening[0], 0))
        self._by_name = {term.name: term for term in self.terms}

    def __contains__(self, name: str) -> bool:
        return name in self._by_name

    def find(self, text: str) -> list[Found]:
        """Return the terms of a text in order; the longest wording wins, and no word counts twice."""
        written = _Written(text)
        found = self._find(written, {})
        if not found:
            return []
        beside: dict[tuple[str, ...], Term] = {}
        for person in {term.name for term, _, _ in found}.intersection(self._beside):
            beside |= self._beside[person]
        if beside:
            found = self._find(written, beside)
        ends = [(term, written.spans[first][0], written.spans[last][1]) for term, first, last in found]
        return [Found(term, text[start:end], start, end) for term, start, end in ends]

    def _find(self, written: _Written, beside: Mapping[tuple[str, ...], Term]) -> list[tuple[Term, int, int]]:
        """Return the terms with the numbers of their first and last word; `beside` goes before the other wordings."""
        stems = written.stems
        found: list[tuple[Term, int, int]] = []
        taken = 0  # words before this place are spoken for
        for at, opening in enumerate(stems):
            if at < taken or opening not in self._longest:
                continue
            for length in range(min(self._longest[opening], len(stems) - at), 0, -1):
                phrase = stems[at : at + length]
                term = beside.get(phrase) or self._by_phrase.get(phrase)
                if length == 1:
                    term = self._single(written, at, term)
                if term is not None:
                    taken = at + length
                    found.append((term, at, taken - 1))
                    break
        return found

    def _single(self, written: _Written, at: int, term: Term | None) -> Term | None:
        """Return the term of word number `at` alone: of an acronym with just these letters, or `term` if meant."""
        said = written.words[at].lower()
        term, sense = self._acronyms.get(said, term), self._senses.get(said)
        if term is None or sense is None:
            return term
        return term if sense.holds(written.text, *written.spans[at]) else None

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
        ValueError: if a kind is unknown.
    """
    raw = tomllib.loads(DATA.read_text(encoding="utf-8"))
    terms = [_read_term(row) for row in raw["term"]]
    return TermList(terms, {row["word"]: Sense(_pattern(row, "only"), _pattern(row, "never")) for row in raw["word"]})


def _read_term(row: Mapping[str, Any]) -> Term:
    if row["kind"] not in get_args(Kind):
        raise ValueError(f"{DATA}: expected a kind of {get_args(Kind)} for {row['name']!r}, found {row['kind']!r}")
    beside = {person: tuple(phrases) for person, phrases in row.get("beside", {}).items()}
    return Term(row["name"], row["kind"], tuple(row["same"]), tuple(row.get("loose", ())), beside)


def _pattern(row: Mapping[str, Any], key: str) -> re.Pattern[str] | None:
    return re.compile(rf"\b(?:{row[key]})", re.IGNORECASE) if key in row else None


def _covers(pattern: re.Pattern[str], text: str, start: int, end: int) -> bool:
    near = pattern.finditer(text, max(0, start - NEAR), end + NEAR)
    return any(match.start() <= start and end <= match.end() for match in near)


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
