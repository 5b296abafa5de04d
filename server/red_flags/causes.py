"""Tells feet that tingle from diabetes, chemotherapy or drink, and legs that ache from a tablet, from a nerve sign.

A named cause with nothing new, no back and no bladder beside it is a known slow nerve trouble (specification B8, D2).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from server.red_flags.clauses import Sentence
from server.red_flags.phrases import phrase_list, phrases

CAUSES = Path(__file__).parent / "data" / "causes.toml"
CAUSED_SIGNS = frozenset(("both_legs", "leg_numb"))

_FEET = frozenset(phrase_list("causes", "feet", CAUSES))
_DULL = frozenset(phrase_list("causes", "dull", CAUSES))
_ILLNESS = phrases("causes", "illness", CAUSES)
_MEDICINE = phrases("causes", "medicine", CAUSES)
_ALARMS = phrases("causes", "alarms", CAUSES)


def is_of_named_cause(places: Sequence[int], sentence: Sentence, message: Sequence[Sentence]) -> bool:
    """Return whether a sign of both legs at `places` of `sentence` comes from a cause that the message names.

    Args:
        places: indexes in `sentence.words` of the matched words.
        message: all sentences of the message; an alarm in any of them keeps the sign.
    """
    if any(s.first_of(_ALARMS) for s in message):
        return False
    matched = {sentence.words[place] for place in places}
    if not _FEET.isdisjoint(matched) and any(s.first_of(_ILLNESS) for s in message):
        return True
    return not _DULL.isdisjoint(matched) and sentence.first_of(_MEDICINE) is not None
