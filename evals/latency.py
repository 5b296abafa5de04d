"""Latency: a whole reply, search and the red-flag check, in process, beside the floor of the query's model pass.

Times are those of the machine it runs on; the ratio to the floor, taken in the same run, is what can be compared.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from evals.datasets import read_topics
from evals.errors import DatasetInvalid, NothingInstalled
from evals.figures import Figure, SuiteContext, SuiteReport
from evals.library import IN_DOMAIN
from index.embedders import Vectors
from index.errors import IndexingError
from index.retriever import Retriever
from index.vector_stores import LOADERS, Rows, Scores

QUESTIONS = 60
ROUNDS = 2
TOP_K = 8
ANSWERABLE = Path(__file__).parent / "data" / "answerable.jsonl"


def suite(context: SuiteContext) -> SuiteReport:
    """Measure milliseconds of the steps of a reply over questions people ask.

    Raises:
        NothingInstalled: if there is no library.
        DatasetInvalid: if there are no questions.
    """
    from server.bootstrap import build_services
    from server.conversations import Conversation, Message
    from server.settings import Settings

    try:
        services = build_services(Settings(var=context.var))
    except IndexingError as exc:
        raise NothingInstalled(f"{context.var}: expected an installed library, found {exc}") from exc
    questions = sample_questions()
    retriever, assistant = services.retriever, services.assistant
    vector_search = open_vector_search(retriever)
    steps: dict[str, Callable[[str], object]] = {
        "floor": lambda text: vector_search(retriever.embed([text])[0], TOP_K),
        "search": lambda text: retriever.search(text, TOP_K),
        "red-flag check": lambda text: assistant.check((Message("user", text),), "GB"),
        "reply": lambda text: assistant.reply(Conversation("latency"), text),
    }
    times = {name: milliseconds(step, questions) for name, step in steps.items()}
    figures = []
    for name, values in times.items():
        for share in (0.5, 0.95):
            value = float(np.quantile(values, share))
            figures.append(
                Figure(f"{name} p{share * 100:.0f}", value, count=len(values), unit="ms", lower_is_better=True)
            )
    floor = float(np.median(times["floor"]))
    for name in ("search", "reply"):
        ratio = float(np.median(times[name])) / floor
        figures.append(Figure(f"{name} over the floor", ratio, unit="times", lower_is_better=True))
    return SuiteReport(
        title="Latency in process",
        figures=tuple(figures),
        notes=("The floor is one pass of the query through the model and one exact vector search.",),
    )


def open_vector_search(retriever: Retriever) -> Callable[[Vectors, int], tuple[Rows, Scores]]:
    """Return the search of the retriever's vector store by itself."""
    vectors = np.load(retriever.folder / "vectors.npy")
    return LOADERS[retriever.manifest.store.name]().open(vectors, retriever.folder).search


def milliseconds(step: Callable[[str], object], questions: Sequence[str], rounds: int = ROUNDS) -> list[float]:
    """Return how long each question took, over several rounds after one to warm up."""
    for question in questions[:10]:
        step(question)
    times = []
    for _ in range(rounds):
        for question in questions:
            started = time.perf_counter()
            step(question)
            times.append(1000 * (time.perf_counter() - started))
    return times


def sample_questions(count: int = QUESTIONS) -> list[str]:
    """Return questions spread evenly over those that are judged, or over the answerable ones.

    Raises:
        DatasetInvalid: if there are neither.
    """
    if (IN_DOMAIN / "queries.jsonl").is_file():
        texts = [topic.text for topic in read_topics(IN_DOMAIN)]
    elif ANSWERABLE.is_file():
        texts = [json.loads(line)["text"] for line in ANSWERABLE.read_text(encoding="utf-8").splitlines()]
    else:
        raise DatasetInvalid(f"{IN_DOMAIN}: expected questions, found none")
    return [texts[place] for place in np.linspace(0, len(texts) - 1, min(count, len(texts))).astype(int)]
