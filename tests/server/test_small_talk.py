"""Small talk: what asks the library nothing is known by the whole message, and a question is never swallowed."""

from __future__ import annotations

import time
import tomllib

import pytest

from server.red_flags.words import read_known_words
from server.replies import DATA as REPLIES
from server.small_talk import DATA, small_talk
from server.spelling import Speller

SPELLER = Speller(dict.fromkeys(("sciatica", "hip", "clamshell"), 40), (), read_known_words())


def talk(message: str) -> str | None:
    """Return what a message is that asks nothing."""
    return small_talk(message, SPELLER.knows)


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        ("morning!", "greeting"),
        ("good day to you", "greeting"),
        ("ok great i'll do that", "thanks"),
        ("sound, thanks", "thanks"),
        ("You have put my mind at rest", "thanks"),
        ("what a relief, thank you", "thanks"),
        ("thank you i feel better now", "thanks"),
        ("are you from the NHS?", "identity"),
        ("give me someone to talk to", "human"),
        ("nope that's not it", "complaint"),
        ("you are no good", "abuse"),
        ("blah blah blah", "gibberish"),
        ("gracias, ¿hablas español?", "other_language"),
        ("what else can you tell me", "capability"),
        ("cheers pal", "thanks"),
        ("thanks a bunch", "thanks"),
        ("Thank you dear, you have been most helpful.", "thanks"),
        ("that's great, thank you", "thanks"),
        ("ok will do, thanks", "thanks"),
        ("thanks for explaining", "thanks"),
        ("who is this", "identity"),
        ("why should I believe you", "identity"),
        ("can I speak to a human?", "human"),
        ("I'd like to talk to a real person please", "human"),
        ("is there a human here", "human"),
        ("that did not help", "complaint"),
        ("that's not what I asked", "complaint"),
        ("your answer is wrong", "complaint"),
        ("you didn't answer my question", "complaint"),
        ("I don't understand", "unclear"),
        ("sory i dont get it", "unclear"),
        ("say it simpler", "unclear"),
        ("can you explain that in plain English please", "unclear"),
        ("what do you mean?", "unclear"),
        ("you're a waste of space", "abuse"),
        ("nothing works. fed up.", "fed_up"),
        ("I'm at my wits end", "fed_up"),
        ("honestly I'm so tired of this pain", "fed_up"),
        ("nobody believes me", "fed_up"),
        ("this is absolute rubbish", "abuse"),
        ("qwertyuiop", "gibberish"),
        ("can you repeat that?", "vague"),
        ("is it part of this?", "vague"),
        ("I don't have any of those", "screening"),
        ("no, none of those apply to me", "screening"),
    ],
)
def test_what_asks_nothing_is_known(message: str, kind: str) -> None:
    assert talk(message) == kind


@pytest.mark.parametrize(
    "message",
    [
        "thanks for that what about swimming",
        "thanks for the help, how long does it last",
        "morning stiffness",
        "that is not helping my back, what else helps",
        "the exercises did not help",
        "what does that mean for my hip",
        "I don't understand why my hip hurts",
        "what do you mean by sciatica",
        "explain sciatica in simple words",
        "can I speak to a physio about my hip",
        "is it related to my back",
        "I don't have any of the exercises",
        "none of the exercises work",
        "easier",
        "I can't follow the clamshell",
        "hip",
    ],
)
def test_what_may_be_a_question_is_left_to_the_library(message: str) -> None:
    assert talk(message) is None


def test_every_kind_of_small_talk_has_an_answer() -> None:
    kinds = tomllib.loads(DATA.read_text(encoding="utf-8"))["patterns"]
    assert kinds.keys() <= tomllib.loads(REPLIES.read_text(encoding="utf-8"))["small_talk"].keys()


@pytest.mark.parametrize("run", ["that is not ", "thanks for that ", "sorry i dont ", "you didn't ", "ok thanks so "])
def test_long_runs_of_such_words_are_read_at_once(run: str) -> None:
    started = time.perf_counter()
    talk(run * 300 + "x")
    assert time.perf_counter() - started < 1
