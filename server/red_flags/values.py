"""Reads numbers and stretches of time from clean words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

NUMBERS = {
    "a": 1,
    "an": 1,
    "one": 1,
    "two": 2,
    "couple": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "eleven": 11,
    "twelve": 12,
    "thirteen": 13,
    "fourteen": 14,
    "fifteen": 15,
    "sixteen": 16,
    "seventeen": 17,
    "eighteen": 18,
    "nineteen": 19,
    "twenty": 20,
    "thirty": 30,
    "forty": 40,
    "fifty": 50,
    "sixty": 60,
    "seventy": 70,
    "eighty": 80,
    "ninety": 90,
    "hundred": 100,
    "few": 4,
    "several": 5,
    "half": 0.5,
    "many": 10,
    "some": 4,
}
UNIT_DAYS = {
    "second": 0.0,
    "seconds": 0.0,
    "sec": 0.0,
    "secs": 0.0,
    "minute": 0.001,
    "minutes": 0.001,
    "min": 0.001,
    "hour": 0.04,
    "hours": 0.04,
    "day": 1.0,
    "days": 1.0,
    "night": 1.0,
    "nights": 1.0,
    "week": 7.0,
    "weeks": 7.0,
    "fortnight": 14.0,
    "fortnights": 14.0,
    "month": 30.0,
    "months": 30.0,
    "year": 365.0,
    "years": 365.0,
    "decade": 3650.0,
    "decades": 3650.0,
    "weekend": 4.0,
    "weekends": 7.0,
    "morning": 1.0,
    "mornings": 1.0,
    "wk": 7.0,
    "mo": 30.0,
    "mos": 30.0,
    "moons": 30.0,
}
_RECENT = {
    "yesterday": 1.0,
    "today": 0.0,
    "tonight": 0.0,
    "monday": 4.0,
    "tuesday": 4.0,
    "wednesday": 4.0,
    "thursday": 4.0,
    "friday": 4.0,
    "saturday": 4.0,
    "sunday": 4.0,
    "now": 0.0,
    "mon": 4.0,
    "tue": 4.0,
    "tues": 4.0,
    "weds": 4.0,
    "thurs": 4.0,
    "fri": 4.0,
    "sat": 4.0,
    "sun": 4.0,
    "morning": 0.0,
    "afternoon": 0.0,
    "evening": 0.0,
    "lunchtime": 0.0,
    "breakfast": 0.0,
    "lunch": 0.0,
    "dinner": 0.0,
    "teatime": 0.0,
    "dawn": 0.0,
    "weekend": 4.0,
}
_PARTS_OF_DAY = frozenset(
    ["morning", "afternoon", "evening", "lunchtime", "breakfast", "lunch", "dinner", "teatime", "dawn", "now"]
)
_MONTHS = frozenset(
    ["january", "february", "march", "april", "june", "july", "august", "september", "october", "november", "december"]
)
_SEASONS = frozenset(["christmas", "easter", "summer", "winter", "spring", "autumn"])
_TIME_WORDS = frozenset((*UNIT_DAYS, *_PARTS_OF_DAY, *_RECENT, *_MONTHS, *_SEASONS, "was", "age", "aged"))


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time in days, where it was read, and its kind: "ago", "for", "since" or "on"."""

    days: float
    kind: str
    index: int


def number_at(words: tuple[str, ...], index: int) -> float | None:
    """Return the number that `words[index]` stands for, None when it is not one."""
    if not 0 <= index < len(words):
        return None
    word = words[index]
    if word in NUMBERS:
        return float(NUMBERS[word])
    try:
        return float(word.replace(",", "."))
    except ValueError:
        return None


def read_spans(words: tuple[str, ...]) -> list[Span]:
    """Return the stretches of time named in a sentence, in order."""
    spans: list[Span] = []
    for i, word in enumerate(words):
        if word in _TIME_WORDS:
            spans += _spans_at(words, i)
        elif len(word) == 4 and word[:2] in ("19", "20") and word.isdigit():
            spans.append(Span(_since_year(int(word)), "on", i))
        elif word.endswith(_PARTS) and (days := _of_parts(word)):
            spans.append(Span(days, "bare", i))
    return spans


_PARTS = ("/52", "/12")


def _of_parts(word: str) -> float | None:
    """Return the days of a clinician's "3/52" (weeks) or "4/12" (months), None for other fractions."""
    count, _, parts = word.partition("/")
    if not count.isdigit() or not 0 < int(count) <= (52 if parts == "52" else 24):
        return None
    return int(count) * (7.0 if parts == "52" else 30.0)


