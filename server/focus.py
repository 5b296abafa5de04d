"""What a long personal message asks: its question sentences, and the terms around them that they need."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from server.terms import Found, term_list
from server.words import content_stems, sentences, word_count

# A message up to this many words is searched as it is.
SHORT_WORDS = 22
MAX_QUESTIONS = 2
MAX_CONTEXT_TERMS = 5
MAX_FOCUS_WORDS = 60

DATA = Path(__file__).parent / "data" / "follow-ups.toml"


@dataclass(frozen=True, slots=True)
class Focus:
    """The words to search for, and whether they are fewer than what was written."""

    text: str
    is_shortened: bool


def focus(message: str) -> Focus:
    """Return what a message asks: itself without politeness when short, else its questions and the terms they need."""
    text = without_politeness(" ".join(message.split()))
    if word_count(text) <= SHORT_WORDS:
        return Focus(text, False)
    said = sentences(without_politeness(message.strip()))
    chosen = _questions(said) or _richest(said)
    words = " ".join(chosen)
    context = _context(message, words)
    joined = words if not context else f"{words.rstrip('.?! ')}: {', '.join(context)}"
    shortened = " ".join(joined.split()[:MAX_FOCUS_WORDS])
    return Focus(shortened, True)


def without_politeness(text: str) -> str:
    """Return the text without greetings before it and thanks after it; whole when nothing else is in it."""
    shorter = _patterns().after.sub("", _patterns().before.sub("", text, count=1), count=1).strip(" ,;-")
    return shorter if content_stems(shorter) or len(shorter) > 12 else text.strip()


def _questions(said: list[str]) -> list[str]:
    asked = [
        (at, sentence)
        for at, sentence in enumerate(said)
        if _patterns().asks.search(sentence) and content_stems(sentence)
    ]
    best = sorted(asked, key=lambda item: (-_weight(item[1]), item[0]))[:MAX_QUESTIONS]
    # A question that names nothing adds nothing beside one that does.
    best = [item for item in best if _weight(item[1]) > 1.0] or best[:1]
    return [_cut(sentence) for _, sentence in sorted(best)]


def _richest(said: list[str]) -> list[str]:
    best = sorted(enumerate(said), key=lambda item: (-_weight(item[1]), item[0]))[:MAX_QUESTIONS]
    return [_cut(sentence) for _, sentence in sorted(best)]


def _weight(sentence: str) -> float:
    """Return how much a sentence says about a subject: a question mark, its terms, and fewer words than many."""
    found = {item.term.name: item.term for item in term_list().find(sentence)}
    exact = sum(0.6 if term.is_broad else 1.0 for term in found.values())
    return (1.0 if "?" in sentence else 0.4) + min(exact, 3.0) - max(0, word_count(sentence) - 25) * 0.02


def _cut(sentence: str, limit: int = 28) -> str:
    """Return a sentence typed without full stops cut to the words around its last question word."""
    words = without_politeness(sentence).split()
    if len(words) <= limit:
        return " ".join(words)
    starts = [
        at
        for at, word in enumerate(words)
        if re.match(r"(?i)(what|why|how|when|which|should|can|could|is|does|do)\b", word)
    ]
    start = next((at for at in reversed(starts) if len(words) - at >= 4), len(words) - limit)
    return " ".join(words[max(0, min(start, len(words) - 6)) :][:limit])


def _context(message: str, chosen: str) -> list[str]:
    """Return the terms of the message that the chosen words lack, the exact subjects first, as people wrote them."""
    held = {item.term.name for item in term_list().find(chosen)}
    order = {
        "condition": 0,
        "exercise": 1,
        "body": 2,
        "treatment": 3,
        "person": 3,
        "test": 4,
        "symptom": 5,
        "activity": 6,
    }

    def rank(item: Found) -> tuple[bool, int, int]:
        return item.term.is_broad, order[item.term.kind], item.start

    context: list[str] = []
    for item in sorted(term_list().find(message), key=rank):
        if item.term.name not in held:
            held.add(item.term.name)
            context.append(item.text.lower() if len(item.text) > 3 else item.text)
    return context[:MAX_CONTEXT_TERMS]


@dataclass(frozen=True, slots=True)
class _Patterns:
    before: re.Pattern[str]
    after: re.Pattern[str]
    asks: re.Pattern[str]


@cache
def _patterns() -> _Patterns:
    cues = tomllib.loads(DATA.read_text(encoding="utf-8"))["politeness"]
    joined = {name: "(?:" + "|".join(found) + ")" for name, found in cues.items()}
    first = r"^(?:so |and |but |also )?" + joined["asks_first"] + r"\b"
    return _Patterns(
        before=re.compile(r"^(?:" + joined["before"] + r"\b[\s,.!:;-]*)+", re.IGNORECASE),
        after=re.compile(r"(?:[\s,.!;-]*\b" + joined["after"] + r"\b[\s.!]*)+$", re.IGNORECASE),
        asks=re.compile(r"\?\s*$|" + first + r"|\b" + joined["asks_anywhere"] + r"\b", re.IGNORECASE),
    )
