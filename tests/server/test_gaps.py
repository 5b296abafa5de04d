"""What a question names and nothing found speaks of: said when it is so, never otherwise."""

from __future__ import annotations

import pytest

from server.gaps import missing_things
from server.health_names import health_names
from tests.fakes import make_hit, make_query

WORDS = "sciatica doe help the nerve hip pain what is swim good for walk much a major worri"
STEMS = dict.fromkeys(WORDS.split(), 9)
HIT = make_hit("Sciatica is pain along the sciatic nerve.", "What is sciatica?")
TOLD = (
    "My hip has been sore for months and the doctor looked at my blood. I walk the dog each day and it is fine. "
    "It is worse on the stairs and in bed, and when I get out of the car after a long drive to my sister."
)


def missing(text: str, *hits: str, **counts: int) -> list[str]:
    """Return what of a question is missing when these texts are found; counts are those of further stems."""
    found = [make_hit(words, "What is it?", rank=rank) for rank, words in enumerate(hits, 1)] or [HIT]
    return missing_things(make_query(text), found, STEMS | counts)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("I have Gilbert syndrome and my hip is sore, is it from that?", ["Gilbert syndrome"]),
        ("does amlodipine hurt the hip", ["amlodipine"]),
        ("my hip is sore and I have Weber-Dimitri syndrome", ["Weber-Dimitri syndrome"]),
        ("does kombucha help sciatica", ["kombucha"]),
        ("my leg is weak since I had polio", ["polio"]),
        ("is my ovarian cyst behind the hip pain", ["ovarian cyst"]),
        ("is hip-pain syndrome good for the nerve", []),
        ("is swimming good for sciatica", []),
        ("is sciatica 999", []),
    ],
)
def test_what_the_library_never_mentions_is_named_as_it_was_written(text: str, named: list[str]) -> None:
    assert missing(text) == named


def test_a_name_that_a_hit_speaks_of_or_that_the_library_often_has_is_not_missing() -> None:
    text = "is my ovarian cyst behind the hip pain"
    assert missing(text, "An ovarian cyst can ache into the hip.") == []
    assert missing(text, ovarian=40, cyst=40) == []
    assert missing(text, "A Tarlov cyst sits on a nerve.", cyst=40) == ["ovarian cyst"]


def test_a_name_that_the_library_has_in_other_words_is_not_missing() -> None:
    text = "is a chiropractor safe with a pars defect"
    assert missing(text, par=2, defect=2) == ["pars defect"]
    assert missing(text, par=40, stress=40, fractur=40, defect=2) == []


def test_of_a_long_message_only_what_the_question_asks_or_points_back_at_is_named() -> None:
    asked = f"{TOLD} Could the hip pain come from my vasculitis or from the way I walk?"
    assert missing(asked) == ["vasculitis"]
    assert missing(f"{TOLD} I had vasculitis once. Is swimming good for hip pain?") == []
    assert missing(f"{TOLD} They found a meningioma. What are the chances of it coming back?") == ["meningioma"]
    assert missing(f"{TOLD} They found a meningioma. Does swimming help sciatica?") == []
    assert missing(f"{TOLD} I have sciatica and once had a meningioma. Will it come back?") == []
    linked = f"{TOLD} I have sciatica and now they found a meningioma. Is there a connection between the two?"
    assert missing(linked) == ["meningioma"]


def test_a_medicine_told_of_but_not_asked_about_is_not_named() -> None:
    assert missing("I take cymbalta. What helps sciatica?") == []
    assert missing("does cymbalta help sciatica") == ["cymbalta"]


def test_words_that_name_no_thing_are_not_said_to_be_missing() -> None:
    said = make_query("is major pain with sciatica and he's worried about kombucha")
    assert missing_things(said, [HIT], STEMS, {"major"}) == ["kombucha"]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Parkinson’s disease and an ovarian cyst", ["Parkinson’s disease", "ovarian cyst"]),
        ("cupping for a stiff back", ["cupping"]),
        ("a cup of tea", []),
        ("two hip fractures and kidney stones", ["hip fractures", "kidney stones"]),
    ],
)
def test_health_names_are_found_as_they_are_written(text: str, names: list[str]) -> None:
    assert [item.text for item in health_names(text)] == names


def test_a_name_that_stands_only_in_a_hit_too_poor_to_be_quoted_is_missing() -> None:
    splints, named = make_hit("A splint lifts the foot.", "Which splint?"), "Worn with a hammer toe as well."
    text = "are hammer toe splints any good"
    for score, missed in ((0.01, ["hammer toe"]), (0.9, [])):
        hits = [splints, make_hit(named, "What else?", rank=2, score=score, start=500)]
        assert missing_things(make_query(text), hits, STEMS | {"hammer": 2, "toe": 90}) == missed
