"""A headache that comes upright after a spinal procedure is for the same day; with a leak or worse, an emergency."""

from __future__ import annotations

import pytest

from server.red_flags.assess import assess
from server.red_flags.explain import UserText
from server.red_flags.levels import Assessment, Level


def _assess(text: str) -> Assessment:
    return assess([UserText(text)])


@pytest.mark.parametrize(
    "text",
    [
        "Terrible headache that goes nearly away when I lie flat, comes back when I get up. I had an epidural steroid "
        "injection four days ago.",
        "Mum had a spinal injection on Monday and since then her head pounds whenever she stands, fine lying flat.",
        "Since the lumbar puncture last week I have a headache as soon as I sit up.",
    ],
)
def test_a_headache_upright_after_a_spinal_procedure_is_for_the_same_day(text: str) -> None:
    found = _assess(text)
    assert found.level is Level.SAME_DAY
    assert "PO2" in {hit.rule for hit in found.hits}


@pytest.mark.parametrize(
    "text",
    [
        "Three days after my discectomy clear fluid is soaking the dressing and I have a headache when I sit up.",
        "Watery stuff drips from the wound on my back since the spine op and my head pounds when I stand.",
        "I had a lumbar puncture last week, headache when upright and now a fever and I'm confused.",
        "I had an epidural last week, headache on standing and my leg has gone weak.",
    ],
)
def test_a_leak_a_fever_or_a_weak_leg_beside_it_is_an_emergency(text: str) -> None:
    assert _assess(text).level is Level.EMERGENCY


@pytest.mark.parametrize(
    "text",
    [
        "Headache when I sit up at the computer and a stiff back.",
        "I had an epidural four days ago and no headache when I sit up. When may I swim?",
        "My sister had an epidural last week. I get a headache when I stand up too quickly.",
    ],
)
def test_a_headache_without_a_spinal_procedure_raises_no_wound_card(text: str) -> None:
    assert not {"PO1", "PO2"} & {hit.rule for hit in _assess(text).hits}
