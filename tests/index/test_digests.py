"""Digests of files are those of their bytes, in however many pieces they are read."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from index import digests


@pytest.mark.parametrize("size", [0, 1, 7, 8, 20])
def test_a_file_read_in_pieces_has_the_digest_of_its_bytes(
    size: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(digests, "READ_BYTES", 7)
    path = tmp_path / "data"
    path.write_bytes(bytes(range(size)))
    assert digests.file_sha256(path) == hashlib.sha256(bytes(range(size))).hexdigest()