def _spans_at(words: tuple[str, ...], i: int) -> list[Span]:
    word = words[i]
    if word in UNIT_DAYS and word not in ("morning", "mornings", "night", "nights", "weekend"):
        return _unit_span(words, i)
    if word in _PARTS_OF_DAY and words[max(0, i - 1) : i] != ("this",) and not _since(words, i):
        return []  # "in the morning" says nothing of when it began
    if word in _ALSO_VERBS and not _is_weekday(words, i):
        return []  # "he sat on the kerb", "too long in the sun"
    if word in _RECENT:
        return [_recent_span(words, i)]
    if word == "was" and words[max(0, i - 3) : i] in (("first", "since", "i"), ("time", "since", "i")):
        return []  # "the first time since I was a kid": new
    if word == "was" and words[max(0, i - 2) : i] == ("since", "i") and _is_of_youth_since(words, i):
        return [Span(_YOUTH_DAYS, "since", i)]
    if word == "was":
        return [Span(_YOUTH_DAYS, "ago", i)] if is_of_past_age(words, i - 2) or _is_of_youth(words, i) else []
    if word in ("age", "aged"):
        return [Span(_YOUTH_DAYS, "ago", i)] if is_of_youth_told(words, i) else []
    if word in _SEASONS and words[i + 1 : i + 2] and words[i + 1] in _OF_SEASON:
        return []  # "carrying the Christmas boxes"
    if word in _MONTHS or word in _SEASONS:
        last = "last" in words[max(0, i - 2) : i]
        return [Span(200.0 if last else 60.0, "since" if _since(words, i) else "on", i)]
    return []


_OF_SEASON = frozenset(
    (
        "box",
        "boxes",
        "tree",
        "trees",
        "lights",
        "dinner",
        "shopping",
        "presents",
        "decorations",
        "cake",
        "card",
        "cards",
        "eggs",
        "boots",
        "tyres",
        "coat",
        "clothes",
        "roll",
        "rolls",
        "clean",
        "onions",
        "bulbs",
        "turkey",
        "jumper",
    )
)
_ALSO_VERBS = frozenset(("sat", "sun"))
_BEFORE_WEEKDAY = frozenset(
    (
        "since",
        "on",
        "last",
        "this",
        "next",
        "every",
        "by",
        "until",
        "till",
        "from",
        "and",
        "or",
        "to",
        ",",
        "-",
        "/",
        "fri",
    )
)
_AFTER_WEEKDAY = frozenset(("night", "morning", "afternoon", "evening", "am", "pm", "lunchtime"))


def _is_weekday(words: tuple[str, ...], i: int) -> bool:
    """Return whether "sat" or "sun" at `words[i]` is the day: "since sat", "sat night", not "he sat on the kerb"."""
    if words[i + 1 : i + 2] and words[i + 1] in _AFTER_WEEKDAY:
        return True
    return (
        i > 0 and words[i - 1] in _BEFORE_WEEKDAY and words[i + 1 : i + 2] not in (("on",), ("down",), ("in",), ("at",))
    )


def _is_of_youth_since(words: tuple[str, ...], i: int) -> bool:
    """Return whether "since I was 9", "... a girl" or "... little" stands at `words[i]`, not "since I was laid up"."""
    after = words[i + 1 : i + 2]
    if after == ("in",) or after == ("at",):
        return not _CARE.intersection(words[i + 2 : i + 4])
    return not after or after[0] in _YOUNG or number_at(words, i + 1) is not None


_CARE = frozenset(("hospital", "plaster", "cast", "traction", "icu", "bed", "theatre", "labour", "it", "work"))
_YOUNG = frozenset(
    ("about", "around", "only", "just", "young", "younger", "little", "small", "born", "wee", "tiny", "like")
)

_YOUTH_DAYS = 2000.0  # "when I was nine": years ago, how many is seldom said
_NOT_YEARS = frozenset(
    ("weeks", "week", "months", "month", "days", "day", "hours", "minutes", "stone", "kg", "pounds", "lbs", "metres")
)


def is_of_past_age(words: tuple[str, ...], i: int) -> bool:
    """Return whether "when I was 9" stands at `words[i:]`: an age that is over, in years."""
    if not 0 <= i < len(words) or words[i] != "when" or words[i + 1 : i + 2] not in (("i",), ("he",), ("she",)):
        return False
    if words[i + 2 : i + 3] != ("was",):
        return False
    rest = [w for w in words[i + 3 : i + 7] if w not in ("about", "only", "just", "around", "aged")]
    number = number_at(tuple(rest), 0) if rest[:1] not in (["a"], ["an"]) else None
    return number is not None and number >= 1 and _NOT_YEARS.isdisjoint(rest[1:2])


_GROWN = 18


def _is_of_youth(words: tuple[str, ...], i: int) -> bool:
    """Return whether "was 8 when" of somebody grown stands at `words[i:]`."""
    number = number_at(words, i + 1)
    after = words[i + 2 : i + 3]
    return number is not None and 1 < number < _GROWN and after in (("when",), ("and",)) and words[i - 1] == "i"


