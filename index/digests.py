"""Digests: of files, for the manifest; of texts, to know which vectors can be kept."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

TEXT_DIGEST_BYTES = 16
# Read at once. Between two reads the interpreter's lock is taken, and while another thread computes it takes
# milliseconds to get it: with the small pieces of `hashlib.file_digest`, an index would be opened far later.
READ_BYTES = 16_777_216


def file_sha256(path: Path) -> str:
    """Return the sha256 of a file, in hex."""
    digest = hashlib.sha256()
    with path.open("rb", buffering=0) as data:
        block = memoryview(bytearray(min(path.stat().st_size, READ_BYTES) or 1))
        while count := data.readinto(block):
            digest.update(block[:count])
    return digest.hexdigest()


def text_digest(text: str) -> bytes:
    """Return 16 bytes that are equal for equal texts only, in practice (BLAKE2b)."""
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=TEXT_DIGEST_BYTES).digest()


def digest_table(digests: Iterable[bytes]) -> NDArray[np.uint8]:
    """Return text digests as an array of shape (n, 16), to be saved."""
    joined = b"".join(digests)
    return np.frombuffer(joined, dtype=np.uint8).reshape(-1, TEXT_DIGEST_BYTES)
