"""Data files are checked at load; cards speak to the right person in the right place."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from server.red_flags.assess import assess
from server.red_flags.cards import VARIANTS, card_for, contacts_for, one_line_reminder, safety_net
from server.red_flags.errors import DataFileError
from server.red_flags.explain import UserText
from server.red_flags.levels import Assessment
from server.red_flags.lexicon import LEXICON_DIR, load_lexicon, read_lexicon
from server.red_flags.rules_page import load_cases
from server.red_flags.words import stem

REGIONS = ("GB", "IE", "EU", "US", "CA", "AU", None, "nowhere")


def read(*texts: str) -> Assessment:
    return assess([UserText(text) for text in texts])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[[feature]]\nid = 'x'\nmeaning = 'y'\n", "bad.toml:1: field 'patterns'"),
        ("[[feature]]\nid = \"x\"\nmeaning = 'y'\npatterns = ['NOSUCH a']\n", "unknown word class NOSUCH"),
        ("[classes]\nA = ['b']\n\nC = 3\n", "bad.toml:4: word class C"),
        ("[[feature\n", "not valid TOML"),
        ("[[feature]]\nid = \"x\"\nmeaning = 'y'\nkind = 'odd'\npatterns = ['a']\n", "field 'kind'"),
        ("[[feature]]\nid = \"x\"\nmeaning = 'y'\npatterns = ['a ?? b']\n", "cannot read"),
    ],
)
def test_broken_lexicon_is_refused_with_file_line_and_field(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "bad.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataFileError) as caught:
        read_lexicon([path])
    assert message in str(caught.value)
    assert "bad.toml" in str(caught.value) or "lexicon" in str(caught.value)


def test_lexicon_has_the_features_that_rules_use() -> None:
    assert {"saddle_numb", "suicide_plan", "fever", "cancer_history"} <= set(load_lexicon().features)


@pytest.mark.parametrize("region", REGIONS)
def test_every_case_has_a_card_in_every_region(region: str | None) -> None:
    for case in load_cases().values():
        for text in case["for"]:
            found = read(text)
            card = card_for(found, region)
            assert card is not None
            assert card.items
            assert "{" not in card.heading + card.note + "".join(card.items + card.while_waiting + card.go_now_if)
            assert card.variant == VARIANTS[found.level]


def test_no_card_without_a_flag() -> None:
    assert card_for(read("any stretches for my back?"), "GB") is None


def test_region_decides_number_and_place() -> None:
    found = read("I can't feel when I wipe")
    british, american = card_for(found, "GB"), card_for(found, "US")
    assert british is not None
    assert american is not None
    assert british.heading == "Call 999 or go to A&E now if you have:"
    assert "911" in american.heading
    assert contacts_for(found, "AU")[0].href == "tel:000"
    assert {"tel:999", "tel:112", "tel:911", "tel:000"} <= {c.href for c in contacts_for(found, None)}


def test_card_speaks_of_the_other_person() -> None:
    card = card_for(read("My husband can't feel when he wipes"), "GB")
    assert card is not None
    assert card.heading.endswith("now if they have:")


def test_card_for_a_child_says_so() -> None:
    card = card_for(read("My 4 year old has a fever, a limp and won't stand on the leg"), "GB")
    assert card is not None
    assert "child" in card.heading + card.note + "".join(card.items)


def test_self_harm_has_a_crisis_line_in_every_region() -> None:
    found = read("I've written goodbye letters to my kids")
    assert found.flags[0].category == "self_harm"
    for region in REGIONS:
        assert len(contacts_for(found, region)) >= 2
    assert "tel:116123" in {c.href for c in contacts_for(found, "GB")}


def test_reminder_is_only_for_urgent_levels() -> None:
    assert "999" in one_line_reminder(read("I can't feel when I wipe"), "GB")
    assert one_line_reminder(read("My hip replacement was 12 years ago and it has begun to ache."), "GB") == ""


def test_refusal_is_met_with_a_phone_line() -> None:
    found = read("I can't feel when I wipe", "I'm not going to hospital")
    assert found.refuses
    card = card_for(found, "GB")
    assert card is not None
    assert "What gets in the way of going?" in card.note


def test_safety_net_has_a_line_for_any_topic() -> None:
    assert safety_net(None)
    assert safety_net("hip") != safety_net("leg")
    assert safety_net("unheard of") == safety_net(None)


# Words of the body, of illness and of every day that share a stem with a look-alike such as "lunges" or "nerves".
PLAIN_WORDS = (
    "nerve",
    "lung",
    "fast",
    "heat",
    "worn",
    "check",
    "weight",
    "back",
    "leg",
    "numb",
    "sit",
    "spine",
    "pee",
    "stroke",
    "bladder",
)


@pytest.mark.parametrize("word", PLAIN_WORDS)
def test_a_plain_word_sets_no_sign_aside(word: str) -> None:
    """A look-alike is matched by its stem: "lunges" once silenced lung cancer, "nerves" a trapped nerve."""
    classes = load_lexicon().classes
    mask = classes.masks.get(stem(word), 0)
    features = [e for path in LEXICON_DIR.glob("*.toml") for e in _entries(path)]
    lookalikes = {name for entry in features for name in entry.get("unless", [])}
    assert not {name for name in lookalikes if mask >> classes.class_id(name) & 1}


def _entries(path: Path) -> list[dict[str, list[str]]]:
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    return [*data.get("feature", []), *data.get("also", [])]
