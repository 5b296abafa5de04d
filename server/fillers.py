"""A short message without the words that open or end it and say nothing, and with short forms written out."""

from __future__ import annotations

import re

# Opens a message, and says nothing.
_OPENS = re.compile(
    r"^(?:(?:ok(?:ay)?|right|oh|ah|well|hmm+|great|fine|cool|alright|i see|got it|thanks|thank you|cheers)\b[\s,.!-]+)+"
    r"(?=(?:and|but|so|what|how|why|when|where|which|is|are|can|could|should|do|does|will|would|any|for)\b)",
    re.IGNORECASE,
)
# Ends a message, and says nothing: the "then" of "what exercises then", not that of "till then".
_ENDS = re.compile(
    r"(?<=\w)(?<!till)(?<!until)(?<!by)(?<!since)(?<!and)(?<!back)(?<!just)"
    r"[\s,]+(?:then|though|tho|btw|by the way|anyway|mate|love|lol|pls|please|thanks|thx|ta|x+)$",
    re.IGNORECASE,
)
# "Its" that is short for "it is".
_ITS = re.compile(
    r"\bits (?!own\b|(?:symptom|cause|sign|treatment|name|side|risk|benefit|stage|type|effect|purpose|job|use)s?\b)",
    re.IGNORECASE,
)
# "It's" that stands for what is talked of: "what if it's still there", and not "because it's a desk job".
_IT_IS = re.compile(
    r"\b(if|when|once|until|till|think|hope|sure|says?|said|means?) it['’]s\b"
    r"(?! (?:an?|the|my|your|too|raining|cold|hot|safe|ok|okay|possible|best|better|normal)\b)",
    re.IGNORECASE,
)
_SAYS_IS = re.compile(r"\b(what|how|where|who|when|that)s\b", re.IGNORECASE)
_ENDS_WITH_MARKS = re.compile(r"[?!.…]+\s*$")


def without_fillers(text: str) -> str:
    """Return a message without "ok, so" before it and "then" or "thanks" after it, on one line and without end marks.

    >>> without_fillers("Right, so whats the cause then?")
    "so what's the cause"
    """
    plain = " ".join(_ENDS_WITH_MARKS.sub("", text.strip()).split())
    plain = _IT_IS.sub(r"\1 it is", _ENDS.sub("", _OPENS.sub("", plain)))
    return _ITS.sub("it is ", _SAYS_IS.sub(r"\1's", plain))
