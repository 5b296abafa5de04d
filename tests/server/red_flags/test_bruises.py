"""The bruise of a torn muscle is no leg without blood; a cold, white or blue foot stays an emergency."""

from __future__ import annotations

import pytest

from server.red_flags.assess import assess
from server.red_flags.explain import UserText


def _rules(text: str) -> set[str]:
    return {hit.rule for hit in assess([UserText(text)]).hits}


@pytest.mark.parametrize(
    "text",
    [
        "My hamstring went pop sprinting on Saturday and now the back of my thigh is purple. How long until I can run?",
        "I tore my hamstring at football. The whole thigh has gone blue and purple.",
        "He pulled his calf on Sunday and his leg is purple down to the knee.",
    ],
)
def test_the_bruise_of_a_torn_muscle_is_no_leg_without_blood(text: str) -> None:
    assert "LI1" not in _rules(text)


@pytest.mark.parametrize(
    "text",
    [
        "My hamstring went pop on Saturday and now my foot is blue.",
        "My hamstring went pop on Saturday, the thigh is purple and the leg is cold.",
        "I tore my calf yesterday. The leg is white and numb.",
        "My leg went purple this morning and it hurts.",
        "My son tore his hamstring. My leg has gone blue since this morning.",
        "I pulled a muscle in my back last week. Today my toes are purple.",
        "I pulled a muscle in my back last week. My leg has gone blue today.",
    ],
)
def test_a_cold_white_or_blue_leg_or_foot_stays_an_emergency(text: str) -> None:
    assert "LI1" in _rules(text)
