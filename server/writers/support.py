"""Does a passage support a sentence? Strict on numbers, negation and medical words; then words and meaning."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.passages import Passage
from server.terms import term_list
from server.words import content_stems, overlap

Embed = Callable[[Sequence[str]], NDArray[np.float32]]  # unit vectors, shape (n, dim)
Span = tuple[int, int]

# Share of the sentence's words that must stand in the passage, and in the nearest sentence there with its neighbours;
# its cosine with that sentence. Of the thresholds tried on evals/data/support.jsonl (cosine 0.45 to 0.75), this cosine
# drops the most unsupported sentences without dropping supported ones. The rules on numbers, terms, negation and
# opposites refuse most; a claim made of the passage's own words in another order can still pass. `python -m
# evals.support` measures it.
MIN_WORDS = 0.5
MIN_WORDS_NEAR = 0.6
MIN_COSINE = 0.55
# Words of opposite direction, by stem: a sentence with one is not supported by a sentence with the other alone.
_OPPOSITES = tuple(
    (frozenset(content_stems(first)), frozenset(content_stems(second)))
    for first, second in (
        ("faster sooner quicker quickly", "slower slowly later"),
        ("better ease eases relief improve improves settles", "worse ache aches hurt hurts irritate harm"),
        ("increase raise higher", "decrease reduce lower"),
        ("safe harmless", "unsafe harmful dangerous"),
        ("always usually often", "never rarely seldom"),
        ("longer", "shorter"),
    )
)
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_SMALL_NUMBERS = re.findall(r"\w+", "zero one two three four five six seven eight nine ten eleven twelve")
_NUMBER_WORDS = {word: str(number) for number, word in enumerate(_SMALL_NUMBERS)}
_NEGATION = re.compile(
    r"\b(?:not|no|never|none|without|cannot|neither|nor|rarely|seldom|unlikely|avoid|\w+n['’]t)\b", re.IGNORECASE
)
_FORBIDDEN = re.compile(
    r"\b\d+ ?(?:mg|milligrams?|micrograms?|mcg|ml)\b|\byou (?:probably |likely |clearly )?have (?!to\b)|\bstop taking\b|https?://",
    re.IGNORECASE,
)
_KINDS_THAT_MUST_MATCH = frozenset({"condition", "body", "exercise", "treatment", "test"})


@dataclass(frozen=True, slots=True)
class Support:
    """The sentence of a passage that supports another, and how near it is; `reason` says why there is none."""

    span: Span | None
    cosine: float = 0.0
    reason: str = ""


def find_support(sentence: str, passage: Passage, embed: Embed | None = None) -> Support:
    """Return where a passage supports a sentence written by a model, or why it does not.

    Without `embed` only the words are compared.
    """
    refused = refusal(sentence, passage)
    if refused:
        return Support(None, reason=refused)
    texts = [passage.text[a - passage.start : b - passage.start] for a, b in passage.sentences] or [passage.text]
    spans = list(passage.sentences) or [(passage.start, passage.end)]
    nearness = _nearness(sentence, texts, embed)
    best = max(range(len(texts)), key=lambda at: nearness[at])
    if embed is not None and nearness[best] < MIN_COSINE:
        return Support(None, nearness[best], "meaning")
    if is_negated(sentence) != is_negated(texts[best]):
        return Support(None, nearness[best], "negation")
    if is_opposed(sentence, texts[best]):
        return Support(None, nearness[best], "opposite")
    near = " ".join([passage.source.title, *passage.heading_path, *texts[max(0, best - 1) : best + 2]])
    if overlap(content_stems(sentence), content_stems(near)) < MIN_WORDS_NEAR:
        return Support(None, nearness[best], "words")
    return Support(spans[best], nearness[best])


def refusal(sentence: str, passage: Passage) -> str:
    """Return why a passage cannot support a sentence, by its words alone; empty when it may."""
    if _FORBIDDEN.search(sentence):
        return "forbidden"
    if numbers(sentence) - numbers(passage.indexed_text):
        return "number"
    if _terms(sentence) - _terms(passage.indexed_text):
        return "term"
    if overlap(content_stems(sentence), content_stems(passage.indexed_text)) < MIN_WORDS:
        return "words"
    return ""


def numbers(text: str) -> set[str]:
    """Return the numbers of a text as digits, those in words up to twelve included ("one" only as a digit).

    >>> sorted(numbers("Six of 10 people, in 2 to 3 weeks"))
    ['10', '2', '3', '6']
    """
    words = {_NUMBER_WORDS[w] for w in re.findall(r"[a-z]+", text.lower()) if w in _NUMBER_WORDS and w != "one"}
    return {match.replace(",", "") for match in _NUMBER.findall(text)} | words


def is_negated(text: str) -> bool:
    """Return whether a sentence says that something is not so."""
    return bool(_NEGATION.search(text))


def is_opposed(sentence: str, other: str) -> bool:
    """Return whether one text says faster where the other says slower, and the like.

    >>> is_opposed("Rest makes recovery faster.", "Rest makes recovery slower.")
    True
    """
    first, second = set(content_stems(sentence)), set(content_stems(other))
    for up, down in (*_OPPOSITES, *((down, up) for up, down in _OPPOSITES)):
        if first & up and not first & down and second & down and not second & up:
            return True
    return False


def _terms(text: str) -> set[str]:
    return {item.term.name for item in term_list().find(text) if item.term.kind in _KINDS_THAT_MUST_MATCH}


def _nearness(sentence: str, texts: Sequence[str], embed: Embed | None) -> list[float]:
    if embed is None:
        stems = content_stems(sentence)
        return [overlap(stems, content_stems(text)) for text in texts]
    vectors = embed([sentence, *texts])
    return [float(value) for value in vectors[1:] @ vectors[0]]
