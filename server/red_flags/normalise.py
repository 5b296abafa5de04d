"""Turns any Unicode text into plain lower-case tokens that remember where they came from."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from operator import itemgetter
from string import ascii_lowercase

# Letters of other scripts that look Latin; people paste them and filters are fooled by them.
_LOOKALIKES = str.maketrans(
    "аеорсухіјѕһԁԛԝвнкмтзѵɡıοαενικρτυχβηµƖ",
    "aeopcyxijshdqwbhkmt3vgioaevikptuxbnul",
)
_QUOTES = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "`": "'", "´": "'", "＇": "'", "“": '"', "”": '"'})
_DASHES = frozenset("–—―−‒")
_TOKEN = re.compile(r"(?<![a-z])[a-z](?:\.[a-z]){2,}(?![a-z])|[a-z]+(?:'[a-z]+)*|\d+(?:[.,:/]\d+)*|[^\sa-z0-9]|\n+")
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
_ASCII_OR_NOT = re.compile(r"[\x00-\x7f]+|[^\x00-\x7f]")
_DOTTED = re.compile(r"[a-z]\.[a-z]")
_THRICE = ("\n\n", *(letter * 3 for letter in ascii_lowercase))  # without one of them nothing is repeated
_REPEATED = re.compile(r"([a-z])\1{2,}|\n{2,}")


Token = tuple[str, int, int]  # a word, a number or a mark, and the code points of the text that it covers


def fold(text: str) -> tuple[str, list[int] | None]:
    """Return `text` in plain lower case and, for each folded character, its place in `text`.

    Accents, look-alike letters, full-width forms, smart quotes and invisible characters are removed or replaced.
    The map is None when places did not change; it has one more entry than the folded text, for the end.
    """
    if text.isascii():
        return text.lower(), None
    folded: list[str] = []
    places: list[int] = []
    for run in _ASCII_OR_NOT.finditer(text):
        start, end = run.span()
        plain = run.group().lower() if text[start].isascii() else _fold_char(text[start])
        folded.append(plain)
        places += range(start, end) if end - start > 1 else [start] * len(plain)
    places.append(len(text))
    return "".join(folded), places


def tokenise(text: str) -> list[Token]:
    """Return the tokens of `text` in order; never raises."""
    folded, places = fold(text)
    tokens: list[Token] = []
    end = 0
    for word in _TOKEN.findall(folded):
        start = folded.index(word, end)  # only blanks stand between two tokens
        end = start + len(word)
        tokens.append((word, start, end))
    if _DOTTED.search(folded):
        tokens = [(_undotted(word), start, end) for word, start, end in tokens]
    if any(letters in folded for letters in _THRICE):
        for repeat in _REPEATED.finditer(folded):
            at = bisect_right(tokens, repeat.start(), key=itemgetter(1)) - 1
            tokens[at] = (_shortened(tokens[at][0]), *tokens[at][1:])
    if places is not None:
        tokens = [(word, places[start], places[end - 1] + 1) for word, start, end in tokens]
    return _mend_contractions(tokens)


def _undotted(word: str) -> str:
    """Return "uti" for "u.t.i"; numbers and marks stay."""
    return word.replace(".", "") if "." in word and "a" <= word[0] <= "z" else word


def _shortened(word: str) -> str:
    """Return "nuumb" for "nuuuumb", and one line end for several."""
    if word[0] == "\n":
        return "\n"
    return _REPEATED.sub(r"\1\1", word) if len(word) > 3 and "a" <= word[0] <= "z" else word


def _mend_contractions(tokens: list[Token]) -> list[Token]:
    """Return `tokens` with "can t" as "can't", "i m" as "i'm"; the mended token covers both halves."""
    words = [word for word, _, _ in tokens]
    if _ALL_TAILS.isdisjoint(words):
        return tokens
    mended: list[Token] = []
    index = 0
    while index < len(tokens):
        word, start, end = tokens[index]
        index += 1
        tails = _TAILS.get(word)
        if tails is not None:
            at = index + 1 if index + 1 < len(words) and words[index] in _LOST_MARKS else index
            if at < len(words) and words[at] in tails:
                word, end = f"{word}'{words[at]}", tokens[at][2]
                index = at + 1
        mended.append((word, start, end))
    return mended


def _fold_char(char: str) -> str:
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
