"""build_index: passages → a new generation, proved by opening and searching it → an atomic switch.

Killed anywhere, it leaves the old generation serving; texts that were embedded before are not embedded again.
"""

from __future__ import annotations

import errno
import hashlib
import json
import logging
import re
import shutil
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from index.adapter import ADAPTER_FILE, AdapterRecord, learn_adapter
from index.embedders import DEFAULT, Agreement, Embedder, EmbedderRecord, Vectors, load_embedder
from index.errors import BuildFailed, IndexCorrupt, IndexMissing, ManifestMismatch, PassagesInvalid
from index.generations import (
    UNFINISHED,
    build_lock,
    current_generation,
    index_folder,
    models_folder,
    publish,
    remove_leftovers,
)
from index.json_lines import write_json_lines
from index.lexical import build_lexical
from index.manifest import FORMAT, Counts, Manifest, StoreRecord, check_files, record_files
from index.passages import Passage, Source, StoredDocument, passage_to_json
from index.retriever import LEXICAL_FOLDER, QUESTION_FOLDER, Retriever
from index.vector_stores import LOADERS
from index.vector_stores.numpy_store import NumpyStore
from index.vectors import PASSAGES, QUESTIONS, SENTENCES, EmbeddedTexts, known_vectors, write_vectors

logger = logging.getLogger(__name__)

Progress = Callable[[str, int, int], None]  # stage, done, total

DEFAULT_STORE = "faiss"
SAMPLE = 200  # texts on which agreement and recall are measured
SAMPLE_WORDS = 25  # of a passage without sentences
SAMPLE_SEED = 7
MIN_RECALL = 0.95  # a store below this is broken, not approximate
SELF_SEARCHES = 20
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_STAGES = {PASSAGES: "passage vectors", SENTENCES: "sentence vectors", QUESTIONS: "question vectors"}


@dataclass(frozen=True, slots=True)
class BuildOptions:
    """What is built, besides the passages themselves."""

    store: str = DEFAULT_STORE
    splitter_version: str = ""
    sentence_vectors: bool = True


@dataclass(slots=True)
class _Work:
    """The state of one build."""

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
        started = time.perf_counter()
        self.progress(name, 0, 0)
        yield
        self.seconds[name] = round(time.perf_counter() - started, 3)


def build_index(
    passages: Iterable[Passage],
    documents: Iterable[StoredDocument],
    var: Path,
    *,
    embedder: str | Embedder = DEFAULT,
    options: BuildOptions | None = None,
    models: Path | None = None,
    force: bool = False,
    progress: Progress | None = None,
) -> Manifest:
    """Build a generation and switch to it; return its manifest, or the current one's when nothing would change.

    Args:
        passages: at least one; what is embedded and searched is `indexed_text`, and each sentence by itself.
        documents: the texts the passages were cut from; may be empty, then spans are not checked and
            `Retriever.document` finds nothing.
        var: the data folder.
        embedder: the setting, or an open embedder.
        options: store, splitter version, whether sentences are embedded; None: the defaults.
        models: folder of exported models; None: `var/models`.
        force: build even if the current generation was made from the same content.
        progress: is told the stage, how much of it is done, and of how much (0 when that is not known).

    Raises:
        PassagesInvalid: if there are no passages, two have one id, or a span does not hold the passage's text.
        EmbedderUnavailable: if the model cannot be loaded.
        BuildFailed: if the generation cannot be written or does not pass its checks; the old one still serves.
    """
    passages, documents = list(passages), list(documents)
    check_passages(passages, documents)
    options = options or BuildOptions()
    if options.store not in LOADERS:
        raise BuildFailed(f"expected a vector store of {', '.join(LOADERS)}, found {options.store!r}")
    report = progress or _no_progress
    with build_lock(var), _explained(var):
        remove_leftovers(var)
        report("model", 0, 0)
        encoder = load_embedder(embedder, models or models_folder(var)) if isinstance(embedder, str) else embedder
        content = _content_sha256(passages, documents, encoder, options)
        current = None if force else _current_if_same(var, content)
        if current is not None:
            logger.info("index unchanged generation=%s", current.generation)
            return current
        name = f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}-{content[:8]}"
        unfinished = index_folder(var) / (name + UNFINISHED)
        try:
            unfinished.mkdir()
            work = _Work(passages, documents, encoder, options, var, unfinished, report)
            manifest = _write_generation(work, name, content)
            report("check", 0, 0)
            _prove(work, manifest, models or models_folder(var), encoder if encoder is embedder else None)
            publish(var, unfinished, manifest.write(unfinished))
        finally:
            shutil.rmtree(unfinished, ignore_errors=True)
        remove_leftovers(var)
    logger.info(
        "index built generation=%s passages=%d embedded=%d", name, len(passages), manifest.counts.embedded_texts
    )
    return manifest


