"""Embeds the texts of a generation, each different text once, keeping vectors the generation before already has."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from index.digests import digest_table, text_digest
from index.embedders import Embedder, Vectors
from index.errors import IndexCorrupt, IndexMissing, ManifestMismatch
from index.generations import current_generation
from index.manifest import check_file

logger = logging.getLogger(__name__)

PASSAGES = "vectors"
SENTENCES = "sentences"
QUESTIONS = "questions"
EMBED_AT_ONCE = 64  # texts between two reports of progress


@dataclass(frozen=True, slots=True)
class KnownVectors:
    """Vectors of one file of an older generation, found by the digest of their text."""

    rows: dict[bytes, int] = field(default_factory=dict)
    vectors: Vectors = field(default_factory=lambda: np.empty((0, 0), dtype=np.float32))


@dataclass(frozen=True, slots=True)
class EmbeddedTexts:
    """How many different texts went through the model, and how many were known."""

    embedded: int
    reused: int


def known_vectors(var: Path, name: str, embedder: Embedder) -> KnownVectors:
    """Return what the current generation holds under `name`, if the same embedder made it and it is undamaged."""
    try:
        folder, manifest = current_generation(var)
        if (manifest.embedder.weights_sha256, manifest.embedder.recipe) != (
            embedder.weights_sha256,
            embedder.record.recipe,
        ):
            return KnownVectors()
        for file in (f"{name}.npy", f"{name}.digests.npy"):
            check_file(folder, file, manifest, thorough=True)
    except (IndexMissing, ManifestMismatch):
        return KnownVectors()
    except IndexCorrupt as exc:
        logger.warning("nothing is reused: %s", exc)
        return KnownVectors()
    digests = np.load(folder / f"{name}.digests.npy")
    rows = {digest.tobytes(): row for row, digest in enumerate(digests)}
    return KnownVectors(rows, np.load(folder / f"{name}.npy", mmap_mode="r" if rows else None))


def write_vectors(
    folder: Path,
    name: str,
    texts: Sequence[str],
    embedder: Embedder,
    known: KnownVectors,
    progress: Callable[[int, int], None],
) -> tuple[Vectors, EmbeddedTexts]:
    """Write one vector a text and the texts' digests; return the vectors and how many were computed.

    Args:
        folder: of the generation; `<name>.npy` and `<name>.digests.npy` are written.
        texts: in the order of the rows; equal ones share one pass through the model.
        known: vectors to keep.
        progress: is told how many of how many texts are done.

    Raises:
        OSError: if the files cannot be written.
    """
    digests = [text_digest(text) for text in texts]
    vectors = np.zeros((len(texts), embedder.dimension), dtype=np.float32)
    missing: dict[bytes, list[int]] = {}
    reused = set()
    for row, digest in enumerate(digests):
        old = known.rows.get(digest)
        if old is None:
            missing.setdefault(digest, []).append(row)
        else:
            vectors[row] = known.vectors[old]
            reused.add(digest)
    _embed_missing(vectors, list(missing.values()), texts, embedder, progress)
    np.save(folder / f"{name}.npy", vectors)
    np.save(folder / f"{name}.digests.npy", digest_table(digests))
    return vectors, EmbeddedTexts(len(missing), len(reused))


def _embed_missing(
    vectors: Vectors,
    groups: list[list[int]],
    texts: Sequence[str],
    embedder: Embedder,
    progress: Callable[[int, int], None],
) -> None:
    # Longest first: texts that run side by side take about as long as each other, and the first report is the slowest.
    groups.sort(key=lambda rows: -len(texts[rows[0]]))
    for start in range(0, len(groups), EMBED_AT_ONCE):
        batch = groups[start : start + EMBED_AT_ONCE]
        embedded = embedder.embed_passages([texts[rows[0]] for rows in batch])
        for rows, vector in zip(batch, embedded, strict=True):
            vectors[rows] = vector
        progress(start + len(batch), len(groups))
