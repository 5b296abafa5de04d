"""python -m evals.bench: speed and memory beside a raw floor taken in the same run; writes BENCHMARKS.md and JSON.

Seconds and milliseconds belong to the machine and to what else it did; the ratios are what can be compared.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from evals.bench_clock import memory_mb, quantiles, ratio
from evals.bench_http import bench_http, bench_start
from evals.bench_vectors import bench_vectors
from evals.errors import EvalsError
from evals.latency import TOP_K, milliseconds, open_vector_search, sample_questions
from evals.library import open_library
from evals.provenance import command_line, index_provenance, provenance
from evals.retrieval_command import write_report
from index.build import BuildOptions, build_index
from index.errors import IndexingError
from index.generations import models_folder
from index.retriever import Retriever

ROOT = Path(__file__).parent.parent
SIZES = (10_000, 100_000, 1_000_000)
BUILD_PASSAGES = 150
PARTS = ("reply", "http", "start", "build", "vectors", "red-flags")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the parts asked for and write what they measured; return 0, or 1 when the library is not installed."""
    typed = list(sys.argv[1:] if arguments is None else arguments)
    options = _parser().parse_args(typed)
    try:
        report = run_bench(options.var, options.only or PARTS, sizes=options.sizes, seconds=options.seconds)
    except (EvalsError, IndexingError) as exc:
        print(f"error: {exc}", file=sys.stderr)
        return 1
    report = {**provenance(command_line("evals.bench", typed)), **report}
    write_report(options.json, report)
    page = benchmarks_page(report)
    unfinished = options.out.with_name(options.out.name + ".unfinished")
    unfinished.write_text(page, encoding="utf-8")
    unfinished.replace(options.out)
    print(page)
    return 0


def run_bench(var: Path, parts: Sequence[str], *, sizes: Sequence[int], seconds: float) -> dict[str, Any]:
    """Return what each part measured, by its name.

    Raises:
        NothingInstalled: if there is no library.
    """
    retriever = open_library(var)
    questions = sample_questions()
    measures: dict[str, Callable[[], Any]] = {
        "reply": lambda: _bench_reply(var, questions),
        "http": lambda: bench_http(var, questions, seconds=seconds),
        "start": lambda: bench_start(var, questions[0]),
        "build": lambda: _bench_build(retriever, models_folder(var)),
        "vectors": lambda: bench_vectors(np.load(retriever.folder / "vectors.npy"), sizes),
        "red-flags": lambda: _bench_red_flags(questions),
    }
    report: dict[str, Any] = {"index": index_provenance(var, retriever)}
    for name in parts:
        print(f"measuring {name} ...", file=sys.stderr)
        report[name] = measures[name]()
    return report


def _bench_reply(var: Path, questions: Sequence[str]) -> dict[str, Any]:
    from server.bootstrap import build_services
    from server.conversations import Conversation, Message
    from server.settings import Settings

    services = build_services(Settings(var=var))
    retriever, assistant = services.retriever, services.assistant
    vector_search = open_vector_search(retriever)
    steps: dict[str, Callable[[str], object]] = {
        "floor": lambda text: vector_search(retriever.embed([text])[0], TOP_K),
        "search": lambda text: retriever.search(text, TOP_K),
        "red-flag check": lambda text: assistant.check((Message("user", text),), "GB"),
        "reply": lambda text: assistant.reply(Conversation("bench"), text),
    }
    rows: dict[str, Any] = {name: quantiles(milliseconds(step, questions, rounds=3)) for name, step in steps.items()}
    rows["ratio"] = {name: ratio(rows[name]["p50"], rows["floor"]["p50"]) for name in ("search", "reply")}
    rows["memory_mb"] = memory_mb()
    return rows


def _bench_build(retriever: Retriever, models: Path) -> dict[str, Any]:
    """Build part of the library anew, then embed the same texts by themselves."""
    passages = retriever.passages[:BUILD_PASSAGES]
    texts = [passage.indexed_text for passage in passages]
    texts += [p.text[start - p.start : end - p.start] for p in passages for start, end in p.sentences]
    different = list(dict.fromkeys(texts))
    with tempfile.TemporaryDirectory() as name:
        started = time.perf_counter()
        manifest = build_index(
            passages, [], Path(name), embedder=retriever.embedder, options=BuildOptions(), models=models, force=True
        )
        took = time.perf_counter() - started
    started = time.perf_counter()
    for start in range(0, len(different), 64):
        retriever.embedder.embed_passages(different[start : start + 64])
    raw = time.perf_counter() - started
    return {
        "passages": len(passages),
        "texts": len(different),
        "build_s": round(took, 2),
        "embedding_alone_s": round(raw, 2),
        "passages_per_s": round(len(passages) / took, 1),
        "texts_per_s": round(len(different) / took, 1),
        "texts_per_s_alone": round(len(different) / raw, 1),
        "ratio": ratio(took, raw),
        "stages_s": manifest.seconds,
    }


def _bench_red_flags(questions: Sequence[str]) -> dict[str, Any]:
    from server.conversations import Message
    from server.red_flags.assess import assess

    words = sum(len(question.split()) for question in questions)
    times = milliseconds(lambda text: assess((Message("user", text),)), questions, rounds=3)
    return {"ms": quantiles(times), "messages": len(times), "mean_words": round(words / len(questions), 1)}


