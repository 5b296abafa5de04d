"""Operations that somebody tells of: those that are over, and those to come."""

from __future__ import annotations

import re
from collections.abc import Iterable

from server.terms import Found, term_list

# An operation or an injection that somebody has had.
_HAD = re.compile(r"\b(?:had|have had|i've had|since|after|following|ago)\b", re.IGNORECASE)
_DONE_TO = re.compile(
    r"\b(?:(?:i|he|she|we)(?:'ve|’ve|ve|'s| have| has)? (?:just |recently |already )?had|(?:have|has|having) had|"
    r"had (?:my|his|her|a|an|the|both|it|keyhole|another)|since|following|after|post-?op\w*|"
    r"(?:days?|weeks?|months?|years?) (?:ago|post|on|out)|was done|got (?:my|a) new|replaced)\b|^had\b",
    re.IGNORECASE,
)
_TO_COME = re.compile(
    r"\b(?:waiting|before|need(?:s|ed)?|might|should|going to|going for|due|booked|offered|without|have a date)\b",
    re.IGNORECASE,
)
_OPERATION = re.compile(
    r"\b(?:replacements?|surgery|operation|fusion|arthroscopy|(?:micro)?dis[ck]ectomy|laminectomy|decompression|"
    r"resurfacing|fracture|repair|reconstruction|fixation|[a-z]+(?:ectomy|otomy|plasty))\b",
    re.IGNORECASE,
)
# An operation that the term list does not know: "a labral repair".
_UNLISTED = re.compile(
    r"\b(?:an?|my|his|her|the|after|since) ((?:(?!an? |my |his |her |the |bad|big|small|new|second|recent)[a-z]+ )?"
    r"(?:repair|reconstruction|[a-z]+ectomy|[a-z]+otomy|[a-z]+plasty|resurfacing|decompression|fixation))\b",
    re.IGNORECASE,
)
_OPERATED = frozenset({"surgery", "spinal fusion", "steroid injection", "injection", "hip arthroscopy", "discectomy"})


def treated(text: str, subject: Found) -> str:
    """Return what was done to what hurts, where somebody tells of it: ` after keyhole surgery`."""
    if not (subject.term.kind == "body" or subject.term.is_broad) or not _HAD.search(text):
        return ""
    found = (item for item in term_list().find(text) if item.term.kind == "treatment")
    done = next((item for item in found if item.term.name in _OPERATED or _OPERATION.search(item.text)), None)
    unlisted = _OPERATION.search(text)
    words = unlisted[0].lower() if unlisted else ""
    if done is not None:
        words = "surgery" if done.term.is_broad else done.text.lower()
    kind = "keyhole " if words == "surgery" and "keyhole" in text.lower() else ""
    return f" after {kind}{words}" if words else ""


def had_done(topic: str, texts: Iterable[str]) -> bool:
    """Return whether a topic is an operation, or a break, that somebody told of as behind them."""
    if not _OPERATION.search(topic) or " after " in topic:
        return False
    names = {item.term.name for item in term_list().find(topic)}
    told = (
        text
        for text in texts
        if topic.lower() in text.lower() or names & {item.term.name for item in term_list().find(text)}
    )
    return any(_DONE_TO.search(text) and not _TO_COME.search(text) for text in told)


def operation_had(text: str) -> str:
    """Return an operation of the term list that somebody tells of as behind them, as it was written; else nothing."""
    if not _DONE_TO.search(text) or _TO_COME.search(text):
        return ""
    named = [item for item in term_list().find(text) if item.term.kind == "treatment" and not item.term.is_broad]
    unlisted = _UNLISTED.search(text)
    listed = next((item.text.lower() for item in named if _OPERATION.search(f"{item.text} {item.term.name}")), "")
    return listed or (unlisted[1].lower() if unlisted else "")
