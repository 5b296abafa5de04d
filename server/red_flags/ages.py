"""Reads the ages of people from clean words."""

from __future__ import annotations

import re

from server.red_flags.numbers import NUMBERS
from server.red_flags.youth import is_of_youth_told

_AGE_WORDS = {
    "toddler": 2.0,
    "baby": 0.5,
    "newborn": 0.1,
    "infant": 0.5,
    "pensioner": 70.0,
    "octogenarian": 84.0,
    "teenager": 15.0,
    "teen": 15.0,
    "elderly": 78.0,
    "preschooler": 4.0,
    "oap": 70.0,
    "schoolboy": 10.0,
    "schoolgirl": 10.0,
    "nonagenarian": 93.0,
    "septuagenarian": 74.0,
}
_DECADES = {
    "twenties": 25,
    "20s": 25,
    "thirties": 35,
    "30s": 35,
    "forties": 45,
    "40s": 45,
    "fifties": 55,
    "50s": 55,
    "sixties": 65,
    "60s": 65,
    "seventies": 75,
    "70s": 75,
    "eighties": 85,
    "80s": 85,
    "nineties": 93,
    "90s": 93,
}

# "2 years post op", "3 years into it", "6 ft", "6'3": a stretch of time or a height, not an age.
_NO_AGE = (
    r"(?! ?- ?(?:years?|yrs?|y) (?:post|after|since|into|out|ago|later|on|from|past|down)\b)"
    r"(?! ?(?:years?|yrs?|y) (?!old|young|of age)(?:post|after|since|into|out|ago|of|in|on|later|from|past|down|"
    r"removed|clean|sober|free|with|without)\b)"
    r"(?! ?(?:'|\"|ft|foot|feet|inch|inches)(?: |$|\d))"
)
_AGE_AFTER = re.compile(
    r" (?:aged|age|am|is|was|turned|turning|nearly|almost|im|shes|hes|only|just) (\d{1,3})"
    + _NO_AGE
    + r"(?! ?(?:st|nd|rd|th|mg|ml|%|kg|stone|weeks?|days?|months?|hours?|minutes?|times|miles|tablets?|out|/|cm|km|"
    r"lbs?|pounds|degrees|c|celsius|percent|sessions?|am|pm|o|in a row|of)\b)(?= )"
)
_AGE_YEARS = re.compile(
    r" (\d{1,3})(?: ?- ?| )?(?:y ?/ ?o|yo|y o|year old|years old|years of age|year olds|years young|yrs old|"
    r"y(?! (?:post|after|since|into|out|ago|of|later|from|past)\b))(?= )"
)
_AGE_MONTHS = re.compile(
    r" (\d{1,2}|" + "|".join(k for k, v in NUMBERS.items() if v >= 1) + r") ?-? ?(?:months?|weeks?|days?) ?-? ?old "
)
_AGE_WORD_YEARS = re.compile(
    r" (" + "|".join(NUMBERS) + r")(?: ?-? ?(" + "|".join(NUMBERS) + r"))? ?-? ?(?:year old|years old|years of age|yo) "
)
_SEX_AGE = re.compile(
    r" (?:m|f|male|female|man|woman|lady|gentleman|bloke)? ?(\d{2,3}) ?(?:m|f|male|female|yom|yof|year old|man|"
    r"woman)(?= )"
)
_GLUED_AGE = re.compile(r" (?:(\d{2}) ?(?:m|f)|(?:m|f|male|female) ?(\d{2}))(?= )")
_AT_START = re.compile(
    r"^ (\d{1,3})" + _NO_AGE + r" (?:,|and|with|\.|years|-|/|male|female|m|f|here|"
    r"with|fit|active|lady|woman|man|pt|patient|retired)(?= |$)"
)
_RELATION_AGE = re.compile(
    r" (?:son|daughter|boy|girl|child|kid|lad|wife|husband|mum|dad|mother|father|nan|gran|grandma|grandad|"
    r"patient|pt|nephew|niece|brother|sister|friend|neighbour|uncle|aunt|grandson|granddaughter|partner|man|"
    r"woman|lady|m|f|male|female) (?:, |is |aged |\( |- |of |who is |whos |turns )?(\d{1,3})"
    + _NO_AGE
    + r"(?= (?:,|and|\)|-|"
    r"slipped|has|is|with|fell|who|cant|wont|had|got|keeps|$|he|she|limping|been|years|yrs|refuses|was|now|came|started|woke|complains|complaining|hurt))"
)
_CHILDREN = frozenset(
    [
        "son",
        "daughter",
        "boy",
        "girl",
        "child",
        "kid",
        "lad",
        "grandson",
        "granddaughter",
        "nephew",
        "niece",
        "toddler",
    ]
)
_CHILD_WORD = re.compile(
    r" (?:" + "|".join(sorted(_CHILDREN)) + r") "
    r"(?:is|aged|turned|just turned|who is) (?:now |only |nearly |almost )?("
    + "|".join(NUMBERS)
    + r")(?= (?:,|and|\)|-|but|$))"
)
# "She's nine, fever 39": a number as a word that ends the clause after somebody.
_WORD_AGE = re.compile(
    r" (?:he|she) (?:is|was|turned|turns) (?:only |just |nearly |almost )?("
    + "|".join(NUMBERS)
    + r")(?= (?:,|and|\)|-|$))"
)
_LAST = re.compile(r"(?:,|-|and|\() (\d{2})(?: \))? $")
_OVER = re.compile(
    r" (?:over|past|nearly|almost|pushing|approaching|turning|turned|into|in|at|hitting|and|,|be|is|am|just|"
    r"early|mid|late) (\d{2})(?= (?:,|and|now|so|but|with|next|this|years|-|\.|$|i|he|she|who|has|have)|$| $)"
)


