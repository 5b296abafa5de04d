"""python -m evals retrieval: a data set, an index of it, a run, its measures as a table and as JSON."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from evals.corpora import open_corpus_index
from evals.datasets import Dataset, Topic, read_dataset
from evals.errors import DatasetInvalid
from evals.library import open_library, read_library_dataset, section_id
from evals.progress import StageBars
from evals.provenance import command_line, index_provenance, provenance
from evals.retrieval import (
    DocumentOf,
    Ranked,
    RetrievalResult,
    measured,
    plain_bm25_search,
    run_system,
    search_documents,
    served_search,
)
from evals.runs import read_run, write_run
from index.retriever import Retriever

EXIT_OK = 0


def run_retrieval(options: argparse.Namespace) -> int:
    """Measure what the options ask for, print a table, write what they name; return 0.

    Raises:
        EvalsError, IndexingError: if the data or an index cannot be read.
    """
    report: dict[str, Any] = provenance(command_line("evals", options.typed))
    result, about_index = _measure(options)
    report |= {"split": options.split, "index": about_index, **result.to_json(with_texts=not options.no_texts)}
    print_metrics([result])
    if options.run_out:
        write_run(options.run_out, result.run, f"plumbline-{options.system}")
    if options.json:
        write_report(options.json, report)
    return EXIT_OK


def write_report(path: Path, report: dict[str, Any]) -> None:
    """Write a report as JSON; the file appears whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(path.name + ".unfinished")
    try:
        unfinished.write_text(json.dumps(report, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def print_metrics(results: list[RetrievalResult]) -> None:
    """Print measures as a table, each with its 95 % interval."""
    table = Table(title="Retrieval, mean and 95 % interval")
    table.add_column("measure")
    for result in results:
        table.add_column(f"{result.name} · {result.system} · {result.queries} queries")
    for measure in results[0].metrics:
        cells = []
        for result in results:
            low, high = result.intervals[measure]
            cells.append(f"{result.metrics[measure]:.3f}  ({low:.3f} to {high:.3f})")
        table.add_row(measure, *cells)
    console = Console()
    console.print(table)
    for result in results:
        if result.left_out:
            console.print(f"{result.name}: {result.left_out} judged queries have no grade above 0 and are left out")


def _measure(options: argparse.Namespace) -> tuple[RetrievalResult, dict[str, Any]]:
    if options.library:
        retriever = open_library(options.var)
        dataset, gone = read_library_dataset(retriever, options.data, options.split)
        if gone:
            Console(stderr=True).print(f"{len(gone)} judged sections are not in the library, such as {gone[0]}")
        return _searched(options, _limited(dataset, options.limit), retriever, section_id, options.var)
    dataset = _limited(
        read_dataset(options.data, options.split, queries=options.queries, corpus=options.corpus), options.limit
    )
    name = f"{dataset.name} {dataset.split}"
    if options.run_in:
        return measured(name, options.run_in.stem, dataset, read_run(options.run_in)), {}
    if options.system == "bm25-plain":
        return run_system(name, dataset, plain_bm25_search(dataset), options.system), {}
    with StageBars() as bars:
        index = open_corpus_index(
            dataset.documents,
            dataset.corpus_digest,
            options.var,
            embedder=options.embedder,
            sentence_vectors=options.sentence_vectors,
            half_precision=options.half_precision,
            progress=bars,
        )
    return _searched(options, dataset, index.retriever, lambda passage: passage.document_id, index.folder)


def _searched(
    options: argparse.Namespace, dataset: Dataset, retriever: Retriever, document_of: DocumentOf, var: Path
) -> tuple[RetrievalResult, dict[str, Any]]:
    texts = query_texts(retriever, focused=options.focus)

    def search(topic: Topic) -> list[Ranked]:
        text, lexical_text = texts(topic)
        return search_documents(retriever, text, options.system, document_of, lexical_text=lexical_text)

    name = f"{dataset.name} {dataset.split}"
    searched = served_search(retriever, document_of) if options.system == "served" else search
    return run_system(name, dataset, searched, options.system), index_provenance(var, retriever)


def query_texts(retriever: Retriever, *, focused: bool) -> Callable[[Topic], tuple[str, str | None]]:
    """Return what is searched for a topic, by meaning and by words (None: the same)."""
    if not focused:
        return lambda topic: (topic.text, None)
    from server.conversations import Message
    from server.queries import QueryBuilder
    from server.red_flags.words import read_known_words

    builder = QueryBuilder(lambda: retriever.vocabulary, read_known_words())

    def focus(topic: Topic) -> tuple[str, str | None]:
        query = builder.standalone_query([Message("user", topic.text)])
        return query.text, query.lexical_text

    return focus


def _limited(dataset: Dataset, limit: int | None) -> Dataset:
    if limit is None:
        return dataset
    if limit < 1:
        raise DatasetInvalid(f"--limit: expected 1 or more, found {limit}")
    topics = dataset.topics[:limit]
    return replace(dataset, topics=topics, qrels={topic.query_id: dataset.qrels[topic.query_id] for topic in topics})
