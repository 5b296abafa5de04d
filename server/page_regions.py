"""Regions a person can choose, and the number for an emergency in each; shown in the same place on every page."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Region:
    """A region whose phone numbers can be shown."""

    code: str
    name: str
    emergency: str


# Red-flag specification, section C, region settings.
REGIONS = (
    Region("GB", "United Kingdom", "999"),
    Region("IE", "Ireland", "112"),
    Region("EU", "Europe", "112"),
    Region("US", "United States", "911"),
    Region("CA", "Canada", "911"),
    Region("AU", "Australia", "000"),
)


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
    for known in REGIONS:
        if known.code == region:
            return EmergencyHelp(known.name, (known.emergency,))
    return EmergencyHelp("", ("999", "112", "911", "000"))


def is_region(code: str) -> bool:
    """Return whether a code names a region."""
    return any(known.code == code for known in REGIONS)
