"""Manifest: what an index generation was made from and holds, checked before anything of it is used."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from index.adapter import AdapterRecord
from index.digests import file_sha256
from index.embedders import Agreement, EmbedderRecord
from index.errors import IndexCorrupt, ManifestMismatch

FORMAT = 6  # raise when files of a generation change their meaning
MANIFEST_FILE = "manifest.json"
# Files up to this size are hashed whenever an index is opened (0.1 s for 100 MB), and held in memory: what happens to
# them later reaches no reader. Larger ones are only measured and mapped then, and hashed by `python -m index verify`.
HASHED_ON_OPEN_BYTES = 64_000_000
REBUILD = "run `python -m index build --force`, or `python -m index rollback`"


@dataclass(frozen=True, slots=True)
class FileRecord:
    """Size in bytes and sha256 of a file of a generation."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Counts:
    """How much a generation holds, and how much of it was embedded anew."""

    passages: int
    documents: int
    sources: int
    sentences: int
    questions: int
    windowed_passages: int  # longer than the embedder's limit: embedded in windows, nothing cut off
    embedded_texts: int
    reused_texts: int


@dataclass(frozen=True, slots=True)
class StoreRecord:
    """The vector store and how well it finds what exact search finds."""

    name: str
    description: str
    recall_at_10: float  # over `sampled_queries` vectors of the index itself, in [0, 1]
    sampled_queries: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """Everything that is known about a generation; written last, so that it being there means the rest is."""

    generation: str
    created: str  # ISO, UTC
    content_sha256: str  # equal for equal passages, documents, embedder and options
    embedder: EmbedderRecord
    agreement: Agreement | None
    store: StoreRecord
    adapter: AdapterRecord | None  # of query vectors; None when the questions are too few or do not help
    splitter_version: str
    sources: dict[str, str]  # source id → digest of its passages
    counts: Counts
    seconds: dict[str, float]  # per stage of the build
    files: dict[str, FileRecord] = field(default_factory=dict)  # path below the folder → its record
    format: int = FORMAT

    def write(self, folder: Path) -> str:
        """Write the manifest into a generation's folder and return its own sha256."""
        path = folder / MANIFEST_FILE
        path.write_text(json.dumps(asdict(self), indent=1, sort_keys=True), encoding="utf-8")
        return file_sha256(path)


def read_manifest(folder: Path, expected_sha256: str = "") -> Manifest:
    """Return the manifest of a generation.

    Args:
        folder: of the generation.
        expected_sha256: what the pointer to the generation says; empty: not compared.

    Raises:
        IndexCorrupt: if it is missing, altered or not readable.
        ManifestMismatch: if it was written in another format.
    """
    path = folder / MANIFEST_FILE
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
        if expected_sha256 and file_sha256(path) != expected_sha256:
            raise IndexCorrupt(f"{path}: altered after it was written; {REBUILD}")
        if isinstance(raw, dict) and raw.get("format") != FORMAT:
            raise ManifestMismatch(f"{path}: expected format {FORMAT}, found {raw.get('format')!r}; {REBUILD}")
        return _from_json(raw)
    except (OSError, ValueError, TypeError, KeyError) as exc:
        raise IndexCorrupt(f"{path}: expected a manifest, found {type(exc).__name__}: {exc}; {REBUILD}") from exc


def record_files(folder: Path) -> dict[str, FileRecord]:
    """Return the record of every file below a folder but the manifest itself."""
    return {
        path.relative_to(folder).as_posix(): FileRecord(path.stat().st_size, file_sha256(path))
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != MANIFEST_FILE
    }


def check_files(folder: Path, manifest: Manifest, *, thorough: bool = False) -> None:
    """Compare the files of a generation with its manifest.

    Args:
        thorough: hash every file, also those that are only measured when an index is opened.

    Raises:
        IndexCorrupt: if a file is missing, of another size, or altered; names the file and the repair.
    """
    for name in manifest.files:
        check_file(folder, name, manifest, thorough=thorough)


def check_file(folder: Path, name: str, manifest: Manifest, *, thorough: bool) -> None:
    """Compare one file of a generation with its manifest, as `check_files` does with all.

    Raises:
        IndexCorrupt: if it is missing, of another size, altered or not in the manifest.
    """
    path, record = folder / name, manifest.files.get(name)
    if record is None or not path.is_file():
        raise IndexCorrupt(f"{path}: missing; {REBUILD}")
    size = path.stat().st_size
    if size != record.size:
        raise IndexCorrupt(f"{path}: expected {record.size} bytes, found {size}; {REBUILD}")
    if (thorough or size <= HASHED_ON_OPEN_BYTES) and file_sha256(path) != record.sha256:
        raise IndexCorrupt(f"{path}: altered after it was written; {REBUILD}")


def check_settings(manifest: Manifest, *, embedder: str | None, splitter_version: str | None) -> None:
    """Compare what the settings ask for with what the index was built with; None is not compared.

    Raises:
        ManifestMismatch: if they differ; names the command that repairs it.
    """
    if embedder is not None and embedder != manifest.embedder.name:
        raise ManifestMismatch(
            f"index was built with embedder {manifest.embedder.name!r}, settings ask for {embedder!r}; "
            f"run `PLUMBLINE_EMBEDDER={embedder} python -m index build` or change PLUMBLINE_EMBEDDER"
        )
    if splitter_version is not None and splitter_version != manifest.splitter_version:
        raise ManifestMismatch(
            f"index was built from passages of splitter {manifest.splitter_version!r}, expected {splitter_version!r}; "
            "run `python -m ingest run` and `python -m index build`"
        )


def _from_json(raw: dict[str, Any]) -> Manifest:
    return Manifest(
        **{
            **raw,
            "embedder": EmbedderRecord(**raw["embedder"]),
            "agreement": Agreement(**raw["agreement"]) if raw["agreement"] else None,
            "adapter": AdapterRecord(**raw["adapter"]) if raw["adapter"] else None,
            "store": StoreRecord(**raw["store"]),
            "counts": Counts(**raw["counts"]),
            "files": {name: FileRecord(**record) for name, record in raw["files"].items()},
        }
    )
