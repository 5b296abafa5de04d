"""The commands of ingest: run the register, add or remove a source, check without writing."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from ingest.added import Wording, add_place, added_entries, all_entries, is_address, remove_added
from ingest.errors import DocumentRefused, IngestError, OutputUnwritable, RegisterInvalid
from ingest.origins import Origin, files_of_folder
from ingest.pipeline import ingest, write_json
from ingest.readers import LOADERS
from ingest.report import DocumentReport, IngestReport, print_report
from ingest.sources import is_web_address, read_register

REGISTER = Path(__file__).resolve().parent.parent / "corpus" / "sources.toml"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit status: 0 done, 1 something was refused, 2 nothing could be, 130 stopped."""
    options = _parser().parse_args(arguments)
    console = Console(stderr=False, highlight=False, soft_wrap=not sys.stdout.isatty())
    try:
        return int(options.command(options, console))
    except IngestError as exc:
        Console(stderr=True, highlight=False, soft_wrap=True).print(f"[red]{escape(str(exc))}[/]")
        return 2
    except KeyboardInterrupt:
        print("stopped; run `python -m ingest run` to finish", file=sys.stderr)
        return 130


def _run(options: argparse.Namespace, console: Console) -> int:
    report = _ingest(options, console)
    return _finish(report, options, console)


def _check(options: argparse.Namespace, console: Console) -> int:
    report = _ingest(options, console, dry_run=True)
    return _finish(report, options, console, details=True)


def _add(options: argparse.Namespace, console: Console) -> int:
    all_entries(options.register, options.var)  # a broken register is reported before anything is copied
    places = _expanded(options.places)
    _check_said_of_one(options, len(places))
    said = Wording(options.id, options.title, options.publisher, options.licence, options.url)
    taken = {entry.source.source_id for entry in read_register(options.register)}
    added: list[str] = []
    refused: list[DocumentReport] = []
    for place in places:
        try:
            added.append(add_place(place, said, options.var, {*taken, *added}, allow_private=options.allow_private))
        except DocumentRefused as exc:
            refused.append(DocumentReport(place, "refused", reason=str(exc)))
        except OSError as exc:
            raise OutputUnwritable(
                f"{options.var}: expected a folder that can be written, found {exc.strerror or exc}; "
                "free space or give --var"
            ) from exc
        else:
            _say(f"added {escape(place)} as [bold]{added[-1]}[/]", options, console)
    report = _ingest(options, console)
    status = _finish(replace(report, documents=(*refused, *report.documents)), options, console)
    return status if added else 1


def _check_said_of_one(options: argparse.Namespace, count: int) -> None:
    """Refuse what can be true of one document alone, said of several.

    Raises:
        IngestError: naming the option.
    """
    for name in ("id", "title", "url"):
        if getattr(options, name) and count > 1:
            raise IngestError(f"--{name}: expected one file or address, found {count}; add them one by one")


def _remove(options: argparse.Namespace, console: Console) -> int:
    if not remove_added(options.var, options.source_id):
        known = ", ".join(sorted(entry.source.source_id for entry in added_entries(options.var))) or "none"
        raise RegisterInvalid(
            f"expected the id of a source that was added ({known}), found {options.source_id!r}; "
            f"sources of the register are removed by editing {options.register}"
        )
    _say(f"removed [bold]{escape(options.source_id)}[/]", options, console)
    return _finish(_ingest(options, console), options, console)


def _say(words: str, options: argparse.Namespace, console: Console) -> None:
    """Print a line, unless standard output is for the report as JSON."""
    if str(options.json) != "-":
        console.print(words)


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
    except BrokenPipeError:
        raise
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
    """Return the places with the files of a folder instead of the folder.

    Raises:
        IngestError: if a folder holds nothing that can be read.
    """
    found: list[str] = []
    for place in places:
        if is_address(place) or not Path(place).is_dir():
            found.append(place)
            continue
        files = files_of_folder(Path(place))
        if not files:
            raise IngestError(
                f"{place}: expected documents in the folder, found none; files end in {', '.join(sorted(LOADERS))}"
            )
        found.extend(str(path) for path in files)
    return found


def _web_address(value: str) -> str:
    if value and not is_web_address(value):
        raise argparse.ArgumentTypeError(f"expected an address that starts with http:// or https://, found {value!r}")
    return value


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
    add.add_argument("--id", default="", help="id of the source; made from the file's name otherwise")
    add.add_argument("--title", default="", help="title of the source; the document's own otherwise")
    add.add_argument("--publisher", default="", help="who published it")
    add.add_argument("--licence", default="", help="under what licence")
    add.add_argument("--url", default="", type=_web_address, help="address of the original, to show readers")
    add.set_defaults(command=_add)
    remove = commands.add_parser("remove", parents=[common], help="remove a source that was added, then run")
    remove.add_argument("source_id", metavar="SOURCE_ID")
    remove.set_defaults(command=_remove)
    return parser
