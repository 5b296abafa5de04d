"""Tells the heat, fire and tightness of a nerve pain from the signs of a clot or of a hot joint (D5, D10)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from server.red_flags.clauses import Message, Sentence
from server.red_flags.phrases import phrase_list, phrases

HEAT_SIGNS = frozenset(("calf_swollen", "joint_hot_swollen"))
DULL_SIGNS = frozenset(("saddle_numb", "buttock_numb_patch", "leg_numb", "unclear_saddle"))
_LOST = frozenset(phrase_list("legs", "lost_by_nerve")) - {"feel", "feeling"}
_HEAT = frozenset(phrase_list("nerve_pain", "heat"))
_TIGHT = frozenset(phrase_list("nerve_pain", "tight"))
_BURNS = frozenset(phrase_list("nerve_pain", "burns"))
_SEEN = frozenset(phrase_list("nerve_pain", "seen"))
_FELT = frozenset(phrase_list("nerve_pain", "felt"))
_PAINS = frozenset(phrase_list("nerve_pain", "pains"))
_NERVE = phrases("nerve_pain", "nerve")
_CONTRAST = phrases("nerve_pain", "contrast")
_CLOT_RISK = phrases("nerve_pain", "clot_risk")
_LIMBS = frozenset(phrase_list("nerve_pain", "limbs"))
_FEVERISH = frozenset(phrase_list("nerve_pain", "feverish"))
_DENIERS = frozenset(("no", "not", "isnt", "arent", "without", "nor", "or", "never", "any"))
# "the pain in my leg is hot", "sciatica pain feels like a hot wire", and heat that is felt inside.
_PAIN_IS_HOT = re.compile(
    r" (?:pains?|ache|sciatica|sensation|feeling) (?:(?!and |but |, |my calf |the calf )\S+ ){0,6}?"
    r"(?:is|feels|felt|like|goes|turns|gets) (?:(?!and |but |, )\S+ ){0,3}?(?:hot|warm|burning|boiling) "
)
_INSIDE = re.compile(r" (?:hot|warm|burning|boiling) (?:feeling |sensation )?(?:inside|deep) ")
_QUALIFIES = 3  # words from "hot" to the pain that it describes: "hot, sharp shooting pain"


def is_nerve_pain(feature: str, places: Sequence[int], sentence: Sentence, message: Message) -> bool:
    """Return whether what looks like a hot or tight limb is the quality of a pain that runs down the leg.

    Whatever can be seen or felt from outside (swelling, redness, warm to the touch, tender) keeps the sign, and so
    does a reason for a clot such as a flight.

    Args:
        feature: id of the feature that was matched.
        places: indexes in `sentence.words` of the matched words.
        message: all sentences of the message.
    """
    if feature not in HEAT_SIGNS:
        return False
    words = sentence.words
    hot = [p for p in places if words[p] in _HEAT or _is_red_hot(words, p)]
    seen = [p for p in places if words[p] in _SEEN and not _is_red_hot(words, p)]
    if seen or any(s.first_of(_CLOT_RISK) or _shows_sign(s) for s in message):
        return False
    if hot:
        return all(_is_quality(place, sentence, feature) for place in hot)
    is_tight = any(words[p] in _TIGHT for p in places) and sentence.word_set.isdisjoint(_FELT)
    return is_tight and message.has_any_of(_NERVE) and not message.has_any_of(_CONTRAST)


def is_dull_pain(feature: str, places: Sequence[int], sentence: Sentence) -> bool:
    """Return whether what looks like dulled feeling is a dull pain: "a dull ache in my bum".

    Args:
        feature: id of the feature that was matched.
        places: indexes in `sentence.words` of the matched words.
    """
    if feature not in DULL_SIGNS:
        return False
    words = sentence.words
    dull = [place for place in places if words[place] == "dull"]
    if not dull or not _LOST.isdisjoint(words[place] for place in places):
        return False
    return all(not _PAINS.isdisjoint(words[place + 1 : place + 1 + _QUALIFIES]) for place in dull)


def is_local_heat(sentence: Sentence) -> bool:
    """Return whether heat is told of a limb or the back, and of no fever: "a hot feeling down my shin"."""
    words = sentence.word_set
    return not words.isdisjoint(_HEAT) and not words.isdisjoint(_LIMBS) and words.isdisjoint(_FEVERISH)


def _shows_sign(sentence: Sentence) -> bool:
    """Return whether swelling, redness or the like is claimed: "no swelling" does not count."""
    if sentence.word_set.isdisjoint(_SEEN):
        return False
    words = sentence.words
    return any(
        word in _SEEN and _DENIERS.isdisjoint(words[max(0, i - 3) : i]) and not _is_red_hot(words, i)
        for i, word in enumerate(words)
    )


def _is_red_hot(words: Sequence[str], place: int) -> bool:
    """Return whether "red" is that of "red hot poker"."""
    return words[place] == "red" and words[place + 1 : place + 2] == ("hot",)


def _is_quality(place: int, sentence: Sentence, feature: str) -> bool:
    """Return whether the heat at `place` is that of a pain: "hot shooting pain", "the pain is hot"."""
    words = sentence.words
    burns = feature == "calf_swollen" and words[place] in _BURNS
    if burns and words[place + 1 : place + 2] not in (("hot",), ("up",)):
        return sentence.word_set.isdisjoint(_FELT)
    after = words[place + 1 : place + 1 + _QUALIFIES]
    for word in after:
        if word in ("and", "but"):
            break
        if word in _PAINS:
            return True
    return _PAIN_IS_HOT.search(sentence.joined) is not None or _INSIDE.search(sentence.joined) is not None
