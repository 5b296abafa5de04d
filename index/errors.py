"""Errors of the index package.

IndexingError
├── PassagesInvalid      passages.jsonl or documents.jsonl cannot be read as written
├── EmbedderUnavailable  the embedding model is missing, broken or has other weights than recorded
├── IndexMissing         there is no generation to load
├── IndexCorrupt         a file of a generation is missing, truncated or changed
├── ManifestMismatch     the index was built with other settings than those asked for
└── BuildFailed          a new generation could not be written; the old one still serves
"""

from __future__ import annotations


class IndexingError(Exception):
    """Base of every error the index package raises on purpose; its text names the repair."""


class PassagesInvalid(IndexingError):
    """A passages or documents file does not hold what it should; the text names file, line and field."""


class EmbedderUnavailable(IndexingError):
    """The embedding model cannot be loaded or is not the one recorded."""


class IndexMissing(IndexingError):
    """There is no index generation in the data folder yet."""


class IndexCorrupt(IndexingError):
    """A file of an index generation is missing, truncated or altered."""


class ManifestMismatch(IndexingError):
    """The index on disk was built with another embedder or splitter than the settings name."""


class BuildFailed(IndexingError):
    """Building stopped; nothing half-written is left and the previous generation still serves."""
