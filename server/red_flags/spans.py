"""Reads stretches of time from clean words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from server.red_flags.numbers import SPANS, number_at
from server.red_flags.phrases import number_table, phrase_list
from server.red_flags.youth import YOUTH_DAYS, is_of_past_age, is_of_youth, is_of_youth_since, is_of_youth_told

_UNIT_DAYS = number_table("unit_days", SPANS)
_RECENT_DAYS = number_table("recent_days", SPANS)
_PARTS_OF_DAY = frozenset(phrase_list("words", "parts_of_day", SPANS))
_MONTHS = frozenset(phrase_list("words", "months", SPANS))
_SEASONS = frozenset(phrase_list("words", "seasons", SPANS))
_OF_SEASON = frozenset(phrase_list("words", "of_season", SPANS))
_ALSO_VERBS = frozenset(phrase_list("words", "also_verbs", SPANS))
_BEFORE_WEEKDAY = frozenset(phrase_list("words", "before_weekday", SPANS))
_AFTER_WEEKDAY = frozenset(phrase_list("words", "after_weekday", SPANS))
_RATES = frozenset(phrase_list("words", "rates", SPANS))
_WHO_HAS_YEARS = frozenset(phrase_list("words", "who_has_years", SPANS))
_PARTS = ("/52", "/12")  # weeks and months as clinicians write them
_TIME_WORDS = frozenset((*_UNIT_DAYS, *_PARTS_OF_DAY, *_RECENT_DAYS, *_MONTHS, *_SEASONS, "was", "age", "aged"))


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time in days, where it was read, and its kind: "ago", "for", "since" or "on"."""

    days: float
    kind: str
    index: int


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


def _of_parts(word: str) -> float | None:
    """Return the days of a clinician's "3/52" (weeks) or "4/12" (months), None for other fractions."""
    count, _, parts = word.partition("/")
    if not count.isdigit() or not 0 < int(count) <= (52 if parts == "52" else 24):
        return None
    return int(count) * (7.0 if parts == "52" else 30.0)


def _spans_at(words: tuple[str, ...], i: int) -> list[Span]:
    word = words[i]
    if word in _UNIT_DAYS and word not in ("morning", "mornings", "night", "nights", "weekend"):
        return _unit_span(words, i)
    if word in _PARTS_OF_DAY and words[max(0, i - 1) : i] != ("this",) and not _since(words, i):
        return []  # "in the morning" says nothing of when it began
    if word in _ALSO_VERBS and not _is_weekday(words, i):
        return []  # "he sat on the kerb", "too long in the sun"
    if word in _RECENT_DAYS:
        return [_recent_span(words, i)]
    if word == "was" and words[max(0, i - 3) : i] in (("first", "since", "i"), ("time", "since", "i")):
        return []  # "the first time since I was a kid": new
    if word == "was" and words[max(0, i - 2) : i] == ("since", "i") and is_of_youth_since(words, i):
        return [Span(YOUTH_DAYS, "since", i)]
    if word == "was":
        return [Span(YOUTH_DAYS, "ago", i)] if is_of_past_age(words, i - 2) or is_of_youth(words, i) else []
    if word in ("age", "aged"):
        return [Span(YOUTH_DAYS, "ago", i)] if is_of_youth_told(words, i) else []
    if word in _SEASONS and words[i + 1 : i + 2] and words[i + 1] in _OF_SEASON:
        return []  # "carrying the Christmas boxes"
    if word in _MONTHS or word in _SEASONS:
        last = "last" in words[max(0, i - 2) : i]
        return [Span(200.0 if last else 60.0, "since" if _since(words, i) else "on", i)]
    return []


def _is_weekday(words: tuple[str, ...], i: int) -> bool:
    """Return whether "sat" or "sun" at `words[i]` is the day: "since sat", "sat night", not "he sat on the kerb"."""
    if words[i + 1 : i + 2] and words[i + 1] in _AFTER_WEEKDAY:
        return True
    return (
        i > 0 and words[i - 1] in _BEFORE_WEEKDAY and words[i + 1 : i + 2] not in (("on",), ("down",), ("in",), ("at",))
    )


def _is_rate(words: tuple[str, ...], i: int) -> bool:
    """Return whether the unit at `words[i]` is that of "twice a week" or "three times per month"."""
    return i > 1 and words[i - 1] in ("a", "per", "each", "every") and words[i - 2] in _RATES


def _unit_span(words: tuple[str, ...], i: int) -> list[Span]:
    if _is_rate(words, i):
        return []
    unit = _UNIT_DAYS[words[i]]
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
    return words[max(0, i - 3)] in _WHO_HAS_YEARS and words[i + 1 : i + 2] in ((), (",",), ("and",), ("-",))


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
    return Span(_RECENT_DAYS[words[i]], "since" if _since(words, i) else "on", i)


def _since(words: tuple[str, ...], i: int) -> bool:
    return "since" in words[max(0, i - 4) : i]


def today() -> date:
    """Return the date from which named years are counted; tests replace it."""
    return date.today()


def _since_year(year: int) -> float:
    """Return the days since `year`, at least 100: a year that is named is seldom about last week."""
    return max((today().year - year) * 365.0, 100.0)
