"""Turns any Unicode text into plain lower-case tokens that remember where they came from."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

# Letters of other scripts that look Latin; people paste them and filters are fooled by them.
_LOOKALIKES = str.maketrans(
    "аеорсухіјѕһԁԛԝвнкмтзѵɡıοαενικρτυχβηµƖ",
    "aeopcyxijshdqwbhkmt3vgioaevikptuxbnul",
)
_QUOTES = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "`": "'", "´": "'", "＇": "'", "“": '"', "”": '"'})
_DASHES = frozenset("–—―−‒")
_TOKEN = re.compile(r"[a-z]+(?:'[a-z]+)*|\d+(?:[.,:/]\d+)*|[^\sa-z0-9]|\n+")
# Halves of a contraction whose apostrophe was lost: "can t", "i ve", "don\ufffdt".
_TAILS = {
    word: frozenset(tails.split())
    for words, tails in (
        ("can don won isn aren wasn weren hasn haven hadn doesn didn couldn wouldn shouldn ain mustn needn", "t"),
        ("i", "m ve d ll"),
        ("we they you", "re ve d ll"),
        ("he she it that there", "s d ll"),
        ("what who here", "s"),
    )
    for word in words.split()
}
_ALL_TAILS = frozenset().union(*_TAILS.values())
_LOST_MARKS = frozenset("'\ufffd\\")
_REPEATED = re.compile(r"([a-z])\1{2,}")


class Token(NamedTuple):
    """One word, number or mark; `start..end` are code points of the original text."""

    text: str
    start: int
    end: int


def fold(text: str) -> tuple[str, list[int] | None]:
    """Return `text` in plain lower case and, for each folded character, its place in `text`.

    Accents, look-alike letters, full-width forms, smart quotes and invisible characters are removed or replaced.
    The map is None when places did not change; it has one more entry than the folded text, for the end.
    """
    if text.isascii():
        return text.lower(), None
    folded: list[str] = []
    places: list[int] = []
    for place, char in enumerate(text):
        for plain in _fold_char(char):
            folded.append(plain)
            places.append(place)
    places.append(len(text))
    return "".join(folded), places


def tokenise(text: str) -> list[Token]:
    """Return the tokens of `text` in order; never raises."""
    folded, places = fold(text)
    has_repeats = _REPEATED.search(folded) is not None
    tokens: list[Token] = []
    for match in _TOKEN.finditer(folded):
        start, end = match.span()
        word = match.group()
        if word[0] == "\n":
            word = "\n"
        elif has_repeats and len(word) > 3 and "a" <= word[0] <= "z":
            word = _REPEATED.sub(r"\1\1", word)
        if places is not None:
            start, end = places[start], places[end - 1] + 1
        tokens.append(Token(word, start, end))
    return _mend_contractions(tokens)


def _mend_contractions(tokens: list[Token]) -> list[Token]:
    """Return `tokens` with "can t" as "can't", "i m" as "i'm"; the mended token covers both halves."""
    if _ALL_TAILS.isdisjoint([token.text for token in tokens]):
        return tokens
    mended: list[Token] = []
    index = 0
    while index < len(tokens):
        head = tokens[index]
        index += 1
        tails = _TAILS.get(head.text)
        if tails is not None:
            at = index + 1 if index + 1 < len(tokens) and tokens[index].text in _LOST_MARKS else index
            if at < len(tokens) and tokens[at].text in tails:
                head = Token(f"{head.text}'{tokens[at].text}", head.start, tokens[at].end)
                index = at + 1
        mended.append(head)
    return mended


def _fold_char(char: str) -> str:
    if char.isascii():
        return char.lower()
    char = char.translate(_QUOTES)
    if char.isascii():
        return char
    if char in _DASHES:
        return "-"
    if char == "°":
        return " "
    if char == "½":
        return ".5"
    if unicodedata.category(char) in ("Cf", "Mn", "Me", "Cc", "Cs"):
        return ""
    plain = unicodedata.normalize("NFKD", char)
    plain = "".join(c for c in plain if not unicodedata.combining(c)).lower().translate(_LOOKALIKES)
    return plain.translate(_QUOTES)
