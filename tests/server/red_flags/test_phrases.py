from __future__ import annotations

from itertools import permutations
from pathlib import Path

import pytest

from server.red_flags.errors import DataFileError
from server.red_flags.phrases import Phrases, Wording, number_table


def _wording(text: str) -> Wording:
    return Wording(tuple(text.split()))


@pytest.mark.parametrize("order", list(permutations(("eased off", "gone", "it went", "went"))))
def test_the_earlier_phrase_of_the_list_is_preferred_wherever_it_stands(order: tuple[str, ...]) -> None:
    """What decides a status must not depend on how a set happens to be ordered in this process."""
    assert _wording("gone and it went as it eased off").all_of(Phrases(order)) == list(order)
    assert _wording("gone and it went as it eased off").first_of(Phrases(order)) == order[0]


def test_phrases_stand_as_whole_words_only() -> None:
    phrases = Phrases(("the cat", "numb", "can not feel"))
    assert _wording("the cattle can not feeling a number").all_of(phrases) == []
    assert _wording("can not feel the cat").all_of(phrases) == ["the cat", "can not feel"]


def test_a_phrase_that_crosses_the_limits_is_not_found() -> None:
    wording, phrases = _wording("it was fine until i sat down"), Phrases(("was fine", "fine until"))
    assert wording.first_of(phrases, 0, 3) == "was fine"
    assert wording.first_of(phrases, 2, 4) == "fine until"
    assert wording.first_of(phrases, 2, 3) is None
    assert wording.first_of(phrases, 3) is None


def test_no_words_hold_no_phrase() -> None:
    assert Wording(()).first_of(Phrases(("a",))) is None


def test_the_place_of_a_phrase_counts_words() -> None:
    assert [_wording("i am at my mum house").place_of(phrase) for phrase in ("i", "am at", "house")] == [0, 1, 5]


def test_a_list_that_is_made_after_a_wording_is_found_in_it() -> None:
    """No phrase may be overlooked because of the order in which modules are loaded."""
    wording = _wording("my back went into spasm")
    assert wording.first_of(Phrases(("went into", "spasm"))) == "went into"
    assert wording.first_of(Phrases(("into a",))) is None


def test_one_word_and_two_that_begin_with_it_do_not_hide_each_other() -> None:
    lists = [Phrases((phrase,)) for phrase in ("worn", "worn off", "worn out", "worn off completely")]
    found = [_wording("it has worn off by now").first_of(one) for one in lists]
    assert found == ["worn", "worn off", None, None]
    assert [_wording("it is worn").first_of(one) for one in lists] == ["worn", None, None, None]


def test_a_table_that_is_not_of_numbers_is_refused_by_name(tmp_path: Path) -> None:
    data = tmp_path / "spans.toml"
    data.write_text('[unit_days]\nweek = "seven"\n', encoding="utf-8")
    with pytest.raises(DataFileError, match=r"spans\.toml:1: field 'unit_days' must be a table of numbers"):
        number_table("unit_days", data)
