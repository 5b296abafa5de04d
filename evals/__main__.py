"""python -m evals [retrieval | compare | new | gaps]; without a command, every suite on the installed library."""

from __future__ import annotations

import argparse
import logging
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from evals.commands import run_command
from evals.retrieval import SYSTEMS


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return 0, 1 when it failed or a figure is below its bar, or 2 for a wrong command line."""
    typed = list(sys.argv[1:] if arguments is None else arguments)
    options = _parser().parse_args(typed)
    options.typed = typed
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(message)s")
    command: Callable[[argparse.Namespace], int] = options.run
    return run_command(lambda: command(options), "stopped; what was embedded is kept, no report was written")


def _all_suites(options: argparse.Namespace) -> int:
    from evals.suites import run_suites

    return run_suites(options)


def _retrieval(options: argparse.Namespace) -> int:
    from evals.retrieval_command import run_retrieval

    return run_retrieval(options)


def _compare(options: argparse.Namespace) -> int:
    from evals.compare import run_compare

    return run_compare(options)


def _new(options: argparse.Namespace) -> int:
    from evals.new import run_new

    return run_new(options)


def _gaps(options: argparse.Namespace) -> int:
    from evals.gaps import run_gaps

    return run_gaps(options)


def _parser() -> argparse.ArgumentParser:
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument(
        "--var",
        type=Path,
        default=Path(os.environ.get("PLUMBLINE_VAR", "var")),
        help="data folder (PLUMBLINE_VAR, var)",
    )
    shared.add_argument("--json", type=Path, metavar="FILE", help="write the figures as JSON")
    parser = argparse.ArgumentParser(
        prog="python -m evals", description="Measure search, answers and safety.", parents=[shared]
    )
    parser.set_defaults(run=_all_suites)
    parser.add_argument("--bars", type=Path, help="exit with 1 when a figure is below its bar (evals/bars.toml)")
    parser.add_argument("--only", action="append", default=[], metavar="SUITE", help="this suite; may be repeated")
    parser.add_argument("--html", type=Path, metavar="FILE", help="where the report goes (var/evals/report.html)")
    parser.add_argument(
        "--sentence-vectors",
        action="store_true",
        help="public: embed each sentence as well, for the product's own search",
    )
    _add_shared_data(parser)
    commands = parser.add_subparsers(metavar="command")
    _add_retrieval(commands, shared)
    _add_others(commands, shared)
    return parser


def _add_retrieval(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], shared: argparse.ArgumentParser
) -> None:
    one = commands.add_parser("retrieval", parents=[shared], help="measure search on a folder in BEIR layout")
    one.add_argument("--data", type=Path, required=True, metavar="DIR", help="corpus.jsonl(.gz), queries.jsonl, qrels/")
    one.add_argument("--split", default="test", help="name of the qrels file (test)")
    one.add_argument("--system", choices=SYSTEMS, default="hybrid")
    one.add_argument("--corpus", type=Path, metavar="DIR", help="take the documents from another folder or file")
    one.add_argument("--queries", type=Path, metavar="FILE", help="another queries file with the same ids")
    one.add_argument("--library", action="store_true", help="judge sections of the installed library, not a corpus")
    one.add_argument("--focus", action="store_true", help="search for what the server makes of each message")
    one.add_argument("--embedder", default=os.environ.get("PLUMBLINE_EMBEDDER", "default"))
    one.add_argument("--sentence-vectors", action="store_true", help="embed each sentence as well, as the product does")
    one.add_argument("--half-precision", action="store_true", help="embed passages in bfloat16; for large corpora")
    one.add_argument("--limit", type=int, metavar="N", help="only the first N queries")
    one.add_argument("--run-out", type=Path, metavar="FILE", help="write the ranking as a TREC run file")
    one.add_argument("--run-in", type=Path, metavar="FILE", help="measure this TREC run file; nothing is searched")
    one.add_argument("--no-texts", action="store_true", help="leave words of queries and passages out of the JSON")
    one.set_defaults(run=_retrieval)


def _add_others(commands: argparse._SubParsersAction[argparse.ArgumentParser], shared: argparse.ArgumentParser) -> None:
    compare = commands.add_parser("compare", help="say whether one result differs from another, query by query")
    compare.add_argument("first", type=Path, help="JSON written by the retrieval command")
    compare.add_argument("second", type=Path)
    compare.add_argument("--measure", default="nDCG@10")
    compare.add_argument("--changed", type=int, default=5, metavar="N", help="queries shown each way (5)")
    compare.add_argument("--json", type=Path, metavar="FILE", help="write the figures as JSON")
    compare.set_defaults(run=_compare)
    new = commands.add_parser("new", parents=[shared], help="check your own questions and lay them out for retrieval")
    new.add_argument("questions", type=Path, help="CSV with columns question, section and grade")
    new.add_argument("--out", type=Path, metavar="DIR", help="folder to write (var/evals/questions/<name>)")
    new.set_defaults(run=_new)
    gaps = commands.add_parser("gaps", parents=[shared], help="say what the library is asked and does not answer")
    gaps.add_argument(
        "questions", type=Path, nargs="?", help="one question a line, CSV with a question column, or JSON lines"
    )
    gaps.add_argument("--metrics", type=Path, metavar="FILE", help="count from saved figures of a server; - for input")
    gaps.add_argument("--conversations", metavar="URL", help="count from a server's PLUMBLINE_CONVERSATION_URL")
    gaps.add_argument("--groups", type=int, default=12, metavar="N", help="groups shown at most (12)")
    gaps.set_defaults(run=_gaps)


def _add_shared_data(parser: argparse.ArgumentParser) -> None:
    default = os.environ.get("PLUMBLINE_SHARED", "../shared")
    parser.add_argument(
        "--shared", type=Path, default=Path(default), help="folder of third-party data (PLUMBLINE_SHARED, ../shared)"
    )


if __name__ == "__main__":
    sys.exit(main())
