"""Source, StoredDocument and Passage: the contract between ingest (writes) and index, server, evals (read)."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Literal

from index.errors import PassagesInvalid

INGEST_STATE_FILE = "ingest.json"

PassageKind = Literal["prose", "steps"]


@dataclass(frozen=True, slots=True)
class Reference:
    """A work an article was written from; `url` is empty when it is marked general knowledge."""

    title: str
    publisher: str = ""
    year: int | None = None
    url: str = ""
    general_knowledge: bool = False


@dataclass(frozen=True, slots=True)
class Source:
    """What a reader is shown about where words come from. Dates are ISO strings (`2026-11-23`) or empty."""

    source_id: str
    title: str
    publisher: str = ""
    url: str = ""
    licence: str = ""
    written: str = ""
    reviewed: str = ""
    next_review: str = ""
    reviewed_by: str = ""
    audience: str = ""
    kind: str = ""
    topics: tuple[str, ...] = ()
    references: tuple[Reference, ...] = ()

    def is_stale(self, today: date) -> bool:
        """Return whether the date of the next review has passed; a source without one is never stale."""
        return bool(self.next_review) and date.fromisoformat(self.next_review) < today


@dataclass(frozen=True, slots=True)
class Section:
    """A stretch of a stored document under one heading; the span excludes the heading line itself."""

    heading_path: tuple[str, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """A cleaned document as it is stored: the text that every span counts in (Unicode code points)."""

    document_id: str
    source: Source
    text: str
    sections: tuple[Section, ...] = ()
    digest: str = ""  # sha256 of the original bytes, in hex


@dataclass(frozen=True, slots=True)
class Passage:
    """What is indexed and cited: `document.text[start:end] == text`, always.

    `sentences` are half-open spans relative to the *document* text, in order, inside start..end.
    `also_in` names the other sources whose (near-)identical passage was merged into this one. `questions` are ways
    people ask for what it says; they are searched, and never quoted.
    """

    passage_id: str
    document_id: str
    text: str
    start: int
    end: int
    source: Source
    heading_path: tuple[str, ...] = ()
    kind: PassageKind = "prose"
    sentences: tuple[tuple[int, int], ...] = ()
    also_in: tuple[Source, ...] = field(default=())
    questions: tuple[str, ...] = ()

    @property
    def indexed_text(self) -> str:
        """Return the words that are embedded and searched: title and headings first, then the text."""
        headings = [self.source.title, *(part for part in self.heading_path if part != self.source.title)]
        return ". ".join(part.rstrip(".?") for part in headings if part) + ".\n" + self.text

    @property
    def asked(self) -> tuple[str, ...]:
        """Return what it answers: the questions written for it, and its heading (with the title) if that asks one."""
        heading = self.heading_path[-1] if self.heading_path else ""
        return (*self.questions, f"{self.source.title}: {heading}") if heading.endswith("?") else self.questions


def passage_to_json(passage: Passage) -> dict[str, Any]:
    """Return a passage as plain JSON values; `passage_from_json` is its inverse."""
    return asdict(passage)


def passage_from_json(raw: dict[str, Any]) -> Passage:
    """Return the passage written by `passage_to_json`.

    Raises:
        KeyError, TypeError: if a field is missing or unknown.
    """
    return Passage(
        **{
            **raw,
            "source": source_from_json(raw["source"]),
            "heading_path": tuple(raw.get("heading_path", ())),
            "sentences": tuple((int(start), int(end)) for start, end in raw.get("sentences", ())),
            "also_in": tuple(source_from_json(source) for source in raw.get("also_in", ())),
            "questions": tuple(raw.get("questions", ())),
        }
    )


def source_from_json(raw: dict[str, Any]) -> Source:
    """Return the source written as part of a passage or document."""
    references = tuple(Reference(**reference) for reference in raw.get("references", ()))
    return Source(**{**raw, "topics": tuple(raw.get("topics", ())), "references": references})


def document_from_json(raw: dict[str, Any]) -> StoredDocument:
    """Return the document written by `write_documents`."""
    sections = tuple(Section(tuple(s["heading_path"]), s["start"], s["end"]) for s in raw.get("sections", ()))
    return StoredDocument(**{**raw, "source": source_from_json(raw["source"]), "sections": sections})


def write_passages(path: Path, passages: Iterable[Passage]) -> None:
    """Write passages as JSON lines; the file appears whole or not at all."""
    _write_lines(path, (passage_to_json(passage) for passage in passages))


def write_documents(path: Path, documents: Iterable[StoredDocument]) -> None:
    """Write documents as JSON lines; the file appears whole or not at all."""
    _write_lines(path, (asdict(document) for document in documents))


def read_passages(path: Path) -> list[Passage]:
    """Return the passages of a JSON-lines file.

    Raises:
        PassagesInvalid: if the file is missing or a line is not a passage; names file, line and field.
    """
    return [_parse(path, number, raw, passage_from_json) for number, raw in _read_lines(path)]


def read_documents(path: Path) -> list[StoredDocument]:
    """Return the documents of a JSON-lines file.

    Raises:
        PassagesInvalid: if the file is missing or a line is not a document; names file, line and field.
    """
    return [_parse(path, number, raw, document_from_json) for number, raw in _read_lines(path)]


def splitter_version(passages: Path) -> str:
    """Return the version of the splitter that made a passages file, from `ingest.json` beside it; empty if unknown."""
    try:
        state = json.loads(passages.with_name(INGEST_STATE_FILE).read_text(encoding="utf-8"))
        return str(state["splitter_version"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def _parse(path: Path, number: int, raw: dict[str, Any], make: Any) -> Any:
    try:
        return make(raw)
    except (KeyError, TypeError, ValueError) as exc:
        raise PassagesInvalid(
            f"{path}, line {number}: expected the fields written by `python -m ingest run`, found {exc}; run it again"
        ) from exc


def _write_lines(path: Path, rows: Iterable[dict[str, Any]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(path.name + ".unfinished")
    try:
        with unfinished.open("w", encoding="utf-8") as out:
            for row in rows:
                out.write(json.dumps(row, ensure_ascii=False) + "\n")
            out.flush()
            os.fsync(out.fileno())
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def _read_lines(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    if not path.is_file():
        raise PassagesInvalid(f"{path}: expected a passages file, found none; run `python -m ingest run`")
    with path.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            try:
                raw = json.loads(line.decode("utf-8"))
            except ValueError as exc:  # neither UTF-8 nor JSON
                raise PassagesInvalid(
                    f"{path}, line {number}: expected one JSON object in UTF-8, found {line[:40]!r}; "
                    "run `python -m ingest run`"
                ) from exc
            if not isinstance(raw, dict):
                raise PassagesInvalid(
                    f"{path}, line {number}: expected a JSON object, found {type(raw).__name__}; "
                    "run `python -m ingest run`"
                )
            yield number, raw
