"""Which line of safety advice the things a person names call for."""

from __future__ import annotations

import pytest

from server.safety_topics import safety_topic


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("my hip hurts at night", "hip"),
        ("a pull in my groin when I kick", "hip"),
        ("my 4 year old is limping", "child"),
        ("what is Perthes disease", "child"),
        ("how much ibuprofen can I take for my back", "medicines"),
        ("my calf hurts", "leg"),
        ("sciatica down my leg", None),
        ("my lower back hurts and so does my hip", None),
        ("hello", None),
        ("my back has ached since I fell as a child", None),
        ("my adult daughter has a bad back", None),
        ("I was given ibuprofen last week. My lower back hurts when I bend. Why does bending hurt it?", None),
    ],
)
def test_the_line_of_advice_fits_what_is_named(text: str, topic: str | None) -> None:
    assert safety_topic([text]) == topic


def test_a_message_that_names_nothing_is_about_what_was_named_before() -> None:
    assert safety_topic(["how long does it last?", "my hip hurts", "my lower back hurts"]) == "hip"
