"""Speller: misspelt words of the library are read right, and whatever may be right is left alone."""

from __future__ import annotations

import pytest

from server.red_flags.words import read_known_words
from server.spelling import Speller, read_ordinary_words
from server.words import _UK_US, HELD_BY_SPELLINGS, stem


@pytest.mark.parametrize(
    ("written", "wrongly"),
    [
        ("lumpectomy", "laminectomy"),
        ("bloated", "blocked"),
        ("indecision", "infection"),
        ("shortness", "soreness"),
        ("thickening", "thinning"),
        ("distention", "dissection"),
        ("trialling", "tingling"),
        ("abominable", "abdominal"),
        ("parenthesis", "paraesthesia"),
        ("sigmoidectomy", "sigmoidostomy"),
        ("internist", "internet"),
        ("MaleAge", "mileage"),
    ],
)
def test_words_that_may_be_right_are_never_read_as_another_word_of_the_library(written: str, wrongly: str) -> None:
    speller = Speller({wrongly: 40}, {wrongly}, read_known_words())
    assert speller.correct(f"I had a {written} once") == (f"I had a {written} once", ())


@pytest.mark.parametrize(
    ("written", "read"),
    [("exersize", "exercise"), ("perifomis", "piriformis"), ("lamonectomy", "laminectomy"), ("siataca", "sciatica")],
)
def test_words_written_as_they_sound_are_read_right(written: str, read: str) -> None:
    speller = Speller({read: 40}, {read}, read_known_words())
    assert speller.correct(f"a {written}") == (f"a {read}", ((written, read),))


@pytest.mark.parametrize(
    ("written", "read"), [("bakc", "back"), ("pian", "pain"), ("acke", "ache"), ("ostioperosis", "osteoporosis")]
)
def test_short_slips_and_long_ones_that_sound_right_are_read_right(written: str, read: str) -> None:
    speller = Speller({read: 40}, (), read_known_words())
    assert speller.correct(f"a {written}") == (f"a {read}", ((written, read),))


@pytest.mark.parametrize("right", ["tlif", "gtps", "kirk", "xray"])
def test_short_words_that_may_be_right_are_left_alone(right: str) -> None:
    speller = Speller(dict.fromkeys(("lift", "gasps", "kick", "back"), 40), (), read_known_words())
    assert speller.correct(f"a {right}")[1] == ()


@pytest.mark.parametrize(
    ("written", "right"),
    [
        ("wot shud i do", "what should i do"),
        ("how long dose it last", "how long does it last"),
        ("sory it hurts wen u sit", "sorry it hurts when you sit"),
        ("it has bin sore", "it has been sore"),
    ],
)
def test_ordinary_words_typed_in_haste_are_read_right(written: str, right: str) -> None:
    speller = Speller({"sore": 40}, (), read_known_words())
    text, pairs = speller.correct(written)
    assert text == right
    assert all(pair[0] in written for pair in pairs)


@pytest.mark.parametrize("meant", ["what dose is safe", "a low dose helps", "the dose", "put it in the bin", "COS"])
def test_words_that_are_right_as_they_stand_are_not_typed_in_haste(meant: str) -> None:
    assert Speller({}, (), read_known_words()).correct(meant) == (meant, ())


def test_a_word_is_read_when_it_is_known_or_misspelt_for_one_that_is() -> None:
    speller = Speller({"exercise": 40}, {"exercise"}, read_known_words())
    assert speller.reads("exercise")
    assert speller.reads("exersise")
    assert not speller.reads("qwzkfj")


def test_a_slip_that_the_library_itself_has_is_still_read_right_and_its_own_rare_words_are_not() -> None:
    counts = {"sciatica": 900, "siatica": 4, "arthritis": 400, "arteritis": 3, "weeks": 900, "weeps": 3}
    speller = Speller(counts, {"sciatica", "arthritis", "weeks"}, read_known_words())
    assert speller.correct("what causes siatica?")[0] == "what causes sciatica?"
    assert speller.correct("a sore that weeps, and arteritis") == ("a sore that weeps, and arteritis", ())


@pytest.mark.parametrize(
    ("word", "other"),
    [("swollen", "swell"), ("haematoma", "hematomas"), ("mom", "mums"), ("belly", "tummy"), ("zygote's", "zygotes")],
)
def test_a_word_is_known_by_its_other_spellings_and_endings(word: str, other: str) -> None:
    known = Speller({word: 21}, {word})
    assert stem(other) in known._known_stems
    assert stem("q" + other) not in known._known_stems


def test_a_word_of_several_spellings_holds_what_the_stemmer_looks_for_first() -> None:
    words = [*read_ordinary_words(), *read_known_words(), *TWO_SPELLINGS.split()]
    for word in words:
        spelt = {pattern.sub(to, word) for pattern, to in _UK_US} != {word}
        assert not spelt or any(part in word for part in HELD_BY_SPELLINGS), word


TWO_SPELLINGS = """aesthetic anaesthetic paraesthesia oestrogen haematoma oedema anaemia orthopaedic foetus centre tyre
fibre grey colour harbour behaviour disk practise programme physiotherapy physiotherapist belly abdomen x-ray
travelling swollen swolen mum mom"""
