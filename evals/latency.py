"""Latency: a whole reply, in process, beside its floor: the model passes it needs, each once, and one vector search.

Times are those of the machine it runs on; the ratio to the floor, taken in the same run, is what can be compared.
Every text is seen once: readings of messages are kept by the server, and a second round would not pass the model.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from evals.datasets import read_topics
from evals.delegating import DelegatingEmbedder
from evals.errors import DatasetInvalid
from evals.figures import Figure, SuiteContext, SuiteReport
from evals.library import IN_DOMAIN, open_services
from index.embedders import Embedder, Vectors, reopen_embedder
from index.generations import models_folder
from index.retriever import Retriever
from index.vector_stores import LOADERS, Rows, Scores

if TYPE_CHECKING:
    from server.assistant import Assistant

QUESTIONS = 120
WARM_UP = 10
TOP_K = 8
ANSWERABLE = Path(__file__).parent / "data" / "answerable.jsonl"

Passes = tuple[tuple[str, ...], ...]  # the texts of each call of the model, in order
T = TypeVar("T")
VectorSearch = Callable[[Vectors, int], tuple[Rows, Scores]]


class RecordingEmbedder(DelegatingEmbedder):
    """Notes the texts that are embedded as queries."""

    def __init__(self, inner: Embedder) -> None:
        """Wrap `inner`; nothing is noted yet."""
        super().__init__(inner)
        self._calls: list[tuple[str, ...]] = []

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Return one unit vector a query."""
        self._calls.append(tuple(texts))
        return self._inner.embed_queries(texts)

    def take(self) -> Passes:
        """Return the calls since the last time, and forget them."""
        calls, self._calls = tuple(self._calls), []
        return calls


@dataclass(frozen=True, slots=True)
class ReplyTimes:
    """Milliseconds by step, and for each answered question the texts the reply asked the embedder for."""

    milliseconds: dict[str, list[float]]
    passes: tuple[Passes, ...]


class Floor:
    """The least a reply can take: its model passes, each once, and one search of the vectors; nothing else."""

    def __init__(self, embedder: Embedder, vector_search: VectorSearch) -> None:
        """Keep an embedder nobody else uses, and the search of the vector store."""
        self._embedder = embedder
        self._vector_search = vector_search

    @classmethod
    def open(cls, var: Path) -> Floor:
        """Return the floor of the installed library, with an embedder of its own.

        Raises:
            IndexingError: if there is no library.
        """
        retriever = Retriever.open(var)
        return cls(reopen_embedder(retriever.manifest.embedder, models_folder(var)), open_vector_search(retriever))

    def run(self, passes: Passes) -> tuple[Rows, Scores] | None:
        """Embed each different text once, in the calls the reply made, and search by the last; None without texts."""
        vector = None
        for texts in once_each(passes):
            vector = self._embedder.embed_queries(texts)[-1]
        return None if vector is None else self._vector_search(vector, TOP_K)


def once_each(passes: Passes) -> Passes:
    """Return the calls without texts an earlier call has, and without calls that have none left.

    >>> once_each((("a", "b"), ("a",), ("c", "a")))
    (('a', 'b'), ('c',))
    """
    seen: set[str] = set()
    calls = []
    for texts in passes:
        fresh = tuple(text for text in dict.fromkeys(texts) if text not in seen)
        seen.update(fresh)
        if fresh:
            calls.append(fresh)
    return tuple(calls)


