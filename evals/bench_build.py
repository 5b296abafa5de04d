"""Ingest throughput with parsing, and ingest plus index beside embedding the same texts by themselves."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from evals.bench_clock import ratio
from index.build import build_index
from index.embedders import Embedder, reopen_embedder
from index.generations import models_folder
from index.passages import Passage, read_documents, read_passages
from index.retriever import Retriever
from index.writing import BuildOptions
from ingest.commands import REGISTER
from ingest.pipeline import DOCUMENTS_FILE, PASSAGES_FILE, ingest
from ingest.sources import Entry, read_register
from ingest.split import SPLITTER_VERSION

DOCUMENTS = 50
RAW_SHARE = 3  # every third text, from the longest to the shortest, is embedded by itself
EMBED_AT_ONCE = 64


def bench_build(var: Path, documents: int = DOCUMENTS) -> dict[str, Any]:
    """Return the throughput of ingest alone on the whole register, and of ingest and index on part of it.

    Embedding by itself is timed on an embedder of its own, half before the build and half after it.

    Raises:
        IndexingError: if there is no library, whose model is used.
    """
    embedder = reopen_embedder(Retriever.open(var).manifest.embedder, models_folder(var))
    entries = read_register(REGISTER)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        whole, parsing = _timed_ingest(entries, folder / "whole")
        part, part_s = _timed_ingest(_part_of(entries, folder / "library", documents), folder / "part")
        texts = _embedded_texts(part)
        before, after = texts[::RAW_SHARE][::2], texts[::RAW_SHARE][1::2]
        raw = _seconds_to_embed(reopen_embedder(embedder.record, models_folder(var)), before)
        started = time.perf_counter()
        manifest = build_index(
            part,
            read_documents(folder / "part" / DOCUMENTS_FILE),
            folder / "part",
            embedder=embedder,
            options=BuildOptions(splitter_version=SPLITTER_VERSION),
            models=models_folder(var),
        )
        built = part_s + time.perf_counter() - started
        raw += _seconds_to_embed(reopen_embedder(embedder.record, models_folder(var)), after)
        files = len(list(read_documents(folder / "whole" / DOCUMENTS_FILE)))
    raw_per_s = (len(before) + len(after)) / raw
    return {
        "ingest": {
            "files": files,
            "passages": len(whole),
            "seconds": round(parsing, 2),
            "files_per_s": round(files / parsing, 1),
            "passages_per_s": round(len(whole) / parsing, 1),
        },
        "index": {
            "files": documents,
            "passages": len(part),
            "texts": len(texts),
            "ingest_s": round(part_s, 2),
            "seconds": round(built, 2),
            "passages_per_s": round(len(part) / built, 1),
            "texts_per_s": round(len(texts) / built, 1),
            "texts_per_s_alone": round(raw_per_s, 1),
            "embedded_alone": len(before) + len(after),
            "share": ratio(len(texts) / built, raw_per_s),
            "stages_s": manifest.seconds,
        },
    }


def _timed_ingest(entries: Sequence[Entry], var: Path) -> tuple[list[Passage], float]:
    started = time.perf_counter()
    ingest(entries, var)
    return list(read_passages(var / PASSAGES_FILE)), time.perf_counter() - started


def _part_of(entries: Sequence[Entry], folder: Path, count: int) -> list[Entry]:
    """Return the entries with the first folder among them cut to `count` files, spread evenly, questions included."""
    whole = next(entry for entry in entries if entry.path is not None and entry.path.is_dir())
    assert whole.path is not None
    files = sorted(whole.path.glob("*.md"))
    (folder / "questions").mkdir(parents=True)
    for place in np.linspace(0, len(files) - 1, min(count, len(files))).astype(int):
        file = files[place]
        shutil.copy(file, folder)
        questions = file.parent / "questions" / f"{file.stem}.toml"
        if questions.is_file():
            shutil.copy(questions, folder / "questions")
    return [replace(whole, path=folder)]


def _embedded_texts(passages: Sequence[Passage]) -> list[str]:
    """Return every different text a build embeds, longest first."""
    texts = [passage.indexed_text for passage in passages]
    texts += [p.text[start - p.start : end - p.start] for p in passages for start, end in p.sentences]
    texts += [question for passage in passages for question in passage.asked]
    return sorted(dict.fromkeys(texts), key=len, reverse=True)


def _seconds_to_embed(embedder: Embedder, texts: Sequence[str]) -> float:
    embedder.embed_passages(texts[-1:])  # loads the model
    started = time.perf_counter()
    for start in range(0, len(texts), EMBED_AT_ONCE):
        embedder.embed_passages(texts[start : start + EMBED_AT_ONCE])
    return time.perf_counter() - started
