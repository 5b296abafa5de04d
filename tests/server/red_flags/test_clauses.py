"""A message asked as a whole answers as its sentences, one by one, would."""

from __future__ import annotations

import random

import pytest

from server.red_flags.clauses import Message, split_sentences
from server.red_flags.lexicon import load_lexicon
from server.red_flags.phrases import Phrases, phrases

LISTS = [phrases("times", name) for name in ("gone", "change", "lifelong")] + [phrases("checked", "clear")]
TOLD = (
    "It settled after a week, my back is back to normal.",
    "The scan was clear. It came on suddenly and is worse!",
    "My hip has always been like this since birth... no change.",
    "I like tea. We have a garden.",
    "",
)


def _message(text: str) -> Message:
    return split_sentences(text, load_lexicon())


@pytest.mark.parametrize("text", TOLD)
def test_a_message_has_a_phrase_when_one_of_its_sentences_has(text: str) -> None:
    message = _message(text)
    for asked in LISTS:
        holding = [n for n, sentence in enumerate(message) if sentence.first_of(asked) is not None]
        assert message.holding(asked) == holding
        assert [message.has_any_of(asked) for _ in range(2)] == 2 * [bool(holding)]


def test_the_texts_hold_phrases_of_every_list_and_lack_them_too() -> None:
    for asked in LISTS:
        assert {_message(text).has_any_of(asked) for text in TOLD} == {True, False}


def test_a_phrase_may_stand_across_the_end_of_a_sentence_only_in_a_row() -> None:
    message, asked = _message("It eased. Off to bed."), Phrases(("eased off",))
    assert message.has_in_a_row(asked)
    assert not message.has_any_of(asked)


@pytest.mark.parametrize("phrase", ["a b c", "b c", "c d e", "a", "d e f", "c", "a c", "f a"])
def test_words_in_a_row_are_those_of_the_joined_sentences(phrase: str) -> None:
    dice = random.Random(3)
    asked = Phrases((phrase,))
    texts = [
        "".join(dice.choice(["a ", "b ", "c ", "d ", "e ", "f. ", "c. ", "a. "]) for _ in range(9)) for _ in range(60)
    ]
    found = [_message(text).has_in_a_row(asked) for text in texts]
    assert found == [f" {phrase} " in " ".join(["", *text.replace(".", "").split(), ""]) for text in texts]
    assert any(found)
