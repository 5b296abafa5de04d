"""build_index: passages → a new generation, proved by opening and searching it → an atomic switch.

Killed anywhere, it leaves the old generation serving; texts that were embedded before are not embedded again.
"""

from __future__ import annotations

import errno
import hashlib
import json
import logging
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path

from index.embedders import DEFAULT, Embedder, load_embedder
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
from index.manifest import FORMAT, Manifest, check_files
from index.passages import Passage, StoredDocument, passage_to_json
from index.retriever import Retriever
from index.vector_stores import LOADERS
from index.writing import BuildOptions, Progress, Work, sample_rows, write_generation

logger = logging.getLogger(__name__)

SELF_SEARCHES = 20
# How tantivy and numpy say that a disk is full, without the number of the fault.
_FULL = ("no space left", "not enough free space")


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
        work = Work(passages, documents, encoder, options, var, index_folder(var) / (name + UNFINISHED), report)
        manifest = _write_and_publish(
            work, name, content, models or models_folder(var), None if isinstance(embedder, str) else embedder
        )
        remove_leftovers(var)
    counts = manifest.counts
    logger.info("index built generation=%s passages=%d embedded=%d", name, counts.passages, counts.embedded_texts)
    return manifest


def check_passages(passages: Sequence[Passage], documents: Sequence[StoredDocument]) -> None:
    """Check what the index relies on.

    Raises:
        PassagesInvalid: if there are no passages, ids are not unique, a text is blank, a sentence lies outside its
            passage, or (where documents are given) a passage's span does not hold its text.
    """
    if not passages:
        raise PassagesInvalid(
            "expected at least one passage, found none; add documents with `python -m ingest add PATH`, or run "
            "`python -m ingest run` and see in its report why nothing is left"
        )
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


def _write_and_publish(work: Work, name: str, content: str, models: Path, embedder: Embedder | None) -> Manifest:
    try:
        work.folder.mkdir()
        manifest = write_generation(work, name, content)
        work.progress("check", 0, 0)
        _prove(work, manifest, models, embedder)
        publish(work.var, work.folder, manifest.write(work.folder))
        return manifest
    finally:
        shutil.rmtree(work.folder, ignore_errors=True)


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


def _prove(work: Work, manifest: Manifest, models: Path, embedder: Embedder | None) -> None:
    """Open the generation as a server would, and search it.

    Raises:
        BuildFailed: if it does not give back what went in.
    """
    try:
        retriever = Retriever.open_folder(work.folder, manifest, models, embedder=embedder)
        rows = sample_rows(len(work.passages), SELF_SEARCHES)
        retriever.check_rows(rows)
        for row in rows:
            if retriever.passages[row] != work.passages[row]:
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
        is_full = exc.errno in (errno.ENOSPC, errno.EDQUOT) or any(words in str(exc).lower() for words in _FULL)
        if is_full or shutil.disk_usage(var).free < 1_000_000:
            advice = "the disk is full: free some space and run `python -m index build` again"
        else:
            advice = f"check that {index_folder(var)} can be written, or set PLUMBLINE_VAR to another folder"
        raise BuildFailed(f"{exc}; {advice}; the old index, if there is one, still serves") from exc


def _no_progress(stage: str, done: int, total: int) -> None:
    """Report to nobody."""
