"""Does the check on a model's sentences tell those a passage supports from those it does not?

    python -m evals.support [--var DIR]

`data/support.jsonl` holds sentences written by hand for passages written by hand: half say what the passage says, in
close or other words; half do not (another number, a negation turned, a term the passage lacks, another claim, or words
that are never allowed). Reported is how many of each kind are kept, with the embedding model of the installed index
and by words alone. Few pairs: the intervals are wide. The opposites of `server.writers.support` were listed with these
pairs in view, so new sentences may fare worse.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from evals.commands import add_var, read_rows, run_command
from evals.library import open_library
from evals.stats import wilson_interval
from index.passages import Passage, Source
from ingest.sentences import sentence_spans
from server.writers.support import Embed, find_support

PAIRS = Path(__file__).parent / "data" / "support.jsonl"


def read_pairs(path: Path = PAIRS) -> list[tuple[str, Passage, bool, str]]:
    """Return each sentence with its passage, whether the passage supports it, and its kind."""
    rows = read_rows(path, ("id", "title", "heading", "passage", "sentence", "supported", "kind"))
    return [(row["sentence"], _passage(row), row["supported"], row["kind"]) for row in rows]


def measure(pairs: Sequence[tuple[str, Passage, bool, str]], embed: Embed | None) -> dict[str, dict[str, object]]:
    """Return for `supported`, `unsupported` and each kind of them how many sentences were kept, with 95 % intervals."""
    kept: dict[str, list[bool]] = {}
    for sentence, passage, is_supported, kind in pairs:
        found = find_support(sentence, passage, embed).span is not None
        group = "supported" if is_supported else "unsupported"
        kept.setdefault(group, []).append(found)
        kept.setdefault(f"{group}: {kind}", []).append(found)
    return {name: _share(found) for name, found in sorted(kept.items())}


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print JSON."""
    parser = argparse.ArgumentParser(prog="python -m evals.support", description=(__doc__ or "").splitlines()[0])
    add_var(parser)
    options = parser.parse_args(arguments)
    return run_command(lambda: _report(options))


def _report(options: argparse.Namespace) -> int:
    embed = open_library(options.var).embed
    pairs = read_pairs()
    report = {"with_model": measure(pairs, embed), "words_alone": measure(pairs, None)}
    sys.stdout.write(json.dumps(report, indent=1) + "\n")
    return 0


def _passage(row: Mapping[str, Any]) -> Passage:
    text = row["passage"]
    return Passage(
        passage_id=row["id"],
        document_id=row["id"],
        text=text,
        start=0,
        end=len(text),
        source=Source(row["id"], row["title"]),
        heading_path=(row["heading"],),
        sentences=tuple(sentence_spans(text)),
    )


def _share(found: Sequence[bool]) -> dict[str, object]:
    low, high = wilson_interval(sum(found), len(found))
    return {"n": len(found), "share": round(sum(found) / len(found), 4), "interval": [round(low, 3), round(high, 3)]}


if __name__ == "__main__":
    raise SystemExit(main())
