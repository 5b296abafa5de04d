"""Speller: reads a misspelt word as one of the library's, and leaves alone whatever could be right."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection, Iterable, Mapping
from functools import cache
from pathlib import Path

from rapidfuzz.distance import DamerauLevenshtein

from server.words import HELD_BY_SPELLINGS, MEDICAL_ENDING, Token, stem, tokens

DATA = Path(__file__).parent / "data" / "ordinary-words.txt"
MIN_LETTERS = 5
# A word of four letters is read as another only for two letters that changed places or one that sounds the same, and
# only as a word that is on the term list or this common in the library.
SHORT_LETTERS = 4
COMMON_COUNT = 20
# Letters wrong at most, by the length of the word as written; one more is allowed towards a word of the term list.
MAX_WRONG = ((9, 2), (MIN_LETTERS, 1))
# A word that the library has no oftener than this, and that is no English known here, may be a slip of its own for a
# word of the term list that it has this many times as often.
RARE_COUNT = 20
SLIP_TIMES = 30
MIN_COUNT = 3  # a word found more seldom in the library is no target
# Ordinary words as they are typed in haste, which no distance finds: most are words of the library to the letter.
_HASTE = {
    **dict.fromkeys(("wot", "wat", "wht", "waht"), "what"),
    **dict.fromkeys(("shud", "shoud", "shuld", "shld"), "should"),
    **dict.fromkeys(("cud", "cld", "coud"), "could"),
    **dict.fromkeys(("wud", "wld", "woud"), "would"),
    **dict.fromkeys(("sory", "sorri", "sori"), "sorry"),
    **dict.fromkeys(("cos", "coz", "cuz", "becos", "becuase", "becasue"), "because"),
    **dict.fromkeys(("dus", "duz", "dose"), "does"),
    **dict.fromkeys(("plz", "pls", "plse"), "please"),
    **dict.fromkeys(("realy", "rly", "reely"), "really"),
    "u": "you",
    "ur": "your",
    "wen": "when",
    "wich": "which",
    "hav": "have",
    "wiv": "with",
    "abt": "about",
    "bin": "been",
    "thier": "their",
    "tho": "though",
    "thru": "through",
    "wk": "week",
    "wks": "weeks",
}
# Words that are right elsewhere, with what must stand before and after them to be such a slip.
_ONLY_WHERE = {
    "dose": (
        re.compile(r"(?:^|\b(?:long|why|when|where|wot|wat|what|how) )$", re.I),
        re.compile(r" (?:it|this|that|he|she|my|the)\b"),
    ),
    "bin": (re.compile(r"\b(?:has|have|had|i've|it's|its|hav) $", re.I), re.compile(r" \w")),
}
LAST_LETTER = "\U0010ffff"  # sorts behind every other
# Letters that sound alike, so that a word heard and not read is still known by its consonants.
_SOUNDS = (
    (re.compile(r"ph"), "f"),
    (re.compile(r"c(?=[eiy])|z|ss|sh|ti(?=on)"), "s"),
    (re.compile(r"ck|ch|[cqx]"), "k"),
    (re.compile(r"[aeiouyhw]"), ""),
    (re.compile(r"(.)\1+"), r"\1"),
)


@cache
def read_ordinary_words() -> frozenset[str]:
    """Return ordinary and medical words of English, one form of each, besides the commonest."""
    return frozenset(line for line in DATA.read_text(encoding="ascii").split("\n") if line and line[0] != "#")


class _Stems:
    """The stems of many words, each made when a word with its first letters is looked for: few of them ever are.

    A stem begins with the first three letters of its word, if it has as many. Words of more than one spelling,
    possessives and words like "tries" may not; they are stemmed at once.
    """

    def __init__(self, words: Iterable[str]) -> None:
        """Take words in lower case."""
        self._words = sorted(words)
        others = _lines_with((*HELD_BY_SPELLINGS, "'", "’", "ies"), "\n".join(self._words))
        self._others = frozenset(map(stem, others))
        self._stems: dict[str, frozenset[str]] = {}

    def __contains__(self, wanted: str) -> bool:
        opening = wanted[:3]
        stems = self._stems.get(opening)
        if stems is None:  # two threads may both make them; they make the same
            alike = self._words[bisect_left(self._words, opening) : bisect_left(self._words, opening + LAST_LETTER)]
            stems = self._stems[opening] = frozenset(map(stem, alike))
        return wanted in stems or wanted in self._others


def _lines_with(parts: Iterable[str], text: str) -> set[str]:
    """Return the lines of a text that hold any of the parts."""
    found = set()
    for part in parts:
        at = text.find(part)
        while at >= 0:
            end = text.find("\n", at)
            end = len(text) if end < 0 else end
            found.add(text[text.rfind("\n", 0, at) + 1 : end])
            at = text.find(part, end)
    return found


class Speller:
    """Knows the words of the library, the words of the term list, and ordinary English."""

    def __init__(self, vocabulary: Mapping[str, int], terms: Collection[str], ordinary: Iterable[str] = ()) -> None:
        self._terms = frozenset(terms)
        self._counts = {word: count for word, count in vocabulary.items() if count >= MIN_COUNT and word.isalpha()}
        english = frozenset(ordinary) | read_ordinary_words() | self._terms
        # Questions beside the documents are written as people write: a rare word of the library may be a slip itself.
        self._rare = {word: count for word, count in vocabulary.items() if count <= RARE_COUNT and word not in english}
        self._known = english | (frozenset(vocabulary) - frozenset(self._rare))
        self._known_stems = _Stems(self._known)
        self._rare_stems = _Stems(self._rare)
        self._targets: dict[tuple[str, int], list[str]] = {}
        for word in sorted(self._terms | (set(self._counts) - set(self._rare))):
            if len(word) >= SHORT_LETTERS and word.isalpha():
                self._targets.setdefault((word[0], len(word)), []).append(word)

    def knows(self, word: str) -> bool:
        """Return whether a word is the library's, the term list's or ordinary English, in any simple form."""
        word = word.lower()
        if word.isalpha():
            return self._knows_part(word)
        parts = word.replace("’", "-").replace("'", "-").split("-")
        return all(self._knows_part(part) for part in parts)

    def _knows_part(self, part: str) -> bool:
        if part in self._known or stem(part) in self._known_stems or part.isdigit():
            return True
        return stem(part) in self._rare_stems and not self._is_slip(part)

    def _is_slip(self, word: str) -> bool:
        """Return whether a rare word of the library sounds like a common one of the term list, so that it is a slip."""
        if len(word) < MIN_LETTERS or not word.isalpha() or MEDICAL_ENDING.search(word):
            return False
        right = self._nearest_of(word)
        if right not in self._terms or stem(right) == stem(word) or _consonants(right) != _consonants(word):
            return False
        return self._counts.get(right, 0) >= SLIP_TIMES * self._rare.get(word, 1)

    def reads(self, word: str) -> bool:
        """Return whether a word is known, or is misspelt for one that is."""
        return self.knows(word) or self._nearest_unknown(word.lower()) is not None

    def correct(self, text: str) -> tuple[str, tuple[tuple[str, str], ...]]:
        """Return the text with misspelt words of the library put right, and the (written, read as) pairs.

        A word in the middle of a sentence that begins with a capital is a name and stays.
        """
        pairs: list[tuple[str, str]] = []
        fixed, at = [], 0
        for token in tokens(text):
            right = _in_haste(text, token)
            if right is None and not _is_name(text, token):
                right = self._nearest(token.text.lower())
            if right is not None:
                pairs.append((token.text, right))
                fixed += [text[at : token.start], right]
                at = token.end
        return "".join([*fixed, text[at:]]), tuple(pairs)

    def _nearest(self, word: str) -> str | None:
        """Return the library's word that was most likely meant; None when the word may be right as it is."""
        return None if self.knows(word) else self._nearest_unknown(word)

    def _nearest_unknown(self, word: str) -> str | None:
        if len(word) < SHORT_LETTERS or not word.isalpha():
            return None
        return self._nearest_short(word) if len(word) < MIN_LETTERS else self._nearest_of(word)

    def _nearest_of(self, word: str) -> str | None:
        allowed = next(wrong for letters, wrong in MAX_WRONG if len(word) >= letters)
        best: tuple[int, int, str] | None = None
        for length in range(max(MIN_LETTERS, len(word) - allowed - 1), len(word) + allowed + 2):
            for target in self._targets.get((word[0], length), ()):
                limit = allowed + (target in self._terms and len(word) >= 7)
                wrong = DamerauLevenshtein.distance(word, target, score_cutoff=limit)
                if wrong <= limit and _may_be(word, target, wrong):
                    rank = (wrong, -self._counts.get(target, 0), target)
                    best = rank if best is None else min(best, rank)
        return None if best is None else best[2]

    def _nearest_short(self, word: str) -> str | None:
        """Return the common word that a word of four letters is a slip for."""
        targets = [*self._targets.get((word[0], len(word)), ()), *self._targets.get((word[0], len(word) + 1), ())]
        slips = [
            target
            for target in targets
            if (target in self._terms or self._counts.get(target, 0) >= COMMON_COUNT)
            and DamerauLevenshtein.distance(word, target, score_cutoff=1) == 1
            and (sorted(word) == sorted(target) or _consonants(word) == _consonants(target))
        ]
        return max(slips, key=lambda target: (self._counts.get(target, 0), target), default=None)


