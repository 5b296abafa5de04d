"""File readers: from the bytes of one file to its content, chosen by the suffix of its name.

To add a format, write a module with a `read(raw, name)` function and name it in `LOADERS`. The module imports its
library itself, so a format nobody uses costs nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import PurePosixPath
from typing import Protocol, cast

from ingest.documents import Content
from ingest.errors import DocumentMalformed, DocumentTooLarge, UnsupportedFormat

MAX_FILE_BYTES = 50_000_000


class Reader(Protocol):
    """Turns the bytes of a file into its content; `name` is used in messages only."""

    def __call__(self, raw: bytes, name: str) -> Content:
        """Return the content; empty content for a file without words.

        Raises:
            DocumentRefused: if the file cannot be read; the text says why.
        """
        ...


def _loader(module: str) -> Callable[[], Reader]:
    return lambda: cast(Reader, import_module(f"ingest.readers.{module}").read)


LOADERS: dict[str, Callable[[], Reader]] = {
    ".md": _loader("markdown"),
    ".markdown": _loader("markdown"),
    ".txt": _loader("plain_text"),
    ".text": _loader("plain_text"),
    ".html": _loader("html"),
    ".htm": _loader("html"),
    ".xhtml": _loader("html"),
    ".njk": _loader("html"),
    ".pdf": _loader("pdf"),
    ".docx": _loader("docx"),
    ".xml": _loader("xml"),
    ".nxml": _loader("xml"),
}


def read_content(raw: bytes, name: str) -> Content:
    """Return the content of a file, read by the reader for the suffix of its name.

    Raises:
        UnsupportedFormat: if no reader knows the suffix.
        DocumentTooLarge: if there are more than `MAX_FILE_BYTES`.
        DocumentRefused: whatever else the reader finds wrong.
    """
    suffix = PurePosixPath(name).suffix.lower()
    if suffix not in LOADERS:
        known = ", ".join(sorted(LOADERS))
        raise UnsupportedFormat(f"expected a file ending in one of {known}, found {suffix or 'no suffix'}; convert it")
    if len(raw) > MAX_FILE_BYTES:
        raise DocumentTooLarge(f"expected at most {MAX_FILE_BYTES:,} bytes, found {len(raw):,}; split the file")
    if not raw.strip(b"\0 \t\r\n"):
        return Content(())
    _check_kind(raw, suffix)
    return LOADERS[suffix]()(raw, name)


def _check_kind(raw: bytes, suffix: str) -> None:
    """Refuse a packed or PDF file under a text suffix, instead of reading its bytes as words."""
    signatures = {b"%PDF-": ".pdf", b"PK\x03\x04": ".docx", b"\xd0\xcf\x11\xe0": ".doc", b"\x1f\x8b": ".gz"}
    for signature, kind in signatures.items():
        if raw.startswith(signature) and suffix != kind:
            raise DocumentMalformed(f"expected a {suffix} file, found what looks like {kind}; rename or convert it")
