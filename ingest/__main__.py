"""Command line: python -m ingest run | add | remove | check."""

from __future__ import annotations

from index.command_line import until_unread
from ingest.commands import main

if __name__ == "__main__":
    raise SystemExit(until_unread(main))
