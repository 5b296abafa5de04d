"""Retriever: one immutable generation of the index, searched by words and by meaning; Hit, what it finds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.adapter import load_adapter
from index.embedders import Embedder, Vectors, reopen_embedder
from index.errors import IndexCorrupt, IndexingError, ManifestMismatch
from index.fusion import FloatArray, FusionWeights
from index.generations import index_folder, models_folder, read_pointer
from index.json_lines import JsonLines
from index.lexical import LexicalIndex
from index.manifest import REBUILD, Manifest, check_files, check_settings, read_manifest
from index.owned_vectors import OwnedVectors
from index.passages import Passage, Source, StoredDocument, document_from_json, passage_from_json, source_from_json
from index.ranking import Measures, Ranker, System, Wanted, fused
from index.reading import load_array, load_json, load_owned
from index.vector_stores import LOADERS, Allowed, Rows, VectorStore
from index.vectors import QUESTIONS, SENTENCES

# Candidates taken from each search before fusion: at least this many, and twice what is asked for.
CANDIDATES = 40
CANDIDATES_PER_HIT = 2
LEXICAL_FOLDER = "lexical"
QUESTION_FOLDER = "question-search"
MAX_K = 1000
# A heading that CROWDED of the first CROWDED_WINDOW candidates carry is a repeated section.
CROWDED = 3
CROWDED_WINDOW = 60
# What may end a query without changing what it asks; without it, a question of one clause has the words of its clause,
# whose vector the red-flag check has just made.
CLOSING = " ?!.,;:"
SAME_VECTOR_COSINE = 0.999  # one text, embedded twice: only rounding differs


class UnknownPassage(IndexingError, KeyError):
    """No passage or document of this id is in the index."""

    def __str__(self) -> str:
        return str(self.args[0])


@dataclass(frozen=True, slots=True)
class SentenceScore:
    """A sentence of a hit: its span in the document's text, and its cosine with the query."""

    start: int
    end: int
    score: float


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found for a query.

    `score` is the score it was ranked by, in [0, 1], comparable within one search only. `scores` holds what was
    measured, comparable between searches: "bm25" (0 or more; 0 when not among the candidates of the lexical search),
    "dense" (cosine), "sentence" (highest cosine of a sentence; of the passage when sentences were not indexed),
    "question" (highest cosine of a question written for it, or of a heading that asks one; where none was written,
    at least the two before), "adapted" (cosine of the adapted query); and what each added to `score`: "bm25_part",
    "dense_part", "sentence_part", "question_part". A pure "bm25" search measures only that.
    `cosines` are those of the passage's sentences; empty when they were not indexed, or not compared.
    """

    passage: Passage
    rank: int  # from 1
    score: float
    scores: dict[str, float]
    cosines: tuple[float, ...] = ()

    @property
    def sentences(self) -> tuple[SentenceScore, ...]:
        """Return the sentences with their cosines; only few of the hits are ever read so closely."""
        if not self.cosines:
            return ()
        spans = zip(self.passage.sentences, self.cosines, strict=True)
        return tuple(SentenceScore(start, end, cosine) for (start, end), cosine in spans)


@dataclass(frozen=True, slots=True)
class Filters:
    """Which sources may be found; an empty field allows all. A passage merged from several counts for each of them."""

    source_ids: Collection[str] = ()
    topics: Collection[str] = ()  # a source with any of them
    audience: str = ""

    def allows(self, source: Source) -> bool:
        """Return whether passages of a source may be found."""
        return (
            (not self.source_ids or source.source_id in self.source_ids)
            and (not self.topics or not set(self.topics).isdisjoint(source.topics))
            and (not self.audience or source.audience == self.audience)
        )


class Retriever:
    """Everything of one generation, opened once and never changed; safe to share between threads."""

    def __init__(
        self, folder: Path, manifest: Manifest, embedder: Embedder, weights: FusionWeights | None = None
    ) -> None:
        """Open a generation whose files were checked; use `Retriever.open` to have that done.

        Raises:
            IndexCorrupt: if its files do not belong together.
        """
        self.folder = folder
        self.manifest = manifest
        self.embedder = embedder
        self.weights = weights or FusionWeights()
        self.passages: JsonLines[Passage] = JsonLines(folder, "passages", passage_from_json, lambda p: p.passage_id)
        self.documents: JsonLines[StoredDocument] = JsonLines(
            folder, "documents", document_from_json, lambda d: d.document_id
        )
        self._headings = _Headings(self.passages)
        self.sources: tuple[Source, ...] = tuple(map(source_from_json, load_json(folder / "sources.json")))
        self._vectors: Vectors = load_array(folder / "vectors.npy")
        self._passage_sources: NDArray[np.int64] = load_array(folder / "passage_sources.npy")
        self._lexical = LexicalIndex(folder / LEXICAL_FOLDER)
        stores = LOADERS[manifest.store.name]()
        self._store: VectorStore = stores.open(self._vectors, folder)
        self._sentences = OwnedVectors(*load_owned(folder, SENTENCES))
        asked, offsets = load_owned(folder, QUESTIONS)
        self._questions = OwnedVectors(asked, offsets, stores.open(asked, folder / QUESTION_FOLDER))
        self._check_counts()
        adapter = load_adapter(folder) if manifest.adapter else None
        self._ranker = Ranker(
            self._lexical, self._store, self._vectors, self._sentences, self._questions, adapter, self.weights
        )

    @classmethod
    def open(
        cls,
        var: Path,
        *,
        embedder: str | Embedder | None = None,
        splitter_version: str | None = None,
        weights: FusionWeights | None = None,
        models: Path | None = None,
        thorough: bool = False,
    ) -> Retriever:
        """Return the current generation of a data folder, with its files checked against its manifest.

        Args:
            var: the data folder.
            embedder: the setting the index must have been built with, or an open embedder to use; None: whichever.
            splitter_version: the one its passages must come from; None: any.
            weights: of the fused score; None: the defaults.
            models: folder of exported models; None: `var/models`.
            thorough: also hash files that are otherwise only measured.

        Raises:
            IndexMissing: if nothing was built yet.
            IndexCorrupt: if a file is missing, truncated or altered.
            ManifestMismatch: if the index was built with something else than asked for.
            EmbedderUnavailable: if its embedding model cannot be opened.
        """
        pointer = read_pointer(var)
        while True:
            folder = index_folder(var) / pointer.current.generation
            try:
                manifest = read_manifest(folder, pointer.current.manifest_sha256)
                return cls.open_folder(
                    folder,
                    manifest,
                    models or models_folder(var),
                    embedder=embedder,
                    splitter_version=splitter_version,
                    weights=weights,
                    thorough=thorough,
                )
            except IndexCorrupt:
                # Two builds may have finished since the pointer was read, and removed what it named.
                latest = read_pointer(var)
                if latest == pointer:
                    raise
                pointer = latest

    @classmethod
    def open_folder(
        cls,
        folder: Path,
        manifest: Manifest,
        models: Path,
        *,
        embedder: str | Embedder | None = None,
        splitter_version: str | None = None,
        weights: FusionWeights | None = None,
        thorough: bool = False,
    ) -> Retriever:
        """Return the generation in a folder, current or not; arguments and errors as for `open`."""
        name = embedder if isinstance(embedder, str) else None
        check_settings(manifest, embedder=name, splitter_version=splitter_version)
        check_files(folder, manifest, thorough=thorough)
        if embedder is None or isinstance(embedder, str):
            embedder = reopen_embedder(manifest.embedder, models)
        _check_embedder(embedder, manifest)
        return cls(folder, manifest, embedder, weights)

    def search(
        self,
        query: str,
        k: int,
        *,
        system: System = "hybrid",
        filters: Filters | None = None,
        max_per_source: int | None = None,
        lexical_query: str | None = None,
    ) -> list[Hit]:
        """Return up to `k` passages, best first. Embeds the query once, or not at all for "bm25".

        Args:
            query: any string; a blank one finds nothing.
            k: 1 to 1000.
            system: "bm25" ranks by words, "dense" by cosine, "hybrid" by the weighted sum of both, of the cosine of the
                best sentence and of that of the best question it is known to answer, each divided by its highest.
                The cosine it ranks by is that of the query adapted to the library (`index.adapter`), then moved towards
                the two best passages of a first ranking.
            filters: which sources may be found.
            max_per_source: passages of one source at most, so that one long document does not fill the list.
            lexical_query: words for the BM25 part where they differ from `query`: synonyms added, say.

        Raises:
            ValueError: if `k` or `max_per_source` is out of range.
        """
        if not 1 <= k <= MAX_K or (max_per_source is not None and max_per_source < 1):
            raise ValueError(f"expected k in 1..{MAX_K} and max_per_source of 1 or more, found {k}, {max_per_source}")
        sources = self._allowed_sources(filters)
        if not query.strip() or sources == []:
            return []
        depth = max(CANDIDATES, CANDIDATES_PER_HIT * k)
        vector = self.embed([query.strip().rstrip(CLOSING) or query])[0] if system != "bm25" else None
        wanted = Wanted(query, lexical_query or query, vector, depth, sources, self._allowed_rows(sources))
        rows, measures = self._ranker.rank(wanted, system)
        scores = fused(measures)
        order = self._uncrowded(rows, np.lexsort((rows, -scores)))
        return self._hits(rows, measures, scores, self._spread(rows, order, k, max_per_source), vector)

    def embed(self, queries: Sequence[str]) -> Vectors:
        """Return one unit vector a query, shape (n, dimension)."""
        return self.embedder.embed_queries(queries)

    def passage(self, passage_id: str) -> Passage:
        """Return the passage of an id.

        Raises:
            UnknownPassage: (a KeyError) if there is none.
        """
        place = self.passages.find(passage_id)
        if place is None:
            raise UnknownPassage(f"no passage {passage_id!r} in index {self.manifest.generation}")
        return self.passages[place]

    def document(self, document_id: str) -> StoredDocument:
        """Return the document of an id.

        Raises:
            UnknownPassage: (a KeyError) if there is none.
        """
        place = self.documents.find(document_id)
        if place is None:
            raise UnknownPassage(f"no document {document_id!r} in index {self.manifest.generation}")
        return self.documents[place]

    @cached_property
    def vocabulary(self) -> dict[str, int]:
        """Return every word of the passages, in lower case, with how often it occurs; read on first use."""
        words = load_json(self.folder / "vocabulary.json")
        return dict(words)

    def check_rows(self, rows: Sequence[int]) -> None:
        """Search for these passages by their own words and vectors, and embed them again.

        Raises:
            IndexCorrupt: if a vector is not that of its passage's text, or a passage is not found by it.
        """
        for row in rows:
            passage, vector = self.passages[row], self._vectors[row]
            again = self.embedder.embed_passages([passage.indexed_text])[0]
            if float(again @ vector) < SAME_VECTOR_COSINE:
                raise IndexCorrupt(f"{self.folder}: vector {row} is not that of its passage; {REBUILD}")
            if float(self._store.search(vector, 1)[1][0]) < SAME_VECTOR_COSINE:
                raise IndexCorrupt(f"{self.folder}: passage {row} is not found by its own vector; {REBUILD}")
            if self._lexical.terms(passage.text) and not len(self._lexical.search(passage.text, 1)[0]):
                raise IndexCorrupt(f"{self.folder}: nothing is found by the words of passage {row}; {REBUILD}")

    def _uncrowded(self, rows: Rows, order: NDArray[np.intp]) -> NDArray[np.intp]:
        """Return `order` with sections of one and the same heading in many documents behind the best of them.

        A library repeats some sections in every article ("Get help now if"). They resemble each other more than they
        resemble the query, and would fill the first places together.
        """
        window = order[:CROWDED_WINDOW]
        headings = [self._headings[row] for row in rows[window].tolist()]
        crowded = {heading for heading, count in Counter(headings).items() if heading and count >= CROWDED}
        if not crowded:
            return order
        seen: set[str] = set()
        behind = np.zeros(len(window), bool)
        for number, heading in enumerate(headings):
            behind[number] = heading in crowded and heading in seen
            seen.add(heading)
        return np.concatenate([window[~behind], window[behind], order[len(window) :]])

    def _spread(self, rows: Rows, order: NDArray[np.intp], k: int, max_per_source: int | None) -> list[int]:
        """Return the first `k` places of `order`, passing over those above the limit of their source."""
        if max_per_source is None:
            return [int(place) for place in order[:k]]
        chosen: list[int] = []
        taken: dict[str, int] = {}
        for place in order:
            source_id = self.passages[int(rows[place])].source.source_id
            if taken.get(source_id, 0) < max_per_source:
                taken[source_id] = taken.get(source_id, 0) + 1
                chosen.append(int(place))
                if len(chosen) == k:
                    break
        return chosen

    def _hits(
        self, rows: Rows, measures: Measures, scores: FloatArray, places: list[int], vector: Vectors | None
    ) -> list[Hit]:
        measured = {name: values[places].tolist() for name, values in measures.items()}
        return [
            Hit(
                passage=self.passages[row],
                rank=at + 1,
                score=score,
                scores={name: values[at] for name, values in measured.items()},
                cosines=() if vector is None else tuple((self._sentences.of(row) @ vector).tolist()),
            )
            for at, (row, score) in enumerate(zip(rows[places].tolist(), scores[places].tolist(), strict=True))
        ]

    def _allowed_sources(self, filters: Filters | None) -> list[int] | None:
        if filters is None or filters == Filters():
            return None
        return [number for number, source in enumerate(self.sources) if filters.allows(source)]

    def _allowed_rows(self, sources: list[int] | None) -> Allowed | None:
        if sources is None:
            return None
        allowed = np.zeros(len(self.passages), dtype=np.bool_)
        allowed[self._passage_sources[np.isin(self._passage_sources[:, 1], sources), 0]] = True
        return allowed

    def _check_counts(self) -> None:
        counts = self.manifest.counts
        expected = (counts.passages,) * 5 + (counts.sentences, counts.questions, counts.documents)
        found = (
            len(self.passages),
            len(self._store),
            len(self._lexical),
            len(self._sentences.offsets) - 1,
            len(self._questions.offsets) - 1,
            len(self._sentences),
            len(self._questions),
            len(self.documents),
        )
        if expected != found:
            raise IndexCorrupt(
                f"{self.folder}: expected {expected} passages, vectors, indexed texts, lists of sentences and "
                f"of questions, sentences, questions and documents, found {found}; {REBUILD}"
            )


class _Headings(dict[int, str]):
    """The last heading of each row, as far as asked for; what is known costs no call."""

    def __init__(self, passages: Sequence[Passage]) -> None:
        super().__init__()
        self._passages = passages

    def __missing__(self, row: int) -> str:
        self[row] = heading = (self._passages[row].heading_path or ("",))[-1]
        return heading


def _check_embedder(embedder: Embedder, manifest: Manifest) -> None:
    built, now = manifest.embedder, embedder.record
    if (built.weights_sha256, built.recipe, built.dimension) != (now.weights_sha256, now.recipe, now.dimension):
        raise ManifestMismatch(
            f"index was built with embedder {built.embedder_id!r} ({built.weights_sha256[:12]}…, {built.recipe}), "
            f"found {now.embedder_id!r} ({now.weights_sha256[:12]}…, {now.recipe}); run `python -m index build`"
        )
