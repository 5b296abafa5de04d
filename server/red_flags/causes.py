"""Tells feet that tingle from diabetes, legs that ache and desire that is lost from a tablet, from a nerve sign.

A named cause with nothing new, no back and no bladder beside it is a known slow nerve trouble (specification B8, D2);
a tablet that the writer blames for lost desire or orgasm, with no feeling lost, is a known effect of it (B8).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from server.red_flags.clauses import Message, Sentence
from server.red_flags.phrases import phrase_list, phrases

CAUSES = Path(__file__).parent / "data" / "causes.toml"
CAUSED_SIGNS = frozenset(("both_legs", "leg_numb", "sexual_loss"))

_FEET = frozenset(phrase_list("causes", "feet", CAUSES))
_DULL = frozenset(phrase_list("causes", "dull", CAUSES))
_ILLNESS = phrases("causes", "illness", CAUSES)
_MEDICINE = phrases("causes", "medicine", CAUSES)
_ALARMS = phrases("causes", "alarms", CAUSES)
_DESIRE = frozenset(phrase_list("desire", "lost", CAUSES))
_TABLETS = phrases("desire", "tablets", CAUSES)
_BLAMED = phrases("desire", "blamed", CAUSES)
_REFERS = phrases("desire", "refers", CAUSES)
_NERVE = phrases("desire", "nerve", CAUSES)


def is_of_named_cause(feature: str, places: Sequence[int], sentence: Sentence, message: Message) -> bool:
    """Return whether a sign of both legs or of sex at `places` of `sentence` comes from a cause that the message names.

    Args:
        feature: id of the sign, one of `CAUSED_SIGNS`.
        places: indexes in `sentence.words` of the matched words.
        message: all sentences of the message; an alarm in any of them keeps the sign.
    """
    matched = {sentence.words[place] for place in places}
    if feature == "sexual_loss":
        return not _DESIRE.isdisjoint(matched) and _is_of_tablet(sentence, message)
    if message.has_any_of(_ALARMS):
        return False
    if not _FEET.isdisjoint(matched) and message.has_any_of(_ILLNESS):
        return True
    return not _DULL.isdisjoint(matched) and sentence.first_of(_MEDICINE) is not None


def _is_of_tablet(sentence: Sentence, message: Message) -> bool:
    """Return whether `sentence` blames a tablet, named in it or just before, and no sign of a nerve is told."""
    if message.has_any_of(_NERVE):
        return False
    if sentence.first_of(_TABLETS) and sentence.first_of(_BLAMED):
        return True
    number = next((i for i, s in enumerate(message) if s is sentence), 0)
    return number > 0 and message[number - 1].first_of(_TABLETS) is not None and sentence.first_of(_REFERS) is not None
