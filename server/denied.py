"""What a message denies: "no numbness or weakness" is left out of a search, which would find what it names."""

from __future__ import annotations

import re
from collections.abc import Callable

from server.terms import term_list
from server.words import content_stems

# A text is read with each character of a symptom or condition put as the first of these, and of a body part or a plain
# "pain" as the second: neither can be typed.
_THING, _BESIDE = "\x01", "\x02"
_NAMED = (
    r"(?:(?:any|an?|my|the|real|obvious|actual|signs? of|symptoms? of|history of|loss of|trouble with|"
    rf"{_BESIDE}+)\s+)*[{_THING}{_BESIDE}]+"
)
_MORE = rf"(?:\s*,\s*{_NAMED})*,?\s+(?:or|nor|and no|and not)\s+{_NAMED}"
_DENIED = re.compile(
    r"(?:\b(?:and|but|with|although|though|also|i|i'm|i've|he|he's|she|she's|it|it's|they|there|there's|have|has|had|is|"
    r"am|are|feel|feels|got)\s+){0,6}+"
    r"\b(?:no|not|neither|without|never had|isn['’]?t|(?:do|does|have|has) ?n(?:['’]t|t|ot) (?:have|had|got|feel))\s+"
    rf"(?P<what>{_NAMED}(?:{_MORE})*)"
    r"(?:\s+(?:at all|whatsoever|anywhere|either|really|"
    rf"in (?:the|my|his|her|either|both)\s+(?:{_BESIDE}+|legs?|feet|arms?)))*"
    r"(?=\s*(?:[.,;:!?)]|$|(?:and|but|just|only|so|though|although|apart|except)\b))",
    re.IGNORECASE,
)
_ENDS_OF_CLAUSE = ".;:!?\n"
# What stood around a denial: "down the leg. . Should I", "three weeks, , on stairs".
_MARKS_LEFT = re.compile(r"\s*([.,;:!?])(?:\s*[.,;:!?])*")
# Words left that a message without its denials must still have.
LEAST_STEMS = 2


def without_denied(text: str, asks: Callable[[str], object]) -> str:
    """Return a text without the symptoms and conditions it denies; whole when little else is in it.

    A denial in a clause that asks stays: "can it be sciatica with no back pain?" is about just that.

    Args:
        text: any text.
        asks: tells whether a clause asks.

    >>> without_denied("Neither numb nor weak, just sore, how long will it last", lambda clause: "how" in clause)
    'just sore, how long will it last'
    """
    masked = _masked(text)
    denied = [
        match.span()
        for match in _DENIED.finditer(masked)
        if _THING in match["what"] and not asks(text[slice(*_clause(masked, *match.span()))])
    ]
    kept, taken = "", 0
    for start, end in denied:
        kept, taken = kept + text[taken:start], end
    kept = _MARKS_LEFT.sub(r"\1", " ".join((kept + text[taken:]).split())).strip(" ,;")
    return kept if denied and len(content_stems(kept)) >= LEAST_STEMS else text


def _masked(text: str) -> str:
    """Return the text with what the term list finds in it put as the two signs, character by character."""
    pieces, at = [], 0
    for item in term_list().find(text):
        is_thing = item.term.kind in ("symptom", "condition") and item.term.name != "pain"
        sign = _THING if is_thing else _BESIDE if item.term.kind in ("symptom", "body") else ""
        if sign:
            pieces += [text[at : item.start], sign * (item.end - item.start)]
            at = item.end
    return "".join([*pieces, text[at:]])


def _clause(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the half-open span between the marks around a denial, one comma included on each side of it."""
    before = max(text.rfind(mark, 0, start) for mark in (*_ENDS_OF_CLAUSE, ","))
    after = [place for mark in (*_ENDS_OF_CLAUSE, ",") if (place := text.find(mark, end)) >= 0]
    return before + 1, min(after, default=len(text) - 1) + 1
