"""Puts words into one form: contractions opened, endings cut, misspellings mended."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from server.red_flags.errors import DataFileError

KNOWN_WORDS = Path(__file__).parent / "data" / "known_words.txt"
ORDINARY_WORDS = Path(__file__).parent / "data" / "ordinary_words.txt"
WORDS = Path(__file__).parent / "data" / "words.toml"


def _table(name: str) -> dict[str, str]:
    try:
        table: dict[str, str] = tomllib.loads(WORDS.read_text(encoding="utf-8"))[name]
    except (OSError, KeyError, tomllib.TOMLDecodeError) as exc:
        raise DataFileError(f"{WORDS.name}: table [{name}] cannot be used: {exc}") from exc
    return table


_NEGATED = _table("negated")
_OPENED = {word: tuple(opened.split()) for word, opened in _table("opened").items()}
_AUXILIARY = {
    "can": "cant",
    "could": "couldnt",
    "do": "dont",
    "does": "doesnt",
    "did": "didnt",
    "is": "isnt",
    "are": "arent",
    "was": "wasnt",
    "were": "werent",
    "has": "hasnt",
    "have": "havent",
    "had": "hadnt",
    "will": "wont",
    "would": "wouldnt",
    "should": "shouldnt",
}
_IRREGULAR = _table("irregular")
_SUFFIXES = ("nesses", "ness", "ings", "ing", "ies", "ied", "ed", "es", "s")
_MIN_CORRECTED = 4


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """Return the form under which inflections of `word` meet ("numbness", "numbing" and "numbed" are "numb")."""
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if len(word) < 4 or not word.isalpha():
        return word
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= 3:
            return _mend_ending(word[: -len(suffix)], suffix)
    return word[:-1] if word.endswith("e") and len(word) > 4 else word


def _mend_ending(base: str, suffix: str) -> str:
    if suffix in ("ies", "ied"):
        return base + "y"
    if suffix == "s" and base[-1] in "su":
        return base + "s"
    if suffix in ("ness", "nesses"):
        return base[:-1] + "y" if base.endswith("i") else base
    if len(base) > 3 and base[-1] == base[-2] and base[-1] not in "sle":
        base = base[:-1]
    return base[:-1] if base.endswith("e") and len(base) > 4 else base


def open_word(word: str) -> tuple[str, ...]:
    """Return the words that `word` stands for: "i've" gives ("i", "have"), "can't" gives ("cant",)."""
    if word in _OPENED:
        return _OPENED[word]
    plain = word.replace("'", "")
    if plain in _NEGATED:
        return (_NEGATED[plain],)
    if "'" not in word:
        return (word,)
    if plain.endswith("nt"):
        return (plain,)
    head, _, tail = word.rpartition("'")
    head = head.replace("'", "")
    ending = {"ll": "will", "d": "would", "ve": "have", "re": "are", "m": "am", "s": "is"}.get(tail)
    return (head, ending) if ending and head else (plain,)


def merge_not(words: list[str], index: int) -> str | None:
    """Return "cant" for "can" followed by "not" at `index`, and so on; None when nothing merges."""
    if index + 1 < len(words) and words[index + 1] in ("not", "nae", "no") and words[index] in _AUXILIARY:
        if words[index + 1] == "no":
            return None
        return _AUXILIARY[words[index]]
    return None


class Speller:
    """Mends misspelt words towards a vocabulary; words that exist in English are left alone.

    Deletion index as in Garbe's symmetric-delete idea, so that a look-up costs a few dozen dict reads.
    """

    def __init__(self, vocabulary: Iterable[str], known: Iterable[str]) -> None:
        self._known = frozenset(known) | frozenset(vocabulary)
        self._vocabulary = frozenset(w for w in vocabulary if len(w) >= 4 and w.isalpha())
        self._deletes: dict[str, list[str]] = {}
        for word in sorted(self._vocabulary):
            for form in _deletions(word, 2 if len(word) >= 8 else 1):
                self._deletes.setdefault(form, []).append(word)
        self.correct = lru_cache(maxsize=20_000)(self._correct)

    def _correct(self, word: str) -> tuple[str, ...]:
        """Return the word or words that `word` was meant to be, itself when nothing fits."""
        if word.endswith("in") and len(word) > 4 and not {word} & self._known and self._known & {word + "g", word[:-2]}:
            return (word + "g",)  # "feelin", "staggerin"
        if len(word) < _MIN_CORRECTED or len(word) > 24 or word in self._known or not word.isalpha():
            return (word,)
        for ending in ("s", "ed", "ing", "ly", "y", "ish", "er", "est", "d"):
            if word.endswith(ending) and word[: -len(ending)] in self._known:
                return (word,)
        near = [item for candidate in self._candidates(word) if (item := _nearness(word, candidate)) is not None]
        if near:
            return (min(near)[1],)
        return self._split(word) or (word,)

    def _candidates(self, word: str) -> set[str]:
        forms = self._deletes.keys() & _deletions(word, 2 if len(word) >= 8 else 1)
        return {candidate for form in forms for candidate in self._deletes[form]}

    def _split(self, word: str) -> tuple[str, ...] | None:
        for cut in range(len(word) - 3, 2, -1):
            head, tail = word[:cut], word[cut:]
            if head in self._known and tail in self._known and (head in self._vocabulary or tail in self._vocabulary):
                return (head, tail)
        return None


def _nearness(word: str, candidate: str) -> tuple[int, str] | None:
    """Return the letters by which `candidate` differs, with it, None when they are too many; a first letter is two."""
    limit = 2 if len(word) >= 8 and len(candidate) >= 7 else 1
    limit -= candidate[0] != word[0]
    if limit <= 0 or abs(len(word) - len(candidate)) > limit:
        return None
    far = distance(word, candidate)
    return (far + (candidate[0] != word[0]), candidate) if far <= limit else None


def _deletions(word: str, depth: int) -> set[str]:
    """Return `word` and what is left of it without any `depth` letters or fewer."""
    forms = {word}
    shorter = forms
    for _ in range(depth):
        shorter = {form[:cut] + form[cut + 1 :] for form in shorter for cut in range(len(form))}
        forms |= shorter
    return forms


def distance(left: str, right: str) -> int:
    """Return the number of letters inserted, deleted, changed or swapped with a neighbour (optimal alignment)."""
    before: list[int] = []
    row = list(range(len(right) + 1))
    for i, a in enumerate(left, 1):
        older, before, row = before, row, [i]
        for j, b in enumerate(right, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == right[j - 2] and left[i - 2] == b:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
    return row[-1]


def read_known_words() -> frozenset[str]:
    """Return common English words, so that they are never "corrected" into a symptom."""
    return frozenset(KNOWN_WORDS.read_text(encoding="ascii").split())


def read_ordinary_words() -> frozenset[str]:
    """Return rarer English words that look like a slip of the pen for a sign: "itch", "shaving", "exertion"."""
    return frozenset(ORDINARY_WORDS.read_text(encoding="ascii").split())
