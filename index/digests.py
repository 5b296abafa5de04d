"""Digests: of files, for the manifest; of texts, to know which vectors can be kept."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

TEXT_DIGEST_BYTES = 16


def file_sha256(path: Path) -> str:
    """Return the sha256 of a file, in hex."""
    with path.open("rb") as data:
        return hashlib.file_digest(data, "sha256").hexdigest()


def text_digest(text: str) -> bytes:
    """Return 16 bytes that are equal for equal texts only, in practice (BLAKE2b)."""
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=TEXT_DIGEST_BYTES).digest()


def digest_table(digests: Iterable[bytes]) -> NDArray[np.uint8]:
    """Return text digests as an array of shape (n, 16), to be saved."""
    joined = b"".join(digests)
    return np.frombuffer(joined, dtype=np.uint8).reshape(-1, TEXT_DIGEST_BYTES)