def check_passages(passages: Sequence[Passage], documents: Sequence[StoredDocument]) -> None:
    """Check what the index relies on.

    Raises:
        PassagesInvalid: if there are no passages, ids are not unique, a text is blank, a sentence lies outside its
            passage, or (where documents are given) a passage's span does not hold its text.
    """
    if not passages:
        raise PassagesInvalid("expected at least one passage, found none; run `python -m ingest run`")
    for what, ids in (("passage", [p.passage_id for p in passages]), ("document", [d.document_id for d in documents])):
        doubles = [one for one, count in Counter(ids).items() if count > 1]
        if doubles:
            raise PassagesInvalid(f"{what} id {doubles[0]!r} occurs more than once; run `python -m ingest run`")
    texts = {document.document_id: document.text for document in documents}
    for passage in passages:
        fault = _fault(passage, texts if documents else None)
        if fault:
            raise PassagesInvalid(f"passage {passage.passage_id!r}: {fault}; run `python -m ingest run`")


def _fault(passage: Passage, texts: dict[str, str] | None) -> str:
    if not passage.text.strip():
        return "its text is blank"
    if passage.end - passage.start != len(passage.text):
        return f"its span {passage.start}..{passage.end} is not as long as its text"
    if any(not passage.start <= start < end <= passage.end for start, end in passage.sentences):
        return "a sentence lies outside it"
    if texts is None:
        return ""
    if passage.document_id not in texts:
        return f"its document {passage.document_id!r} is missing"
    if texts[passage.document_id][passage.start : passage.end] != passage.text:
        return "its span does not hold its text"
    return ""


def _write_generation(work: _Work, name: str, content: str) -> Manifest:
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
    limit = work.embedder.max_tokens
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
        counts=Counts(
            passages=len(work.passages),
            documents=len(work.documents),
            sources=len(sources),
            sentences=work.sentence_count(),
            questions=sum(len(passage.asked) for passage in work.passages),
            windowed_passages=sum(work.embedder.count_tokens(p.indexed_text) > limit for p in work.passages),
            embedded_texts=sum(one.embedded for one in texts),
            reused_texts=sum(one.reused for one in texts),
        ),
        seconds=work.seconds,
        files=record_files(work.folder),
    )


def _all_sources(work: _Work) -> dict[str, Source]:
    """Return every source by id, in the order it is first met; its place is its number in the index."""
    sources = {document.source.source_id: document.source for document in work.documents}
    for passage in work.passages:
        for source in (passage.source, *passage.also_in):
            sources.setdefault(source.source_id, source)
    return sources


def _write_texts(work: _Work, sources: dict[str, Source]) -> list[list[int]]:
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


def _write_all_vectors(work: _Work) -> tuple[Vectors, list[EmbeddedTexts]]:
    """Write the vectors of passages, sentences and questions; return those of the passages, and the counts of each."""
    vectors, passage_texts = _write_vectors(work, PASSAGES, [passage.indexed_text for passage in work.passages])
    sentence_texts = _write_owned(work, SENTENCES, [work.sentences(passage) for passage in work.passages])
    question_texts = _write_owned(work, QUESTIONS, [passage.asked for passage in work.passages])
    return vectors, [passage_texts, sentence_texts, question_texts]


def _write_owned(work: _Work, name: str, texts: Sequence[Sequence[str]]) -> EmbeddedTexts:
    """Write the vectors of short texts, and where those of each passage begin."""
    counts = np.cumsum([len(own) for own in texts], dtype=np.int64)
    np.save(work.folder / f"{name}.offsets.npy", np.concatenate(([0], counts)))
    return _write_vectors(work, name, [text for own in texts for text in own])[1]


