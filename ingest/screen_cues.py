"""The cues of screening, read from `data/screen.toml`: what marks a paragraph, a heading or a line as not advice."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal, cast, get_args

Reason = Literal[
    "biography",
    "disclaimer",
    "promotion",
    "navigation",
    "cookies",
    "copyright",
    "figure",
    "references",
    "byline",
    "comments",
    "contact",
    "symbol",
]
Cue = tuple[re.Pattern[str], float]
Family = tuple[Reason, re.Pattern[str], float, int]  # weight of one word, words of the longest paragraph it counts in

_RAW = (Path(__file__).parent / "data" / "screen.toml").read_bytes()

_MAX_FAMILY_WORDS = 4
_MAX_CRUMB_WORDS = 6
_MAX_MENU_ITEM_WORDS = 4
_CAPTION = re.compile(
    r"^\(?(?:(?:figure|fig\.?) ?\d+[a-d]?[\s.:–-]"
    r"|(?:image|photo|picture|illustration|diagram|video|table) ?\d+[a-d]?\s?[.:–-])",
    re.IGNORECASE,
)
_SEPARATOR = re.compile(r"\s*(?:>|»|›|→|\||·|•|/(?=\s))\s*")
_NOT_COUNTED = frozenset(("the", "to", "a", "and", "of", "on"))


def heading_reason(heading: str) -> Reason | None:
    """Return the reason a heading by itself gives ("About the author"), or None."""
    text = heading.strip(" :.…»>")
    return next((reason for pattern, reason in _HEADINGS if pattern.fullmatch(text)), None)


def cue_scores(text: str) -> dict[Reason, float]:
    """Return what the cues and the different words of each family found in a paragraph weigh, by reason."""
    scores: dict[Reason, float] = {}
    for reason, cues in CUES.items():
        score = sum(weight for pattern, weight in cues if pattern.search(text))
        if score:
            scores[reason] = score
    length = len(text.split())
    for reason, pattern, weight, most_words in _FAMILIES:
        found = {match[0].casefold() for match in pattern.finditer(text)} if length <= most_words else set()
        if found:
            scores[reason] = scores.get(reason, 0.0) + weight * min(len(found), _MAX_FAMILY_WORDS)
    return scores


def is_warning(text: str) -> bool:
    """Return whether a text tells a warning sign and that help is needed soon."""
    return _URGENT.search(text) is not None and _SIGNS.search(text) is not None


def is_breadcrumb(text: str) -> bool:
    """Return whether a line is a trail or bar of short links: Home > Conditions > Hip pain."""
    parts = [part for part in _SEPARATOR.split(text) if part]
    if len(parts) < 3 or text.rstrip().endswith((".", "?", "!")):
        return False
    return all(len(part.split()) <= _MAX_CRUMB_WORDS for part in parts)


def is_addresses(text: str) -> bool:
    """Return whether a line is web addresses and hardly anything else, as notes and lists of links are."""
    words = text.split()
    addresses = sum(1 for word in words if "://" in word or word.startswith("www."))
    return addresses > 0 and len(words) - addresses <= 2 + addresses


def is_menu(texts: Sequence[str]) -> bool:
    """Return whether the items of a list are those of a menu: very short, and mostly words that menus are made of."""
    letters = sum(1 for text in texts if len(text.strip()) == 1)
    if letters >= max(5, 0.7 * len(texts)):
        return True
    if any(len(text.split()) > _MAX_MENU_ITEM_WORDS or text.endswith((".", "!", "?", ";", ",")) for text in texts):
        return False
    known = sum(1 for text in texts if _share_of_menu_words(text) >= 0.5)
    return known >= max(2, 0.5 * len(texts))


def short_line_reason(text: str, *, advises: bool) -> Reason | None:
    """Return why a short paragraph is page furniture, or None; where it `advises`, only clear cases count."""
    words = text.split()
    for pattern, reason, always in _LINES:
        if (always or not advises) and pattern.match(text) and not (text.lower().startswith("by ") and len(words) > 10):
            return reason
    if _CAPTION.match(text):
        return "figure"
    if len({match[0] for match in CONTACT.finditer(text)}) >= 2:
        return "contact"
    if advises:
        return None
    if CONTACT.search(text) and len(words) <= 8:
        return "contact"
    is_phrase = 2 <= len(words) <= 12 and not text.endswith((".", "!", "?"))
    return "navigation" if is_phrase and _share_of_menu_words(text) >= 0.6 else None


def _share_of_menu_words(text: str) -> float:
    words = [word for word in re.split(r"[^\w-]+", text.lower()) if word and word not in _NOT_COUNTED]
    return sum(word in _MENU for word in words) / len(words) if words else 0.0


def _tables(values: Mapping[str, object], name: str) -> list[Mapping[str, object]]:
    return cast(list[Mapping[str, object]], values[name])


def _any_of(table: Mapping[str, object], words: Mapping[str, str], form: str = "%s") -> re.Pattern[str]:
    patterns = "|".join(cast(list[str], table["patterns"]))
    for name, meaning in words.items():
        patterns = patterns.replace(f"<{name}>", meaning)
    return re.compile(form % f"(?:{patterns})", 0 if table.get("case") else re.IGNORECASE)


def _reason(table: Mapping[str, object]) -> Reason:
    if table["reason"] not in get_args(Reason):
        raise ValueError(f"screen.toml: expected one of {get_args(Reason)}, found {table['reason']!r}")
    return cast(Reason, table["reason"])


def _cues(values: Mapping[str, object], words: Mapping[str, str]) -> dict[Reason, tuple[Cue, ...]]:
    found: dict[Reason, list[Cue]] = {}
    for table in _tables(values, "cue"):
        found.setdefault(_reason(table), []).append((_any_of(table, words), float(cast(float, table["weight"]))))
    return {reason: tuple(cues) for reason, cues in found.items()}


def _words(table: str, name: str) -> re.Pattern[str]:
    words = cast(Mapping[str, list[str]], _VALUES[table])[name]
    return re.compile(rf"(?<!\w)(?:{'|'.join(words)})(?!\w)", re.IGNORECASE)


_VALUES: Mapping[str, object] = tomllib.loads(_RAW.decode())
_WORDS = cast(Mapping[str, str], _VALUES["words"])
CUES = _cues(_VALUES, _WORDS)
ADVICE = _words("advice", "words")
_URGENT, _SIGNS = _words("warning", "urgent"), _words("warning", "signs")
CONTACT = _any_of(cast(Mapping[str, object], _VALUES["contact"]), _WORDS)
_FAMILIES: tuple[Family, ...] = tuple(
    (
        _reason(table),
        _any_of(table, _WORDS, r"(?:(?<!\w)%s(?!\w))"),
        float(cast(float, table["weight"])),
        int(cast(int, table.get("most_words", 10_000))),
    )
    for table in _tables(_VALUES, "family")
)
_HEADINGS = tuple((_any_of(table, _WORDS), _reason(table)) for table in _tables(_VALUES, "heading"))
_LINES = tuple(
    (_any_of(table, _WORDS, "^%s" if table.get("starts") else r"^%s\W*$"), _reason(table), bool(table.get("always")))
    for table in _tables(_VALUES, "line")
)
_MENU = frozenset(cast(Mapping[str, list[str]], _VALUES["menu"])["words"])
