"""Regions a person can choose, and the number for an emergency in each; shown in the same place on every page."""

from __future__ import annotations

from dataclasses import dataclass

from server.red_flags.cards import UNKNOWN_REGION, emergency_numbers


@dataclass(frozen=True, slots=True)
class Region:
    """A region whose phone numbers can be shown; `numbers` are those for an emergency, the one to ring at the front."""

    code: str
    name: str
    numbers: tuple[str, ...]


def _regions() -> dict[str, Region]:
    return {
        code: Region(code, name, tuple(contact.href.removeprefix("tel:") for contact in contacts))
        for code, (name, contacts) in emergency_numbers().items()
    }


_KNOWN = _regions()
REGIONS = tuple(region for code, region in _KNOWN.items() if code != UNKNOWN_REGION)


@dataclass(frozen=True, slots=True)
class EmergencyHelp:
    """The line of help that stands on every page. `numbers` are shown as `tel:` links."""

    where: str
    numbers: tuple[str, ...]


def emergency_help(region: str | None) -> EmergencyHelp:
    """Return the emergency number of a region, or the usual ones when it is not known.

    >>> emergency_help("US").numbers, emergency_help(None).numbers
    (('911',), ('999', '112', '911', '000'))
    """
    known = _KNOWN.get(region or "", _KNOWN[UNKNOWN_REGION])
    return EmergencyHelp(known.name, known.numbers)


def is_region(code: str) -> bool:
    """Return whether a code names a region."""
    return any(known.code == code for known in REGIONS)
