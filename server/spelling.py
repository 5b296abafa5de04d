"""Speller: reads a misspelt word as one of the library's, and leaves alone whatever could be right."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from rapidfuzz.distance import DamerauLevenshtein

from server.words import Token, stem, tokens

MIN_LETTERS = 5
# Letters wrong at most, by the length of the word as written; one more is allowed towards a word of the term list.
MAX_WRONG = ((9, 2), (MIN_LETTERS, 1))
MIN_COUNT = 3  # a word found more seldom in the library is no target


class Speller:
    """Knows the words of the library, the words of the term list, and ordinary English."""

    def __init__(self, vocabulary: Mapping[str, int], terms: Collection[str], ordinary: Iterable[str] = ()) -> None:
        self._terms = frozenset(terms)
        self._counts = {word: count for word, count in vocabulary.items() if count >= MIN_COUNT and word.isalpha()}
        self._known = frozenset(ordinary) | frozenset(vocabulary) | self._terms
        self._known_stems = frozenset(stem(word) for word in self._known)
        self._targets: dict[tuple[str, int], list[str]] = {}
        for word in sorted(self._terms | set(self._counts)):
            if len(word) >= MIN_LETTERS and word.isalpha():
                self._targets.setdefault((word[0], len(word)), []).append(word)

    def knows(self, word: str) -> bool:
        """Return whether a word is the library's, the term list's or ordinary English, in any simple form."""
        word = word.lower().replace("’", "'")
        parts = word.replace("'", "-").split("-")
        return all(part in self._known or stem(part) in self._known_stems or part.isdigit() for part in parts)

    def correct(self, text: str) -> tuple[str, tuple[tuple[str, str], ...]]:
        """Return the text with misspelt words of the library put right, and the (written, read as) pairs.

        A word in the middle of a sentence that begins with a capital is a name and stays.
        """
        pairs: list[tuple[str, str]] = []
        fixed, at = [], 0
        for token in tokens(text):
            right = None if _is_name(text, token) else self._nearest(token.text.lower())
            if right is not None:
                pairs.append((token.text, right))
                fixed += [text[at : token.start], right]
                at = token.end
        return "".join([*fixed, text[at:]]), tuple(pairs)

    def _nearest(self, word: str) -> str | None:
        if len(word) < MIN_LETTERS or not word.isalpha() or self.knows(word):
            return None
        allowed = next(wrong for letters, wrong in MAX_WRONG if len(word) >= letters)
        best: tuple[int, int, str] | None = None
        for length in range(len(word) - allowed - 1, len(word) + allowed + 2):
            for target in self._targets.get((word[0], length), ()):
                limit = allowed + (target in self._terms and len(word) >= 7)
                wrong = DamerauLevenshtein.distance(word, target, score_cutoff=limit)
                if wrong <= limit:
                    rank = (wrong, -self._counts.get(target, 0), target)
                    best = rank if best is None else min(best, rank)
        return None if best is None else best[2]


def _is_name(text: str, token: Token) -> bool:
    before = text[: token.start].rstrip()
    is_opening = not before or before[-1] in ".!?\n"
    return token.text[:1].isupper() and not token.text.isupper() and not is_opening
