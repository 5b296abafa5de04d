"""What every `python -m evals…` command shares: one line for what went wrong, and JSON lines read with their place."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from evals.errors import DatasetInvalid, EvalsError
from index.errors import IndexingError

EXIT_OK, EXIT_FAILED, EXIT_STOPPED = 0, 1, 130


def run_command(command: Callable[[], int], stopped: str = "stopped; nothing was written") -> int:
    """Return what a command returns; 1 after one line on standard error when it failed, 130 when it was stopped.

    Args:
        command: reads nothing from the command line any more.
        stopped: said when the person ends it.
    """
    from server.errors import SettingsInvalid

    try:
        return command()
    except ValidationError as exc:
        # Of the settings, which the server's parts read from the environment; what was found may be a secret.
        names = ", ".join(
            sorted({"PLUMBLINE_" + str(error["loc"][0]).upper() for error in exc.errors() if error["loc"]})
        )
        print(f"error: {names or 'a setting'}: expected another value; see the settings in README.md", file=sys.stderr)
        return EXIT_FAILED
    except (EvalsError, IndexingError, SettingsInvalid) as exc:
        print(f"error: {exc}", file=sys.stderr)
        return EXIT_FAILED
    except OSError as exc:
        print(f"error: {exc}; check that the file can be read and the folder written", file=sys.stderr)
        return EXIT_FAILED
    except KeyboardInterrupt:
        print(stopped, file=sys.stderr)
        return EXIT_STOPPED


def add_var(parser: argparse.ArgumentParser) -> None:
    """Add --var, the data folder with the installed library; PLUMBLINE_VAR is its default."""
    default = Path(os.environ.get("PLUMBLINE_VAR", "var"))
    parser.add_argument("--var", type=Path, default=default, help="data folder with the index (PLUMBLINE_VAR, var)")


def read_rows(path: Path, fields: Sequence[str] = ()) -> list[dict[str, Any]]:
    """Return the objects of a file of JSON lines; blank lines are passed over.

    Raises:
        DatasetInvalid: if it cannot be read, a line is no JSON object, or one of `fields` is not in it; names file and
            line.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as exc:
        raise DatasetInvalid(f"{path}: expected JSON lines in UTF-8, found {exc}") from exc
    rows = []
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError as exc:
            raise DatasetInvalid(f"{path}, line {number}: expected a JSON object, found {line!r:.60}") from exc
        missing = [name for name in fields if not isinstance(row, dict) or name not in row]
        if not isinstance(row, dict) or missing:
            raise DatasetInvalid(
                f"{path}, line {number}: expected an object with {', '.join(fields)}, found {line!r:.60}"
            )
        rows.append(row)
    return rows
