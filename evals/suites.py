"""SUITES, the registry of what `python -m evals` measures; runs them and writes the report at the end.

To add one: write a function that takes a `SuiteContext` and returns a `SuiteReport`, and name it in `SUITES`. A suite
whose module or data is not there is reported as left out, with the reason.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
import time
import tomllib
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from evals.errors import DatasetInvalid, EvalsError, NothingInstalled
from evals.figures import Figure, SuiteContext, SuiteReport, suite_from_json
from evals.library import open_library
from evals.progress import followed
from evals.provenance import command_line, index_provenance, provenance
from evals.report import html_report
from evals.retrieval_command import write_report

ROOT = Path(__file__).parent.parent
EXIT_OK, EXIT_BELOW = 0, 1

Suite = Callable[[SuiteContext], SuiteReport]

# Name → module and function. Those run only when asked for by name need data that is not part of this project.
SUITES: dict[str, str] = {
    "retrieval": "evals.library_suites:retrieval_suite",
    "citations": "evals.reply_suites:citation_suite",
    "support": "evals.reply_suites:support_suite",
    "abstention": "evals.library_suites:abstention_suite",
    "follow-ups": "evals.reply_suites:follow_up_suite",
    "red-flags": "evals.reply_suites:red_flag_suite",
    "red-flags-own-words": "evals.reply_suites:own_words_suite",
    "readability": "evals.library_suites:readability_suite",
    "ingest-screen": "evals.library_suites:ingest_screen_suite",
    "latency": "evals.latency:suite",
}
ON_REQUEST: dict[str, str] = {
    "public": "evals.public:suite",
    "question-pairs": "evals.question_pairs:suite",
}


def run_suites(options: argparse.Namespace) -> int:
    """Run every suite, or those named, and write JSON and HTML.

    Return 0; 1 when a figure is below its bar, a suite failed, or one that was named was left out.

    A suite that finished is kept until the report is written: a run that was stopped goes on after it.

    Raises:
        NothingInstalled: if there is no library.
        EvalsError: if a suite is not known or a bars file is wrong.
    """
    wanted = _wanted(options.only)
    bars = read_bars(options.bars) if options.bars else {}
    context = SuiteContext(options.var, options.shared, options.sentence_vectors)
    about: dict[str, Any] = provenance(command_line("evals", options.typed))
    about["index"] = index_provenance(options.var, open_library(options.var))
    manifest = about["index"]["manifest_sha256"]
    kept = options.var / "evals" / "unfinished" / _fingerprint(manifest + "sentences" * options.sentence_vectors)
    results = {
        name: _finished_or_run(place, context, kept / f"{name}.json")
        for name, place in followed(wanted.items(), "suites", len(wanted))
    }
    report = {**about, "suites": results, "bars": check_bars(bars, results)}
    page = options.html or options.var / "evals" / "report.html"
    write_report(options.json or options.var / "evals" / "report.json", report)
    _write_text(page, html_report(report))
    shutil.rmtree(kept.parent, ignore_errors=True)
    print_report(report)
    Console().print(f"report: {page}", soft_wrap=True)
    is_below = any(not bar["passed"] for bar in report["bars"])
    return EXIT_BELOW if is_below or _not_measured(results, options.only) else EXIT_OK


def read_bars(path: Path) -> dict[str, dict[str, float]]:
    """Return, by suite and figure, the value that must be reached (or not exceeded, where lower is better).

    Raises:
        DatasetInvalid: if the file is missing or holds anything but numbers under known suites.
    """
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as exc:
        raise DatasetInvalid(f"{path}: expected a TOML file of bars, found {exc}") from exc
    for suite, figures in raw.items():
        if suite not in SUITES | ON_REQUEST or not isinstance(figures, dict):
            raise DatasetInvalid(f"{path}: expected tables named {', '.join(SUITES)}, found {suite!r}")
        for name, bar in figures.items():
            if isinstance(bar, bool) or not isinstance(bar, int | float):
                raise DatasetInvalid(f"{path}: expected a number for {suite} {name!r}, found {bar!r}")
    return raw


def check_bars(bars: Mapping[str, Mapping[str, float]], results: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return each bar with the figure it is for; a figure that was not measured has not passed, unless its suite was
    left out for lack of data or was not asked for."""
    checked = []
    for suite, wanted in bars.items():
        result = results.get(suite)
        if result is None or result["status"] == "left out":
            continue
        figures = {one["name"]: one for one in result.get("report", {}).get("figures", ())}
        for name, bar in wanted.items():
            one = figures.get(name)
            value = None if one is None else one["value"]
            passed = one is not None and (one["value"] <= bar if one["lower_is_better"] else one["value"] >= bar)
            checked.append({"suite": suite, "figure": name, "bar": bar, "value": value, "passed": passed})
    return checked


