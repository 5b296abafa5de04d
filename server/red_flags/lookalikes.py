"""Sets aside a match whose words stand for something else: another place, act, cause or subject (B7, B8)."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from server.red_flags.anchors import is_unnamed
from server.red_flags.bruises import is_bruise
from server.red_flags.causes import CAUSED_SIGNS, is_of_named_cause
from server.red_flags.clauses import Message, Sentence
from server.red_flags.legs import LEG_SIGNS, is_harmless_legs
from server.red_flags.nerve_pain import DULL_SIGNS, HEAT_SIGNS, is_dull_pain, is_nerve_pain
from server.red_flags.phrases import Wording, phrase_list, phrases
from server.red_flags.scope import is_of_another_act, is_shunned
from server.red_flags.seat import NUMB_SIGNS, SEAT_SIGNS, is_of_elsewhere, is_sleep

_SITE_BOUND = frozenset(phrase_list("reading", "site_bound"))  # made of a place and a quality: both of one subject
_TOILET = frozenset(("pee_retention", "pee_unaware"))
_PEE_WORDS = frozenset(phrase_list("reading", "pee_words"))
_CONSTIPATION = frozenset(phrase_list("reading", "constipation"))
_FELT_URGE = phrases("reading", "felt_urge")
_URGES = frozenset(("urge",))
_FALLS = frozenset(("fall", "high_energy", "knock_seen", "minor_strain", "head_injury"))
_HABITS = phrases("reading", "habits")
_HABITUAL = frozenset(phrase_list("reading", "habitual"))
_DATES = frozenset(("since", "after", "from"))
_NEARLY = frozenset(("nearly", "almost"))
_JOINTS = frozenset((",", "-", "and"))
_BELOW_WOUND = frozenset(("foot", "feet", "ankle", "ankles", "toes"))
_TURNS = _JOINTS | {"but"}
_OTHER_OWNERS = frozenset(("my", "his", "her", "no", "he", "she"))
_OTHER_SUBJECTS = _OTHER_OWNERS | {"i", "the", "not", "can", "peeing", "weeing", "bladder", "everything"}


def is_lookalike(feature: str, places: Sequence[int], sentence: Sentence, message: Message) -> bool:
    """Return whether what looks like `feature` at `places` is something else, or is never named.

    Args:
        feature: id of the feature that was matched.
        places: indexes in `sentence.words` of the matched words, in order.
        message: all sentences of the message.
    """
    words = sentence.words
    return (
        is_unnamed(feature, message)
        or (feature in _TOILET and (_is_constipation(places, sentence) or is_of_another_act(words, places)))
        or (feature in CAUSED_SIGNS and is_of_named_cause(feature, places, sentence, message))
        or (feature in _SITE_BOUND and _changes_subject(feature, places, sentence))
        or (feature in LEG_SIGNS and is_harmless_legs(feature, places, sentence, message))
        or (feature == "cold_pale_leg" and is_bruise(places, sentence, message))
        or (feature == "minor_strain" and _is_habit(sentence, places[0]))
        or (feature in _FALLS and _is_undone(sentence, places[0]))
        or (feature in SEAT_SIGNS and is_of_elsewhere(feature, places, sentence))
        or (feature in NUMB_SIGNS and is_sleep(places, sentence))
        or (feature in DULL_SIGNS and is_dull_pain(feature, places, sentence))
        or (feature in HEAT_SIGNS and is_nerve_pain(feature, places, sentence, message))
    )


def _is_constipation(places: Sequence[int], sentence: Sentence) -> bool:
    """Return whether "can't go" speaks of the bowels: constipation is named, peeing is not."""
    words = {sentence.words[place] for place in places}
    return not words & _PEE_WORDS and bool(sentence.word_set & _CONSTIPATION)


def is_plain_constipation(message: Message) -> bool:
    """Return whether a message tells of constipation with urge and feeling kept, and nothing of peeing (D1)."""
    return (
        message.has_any_of(_FELT_URGE)
        and any(not _CONSTIPATION.isdisjoint(s.word_set) for s in message)
        and all(_PEE_WORDS.isdisjoint(s.word_set - _URGES) for s in message)
    )


def _is_habit(sentence: Sentence, start: int) -> bool:
    """Return whether an act at `words[start]` is told as what brings the pain each time: "worse when I turn"."""
    if sentence.words[start] not in _HABITUAL:
        return False
    before = Wording(sentence.words[max(0, start - 8) : start])
    return _DATES.isdisjoint(before.words) and before.first_of(_HABITS) is not None


def _is_undone(sentence: Sentence, start: int) -> bool:
    """Return whether a fall at `words[start:]` all but happened or is only feared: "I nearly went down the stairs"."""
    is_near_miss = not _NEARLY.isdisjoint(sentence.words[max(0, start - 2) : start])
    return is_near_miss or is_shunned(sentence.words, start)


def _changes_subject(feature: str, places: Sequence[int], sentence: Sentence) -> bool:
    """Return whether the words of a match are split by "but I", ", my" and the like: two statements, not one."""
    if _TURNS.isdisjoint(sentence.word_set):
        return False
    for left, right in pairwise(places):
        if sentence.words[right] == "both" and sentence.words[right - 1] == "but":
            return True
        for i in range(left + 1, right - 1):
            word, nxt = sentence.words[i], sentence.words[i + 1]
            if word == "but" and nxt in _OTHER_SUBJECTS:
                return True
            if word in _JOINTS and nxt in _OTHER_OWNERS and feature not in _TOILET:
                return True
            if word == "," and feature == "wound_bad" and nxt in _BELOW_WOUND:
                return True  # "the scar has no feeling, foot's puffy"
    return False