def _write_vectors(work: _Work, name: str, texts: Sequence[str]) -> tuple[Vectors, EmbeddedTexts]:
    return write_vectors(
        work.folder,
        name,
        texts,
        work.embedder,
        known_vectors(work.var, name, work.embedder),
        lambda done, total: work.progress(_STAGES[name], done, total),
    )


def _write_adapter(work: _Work, vectors: Vectors) -> AdapterRecord | None:
    """Learn the adapter of query vectors from the questions, and write it where it helps."""
    counts = [len(passage.asked) for passage in work.passages]
    learned = learn_adapter(
        np.load(work.folder / f"{QUESTIONS}.npy"),
        np.repeat(np.arange(len(counts), dtype=np.int64), counts),
        vectors,
        sections=["\t".join((passage.document_id, *passage.heading_path)) for passage in work.passages],
        documents=[passage.document_id for passage in work.passages],
    )
    if learned is None:
        return None
    matrix, record = learned
    np.save(work.folder / ADAPTER_FILE, matrix)
    return record


def _measure_store(work: _Work, vectors: Vectors) -> StoreRecord:
    """Return what share of the ten best passages the store finds, over passages taken as queries."""
    store = LOADERS[work.options.store]().open(vectors, work.folder)
    exact = NumpyStore(vectors)
    rows = np.random.default_rng(SAMPLE_SEED).permutation(len(vectors))[:SAMPLE]
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
    rows = np.random.default_rng(SAMPLE_SEED).permutation(len(passages))[:SAMPLE]
    queries = []
    for number, row in enumerate(rows):
        passage = passages[int(row)]
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


def _content_sha256(
    passages: Sequence[Passage], documents: Sequence[StoredDocument], embedder: Embedder, options: BuildOptions
) -> str:
    digest = hashlib.sha256()
    made_by = [FORMAT, asdict(replace(embedder.record, query_precision="fp32")), asdict(options)]
    digest.update(json.dumps(made_by, sort_keys=True).encode())
    for passage in passages:
        digest.update(json.dumps(passage_to_json(passage), sort_keys=True).encode())
    for document in documents:
        digest.update(json.dumps(asdict(document), sort_keys=True).encode())
    return digest.hexdigest()


def _current_if_same(var: Path, content: str) -> Manifest | None:
    try:
        folder, manifest = current_generation(var)
        if manifest.content_sha256 != content:
            return None
        check_files(folder, manifest, thorough=True)
    except (IndexMissing, IndexCorrupt, ManifestMismatch):
        return None
    return manifest


def _prove(work: _Work, manifest: Manifest, models: Path, embedder: Embedder | None) -> None:
    """Open the generation as a server would, and search it.

    Raises:
        BuildFailed: if it does not give back what went in.
    """
    try:
        retriever = Retriever.open_folder(work.folder, manifest, models, embedder=embedder)
        rows = np.random.default_rng(SAMPLE_SEED).permutation(len(work.passages))[:SELF_SEARCHES]
        retriever.check_rows([int(row) for row in rows])
        for row in rows:
            if retriever.passages[int(row)] != work.passages[int(row)]:
                raise IndexCorrupt(f"passage {row} is not the one that was written")
        retriever.search(work.passages[0].text, k=1)
    except IndexCorrupt as exc:
        raise BuildFailed(f"the new generation does not pass its checks ({exc}); the old one still serves") from exc


@contextmanager
def _explained(var: Path) -> Iterator[None]:
    """Turn failures to write into BuildFailed with the repair."""
    try:
        yield
    except OSError as exc:
        if exc.errno == errno.ENOSPC or shutil.disk_usage(var).free < 1_000_000:
            advice = "the disk is full: free some space and run `python -m index build` again"
        else:
            advice = f"check that {index_folder(var)} can be written, or set PLUMBLINE_VAR to another folder"
        raise BuildFailed(f"{exc}; {advice}; the old index, if there is one, still serves") from exc


def _no_progress(stage: str, done: int, total: int) -> None:
    """Report to nobody."""
