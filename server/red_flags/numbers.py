"""Reads numbers, and the tables of `data/spans.toml` that say what words of number and time stand for."""

from __future__ import annotations

from pathlib import Path

from server.red_flags.phrases import number_table

SPANS = Path(__file__).parent / "data" / "spans.toml"
NUMBERS = number_table("numbers", SPANS)


def number_at(words: tuple[str, ...], index: int) -> float | None:
    """Return the number that `words[index]` stands for, None when it is not one."""
    if not 0 <= index < len(words):
        return None
    word = words[index]
    if word in NUMBERS:
        return NUMBERS[word]
    try:
        return float(word.replace(",", "."))
    except ValueError:
        return None