def _in_haste(text: str, token: Token) -> str | None:
    """Return the ordinary word that was typed in haste; None when the word may be meant as it stands."""
    written = token.text.lower()
    right = _HASTE.get(written)
    if right is None or (token.text.isupper() and len(written) > 1):
        return None
    where = _ONLY_WHERE.get(written)
    if where is not None and not (where[0].search(text[: token.start]) and where[1].match(text[token.end :])):
        return None
    return right


def _may_be(word: str, target: str, wrong: int) -> bool:
    """Return whether a word could be a slip for another: beyond one letter, only when it sounds the same."""
    sounds, meant = _consonants(word), _consonants(target)
    if MEDICAL_ENDING.search(word):
        return wrong <= 2 and sounds == meant
    if wrong == 1:
        return True
    # A long word may lack or double one consonant, as "perifomis" does.
    slip = DamerauLevenshtein.distance(sounds, meant, score_cutoff=1)
    return slip == 0 or (slip == 1 and len(word) >= 8 and wrong == 2 and len(sounds) != len(meant))


def _consonants(word: str) -> str:
    """Return the first letter of a word and the sound of its other consonants.

    >>> _consonants("exersize") == _consonants("exercise")
    True
    """
    rest = word[1:]
    for pattern, sound in _SOUNDS:
        rest = pattern.sub(sound, rest)
    return re.sub(r"^(.)\1", r"\1", word[0] + rest)


def _is_name(text: str, token: Token) -> bool:
    if any(letter.isupper() for letter in token.text[1:]) and not token.text.isupper():
        return True  # "MaleAge": a label, not a word
    before = text[: token.start].rstrip()
    is_opening = not before or before[-1] in ".!?\n"
    return token.text[:1].isupper() and not token.text.isupper() and not is_opening
