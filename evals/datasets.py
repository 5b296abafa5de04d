"""Dataset: documents, queries and judgements read from a folder in BEIR layout; faults are named by file and line.

Rules, where a file may be read in more than one way:

* `corpus.jsonl` wins over `corpus.jsonl.gz`; whether a file is gzip is told by its first bytes, not by its name.
* A byte order mark and carriage returns are taken off; blank lines are passed over.
* Ids are strings; a number is taken as its digits. White space around an id is an error, since it would never match.
* The first line of a qrels file is a header when its third column is not a number. Columns are split at tabs.
* A grade is a whole number of 0 or more; `1.0` is 1. A pair given twice with one grade counts once; with two, error.
* Queries without any grade above 0 say nothing about a ranking: they are left out of averages and counted.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from evals.errors import DatasetInvalid

GZIP_MAGIC = b"\x1f\x8b"
QRELS_COLUMNS = ("query-id", "corpus-id", "score")

Grades = dict[str, dict[str, int]]  # query id → document id → grade


@dataclass(frozen=True, slots=True)
class CorpusDocument:
    """A document that can be found."""

    document_id: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Topic:
    """A query with its id and whatever else its line says."""

    query_id: str
    text: str
    metadata: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Dataset:
    """What a retrieval run is measured on."""

    name: str
    split: str
    documents: tuple[CorpusDocument, ...]
    topics: tuple[Topic, ...]  # only those with a judgement above 0
    qrels: Grades  # of `topics`
    left_out: int  # judged queries without any grade above 0

    @cached_property
    def corpus_digest(self) -> str:
        """Return a digest of the documents, in hex: what a cached index is kept under."""
        digest = hashlib.blake2b(digest_size=12)
        for document in self.documents:
            for part in (document.document_id, document.title, document.text):
                digest.update(part.encode("utf-8", "surrogatepass") + b"\0")
        return digest.hexdigest()


def read_dataset(folder: Path, split: str, *, queries: Path | None = None, corpus: Path | None = None) -> Dataset:
    """Return the data of a folder with `corpus.jsonl(.gz)`, `queries.jsonl(.gz)` and `qrels/<split>.tsv`.

    Args:
        split: name of the qrels file.
        queries: another queries file, with the same ids.
        corpus: another folder or file to take the documents from.

    Raises:
        DatasetInvalid: if a file is missing or a line is not what it should be.
    """
    if not folder.is_dir():
        raise DatasetInvalid(f"{folder}: expected a folder with corpus.jsonl, queries.jsonl and qrels/, found none")
    documents = read_corpus(corpus or folder)
    topics = read_topics(queries or folder)
    qrels_file = folder / "qrels" / f"{split}.tsv"
    if not qrels_file.is_file():
        splits = sorted(path.stem for path in (folder / "qrels").glob("*.tsv"))
        raise DatasetInvalid(
            f"{qrels_file}: expected judgements, found no such file; splits: {', '.join(splits) or '-'}"
        )
    known = {document.document_id for document in documents}
    qrels = read_qrels(qrels_file, known_topics={topic.query_id for topic in topics}, known_documents=known)
    useful = {query_id for query_id, grades in qrels.items() if max(grades.values()) > 0}
    if not useful:
        raise DatasetInvalid(f"{qrels_file}: expected at least one grade above 0, found none")
    return Dataset(
        name=folder.resolve().name,
        split=split,
        documents=tuple(documents),
        topics=tuple(topic for topic in topics if topic.query_id in useful),
        qrels={query_id: grades for query_id, grades in qrels.items() if query_id in useful},
        left_out=len(qrels) - len(useful),
    )


def read_corpus(place: Path) -> list[CorpusDocument]:
    """Return the documents of a corpus file, or of the one in a folder.

    Raises:
        DatasetInvalid: if it is missing, empty, has an id twice, or a line without `_id` or `text`.
    """
    path = _find(place, "corpus")
    documents = [
        CorpusDocument(document_id, _text(path, number, raw, "title", default=""), _text(path, number, raw, "text"))
        for number, document_id, raw in _rows_with_ids(path)
    ]
    if not any(document.text.strip() for document in documents):
        raise DatasetInvalid(f"{path}: expected at least one document with text, found none")
    return documents


def read_topics(place: Path) -> list[Topic]:
    """Return the queries of a file, or of the one in a folder.

    Raises:
        DatasetInvalid: if it is missing, empty, has an id twice, or a line without `_id` or words in `text`.
    """
    path = _find(place, "queries")
    topics = []
    for number, query_id, raw in _rows_with_ids(path):
        text = _text(path, number, raw, "text")
        if not text.strip():
            raise DatasetInvalid(f"{path}, line {number}: expected words in 'text', found none")
        metadata = raw.get("metadata") or {}
        if not isinstance(metadata, dict):
            raise DatasetInvalid(f"{path}, line {number}: expected an object in 'metadata', found {metadata!r:.40}")
        topics.append(Topic(query_id, text, metadata))
    if not topics:
        raise DatasetInvalid(f"{path}: expected at least one query, found none")
    return topics


def read_qrels(path: Path, *, known_topics: set[str] | None = None, known_documents: set[str] | None = None) -> Grades:
    """Return the grades of a tab-separated file: query id, document id, grade.

    Args:
        known_topics, known_documents: ids that may occur; None: any.

    Raises:
        DatasetInvalid: if a column is missing, a grade is no whole number of 0 or more, an id is unknown, a pair has
            two grades, or there is no line.
    """
    qrels: Grades = {}
    for number, line in _lines(path):
        columns = line.split("\t")
        if number == 1 and not _is_number(columns[-1]):
            if [column.strip().lower() for column in columns] != list(QRELS_COLUMNS):
                raise DatasetInvalid(f"{path}, line 1: expected columns {' '.join(QRELS_COLUMNS)}, found {line!r:.80}")
            continue
        if len(columns) != len(QRELS_COLUMNS):
            raise DatasetInvalid(
                f"{path}, line {number}: expected {len(QRELS_COLUMNS)} columns between tabs, found {len(columns)}"
            )
        query_id, document_id = columns[0], columns[1]
        for what, one, known in (("query", query_id, known_topics), ("document", document_id, known_documents)):
            if known is not None and one not in known:
                raise DatasetInvalid(f"{path}, line {number}: {what} id {one!r} is not in the {_FILES[what]} file")
        grade = _grade(path, number, columns[2])
        earlier = qrels.setdefault(query_id, {}).setdefault(document_id, grade)
        if earlier != grade:
            raise DatasetInvalid(
                f"{path}, line {number}: {query_id!r} and {document_id!r} have grade {earlier} as well"
            )
    if not qrels:
        raise DatasetInvalid(f"{path}: expected at least one judgement, found none")
    return qrels


def write_json_lines(path: Path, rows: Iterator[Mapping[str, Any]] | list[dict[str, Any]]) -> None:
    """Write one JSON object a line; the file appears whole or not at all."""
    unfinished = path.with_name(path.name + ".unfinished")
    try:
        with unfinished.open("w", encoding="utf-8") as out:
            out.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


_FILES = {"query": "queries", "document": "corpus"}


def _find(place: Path, name: str) -> Path:
    if place.is_file():
        return place
    for candidate in (place / f"{name}.jsonl", place / f"{name}.jsonl.gz"):
        if candidate.is_file():
            return candidate
    raise DatasetInvalid(f"{place}: expected {name}.jsonl or {name}.jsonl.gz, found neither")


def _rows_with_ids(path: Path) -> Iterator[tuple[int, str, dict[str, Any]]]:
    first_seen: dict[str, int] = {}
    for number, line in _lines(path):
        try:
            raw = json.loads(line)
        except ValueError as exc:
            raise DatasetInvalid(f"{path}, line {number}: expected a JSON object, found {line!r:.60} ({exc})") from exc
        if not isinstance(raw, dict) or "_id" not in raw:
            raise DatasetInvalid(f"{path}, line {number}: expected an object with '_id', found {line!r:.60}")
        one = str(raw["_id"])
        if not one or one != one.strip() or "\t" in one:
            raise DatasetInvalid(f"{path}, line {number}: expected an id without white space around it, found {one!r}")
        if one in first_seen:
            raise DatasetInvalid(f"{path}, line {number}: id {one!r} was used in line {first_seen[one]}")
        first_seen[one] = number
        yield number, one, raw


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the lines that are not blank, numbered from 1 in the file."""
    try:
        with path.open("rb") as start:
            is_gzip = start.read(len(GZIP_MAGIC)) == GZIP_MAGIC
        with gzip.open(path) if is_gzip else path.open("rb") as data:
            text = io.TextIOWrapper(data, encoding="utf-8-sig", newline="\n")
            for number, line in enumerate(text, 1):
                stripped = line.rstrip("\r\n")
                if stripped.strip():
                    yield number, stripped
    except UnicodeDecodeError as exc:
        raise DatasetInvalid(
            f"{path}: expected UTF-8, found byte {exc.object[exc.start]:#x}; save it as UTF-8"
        ) from exc
    except (OSError, EOFError) as exc:
        raise DatasetInvalid(f"{path}: cannot be read ({exc})") from exc


def _text(path: Path, number: int, raw: Mapping[str, Any], name: str, default: str | None = None) -> str:
    value = raw.get(name, default)
    if not isinstance(value, str):
        found = "none" if value is None else f"{type(value).__name__}"
        raise DatasetInvalid(f"{path}, line {number}: expected a string in {name!r}, found {found}")
    return value


def _grade(path: Path, number: int, written: str) -> int:
    if not _is_number(written) or float(written) != int(float(written)) or float(written) < 0:
        raise DatasetInvalid(f"{path}, line {number}: expected a whole grade of 0 or more, found {written!r}")
    return int(float(written))


def _is_number(written: str) -> bool:
    try:
        return float(written) == float(written)  # not NaN
    except ValueError:
        return False
