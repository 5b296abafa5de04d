"""Which line of safety advice stands under an answer: by what the person speaks of."""

from __future__ import annotations

import re
from collections.abc import Iterable

from server.focus import asking_clause, focus
from server.terms import term_list

# Terms that say which line of advice fits best beside an answer; of several, the first in this order.
_CHILD = frozenset({"children", "limping child", "irritable hip", "perthes disease", "slipped epiphysis"})
_MEDICINES = frozenset(
    {"pain relief medicines", "paracetamol", "anti-inflammatory medicines", "opioids", "nerve pain medicines"}
)
_BACK = re.compile(r"back|spin|disc|sciati|stenosis|lumbar|cauda|spondyl|sacro|coccyx|pelvic floor", re.IGNORECASE)
_HIP = re.compile(r"hip|groin|trochanter|femor|labral|impingement|adductor", re.IGNORECASE)
_LEG = re.compile(r"\bleg|thigh|calf|hamstring|vein|claudication", re.IGNORECASE)
# Somebody who was a child, or is a grown one.
_CHILDHOOD = re.compile(
    r"\b(?:as|since (?:being|i was)|when (?:i|he|she) was) (?:an? )?(?:small |young |little )?(?:child|kid|teenager)\b|"
    r"\b(?:grown|adult)(?:[- ]up)? (?:child(?:ren)?|son|daughter)\b",
    re.IGNORECASE,
)


def safety_topic(texts: Iterable[str]) -> str | None:
    """Return what a conversation is about, for the choice of its line of safety advice.

    Args:
        texts: what the person wrote, newest first; older ones count only when a newer one names nothing. A medicine
            counts where it is asked about, not where it is only told of.

    Returns:
        "child", "medicines", "hip", "leg", or None: the back, or nothing that tells.
    """
    for text in texts:
        text = _CHILDHOOD.sub(" ", text)
        names = _names(text)
        about = " ".join(names)
        if names & _CHILD:
            return "child"
        if names & _MEDICINES and _names(asking_clause(focus(text).asked or text)) & _MEDICINES:
            return "medicines"
        if _BACK.search(about):
            return None
        for topic, pattern in (("hip", _HIP), ("leg", _LEG)):
            if pattern.search(about):
                return topic
    return None


def _names(text: str) -> set[str]:
    return {item.term.name for item in term_list().find(text)}
