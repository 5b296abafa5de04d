"""Cuts a message into sentences of clean words and indexes each for the lexicon."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property, reduce
from operator import or_

from server.red_flags.lexicon import Lexicon
from server.red_flags.normalise import Token, tokenise
from server.red_flags.other_senses import HIDDEN, hidden_places
from server.red_flags.phrases import Phrases, Wording
from server.red_flags.places import Places
from server.red_flags.spans import Span, read_spans
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
    ("bloody", "discharge"): "bleedingdischarge",  # elsewhere "bloody" is an oath
    ("bloody", "stool"): "bleedingstool",
    ("bloody", "stools"): "bleedingstool",
    ("bloody", "diarrhoea"): "bleedingstool",
}
# Second words of what is read as one word; "of" is that of "back of my knee".
_SECONDS = frozenset(second for _, second in _SPOKEN) | {"not", "nae", "of"}
_MAX_WORDS = 60
# "I weed the garden", where elsewhere "weed" is that of "I weed myself".
_GARDEN = frozenset(
    ("garden", "gardening", "allotment", "borders", "flowerbed", "flowerbeds", "lawn", "patio", "weeds")
)
_WEEDING = {"weed": "dig", "weeded": "dug", "weeding": "digging"}
# Their back is not the back: "at the back of my knee".
_HAS_BACK = frozenset(("knee", "head", "neck", "hand", "arm", "throat", "mind", "ankle", "heel", "foot"))


class Sentence(Wording):
    """One sentence; `words[i]` covers code points `starts[i]..ends[i]` of the message.

    `content` holds the places of the words that matter, in `words`, and `places` where the word classes stand among
    them. Marks such as "," stay in `words`. `hidden` holds the places of the words that a turn of phrase uses in
    another sense; they belong to no class.
    """

    def __init__(self, clean: Sequence[Token], is_question: bool, lexicon: Lexicon) -> None:
        """Index the words of `clean`, at least one, for `lexicon`."""
        words, starts, ends = zip(*clean, strict=True)
        super().__init__(words)
        self.starts: tuple[int, ...] = starts
        self.ends: tuple[int, ...] = ends
        self.is_question = is_question
        stems = [content_stem(word) for word in words]
        shown = words
        self.hidden = hidden_places(self)
        if self.hidden:
            stems = [HIDDEN if stem and place in self.hidden else stem for place, stem in enumerate(stems)]
            shown = tuple([HIDDEN if place in self.hidden else word for place, word in enumerate(words)])
        self.content = tuple([place for place, stem in enumerate(stems) if stem])
        self.places = Places(lexicon.classes, tuple([stem for stem in stems if stem]), shown, self.content)

    def shown(self, text: str) -> str:
        """Return what this sentence covers of its message `text`, without what is hidden."""
        kept, begin = "", self.starts[0]
        for place in sorted(self.hidden):
            kept += text[begin : self.starts[place]]
            begin = self.ends[place]
        return kept + text[begin : self.ends[-1]]

    @cached_property
    def spans(self) -> list[Span]:
        """Return the stretches of time that are named."""
        return read_spans(self.words)


class Message(tuple[Sentence, ...]):
    """The sentences of one message, in order; what any of them may hold is asked of all at once."""

    @cached_property
    def wording(self) -> Wording:
        """Return the words of all sentences in a row."""
        return Wording(tuple([word for sentence in self for word in sentence.words]))

    @cached_property
    def _lists(self) -> int:
        """Return the bits of the phrase lists that may have a phrase in one of the sentences."""
        return reduce(or_, [sentence.lists for sentence in self], 0)

    @cached_property
    def _lists_across(self) -> int:
        """Return the bits of those that may have one across the end of a sentence."""
        return Wording(tuple([word for sentence in self for word in (sentence.words[0], sentence.words[-1])])).lists

    @cached_property
    def _held(self) -> dict[int, bool]:
        """Return, for each phrase list that was asked for, whether a sentence has one of its phrases."""
        return {}

    def holding(self, phrases: Phrases) -> list[int]:
        """Return the numbers, from 0, of the sentences in which one of `phrases` stands."""
        if not self._lists & phrases.bit:
            return []
        return [number for number, sentence in enumerate(self) if sentence.first_of(phrases) is not None]

    def has_any_of(self, phrases: Phrases) -> bool:
        """Return whether one of `phrases` stands in any sentence."""
        if not self._lists & phrases.bit:
            return False
        if phrases.number not in self._held:
            self._held[phrases.number] = any(sentence.first_of(phrases) for sentence in self)
        return self._held[phrases.number]

    def has_in_a_row(self, phrases: Phrases) -> bool:
        """Return whether one of `phrases` stands in the words of all sentences in a row: "no. it was the dog"."""
        return bool((self._lists | self._lists_across) & phrases.bit) and self.wording.first_of(phrases) is not None


def split_sentences(text: str, lexicon: Lexicon) -> Message:
    """Return the sentences of `text`; long runs without a stop are cut at about sixty words."""
    clean = _clean_words(text, lexicon)
    sentences: list[Sentence] = []
    begin = 0
    for index, (word, _, _) in enumerate(clean):
        is_end = word in _ENDS
        if is_end or index - begin >= _MAX_WORDS:
            if index > begin:
                sentences.append(Sentence(clean[begin:index], word == "?", lexicon))
            begin = index + is_end
    if begin < len(clean):
        sentences.append(Sentence(clean[begin:], False, lexicon))
    return Message(sentences)


def _clean_words(text: str, lexicon: Lexicon) -> list[Token]:
    clean = lexicon.clean
    tokens = tokenise(text)
    if not _GARDEN.isdisjoint(word for word, _, _ in tokens):
        tokens = [(_WEEDING.get(word, word), start, end) for word, start, end in tokens]
    return _merged([(fixed, start, end) for word, start, end in tokens for fixed in clean(word)])


def _merged(raw: list[Token]) -> list[Token]:
    """Return the words with "can not", "full stop" and the like as one."""
    words = [word for word, _, _ in raw]
    merged: list[Token] = []
    begin = 0
    for index, second in enumerate(words[1:]):
        if second not in _SECONDS or index < begin:
            continue
        word, start, end = raw[index]
        if word == "back" and second == "of" and not _HAS_BACK.isdisjoint(words[index + 2 : index + 5]):
            merged += [*raw[begin:index], ("hind", start, end)]
            begin = index + 1
        elif one := _SPOKEN.get((word, second)) or merge_not(words, index):
            merged += [*raw[begin:index], (one, start, raw[index + 1][2])]
            begin = index + 2
    return merged + raw[begin:]
