"""Reading the arrays and JSON files of a generation, as `index.writing` wrote them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.embedders import Vectors
from index.errors import IndexCorrupt
from index.manifest import HASHED_ON_OPEN_BYTES, REBUILD


def load_owned(folder: Path, name: str) -> tuple[Vectors, NDArray[np.int64]]:
    """Return the vectors of short texts, shape (n, dimension), and where those of each passage begin.

    Raises:
        IndexCorrupt: if a file cannot be read.
    """
    return load_array(folder / f"{name}.npy"), load_array(folder / f"{name}.offsets.npy")


def load_array(path: Path) -> NDArray[Any]:
    """Return an array, held in memory as far as its file is hashed when it is opened, else memory-mapped.

    Raises:
        IndexCorrupt: if it cannot be read.
    """
    try:
        # A plain array over the map, since numpy's own class for maps makes each slice several times slower.
        return np.asarray(np.load(path, mmap_mode="r" if path.stat().st_size > HASHED_ON_OPEN_BYTES else None))
    except (OSError, ValueError) as exc:
        raise IndexCorrupt(f"{path}: cannot be read ({exc}); {REBUILD}") from exc


def load_json(path: Path) -> Any:
    """Return what a JSON file holds.

    Raises:
        IndexCorrupt: if it cannot be read.
    """
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as exc:
        raise IndexCorrupt(f"{path}: cannot be read ({exc}); {REBUILD}") from exc
