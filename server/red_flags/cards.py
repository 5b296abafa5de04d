"""Advice cards: what is shown for an assessment, in whose words, and with which numbers (section C)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from server.red_flags.errors import DataFileError
from server.red_flags.levels import Assessment, Flag, Level

DATA = Path(__file__).parent / "data"
CARDS_FILE = DATA / "cards.toml"
REGIONS_FILE = DATA / "regions.toml"
UNKNOWN_REGION = "unknown"

Variant = Literal["emergency", "urgent", "non_urgent"]
VARIANTS: Mapping[Level, Variant] = {
    Level.EMERGENCY: "emergency",
    Level.SAME_DAY: "urgent",
    Level.SOON: "non_urgent",
    Level.ROUTINE: "non_urgent",
}
# Two categories that reach the same level share one card; more would bury what to do.
MAX_CATEGORIES = 2

_PEOPLE: Mapping[str, Mapping[str, str]] = {
    "writer": {"you": "you", "your": "your", "you_have": "you have", "you_are": "you are", "yourself": "yourself"},
    "other": {"you": "they", "your": "their", "you_have": "they have", "you_are": "they are", "yourself": "themselves"},
    "child": {
        "you": "they",
        "your": "their",
        "you_have": "the child has",
        "you_are": "the child is",
        "yourself": "themselves",
    },
}


@dataclass(frozen=True, slots=True)
class Card:
    """An advice card in one of three urgencies.

    `prefix` and `heading` are read as one phrase; the heading ends with a colon and `items` are what follows "if".
    `while_waiting` is what to do meanwhile, `go_now_if` what would make it an emergency, `note` a kind word or reason.
    """

    variant: Variant
    prefix: str
    heading: str
    items: tuple[str, ...]
    while_waiting: tuple[str, ...] = ()
    go_now_if: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Contact:
    """A number to ring; `href` is a `tel:` address, `region` whose number it is."""

    label: str
    href: str
    region: str


def card_for(assessment: Assessment, region: str | None) -> Card | None:
    """Return the card of an assessment, worded for the person concerned; None when there is no red flag.

    Args:
        region: "GB", "IE", "EU", "US", "CA" or "AU"; None or anything else gives several countries' numbers.
    """
    if assessment.level is Level.NONE or not assessment.flags:
        return None
    flags = _flags_on_card(assessment)
    parts = [_part(flag, assessment.level) for flag in flags]
    fill = _filler(assessment, region)
    headings: Mapping[str, str] = _cards()["headings"]
    notes = [parts[0].get("note", ""), *_extra_notes(assessment)]
    return Card(
        variant=VARIANTS[assessment.level],
        prefix=_cards()["prefixes"][assessment.level.label],
        heading=fill(parts[0].get("heading", headings[assessment.level.label])),
        items=_merged(parts, "items", fill),
        while_waiting=_merged(parts, "while_waiting", fill),
        go_now_if=_merged(parts, "go_now_if", fill),
        note=" ".join(fill(note) for note in notes if note),
    )


def contacts_for(assessment: Assessment, region: str | None) -> tuple[Contact, ...]:
    """Return the numbers that belong to the card, the one to ring first at the front; empty without a red flag."""
    if assessment.level < Level.SOON or not assessment.flags:
        return ()
    name, numbers = _region(region)
    category = assessment.flags[0].category
    wanted: list[Mapping[str, str]] = []
    if category == "self_harm":
        wanted += numbers["crisis_numbers"]
    if category == "medication":
        wanted += numbers["poison_numbers"]
    if assessment.level is Level.EMERGENCY:
        wanted = [*numbers["numbers"], *wanted]
    else:
        wanted = [*wanted, *numbers["urgent_numbers"], *numbers["numbers"]]
    found = [Contact(entry["label"], entry["href"], name) for entry in wanted]
    return tuple(dict.fromkeys(found))


def emergency_numbers() -> dict[str, tuple[str, tuple[Contact, ...]]]:
    """Return each region's name and the numbers for an emergency there; those of `unknown` hold where none is set."""
    return {
        region: (str(found["name"]), tuple(Contact(n["label"], n["href"], region) for n in found["numbers"]))
        for region, found in _regions().items()
    }


def one_line_reminder(assessment: Assessment, region: str | None) -> str:
    """Return the line that comes first on later turns while an urgent level stands; empty below `same_day`."""
    words: Mapping[str, str] = _cards()["reminder"]
    template = words.get(assessment.level.label, "")
    return _filler(assessment, region)(template) if template else ""


def safety_net(topic: str | None, region: str | None = None) -> str:
    """Return one line of safety net for an answer without a red flag.

    Args:
        topic: "hip", "leg", "child" or "medicines"; None or anything else gives the line about nerves of the back.
    """
    words: Mapping[str, str] = _cards()["safety_net"]
    _, numbers = _region(region)
    return words.get(topic or "default", words["default"]).format(**_PEOPLE["writer"], **_names(numbers))


