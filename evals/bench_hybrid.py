"""The whole hybrid search over a million passages: words, meaning, sentences and questions, as it is served.

The passages are made up around those of the library. Each has words drawn from two of them and a vector scattered
around the first one's, so that real questions meet many near passages and long lists of words. Index and search are the
project's own; only the vectors of made-up texts do not come from a model. A few hundred have a question, too few for
the build to learn a query adapter from: learning one compares every question with every passage.
"""

from __future__ import annotations

import re
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from evals.bench_clock import memory_mb, quantiles, ratio
from evals.bench_vectors import scattered
from evals.delegating import DelegatingEmbedder
from evals.latency import TOP_K, Floor, open_vector_search, sample_questions
from index.adapter_training import MIN_QUESTIONS
from index.build import build_index
from index.embedders import Agreement, Embedder, Vectors, reopen_embedder
from index.generations import models_folder
from index.passages import Passage, Source
from index.retriever import Retriever

PASSAGES = 1_000_000
QUESTIONS = 200
WARM_UP = 20
WORDS = 90
SENTENCES = 2
TOKENS_A_WORD = 1.4
TABLE = 65_536  # rows of noise, shared
SEED = 17
_NAME = re.compile(r"madeup(\d+)of(\d+)")


class MadeUpEmbedder(DelegatingEmbedder):
    """Gives texts that name themselves "madeup<number>of<centre>" a vector near that centre; others pass the model."""

    def __init__(self, inner: Embedder, centres: Vectors) -> None:
        """Wrap `inner`; `centres` are unit vectors, shape (n, dimension)."""
        super().__init__(inner)
        self._centres = centres
        random = np.random.default_rng(SEED)
        self._noise = random.standard_normal((TABLE, centres.shape[1]), dtype=np.float32)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Return one unit vector a text; a made-up one depends on its name and its length alone."""
        names = [_NAME.search(text) for text in texts]
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        real = [place for place, name in enumerate(names) if name is None]
        if real:
            vectors[real] = self._inner.embed_passages([texts[place] for place in real])
        made = [place for place, name in enumerate(names) if name is not None]
        if made:
            keys = [(int(name[1]), int(name[2]), len(text)) for name, text in zip(names, texts, strict=True) if name]
            number, own, length = np.array(keys, dtype=np.int64).T
            # Multiplicative hashing (Knuth, The Art of Computer Programming 6.4): spreads, and is the same every time.
            mixed = (number * 2_654_435_761 + length * 40_503) % 2**32
            one, other = mixed % len(self._centres), (mixed >> 13) % len(self._centres)
            vectors[made] = scattered(self._centres, own, one, other, self._noise[(mixed >> 7) % TABLE])
        return vectors

    def count_tokens(self, text: str) -> int:
        """Return about the tokens of a text, by its words: counting a million texts exactly takes minutes."""
        return int(len(text.split()) * TOKENS_A_WORD)

    def measure_agreement(self, queries: Sequence[str], vectors: Vectors) -> Agreement | None:  # noqa: ARG002
        """Return None: queries keep the precision of the library's own index."""
        return None


def bench_hybrid(var: Path, count: int = PASSAGES, questions: int = QUESTIONS) -> dict[str, Any]:
    """Return build seconds, bytes, memory, and quantiles of the hybrid search and its floor over `count` passages.

    The floor is the query's model pass and the vector search.

    Raises:
        IndexingError: if there is no library.
    """
    library = Retriever.open(var)
    real = list(library.passages)
    centres = np.array(np.load(library.folder / "vectors.npy"))
    embedder = MadeUpEmbedder(reopen_embedder(library.manifest.embedder, models_folder(var)), centres)
    with tempfile.TemporaryDirectory(dir=var) as name:
        started = time.perf_counter()
        passages = list(made_up(real, count))
        made = time.perf_counter() - started
        manifest = build_index(passages, [], Path(name), embedder=embedder, models=models_folder(var))
        built = time.perf_counter() - started - made
        del passages
        peak = memory_mb(peak=True)
        opened = time.perf_counter()
        retriever = Retriever.open(Path(name), embedder=embedder, models=models_folder(var))
        opened = time.perf_counter() - opened
        size = sum(file.stat().st_size for file in retriever.folder.rglob("*") if file.is_file())
        times = _search_times(retriever, models_folder(var), sample_questions(questions + WARM_UP))
    rows = {step: quantiles(values) for step, values in times.items()}
    return {
        "passages": count,
        "sentences": manifest.counts.sentences,
        "questions": manifest.counts.questions,
        "store": manifest.store.description,
        "recall_at_10": manifest.store.recall_at_10,
        "queries": questions,
        "ms": rows,
        "over_floor": {share: ratio(rows["hybrid"][share], rows["floor"][share]) for share in ("p50", "p95")},
        "build_s": round(built, 1),
        "stages_s": manifest.seconds,
        "open_s": round(opened, 2),
        "bytes_per_passage": round(size / count),
        "build_memory_mb": peak,
    }


def made_up(real: Sequence[Passage], count: int) -> Iterator[Passage]:
    """Yield `count` passages of two sentences, with words of two real passages each and a name no other has."""
    random = np.random.default_rng(SEED)
    words = [np.array(passage.text.split()) for passage in real]
    sources = [Source(source_id=f"made-up-{number}", title=f"Made up {number}") for number in range(min(count, 1000))]
    questions = [question for passage in real for question in passage.questions][: MIN_QUESTIONS - 1]
    half = WORDS // SENTENCES
    for number in range(count):
        own, other = random.integers(0, len(real), 2)
        pool = np.concatenate([words[own], words[other]])
        drawn = pool[random.integers(0, len(pool), WORDS)].tolist()
        name = f"madeup{number}of{own}"
        parts = [f"{name} {' '.join(drawn[:half])}", f"{name} and {' '.join(drawn[half:])}"]
        text = " ".join(parts)
        ends = (len(parts[0]), len(text))
        yield Passage(
            passage_id=f"made-up:{number}",
            document_id=f"made-up-{number // 10}",
            text=text,
            start=0,
            end=len(text),
            source=sources[number % len(sources)],
            sentences=((0, ends[0]), (ends[0] + 1, ends[1])),
            questions=tuple(questions[number : number + 1]),
        )


def _search_times(retriever: Retriever, models: Path, questions: Sequence[str]) -> dict[str, list[float]]:
    vector_search = open_vector_search(retriever)
    # Embedders of their own: one may keep the vector of a text.
    record = retriever.manifest.embedder
    floor, other = Floor(reopen_embedder(record, models), vector_search), reopen_embedder(record, models)
    times: dict[str, list[float]] = {name: [] for name in ("floor", "hybrid", "words alone", "vectors alone")}
    for number, question in enumerate(questions):
        steps: dict[str, Callable[[], object]] = {
            "floor": partial(floor.run, ((question,),)),
            "hybrid": partial(retriever.search, question, TOP_K),
            "words alone": partial(retriever.search, question, TOP_K, system="bm25"),
            "vectors alone": partial(vector_search, other.embed_queries([question])[0], TOP_K),
        }
        for name, step in steps.items():
            started = time.perf_counter()
            step()
            if number >= WARM_UP:
                times[name].append(1000 * (time.perf_counter() - started))
    return times
