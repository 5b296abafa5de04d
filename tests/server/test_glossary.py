"""Explanations stand beside the text: right spans, once each, only in the stretches asked for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.glossary import Glossary, glossary

WORDS = Glossary({"tendon": "a cord", "hip labrum": "a ring"}, {"tendons": "tendon"})


def test_each_word_is_explained_at_its_first_use() -> None:
    text = "Tendons are strong. A tendon joins. The hip\nlabrum is a ring."
    found = WORDS.explain(text)
    assert [(text[e.start : e.end], e.term) for e in found] == [("Tendons", "tendon"), ("hip\nlabrum", "hip labrum")]


def test_parts_of_words_and_words_explained_in_place_are_left_alone() -> None:
    assert WORDS.explain("tendonitis and pretendon and a cord (tendon)") == []


@pytest.mark.parametrize("before", ["", "İ ", "İİ I ẞ "])
def test_capitals_and_letters_of_other_alphabets_move_no_span(before: str) -> None:
    text = f"{before}TENDON"
    assert [text[e.start : e.end] for e in WORDS.explain(text)] == ["TENDON"]


def test_only_the_quoted_stretches_are_searched() -> None:
    text = "tendon. tendon."
    assert [e.start for e in WORDS.explain(text, [(8, 15)])] == [8]


def test_an_abbreviation_is_explained_in_capitals_only() -> None:
    known = Glossary({"TENS": "a machine", "NSAIDs": "painkillers"}, {"NSAID": "NSAIDs", "TENS machine": "TENS"})
    assert known.explain("tens of people, nsaids in small letters") == []
    assert [e.term for e in known.explain("a TENS machine and an NSAID")] == ["TENS", "NSAIDs"]


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("Chronic lymphocytic leukaemia is slow.", ["chronic lymphocytic leukaemia"]),
        ("Holes are drilled (core decompression).", []),
        ("Drilling is called core decompression.", ["core decompression"]),
        ("After a lumbar puncture, rest.", ["lumbar puncture"]),
        ("It is called a sports hernia.", ["sports hernia"]),
        ("steroids by mouth", ["steroid"]),
        ("rheumatoid arthritis", ["rheumatoid arthritis"]),
        ("signs of cauda equina syndrome", ["cauda equina syndrome"]),
    ],
)
def test_a_word_within_a_longer_term_is_not_explained_in_its_other_sense(text: str, terms: list[str]) -> None:
    assert [e.term for e in glossary().explain(text)] == terms


def test_a_form_of_an_unknown_word_is_refused() -> None:
    with pytest.raises(ValueError, match="form"):
        Glossary({"a": "b"}, {"c": "d"})


def test_every_explanation_is_plain_and_short() -> None:
    raw = glossary()
    for explained in raw.explain(". ".join(raw._words)):
        assert len(explained.explanation.split()) <= 16
        assert explained.term.casefold() not in explained.explanation.casefold().split()


@given(st.text(max_size=200))
def test_spans_always_hold_the_word(text: str) -> None:
    for explained in glossary().explain(text):
        assert 0 <= explained.start < explained.end <= len(text)
