"""Errors of the ingest package.

IngestError
├── RegisterInvalid        sources.toml cannot be used; names file, line and field
├── DocumentRefused        one document cannot be taken in; the others still are
│   ├── UnsupportedFormat  no reader for this kind of file
│   ├── DocumentMalformed  the file is broken, or is not what its name says
│   ├── DocumentEncrypted  a password is needed
│   ├── DocumentScanned    pictures of pages, with no text in them
│   ├── DocumentTooLarge   larger than the limit, packed or unpacked
│   └── FetchRefused       an address that may not be, or could not be, fetched
└── OutputUnwritable       the data folder cannot be written; what was there is unchanged
"""

from __future__ import annotations


class IngestError(Exception):
    """Base of every error the ingest package raises on purpose; its text names the repair."""


class RegisterInvalid(IngestError):
    """The source register does not hold what it should."""


class DocumentRefused(IngestError):
    """One document cannot be taken in."""


class UnsupportedFormat(DocumentRefused):
    """There is no reader for this kind of file."""


class DocumentMalformed(DocumentRefused):
    """The file is broken, or is not what its name says."""


class DocumentEncrypted(DocumentRefused):
    """The file needs a password."""


class DocumentScanned(DocumentRefused):
    """The file holds pictures of pages and no text."""


class DocumentTooLarge(DocumentRefused):
    """The file is larger than the limit, packed or unpacked."""


class FetchRefused(DocumentRefused):
    """An address may not be fetched, or could not be."""


class OutputUnwritable(IngestError):
    """The data folder cannot be written; what was there before is unchanged."""
