"""The files of a generation, written one after another: texts, words, vectors, query adapter, search index.

Nothing here switches to it: `index.build` proves a generation first.
"""

from __future__ import annotations

import hashlib
import json
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from index.adapter import AdapterRecord
from index.adapter_training import learn_adapter
from index.embedders import Agreement, Embedder, EmbedderRecord, Vectors
from index.errors import BuildFailed
from index.json_lines import write_json_lines
from index.lexical import build_lexical
from index.manifest import Counts, Manifest, StoreRecord, record_files
from index.passages import Passage, Source, StoredDocument, passage_to_json
from index.retriever import LEXICAL_FOLDER, QUESTION_FOLDER
from index.vector_stores import LOADERS
from index.vector_stores.numpy_store import NumpyStore
from index.vectors import PASSAGES, QUESTIONS, SENTENCES, EmbeddedTexts, known_vectors, write_vectors

Progress = Callable[[str, int, int], None]  # stage, done, total

DEFAULT_STORE = "faiss"
SAMPLE = 200  # texts on which agreement and recall are measured
SAMPLE_WORDS = 25  # of a passage without sentences
SAMPLE_SEED = 7
MIN_RECALL = 0.95  # a store below this is broken, not approximate
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_STAGES = {PASSAGES: "passage vectors", SENTENCES: "sentence vectors", QUESTIONS: "question vectors"}


@dataclass(frozen=True, slots=True)
class BuildOptions:
    """How passages are built into an index. Another value is another index."""

    store: str = DEFAULT_STORE  # a name of `index.vector_stores.LOADERS`
    splitter_version: str = ""  # of the splitter that made the passages; empty when it is not known
    sentence_vectors: bool = True  # whether each sentence is embedded by itself as well


