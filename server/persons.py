"""Whom a message is about, as far as a passage can be written for them: a child, somebody pregnant, older people."""

from __future__ import annotations

import re
from collections.abc import Iterable

from server.terms import Found

GROUPS = frozenset({"pregnancy", "after birth", "children", "teenager", "older people"})
CHILDREN = frozenset({"children", "teenager"})
ADULTS = "adults"
TEENAGER_FROM, ADULT_FROM, OLDER_FROM = 13, 18, 65  # years
_RELATIVE = (
    r"(?:mother|mum|mom|mam|father|dad|nan|gran\w*|son|daughter|wife|husband|partner|child|boy|girl|brother|sister)"
)
_NO_AGE = (
    r"(?!\s*(?:weeks?|months?|days?|hours?|minutes?|miles?|times|stone|kg|kilos?|lbs?|pounds?|cm|st|mm|degrees?|"
    r"(?:years?|yrs?)(?!\s*-?old))\b|\s*%|[.,/]\d)"
)
_OWN_AGE = re.compile(
    rf"\b(?:i am|i['’]m|im|i)\s+(?:a |only |just |now |nearly |almost |about )*(\d{{1,2}})\b{_NO_AGE}", re.I
)
_ANY_AGE = re.compile(
    rf"\b(?:s?he is|s?he['’]s|{_RELATIVE} (?:is|aged|who is)|aged)\s+(?:a |only |just |now |nearly |almost )*"
    rf"(\d{{1,2}})\b{_NO_AGE}|\b(\d{{1,2}})[- ]?(?:years?|yrs?|y)[- ]?(?:olds?|o)\b",
    re.IGNORECASE,
)
# Pregnant, in other words than the term list has.
_EXPECTING = re.compile(
    r"\b(?:[1-4]?\d ?(?:weeks?|wks?),? (?:gone|with (?:my|our) (?:first|second|third|baby|twins))|maternity leave|"
    r"(?:expecting|carrying) (?:my|our|a baby|twins)|(?:due|my due date is) in \w+ with (?:my|our))\b",
    re.IGNORECASE,
)


def persons_told(text: str, terms: Iterable[Found]) -> frozenset[str]:
    """Return the groups that a message speaks of, by the term list and by ages; `adults` when such an age is told.

    Who says that they are grown up asks for themselves: a child in the same message is not the patient.

    Args:
        text: what was written.
        terms: those of the text.
    """
    named = {item.term.name for item in terms if item.term.kind == "person"}
    named |= {"pregnancy"} if _EXPECTING.search(text) else set()
    own = [int(years) for years in _OWN_AGE.findall(text)]
    others = [int(first or second) for first, second in _ANY_AGE.findall(text)]
    if own and own[0] >= ADULT_FROM:
        return frozenset(named - CHILDREN | _groups(own))
    return frozenset(named | _groups(own + others))


def _groups(ages: Iterable[int]) -> set[str]:
    found: set[str] = set()
    for years in ages:
        if years < ADULT_FROM:
            found |= CHILDREN if years >= TEENAGER_FROM else {"children"}
        else:
            found |= {ADULTS, "older people"} if years >= OLDER_FROM else {ADULTS}
    return found
