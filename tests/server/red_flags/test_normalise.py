"""Tokens, words and stretches of time."""

from __future__ import annotations

from datetime import date

import pytest

from server.red_flags import spans
from server.red_flags.ages import read_ages
from server.red_flags.lexicon import load_lexicon
from server.red_flags.normalise import fold, tokenise
from server.red_flags.reading import read_message
from server.red_flags.spans import read_spans
from server.red_flags.words import Speller, distance, open_word, stem


@pytest.mark.parametrize("text", ["I can’t", "ｎｕｍｂ now", "na\u200bme", "e\u0301clair it's", "38½ °C", "😀 numb"])
def test_tokens_point_into_the_original_text(text: str) -> None:
    for _, start, end in tokenise(text):
        assert 0 <= start < end <= len(text)
    _, places = fold(text)
    assert places is None or places[-1] == len(text)


def test_words_meet_in_one_form() -> None:
    assert stem("numbness") == stem("numb")
    assert stem("weeing") == stem("wee")
    assert stem("dragging") == stem("drag")
    assert open_word("i've") == ("i", "have")
    assert open_word("cannae") == open_word("can't") == ("cant",)


def test_misspelt_symptom_is_mended_and_english_words_are_left() -> None:
    speller = Speller(["bladder", "numb", "sciatica"], ["leather", "thumb"])
    assert speller.correct("bladdr") == ("bladder",)
    assert speller.correct("siatica") == ("sciatica",)
    assert speller.correct("thumb") == ("thumb",)
    assert distance("wiep", "wipe") == 1


@pytest.mark.parametrize(
    ("text", "years"),
    [("i am 72", 72), ("my son is 9 years old", 9), ("68 yo man", 68), ("in my sixties", 65), ("son 14 slipped", 14)],
)
def test_ages_are_read(text: str, years: float) -> None:
    assert years in {age for age, _ in read_ages(f" {text} ", frozenset(text.split()))}


def test_spans_are_read_in_days() -> None:
    spans = read_spans(("back", "pain", "for", "three", "weeks", "after", "a", "fall", "two", "days", "ago"))
    assert [(s.days, s.kind) for s in spans] == [(21.0, "for"), (2.0, "ago")]


def test_lexicon_words_are_never_corrected_away() -> None:
    assert load_lexicon().speller.correct("numb") == ("numb",)


def test_named_years_count_from_the_injected_date(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spans, "today", lambda: date(2031, 5, 1))
    assert [s.days for s in read_spans(("fused", "in", "2029"))] == [730.0]
    monkeypatch.setattr(spans, "today", lambda: date(2029, 5, 1))
    assert [s.days for s in read_spans(("fused", "in", "2029"))] == [100.0]


def features_of(text: str) -> set[str]:
    return {fact.feature for fact in read_message(text).facts if fact.counts}


def test_a_bracket_ends_what_a_pattern_reaches_across() -> None:
    assert "patch_error" in features_of("I put on a fentanyl patch and then another")
    assert "patch_error" not in features_of("She had a graft (with a patch), and recently another was placed")


def test_a_comma_parts_words_that_must_stand_together() -> None:
    assert "leg_paralysed" in features_of("There is no movement in my leg")
    assert "leg_paralysed" not in features_of("The toes show no movement, legs ache at night")


def test_gone_is_not_goes() -> None:
    assert "sexual_loss" in features_of("My morning erections have gone")
    assert "saddle_numb" not in features_of("The pain goes to the back passage and goes away")


def test_the_back_of_a_knee_is_not_the_back() -> None:
    assert "back_pain" in features_of("The pain is in the back")
    assert "back_pain" not in features_of("The pain is in the back of my knee")


def test_a_bare_term_with_a_subject_noun_is_a_question() -> None:
    assert "fever" not in features_of("spinal abscess presentation fever")
    assert "fever" in features_of("back ache and fever")
