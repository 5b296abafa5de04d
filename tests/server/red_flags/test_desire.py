"""Desire or orgasm lost from a tablet that the writer names is no sign of the nerves; lost feeling stays one."""

from __future__ import annotations

import pytest

from server.red_flags.assess import assess
from server.red_flags.explain import UserText


def _rules(text: str) -> set[str]:
    return {hit.rule for hit in assess([UserText(text)]).hits}


@pytest.mark.parametrize(
    "text",
    [
        "No sex drive and can't finish since they put me on duloxetine for my sciatica.",
        "They put me on duloxetine for my back in June. Since then no sex drive and I can't orgasm.",
        "I can't climax anymore because of the sertraline, my back pain is no better.",
    ],
)
def test_desire_lost_from_a_named_tablet_is_no_emergency(text: str) -> None:
    assert "CE1" not in _rules(text)


@pytest.mark.parametrize(
    "text",
    [
        "No sex drive and can't finish since they put me on duloxetine, and my bits are numb.",
        "Since they put me on duloxetine I can't finish in bed and I can't pee either.",
        "I can't finish anymore since my disc went, they put me on duloxetine.",
        "I take duloxetine for sciatica. Since Friday sex feels like nothing.",
        "Lost my erections since they put me on duloxetine and my back is bad.",
        "I can't orgasm anymore since Monday and my sciatica is bad.",
        "My wife takes duloxetine. I can't orgasm anymore and my back is bad.",
    ],
)
def test_lost_feeling_or_another_cause_stays_an_emergency(text: str) -> None:
    assert "CE1" in _rules(text)
