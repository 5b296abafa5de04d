"""The questions judged against the library: whether the files are sound, what is still to judge, how readings agree.

python -m evals.in_domain check | pool | agreement
"""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Literal

from evals.commands import run_command
from evals.datasets import Grades, Topic, read_qrels, read_topics
from evals.errors import DatasetInvalid
from evals.library import IN_DOMAIN, OPENING, heading_slug, open_library, section_id
from evals.retrieval import SystemName, best_passages
from index.retriever import Retriever

LIBRARY = Path(__file__).parents[1] / "corpus" / "library"
SPLITS = ("dev", "test")
STYLES = frozenset({"short", "long", "lay", "clinical", "misspelt", "howto"})
HIGHEST_GRADE = 2
POOLED: tuple[SystemName, ...] = ("bm25", "dense", "hybrid")
POOL_DEPTH = 10
PASSAGES_READ = 50  # per query and system, so that ten sections come of them
SECOND_READING = "second-reading.tsv"
READING_COLUMNS = 4

_HEADING = re.compile(r"^## (.+)$", re.MULTILINE)
_TITLE = re.compile(r"^title: *[\"']?(.+?)[\"']?$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far two readings of the same pairs agree; the kappas are corrected for agreement by chance."""

    pairs: int
    equal: float  # share of all pairs
    equal_where_useful: float  # share of the pairs that either reading graded above 0
    kappa: float
    kappa_linear: float


def split_of(query_id: str) -> str:
    """Return `dev` or `test`, by the SHA-256 of the id: even or odd."""
    return SPLITS[sha256(query_id.encode()).digest()[-1] % 2]


def library_section_ids(library: Path) -> set[str]:
    """Return the id of every section of a folder of Markdown articles, without an index of it."""
    found: set[str] = set()
    for path in sorted(library.glob("*.md")):
        text = path.read_text(encoding="utf-8")
        title = _TITLE.search(text)
        headings = [heading.strip() for heading in _HEADING.findall(text)]
        slugs = {heading_slug(one) for one in headings if title is None or one != title.group(1)}
        found |= {f"{path.stem}#{slug}" for slug in slugs | {OPENING}}
    return found


def find_problems(folder: Path, library: Path) -> list[str]:
    """Return what is wrong with the questions and judgements of a folder, one sentence each; none when all is well.

    Sections with grade 0 may be gone from the library: they cannot be found any more.

    Raises:
        DatasetInvalid: if a file is missing or a line is not what it should be.
    """
    topics = read_topics(folder)
    qrels = {split: read_qrels(folder / "qrels" / f"{split}.tsv") for split in SPLITS}
    articles = {path.stem for path in library.glob("*.md")}
    problems = [*_topic_problems(topics, articles)]
    for split, grades in qrels.items():
        problems += _split_problems(split, grades, {topic.query_id for topic in topics}, library_section_ids(library))
    judged = set().union(*qrels.values())
    problems += [f"{topic.query_id}: not judged" for topic in topics if topic.query_id not in judged]
    return problems


def unjudged(retriever: Retriever, topics: Iterable[Topic], qrels: Grades, depth: int) -> dict[str, list[str]]:
    """Return, for each query that has any, the sections that a system ranks among the first `depth` and nobody judged.

    They come in the order of their ids, so that whoever judges sees neither the system nor the rank.
    """
    waiting: dict[str, list[str]] = {}
    for topic in topics:
        pooled: set[str] = set()
        for system in POOLED:
            hits = retriever.search(topic.text, PASSAGES_READ, system=_plain(system))
            pooled |= {ranked.document_id for ranked in best_passages(hits, section_id)[:depth]}
        fresh = sorted(pooled - set(qrels.get(topic.query_id, {})))
        if fresh:
            waiting[topic.query_id] = fresh
    return waiting


def agreement(readings: Sequence[tuple[int, int]]) -> Agreement:
    """Return how two readings agree, each pair being the first and the second grade.

    Cohen's kappa, unweighted and with linear weights (Cohen 1968, doi:10.1037/h0026256).

    Raises:
        ValueError: if there is no pair, or all grades of a reading are the same.

    >>> round(agreement([(2, 2), (0, 0), (1, 0), (0, 0)]).kappa, 3)
    0.556
    """
    if not readings:
        raise ValueError("expected at least one pair of grades, found none")
    useful = [first == second for first, second in readings if first or second]
    return Agreement(
        pairs=len(readings),
        equal=sum(first == second for first, second in readings) / len(readings),
        equal_where_useful=sum(useful) / len(useful) if useful else 1.0,
        kappa=_kappa(readings, linear=False),
        kappa_linear=_kappa(readings, linear=True),
    )


def read_second_reading(path: Path) -> list[tuple[int, int]]:
    """Return the two grades of every pair of a file with columns query id, section id, first and second grade.

    Raises:
        DatasetInvalid: if it cannot be read, a line has other columns or a grade is not 0, 1 or 2.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()[1:]
    except (OSError, UnicodeDecodeError) as exc:
        raise DatasetInvalid(f"{path}: expected two readings, found {exc}") from exc
    grades = []
    for number, line in enumerate(lines, 2):
        columns = line.split("\t")
        if len(columns) != READING_COLUMNS or not {*columns[2:]} <= {"0", "1", "2"}:
            raise DatasetInvalid(
                f"{path}, line {number}: expected two ids and two grades of 0 to 2, found {line!r:.80}"
            )
        grades.append((int(columns[2]), int(columns[3])))
    return grades


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return 0, or 1 when something is wrong."""
    options = _parser().parse_args(arguments)
    return run_command(lambda: _COMMANDS[options.command](options))


def _topic_problems(topics: Sequence[Topic], articles: set[str]) -> list[str]:
    problems = []
    for topic in topics:
        style, article = topic.metadata.get("style"), topic.metadata.get("article")
        if style not in STYLES:
            problems.append(f"{topic.query_id}: style {style!r} is none of {', '.join(sorted(STYLES))}")
        if article and article not in articles:
            problems.append(f"{topic.query_id}: was written for {article!r}, which is not in the library")
    texts = [topic.text.casefold() for topic in topics]
    return problems + [f"asked twice: {text!r:.80}" for text in {one for one in texts if texts.count(one) > 1}]


def _split_problems(split: str, qrels: Grades, known: set[str], sections: set[str]) -> list[str]:
    problems = []
    for query_id, grades in qrels.items():
        if query_id not in known:
            problems.append(f"{split}: {query_id} is judged but has no words")
        elif split_of(query_id) != split:
            problems.append(f"{split}: {query_id} belongs to the other split")
        if max(grades.values()) != HIGHEST_GRADE:
            problems.append(f"{split}: {query_id} has no section of grade {HIGHEST_GRADE}, or one above it")
        problems += [
            f"{split}: {query_id}: {one} has grade {grade} and is not in the library"
            for one, grade in grades.items()
            if grade and one not in sections
        ]
    return problems


def _plain(system: SystemName) -> Literal["bm25", "dense", "hybrid"]:
    return "bm25" if system == "bm25" else "dense" if system == "dense" else "hybrid"


def _kappa(readings: Sequence[tuple[int, int]], *, linear: bool) -> float:
    def distance(first: int, second: int) -> float:
        return abs(first - second) if linear else float(first != second)

    firsts, seconds = [first for first, _ in readings], [second for _, second in readings]
    seen = sum(distance(*pair) for pair in readings) / len(readings)
    by_chance = (
        sum(
            firsts.count(first) * seconds.count(second) * distance(first, second)
            for first in set(firsts)
            for second in set(seconds)
        )
        / len(readings) ** 2
    )
    if not by_chance:
        raise ValueError("expected more than one grade, found only one: agreement by chance is certain")
    return 1 - seen / by_chance


def _check(options: argparse.Namespace) -> int:
    problems = find_problems(options.data, options.library)
    print("\n".join(problems) or "no problems")
    return int(bool(problems))


def _pool(options: argparse.Namespace) -> int:
    judged: dict[str, Mapping[str, int]] = {}
    for split in SPLITS:
        judged |= read_qrels(options.data / "qrels" / f"{split}.tsv")
    waiting = unjudged(
        open_library(options.var), read_topics(options.data), {q: dict(g) for q, g in judged.items()}, options.depth
    )
    for query_id, sections in waiting.items():
        for section in sections:
            print(f"{query_id}\t{section}")
    return 0


def _agreement(options: argparse.Namespace) -> int:
    found = agreement(read_second_reading(options.data / SECOND_READING))
    print(f"{found.pairs} pairs; equal {found.equal:.1%}, where either found some use {found.equal_where_useful:.1%}")
    print(f"Cohen's kappa {found.kappa:.2f}, with linear weights {found.kappa_linear:.2f}")
    return 0


_COMMANDS = {"check": _check, "pool": _pool, "agreement": _agreement}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m evals.in_domain", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("command", choices=tuple(_COMMANDS))
    parser.add_argument("--data", type=Path, default=IN_DOMAIN, metavar="DIR", help="queries.jsonl and qrels/")
    parser.add_argument("--library", type=Path, default=LIBRARY, metavar="DIR", help="articles to check against")
    parser.add_argument(
        "--var", type=Path, default=Path(os.environ.get("PLUMBLINE_VAR", "var")), help="data folder to pool from"
    )
    parser.add_argument("--depth", type=int, default=POOL_DEPTH, help=f"sections taken of each system ({POOL_DEPTH})")
    return parser


if __name__ == "__main__":
    sys.exit(main())