def print_report(report: Mapping[str, Any]) -> None:
    """Print every figure with its interval, what was left out, and the bars that were missed."""
    console = Console()
    table = Table(title=f"Plumbline evals, index {report['index']['generation']}", title_justify="left")
    for name in ("suite", "figure", "value", "95 % interval", "n"):
        table.add_column(name, justify="left" if name in ("suite", "figure") else "right")
    for name, result in report["suites"].items():
        for place, raw in enumerate(result.get("report", {}).get("figures", ())):
            table.add_row(name if place == 0 else "", *figure_cells(Figure(**raw)))
        table.add_section()
    console.print(table)
    for name, result in report["suites"].items():
        if result["status"] != "done":
            console.print(f"{name}: {result['status']}, {result['reason']}", markup=False)
    for bar in report["bars"]:
        if not bar["passed"]:
            found = "not measured" if bar["value"] is None else f"{bar['value']:.3f}"
            console.print(f"below the bar: {bar['suite']} {bar['figure']} {found}, bar {bar['bar']}", markup=False)


def figure_cells(figure: Figure) -> tuple[str, str, str, str]:
    """Return name, value, interval and count as words."""
    digits = 1 if figure.unit else 3
    unit = f" {figure.unit}" if figure.unit else ""
    interval = (
        "" if figure.low is None or figure.high is None else f"{figure.low:.{digits}f} to {figure.high:.{digits}f}"
    )
    return figure.name, f"{figure.value:.{digits}f}{unit}", interval, "" if figure.count is None else str(figure.count)


def _wanted(only: Sequence[str]) -> dict[str, str]:
    known = SUITES | ON_REQUEST
    unknown = [name for name in only if name not in known]
    if unknown:
        raise DatasetInvalid(f"--only: expected one of {', '.join(known)}, found {unknown[0]!r}")
    return {name: known[name] for name in only} if only else dict(SUITES)


def _not_measured(results: Mapping[str, Any], only: Sequence[str]) -> bool:
    """Return whether a suite failed, or one that was asked for by name was left out."""
    return any(
        result["status"] == "failed" or (result["status"] == "left out" and name in only)
        for name, result in results.items()
    )


def _finished_or_run(place: str, context: SuiteContext, kept: Path) -> dict[str, Any]:
    if kept.is_file():
        finished: dict[str, Any] = json.loads(kept.read_text(encoding="utf-8"))
        return finished
    started = time.perf_counter()
    result = _run(place, context)
    if result["status"] == "done":
        result["seconds"] = round(time.perf_counter() - started, 2)
        write_report(kept, result)
    return result


def _run(place: str, context: SuiteContext) -> dict[str, Any]:
    module_name, _, function = place.partition(":")
    try:
        suite: Suite = getattr(import_module(module_name), function)
    except (ModuleNotFoundError, AttributeError) as exc:
        return {"status": "left out", "reason": f"{place} is not there ({exc})"}
    try:
        report = suite(context)
    except (DatasetInvalid, NothingInstalled) as exc:
        return {"status": "left out", "reason": str(exc)}
    except EvalsError as exc:
        return {"status": "failed", "reason": str(exc)}
    # Through JSON once, so that a kept and a fresh result are the same.
    return {
        "status": "done",
        "reason": "",
        "report": json.loads(json.dumps(suite_from_json(report.to_json()).to_json())),
    }


def _fingerprint(manifest_sha256: str) -> str:
    """Return a digest of the index and of the code and data that measure it."""
    digest = hashlib.sha256(manifest_sha256.encode())
    for package in ("evals", "server", "index", "ingest"):
        for path in sorted((ROOT / package).rglob("*")):
            if path.suffix in {".py", ".toml", ".json", ".jsonl", ".tsv", ".csv"} and path.is_file():
                digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _write_text(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(path.name + ".unfinished")
    try:
        unfinished.write_text(text, encoding="utf-8")
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