@dataclass(slots=True)
class Work:
    """The state of one build: what is written, how, and into which folder."""

    passages: list[Passage]
    documents: list[StoredDocument]
    embedder: Embedder
    options: BuildOptions
    var: Path
    folder: Path
    progress: Progress
    seconds: dict[str, float] = field(default_factory=dict)

    def sentences(self, passage: Passage) -> list[str]:
        """Return the sentences of a passage that are embedded."""
        spans = passage.sentences if self.options.sentence_vectors else ()
        return [passage.text[start - passage.start : end - passage.start] for start, end in spans]

    def sentence_count(self) -> int:
        """Return how many sentences are embedded."""
        return sum(len(passage.sentences) for passage in self.passages) if self.options.sentence_vectors else 0

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Report a stage when it begins and note its seconds when it has ended."""
        started = time.perf_counter()
        self.progress(name, 0, 0)
        yield
        self.seconds[name] = round(time.perf_counter() - started, 3)


def write_generation(work: Work, name: str, content: str) -> Manifest:
    """Write every file of a generation but its manifest, and return that.

    Args:
        name: of the generation.
        content: digest of what it is made from.

    Raises:
        OSError: if a file cannot be written.
        BuildFailed: if the vector store does not find what it should.
    """
    with work.stage("passages"):
        sources = _all_sources(work)
        own = _write_texts(work, sources)
    with work.stage("words"):
        headed = any(passage.heading_path for passage in work.passages)
        build_lexical(work.folder / LEXICAL_FOLDER, zip(work.passages, own, strict=True), headed=headed)
    with work.stage("vectors"):
        vectors, texts = _write_all_vectors(work)
    with work.stage("query adapter"):
        adapter = _write_adapter(work, vectors)
    with work.stage("search index"):
        stores = LOADERS[work.options.store]()
        stores.build(vectors, work.folder)
        (work.folder / QUESTION_FOLDER).mkdir()
        stores.build(np.load(work.folder / f"{QUESTIONS}.npy"), work.folder / QUESTION_FOLDER)
        store = _measure_store(work, vectors)
    with work.stage("query model"):
        agreement = work.embedder.measure_agreement(_sample_queries(work.passages), vectors)
    return Manifest(
        generation=name,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        content_sha256=content,
        embedder=_record(work.embedder, agreement),
        agreement=agreement,
        store=store,
        adapter=adapter,
        splitter_version=work.options.splitter_version,
        sources=_source_digests(work.passages),
        counts=_counts(work, len(sources), texts),
        seconds=work.seconds,
        files=record_files(work.folder),
    )


def sample_rows(count: int, most: int) -> list[int]:
    """Return up to `most` different places in 0..count, the same ones each time."""
    return [int(row) for row in np.random.default_rng(SAMPLE_SEED).permutation(count)[:most]]


def _counts(work: Work, sources: int, texts: Sequence[EmbeddedTexts]) -> Counts:
    limit = work.embedder.max_tokens
    return Counts(
        passages=len(work.passages),
        documents=len(work.documents),
        sources=sources,
        sentences=work.sentence_count(),
        questions=sum(len(passage.asked) for passage in work.passages),
        windowed_passages=sum(work.embedder.count_tokens(p.indexed_text) > limit for p in work.passages),
        embedded_texts=sum(one.embedded for one in texts),
        reused_texts=sum(one.reused for one in texts),
    )


def _all_sources(work: Work) -> dict[str, Source]:
    """Return every source by id, in the order it is first met; its place is its number in the index."""
    sources = {document.source.source_id: document.source for document in work.documents}
    for passage in work.passages:
        for source in (passage.source, *passage.also_in):
            sources.setdefault(source.source_id, source)
    return sources


def _write_texts(work: Work, sources: dict[str, Source]) -> list[list[int]]:
    """Write passages, documents, sources and vocabulary; return the source numbers of each passage."""
    write_json_lines(work.folder, "passages", ((p.passage_id, passage_to_json(p)) for p in work.passages))
    write_json_lines(work.folder, "documents", ((d.document_id, asdict(d)) for d in work.documents))
    (work.folder / "sources.json").write_text(json.dumps([asdict(source) for source in sources.values()]), "utf-8")
    texts = (text for passage in work.passages for text in (passage.text, *passage.questions))
    words = Counter(word for text in texts for word in _WORD.findall(text.lower()))
    (work.folder / "vocabulary.json").write_text(json.dumps(words.most_common()), encoding="utf-8")
    numbers = {source_id: number for number, source_id in enumerate(sources)}
    own = [list(dict.fromkeys(numbers[s.source_id] for s in (p.source, *p.also_in))) for p in work.passages]
    pairs = [(row, number) for row, several in enumerate(own) for number in several]
    np.save(work.folder / "passage_sources.npy", np.array(pairs, dtype=np.int64).reshape(-1, 2))
    return own


def _write_all_vectors(work: Work) -> tuple[Vectors, list[EmbeddedTexts]]:
    """Write the vectors of passages, sentences and questions; return those of the passages, and the counts of each."""
    vectors, passage_texts = _write_vectors(work, PASSAGES, [passage.indexed_text for passage in work.passages])
    sentence_texts = _write_owned(work, SENTENCES, [work.sentences(passage) for passage in work.passages])
    question_texts = _write_owned(work, QUESTIONS, [passage.asked for passage in work.passages])
    return vectors, [passage_texts, sentence_texts, question_texts]


def _write_owned(work: Work, name: str, texts: Sequence[Sequence[str]]) -> EmbeddedTexts:
    """Write the vectors of short texts, and where those of each passage begin."""
    counts = np.cumsum([len(own) for own in texts], dtype=np.int64)
    np.save(work.folder / f"{name}.offsets.npy", np.concatenate(([0], counts)))
    return _write_vectors(work, name, [text for own in texts for text in own])[1]


def _write_vectors(work: Work, name: str, texts: Sequence[str]) -> tuple[Vectors, EmbeddedTexts]:
    return write_vectors(
        work.folder,
        name,
        texts,
        work.embedder,
        known_vectors(work.var, name, work.embedder),
        lambda done, total: work.progress(_STAGES[name], done, total),
    )


def _write_adapter(work: Work, vectors: Vectors) -> AdapterRecord | None:
    """Learn the adapter of query vectors from the questions, and write it where it helps."""
    counts = [len(passage.asked) for passage in work.passages]
    learned = learn_adapter(
        [text for passage in work.passages for text in passage.asked],
        np.load(work.folder / f"{QUESTIONS}.npy"),
        np.repeat(np.arange(len(counts), dtype=np.int64), counts),
        vectors,
        sections=["\t".join((passage.document_id, *passage.heading_path)) for passage in work.passages],
        documents=[passage.document_id for passage in work.passages],
    )
    if learned is None:
        return None
    adapter, record = learned
    adapter.save(work.folder)
    return record


def _measure_store(work: Work, vectors: Vectors) -> StoreRecord:
    """Return what share of the ten best passages the store finds, over passages taken as queries."""
    store = LOADERS[work.options.store]().open(vectors, work.folder)
    exact = NumpyStore(vectors)
    rows = sample_rows(len(vectors), SAMPLE)
    depth = min(10, len(vectors))
    recalls = []
    for row in rows:
        worst = exact.search(vectors[row], depth)[1][-1]
        # By score, not by row: of passages with one and the same vector, either may be found.
        recalls.append(float(np.mean(store.search(vectors[row], depth)[1] >= worst - 1e-6)))
    recall = float(np.mean(recalls))
    if recall < MIN_RECALL:
        raise BuildFailed(f"{store.description} finds {recall:.3f} of what exact search finds, expected {MIN_RECALL}")
    return StoreRecord(work.options.store, store.description, recall, len(rows))


def _sample_queries(passages: Sequence[Passage]) -> list[str]:
    """Return texts that are like queries in length: headings and sentences of random passages."""
    queries = []
    for number, row in enumerate(sample_rows(len(passages), SAMPLE)):
        passage = passages[row]
        if number % 2 and passage.heading_path:
            queries.append(passage.heading_path[-1])
        elif passage.sentences:
            start, end = passage.sentences[number % len(passage.sentences)]
            queries.append(passage.text[start - passage.start : end - passage.start])
        else:
            queries.append(" ".join(passage.text.split()[:SAMPLE_WORDS]))
    return list(dict.fromkeys(queries))


def _record(embedder: Embedder, agreement: Agreement | None) -> EmbedderRecord:
    return replace(embedder.record, query_precision=agreement.chosen) if agreement else embedder.record


def _source_digests(passages: Sequence[Passage]) -> dict[str, str]:
    digests: dict[str, hashlib._Hash] = {}
    for passage in passages:
        own = digests.setdefault(passage.source.source_id, hashlib.sha256())
        own.update(json.dumps(passage_to_json(passage), sort_keys=True).encode())
    return {source_id: digest.hexdigest()[:16] for source_id, digest in digests.items()}
