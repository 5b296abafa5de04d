"""Generations on disk: the pointer to the current one, the switch, the way back, and the lock that keeps builds apart.

var/index/current                 JSON: the generation in use, the one before it, and the sha256 of their manifests
var/index/<generation>/           never changed once it is there
var/index/<generation>.unfinished/ being built; whatever a killed build left is removed by the next one
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from index.errors import BuildFailed, IndexCorrupt, IndexMissing
from index.manifest import MANIFEST_FILE, Manifest, check_files, read_manifest

POINTER = "current"
UNFINISHED = ".unfinished"
LOCK = ".lock"


@dataclass(frozen=True, slots=True)
class GenerationRef:
    """The name of a generation and the sha256 of its manifest."""

    generation: str
    manifest_sha256: str


@dataclass(frozen=True, slots=True)
class Pointer:
    """Which generation serves, and which one `rollback` goes back to."""

    current: GenerationRef
    previous: GenerationRef | None = None


def index_folder(var: Path) -> Path:
    """Return the folder of all generations."""
    return var / "index"


def models_folder(var: Path) -> Path:
    """Return the folder of exported embedding models."""
    return var / "models"


def pointer_path(var: Path) -> Path:
    """Return the file that says which generation serves; it is replaced whole, so its stat tells of a switch."""
    return index_folder(var) / POINTER


def read_pointer(var: Path) -> Pointer:
    """Return the pointer.

    Raises:
        IndexMissing: if nothing was built yet.
        IndexCorrupt: if it may not be read, or is no pointer.
    """
    path = pointer_path(var)
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
        previous = GenerationRef(**raw["previous"]) if raw["previous"] else None
        return Pointer(GenerationRef(**raw["current"]), previous)
    except (FileNotFoundError, NotADirectoryError) as exc:
        raise IndexMissing(f"{path}: there is no index yet; run `python -m index build`") from exc
    except PermissionError as exc:
        raise IndexCorrupt(f"{path}: cannot be read ({exc.strerror}); check the folder's permissions") from exc
    except (OSError, ValueError, TypeError, KeyError) as exc:
        raise IndexCorrupt(
            f"{path}: expected the name of a generation, found {exc}; run `python -m index build --force`"
        ) from exc


def current_generation(var: Path) -> tuple[Path, Manifest]:
    """Return the folder and manifest of the generation in use.

    Raises:
        IndexMissing, IndexCorrupt, ManifestMismatch: as `read_pointer` and `read_manifest` do.
    """
    ref = read_pointer(var).current
    folder = index_folder(var) / ref.generation
    return folder, read_manifest(folder, ref.manifest_sha256)


def publish(var: Path, unfinished: Path, manifest_sha256: str) -> Path:
    """Put a finished generation in place and point to it; return its folder. The one before it is kept.

    Raises:
        OSError: if it cannot be written; the old generation still serves then.
    """
    folder = unfinished.with_name(unfinished.name.removesuffix(UNFINISHED))
    _sync_tree(unfinished)
    unfinished.rename(folder)
    try:
        previous: GenerationRef | None = read_pointer(var).current
    except (IndexMissing, IndexCorrupt):
        previous = None
    _write_pointer(var, Pointer(GenerationRef(folder.name, manifest_sha256), previous))
    return folder


def rollback(var: Path) -> GenerationRef:
    """Point to the generation before the current one, after checking it whole; a second rollback returns.

    Raises:
        IndexMissing: if there is none before it.
        IndexCorrupt: if that one is damaged; the current one stays.
        BuildFailed: if the pointer cannot be written, or a build is running.
    """
    with build_lock(var):
        pointer = read_pointer(var)
        if pointer.previous is None:
            raise IndexMissing(f"{index_folder(var)}: there is no generation before {pointer.current.generation}")
        folder = index_folder(var) / pointer.previous.generation
        check_files(folder, read_manifest(folder, pointer.previous.manifest_sha256), thorough=True)
        try:
            _write_pointer(var, Pointer(pointer.previous, pointer.current))
        except OSError as exc:
            raise BuildFailed(
                f"{pointer_path(var)}: cannot be written ({exc}); check the folder's permissions"
            ) from exc
        return pointer.previous


def remove_leftovers(var: Path) -> None:
    """Remove what killed builds left and generations that are neither current nor the one before it.

    Call it holding the build lock. A reader that still has an old generation open keeps its files until it lets go.
    """
    try:
        pointer = read_pointer(var)
    except (IndexMissing, IndexCorrupt):
        kept: set[str] | None = None  # nobody can say which generations matter: keep all finished ones
    else:
        kept = {ref.generation for ref in (pointer.current, pointer.previous) if ref}
    for folder in index_folder(var).iterdir():
        finished = (folder / MANIFEST_FILE).is_file() and not folder.name.endswith(UNFINISHED)
        if folder.is_dir() and not (finished and (kept is None or folder.name in kept)):
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def build_lock(var: Path) -> Iterator[None]:
    """Hold the right to change the index of a data folder; a killed process lets go of it by itself.

    Raises:
        BuildFailed: if the folder cannot be written or another build is running.
    """
    folder = index_folder(var)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as exc:
        raise BuildFailed(
            f"{folder}: cannot be written ({exc.strerror}); make it writable or set PLUMBLINE_VAR to another folder"
        ) from exc
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as exc:
        raise BuildFailed(f"{folder}: another build is running; wait for it to end") from exc
    else:
        yield
    finally:
        os.close(lock)


def _write_pointer(var: Path, pointer: Pointer) -> None:
    path = pointer_path(var)
    unfinished = path.with_name(POINTER + UNFINISHED)
    try:
        with unfinished.open("w", encoding="utf-8") as out:
            json.dump(asdict(pointer), out)
            out.flush()
            os.fsync(out.fileno())
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    _sync(path.parent)


def _sync_tree(folder: Path) -> None:
    for path in folder.rglob("*"):
        _sync(path)
    _sync(folder)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
