"""Whose complaint a message is about: the writer's, a relative's, a child's, somebody's who is pregnant."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from server.persons import persons_told
from server.terms import Found, Term, term_list

DATA = Path(__file__).parent / "data" / "follow-ups.toml"
Owner = Literal["she", "he", "own"]  # whose complaint it is
_PERSON_WORDS = {
    "pregnancy": "in pregnancy",
    "after birth": "after birth",
    "children": "in children",
    "teenager": "in teenagers",
}
_SAYS_WHO = {"children": "child", "teenager": "teen"}  # a subject with such a word in it says who it is about
# A child that somebody lifts or minds is not the one who hurts.
_MINDS = re.compile(
    r"\b(?:lift|carry|carri|pick|hold|bath|feed|chang|nurs|push|play|mind|hug|cuddl|dress|rock|catch|look\w* after|"
    r"car(?:e|ing) for|sleep\w*)\w*(?: up| out| with)? (?:my|the|our|a|his|her)\b",
    re.IGNORECASE,
)
_MINDED = re.compile(
    _MINDS.pattern + r" (?:\w+ )?(baby|toddler|newborn|grandchild|little one|son|daughter|child)\b", re.I
)
_MINDS_THEM = re.compile(_MINDS.pattern.replace("(?:my|the|our|a|his|her)", "(him|her|them)"), re.I)
_NEWBORN = re.compile(r"\b(?:had|having|after) (?:\w+ ){0,2}(?:bab(?:y|ies)|twins)\b", re.IGNORECASE)
# Somebody's own body: a child that they speak of besides is not who hurts.
_MY_BODY = re.compile(
    r"\bmy (?:(?:left|right|lower|upper|low|bad|own|poor|whole) )*"
    r"(?:back|hips?|legs?|groin|pelvis|bum|buttocks?|thighs?|spine|tailbone|coccyx|sciatica)\b",
    re.IGNORECASE,
)
_CHILD_TO_COME = re.compile(
    r"\b(?:try\w* for|want\w*|have|having|plan\w*|hoping for|get) (?:an?|another|more|any|our first) (?:bab|child|kid)",
    re.I,
)
# A pregnancy, told in other words.
_DUE = re.compile(
    r"\bbab(?:y|ies)(?:['’]?s| is| are)? due\b|\bdue (?:date|in \w+ weeks|any day)\b|"
    r"\b\d+ (?:weeks|months) (?:gone|along)\b|"
    r"\b(?:my|the|a big) bump\b|\b(?:first|second|third|1st|2nd|3rd) trimester\b",
    re.IGNORECASE,
)
_NOT_PREGNANT = re.compile(
    r"\b(?:not|isn't|never been|trying|want\w*|hoping|before i|when i|if i|get|getting|plan\w*) "
    r"(?:\w+ ){0,2}(?:pregnan|expecting)",
    re.IGNORECASE,
)
_OWN = re.compile(r"\b(?:i|i'm|i've|i’m|i’ve|my|mine)\b", re.IGNORECASE)
_CLAUSE = re.compile(r"[.;!?]|\bbut\b", re.IGNORECASE)


def owner_of(text: str) -> Owner | None:
    """Return whose complaint a message asks about: `she`, `he`, `own` for "mine", or None when it does not say.

    >>> owner_of("and her, what exercises should she do")
    'she'
    """
    return next((owner for owner, said in _people().said if said.search(text)), None)


def person_of(text: str) -> Owner | None:
    """Return whom a message names or stands for besides the writer: `she` for "my wife"; None when nobody.

    >>> person_of("my dad is on warfarin")
    'he'
    """
    return next((owner for owner, named in _people().named if named.search(text)), None)


def in_care_of(message: str, texts: Sequence[str]) -> str:
    """Return a message with the child that somebody lifts or minds named again: "how do I lift him" is "my baby"."""
    found = _MINDS_THEM.search(message)
    told = next((m for text in reversed(texts) if (m := _MINDED.search(text))), None) if found else None
    return f"{message[: found.start(1)]}my {told[1].lower()}{message[found.end(1) :]}" if found and told else message


def owners_before(text: str, item: Found) -> tuple[Owner, ...]:
    """Return whose a subject is: that of the person named nearest before it in its sentence."""
    begins = max((m.end() for m in _CLAUSE.finditer(text, 0, item.start)), default=0)
    before = text[begins : item.end]
    places: dict[Owner, int] = {"own": max((m.start() for m in _OWN.finditer(before)), default=-1)}
    for owner, named in _people().named:
        places[owner] = max((m.start() for m in named.finditer(before)), default=-1)
    nearest = max(places.values())
    owners = tuple(owner for owner, place in places.items() if place == nearest) if nearest >= 0 else ()
    return tuple(owner for owner in owners if owner != "own") or owners  # "my" of "my husband" owns nothing


def person_phrase(text: str, subject: Term) -> str:
    """Return whom a complaint is about in words to put behind it, ` in pregnancy`; empty for the writer, a grown-up."""
    terms = term_list().find(text)
    found = {item.term.name for item in terms if item.term.kind == "person"} | persons_told(text, terms) & {"teenager"}
    found -= {"children"} if "teenager" in found else set()
    if "children" in found and _NEWBORN.search(text):  # it is the mother whose back hurts
        found = found - {"children"} | {"after birth"}
    if "children" in found and _MINDS.search(text):
        found = found - {"children"}
    if "children" in found and (_MY_BODY.search(text) or _CHILD_TO_COME.search(text)):
        found = found - {"children"}
    if _DUE.search(text) or "pregnancy" in found:
        found = found - {"children"} | {"pregnancy"}
    if _NOT_PREGNANT.search(text):
        found = found - {"pregnancy"}
    words = [
        _PERSON_WORDS[name]
        for name in _PERSON_WORDS
        if name in found and name not in subject.name and _SAYS_WHO.get(name, name) not in subject.name
    ]
    return f" {words[0]}" if words and words[0] not in subject.name else ""


@dataclass(frozen=True, slots=True)
class _People:
    said: tuple[tuple[Owner, re.Pattern[str]], ...]
    named: tuple[tuple[Owner, re.Pattern[str]], ...]


@cache
def _people() -> _People:
    """Return the wordings for people: what stands for them in a question, and what names them or stands for them."""
    raw = tomllib.loads(DATA.read_text(encoding="utf-8"))["people"]
    pronouns: list[tuple[Owner, str]] = [("she", raw["she_said"]), ("he", raw["he_said"])]
    said = [
        (owner, re.compile(rf"\b(?:{words})\b", re.IGNORECASE)) for owner, words in [*pronouns, ("own", raw["own"])]
    ]
    named = [
        (
            owner,
            re.compile(rf"\b(?:my|our|the|his|her) (?:\d+[- ]\w+[- ]\w+ )?(?:{raw[owner]})\b|\b(?:{words})\b", re.I),
        )
        for owner, words in pronouns
    ]
    return _People(tuple(said), tuple(named))
