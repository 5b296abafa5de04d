"""Provenance: the command, date, machine and versions a figure belongs to."""

from __future__ import annotations

import os
import platform
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from index.fusion import FusionWeights
from index.generations import read_pointer
from index.retriever import Retriever

_PACKAGES = ("faiss-cpu", "ir-measures", "numpy", "onnxruntime", "tantivy")


def provenance(command: str) -> dict[str, Any]:
    """Return what a committed figure carries: the command that makes it, the date, the machine, library versions."""
    return {
        "command": command,
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": machine(),
        "versions": {"python": platform.python_version(), **_versions()},
    }


def machine() -> str:
    """Return the processor, the cores this process may use, and the memory, in words."""
    cores = len(os.sched_getaffinity(0))
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{_processor()}, {cores} cores, {memory:.0f} GiB, {platform.system()}"


def index_provenance(var: Path, retriever: Retriever) -> dict[str, Any]:
    """Return which index a figure was measured on: the hash of its manifest, its content and its model."""
    manifest = retriever.manifest
    return {
        "manifest_sha256": read_pointer(var).current.manifest_sha256,
        "content_sha256": manifest.content_sha256,
        "generation": manifest.generation,
        "embedder": manifest.embedder.embedder_id,
        "query_precision": manifest.embedder.query_precision,
        "recipe": manifest.embedder.recipe,
        "splitter": manifest.splitter_version,
        "store": manifest.store.description,
        "passages": manifest.counts.passages,
        "sentences": manifest.counts.sentences,
        "weights": weights_text(retriever.weights),
    }


def weights_text(weights: FusionWeights) -> str:
    """Return fusion weights in one line."""
    return " ".join(f"{name} {share:.2f}" for name, share in weights.shares().items())


def command_line(module: str, arguments: list[str]) -> str:
    """Return the command as it would be typed again."""
    return " ".join(["python", "-m", module, *arguments])


def _versions() -> dict[str, str]:
    found = {}
    for name in _PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


@cache
def _processor() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()
