"""Retrieval: runs a system over a data set's queries and measures the ranking of its documents, with intervals."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, get_args

import numpy as np

from evals.datasets import Dataset, Topic
from evals.progress import followed
from evals.reference import PlainBM25
from evals.runs import JUDGED_ONLY, MEASURES, Run, judged_only, ordered_scores, per_query
from evals.stats import bootstrap_mean
from index.fusion import reciprocal_rank
from index.passages import Passage
from index.retriever import Hit, Retriever

SystemName = Literal["bm25", "dense", "hybrid", "rrf", "dense-cut", "bm25-plain", "served"]
SYSTEMS: tuple[SystemName, ...] = get_args(SystemName)

PASSAGES = 500  # taken per query, so that a hundred documents come of them
DOCUMENTS = 100  # of a run, per query
SHOWN = 10  # documents kept per query with words to compare them by
EXCERPT_CHARS = 220

DocumentOf = Callable[[Passage], str]


@dataclass(frozen=True, slots=True)
class Ranked:
    """A document found for a query, with the passage that it was found by."""

    document_id: str
    score: float
    excerpt: str = ""


@dataclass(frozen=True)
class RetrievalResult:
    """The ranking of every query, and what it measures."""

    name: str
    system: str
    metrics: dict[str, float]
    intervals: dict[str, tuple[float, float]]
    queries: int
    left_out: int
    per_query: dict[str, dict[str, float]]
    run: Run = field(repr=False)
    shown: dict[str, list[Ranked]] = field(default_factory=dict, repr=False)
    texts: dict[str, str] = field(default_factory=dict, repr=False)
    search_ms: dict[str, float] = field(default_factory=dict)

    def to_json(self, *, with_texts: bool = True) -> dict[str, Any]:
        """Return everything but the run as plain JSON values; without words of queries and passages if asked."""
        found = {
            query_id: [
                [one.document_id, round(one.score, 5), *([one.excerpt] if with_texts else [])] for one in ranked[:SHOWN]
            ]
            for query_id, ranked in self.shown.items()
        }
        return {
            "suite": "retrieval",
            "data": self.name,
            "system": self.system,
            "metrics": {name: round(value, 6) for name, value in self.metrics.items()},
            "intervals": {name: [round(low, 6), round(high, 6)] for name, (low, high) in self.intervals.items()},
            "queries": self.queries,
            "left_out": self.left_out,
            "search_ms": self.search_ms,
            "per_query": {q: {m: round(v, 5) for m, v in values.items()} for q, values in self.per_query.items()},
            **({"texts": self.texts, "found": found} if with_texts else {}),
        }


def search_documents(
    retriever: Retriever, text: str, system: str, document_of: DocumentOf, *, lexical_text: str | None = None
) -> list[Ranked]:
    """Return up to 100 documents, best first, each scored by its best passage.

    Args:
        system: "bm25", "dense" and "hybrid" are the product's own; "rrf" is the reciprocal rank fusion of the first
            two; "dense-cut" compares only the first window of a document, as a model does that cuts at its limit.
    """
    if system == "rrf":
        rankings = [
            search_documents(retriever, text, one, document_of, lexical_text=lexical_text) for one in ("bm25", "dense")
        ]
        return _fused_by_rank(rankings)
    hits = retriever.search(text, PASSAGES, system=_product_system(system), lexical_query=lexical_text)
    if system == "dense-cut":
        hits = [hit for hit in hits if hit.passage.start == 0]
    return best_passages(hits, document_of)


def served_search(retriever: Retriever, document_of: DocumentOf) -> Callable[[Topic], list[Ranked]]:
    """Return the search as the server does it: the query it makes of a message, then `server.fitness.find`.

    Behind the passages that the server puts in order come the others as the search ranks them, with scores below 0.
    """
    from server.conversations import Message
    from server.fitness import RERANKED, find
    from server.queries import QueryBuilder
    from server.red_flags.words import read_known_words

    builder = QueryBuilder(lambda: retriever.vocabulary, read_known_words())

    def search(topic: Topic) -> list[Ranked]:
        query = builder.standalone_query([Message("user", topic.text)])
        first = find(retriever, query, RERANKED)
        rest = retriever.search(query.text, PASSAGES, lexical_query=query.lexical_text)
        return best_passages([*first, *(replace(hit, score=hit.score - 1) for hit in rest)], document_of)

    return search


def best_passages(hits: Sequence[Hit], document_of: DocumentOf) -> list[Ranked]:
    """Return the documents of hits in order of their best passage."""
    ranked: dict[str, Ranked] = {}
    for hit in hits:
        document_id = document_of(hit.passage)
        if document_id not in ranked:
            ranked[document_id] = Ranked(document_id, hit.score, excerpt(hit.passage))
            if len(ranked) == DOCUMENTS:
                break
    return list(ranked.values())


def run_system(
    name: str,
    dataset: Dataset,
    search: Callable[[Topic], list[Ranked]],
    system: str,
) -> RetrievalResult:
    """Return what a system finds for every query of a data set, measured.

    Args:
        name: of the data, for people.
        search: returns documents for a query, best first.
        system: name of the system.
    """
    shown: dict[str, list[Ranked]] = {}
    times = []
    for topic in followed(dataset.topics, f"{name} {system}", len(dataset.topics)):
        started = time.perf_counter()
        shown[topic.query_id] = search(topic)
        times.append(1000 * (time.perf_counter() - started))
    run = {query_id: _scores(ranked) for query_id, ranked in shown.items()}
    milliseconds = {"p50": round(float(np.median(times)), 3), "p95": round(float(np.quantile(times, 0.95)), 3)}
    return measured(name, system, dataset, run, shown=shown, search_ms=milliseconds)


def measured(
    name: str,
    system: str,
    dataset: Dataset,
    run: Run,
    *,
    shown: Mapping[str, list[Ranked]] | None = None,
    search_ms: dict[str, float] | None = None,
) -> RetrievalResult:
    """Return the measures of a run, over every query that has a judgement above 0."""
    values = per_query(run, dataset.qrels)
    condensed = per_query(judged_only(run, dataset.qrels), dataset.qrels, ("nDCG@10",))
    for query_id, one in condensed.items():
        values[query_id][JUDGED_ONLY] = one["nDCG@10"]
    names = (*MEASURES, JUDGED_ONLY)
    estimates = {measure: bootstrap_mean([one[measure] for one in values.values()]) for measure in names}
    return RetrievalResult(
        name=name,
        system=system,
        metrics={measure: estimate.value for measure, estimate in estimates.items()},
        intervals={measure: (estimate.low, estimate.high) for measure, estimate in estimates.items()},
        queries=len(values),
        left_out=dataset.left_out,
        per_query=values,
        run=run,
        shown={query_id: list(ranked[:SHOWN]) for query_id, ranked in (shown or {}).items()},
        texts={topic.query_id: topic.text for topic in dataset.topics},
        search_ms=search_ms or {},
    )


def plain_bm25_search(dataset: Dataset) -> Callable[[Topic], list[Ranked]]:
    """Return the search of plain BM25 over whole documents (k1 1.5, b 0.75, English stems, every word kept)."""
    bm25 = PlainBM25(dataset.documents)
    return lambda topic: [Ranked(one, score) for one, score in bm25.search(topic.text, DOCUMENTS)]


def excerpt(passage: Passage) -> str:
    """Return the title, the last heading and the first words of a passage in one line."""
    headings = " › ".join(dict.fromkeys(part for part in (passage.source.title, *passage.heading_path[-1:]) if part))
    words = " ".join(passage.text.split())
    return f"{headings}: {words[:EXCERPT_CHARS]}" + ("…" if len(words) > EXCERPT_CHARS else "")


def _product_system(system: str) -> Literal["bm25", "dense", "hybrid"]:
    if system == "bm25":
        return "bm25"
    return "dense" if system.startswith("dense") else "hybrid"


def _fused_by_rank(rankings: Sequence[Sequence[Ranked]]) -> list[Ranked]:
    documents = {one.document_id: one for ranking in rankings for one in ranking}
    numbers = {document_id: number for number, document_id in enumerate(documents)}
    names = list(documents)
    fused = reciprocal_rank([[numbers[one.document_id] for one in ranking] for ranking in rankings])
    order = sorted(fused, key=lambda number: -fused[number])[:DOCUMENTS]
    return [Ranked(names[number], fused[number], documents[names[number]].excerpt) for number in order]


def _scores(ranked: Sequence[Ranked]) -> dict[str, float]:
    scores = ordered_scores(one.score for one in ranked)
    return dict(zip((one.document_id for one in ranked), scores, strict=True))