_DIGIT = re.compile(r"\d")


def read_ages(joined: str, words: frozenset[str]) -> list[tuple[float, int]]:
    """Return (years, place in `joined`) for each age in a sentence whose `words` are joined by spaces.

    Patterns are tried only where the words hold what they need: a digit, "old", a child.
    """
    ages: list[tuple[float, int]] = []
    if _DIGIT.search(joined):
        for pattern in (_AGE_AFTER, _AGE_YEARS, _SEX_AGE, _GLUED_AGE, _AT_START, _RELATION_AGE, _LAST):
            for m in pattern.finditer(joined):
                number = next(g for g in m.groups() if g)
                if not _is_no_age(joined, m.start(), float(number)):
                    ages.append((float(number), m.start()))
    ends_in_old = "old " in joined
    if ends_in_old:
        ages += [(0.8, m.start()) for m in _AGE_MONTHS.finditer(joined)]
    if not _CHILDREN.isdisjoint(words):
        ages += [(float(NUMBERS[m.group(1)]), m.start()) for m in _CHILD_WORD.finditer(joined)]
    if "he" in words or "she" in words:
        ages += [(float(NUMBERS[m.group(1)]), m.start()) for m in _WORD_AGE.finditer(joined)]
    if ends_in_old or "of age " in joined or "yo " in joined:
        for m in _AGE_WORD_YEARS.finditer(joined):
            years = NUMBERS[m.group(1)] + (NUMBERS[m.group(2)] if m.group(2) else 0)
            ages.append((float(years), m.start()))
    ages += _named_ages(joined, words)
    return [(years, place) for years, place in ages if 0 < years <= 110]


def _named_ages(joined: str, words: frozenset[str]) -> list[tuple[float, int]]:
    """Return the ages that one word names: "in her sixties", "my toddler"."""
    if _AGE_NAMES.isdisjoint(words):
        return []
    ages: list[tuple[float, int]] = []
    for word, number in _DECADES.items():
        if word in words:
            place = joined.find(f" {word} ")
            if not _BEFORE_DECADE.isdisjoint(joined[:place].split()[-3:]):
                ages.append((float(number), place))
    for word, years in _AGE_WORDS.items():
        if word in words:
            place = joined.find(f" {word} ")
            before = joined[:place].split()
            if before[-2:-1] and before[-2] in ("as", "was", "since", "like") and before[-1] in ("a", "an"):
                continue  # "as a teenager I ran": of the past
            if before[-2:-1] and before[-2] in ("had", "having", "have") and word in ("baby", "newborn"):
                continue  # "my wife had a baby": the age of neither, she is spoken of
            if (
                years > 50
                or before[-1:] in (["my"], ["our"], ["the"], ["a"], ["her"], ["his"], [])
                or before[-2:-1] in (["my"], ["our"])
            ):
                ages.append((years, place))
    return ages


_AGE_NAMES = frozenset((*_DECADES, *_AGE_WORDS))
_BEFORE_DECADE = frozenset(("in", "my", "his", "her", "early", "mid", "late", "their"))
# Numbers of a scale, not of a person: "my pain is 7".
_SCALED = frozenset(("pain", "level", "score", "it", "ache", "severity", "vas", "number", "scale"))
_AFTER_AGE = frozenset(
    (
        "and",
        "but",
        "so",
        "or",
        "year",
        "years",
        "yrs",
        "yr",
        "old",
        "with",
        "he",
        "she",
        "his",
        "her",
        "who",
        "has",
        "now",
    )
)
YOUNGEST_WRITER = 6.0


def _is_of_the_past(joined: str, place: int) -> bool:
    """Return whether the age at `place` of `joined` is one that is over: "I broke it at age 10"."""
    return is_of_youth_told(tuple(joined.split()), joined.count(" ", 0, place))


def _is_no_age(joined: str, place: int, years: float) -> bool:
    """Return whether the number at `place` rates a pain, counts things, is of the past or too young to write."""
    before = joined[: place + 1].split()[-2:]
    verb, _, *after = [*joined[place:].split()[:3], "", ""]
    if verb in ("is", "was") and before and before[-1] in _SCALED:
        return True
    if verb in ("age", "aged") and _is_of_the_past(joined, place):
        return True
    if verb == "was" and (after[0] in ("when", "at") or (before and before[0] in ("since", "when", "until"))):
        return True
    if verb in ("only", "just", "nearly", "almost") and years < 18:
        return after[0].isalpha() and after[0] not in _AFTER_AGE
    return years < YOUNGEST_WRITER and verb in ("am", "im")