def _flags_on_card(assessment: Assessment) -> list[Flag]:
    level = assessment.level
    shown = [
        f
        for f in assessment.flags
        if f.level == level and (level.label in _cards().get(f.category, {}) or level.label in _cards().get(f.rule, {}))
    ]
    return shown[:MAX_CATEGORIES] or [_nearest(assessment)]


def _part(flag: Flag, level: Level) -> Mapping[str, Any]:
    """Return the words for a flag: those of its rule where the file has them, else those of its category."""
    cards = _cards()
    own: Mapping[str, Mapping[str, Any]] = cards.get(flag.rule, {})
    part: Mapping[str, Any] = own[level.label] if level.label in own else cards[flag.category][level.label]
    return part


def _nearest(assessment: Assessment) -> Flag:
    """Return a flag whose category has a card at this level; every level has one that fits any category."""
    fallback = {Level.EMERGENCY: "general_emergency", Level.SAME_DAY: "motor_deficit", Level.SOON: "malignancy"}
    first = assessment.flags[0]
    category = fallback.get(assessment.level, "inflammatory")
    return Flag(category, first.rule, first.version, assessment.level, first.evidence)


def _extra_notes(assessment: Assessment) -> list[str]:
    notes: Mapping[str, str] = _cards()["notes"]
    extra = [notes["in_care"]] if assessment.in_care else []
    return extra + ([notes["refuses"]] if assessment.refuses and assessment.level >= Level.SAME_DAY else [])


def _merged(parts: Sequence[Mapping[str, Any]], name: str, fill: _Fill) -> tuple[str, ...]:
    return tuple(dict.fromkeys(fill(line) for part in parts for line in part.get(name, ())))


class _Fill:
    """Fills the places of a template with the words for one person and one region."""

    def __init__(self, words: Mapping[str, str]) -> None:
        self._words = words

    def __call__(self, template: str) -> str:
        # Notes are themselves templates, so the words are filled in twice.
        return template.format(**self._words).format(**self._words)


def _filler(assessment: Assessment, region: str | None) -> _Fill:
    _, numbers = _region(region)
    person = "child" if assessment.is_child else "other" if assessment.is_third_person else "writer"
    notes: Mapping[str, str] = _cards()["notes"]
    return _Fill({**_PEOPLE[person], **_names(numbers), "calm": notes["calm"], "child": notes["child"]})


def _names(numbers: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(numbers[name]) for name in ("emergency", "place", "urgent", "doctor")}


def _region(region: str | None) -> tuple[str, Mapping[str, Any]]:
    regions = _regions()
    name = region if region in regions else UNKNOWN_REGION
    return name, regions[name]


@lru_cache(maxsize=1)
def _regions() -> dict[str, Any]:
    regions = _load(REGIONS_FILE)
    wanted = {"name": str, "emergency": str, "place": str, "urgent": str, "doctor": str} | dict.fromkeys(
        ("numbers", "urgent_numbers", "crisis_numbers", "poison_numbers"), list
    )
    for region, numbers in regions.items():
        for name, kind in wanted.items():
            if not isinstance(numbers.get(name), kind):
                raise DataFileError(f"{REGIONS_FILE.name}: [{region}]: field {name!r}: expected {kind.__name__}")
    if UNKNOWN_REGION not in regions:
        raise DataFileError(f"{REGIONS_FILE.name}: expected a table [{UNKNOWN_REGION}]")
    return regions


@lru_cache(maxsize=1)
def _cards() -> dict[str, Any]:
    cards = _load(CARDS_FILE)
    for name in ("headings", "prefixes", "notes", "reminder", "safety_net"):
        if not isinstance(cards.get(name), dict):
            raise DataFileError(f"{CARDS_FILE.name}: expected a table [{name}]")
    places = {**_PEOPLE["writer"], "emergency": "", "place": "", "urgent": "", "doctor": "", "calm": "", "child": ""}
    for category, levels in cards.items():
        for level, part in levels.items() if category not in ("headings", "prefixes", "notes", "reminder") else ():
            lines = [part] if isinstance(part, str) else [str(v) for value in part.values() for v in _as_list(value)]
            for line in lines:
                _check_places(f"{CARDS_FILE.name}: [{category}.{level}]", line, places)
    return cards


def _check_places(where: str, line: str, places: Mapping[str, str]) -> None:
    try:
        line.format(**places)
    except (KeyError, IndexError, ValueError) as exc:
        raise DataFileError(f"{where}: a place that cannot be filled ({exc}) in {line[:60]!r}") from exc


def _as_list(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


def _load(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as exc:
        raise DataFileError(f"{path.name}: cannot be used: {exc}") from exc
