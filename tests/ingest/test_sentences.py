"""Sentences end where readers would say they end."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.sentences import sentence_spans


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in sentence_spans(text)]


@pytest.mark.parametrize(
    "parts",
    [
        ["Walk a little.", "Rest a little."],
        ["Exercise (e.g., walking, stretching, etc.) helps the joint."],
        ["Dr. Lee and Mr. J. Smith agree.", "So do we."],
        ["The coach, Ann Poe, C.S.C.S., instructor in Leeds, tells us."],
        ["Hold for 2.5 seconds at approx. 30 degrees.", "Then swap."],
        ["“Does it hurt?” she asked.", "“No.”"],
        ["He was sore at 6 a.m.", "The pain then eased."],
        ["Is it serious?", "Rarely!", "See a doctor…"],
        ["Ask for a scan (see No. 5 below).", "It takes an hour."],
        ["Pain fell by 3 vs. 1 points."],
        ["The U.S. guideline says so."],
        ["Stop and rest."],
    ],
)
def test_sentences_are_cut_at_their_ends_only(parts: list[str]) -> None:
    assert sentences(" ".join(parts)) == parts


def test_a_stop_glued_to_the_next_word_ends_a_sentence() -> None:
    assert sentences("Hold for thirty seconds.Repeat on the other side.") == [
        "Hold for thirty seconds.",
        "Repeat on the other side.",
    ]


def test_an_address_is_not_cut() -> None:
    assert sentences("See www.example.org for more.") == ["See www.example.org for more."]


@given(st.text(alphabet=st.sampled_from('aA1 .!?…"”’)(e.g.Dr'), max_size=120))
def test_every_word_is_in_exactly_one_sentence(text: str) -> None:
    spans = sentence_spans(text)
    assert all(a < b for a, b in spans)
    assert all(left[1] <= right[0] for left, right in pairwise(spans))
    covered = {place for start, end in spans for place in range(start, end)}
    assert all(char.isspace() or place in covered for place, char in enumerate(text))
