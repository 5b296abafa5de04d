"""The regions of the page are those of the red-flag check and of the settings, with the same numbers."""

from __future__ import annotations

from typing import get_args

import pytest

from server.conversations import Message
from server.page_regions import REGIONS, emergency_help, is_region
from server.red_flags.assess import assess
from server.red_flags.cards import contacts_for
from server.settings import Region

EMERGENCY = "I can't feel when I wipe"


def test_a_person_can_choose_each_region_of_the_settings() -> None:
    assert {region.code for region in REGIONS} == set(get_args(Region))
    assert all(region.name for region in REGIONS)
    assert not is_region("unknown")


@pytest.mark.parametrize("code", [*get_args(Region), None])
def test_the_line_of_help_names_the_numbers_of_an_emergency_card(code: str | None) -> None:
    on_card = contacts_for(assess([Message("user", EMERGENCY)]), code)
    assert emergency_help(code).numbers == tuple(contact.href.removeprefix("tel:") for contact in on_card)
