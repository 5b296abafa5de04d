"""Decides which verb a "can't" belongs to: "I can't see blood in my urine" tells of no trouble with peeing (B3)."""

from __future__ import annotations

from collections.abc import Sequence

from server.red_flags.phrases import Wording, phrase_list, phrases

UNABLE = frozenset(phrase_list("scope", "unable"))
_PEEING = frozenset(phrase_list("reading", "pee_words"))
_TOILETS = _PEEING | frozenset(phrase_list("scope", "toilets"))
_OTHER_ACTS = frozenset(phrase_list("scope", "other_acts"))
_SOUGHT = frozenset(phrase_list("scope", "sought"))
_SEES = frozenset(phrase_list("scope", "sees"))
_SEEN = frozenset(phrase_list("scope", "seen"))
_SLIGHT = frozenset(phrase_list("scope", "slight"))
_UNSAID = phrases("scope", "unsaid")
_BETWEEN = frozenset(("to", "even", "really", "always", "seem", "seems", "still", "yet", "manage", "just", "ever"))
_LISTS = frozenset(("to", "or", "nor", "and"))


def is_of_another_act(words: Sequence[str], places: Sequence[int]) -> bool:
    """Return whether the "can't" of a match belongs to a verb that is none of peeing.

    Args:
        words: of the sentence.
        places: indexes in `words` of the matched words, in order. A list of verbs ("can't eat, sleep or pee"), what
            something is done for ("can't find a way to pee") and a lost feeling that is sought keep the match.
    """
    unable = next((place for place in places if words[place] in UNABLE), None)
    if unable is None:
        return False
    if Wording(tuple(words[unable:])).first_of(_UNSAID, 0, 5) or _is_said_fine(words, places[0], unable):
        return True
    verb = next((i for i in range(unable + 1, len(words)) if not _is_between(words[i])), None)
    if verb is None:
        return False
    meant = next((place for place in places if place > verb and words[place] in _PEEING), None)
    if meant is not None and words[meant - 1] in _LISTS:
        return False
    if not _SOUGHT.isdisjoint(words[verb + 1 : verb + 5]):
        return False
    if words[verb] == "reach" or tuple(words[verb : verb + 2]) == ("get", "to"):
        return _TOILETS.isdisjoint(words[verb + 1 : verb + 5])
    return words[verb] in _OTHER_ACTS or (words[verb] in _SEES and not _SEEN.isdisjoint(words[verb + 1 : verb + 5]))


def _is_said_fine(words: Sequence[str], start: int, unable: int) -> bool:
    """Return whether "bladder's fine, just can't shift this ache" stands there: the "can't" is of another matter."""
    between = words[start + 1 : unable]
    return words[start] in _PEEING and "," in between and not _FINE.isdisjoint(between[:3])


_FINE = frozenset(("fine", "ok", "okay", "normal", "good", "alright"))


def unseen(words: Sequence[str], start: int) -> str | None:
    """Return the "can't see" that denies the visible sign at `words[start]`, None when there is none before it."""
    head = tuple(words[max(0, start - 8) : start])
    said = Wording(head).first_of(_UNSAID) if head else None
    if said is not None:
        return said
    if words[start] not in _SEEN:
        return None
    place = start - 1
    while place >= 0 and words[place] in _SLIGHT:
        place -= 1
    if place < 1 or words[place] not in _SEES:
        return None
    place -= 1
    while place > 0 and _is_between(words[place]):
        place -= 1
    return f"{words[place]} see" if words[place] in ("cant", "couldnt", "unable") else None


def _is_between(word: str) -> bool:
    return word in _BETWEEN or (word.endswith("ly") and len(word) > 4)


def is_shunned(words: Sequence[str], start: int) -> bool:
    """Return whether the act at `words[start]` is feared or avoided: "scared to lift anything", "I avoid bending"."""
    before = words[max(0, start - 4) : start]
    if not _AVOIDS.isdisjoint(before[-2:]):
        return True
    return before[-1:] in (("to",), ("of",)) and not _FEARS.isdisjoint(before)


_AVOIDS = frozenset(("avoid", "avoids", "avoiding", "avoided", "darent"))
_FEARS = frozenset(
    (
        "scared",
        "afraid",
        "frightened",
        "terrified",
        "nervous",
        "wary",
        "dare",
        "fear",
        "petrified",
        "anxious",
        "careful",
    )
)
