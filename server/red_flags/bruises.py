"""Tells the bruise of a torn muscle from a leg without blood (specification D9)."""

from __future__ import annotations

from collections.abc import Sequence

from server.red_flags.causes import CAUSES
from server.red_flags.clauses import Message, Sentence
from server.red_flags.phrases import phrase_list, phrases

_COLOURS = frozenset(phrase_list("bruises", "colours", CAUSES))
_TEARS = phrases("bruises", "tears", CAUSES)
_MUSCLES = frozenset(phrase_list("bruises", "muscles", CAUSES))
_FEET = frozenset(phrase_list("causes", "feet", CAUSES))
_BLOODLESS = phrases("bruises", "bloodless", CAUSES)
_OTHERS = frozenset(("he", "his", "she", "her"))


def is_bruise(places: Sequence[int], sentence: Sentence, message: Message) -> bool:
    """Return whether a dark leg at `places` of `sentence` is the bruise of a muscle that tore, told in or before it.

    Args:
        places: indexes in `sentence.words` of the matched words.
        message: all sentences of the message; a cold, white or numb leg in any of them keeps the sign, and so does a
            foot beside the colour.
    """
    matched = {sentence.words[place] for place in places}
    if _COLOURS.isdisjoint(matched) or not _FEET.isdisjoint(sentence.word_set):
        return False
    if message.has_any_of(_BLOODLESS):
        return False
    number = next((i for i, s in enumerate(message) if s is sentence), 0)
    return any(_tells_tear(told, sentence) for told in message[max(0, number - 1) : number + 1])


def _tells_tear(told: Sentence, coloured: Sentence) -> bool:
    """Return whether `told` tells of a muscle that tore, of the same person as the colour."""
    if _OTHERS.isdisjoint(told.word_set) != _OTHERS.isdisjoint(coloured.word_set):
        return False
    return told.first_of(_TEARS) is not None and not _MUSCLES.isdisjoint(told.word_set)
