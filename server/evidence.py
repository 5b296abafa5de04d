"""Does the library cover the question? A calibrated estimate from the hits, the words and the subject."""

from __future__ import annotations

import math
import re
import tomllib
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from index.passages import Passage
from index.retriever import Hit
from server.answers import Confidence
from server.asked import TELLS
from server.gaps import missing_things
from server.health_names import health_names
from server.logistic import LogisticModel, load_model
from server.outside import outside_complaint
from server.queries import Query
from server.terms import SUBJECT_KINDS, Found, term_list
from server.words import FromVocabulary, Vocabulary, content_stems, library_stems, overlap, stem_counts, word_count

DATA = Path(__file__).parent / "data" / "evidence.json"
OUTSIDE = Path(__file__).parent / "data" / "outside.toml"
JUDGED = 8  # hits that are looked at; the weights are fitted on as many
TOP = 5
MEDICINE_REQUESTS = frozenset({"dose", "stop_medicine"})
HIGH_BM25 = 30.0


class CalibratedJudge:
    """Logistic estimate; its weights are fitted by `python -m evals.evidence` and kept in a data file."""

    def __init__(self, vocabulary: Callable[[], Vocabulary], model: LogisticModel | None = None) -> None:
        """Prepare for a library.

        Args:
            vocabulary: returns the words of its passages in lower case, with how often each occurs.
            model: None for that of the data file.
        """
        self._rarity = FromVocabulary(vocabulary, Rarity)
        self.model = model or load_model(DATA)

    def confidence(self, query: Query, hits: Sequence[Hit]) -> Confidence:
        """Return the estimate and the cut-off, both in [0, 1]; no hits, or a complaint of another part, give 0.

        What a dose or stopping is asked of is redirected whatever is found, so that words on the same medicine beside
        the redirect are always enough.
        """
        if not hits or outside_complaint(query.original):
            return Confidence(0.0, self.model.cutoff)
        estimate = round(self.model.estimate(features(query, hits, self._rarity.get())), 4)
        if query.request in MEDICINE_REQUESTS and _speaks_of_its_medicine(query, hits[0]):
            estimate = max(estimate, self.model.cutoff)
        return Confidence(estimate, self.model.cutoff)


