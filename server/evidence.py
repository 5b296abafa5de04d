"""Does the library cover the question? A calibrated estimate from the hits, the words and the subject."""

from __future__ import annotations

import json
import math
import re
import tomllib
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from index.retriever import Hit
from server.answers import Confidence
from server.queries import Query
from server.terms import SUBJECT_KINDS, Found, term_list, unmentioned
from server.words import FromVocabulary, Vocabulary, content_stems, library_stems, overlap, stem, word_count

DATA = Path(__file__).parent / "data" / "evidence.json"
OUTSIDE = Path(__file__).parent / "data" / "outside.toml"
TOP = 5
_TELLS = re.compile(r"\b(i|i'm|i've|i’m|i’ve|my|me|he|she|his|her|our)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Coefficients:
    """A logistic model: its weight for each feature by name, its intercept, and the cut-off in [0, 1]."""

    weights: Mapping[str, float]
    intercept: float
    cutoff: float


class CalibratedJudge:
    """Logistic estimate; its coefficients are fitted by `python -m evals.evidence` and kept in a data file."""

    def __init__(self, vocabulary: Callable[[], Vocabulary], coefficients: Coefficients | None = None) -> None:
        """Prepare for a library.

        Args:
            vocabulary: returns the words of its passages in lower case, with how often each occurs.
            coefficients: None for those of the data file.
        """
        self._rarity = FromVocabulary(vocabulary, Rarity)
        self.coefficients = coefficients or load_coefficients()

    def confidence(self, query: Query, hits: Sequence[Hit]) -> Confidence:
        """Return the estimate and the cut-off, both in [0, 1]; no hits give 0."""
        model = self.coefficients
        if not hits:
            return Confidence(0.0, model.cutoff)
        values = features(query, hits, self._rarity.get())
        logit = model.intercept + sum(weight * values[name] for name, weight in model.weights.items())
        return Confidence(round(1 / (1 + math.exp(-max(-30.0, min(30.0, logit)))), 4), model.cutoff)


class Rarity:
    """How rare a word is in the library; a word it does not have is the rarest of all."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        counts: dict[str, int] = {}
        for word, count in vocabulary.items():
            counts[stem(word)] = counts.get(stem(word), 0) + count
        self._counts = counts
        self._total = max(2, sum(counts.values()))

    @property
    def stems(self) -> Collection[str]:
        """Return the stems of the library."""
        return self._counts

    def weight(self, word: str) -> float:
        """Return the information of a stem, from 0 for every second word up to 1 for one that is not there."""
        return math.log(self._total / (self._counts.get(word, 0) + 1)) / math.log(self._total)


def features(query: Query, hits: Sequence[Hit], rarity: Rarity) -> dict[str, float]:
    """Return what the estimate rests on, by name; every value is about 0 to 1.

    dense, sentence, question: best cosines; that of a question is that of the passage or its best sentence where no
    questions were written. dense_top, question_top: mean of the best five. same_document: share of the first five hits
    that are from one document.
    words, words_top: share of the question's words, weighted by rarity, in the best passage and in the best five.
    unknown: weighted share of words the library does not have; unknown_short: 0.5 for one such word, 1 for more, less
    the longer the query.
    missing: 1 when a short question names a thing that the library never mentions.
    heading: share of the words in the best heading and title.
    subject: 1 for an exact subject of the term list, 0.6 for a broad one, 0.25 for a circumstance alone.
    length: of the query, 1 for 40 words and more.
    outside: 0.5 for one word that points outside the library, 1 for more; outside_near, outside_far: less the longer
    the query, beside a subject of the library and without one.
    personal: the subject's value when the message tells of somebody's own complaint.
    subject_dense: the product of the two.
    """
    asked = query.stems
    weights = {word: rarity.weight(word) for word in asked}
    total = sum(weights.values()) or 1.0
    best = max(hits, key=lambda hit: hit.scores.get("dense", 0.0) + hit.scores.get("sentence", 0.0))
    top = sorted((hit.scores.get("dense", 0.0) for hit in hits), reverse=True)[:TOP]
    questions = sorted(map(_question, hits), reverse=True)[:TOP]
    documents = Counter(hit.passage.document_id for hit in hits[:TOP])
    held = _held(best)
    held_top = frozenset[str]().union(*(_held(hit) for hit in hits[:TOP]))
    terms = query.terms
    of_terms = {word for item in terms for word in content_stems(item.text)}
    strange = sum(word not in rarity.stems and word not in of_terms for word in asked)
    unknown = sum(weight for word, weight in weights.items() if word not in rarity.stems and word not in of_terms)
    heading = f"{best.passage.source.title} {' '.join(best.passage.heading_path)}"
    subject = _subject(terms)
    outside = min(1.0, len(_outside().findall(query.text)) / 2)
    length = min(1.0, word_count(query.text) / 40)
    dense = max(hit.scores.get("dense", 0.0) for hit in hits)
    return {
        "dense": dense,
        "sentence": max(hit.scores.get("sentence", 0.0) for hit in hits),
        "dense_top": sum(top) / len(top),
        "question": questions[0],
        "question_top": sum(questions) / len(questions),
        "same_document": max(documents.values()) / TOP,
        "words": sum(weight for word, weight in weights.items() if word in held | of_terms) / total,
        "words_top": sum(weight for word, weight in weights.items() if word in held_top | of_terms) / total,
        "unknown": unknown / total,
        "heading": overlap(asked, library_stems(heading)),
        "subject": subject,
        "length": length,
        "missing": float(bool(unmentioned(query.text, rarity.stems))),
        "unknown_short": min(1.0, strange / 2) * (1 - length),
        "outside": outside,
        "outside_near": outside * (1 - length) * subject,
        "outside_far": outside * (1 - length) * (1 - subject),
        "personal": subject * _is_personal(query.original),
        "subject_dense": subject * dense,
    }


@cache
def load_coefficients(path: Path = DATA) -> Coefficients:
    """Return the fitted model of a file."""
    raw = json.loads(path.read_text(encoding="utf-8"))
    return Coefficients(raw["weights"], raw["intercept"], raw["cutoff"])


@cache
def _outside() -> re.Pattern[str]:
    words = [word for found in tomllib.loads(OUTSIDE.read_text(encoding="utf-8")).values() for word in found]
    return re.compile(r"\b(?:" + "|".join(words) + r")(?!\w)", re.IGNORECASE)


def _question(hit: Hit) -> float:
    own_words = max(hit.scores.get("dense", 0.0), hit.scores.get("sentence", 0.0))
    return hit.scores.get("question", own_words)


def _held(hit: Hit) -> frozenset[str]:
    return library_stems(hit.passage.indexed_text)


def _is_personal(message: str) -> bool:
    if _TELLS.search(message) is None:
        return False
    return any(item.term.kind in ("symptom", "condition") for item in term_list().find(message))


def _subject(terms: Sequence[Found]) -> float:
    found = [item.term for item in terms]
    subjects = [term for term in found if term.kind in SUBJECT_KINDS]
    if any(not term.is_broad for term in subjects):
        return 1.0
    return 0.6 if subjects else 0.25 if any(term.kind != "person" for term in found) else 0.0
