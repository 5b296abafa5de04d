"""BENCHMARKS.md: the figures of every part as Markdown, each beside its aim."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

Row = dict[str, Any]

REPLY_OVER_FLOOR = 1.5
HTTP_SHARE = 0.8
START_S = 2.0
MEMORY_MB = 400
BUILD_SHARE = 0.85
RECALL = 0.99
MILLION = 1_000_000
MILLION_MS = 3.0
# p50 milliseconds of the red-flag check: without and with the learned reader.
RED_FLAG_MS = {"60 words": (1.5, 10.0), "10,000 characters": (50.0, 50.0)}


def benchmarks_page(report: dict[str, Row]) -> str:
    """Return the page of a report: part name to its provenance and figures."""
    lines = [
        "# Benchmarks",
        "",
        "Made by `python -m evals.bench`. Times belong to the machine and to what else it was doing. Most figures "
        "stand beside a floor taken in the same run; the ratio is what can be compared. Every text is seen once.",
    ]
    for name, page in _PAGES.items():
        if name in report:
            lines += ["", *page(report[name]["figures"]), "", _origin(report[name])]
    return "\n".join(lines) + "\n"


def verdict(value: float, aim: float, *, at_least: bool = False, unit: str = "") -> str:
    """Return the aim in words, and whether a value meets it.

    >>> verdict(1.4, 1.5)
    'at most 1.5: met'
    """
    met = value >= aim if at_least else value <= aim
    return f"at {'least' if at_least else 'most'} {aim:g}{unit}: {'met' if met else 'not met'}"


def _origin(part: Row) -> str:
    about = part["index"]
    return (
        f"_`{part['command']}`, {part['date'][:10]}; {part['machine']}; index of {about['passages']} passages, "
        f"{about['sentences']} sentences, {about['embedder']} ({about['query_precision']} queries)._"
    )


def _ms(times: Row) -> str:
    return f"{times['p50']:.2f} / {times['p95']:.2f}"


def _reply_page(rows: Row) -> list[str]:
    ms, over = rows["ms"], rows["ratio"]
    steps = [name for name in ms if name.startswith("reply: ")]
    lines = [
        "## A reply, in process",
        "",
        "| step | p50 / p95 ms | over its floor, p50 / p95 | aim (p50) |",
        "|---|---|---|---|",
        f"| floor of a reply | {_ms(ms['floor'])} | | |",
        f"| reply | {_ms(ms['reply'])} | {_ms(over['reply'])} | {verdict(over['reply']['p50'], REPLY_OVER_FLOOR)} |",
        *(f"| {name} | {_ms(ms[name])} | | |" for name in steps),
        f"| floor of a search | {_ms(ms['search floor'])} | | |",
        f"| search | {_ms(ms['search'])} | {_ms(over['search'])} | |",
    ]
    text = (
        f"{rows['questions']} different questions, each step in turn. Floor: the texts the reply embeds (the query, "
        "and the clauses read for red flags), each different one once, and one vector search. A reply asks for "
        f"{rows['texts_embedded']} vectors on average, {rows['texts_needed']} of different texts. Search is timed on "
        "other questions. "
        f"Memory of the process: {rows['memory_mb']:.0f} MB."
    )
    return [*lines, "", text]


def _http_page(rows: Row) -> list[str]:
    lines = [
        "## HTTP",
        "",
        "| connections | floor req/s | p50 / p95 ms | chat req/s | p50 / p95 ms | chat over floor, req/s | aim |",
        "|---|---|---|---|---|---|---|",
    ]
    for count, row in rows["connections"].items():
        floor, chat = row["floor"], row["chat"]
        lines.append(
            f"| {count} | {floor['requests_per_s']} | {_ms(floor['ms'])} "
            f"| {chat['requests_per_s']} | {_ms(chat['ms'])} | {row['share']:.2f} "
            f"| {verdict(row['share'], HTTP_SHARE, at_least=True)} |"
        )
    chats = [row["chat"] for row in rows["connections"].values()]
    text = (
        f"{rows['requests']} different questions for each number of connections; both servers run and take turns. "
        "Floor: an endpoint that embeds the texts that reply needs, searches once and answers JSON. The client shares "
        f"the cores. Failed chat requests: {sum(chat['failures'] for chat in chats)}. Memory of the chat server: "
        f"at most {max(chat['memory_mb'] for chat in chats):.0f} MB."
    )
    return [*lines, "", text]


def _start_page(rows: Row) -> list[str]:
    return [
        "## Cold start",
        "",
        "| | median | aim |",
        "|---|---|---|",
        f"| ready | {rows['ready_s']:.2f} s | {verdict(rows['ready_s'], START_S, unit=' s')} |",
        f"| first answer | {rows['first_answer_s']:.2f} s | {verdict(rows['first_answer_s'], START_S, unit=' s')} |",
        f"| memory after it | {rows['memory_mb']:.0f} MB | {verdict(rows['memory_mb'], MEMORY_MB, unit=' MB')} |",
        f"| memory at its peak | {rows['peak_memory_mb']:.0f} MB | |",
        "",
        f"{rows['starts']} starts, from the start of the process.",
    ]


def _red_flags_page(rows: Row) -> list[str]:
    lines = [
        "## Red-flag check",
        "",
        "| messages of | learned reader | p50 / p95 ms | aim (p50) |",
        "|---|---|---|---|",
    ]
    for name, (plain_ms, read_ms) in RED_FLAG_MS.items():
        for way, aim in (("without", plain_ms), ("with", read_ms)):
            times = rows[name][way]
            lines.append(f"| {name} | {way} | {_ms(times)} | {verdict(times['p50'], aim, unit=' ms')} |")
    read = "" if rows["reader"] else " The reader does not fit this index's model and was off."
    counts = ", ".join(f"{rows[name]['messages']} of {name}" for name in RED_FLAG_MS)
    return [*lines, "", f"Messages: {counts}, half of them for each way. The reader's model passes are counted.{read}"]


def _build_page(rows: Row) -> list[str]:
    parsing, index = rows["ingest"], rows["index"]
    return [
        "## Ingest and index",
        "",
        f"Ingest alone, with parsing: {parsing['files']} files and {parsing['passages']} passages in "
        f"{parsing['seconds']:.1f} s: {parsing['files_per_s']} files a second, {parsing['passages_per_s']} passages a "
        "second.",
        "",
        f"Ingest and index: {index['files']} files, {index['passages']} passages, {index['texts']} texts with their "
        f"sentences and questions in {index['seconds']:.1f} s: {index['passages_per_s']} passages and "
        f"{index['texts_per_s']} texts a second. Embedding alone does {index['texts_per_s_alone']} texts a second "
        f"(every third text, half before and half after). Share {index['share']:.2f}; aim "
        f"{verdict(index['share'], BUILD_SHARE, at_least=True)}.",
    ]


def _vectors_page(rows: Sequence[Row]) -> list[str]:
    lines = [
        "## Vector search, clustered vectors, one thread",
        "",
        "| vectors | store | recall@10 | aim | p50 / p95 ms | aim (p50) | exact p50 ms | build s | bytes a vector |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        p50 = row["search_ms"]["p50"]
        aim = verdict(p50, MILLION_MS, unit=" ms") if row["vectors"] == MILLION else ""
        lines.append(
            f"| {row['vectors']:,} | {row['store']} | {row['recall_at_10']:.3f} "
            f"| {verdict(row['recall_at_10'], RECALL, at_least=True)} | {_ms(row['search_ms'])} | {aim} "
            f"| {row['exact_ms']['p50']:.2f} | {row['build_s']:.1f} | {row['bytes_per_vector']:,} |"
        )
    return lines


def _hybrid_page(rows: Row) -> list[str]:
    return [
        f"## The whole hybrid search at {rows['passages']:,} passages",
        "",
        "| step | p50 / p95 ms |",
        "|---|---|",
        *(f"| {name} | {_ms(times)} |" for name, times in rows["ms"].items()),
        "",
        f"Made-up passages around those of the library, {rows['sentences']:,} sentences, {rows['questions']} "
        f"questions; {rows['queries']} queries people ask. Hybrid: query's model pass, words, vectors twice, "
        "sentences, questions, fusion. Floor: the model pass and one vector search. Vectors: "
        f"{rows['store']}, recall@10 {rows['recall_at_10']:.3f}. Built in {rows['build_s']:.0f} s without a model's "
        f"work, up to {rows['build_memory_mb']:.0f} MB; opened in {rows['open_s']:.1f} s; "
        f"{rows['bytes_per_passage']:,} bytes a passage on disk.",
    ]


_PAGES: dict[str, Callable[[Any], list[str]]] = {
    "reply": _reply_page,
    "http": _http_page,
    "start": _start_page,
    "red-flags": _red_flags_page,
    "build": _build_page,
    "vectors": _vectors_page,
    "hybrid-1m": _hybrid_page,
}
