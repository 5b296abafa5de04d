"""Tells an age that is over ("when I was nine", "since the age of ten") from a stretch of time."""

from __future__ import annotations

from server.red_flags.numbers import SPANS, number_at
from server.red_flags.phrases import phrase_list

YOUTH_DAYS = 2000.0  # "when I was nine": years ago, how many is seldom said
_GROWN = 18
_YOUNG = frozenset(phrase_list("words", "young", SPANS))
_NOT_YOUNG = frozenset(phrase_list("words", "not_young", SPANS))
_NOT_YEARS = frozenset(phrase_list("words", "not_years", SPANS))
_CHILDREN = frozenset(phrase_list("words", "children", SPANS))


def is_of_past_age(words: tuple[str, ...], i: int) -> bool:
    """Return whether "when I was 9" stands at `words[i:]`: an age that is over, in years."""
    if not 0 <= i < len(words) or words[i] != "when" or words[i + 1 : i + 2] not in (("i",), ("he",), ("she",)):
        return False
    if words[i + 2 : i + 3] != ("was",):
        return False
    rest = [w for w in words[i + 3 : i + 7] if w not in ("about", "only", "just", "around", "aged")]
    number = number_at(tuple(rest), 0) if rest[:1] not in (["a"], ["an"]) else None
    return number is not None and number >= 1 and _NOT_YEARS.isdisjoint(rest[1:2])


def is_of_youth_told(words: tuple[str, ...], i: int) -> bool:
    """Return whether "at age 10", "since the age of 10" or "when aged 10" stands around `words[i]`, "age" or "aged".

    Not where a child is named before it: "my son, at age 10".
    """
    head = [w for w in words[max(0, i - 3) : i] if w not in ("the", "about", "around", "only")]
    number = number_at(words, i + 1 + (words[i + 1 : i + 2] == ("of",)))
    if number is None or not 0 < number < _GROWN or not head or head[-1] not in ("at", "since", "from", "when", "by"):
        return False
    return _CHILDREN.isdisjoint(words[:i])


def is_of_youth_since(words: tuple[str, ...], i: int) -> bool:
    """Return whether "since I was 9", "... a girl" or "... little" stands at `words[i]`, not "since I was laid up"."""
    after = words[i + 1 : i + 2]
    if after == ("in",) or after == ("at",):
        return not _NOT_YOUNG.intersection(words[i + 2 : i + 4])
    return not after or after[0] in _YOUNG or number_at(words, i + 1) is not None


def is_of_youth(words: tuple[str, ...], i: int) -> bool:
    """Return whether "was 8 when" of somebody grown stands at `words[i:]`."""
    number = number_at(words, i + 1)
    after = words[i + 2 : i + 3]
    return number is not None and 1 < number < _GROWN and after in (("when",), ("and",)) and words[i - 1] == "i"
