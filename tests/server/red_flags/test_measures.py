"""Temperatures and weeks of pregnancy, as they are written."""

from __future__ import annotations

import pytest

from server.red_flags.measures import read_pregnancy, read_temperature


@pytest.mark.parametrize(
    ("text", "celsius"), [("temperature of 38.6", 38.6), ("my temp is 101.3 f", 38.5), ("39 degrees", 39.0)]
)
def test_temperatures_are_read_in_both_units(text: str, celsius: float) -> None:
    joined = f" {text} "
    found = read_temperature(joined, frozenset(text.split()))
    assert found is not None
    assert found[0] == pytest.approx(celsius, abs=0.05)


def test_a_house_number_is_no_temperature() -> None:
    assert read_temperature(" i live at 39 elm road ", frozenset(["i", "live", "at", "39", "elm", "road"])) is None


def test_weeks_of_pregnancy_need_a_cue() -> None:
    assert read_pregnancy(" 31 weeks pregnant ", frozenset(("pregnant",))) == (31.0, 0)
    assert read_pregnancy(" pain for 31 weeks ", frozenset(("pain",))) is None