def benchmarks_page(report: dict[str, Any]) -> str:
    """Return the figures as Markdown."""
    lines = [
        "# Benchmarks",
        "",
        f"Made by `{report['command']}` on {report['date'][:10]}; {report['machine']}.",
        f"Index: {report['index']['passages']} passages, {report['index']['sentences']} sentences, "
        f"{report['index']['embedder']} ({report['index']['query_precision']} queries).",
        "",
        "Times belong to this machine and to what else it was doing. Each is set beside a floor taken in the same run; "
        "the ratio is what can be compared.",
    ]
    for name, page in _PAGES.items():
        if name in report:
            lines += ["", *page(report[name])]
    return "\n".join(lines) + "\n"


def _reply_page(rows: dict[str, Any]) -> list[str]:
    lines = ["## A reply, in process", "", "| step | p50 ms | p95 ms | over the floor |", "|---|---|---|---|"]
    for name in ("floor", "search", "red-flag check", "reply"):
        times = f"| {rows[name]['p50']:.2f} | {rows[name]['p95']:.2f} | {rows['ratio'].get(name, '')} |"
        lines.append(f"| {name} {times}")
    floor = "Floor: one pass of the query through the model and one vector search."
    return [*lines, "", f"{floor} Memory of the process: {rows['memory_mb']:.0f} MB."]


def _http_page(rows: dict[str, Any]) -> list[str]:
    lines = [
        "## HTTP",
        "",
        "| connections | floor req/s | floor p50 / p95 ms | chat req/s | chat p50 / p95 ms | floor over chat |",
        "|---|---|---|---|---|---|",
    ]
    for count in rows["chat"]:
        floor, chat = rows["floor"][count], rows["chat"][count]
        lines.append(
            f"| {count} | {floor['requests_per_s']} | {floor['ms']['p50']:.1f} / {floor['ms']['p95']:.1f} "
            f"| {chat['requests_per_s']} | {chat['ms']['p50']:.1f} / {chat['ms']['p95']:.1f} | {rows['ratio'][count]} |"
        )
    failures = sum(row["failures"] for row in rows["chat"].values())
    text = "Floor: an endpoint that makes the query's vector, searches and answers JSON. The client shares the cores."
    return [*lines, "", f"{text} Failed chat requests: {failures}. Memory after: {rows['chat_memory_mb']:.0f} MB."]


def _start_page(rows: dict[str, Any]) -> list[str]:
    return [
        "## Cold start",
        "",
        f"Ready after {rows['ready_s']:.2f} s, first answer after {rows['first_answer_s']:.2f} s; "
        f"{rows['memory_mb']:.0f} MB resident, {rows['peak_memory_mb']:.0f} MB at the peak.",
    ]


def _build_page(rows: dict[str, Any]) -> list[str]:
    return [
        "## Building the index",
        "",
        f"{rows['passages']} passages ({rows['texts']} texts with their sentences) in {rows['build_s']:.1f} s, "
        f"{rows['texts_per_s']} texts a second; embedding alone takes {rows['embedding_alone_s']:.1f} s. "
        f"Ratio {rows['ratio']}.",
    ]


def _vectors_page(rows: Sequence[dict[str, Any]]) -> list[str]:
    lines = [
        "## Vector search, clustered vectors, one thread",
        "",
        "| vectors | store | recall@10 | p50 / p95 ms | exact p50 ms | build s | bytes a vector |",
        "|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        lines.append(
            f"| {row['vectors']:,} | {row['store']} | {row['recall_at_10']:.3f} | {row['search_ms']['p50']:.2f} / "
            f"{row['search_ms']['p95']:.2f} | {row['exact_ms']['p50']:.2f} | {row['build_s']:.1f} | "
            f"{row['bytes_per_vector']:,} |"
        )
    return lines


def _red_flags_page(rows: dict[str, Any]) -> list[str]:
    return [
        "## Red-flag check",
        "",
        f"p50 {rows['ms']['p50']:.2f} ms, p95 {rows['ms']['p95']:.2f} ms a message "
        f"({rows['mean_words']} words on average).",
    ]


_PAGES: dict[str, Callable[[Any], list[str]]] = {
    "reply": _reply_page,
    "http": _http_page,
    "start": _start_page,
    "build": _build_page,
    "vectors": _vectors_page,
    "red-flags": _red_flags_page,
}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m evals.bench", description="Measure speed against a raw floor.")
    parser.add_argument("--var", type=Path, default=Path(os.environ.get("PLUMBLINE_VAR", "var")))
    parser.add_argument("--only", action="append", choices=PARTS, help="this part; may be repeated")
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES), help="numbers of vectors searched")
    parser.add_argument("--seconds", type=float, default=5.0, help="of load for each number of connections")
    parser.add_argument("--out", type=Path, default=ROOT / "BENCHMARKS.md")
    parser.add_argument("--json", type=Path, default=ROOT / "evals" / "baselines" / "bench.json")
    return parser


if __name__ == "__main__":
    sys.exit(main())
