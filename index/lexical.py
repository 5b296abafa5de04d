"""LexicalIndex: BM25 over the passages' words, stored on disk with tantivy and never rebuilt for a query."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from shutil import copyfile, rmtree
from tempfile import mkdtemp

import numpy as np
import tantivy

from index.errors import IndexCorrupt
from index.manifest import HASHED_ON_OPEN_BYTES
from index.passages import Passage
from index.stems import analyser, encodable
from index.vector_stores import Rows, Scores

ANALYSER = "english"
# A word of the title or a heading adds to that of the text. Chosen on the dev halves of NFCorpus (titles) and of our
# own questions (headings, many of which are questions themselves); evals/README.md has the table.
TITLE_BOOST = 0.5
HEADING_BOOST = 1.0
BODY_BOOST = 1.0
QUESTION_BOOST = 0.5
# A query of more different words than this is a pasted text; its first words are searched.
MAX_TERMS = 128
WRITER_HEAP_BYTES = 128_000_000

_FIELDS = {"body": BODY_BOOST, "title": TITLE_BOOST, "headings": HEADING_BOOST, "questions": QUESTION_BOOST}


class LexicalIndex:
    """Words to passages, by BM25 (k1 1.2, b 0.75) on English stems. Safe to share between threads."""

    def __init__(self, folder: Path) -> None:
        """Open an index written by `build_lexical`.

        Raises:
            IndexCorrupt: if it cannot be read.
        """
        try:
            self._index, self._searcher = _open(folder)
        except (ValueError, OSError) as exc:
            raise IndexCorrupt(f"{folder}: cannot be read ({exc}); run `python -m index build --force`") from exc
        self._analyser = analyser()
        self._query_analyser = analyser(stopwords=True)

    def __len__(self) -> int:
        return int(self._searcher.num_docs)

    def search(self, text: str, k: int, sources: Sequence[int] | None = None) -> tuple[Rows, Scores]:
        """Return up to `k` rows that share a word with `text`, and their BM25 scores, best first.

        The text is a person's own words: it is cut into terms here, so no character of it works as query syntax.

        Args:
            text: any string; without a letter or digit nothing is found.
            k: 1 or more.
            sources: when given, only passages of these source numbers are found.
        """
        query = self._query(text)
        if query is None or (sources is not None and not len(sources)):
            return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.float32)
        if sources is not None:
            wanted = tantivy.Query.term_set_query(self._index.schema, "source", [int(source) for source in sources])
            only = tantivy.Query.const_score_query(wanted, 0.0)
            query = tantivy.Query.boolean_query([(tantivy.Occur.Must, query), (tantivy.Occur.Must, only)])
        hits = self._searcher.search(query, limit=k, count=False).hits
        rows = self._searcher.fast_field_values("row", [address for _, address in hits])
        return np.array(rows, dtype=np.int64), np.array([score for score, _ in hits], dtype=np.float32)

    def terms(self, text: str) -> list[str]:
        """Return the different stems searched for, in order; function words only if there is nothing else."""
        clean = encodable(text)
        stems = self._query_analyser.analyze(clean) or self._analyser.analyze(clean)
        return list(dict.fromkeys(stems))[:MAX_TERMS]

    def _query(self, text: str) -> tantivy.Query | None:
        clauses = [
            (tantivy.Occur.Should, tantivy.Query.boost_query(term, boost) if boost != 1.0 else term)
            for stem in self.terms(text)
            for field, boost in _FIELDS.items()
            if boost
            for term in [tantivy.Query.term_query(self._index.schema, field, stem, "freq")]
        ]
        return tantivy.Query.boolean_query(clauses) if clauses else None


def build_lexical(folder: Path, rows: Iterable[tuple[Passage, Sequence[int]]], *, headed: bool = True) -> None:
    """Write the index of these passages, in order, into a new folder.

    Args:
        folder: is created; nothing else may write to it.
        rows: each passage with the numbers of all sources it belongs to.
        headed: whether any passage has a heading; where none has, titles stand for them.

    Raises:
        OSError: if it cannot be written.
    """
    folder.mkdir()
    try:
        index = tantivy.Index(_schema(), path=str(folder))
        index.register_tokenizer(ANALYSER, analyser())
        # One thread: with more, passages land in several segments in an order that differs from build to build.
        writer = index.writer(heap_size=WRITER_HEAP_BYTES, num_threads=1)
        for row, (passage, sources) in enumerate(rows):
            writer.add_document(_document(row, passage, sources, headed=headed))
        writer.commit()
        writer.wait_merging_threads()
    except ValueError as exc:  # how tantivy reports that it cannot write
        raise OSError(f"{folder}: the lexical index cannot be written ({exc})") from exc
    for lock in folder.glob(".tantivy-*.lock"):
        lock.unlink()


def _open(folder: Path) -> tuple[tantivy.Index, tantivy.Searcher]:
    """Open an index that nothing may be written beside.

    Tantivy makes a lock file to open a reader, which a read-only folder refuses. So it is shown copies of the files, or
    links to large ones, in a folder that is gone again once they are open.
    """
    links = Path(mkdtemp(prefix="plumbline-"))
    try:
        for file in folder.iterdir():
            _show(file, links / file.name)
        index = tantivy.Index.open(str(links))
        index.config_reader("manual")
        index.register_tokenizer(ANALYSER, analyser())
        return index, index.searcher()
    finally:
        _remove(links)


def _show(file: Path, place: Path) -> None:
    """Copy a file, so that what happens to it later reaches no reader; link to one that is large."""
    if file.stat().st_size <= HASHED_ON_OPEN_BYTES:
        try:
            copyfile(file, place)
            return
        except OSError:  # the disk of temporary files is full, say: a link needs no room
            place.unlink(missing_ok=True)
    place.symlink_to(file.absolute())


def _remove(links: Path) -> None:
    # The reader that `open` starts looks at the files once from a thread of its own, and makes a lock file while it
    # does: removing then fails, for a moment.
    for _ in range(100):
        rmtree(links, ignore_errors=True)
        if not links.exists():
            return
        time.sleep(0.01)


def _document(row: int, passage: Passage, sources: Sequence[int], *, headed: bool) -> tantivy.Document:
    """Return a passage as it is indexed, with its title for a heading in a library without headings."""
    document = tantivy.Document()
    document.add_unsigned("row", row)
    for source in sources:
        document.add_unsigned("source", source)
    for field, text in (
        ("body", passage.text),
        ("title", passage.source.title),
        ("headings", ". ".join(passage.heading_path) if headed else passage.source.title),
        ("questions", "\n".join(passage.questions)),
    ):
        document.add_text(field, encodable(text))
    return document


def _schema() -> tantivy.Schema:
    schema = tantivy.SchemaBuilder()
    schema.add_unsigned_field("row", stored=False, indexed=False, fast=True)
    schema.add_unsigned_field("source", stored=False, indexed=True, fast=False)
    for field in _FIELDS:
        schema.add_text_field(field, stored=False, tokenizer_name=ANALYSER, index_option="freq")
    return schema.build()
