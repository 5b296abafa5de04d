"""Merging passages that say the same in (nearly) the same words; every source is kept in `also_in`."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from index.passages import Passage

SIMILARITY = 0.8
_SHINGLE_WORDS = 3
# Shorter texts ("Repeat on the other side.") mean something only under their own headings.
_MIN_WORDS = 20
_WORD = re.compile(r"[^\W_]+(?:[’'][^\W_]+)*")
# Two texts that differ in one of these words, or in a number, may say opposite things.
_DECISIVE = frozenset(
    """
    no not never none without cannot avoid stop don't doesn't didn't isn't aren't can't won't shouldn't mustn't
    left right before after more less increase decrease increases decreases high low above below over under up
    down front back inside outside inner outer flexed extended safe unsafe emergency urgent seconds minutes hours
    days weeks months years
    """.split()  # noqa: SIM905  (a list of words reads better)
)


@dataclass(frozen=True, slots=True)
class Merged:
    """A passage that was left out because `kept_id` says the same. `similarity` is 1.0 for equal words."""

    passage_id: str
    kept_id: str
    similarity: float


def merge_duplicates(passages: Sequence[Passage], similarity: float = SIMILARITY) -> tuple[list[Passage], list[Merged]]:
    """Return the passages without repetitions, and what was merged into which; the first is kept, with all questions.

    Equal means the same words whatever their case and punctuation; near means that word triples overlap by at least
    `similarity` (Jaccard) and no number or word that turns a meaning differs. Texts under 20 words are merged only
    under the same title and headings. Candidates are found by their rarest triples, so that the time grows about
    linearly with the number of passages.

    Source of the filter: Chaudhuri, Ganti, Kaushik 2006, doi:10.1109/ICDE.2006.9 (prefix filter for set overlap).
    """
    words = [tuple(word.replace("’", "'") for word in _WORD.findall(passage.text.lower())) for passage in passages]
    shingles = [_shingles(text) for text in words]
    rarity = Counter(shingle for found in shingles for shingle in found)
    by_shingle: defaultdict[object, list[int]] = defaultdict(list)
    same: dict[int, list[Passage]] = {}
    merged: list[Merged] = []
    for number, passage in enumerate(passages):
        ranked = sorted(shingles[number], key=lambda shingle: (rarity[shingle], shingle))
        prefix = ranked[: len(ranked) - math.ceil(similarity * len(ranked)) + 1]
        kept, score = _best_match(number, passages, words, shingles, prefix, by_shingle, similarity)
        if kept is not None:
            merged.append(Merged(passage.passage_id, passages[kept].passage_id, round(score, 3)))
            same[kept].append(passage)
            continue
        same[number] = []
        for shingle in prefix:
            by_shingle[shingle].append(number)
    return [_with_merged(passages[number], others) for number, others in same.items()], merged


def _best_match(
    number: int,
    passages: Sequence[Passage],
    words: Sequence[tuple[str, ...]],
    shingles: Sequence[frozenset[tuple[str, ...]]],
    prefix: Sequence[tuple[str, ...]],
    by_shingle: defaultdict[object, list[int]],
    similarity: float,
) -> tuple[int | None, float]:
    best, best_score = None, 0.0
    for other in sorted({found for shingle in prefix for found in by_shingle.get(shingle, ())}):
        score = _overlap(shingles[number], shingles[other])
        if score < similarity or score <= best_score:
            continue
        same_place = _place(passages[number]) == _place(passages[other])
        is_long = min(len(words[number]), len(words[other])) >= _MIN_WORDS
        if (same_place or is_long) and _decisive(words[number]) == _decisive(words[other]):
            best, best_score = other, score
    return best, best_score


def _shingles(words: tuple[str, ...]) -> frozenset[tuple[str, ...]]:
    count = max(1, len(words) - _SHINGLE_WORDS + 1)
    return frozenset(words[start : start + _SHINGLE_WORDS] for start in range(count))


def _overlap(left: frozenset[tuple[str, ...]], right: frozenset[tuple[str, ...]]) -> float:
    return len(left & right) / len(left | right)


def _place(passage: Passage) -> tuple[str, ...]:
    return (passage.source.title.casefold(), *(part.casefold() for part in passage.heading_path))


def _decisive(words: tuple[str, ...]) -> Counter[str]:
    return Counter(word for word in words if word in _DECISIVE or any(char.isdigit() for char in word))


def _with_merged(passage: Passage, others: Sequence[Passage]) -> Passage:
    """Return a passage with the sources and the questions of those that say the same."""
    sources = {other.source.source_id: other.source for other in others}
    sources.pop(passage.source.source_id, None)
    questions = dict.fromkeys(question for one in (passage, *others) for question in one.questions)
    return replace(passage, also_in=tuple(sources.values()), questions=tuple(questions))
