"""The commands of ingest: run the register, add or remove a source, check without writing."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from ingest.errors import DocumentRefused, IngestError, OutputUnwritable, RegisterInvalid
from ingest.origins import Origin, readable_files, title_from_name
from ingest.pipeline import ingest, write_json
from ingest.readers import read_content
from ingest.report import IngestReport, print_report
from ingest.sources import SOURCE_ID, Entry, append_entry, read_register, remove_entry, slug

REGISTER = Path(__file__).resolve().parent.parent / "corpus" / "sources.toml"
ADDED_REGISTER = "added.toml"
ADDED_FOLDER = "added"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit status: 0 done, 1 something was refused, 2 nothing could be done."""
    options = _parser().parse_args(arguments)
    console = Console(stderr=False, highlight=False, soft_wrap=not sys.stdout.isatty())
    try:
        return int(options.command(options, console))
    except IngestError as exc:
        Console(stderr=True, highlight=False, soft_wrap=True).print(f"[red]{escape(str(exc))}[/]")
        return 2


def all_entries(register: Path, var: Path) -> list[Entry]:
    """Return the entries of the register and of what was added to the data folder.

    Raises:
        RegisterInvalid: if either file is wrong, or they use the same id.
    """
    entries = read_register(register)
    added_file = var / ADDED_REGISTER
    added = read_register(added_file) if added_file.exists() else []
    known = {entry.source.source_id for entry in entries}
    for entry in added:
        if entry.source.source_id in known:
            raise RegisterInvalid(
                f"{added_file}, line {entry.line}, field 'id': expected an id of its own, found "
                f"{entry.source.source_id!r}, which {register} has; run `python -m ingest remove` or rename one"
            )
    return entries + added


def _run(options: argparse.Namespace, console: Console) -> int:
    report = _ingest(options, console)
    return _finish(report, options, console)


def _check(options: argparse.Namespace, console: Console) -> int:
    report = _ingest(options, console, dry_run=True)
    return _finish(report, options, console, details=True)


def _add(options: argparse.Namespace, console: Console) -> int:
    all_entries(options.register, options.var)  # a broken register is reported before anything is copied
    refused: list[str] = []
    added = 0
    for place in _expanded(options.places):
        try:
            source_id = _add_place(place, options)
        except DocumentRefused as exc:
            refused.append(place)
            console.print(f"[red]refused[/] {escape(place)}: {escape(str(exc))}")
            continue
        except OSError as exc:
            raise OutputUnwritable(
                f"{options.var}: expected a folder that can be written, found {exc.strerror or exc}; give --var"
            ) from exc
        added += 1
        console.print(f"added {escape(place)} as [bold]{source_id}[/]")
    report = _ingest(options, console)
    status = _finish(report, options, console)
    return 1 if refused and (options.strict or not added) else status


def _remove(options: argparse.Namespace, console: Console) -> int:
    added_file = options.var / ADDED_REGISTER
    paths = {entry.source.source_id: entry.path for entry in (read_register(added_file) if added_file.exists() else [])}
    if not remove_entry(added_file, options.source_id):
        known = ", ".join(sorted(paths)) or "none"
        raise RegisterInvalid(
            f"expected the id of a source that was added ({known}), found {options.source_id!r}; "
            f"sources of the register are removed by editing {options.register}"
        )
    path = paths[options.source_id]
    if path is not None and path.parent == options.var / ADDED_FOLDER:
        path.unlink(missing_ok=True)
    console.print(f"removed [bold]{escape(options.source_id)}[/]")
    return _finish(_ingest(options, console), options, console)


def _ingest(options: argparse.Namespace, console: Console, *, dry_run: bool = False) -> IngestReport:
    return ingest(
        all_entries(options.register, options.var),
        options.var,
        dry_run=dry_run,
        refresh=options.refresh,
        allow_private=options.allow_private,
        tokenizer_json=options.tokenizer,
        progress=lambda origins: _with_progress(origins, console),
    )


def _finish(report: IngestReport, options: argparse.Namespace, console: Console, *, details: bool = False) -> int:
    if options.json:
        _write_report(report, options.json)
    if str(options.json) != "-":
        print_report(report, console, details=details)
        if not report.is_written and not details:
            console.print("nothing changed, nothing written")
    return 1 if options.strict and report.refused else 0


def _write_report(report: IngestReport, path: Path) -> None:
    try:
        if str(path) == "-":
            print(json.dumps(report.to_json(), ensure_ascii=False, indent=1))
        else:
            write_json(path, report.to_json())
    except OSError as exc:
        raise OutputUnwritable(f"{path}: expected a file that can be written, found {exc.strerror or exc}") from exc


