"""Any text gets an answer, soon, and harmless changes do not change it."""

from __future__ import annotations

import json
import logging
import re
import time
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server.red_flags.assess import assess
from server.red_flags.explain import UserText
from server.red_flags.levels import Level
from server.red_flags.reader import MODEL, MOST_CLAUSES, Floats, LinearReader, Proposal
from server.red_flags.reading import read_message
from server.red_flags.rules_page import load_cases

ALARMS = sorted({t for code, case in load_cases().items() for t in case["for"] if "?" not in t})
CALM = sorted({t for case in load_cases().values() for t in case["against"]})
HARMLESS = (
    "My favourite colour is green.",
    "The bus was late again.",
    "It rained at the weekend.",
    "I like tea.",
    "We have a small garden.",
)
SWAPS = (
    ("wee", "pee"),
    ("hurts", "aches"),
    ("tummy", "belly"),
    ("breathless", "short of breath"),
    ("calf is swollen", "calf is puffy"),
)


def level(*texts: str) -> Level:
    return assess([UserText(text) for text in texts]).level


@given(st.text(max_size=300))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_text_is_answered(text: str) -> None:
    found = assess([UserText(text)])
    for fact in found.facts:
        assert 0 <= fact.start <= fact.end <= len(text)


@given(
    st.sampled_from(ALARMS),
    st.sampled_from(("Hi there. {}", "{} Thanks.", "Good morning. {} Many thanks in advance.", "Hello! {}")),
)
@settings(max_examples=120, deadline=None)
def test_greetings_and_thanks_do_not_lower(text: str, frame: str) -> None:
    assert level(frame.format(text)) >= level(text)


@given(st.sampled_from(ALARMS), st.sampled_from((str.upper, str.lower, str.title)))
@settings(max_examples=120, deadline=None)
def test_case_does_not_matter(text: str, change: object) -> None:
    assert callable(change)
    assert level(change(text)) is level(text)


@given(st.sampled_from(ALARMS), st.sampled_from(SWAPS))
@settings(max_examples=80, deadline=None)
def test_synonyms_do_not_lower(text: str, swap: tuple[str, str]) -> None:
    word, other = swap
    assert level(re.sub(rf"\b{word}\b", other, text)) >= level(text)  # "wee", but not that of "week"


@given(st.sampled_from(ALARMS), st.sampled_from(HARMLESS))
@settings(max_examples=120, deadline=None)
def test_order_of_independent_sentences_does_not_lower(text: str, extra: str) -> None:
    assert level(f"{extra} {text}") >= level(text)
    assert level(f"{text} {extra}") >= level(text)


@given(st.sampled_from(CALM), st.sampled_from(HARMLESS))
@settings(max_examples=120, deadline=None)
def test_harmless_sentence_does_not_raise(text: str, extra: str) -> None:
    assert level(f"{text} {extra}") <= level(text)


@pytest.mark.parametrize(
    "piece",
    [
        "numb ",
        "not ",
        "cant feel ",
        "my dad ",
        "38.5 ",
        "aaaa",
        ",",
        ".",
        "two weeks ago ",
        "if i ",
        "\U0001f600",
        "no,",
        "pee wee ",
        "(",
        "1 ",
    ],
)
def test_time_grows_with_length_only(piece: str) -> None:
    """A pattern that backtracks would be a hundred times slower on the longer text."""
    short = piece * (2_000 // len(piece))
    long = piece * (20_000 // len(piece))
    read_message("warm up")
    times = []
    for text in (short, long):
        best = min(_seconds(text + " " * n) for n in range(4))
        times.append(best)
    assert times[1] < 60 * times[0] + 0.2


def _seconds(text: str) -> float:
    start = time.perf_counter()
    read_message(text)
    return time.perf_counter() - start


class BrokenReader:
    def read(self, clauses: Sequence[str]) -> list[list[Proposal]]:
        raise RuntimeError("no model: numb")


class EagerReader:
    def __init__(self) -> None:
        self.asked: list[str] = []

    def read(self, clauses: Sequence[str]) -> list[list[Proposal]]:
        self.asked += clauses
        return [[("saddle_numb", "present", 0.9)] if "cotton wool cloud" in c else [] for c in clauses]


def test_broken_reader_is_logged_without_text_and_ignored(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        found = assess([UserText("I can't feel when I wipe today")], reader=BrokenReader())
    assert found.level is Level.EMERGENCY
    assert "learned reader failed" in caplog.text
    assert "wipe" not in caplog.text
    assert "numb" not in caplog.text


def test_reader_proposes_and_context_decides() -> None:
    reader = EagerReader()
    claim = "I seem to be riding a cotton wool cloud since my back went"
    assert level(claim) is Level.NONE
    assert assess([UserText(claim)], reader=reader).level is Level.EMERGENCY
    story = "In my novel the hero is riding a cotton wool cloud"
    assert assess([UserText(story)], reader=reader).level is Level.NONE


class FeverReader:
    def read(self, clauses: Sequence[str]) -> list[list[Proposal]]:
        return [[("fever", "present", 0.9)] for _ in clauses]


def test_a_hot_leg_is_no_fever_whatever_the_reader_says() -> None:
    reader = FeverReader()
    leg = "I have a hot burning feeling running down my shin from my back"
    assert "fever" not in {fact.feature for fact in assess([UserText(leg)], reader=reader).facts}
    ill = "I have a burning feeling in my shin and I am all shivery over"
    assert "fever" in {fact.feature for fact in assess([UserText(ill)], reader=reader).facts}


def test_reader_is_asked_once_and_only_of_clauses_that_could_count() -> None:
    """Most questions name what nobody claims to have; a pass of the embedder for them would be lost."""
    reader = EagerReader()
    told = "I ride a cotton wool cloud"
    assess([UserText(f"What are the signs of a slipped disc? {told}. If I ever lost feeling? {told}.")], reader=reader)
    assert reader.asked == [told]


def test_all_repeats_of_a_clause_get_its_proposals() -> None:
    told = "I ride a cotton wool cloud"
    found = assess([UserText(f"{told}. It rains. {told}.")], reader=EagerReader())
    assert [f.start for f in found.facts if f.feature == "saddle_numb"] == [0, len(told) + 12]


def test_of_very_many_clauses_the_most_telling_are_read() -> None:
    """Nothing else bounds the time that a message of the greatest length takes."""
    passes: list[list[str]] = []

    def embed(clauses: Sequence[str]) -> Floats:
        passes.append(list(clauses))
        return np.zeros((len(clauses), 384), np.float32)

    sha = json.loads((MODEL / "reader.json").read_text(encoding="utf-8"))["embedder_sha256"]
    reader = LinearReader(embed, sha)
    calm = [f"we have {number} small gardens" for number in range(3 * MOST_CLAUSES)]
    alarming = "I can't feel anything when I wipe and my saddle is numb"
    read = reader.read([*calm, alarming])
    assert [len(one) for one in passes] == [MOST_CLAUSES]
    assert alarming in passes[0]
    assert len(read) == len(calm) + 1
    assert reader.read([]) == []