class Rarity:
    """How rare a word is in the library; a word it does not have is the rarest of all."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._counts = counts = stem_counts(vocabulary)
        self._total = max(2, sum(counts.values()))

    @property
    def stems(self) -> Mapping[str, int]:
        """Return the stems of the library, with how often each occurs."""
        return self._counts

    def weight(self, word: str) -> float:
        """Return the information of a stem, from 0 for every second word up to 1 for one that is not there."""
        return math.log(self._total / (self._counts.get(word, 0) + 1)) / math.log(self._total)


def features(query: Query, hits: Sequence[Hit], rarity: Rarity) -> dict[str, float]:
    """Return what the estimate rests on, by name; every value is about 0 to 1.

    dense, adapted, sentence, question: best cosines. dense_top, adapted_top, question_top: mean of the best five.
    bm25: the highest of the lexical search, 1 for 30 and more.
    same_document: share of the first five hits that are from one document.
    words, words_top: share of the question's words, weighted by rarity, in the best passage and in the best five.
    asked_words, asked_words_top: the same with the questions written for the passages; asked_line: in the one question
    that holds most of them.
    unknown: weighted share of words the library does not have; unknown_short: 0.5 for one such word, 1 for more, less
    the longer the query.
    missing: 1 when the question names something that nothing found speaks of (`server.gaps`).
    heading: share of the words in the best heading and title.
    subject: 1 for an exact subject of the term list, 0.6 for a broad one, 0.25 for a circumstance alone.
    length: of the query, 1 for 40 words and more.
    outside: 0.5 for one word that points outside the library, 1 for more; outside_near, outside_far: less the longer
    the query, beside a subject of the library and without one.
    personal: the subject's value when the message tells of somebody's own complaint.
    subject_dense: the product of the two.
    """
    hits = hits[:JUDGED]
    words, terms = _Words.of(query, rarity), query.terms
    search = _search_features(hits)
    length = min(1.0, word_count(query.text) / 40)
    subject = _subject(terms)
    outside = min(1.0, len(_outside().findall(query.text.lower())) / 2)
    return {
        **search,
        **_word_features(words, hits),
        "missing": float(bool(missing_things(query, hits, rarity.stems))),
        "unknown_short": min(1.0, len(words.unknown) / 2) * (1 - length),
        "subject": subject,
        "length": length,
        "outside": outside,
        "outside_near": outside * (1 - length) * subject,
        "outside_far": outside * (1 - length) * (1 - subject),
        "personal": subject * _is_personal(query),
        "subject_dense": subject * search["dense"],
    }


def look_at(passage: Passage) -> None:
    """Work out the words of a passage; they are kept, so that the first query to find it need not wait."""
    for text in (passage.indexed_text, _headed(passage), *passage.questions):
        library_stems(text)


def _speaks_of_its_medicine(query: Query, hit: Hit) -> bool:
    held = library_stems(hit.passage.indexed_text)
    named = [item.text for item in health_names(query.text) if item.kind == "medicines"]
    return any(held.issuperset(content_stems(name)) for name in named)


@dataclass(frozen=True, slots=True)
class _Words:
    """The stems of a query with their rarity; those of subjects the term list knows count as held by every passage."""

    weights: Mapping[str, float]
    total: float
    of_terms: frozenset[str]
    unknown: frozenset[str]

    @classmethod
    def of(cls, query: Query, rarity: Rarity) -> _Words:
        of_terms = frozenset(word for item in query.terms for word in content_stems(item.text))
        unknown = frozenset(word for word in query.stems if word not in rarity.stems and word not in of_terms)
        weights = {word: rarity.weight(word) for word in query.stems}
        return cls(weights, sum(weights.values()) or 1.0, of_terms, unknown)

    def among(self, stems: frozenset[str]) -> frozenset[str]:
        """Return the words that a text of these stems holds."""
        return stems.intersection(self.weights)

    def share(self, held: Collection[str]) -> float:
        """Return the share of the words that are held, weighted by rarity."""
        return sum([weight for word, weight in self.weights.items() if word in held]) / self.total


def _search_features(hits: Sequence[Hit]) -> dict[str, float]:
    top = {name: _best_scores(hits, name) for name in ("dense", "adapted", "question")}
    documents = Counter(hit.passage.document_id for hit in hits[:TOP])
    return {
        **{name: scores[0] for name, scores in top.items()},
        **{f"{name}_top": sum(scores) / len(scores) for name, scores in top.items()},
        "sentence": max(hit.scores.get("sentence", 0.0) for hit in hits),
        "bm25": min(1.0, max(hit.scores.get("bm25", 0.0) for hit in hits) / HIGH_BM25),
        "same_document": max(documents.values()) / TOP,
    }


def _word_features(words: _Words, hits: Sequence[Hit]) -> dict[str, float]:
    nearness = [hit.scores.get("dense", 0.0) + hit.scores.get("sentence", 0.0) for hit in hits]
    at = nearness.index(max(nearness))
    best = hits[at]
    held = [words.among(library_stems(hit.passage.indexed_text)) | words.of_terms for hit in (best, *hits[:TOP])]
    lines = [[words.among(library_stems(line)) for line in hit.passage.questions] for hit in hits]
    asked_top = (line for of_hit in lines[:TOP] for line in of_hit)
    return {
        "words": words.share(held[0]),
        "words_top": words.share(frozenset().union(*held[1:])),
        "asked_words": words.share(held[0].union(*lines[at])),
        "asked_words_top": words.share(frozenset().union(*held[1:], *asked_top)),
        "asked_line": max(map(words.share, {line for of_hit in lines for line in of_hit}), default=0.0),
        "unknown": words.share(words.unknown),
        "heading": overlap(tuple(words.weights), library_stems(_headed(best.passage))),
    }


def _headed(passage: Passage) -> str:
    return f"{passage.source.title} {' '.join(passage.heading_path)}"


@cache
def _outside() -> re.Pattern[str]:
    words = [word for found in tomllib.loads(OUTSIDE.read_text(encoding="utf-8")).values() for word in found]
    # They are in lower case and meet a text in lower case: to ignore case while matching takes several times as long.
    return re.compile(r"\b(?:" + "|".join(words) + r")(?!\w)")


def _best_scores(hits: Sequence[Hit], name: str) -> list[float]:
    return sorted((hit.scores.get(name, hit.scores.get("dense", 0.0)) for hit in hits), reverse=True)[:TOP]


def _is_personal(query: Query) -> bool:
    if TELLS.search(query.original) is None:
        return False
    found = query.terms if query.original == query.text else term_list().find(query.original)
    return any(item.term.kind in ("symptom", "condition") for item in found)


def _subject(terms: Sequence[Found]) -> float:
    found = [item.term for item in terms]
    subjects = [term for term in found if term.kind in SUBJECT_KINDS]
    if any(not term.is_broad for term in subjects):
        return 1.0
    return 0.6 if subjects else 0.25 if any(term.kind != "person" for term in found) else 0.0