def suite(context: SuiteContext) -> SuiteReport:
    """Measure milliseconds of the steps of a reply over questions people ask.

    Raises:
        NothingInstalled: if there is no library.
        DatasetInvalid: if there are no questions.
    """
    times = measure_replies(context.var, sample_questions(QUESTIONS + WARM_UP), WARM_UP).milliseconds
    figures = []
    for name, values in times.items():
        for share in (0.5, 0.95):
            value = float(np.quantile(values, share))
            figures.append(
                Figure(f"{name} p{share * 100:.0f}", value, count=len(values), unit="ms", lower_is_better=True)
            )
    for name, floor in (("search", "search floor"), ("reply", "floor")):
        ratio = float(np.median(times[name])) / float(np.median(times[floor]))
        figures.append(Figure(f"{name} over the floor", ratio, unit="times", lower_is_better=True))
    return SuiteReport(
        title="Latency in process",
        figures=tuple(figures),
        notes=("A floor is the model passes that step needs, each once, and one search of the vectors.",),
    )


def measure_replies(var: Path, questions: Sequence[str], warm_up: int = WARM_UP) -> ReplyTimes:
    """Return the times of reply, search and their floors, question by question in turn, so that noise hits all alike.

    Every second question is answered, the others are only searched for: an embedder may keep the vector of a text, so
    no text passes one twice. The library is prepared, as it is soon after a server's start; the first `warm_up`
    questions are not counted.

    Raises:
        NothingInstalled: if there is no library.
    """
    from server.conversations import Conversation
    from server.preparation import prepare

    assistant, retriever, recorder = recorded_assistant(var)
    prepare(retriever.passages)
    floor = Floor.open(var)
    times: dict[str, list[float]] = {name: [] for name in ("floor", "reply", "search floor", "search")}
    passes = []
    for number, question in enumerate(questions):
        if number % 2:
            taken = {
                "search": _timed(partial(retriever.search, question, TOP_K))[1],
                "search floor": _timed(partial(floor.run, ((question,),)))[1],
            }
            recorder.take()
        else:
            answer, reply_ms = _timed(partial(assistant.reply, Conversation("bench"), question))
            made = recorder.take()
            taken = {"reply": reply_ms, "floor": _timed(partial(floor.run, made))[1]}
            taken |= {f"reply: {step}": float(ms) for step, ms in answer.timings_ms.items() if step != "total"}
            passes += [made] if number >= warm_up else []
        for name, value in taken.items():
            if number >= warm_up:
                times.setdefault(name, []).append(value)
    return ReplyTimes(times, tuple(passes))


def recorded_assistant(var: Path) -> tuple[Assistant, Retriever, RecordingEmbedder]:
    """Return the assistant as it is served, its retriever, and a record of what they pass through the model.

    Raises:
        NothingInstalled: if there is no library.
    """
    from server.red_flags.reader import load_reader

    services = open_services(var)
    retriever = services.retriever
    recorder = RecordingEmbedder(retriever.embedder)
    retriever.embedder = recorder
    reader = load_reader(recorder.embed_queries, recorder.weights_sha256)
    return replace(services.assistant, index=lambda: retriever, reader=reader), retriever, recorder


def open_vector_search(retriever: Retriever) -> VectorSearch:
    """Return the search of the retriever's vector store by itself."""
    vectors = np.load(retriever.folder / "vectors.npy")
    return LOADERS[retriever.manifest.store.name]().open(vectors, retriever.folder).search


def sample_questions(count: int = QUESTIONS) -> list[str]:
    """Return up to `count` different questions spread evenly over those that are judged, or over the answerable ones.

    Raises:
        DatasetInvalid: if there are neither.
    """
    if (IN_DOMAIN / "queries.jsonl").is_file():
        texts = [topic.text for topic in read_topics(IN_DOMAIN)]
    elif ANSWERABLE.is_file():
        texts = [json.loads(line)["text"] for line in ANSWERABLE.read_text(encoding="utf-8").splitlines()]
    else:
        raise DatasetInvalid(f"{IN_DOMAIN}: expected questions, found none")
    texts = list(dict.fromkeys(texts))
    return [texts[place] for place in np.linspace(0, len(texts) - 1, min(count, len(texts))).astype(int)]


def _timed(step: Callable[[], T]) -> tuple[T, float]:
    started = time.perf_counter()
    value = step()
    return value, 1000 * (time.perf_counter() - started)
