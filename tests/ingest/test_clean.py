"""Cleaning takes away damage and furniture and nothing else."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.clean import clean_text
from ingest.sentences import sentence_spans


@pytest.mark.parametrize(
    ("dirty", "clean"),
    [
        ("true numbness14 around the groin", "true numbness around the groin"),
        ("injury or compression15 and require", "injury or compression and require"),
        ("the pain eased.7 The nerve", "the pain eased. The nerve"),
        ("strong evidence.¹² It", "strong evidence. It"),
        ("helps most people [3] and [4, 5].", "helps most people and."),
        ("no obvious cause. BACK TO TEXT", "no obvious cause."),
        ("It settles. Back to top ↑", "It settles."),
        ("See the guide (opens in a new tab) for more.", "See the guide for more."),
        ("youâ€™ll feel â€“ briefly â€“ better", "you’ll feel – briefly – better"),
        ("zero\u200bwidth and \u202eoverride\u202c", "zerowidth and override"),
        ("hip\u00a0pain \x00\x07 now", "hip pain now"),
        ("a ﬁrm mattress", "a firm mattress"),
    ],
)
def test_damage_and_furniture_are_repaired(dirty: str, clean: str) -> None:
    assert clean_text(dirty)[0] == clean


@pytest.mark.parametrize(
    "text",
    [
        "L5 and S1, T12, C6 and B12",
        "covid19, omega3, NG59 and step2",
        "about 12 m² or 30 cm³",
        "sit for 30min at 50% effort",
        "“spasms” — really?",
        "at 2.5 km/h, on day 10.",
        "H1N1 and CO2",
    ],
)
def test_sound_text_is_left_alone(text: str) -> None:
    assert clean_text(text)[0] == text


def test_repairs_are_counted_by_kind() -> None:
    _, repairs = clean_text("numbness14 and compression15. BACK TO TEXT")
    assert repairs == {"footnote marks": 2, "back links": 1}


@given(st.text(max_size=300))
def test_clean_text_is_one_line_without_control_characters_and_stays_clean(text: str) -> None:
    once = clean_text(text)[0]
    assert once == " ".join(once.split())
    assert not any(ord(char) < 32 or char in "\u202e\u200b\ufeff\ufffd" for char in once)


@pytest.mark.parametrize("text", ["a" * 200_000, "a1" * 50_000, "²" * 50_000, "e.g. " * 40_000, "[1]" * 40_000])
def test_hostile_text_is_cleaned_and_cut_in_good_time(text: str) -> None:
    started = time.perf_counter()
    sentence_spans(clean_text(text)[0])
    assert time.perf_counter() - started < 10
