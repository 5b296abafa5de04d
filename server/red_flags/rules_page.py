"""Writes RULES.md, the page on which a clinician can read every rule with its source and cases.

Run `python -m server.red_flags.rules_page` after a change to the rules or cases.
"""

from __future__ import annotations

import tomllib
from functools import lru_cache
from pathlib import Path

from server.red_flags.errors import DataFileError
from server.red_flags.rules import all_rules

CASES = Path(__file__).parent / "data" / "cases.toml"
PAGE = Path(__file__).parent / "RULES.md"
_HEAD = """# Red-flag rules

Generated from the rules and `data/cases.toml` by `python -m server.red_flags.rules_page`; do not edit by hand.
Not reviewed by a clinician. [SOURCES.md](SOURCES.md) says what the source codes (S1 ...) stand for.
"""


@lru_cache(maxsize=1)
def load_cases() -> dict[str, dict[str, list[str]]]:
    """Return, by rule code, the texts that must reach it ("for") and must not ("against").

    Raises:
        DataFileError: if a code is unknown, missing, or has no cases.
    """
    try:
        cases: dict[str, dict[str, list[str]]] = tomllib.loads(CASES.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as exc:
        raise DataFileError(f"{CASES.name}: cannot be used: {exc}") from exc
    codes = {item.code for item in all_rules()}
    for code in sorted(codes ^ set(cases)):
        raise DataFileError(f"{CASES.name}:1: rule {code} is {'unknown' if code in cases else 'missing'}")
    for code, case in cases.items():
        for key in ("for", "against"):
            if not case.get(key):
                raise DataFileError(f"{CASES.name}: field {code}.{key} is missing")
    return cases


def render_page() -> str:
    """Return the text of RULES.md."""
    cases = load_cases()
    parts = [_HEAD]
    seen: set[str] = set()
    for item in all_rules():
        parts.append(
            f"\n## {item.code} {item.category}: {item.level.label}\n\n{item.text}\n\nSource: {item.source}. "
            f"Version {item.version}.\n"
        )
        if item.code in seen:
            continue
        seen.add(item.code)
        parts.append("\nReached by:\n" + "".join(f"- {text}\n" for text in cases[item.code]["for"]))
        parts.append("\nNot reached by:\n" + "".join(f"- {text}\n" for text in cases[item.code]["against"]))
    return "".join(parts)


def main() -> None:
    """Write RULES.md beside this module."""
    PAGE.write_text(render_page(), encoding="utf-8")


if __name__ == "__main__":
    main()