def _with_progress(origins: Sequence[Origin], console: Console) -> Iterator[Origin]:
    columns = (TextColumn("reading"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}"))
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("", total=len(origins))
        for origin in origins:
            progress.update(task, description=escape(Path(origin.name).name))
            yield origin
            progress.advance(task)


def _expanded(places: Iterable[str]) -> list[str]:
    """Return the places with the files of a folder instead of the folder."""
    found: list[str] = []
    for place in places:
        if not _is_address(place) and Path(place).is_dir():
            found.extend(str(path) for path in readable_files(Path(place)))
        else:
            found.append(place)
    return found


def _is_address(place: str) -> bool:
    return "://" in place


def _add_place(place: str, options: argparse.Namespace) -> str:
    """Record one file or address among what was added, and return its id.

    Raises:
        DocumentRefused: if it cannot be read; it is not recorded then.
    """
    values: dict[str, object] = {"publisher": options.publisher, "licence": options.licence, "url": options.url}
    if _is_address(place):
        from ingest.fetch import Fetcher

        with Fetcher(options.var / "fetched", refresh=True, allow_private=options.allow_private) as fetcher:
            fetched = fetcher.fetch(place)
        content = read_content(fetched.raw, fetched.read_as)
        values["url"] = place
    else:
        raw = _bytes_of(Path(place))
        content = read_content(raw, place)
    source_id = options.id or slug(Path(place.rstrip("/")).stem)
    if not SOURCE_ID.fullmatch(source_id):
        raise DocumentRefused(f"--id: expected lower-case letters, digits and hyphens, found {source_id!r}")
    if any(entry.source.source_id == source_id for entry in read_register(options.register)):
        raise DocumentRefused(
            f"expected an id of its own, found {source_id!r}, which {options.register} has; give --id"
        )
    values["title"] = options.title or content.title or title_from_name(place)
    if not _is_address(place):
        values["path"] = _copy(Path(place), source_id, options.var)
    remove_entry(options.var / ADDED_REGISTER, source_id)
    append_entry(options.var / ADDED_REGISTER, {"id": source_id, **values})
    return source_id


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as exc:
        raise DocumentRefused(f"expected a file that can be read, found: {exc.strerror or exc}") from exc


def _copy(path: Path, source_id: str, var: Path) -> str:
    folder = var / ADDED_FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{source_id}{path.suffix.lower()}"
    if path.resolve() != target.resolve():
        unfinished = target.with_name(target.name + ".unfinished")
        try:
            shutil.copyfile(path, unfinished)
            unfinished.replace(target)
        finally:
            unfinished.unlink(missing_ok=True)
    return f"{ADDED_FOLDER}/{target.name}"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m ingest", description="Take documents into the library.")
    commands = parser.add_subparsers(required=True, metavar="run | add | remove | check")
    common = argparse.ArgumentParser(add_help=False)
    default_var = Path(os.environ.get("PLUMBLINE_VAR", "var"))
    common.add_argument(
        "--register", type=Path, default=REGISTER, help="source register (default: corpus/sources.toml)"
    )
    common.add_argument("--var", type=Path, default=default_var, help="data folder (default: PLUMBLINE_VAR or var)")
    common.add_argument("--json", type=Path, metavar="FILE", help="write the report as JSON (- for standard output)")
    common.add_argument("--strict", action="store_true", help="exit with status 1 if any document was refused")
    common.add_argument("--allow-private", action="store_true", help="fetch from private and loopback addresses too")
    common.add_argument("--refresh", action="store_true", help="fetch addresses again that were fetched before")
    common.add_argument("--tokenizer", type=Path, metavar="FILE", help="tokenizer.json of another embedder")
    run = commands.add_parser("run", parents=[common], help="take in the register and what was added")
    run.set_defaults(command=_run)
    check = commands.add_parser("check", parents=[common], help="list what a run would change and what is set aside")
    check.set_defaults(command=_check)
    add = commands.add_parser("add", parents=[common], help="add files, folders or addresses, then run")
    add.add_argument("places", nargs="+", metavar="PATH|URL")
    for name in ("id", "title", "publisher", "url", "licence"):
        add.add_argument(f"--{name}", default="")
    add.set_defaults(command=_add)
    remove = commands.add_parser("remove", parents=[common], help="remove a source that was added, then run")
    remove.add_argument("source_id", metavar="SOURCE_ID")
    remove.set_defaults(command=_remove)
    return parser
