"""python -m index build | search "words" | info | verify | rollback."""

from __future__ import annotations

import argparse
import io
import json
import logging
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, get_args

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from index.command_line import until_unread
from index.embedders import DEFAULT
from index.errors import IndexingError
from index.generations import current_generation, index_folder, models_folder, read_pointer, rollback
from index.manifest import Manifest
from index.ranking import System
from index.retriever import Filters, Hit, Retriever
from index.vector_stores import LOADERS

EXIT_OK, EXIT_FAILED, EXIT_STOPPED = 0, 1, 130
MOST_HITS = 1000
VERIFIED_ROWS = 50
SHOWN_CHARS = 160


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return 0, 1 when it failed (one line on standard error says why and what to do), or 130.

    A wrong command line ends the process with 2.
    """
    options = _parser().parse_args(arguments)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # bytes of an argument that are no UTF-8 come back printable
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(message)s")
    try:
        command: Callable[[argparse.Namespace], int] = options.run
        return command(options)
    except IndexingError as exc:
        print(f"error: {exc}", file=sys.stderr)
        return EXIT_FAILED
    except BrokenPipeError:
        raise
    except OSError as exc:  # a passages file that may not be read, say
        print(f"error: {exc}; check that the file can be read", file=sys.stderr)
        return EXIT_FAILED
    except KeyboardInterrupt:
        print("stopped; the index is as it was", file=sys.stderr)
        return EXIT_STOPPED


def _build(options: argparse.Namespace) -> int:
    from index.build import build_index
    from index.passages import read_documents, read_passages, splitter_version
    from index.writing import BuildOptions

    passages, documents = read_passages(options.passages_file), read_documents(options.documents_file)
    with _Bar(quiet=options.json) as report:
        manifest = build_index(
            passages,
            documents,
            options.var,
            embedder=options.embedder,
            options=BuildOptions(
                store=options.store,
                splitter_version=splitter_version(options.passages_file),
                sentence_vectors=not options.no_sentence_vectors,
            ),
            force=options.force,
            progress=report,
        )
    _show_manifest(manifest, options)
    return EXIT_OK


def _search(options: argparse.Namespace) -> int:
    retriever = Retriever.open(options.var)
    filters = Filters(frozenset(options.source), frozenset(options.topic), options.audience)
    hits = retriever.search(
        options.query, options.k, system=options.system, filters=filters, max_per_source=options.max_per_source
    )
    if options.json:
        print(
            json.dumps({"query": options.query, "hits": [_hit_json(hit) for hit in hits]}, ensure_ascii=False, indent=1)
        )
        return EXIT_OK
    for hit in hits:
        headings = " › ".join((hit.passage.source.title, *hit.passage.heading_path))
        parts = " ".join(f"{name} {value:.3f}" for name, value in hit.scores.items() if not name.endswith("_part"))
        print(f"{hit.rank:>3}  {hit.score:.3f}  {headings}  [{hit.passage.passage_id}]  ({parts})")
        print("     " + " ".join(hit.passage.text.split())[:SHOWN_CHARS])
    if not hits:
        print("nothing found")
    return EXIT_OK


def _info(options: argparse.Namespace) -> int:
    _, manifest = current_generation(options.var)
    _show_manifest(manifest, options)
    return EXIT_OK


def _verify(options: argparse.Namespace) -> int:
    retriever = Retriever.open(options.var, thorough=True)
    count = len(retriever.passages)
    rows = sorted({round(step * (count - 1) / VERIFIED_ROWS) for step in range(VERIFIED_ROWS + 1)})
    retriever.check_rows(rows)
    retriever.search(retriever.passages[0].text, k=1)  # queries may have a model file of their own
    report = {
        "ok": True,
        "generation": retriever.manifest.generation,
        "files": len(retriever.manifest.files),
        "passages": count,
        "searched": len(rows),
    }
    if options.json:
        print(json.dumps(report, indent=1))
    else:
        print(f"{report['generation']}: {report['files']} files unaltered; ", end="")
        print(f"{len(rows)} of {count} passages embedded again and found")
    return EXIT_OK


def _rollback(options: argparse.Namespace) -> int:
    before = read_pointer(options.var).current.generation
    now = rollback(options.var).generation
    if options.json:
        print(json.dumps({"from": before, "to": now}))
    else:
        print(f"index went back from {before} to {now}; a running server follows within a second or two")
    return EXIT_OK


def _show_manifest(manifest: Manifest, options: argparse.Namespace) -> None:
    report = _manifest_json(manifest, options.var)
    if options.json:
        print(json.dumps(report, ensure_ascii=False, indent=1))
        return
    for name, value in report.items():
        if name in ("files", "sources"):
            print(f"{name:<20} {len(value)}")
        elif isinstance(value, dict):
            print(name)
            for part, inner in value.items():
                print(f"  {part:<18} {inner}")
        else:
            print(f"{name:<20} {value if value not in (None, '') else '–'}")


def _manifest_json(manifest: Manifest, var: Path) -> dict[str, Any]:
    raw = asdict(manifest)
    files = raw.pop("files")
    previous = read_pointer(var).previous
    return {
        **raw,
        "folder": str(index_folder(var) / manifest.generation),
        "bytes": sum(file["size"] for file in files.values()),
        "previous_generation": previous.generation if previous else None,
        "model_folder": str(models_folder(var) / manifest.embedder.model_folder)
        if manifest.embedder.model_folder
        else "",
        "files": files,
    }


def _hit_json(hit: Hit) -> dict[str, Any]:
    return {
        "passage_id": hit.passage.passage_id,
        "rank": hit.rank,
        "score": hit.score,
        "scores": hit.scores,
        "text": hit.passage.text,
        "source_id": hit.passage.source.source_id,
        "title": hit.passage.source.title,
        "heading_path": hit.passage.heading_path,
        "span": {"start": hit.passage.start, "end": hit.passage.end},
        "sentences": [asdict(sentence) for sentence in hit.sentences],
    }


class _Bar:
    """Shows the stages of a build on standard error; shows nothing when quiet."""

    def __init__(self, *, quiet: bool) -> None:
        self._bars = Progress(
            TextColumn("{task.description:<18}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=Console(stderr=True),
            disable=quiet,
        )
        self._tasks: dict[str, Any] = {}

    def __enter__(self) -> Callable[[str, int, int], None]:
        self._bars.start()
        return self._report

    def __exit__(self, *_: object) -> None:
        self._bars.stop()

    def _report(self, stage: str, done: int, total: int) -> None:
        for name, task in self._tasks.items():
            if name != stage:
                self._bars.stop_task(task)
        if stage not in self._tasks:
            self._tasks[stage] = self._bars.add_task(stage, total=total or None)
        self._bars.update(self._tasks[stage], completed=done, total=total or None)


def _parser() -> argparse.ArgumentParser:
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument(
        "--var",
        type=Path,
        default=Path(os.environ.get("PLUMBLINE_VAR", "var")),
        help="data folder (PLUMBLINE_VAR, var)",
    )
    shared.add_argument("--json", action="store_true", help="print JSON")
    parser = argparse.ArgumentParser(prog="python -m index", description="Build and search the index of passages.")
    commands = parser.add_subparsers(required=True, metavar="command")
    _add_build(commands, shared)
    search = commands.add_parser("search", parents=[shared], help="search the index for words")
    search.add_argument("query")
    search.add_argument("-k", type=_count, metavar=f"1..{MOST_HITS}", default=10, help="passages shown (10)")
    search.add_argument("--system", choices=get_args(System), default="hybrid")
    search.add_argument("--source", action="append", default=[], help="only this source id; may be repeated")
    search.add_argument("--topic", action="append", default=[], help="only sources with this topic; may be repeated")
    search.add_argument("--audience", default="", help="only sources for this audience")
    search.add_argument("--max-per-source", type=_count, metavar="N", help="passages of one source at most (no limit)")
    search.set_defaults(run=_search)
    for name, run, text in (
        ("info", _info, "say what the index was made from"),
        ("verify", _verify, "check every file, and search for a sample of the passages"),
        ("rollback", _rollback, "go back to the generation before this one"),
    ):
        commands.add_parser(name, parents=[shared], help=text).set_defaults(run=run)
    return parser


def _count(value: str) -> int:
    if not value.isdecimal() or not 1 <= int(value) <= MOST_HITS:
        raise argparse.ArgumentTypeError(f"expected a whole number from 1 to {MOST_HITS}, found {value!r}")
    return int(value)


def _add_build(commands: Any, shared: argparse.ArgumentParser) -> None:
    build = commands.add_parser("build", parents=[shared], help="build a new generation and switch to it")
    build.add_argument("--passages", type=Path, help="default: passages.jsonl in the data folder")
    build.add_argument("--documents", type=Path, help="default: documents.jsonl in the data folder")
    build.add_argument(
        "--embedder",
        default=os.environ.get("PLUMBLINE_EMBEDDER", DEFAULT),
        help="default, hashing, a local folder or a hub name (PLUMBLINE_EMBEDDER)",
    )
    build.add_argument("--store", choices=sorted(LOADERS), default="faiss")
    build.add_argument("--no-sentence-vectors", action="store_true", help="half the time; for large evaluation corpora")
    build.add_argument("--force", action="store_true", help="build even if nothing changed")
    build.set_defaults(run=_run_build)


def _run_build(options: argparse.Namespace) -> int:
    options.passages_file = options.passages or options.var / "passages.jsonl"
    options.documents_file = options.documents or options.var / "documents.jsonl"
    return _build(options)


if __name__ == "__main__":
    sys.exit(until_unread(main))
