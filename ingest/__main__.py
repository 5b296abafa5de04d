"""Command line: python -m ingest run | add | remove | check."""

from __future__ import annotations

from ingest.commands import main

if __name__ == "__main__":
    raise SystemExit(main())
