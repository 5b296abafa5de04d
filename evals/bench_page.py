"""BENCHMARKS.md: the figures of every part as Markdown, each beside its aim."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
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


def _table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> list[str]:
    """Return a Markdown table, a line each."""
    return [_table_line(heads), "|" + "---|" * len(heads), *map(_table_line, rows)]


def _table_line(cells: Sequence[object]) -> str:
    return "|" + "".join(" |" if cell == "" else f" {cell} |" for cell in cells)


def _reply_page(rows: Row) -> list[str]:
    ms, over = rows["ms"], rows["ratio"]
    reply_aim = verdict(over["reply"]["p50"], REPLY_OVER_FLOOR)
    table = _table(
        ("step", "p50 / p95 ms", "over its floor, p50 / p95", "aim (p50)"),
        [
            ("floor of a reply", _ms(ms["floor"]), "", ""),
            ("reply", _ms(ms["reply"]), _ms(over["reply"]), reply_aim),
            *((name, _ms(times), "", "") for name, times in ms.items() if name.startswith("reply: ")),
            ("floor of a search", _ms(ms["search floor"]), "", ""),
            ("search", _ms(ms["search"]), _ms(over["search"]), ""),
        ],
    )
    text = (
        f"{rows['questions']} different questions, each step in turn. Floor: the texts the reply embeds (the query, "
        "and the clauses read for red flags), each different one once, and one vector search. A reply asks for "
        f"{rows['texts_embedded']} vectors on average, {rows['texts_needed']} of different texts. Search is timed on "
        "other questions. The library is prepared first, as a server does in the seconds after its start. "
        f"Memory of the process: {rows['memory_mb']:.0f} MB."
    )
    return ["## A reply, in process", "", *table, "", text]


def _http_page(rows: Row) -> list[str]:
    table = _table(
        ("connections", "floor req/s", "p50 / p95 ms", "chat req/s", "p50 / p95 ms", "chat over floor, req/s", "aim"),
        [
            (
                count,
                row["floor"]["requests_per_s"],
                _ms(row["floor"]["ms"]),
                row["chat"]["requests_per_s"],
                _ms(row["chat"]["ms"]),
                f"{row['share']:.2f}",
                verdict(row["share"], HTTP_SHARE, at_least=True),
            )
            for count, row in rows["connections"].items()
        ],
    )
    chats = [row["chat"] for row in rows["connections"].values()]
    text = (
        f"{rows['requests']} different questions for each number of connections; both servers run and take turns. "
        "Floor: an endpoint that embeds the texts that reply needs, searches once and answers JSON. The client shares "
        f"the cores. Failed chat requests: {sum(chat['failures'] for chat in chats)}. Memory of the chat server: "
        f"at most {max(chat['memory_mb'] for chat in chats):.0f} MB."
    )
    return ["## HTTP", "", *table, "", text]


def _start_page(rows: Row) -> list[str]:
    ready, first, memory = rows["ready_s"], rows["first_answer_s"], rows["memory_mb"]
    table = _table(
        ("", "median", "aim"),
        [
            ("ready", f"{ready:.2f} s", verdict(ready, START_S, unit=" s")),
            ("first answer", f"{first:.2f} s", verdict(first, START_S, unit=" s")),
            ("memory after it", f"{memory:.0f} MB", verdict(memory, MEMORY_MB, unit=" MB")),
            ("memory at its peak", f"{rows['peak_memory_mb']:.0f} MB", ""),
        ],
    )
    return ["## Cold start", "", *table, "", f"{rows['starts']} starts, from the start of the process."]


def _red_flags_page(rows: Row) -> list[str]:
    table = _table(
        ("messages of", "learned reader", "p50 / p95 ms", "aim (p50)"),
        [
            (name, way, _ms(rows[name][way]), verdict(rows[name][way]["p50"], aim, unit=" ms"))
            for name, aims in RED_FLAG_MS.items()
            for way, aim in zip(("without", "with"), aims, strict=True)
        ],
    )
    read = "" if rows["reader"] else " The reader does not fit this index's model and was off."
    counts = ", ".join(f"{rows[name]['messages']} of {name}" for name in RED_FLAG_MS)
    text = f"Messages: {counts}, half of them for each way. The reader's model passes are counted.{read}"
    return ["## Red-flag check", "", *table, "", text]


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
    heads = ("vectors", "store", "recall@10", "aim", "p50 / p95 ms", "aim (p50)", "exact p50 ms", "build s")
    table = _table(
        (*heads, "bytes a vector"),
        [
            (
                f"{row['vectors']:,}",
                row["store"],
                f"{row['recall_at_10']:.3f}",
                verdict(row["recall_at_10"], RECALL, at_least=True),
                _ms(row["search_ms"]),
                verdict(row["search_ms"]["p50"], MILLION_MS, unit=" ms") if row["vectors"] == MILLION else "",
                f"{row['exact_ms']['p50']:.2f}",
                f"{row['build_s']:.1f}",
                f"{row['bytes_per_vector']:,}",
            )
            for row in rows
        ],
    )
    return ["## Vector search, clustered vectors, one thread", "", *table]


def _hybrid_page(rows: Row) -> list[str]:
    text = (
        f"Made-up passages around those of the library, {rows['sentences']:,} sentences, {rows['questions']} "
        f"questions; {rows['queries']} queries people ask. Hybrid: query's model pass, words, vectors twice, "
        "sentences, questions, fusion. Floor: the model pass and one vector search. Vectors: "
        f"{rows['store']}, recall@10 {rows['recall_at_10']:.3f}. Built in {rows['build_s']:.0f} s without a model's "
        f"work, up to {rows['build_memory_mb']:.0f} MB; opened in {rows['open_s']:.1f} s; "
        f"{rows['bytes_per_passage']:,} bytes a passage on disk."
    )
    table = _table(("step", "p50 / p95 ms"), [(name, _ms(times)) for name, times in rows["ms"].items()])
    return [f"## The whole hybrid search at {rows['passages']:,} passages", "", *table, "", text]


_PAGES: dict[str, Callable[[Any], list[str]]] = {
    "reply": _reply_page,
    "http": _http_page,
    "start": _start_page,
    "red-flags": _red_flags_page,
    "build": _build_page,
    "vectors": _vectors_page,
    "hybrid-1m": _hybrid_page,
}
