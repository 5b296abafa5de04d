"""The tables of the README that are made from the code and the library; ``python -m evals.docs`` writes them."""

from __future__ import annotations

import argparse
import re
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from evals.commands import run_command
from evals.errors import DatasetInvalid
from evals.readability import split_front_matter
from server.settings import Settings

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"


def readme_with_tables() -> str:
    """Return the README with its generated tables made anew."""
    text = README.read_text(encoding="utf-8")
    for name, table in (("settings", settings_table()), ("topics", topics_table())):
        text = _replace(text, name, table)
    return text


def settings_table() -> str:
    """Return every setting with its default and what it is for."""
    rows = ["| setting | default | what it is for |", "|---|---|---|"]
    for name, field in Settings.model_fields.items():
        default = field.get_default(call_default_factory=True)
        shown = "" if default in ("", ()) or "SecretStr" in type(default).__name__ else f"`{default}`"
        rows.append(f"| `PLUMBLINE_{name.upper()}` | {shown} | {field.description} |")
    return "\n".join(rows)


def topics_table() -> str:
    """Return the library's articles by kind."""
    kinds: dict[str, list[str]] = defaultdict(list)
    for path in sorted((ROOT / "corpus" / "library").glob("*.md")):
        fields, _ = split_front_matter(path.read_text(encoding="utf-8"))
        kinds[str(fields["kind"])].append(f"[{fields['title']}](corpus/library/{path.name})")
    rows = ["| kind | articles |", "|---|---|"]
    return "\n".join(
        [*rows, *(f"| {kind} ({len(titles)}) | {' · '.join(titles)} |" for kind, titles in sorted(kinds.items()))]
    )


def _replace(text: str, name: str, table: str) -> str:
    pattern = rf"<!-- {name} -->\n.*?(?=\n## |\Z)"
    if re.search(pattern, text, re.DOTALL) is None:
        raise DatasetInvalid(f"README.md: expected the mark <!-- {name} -->, found none; put it back")
    return re.sub(pattern, lambda _: f"<!-- {name} -->\n{table}\n", text, count=1, flags=re.DOTALL)


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the tables into the README and return 0; 1 when a mark is missing."""
    argparse.ArgumentParser(prog="python -m evals.docs", description=__doc__).parse_args(arguments)
    return run_command(_write)


def _write() -> int:
    README.write_text(readme_with_tables(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
