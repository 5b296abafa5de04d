"""python -m evals.bench: speed and memory beside a raw floor taken in the same run; writes BENCHMARKS.md and JSON.

Seconds and milliseconds belong to the machine and to what else it did; the ratios are what can be compared. A part that
is not run keeps its figures of the last time, with their date.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from evals.bench_build import bench_build
from evals.bench_http import bench_http, bench_start
from evals.bench_hybrid import bench_hybrid
from evals.bench_page import benchmarks_page
from evals.bench_reply import bench_red_flags, bench_reply
from evals.bench_vectors import bench_vectors
from evals.errors import EvalsError
from evals.library import open_library
from evals.provenance import command_line, index_provenance, provenance
from evals.retrieval_command import write_report
from index.errors import IndexingError

ROOT = Path(__file__).parent.parent
SIZES = (10_000, 100_000, 1_000_000)
HYBRID = "hybrid-1m"
PARTS: dict[str, Callable[[Path, argparse.Namespace], Any]] = {
    "reply": lambda var, options: bench_reply(var, options.questions),
    "http": lambda var, options: bench_http(var, options.requests),
    "start": lambda var, _: bench_start(var),
    "red-flags": lambda var, _: bench_red_flags(var),
    "build": lambda var, options: bench_build(var, options.documents),
    "vectors": lambda var, options: bench_vectors(np.load(open_library(var).folder / "vectors.npy"), options.sizes),
    HYBRID: lambda var, options: bench_hybrid(var, options.passages),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the parts asked for and write what they measured; return 0, or 1 when the library is not installed."""
    options = _parser().parse_args(arguments)
    # Left out unless asked for: it takes ten minutes and several gigabytes.
    wanted = options.only or [name for name in PARTS if name != HYBRID]
    try:
        report = run_bench(wanted, options, _command(options), last_report(options.json))
    except (EvalsError, IndexingError) as exc:
        print(f"error: {exc}", file=sys.stderr)
        return 1
    page = benchmarks_page(report)
    unfinished = options.out.with_name(options.out.name + ".unfinished")
    unfinished.write_text(page, encoding="utf-8")
    unfinished.replace(options.out)
    print(page)
    return 0


def run_bench(
    wanted: Sequence[str], options: argparse.Namespace, command: str, report: dict[str, Any]
) -> dict[str, Any]:
    """Return the report with the wanted parts measured anew; it is written after each of them.

    Raises:
        NothingInstalled: if there is no library.
    """
    about = {"index": index_provenance(options.var, open_library(options.var))}
    for name in wanted:
        print(f"measuring {name} ...", file=sys.stderr)
        figures = PARTS[name](options.var, options)
        report = report | {name: {**provenance(command), **about, "figures": figures}}
        write_report(options.json, report)
    return report


def last_report(path: Path) -> dict[str, Any]:
    """Return the parts a report file holds, by name; none when it does not exist or was written in another form."""
    try:
        parts = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {
        name: part for name, part in parts.items() if name in PARTS and isinstance(part, dict) and "figures" in part
    }


def _command(options: argparse.Namespace) -> str:
    """Return the command with every option that changes what is measured and how long; not where it is written."""
    usual = _parser().parse_args([])
    typed = [word for name in options.only or () for word in ("--only", name)]
    for name in ("questions", "requests", "documents", "passages"):
        if getattr(options, name) != getattr(usual, name):
            typed += [f"--{name}", str(getattr(options, name))]
    if options.sizes != usual.sizes:
        typed += ["--sizes", *map(str, options.sizes)]
    return command_line("evals.bench", typed)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m evals.bench", description="Measure speed against a raw floor.")
    parser.add_argument("--var", type=Path, default=Path(os.environ.get("PLUMBLINE_VAR", "var")))
    parser.add_argument("--only", action="append", choices=list(PARTS), help="this part; may be repeated")
    parser.add_argument("--questions", type=int, default=200, help="asked in process")
    parser.add_argument("--requests", type=int, default=500, help="for each number of connections")
    parser.add_argument("--documents", type=int, default=50, help="ingested and indexed")
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES), help="numbers of vectors searched")
    parser.add_argument("--passages", type=int, default=1_000_000, help=f"of {HYBRID}")
    parser.add_argument("--out", type=Path, default=ROOT / "BENCHMARKS.md")
    parser.add_argument("--json", type=Path, default=ROOT / "evals" / "baselines" / "bench.json")
    return parser


if __name__ == "__main__":
    sys.exit(main())