def is_of_youth_told(words: tuple[str, ...], i: int) -> bool:
    """Return whether "at age 10", "since the age of 10" or "when aged 10" stands around `words[i]`, "age" or "aged".

    Not where a child is named before it: "my son, at age 10".
    """
    head = [w for w in words[max(0, i - 3) : i] if w not in ("the", "about", "around", "only")]
    number = number_at(words, i + 1 + (words[i + 1 : i + 2] == ("of",)))
    if number is None or not 0 < number < _GROWN or not head or head[-1] not in ("at", "since", "from", "when", "by"):
        return False
    return _CHILDREN_NAMED.isdisjoint(words[:i])


_CHILDREN_NAMED = frozenset(
    ("son", "daughter", "boy", "girl", "child", "kid", "lad", "grandson", "granddaughter", "nephew", "niece", "toddler")
)


_TIMES = frozenset(("once", "twice", "thrice", "times", "days", "nights", "hours", "sessions", "visits"))


def _is_rate(words: tuple[str, ...], i: int) -> bool:
    """Return whether the unit at `words[i]` is that of "twice a week" or "three times per month"."""
    return i > 1 and words[i - 1] in ("a", "per", "each", "every") and words[i - 2] in _TIMES


def _unit_span(words: tuple[str, ...], i: int) -> list[Span]:
    if _is_rate(words, i):
        return []
    unit = UNIT_DAYS[words[i]]
    before = words[max(0, i - 4) : i]
    after = words[i + 1 : i + 4]
    if i and words[i - 1] in ("last", "past", "previous", "this", "in"):
        if words[i - 1] == "this":
            return [Span(min(unit, 7.0), "on", i)]
        return [Span(unit, "since" if _since(words, i) else "on", i)]
    number = None
    for back in (1, 2, 3):
        number = number_at(words, i - back)
        if number is not None and not (words[i - back] in ("a", "an") and back > 1 and unit < 100):
            break
    if number is None:
        vague = words[i] in ("years", "months", "weeks", "days", "hours", "decades")
        if vague and (
            set(before) & {"for", "over", "past", "last", "these"}
            or "ago" in after[:1]
            or (words[i] in ("years", "months", "weeks") and i == 0)
        ):
            number = 3.0
        else:
            return []
    days = number * unit
    if "ago" in after or "back" in after[:1] or "earlier" in after[:1] or "previously" in after[:1]:
        kind = "since" if _since(words, i) else "ago"
    elif "for" in before or "since" in before or "past" in before or "last" in before:
        kind = "for"
    elif words[i + 1 : i + 2] in (("old",), ("younger",)) or _is_of_pregnancy(words, i) or _is_years_had(words, i):
        kind = "age"
    else:
        kind = "bare"
    return [Span(days, kind, i)]


def _is_years_had(words: tuple[str, ...], i: int) -> bool:
    """Return whether "mother has 76 years" at `words[i]` tells an age, as many languages do."""
    if words[i] not in ("year", "years") or words[i - 2 : i - 1] not in (("has",), ("have",)):
        return False
    return words[max(0, i - 3)] in _WHO and words[i + 1 : i + 2] in ((), (",",), ("and",), ("-",))


_WHO = frozenset(
    (
        "i",
        "he",
        "she",
        "mother",
        "father",
        "mum",
        "dad",
        "husband",
        "wife",
        "grandmother",
        "grandfather",
        "nan",
        "grandad",
    )
)


def _is_of_pregnancy(words: tuple[str, ...], i: int) -> bool:
    """Return whether "22 weeks" at `words[i]` tells how far a pregnancy is: no onset of anything."""
    if words[i] not in ("weeks", "week", "months"):
        return False
    after = words[i + 1 : i + 2]
    if after and after[0] in ("pregnant", "gone", "preg", "pg", "along", "gestation"):
        return True
    is_told = words[max(0, i - 3) : i - 1] in (("i", "am"), ("she", "is"), ("now", "at"))
    return is_told and (not after or after[0] in ("and", ",", "with", "but"))


def _recent_span(words: tuple[str, ...], i: int) -> Span:
    if "last" in words[max(0, i - 1) : i] and words[i] in ("summer", "year"):
        return Span(200.0, "on", i)
    return Span(_RECENT[words[i]], "since" if _since(words, i) else "on", i)


def _since(words: tuple[str, ...], i: int) -> bool:
    return "since" in words[max(0, i - 4) : i]


def today() -> date:
    """Return the date from which named years are counted; tests replace it."""
    return date.today()


def _since_year(year: int) -> float:
    """Return the days since `year`, at least 100: a year that is named is seldom about last week."""
    return max((today().year - year) * 365.0, 100.0)
