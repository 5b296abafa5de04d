"""Cached indexes of evaluation corpora, built with the project's own index package; long documents as windows."""

from __future__ import annotations

import re
import sqlite3
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from evals.datasets import CorpusDocument
from evals.delegating import DelegatingEmbedder
from index.build import build_index
from index.digests import text_digest
from index.embedders import Embedder, Vectors, load_embedder
from index.generations import models_folder
from index.passages import Passage, Source
from index.retriever import Retriever
from index.writing import BuildOptions
from ingest.sentences import sentence_spans
from ingest.tokens import TokenCounter

WINDOW_TOKENS = 256  # word pieces, title and special tokens included: what the default model reads at once
MIN_ROOM = 96  # word pieces left for the text, however long the title is
MIN_TAIL = 80  # word pieces of the last window; a shorter rest reaches back
WINDOWS = "windows/4"  # raise when documents are cut otherwise

_LINE = re.compile(r"[^\n]+")


@dataclass(frozen=True, slots=True)
class CorpusIndex:
    """An open index of a corpus; `document_ids[row]` names the document of each passage."""

    folder: Path
    retriever: Retriever
    document_ids: tuple[str, ...]


def open_corpus_index(
    documents: Sequence[CorpusDocument],
    digest: str,
    var: Path,
    *,
    embedder: str = "default",
    sentence_vectors: bool = False,
    half_precision: bool = False,
    progress: Callable[[str, int, int], None] | None = None,
) -> CorpusIndex:
    """Return the index of a corpus, built on first use and kept under `var/evals/cache`.

    Vectors are kept by the words they were made from, one transaction every few dozen texts: a build that was
    interrupted goes on where it stopped, and a change to one document embeds that document only.

    Args:
        digest: of the documents.
        var: the data folder; its exported model is used.
        embedder: the setting.
        sentence_vectors: also embed each sentence: three to five times the work.
        half_precision: embed passages in bfloat16, for large corpora; the manifest says so.
    """
    models = models_folder(var)
    inner = load_embedder(embedder, models)
    if half_precision:
        from evals.half_precision import HalfPrecisionPassages

        inner = HalfPrecisionPassages(inner, embedder)
    kind = ("sentences" if sentence_vectors else "passages") + ("-bf16" if half_precision else "")
    folder = var / "evals" / "cache" / f"{digest}-{inner.weights_sha256[:8]}-{kind}"
    passages = list(windows(documents))
    options = BuildOptions(splitter_version=WINDOWS, sentence_vectors=sentence_vectors)
    with RememberingEmbedder(inner, var / "evals" / "cache" / f"vectors-{inner.weights_sha256[:12]}.sqlite") as known:
        build_index(passages, [], folder, embedder=known, options=options, models=models, progress=progress)
        queries = RememberingEmbedder(inner, known.path)
    retriever = Retriever.open(folder, embedder=inner, models=models)
    retriever.embedder = queries
    return CorpusIndex(folder, retriever, tuple(passage.document_id for passage in passages))


def windows(documents: Sequence[CorpusDocument], counter: TokenCounter | None = None) -> Iterator[Passage]:
    """Yield the passages of documents: windows of at most 256 word pieces, each with the title in front.

    The first window is what a model that cuts at 256 reads. A short last one reaches back into the one before, so that
    a tail of a few words does not stand for a document by its title alone. A document without words has no passage.
    """
    counter = counter or TokenCounter()
    for document in documents:
        title = _shortened(document.title, counter, WINDOW_TOKENS - MIN_ROOM)
        source = Source(source_id=document.document_id, title=title)
        text = document.text if document.text.strip() else title
        empty = Passage("", "", "", 0, 0, source).indexed_text
        room = WINDOW_TOKENS - counter.special_tokens - counter.count(empty)
        for number, (start, end) in enumerate(_window_spans(text, counter, room), 1):
            yield Passage(
                passage_id=f"{document.document_id}:w{number:02d}",
                document_id=document.document_id,
                text=text[start:end],
                start=start,
                end=end,
                source=source,
                sentences=_sentences(text, start, end),
            )


class RememberingEmbedder(DelegatingEmbedder):
    """An embedder whose passage vectors are kept in a file; everything else is the inner one's."""

    def __init__(self, inner: Embedder, path: Path) -> None:
        """Open or create the file of vectors, one row a text, found by the text's digest."""
        super().__init__(inner)
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self._db = sqlite3.connect(path, timeout=60)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("CREATE TABLE IF NOT EXISTS vectors (digest BLOB PRIMARY KEY, vector BLOB) WITHOUT ROWID")

    def __enter__(self) -> RememberingEmbedder:
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Return one unit vector a text; those met before are not computed again."""
        return self._remembered(texts, b"p", self._inner.embed_passages)

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Return one unit vector a query; those met before are not computed again."""
        precision = self._inner.record.query_precision.encode()
        return self._remembered(texts, b"q" + precision, self._inner.embed_queries)

    def _remembered(self, texts: Sequence[str], kind: bytes, embed: Callable[[Sequence[str]], Vectors]) -> Vectors:
        keys = [kind + text_digest(self._inner.record.recipe + "\0" + text) for text in texts]
        found = {key: self._get(key) for key in keys}
        missing = [place for place, key in enumerate(keys) if found[key] is None]
        if missing:
            made = embed([texts[place] for place in missing])
            with self._db:
                rows = [(keys[place], vector.tobytes()) for place, vector in zip(missing, made, strict=True)]
                self._db.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?)", rows)
            found |= {keys[place]: vector for place, vector in zip(missing, made, strict=True)}
        vectors = [found[key] for key in keys]
        return np.array(vectors, dtype=np.float32).reshape(len(texts), self.dimension)

    def _get(self, key: bytes) -> Any:
        row = self._db.execute("SELECT vector FROM vectors WHERE digest = ?", (key,)).fetchone()
        return None if row is None else np.frombuffer(row[0], dtype=np.float32)


def _window_spans(text: str, counter: TokenCounter, room: int) -> list[tuple[int, int]]:
    pieces = counter.offsets(text)
    if not pieces:
        return []
    # A word is never cut: a window begins and ends where a piece does not follow the one before without a space.
    count = len(pieces)
    starts = [0, *(n for n in range(1, count) if pieces[n][0] > pieces[n - 1][1]), count]
    spans: list[tuple[int, int]] = []
    first = 0
    while first < count:
        last = starts[bisect_right(starts, first + room) - 1]
        if last <= first:  # one endless word
            last = min(first + room, count)
        begin = first
        if last == count and spans and count - first < MIN_TAIL:
            begin = starts[bisect_left(starts, count - min(MIN_TAIL, room))]
        spans.append((pieces[begin][0], pieces[last - 1][1]))
        first = last
    return spans


def _shortened(title: str, counter: TokenCounter, tokens: int) -> str:
    title = " ".join(title.split())
    pieces = counter.offsets(title)
    return title if len(pieces) <= tokens else title[: pieces[tokens - 1][1]]


def _sentences(text: str, start: int, end: int) -> tuple[tuple[int, int], ...]:
    """Return the spans of a window's sentences, found as in the library; what the window cuts counts as it stands."""
    lines = _LINE.finditer(text, start, end)
    return tuple((line.start() + a, line.start() + b) for line in lines for a, b in sentence_spans(line.group()))
