"""Cuts a message into sentences of clean words and indexes each for the lexicon."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from server.red_flags.lexicon import Lexicon
from server.red_flags.normalise import tokenise
from server.red_flags.phrases import Wording
from server.red_flags.places import Places
from server.red_flags.values import Span, read_spans
from server.red_flags.word_classes import content_stem
from server.red_flags.words import merge_not

_ENDS = frozenset(".!?;\n…")
_SPOKEN = {
    ("full", "stop"): ".",
    ("question", "mark"): "?",
    ("new", "line"): "\n",
    ("new", "paragraph"): "\n",
    ("exclamation", "mark"): "!",
    ("in", "bits"): "hurting",  # "my back is in bits"
}
# Second words of what is read as one word; "of" is that of "back of my knee".
_SECONDS = frozenset(second for _, second in _SPOKEN) | {"not", "nae", "of"}
_MAX_WORDS = 60
# Their back is not the back: "at the back of my knee".
_HAS_BACK = frozenset(("knee", "head", "neck", "hand", "arm", "throat", "mind", "ankle", "heel", "foot"))

CleanWord = tuple[str, int, int]  # a word and the code points of the message that it covers


@dataclass(frozen=True)
class Sentence(Wording):
    """One sentence; `words[i]` covers code points `starts[i]..ends[i]` of the message.

    `content` holds the places of the words that matter, in `words`. Marks such as "," stay in `words`.
    """

    starts: tuple[int, ...]
    ends: tuple[int, ...]
    content: tuple[int, ...]
    is_question: bool
    places: Places

    @cached_property
    def spans(self) -> list[Span]:
        """Return the stretches of time that are named."""
        return read_spans(self.words)


def split_sentences(text: str, lexicon: Lexicon) -> list[Sentence]:
    """Return the sentences of `text`; long runs without a stop are cut at about sixty words."""
    clean = _clean_words(text, lexicon)
    sentences: list[Sentence] = []
    begin = 0
    for index, (word, _, _) in enumerate(clean):
        is_end = word in _ENDS
        if is_end or index - begin >= _MAX_WORDS:
            if index > begin:
                sentences.append(_sentence(clean[begin:index], word == "?", lexicon))
            begin = index + is_end
    if begin < len(clean):
        sentences.append(_sentence(clean[begin:], False, lexicon))
    return sentences


def _clean_words(text: str, lexicon: Lexicon) -> list[CleanWord]:
    raw: list[CleanWord] = []
    clean = lexicon.clean
    for word, start, end in tokenise(text):
        if word[0].isalnum():
            for fixed in clean(word):
                raw.append((fixed, start, end))
        else:
            raw.append((word, start, end))
    return _merged(raw)


def _merged(raw: list[CleanWord]) -> list[CleanWord]:
    """Return the words with "can not", "full stop" and the like as one."""
    words = [word for word, _, _ in raw]
    merged: list[CleanWord] = []
    is_used = False
    for index, item in enumerate(raw):
        if is_used:
            is_used = False
            continue
        second = words[index + 1] if index + 1 < len(words) else ""
        if second in _SECONDS:
            word, start, end = item
            if word == "back" and second == "of" and not _HAS_BACK.isdisjoint(words[index + 2 : index + 5]):
                item = ("hind", start, end)
            elif one := _SPOKEN.get((word, second)) or merge_not(words, index):
                item = (one, start, raw[index + 1][2])
                is_used = True
        merged.append(item)
    return merged


def _sentence(clean: Sequence[CleanWord], asks: bool, lexicon: Lexicon) -> Sentence:
    words, starts, ends = zip(*clean, strict=True)
    stems = [content_stem(word) for word in words]
    content = tuple([place for place, stem in enumerate(stems) if stem])
    places = Places(lexicon.classes, [stem for stem in stems if stem], words, content)
    return Sentence(words, starts, ends, content, asks, places)
