"""JsonLines: a file of JSON lines read by place or by id without loading it whole: opening a million costs no more."""

from __future__ import annotations

import hashlib
import json
import mmap
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Generic, TypeVar, overload

import numpy as np
from numpy.typing import NDArray

from index.errors import IndexCorrupt
from index.manifest import HASHED_ON_OPEN_BYTES

T = TypeVar("T")

CACHED_ITEMS = 4096


class JsonLines(Sequence[T], Generic[T]):
    """The items of a file, in order; a large one is memory-mapped. Immutable and safe to share between threads."""

    def __init__(self, folder: Path, name: str, make: Callable[[dict[str, Any]], T], key: Callable[[T], str]) -> None:
        """Open `<name>.jsonl` and its two side files, written by `write_json_lines`.

        Args:
            make: turns a parsed line into an item.
            key: gives the id of an item, as it was when written.

        Raises:
            IndexCorrupt: if a file is missing or they do not belong together.
        """
        self._path = folder / f"{name}.jsonl"
        self._make, self._key = make, key
        try:
            self._offsets: NDArray[np.int64] = np.load(folder / f"{name}.offsets.npy")
            self._ids: NDArray[np.uint64] = np.load(folder / f"{name}.ids.npy")
            self._data = _held_or_mapped(self._path)
        except (OSError, ValueError) as exc:
            raise self._corrupt(exc) from exc
        if self._offsets[-1] != len(self._data) or self._ids.shape != (2, len(self)):
            raise self._corrupt("its side files belong to another file")
        self._cached = lru_cache(maxsize=CACHED_ITEMS)(self._read)

    def __len__(self) -> int:
        return len(self._offsets) - 1

    @overload
    def __getitem__(self, place: int) -> T: ...
    @overload
    def __getitem__(self, place: slice) -> list[T]: ...
    def __getitem__(self, place: int | slice) -> T | list[T]:
        """Return the item at a place from 0, or the items of a slice."""
        if isinstance(place, slice):
            return [self._cached(one) for one in range(*place.indices(len(self)))]
        count = len(self)
        if not -count <= place < count:
            raise IndexError(f"place {place} of {count} in {self._path.name}")
        return self._cached(place % count)

    def __iter__(self) -> Iterator[T]:
        return (self._read(place) for place in range(len(self)))

    def find(self, wanted: str) -> int | None:
        """Return the place of the item with this id, or None."""
        code = _id_code(wanted)
        start = int(np.searchsorted(self._ids[0], code))
        while start < len(self) and self._ids[0, start] == code:
            place = int(self._ids[1, start])
            if self._key(self._cached(place)) == wanted:
                return place
            start += 1
        return None

    def _read(self, place: int) -> T:
        line = self._data[self._offsets[place] : self._offsets[place + 1]]
        try:
            return self._make(json.loads(line))
        except (ValueError, KeyError, TypeError) as exc:
            raise self._corrupt(exc) from exc

    def _corrupt(self, reason: object) -> IndexCorrupt:
        return IndexCorrupt(f"{self._path}: cannot be read ({reason}); run `python -m index build --force`")


def write_json_lines(folder: Path, name: str, rows: Iterable[tuple[str, dict[str, Any]]]) -> None:
    """Write `<name>.jsonl`, where each line starts, and an id table, from ids and their JSON objects.

    Raises:
        OSError: if they cannot be written.
    """
    offsets, codes = [0], []
    with (folder / f"{name}.jsonl").open("wb") as out:
        for key, row in rows:
            # Escaped, since a lone surrogate has no UTF-8 form and must not stop a build.
            line = json.dumps(row, ensure_ascii=True).encode("ascii") + b"\n"
            out.write(line)
            offsets.append(offsets[-1] + len(line))
            codes.append(_id_code(key))
    table = np.array(codes, dtype=np.uint64)
    order = np.argsort(table, kind="stable")
    np.save(folder / f"{name}.offsets.npy", np.array(offsets, dtype=np.int64))
    np.save(folder / f"{name}.ids.npy", np.stack([table[order], order.astype(np.uint64)]))


def _id_code(key: str) -> int:
    return int.from_bytes(hashlib.blake2b(key.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")


def _held_or_mapped(path: Path) -> mmap.mmap | bytes:
    with path.open("rb") as data:
        if path.stat().st_size <= HASHED_ON_OPEN_BYTES:
            return data.read()
        return mmap.mmap(data.fileno(), 0, access=mmap.ACCESS_READ)
