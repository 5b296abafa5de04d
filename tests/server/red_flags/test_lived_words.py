"""Signs told by what they do to the day, each kind beside ordinary talk in the same words: see lived_words.toml."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from server.red_flags.assess import assess
from server.red_flags.explain import UserText

KINDS = tomllib.loads(Path(__file__).with_name("lived_words.toml").read_text(encoding="utf-8"))["kind"]


@pytest.mark.parametrize(("text", "rule"), [sign for kind in KINDS for sign in kind.get("signs", ())])
def test_a_sign_told_in_lived_words_is_found(text: str, rule: str) -> None:
    assert rule in {hit.rule for hit in assess([UserText(text)]).hits}


@pytest.mark.parametrize("text", [text for kind in KINDS for text in kind.get("ordinary", ())])
def test_the_same_words_of_something_else_raise_no_flag(text: str) -> None:
    assert assess([UserText(text)]).level.label in ("none", "routine")
