"""Cuts a message into sentences of clean words and indexes each for the lexicon."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from server.red_flags.lexicon import FILLERS, Lexicon
from server.red_flags.normalise import tokenise
from server.red_flags.patterns import Places
from server.red_flags.words import merge_not, stem

_ENDS = frozenset(".!?;\n…")
_MARKS = frozenset(',-:()/|•*"')
_SPOKEN = {
    ("full", "stop"): ".",
    ("question", "mark"): "?",
    ("new", "line"): "\n",
    ("new", "paragraph"): "\n",
    ("exclamation", "mark"): "!",
    ("in", "bits"): "hurting",  # "my back is in bits"
}
_MAX_WORDS = 60
# Their back is not the back: "at the back of my knee".
_HAS_BACK = frozenset(("knee", "head", "neck", "hand", "arm", "throat", "mind", "ankle", "heel", "foot"))


@dataclass(frozen=True)
class Sentence:
    """One sentence; `words[i]` covers code points `starts[i]..ends[i]` of the message.

    `content` holds the places of the words that matter, in `words`. Marks such as "," stay in `words`.
    """

    words: tuple[str, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    content: tuple[int, ...]
    stems: tuple[str, ...]
    is_question: bool
    places: Places

    @cached_property
    def joined(self) -> str:
        """Return the words with single spaces, one at each end, for phrase look-up."""
        return f" {' '.join(self.words)} "

    @cached_property
    def word_set(self) -> frozenset[str]:
        """Return the different words."""
        return frozenset(self.words)

    def has(self, *phrases: str) -> bool:
        """Return whether any of `phrases` occurs as whole words."""
        joined = self.joined
        return any(f" {phrase} " in joined for phrase in phrases)


def split_sentences(text: str, lexicon: Lexicon) -> list[Sentence]:
    """Return the sentences of `text`; long runs without a stop are cut at about sixty words."""
    sentences: list[Sentence] = []
    words: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for word, start, end in _clean_words(text, lexicon):
        is_end = word in _ENDS
        if is_end or len(words) >= _MAX_WORDS:
            if words:
                sentences.append(_sentence(words, starts, ends, word == "?", lexicon))
            words, starts, ends = [], [], []
        if not is_end:
            words.append(word)
            starts.append(start)
            ends.append(end)
    if words:
        sentences.append(_sentence(words, starts, ends, False, lexicon))
    return sentences


def _clean_words(text: str, lexicon: Lexicon) -> list[tuple[str, int, int]]:
    raw: list[tuple[str, int, int]] = []
    clean = lexicon.clean
    for token in tokenise(text):
        word = token.text
        if not word[0].isalnum():
            raw.append((word, token.start, token.end))
            continue
        for fixed in clean(word):
            raw.append((fixed, token.start, token.end))
    plain = [word for word, _, _ in raw]
    cleaned = []
    index = 0
    while index < len(raw):
        word, start, end = raw[index]
        if word == "back" and plain[index + 1 : index + 2] == ["of"] and set(plain[index + 2 : index + 5]) & _HAS_BACK:
            word = "hind"
        pair = (word, plain[index + 1]) if index + 1 < len(raw) else (word, "")
        merged = _SPOKEN.get(pair) or merge_not(plain, index)
        if merged is not None:
            cleaned.append((merged, start, raw[index + 1][2]))
            index += 2
        else:
            cleaned.append((word, start, end))
            index += 1
    return cleaned


def _sentence(
    words: Sequence[str], starts: Sequence[int], ends: Sequence[int], asks: bool, lexicon: Lexicon
) -> Sentence:
    content = tuple(i for i, w in enumerate(words) if w not in FILLERS and (w[0].isalnum()))
    stems = tuple(stem(words[i]) for i in content)
    return Sentence(
        tuple(words), tuple(starts), tuple(ends), content, stems, asks, lexicon.index(stems, words, content)
    )
