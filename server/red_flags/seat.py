"""Tells numbness of the seat from that of a leg or the back that stands nearer, and from sleep (D1, B8)."""

from __future__ import annotations

from collections.abc import Sequence

from server.red_flags.clauses import Sentence
from server.red_flags.phrases import phrase_list

SEAT_SIGNS = frozenset(("saddle_numb", "buttock_numb_patch", "unclear_saddle"))
NUMB_SIGNS = SEAT_SIGNS | {"both_legs", "leg_numb"}
_SEATS = frozenset(phrase_list("seat", "seats"))
_LEGS = frozenset(phrase_list("seat", "legs"))
_OTHER_PLACES = _LEGS | frozenset(phrase_list("seat", "places"))
_PREPOSITIONS = frozenset(("behind", "bottom"))  # of them "my behind" and "my bottom" are parts of the body
_SMALL = frozenset(("of", "the", "my", "his", "her", "both", "each", "left", "right", "lower", "upper", "a"))
_JOINS = _SMALL | {"and", ",", "&", "plus", "or", "/"}
_NEAR = 3
_SLEEPERS = frozenset(phrase_list("seat", "sleepers"))


def is_of_elsewhere(feature: str, places: Sequence[int], sentence: Sentence) -> bool:
    """Return whether lost feeling at `places` of `sentence` is that of a leg, the back or a car seat, not of the seat.

    Args:
        feature: id of the feature that was matched.
        places: indexes in `sentence.words` of the matched words.
    """
    if feature not in SEAT_SIGNS:
        return False
    words = sentence.words
    seats = [place for place in places if words[place] in _SEATS]
    if not seats:
        return False
    if all(_is_preposition(words, place) for place in seats):
        return True
    qualities = [place for place in places if place not in seats and words[place] not in _LEGS]
    legs = [i for i, word in enumerate(words) if word in _LEGS and i not in places]
    return any(_is_nearer(words, quality, leg, seats) for quality in qualities for leg in legs)


def is_sleep(places: Sequence[int], sentence: Sentence) -> bool:
    """Return whether "asleep" at `places` is said of a person: "his legs jerk while he's asleep"."""
    words = sentence.words
    asleep = [place for place in places if words[place] == "asleep"]
    return any(
        not _SLEEPERS.isdisjoint(words[max(0, place - 2) : place])
        and (_LEGS | _SEATS).isdisjoint(words[max(0, place - 4) : place])
        for place in asleep
    )


def _is_preposition(words: Sequence[str], place: int) -> bool:
    """Return whether "behind" or "bottom" leads to another place: "behind my knee", "at the bottom of my back"."""
    if words[place] not in _PREPOSITIONS:
        return False
    rest = place + 1
    while rest < len(words) and words[rest] in _SMALL:
        rest += 1
    if rest == place + 1 and words[place] == "bottom":
        return False
    return words[rest : rest + 1] != () and words[rest] in _OTHER_PLACES


def _is_nearer(words: Sequence[str], quality: int, leg: int, seats: Sequence[int]) -> bool:
    """Return whether a quality belongs to the leg: "tingling down my leg when I stretch my bum"."""
    seat = min(seats, key=lambda place: abs(place - quality))
    if not abs(leg - quality) < min(abs(seat - quality), _NEAR + 1):
        return False
    low, high = sorted((leg, seat))
    return not _JOINS.issuperset(words[low + 1 : high])  # "numb leg and bum" is both
