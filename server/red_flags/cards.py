"""Advice cards, phone contacts, reminders and safety-net lines, from data (specification, section C)."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from string import Formatter
from typing import Any

from server.red_flags.errors import DataFileError
from server.red_flags.levels import Assessment, Level
from server.red_flags.rules import CATEGORY_ORDER
from server.red_flags.timeline import relation_sex

CARDS = Path(__file__).parent / "data" / "cards.toml"
REGIONS = Path(__file__).parent / "data" / "regions.toml"
UNKNOWN_REGION = "unknown"
VARIANTS = {Level.EMERGENCY: "emergency", Level.SAME_DAY: "urgent", Level.SOON: "non_urgent", Level.ROUTINE: "non_urgent"}
PREFIXES = {"emergency": "Immediate action required", "urgent": "Urgent advice", "non_urgent": "Non-urgent advice"}
_PLACEHOLDERS = frozenset(("place", "emergency", "urgent_advice", "poisons", "crisis", "doctor", "they", "their", "them", "have", "are", "subject", "s"))
_WORDS = {
    "writer": {"they": "you", "their": "your", "them": "you", "have": "have", "are": "are", "subject": "You", "s": ""},
    "m": {"they": "he", "their": "his", "them": "him", "have": "has", "are": "is", "subject": "He", "s": "s"},
    "f": {"they": "she", "their": "her", "them": "her", "have": "has", "are": "is", "subject": "She", "s": "s"},
    "x": {"they": "they", "their": "their", "them": "them", "have": "have", "are": "are", "subject": "They", "s": ""},
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Card:
    """An advice card; `go_now_if` lists what would make it an emergency, `note` says what it is not."""

    variant: str
    prefix: str
    heading: str
    items: tuple[str, ...]
    while_waiting: tuple[str, ...] = ()
    go_now_if: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Contact:
    """A phone contact; `href` is a `tel:` address."""

    label: str
    href: str
    region: str


def card_for(assessment: Assessment, region: str | None) -> Card | None:
    """Return the card for the primary flag, worded for the person it is about; None at level `none`."""
    if assessment.level is Level.NONE or not assessment.flags:
        return None
    primary = assessment.flags[0]
    entry = _card_entry(primary.category, primary.rule)
    texts = entry[assessment.level.label] if assessment.level.label in entry else _generic(assessment.level)
    words = _words(assessment, region)
    variant = VARIANTS[assessment.level]
    items = list(texts["items"]) + _extra_items(assessment)
    return Card(
        variant, PREFIXES[variant], _fill(texts["heading"], words), tuple(_fill(t, words) for t in items),
        tuple(_fill(t, words) for t in texts.get("while_waiting", [])),
        tuple(_fill(t, words) for t in entry.get("go_now_if", [])) if assessment.level < Level.EMERGENCY else (),
        _fill(_data()["note"], words),
    )  # fmt: skip


def contacts_for(assessment: Assessment, region: str | None) -> tuple[Contact, ...]:
    """Return whom to ring, most important first; empty below `same_day`."""
    if assessment.level < Level.SAME_DAY:
        return ()
    name, settings = _region(region)
    keys = ["emergency_numbers"] if assessment.level is Level.EMERGENCY else ["urgent_numbers", "emergency_numbers"]
    if any(f.category == "self_harm" for f in assessment.flags):
        keys.insert(0 if assessment.level is Level.SAME_DAY else 1, "crisis_numbers")
    if any(f.category == "medication" for f in assessment.flags):
        keys.append("poisons_numbers")
    found: dict[str, Contact] = {}
    for key in keys:
        for label, number in settings.get(key, []):
            found.setdefault(number, Contact(label, "tel:" + number.replace(" ", ""), name))
    return tuple(found.values())


def one_line_reminder(assessment: Assessment, region: str | None) -> str:
    """Return the one line that opens every later answer while an emergency stands; "" when there is none."""
    if assessment.level is not Level.EMERGENCY or not assessment.flags:
        return ""
    words = _words(assessment, region)
    data = _data()
    key = "refusal" if assessment.refuses else "in_care" if assessment.in_care else assessment.flags[0].category
    return _fill(data["reminders"].get(key, data["reminders"]["default"]), words)


def safety_net(topic: str | None) -> str:
    """Return one line on when to get help, chosen for the topic ("back", "hip", "sciatica", ...)."""
    lines: dict[str, str] = _data()["safety_net"]
    return lines.get(topic or "default", lines["default"])


def _words(assessment: Assessment, region: str | None) -> dict[str, str]:
    _, settings = _region(region)
    who = "writer" if not assessment.is_third_person else relation_sex(assessment.person)
    return {**{k: v for k, v in settings.items() if isinstance(v, str)}, **_WORDS[who]}


def _fill(text: str, words: dict[str, str]) -> str:
    filled = text.format_map(words)
    return filled[:1].upper() + filled[1:]


def _card_entry(category: str, rule: str) -> dict[str, Any]:
    cards: dict[str, Any] = _data()["cards"]
    by_rule = cards.get(rule)
    entry: dict[str, Any] = {**cards.get(category, {}), **(by_rule or {})}
    return entry


def _generic(level: Level) -> dict[str, Any]:
    generic: dict[str, Any] = _data()["generic"][level.label]
    return generic


def _extra_items(assessment: Assessment) -> list[str]:
    extras: dict[str, str] = _data()["extra"]
    added = []
    if assessment.is_child:
        added.append(extras["child"])
    if assessment.is_pregnant and assessment.level >= Level.SAME_DAY:
        added.append(extras["pregnant"])
    if assessment.has_cancer_history and assessment.level >= Level.SAME_DAY:
        added.append(extras["cancer"])
    if assessment.in_care:
        added.insert(0, extras["in_care"])
    if assessment.refuses and assessment.level is Level.EMERGENCY:
        added.append(extras["refuses"])
    return added


@lru_cache(maxsize=1)
def _data() -> dict[str, Any]:
    data = _load(CARDS)
    for key in ("note", "cards", "generic", "extra", "reminders", "safety_net"):
        if key not in data:
            raise DataFileError(f"{CARDS.name}:1: field {key!r} is missing")
    text = CARDS.read_text(encoding="utf-8")
    for category in CATEGORY_ORDER:
        if category not in data["cards"]:
            raise DataFileError(f"{CARDS.name}:1: field 'cards.{category}' is missing")
    for number, line in enumerate(text.splitlines(), 1):
        if line.lstrip().startswith("#"):
            continue
        for _, name, _, _ in Formatter().parse(line):
            if name and name not in _PLACEHOLDERS:
                raise DataFileError(f"{CARDS.name}:{number}: unknown placeholder {name!r}")
    return data


def _region(region: str | None) -> tuple[str, dict[str, Any]]:
    regions = _load(REGIONS)
    name = region if region in regions else UNKNOWN_REGION
    if UNKNOWN_REGION not in regions:
        raise DataFileError(f"{REGIONS.name}:1: field {UNKNOWN_REGION!r} is missing")
    return name, regions[name]


@lru_cache(maxsize=4)
def _load(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as exc:
        raise DataFileError(f"{path.name}: cannot be used: {exc}") from exc
