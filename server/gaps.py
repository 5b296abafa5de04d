"""What a question names that no passage found for it speaks of: illnesses, medicines, operations, tests."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise, zip_longest
from pathlib import Path
from typing import TYPE_CHECKING

from index.retriever import Hit
from server.asked import is_for_others
from server.fitness import fitness_model
from server.focus import POINTS_BACK
from server.health_names import HealthName, health_names
from server.parts import subject_shared
from server.sections import exact_subjects
from server.terms import library_terms, term_list
from server.words import MEDICAL_ENDING, Token, content_stems, library_stems, stem, tokens, word_count

if TYPE_CHECKING:  # below the steps, of which the query is one
    from server.queries import Query

DATA = Path(__file__).parent / "data" / "gaps.toml"
MOST = 3  # things named at most
# In a question up to this many words, any word that the library never has may be what is asked about.
MAX_WORDS_FOR_ANY_WORD = 20
# Of a longer message than this only the clauses that ask are searched, and what they point back at.
MAX_WORDS_FOR_ALL = 40
# A name whose rarest word the library has no oftener than this is none that it deals with.
RARE = 5
MEDICAL_LETTERS = 8  # shorter words with a medical ending are often none: "program"
_BEFORE_A_THING = re.compile(
    r"about|an?|and|are|by|can|could|do|does|drink(ing)?|eat(ing)?|for|having|is|of|or|tak(e|ing)|try(ing)?|us(e|ing)|"
    r"will|with|would",
    re.IGNORECASE,
)
# A question about how two things that were told hang together: a passage on one of them leaves it open.
_ASKS_FOR_A_LINK = re.compile(
    r"\b(?:connect(?:ed|ion)|link(?:s|ed)?|relat(?:ed|ion|ionship))\b.{0,20}"
    r"\b(?:the two|them|these|those|both|this|that)\b|"
    r"\b(?:are|could|can|might) (?:the two|they|these|those|both)\b.{0,20}\b(?:connected|linked|related)\b",
    re.IGNORECASE,
)
_JOINTS = str.maketrans("", "", "-")
_ILLNESS = re.compile(r"syndrome|disease|deformity|lesion|palsy|malformation|anomaly|association", re.IGNORECASE)


def missing_things(
    query: Query, hits: Sequence[Hit], stems: Mapping[str, int], ordinary: Collection[str] = ()
) -> list[str]:
    """Return what a question names and nothing that was found speaks of, as it was written, at most three.

    Args:
        query: what is asked.
        hits: what was found.
        stems: those of all words of the library, with how often each occurs.
        ordinary: words that name no thing, in lower case.
    """
    unknown = (word for word in _unknown_words(query.text, stems) if word.lower() not in ordinary)
    words = [word for word in unknown if word.translate(_JOINTS).isalpha() and not _is_held(word, hits)]
    named = [item.text for item in unheld_names(query, hits, stems)]
    illnesses = [name for name in _unknown_illnesses(_searched(query), stems) if not _is_held(name, hits)]
    found = dict.fromkeys(name.strip("'’") for name in [*named, *illnesses, *words])
    return [name for name in found if not any(name != other and name in other for other in found)][:MOST]


def unheld_names(query: Query, hits: Sequence[Hit], stems: Mapping[str, int]) -> list[HealthName]:
    """Return the health names of a question that the library hardly has and none of the passages found speaks of.

    Those of the clauses that ask. When these name nothing themselves, and what was found is about nothing else that the
    message names, the illnesses told: all of a short message, of a long one only when the question points back ("will
    it come back?"). Also when it asks how two told things are linked.
    """
    asked = query.asking
    named = health_names(asked)
    asks_for_a_link = _ASKS_FOR_A_LINK.search(asked) is not None
    if (asks_for_a_link or not subject_shared(query, hits)) and not (named or exact_subjects(term_list().find(asked))):
        is_short = word_count(query.text) <= MAX_WORDS_FOR_ALL
        points_back = asks_for_a_link or POINTS_BACK.search(asked) is not None
        told = health_names(query.text) if is_short or points_back else []
        named = [item for item in told if item.kind == "illnesses"]
    rare = [item for item in named if _is_rare(item.text, stems)]
    likely = [hit for hit in hits if _is_likely(query, hit)] if rare else []
    return [item for item in rare if not _is_held(item.text, likely)]


def _is_rare(name: str, stems: Mapping[str, int]) -> bool:
    """Return whether the library hardly has a name, nor the name of the term list for the same thing."""
    wordings = [name, *(item.term.name for item in term_list().find(name) if item.text.lower() == name.lower())]
    return all(min(stems.get(one, 0) for one in content_stems(wording)) <= RARE for wording in wordings)


def open_aspects(query: Query, hits: Sequence[Hit]) -> list[str]:
    """Return what is asked about the subject that no passage which may be quoted speaks of: heredity, flying …"""
    asked = [aspect for aspect in _aspects() if aspect.asked.search(query.asking)]
    texts = [hit.passage.indexed_text for hit in hits if _is_likely(query, hit)] if asked else []
    return [aspect.said for aspect in asked if not any(aspect.held.search(text) for text in texts)]


def _is_likely(query: Query, hit: Hit) -> bool:
    """Return whether a hit may be quoted."""
    return hit.rank == 1 or (hit.score >= fitness_model().cutoff and not is_for_others(hit.passage, query))


def _searched(query: Query) -> str:
    return query.text if word_count(query.text) <= MAX_WORDS_FOR_ALL else query.asking


def _is_held(name: str, hits: Sequence[Hit]) -> bool:
    """Return whether a passage speaks of a thing, in these words or in others for the same."""
    of_terms = {item.term.name for item in term_list().find(name)}
    stems = content_stems(name)
    for hit in hits:
        text = hit.passage.indexed_text
        if library_stems(text).issuperset(stems) or of_terms & {item.term.name for item in library_terms(text)}:
            return True
    return False


def _unknown_words(text: str, known_stems: Collection[str]) -> list[str]:
    """Return the things a short question asks about that the library never mentions, as they were written.

    A thing stands after a word such as "does", "of" or "with". Long messages hold too many words for one to matter.
    """
    words = tokens(text)
    if len(words) > MAX_WORDS_FOR_ANY_WORD:
        return []
    unknown = [
        word
        for before, word in pairwise(words)
        if len(word.text) >= 3 and _BEFORE_A_THING.fullmatch(before.text) and not _is_known(word, known_stems)
    ]
    if not unknown:  # nearly always, so that its terms need not be looked for
        return []
    of_terms = {found for item in term_list().find(text) for found in content_stems(item.text)}
    missing = [word.text for word in unknown if word.stem not in of_terms and not word.is_function_word]
    return list(dict.fromkeys(missing))[:MOST]


def _unknown_illnesses(text: str, known_stems: Collection[str]) -> list[str]:
    """Return the illnesses, medicines and tests of a text that the library never mentions, as they were written.

    They are known by their endings ("vasculitis", "amlodipine") or by the word behind them ("Gilbert syndrome").
    """
    found: dict[str, None] = {}
    for word, behind in zip_longest(words := tokens(text), words[1:]):
        if word.is_function_word or _is_known(word, known_stems) or not word.text.replace("-", "").isalpha():
            continue
        if behind is not None and _ILLNESS.fullmatch(behind.text):
            found[f"{word.text} {behind.text}"] = None
        elif len(word.text) >= MEDICAL_LETTERS and MEDICAL_ENDING.search(word.text.lower()):
            found[word.text] = None
    return list(found)[:MOST]


def _is_known(word: Token, known_stems: Collection[str]) -> bool:
    """Return whether the library has a word, or all the words that a hyphen joins."""
    return word.stem in known_stems or all(stem(part) in known_stems for part in word.text.split("-"))


@dataclass(frozen=True, slots=True)
class _Aspect:
    """What can be asked about anything: the words that ask for it, those of a passage that answers, how it is said."""

    asked: re.Pattern[str]
    held: re.Pattern[str]
    said: str


@cache
def _aspects() -> list[_Aspect]:
    raw = tomllib.loads(DATA.read_text(encoding="utf-8"))["aspect"]
    return [_Aspect(_words(one["asked"]), _words(one["held"]), str(one["said"])) for one in raw]


def _words(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE)
