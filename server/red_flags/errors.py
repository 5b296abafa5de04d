"""Errors of the red-flag package.

RedFlagError
└── DataFileError      a file under `data/` is missing, malformed or contradicts another
"""

from __future__ import annotations


class RedFlagError(Exception):
    """Base of everything this package raises on purpose."""


class DataFileError(RedFlagError):
    """A data file cannot be used; the message names file, line and field."""
