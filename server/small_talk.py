"""Messages that ask the library nothing: greetings, thanks, other languages, gibberish, and the like."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import cast

from server.intents import Request

DATA = Path(__file__).parent / "data" / "small-talk.toml"
# Keys that lie side by side, as fingers run over them.
_KEY_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_KEY_RUN = 5
_FILLERS = frozenset({"blah", "bla", "la", "ha", "um", "hmm", "meh", "lol", "yada", "test"})
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_OTHER_SCRIPT_SHARE = 0.4
_UNKNOWN_SHARE = 0.67


@dataclass(frozen=True, slots=True)
class _Patterns:
    requests: tuple[tuple[Request, re.Pattern[str]], ...]
    languages: dict[str, frozenset[str]]


def small_talk(message: str, knows: Callable[[str], bool]) -> Request | None:
    """Return what a message that asks nothing is, or None when the library should be asked.

    Args:
        message: what the person wrote.
        knows: whether a word is known, as the library's or as ordinary English.
    """
    plain = re.sub(r"\s+", " ", message.casefold().replace("’", "'"))
    plain = re.sub(r"[^\w' ,\-*]+", " ", plain).strip(" ,-")
    plain = re.sub(r"\s+", " ", plain)
    words = _WORD.findall(message)
    language = language_of(message)
    if language == "other":
        return "other_language"
    if not words:
        return None if re.search(r"\d", message) else "gibberish"
    for name, pattern in _patterns().requests:
        if pattern.fullmatch(plain):
            return name
    if language not in ("English", ""):
        return "other_language"
    return "gibberish" if _is_gibberish(words, knows) else None


def language_of(message: str) -> str:
    """Return the language a message seems to be in, `other` for another script, or nothing when it cannot be told.

    >>> language_of("me duele la espalda desde hace una semana")
    'Spanish'
    """
    if not message.isascii() and _is_in_another_script(message):
        return "other"
    words = [word.casefold().replace("’", "'") for word in _WORD.findall(message)]
    counts = {name: sum(word in common for word in words) for name, common in _patterns().languages.items()}
    english = counts.pop("English")
    best = max(counts, key=lambda name: counts[name])
    if counts[best] >= 2 and counts[best] > english + 1 and counts[best] >= 0.3 * len(words):
        return best
    return "English" if english else ""


def _is_in_another_script(message: str) -> bool:
    letters = [letter for letter in message if letter.isalpha()]
    latin = sum("LATIN" in unicodedata.name(letter, "") for letter in letters)
    return bool(letters) and latin < (1 - _OTHER_SCRIPT_SHARE) * len(letters)


@cache
def _patterns() -> _Patterns:
    raw = tomllib.loads(DATA.read_text(encoding="utf-8"))
    requests = [(cast(Request, name), cue) for name, found in raw["patterns"].items() for cue in found]
    compiled = [(name, re.compile(cue.replace(" ?", r"\s*").replace(" ", r"\s+"))) for name, cue in requests]
    return _Patterns(tuple(compiled), {name: frozenset(words) for name, words in raw["languages"].items()})


def _is_gibberish(words: list[str], knows: Callable[[str], bool]) -> bool:
    """Return whether hardly a word is known; one short unknown word may be a name or a typing slip."""
    if len(words) > 1 and len({word.casefold() for word in words}) == 1 and words[0].casefold() in _FILLERS:
        return True
    if len(words) == 1:
        lower = words[0].lower()
        return not knows(words[0]) and (not re.search(r"[aeiouy]", lower) or _runs_over_keys(lower))
    known = 0
    for word in words:
        known += knows(word)
        if len(words) - known < _UNKNOWN_SHARE * len(words):
            return False  # whatever the other words are
    return True


def _runs_over_keys(word: str) -> bool:
    """Return whether a word holds a run of neighbouring keys, as `asdfgh` does."""
    runs = (word[at : at + _KEY_RUN] for at in range(len(word) - _KEY_RUN + 1))
    return any(run in row or run[::-1] in row for run in runs for row in _KEY_ROWS)
