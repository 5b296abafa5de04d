"""Gaps: groups questions that the library does not answer, so that an editor sees what to write next.

Reads a file of questions, one a line, or a CSV or JSON-lines file with a `question`, `query` or `text` column. The
questions stay on this machine and none is written anywhere but into the file named with --json. Without questions it
counts what a server refused, from its figures or its database of conversations (`evals.refusals`): no words at all.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from evals.errors import DatasetInvalid
from evals.progress import followed
from index.embedders import Vectors

COLUMNS = ("question", "query", "text")
SAME_GROUP_COSINE = 0.4  # mean cosine between two groups below which they are kept apart
SHOWN_QUESTIONS = 3
SHOWN_WORDS = 5

Words = Callable[[str], Sequence[str]]


@dataclass(frozen=True, slots=True)
class Uncovered:
    """A question the assistant would decline, its estimate, and the nearest article."""

    question: str
    confidence: float
    nearest: str


@dataclass(frozen=True, slots=True)
class Gap:
    """A group of uncovered questions about one thing, most central first."""

    words: tuple[str, ...]
    questions: tuple[str, ...]
    nearest: tuple[str, ...]


def run_gaps(options: argparse.Namespace) -> int:
    """Find what the library does not cover of what the options name, print the groups or the counts, and return 0.

    Raises:
        DatasetInvalid: if not exactly one thing to read is named, or it cannot be read.
        IndexingError: if there is no installed library.
    """
    named = [one for one in (options.questions, options.metrics, options.conversations) if one is not None]
    if len(named) != 1:
        raise DatasetInvalid(f"expected one of a file of questions, --metrics, --conversations, found {len(named)}")
    return _group(options) if options.questions is not None else _count(options)


def _count(options: argparse.Namespace) -> int:
    from evals.library import open_library
    from evals.refusals import read_conversations, read_metrics

    if options.metrics is not None:
        found = read_metrics(options.metrics)
    else:
        found = read_conversations(options.conversations, open_library(options.var))
    found.print(Console(), options.groups)
    if options.json:
        from evals.retrieval_command import write_report

        write_report(options.json, found.to_json())
    return 0


def _group(options: argparse.Namespace) -> int:
    from server.bootstrap import build_services
    from server.conversations import Conversation
    from server.settings import Settings
    from server.words import tokens

    def content_words(text: str) -> list[str]:
        return [token.text.lower() for token in tokens(text) if not token.is_function_word]

    services = build_services(Settings(var=options.var))
    questions = read_question_list(options.questions)
    uncovered = []
    for question in followed(questions, "asking", len(questions)):
        answer = services.assistant.reply(Conversation("gaps"), question)
        if answer.status.value in ("no_evidence", "out_of_scope"):
            estimate = answer.confidence.evidence if answer.confidence else 0.0
            nearest = answer.hits[0].passage.source.title if answer.hits else ""
            uncovered.append(Uncovered(question, estimate, nearest))
    vectors = services.retriever.embed([one.question for one in uncovered])
    gaps = group_questions(uncovered, vectors, options.groups, content_words)
    _print(gaps, len(questions), len(uncovered))
    if options.json:
        from evals.retrieval_command import write_report

        report = {"asked": len(questions), "not_covered": len(uncovered), "groups": [asdict(gap) for gap in gaps]}
        write_report(options.json, report)
    return 0


def read_question_list(path: Path) -> list[str]:
    """Return the different questions of a file, in order.

    Raises:
        DatasetInvalid: if it cannot be read, a line of JSON is broken, a column is missing, or there is no question.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as exc:
        raise DatasetInvalid(f"{path}: expected questions in UTF-8, found {exc}") from exc
    read = {".csv": _from_csv, ".jsonl": _from_json_lines}.get(path.suffix.lower(), _from_lines)
    questions = list(dict.fromkeys(" ".join(one.split()) for one in read(path, text) if one.strip()))
    if not questions:
        raise DatasetInvalid(f"{path}: expected at least one question, found none")
    return questions


def group_questions(uncovered: Sequence[Uncovered], vectors: Vectors, groups: int, words: Words) -> list[Gap]:
    """Return groups of questions near each other, largest first.

    Agglomerative with mean linkage (Sokal and Michener 1958): the two closest groups are joined while the cosine of
    their questions is at least 0.4 on average. Groups beyond the number asked for are left out, smallest first.

    Args:
        vectors: of the questions, unit length, shape (n, dimension).
        words: content words of a question; those most frequent in a group and rare elsewhere name it.
    """
    if not uncovered:
        return []
    stems = [list(words(one.question)) for one in uncovered]
    everywhere = Counter(stem for one in stems for stem in set(one))
    gaps = []
    for members in _agglomerate(vectors)[:groups]:
        middle = vectors[members].mean(axis=0)
        central = sorted(members, key=lambda row: (-float(vectors[row] @ middle), row))
        inside = Counter(stem for row in members for stem in set(stems[row]))
        named = sorted(inside, key=lambda stem: (-(inside[stem] ** 2) / everywhere[stem], stem))
        nearest = Counter(uncovered[row].nearest for row in members if uncovered[row].nearest)
        gaps.append(
            Gap(
                words=tuple(named[:SHOWN_WORDS]),
                questions=tuple(uncovered[row].question for row in central),
                nearest=tuple(title for title, _ in nearest.most_common(2)),
            )
        )
    return gaps


def _agglomerate(vectors: Vectors) -> list[list[int]]:
    """Return rows by group, largest group first."""
    from scipy.cluster.hierarchy import fcluster, linkage

    if len(vectors) == 1:
        return [[0]]
    tree = linkage(vectors.astype(np.float64), method="average", metric="cosine")
    members: dict[int, list[int]] = {}
    for row, group in enumerate(fcluster(tree, 1 - SAME_GROUP_COSINE, criterion="distance")):
        members.setdefault(int(group), []).append(row)
    return sorted(members.values(), key=lambda rows: (-len(rows), rows[0]))


def _from_lines(path: Path, text: str) -> list[str]:  # noqa: ARG001  # one signature for the three readers
    return text.splitlines()


def _from_csv(path: Path, text: str) -> list[str]:
    reader = csv.DictReader(io.StringIO(text, newline=""))
    found = {name.strip().lower(): name for name in reader.fieldnames or ()}
    column = next((found[name] for name in COLUMNS if name in found), None)
    if column is None:
        raise DatasetInvalid(f"{path}, line 1: expected a column {' or '.join(COLUMNS)}, found {', '.join(found)}")
    return [row[column] or "" for row in reader]


def _from_json_lines(path: Path, text: str) -> list[str]:
    questions = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            raw = json.loads(line)
        except ValueError as exc:
            raise DatasetInvalid(f"{path}, line {number}: expected a JSON object, found {line!r:.60}") from exc
        value = next((raw[name] for name in COLUMNS if name in raw), None) if isinstance(raw, dict) else None
        if not isinstance(value, str):
            raise DatasetInvalid(f"{path}, line {number}: expected a string in {' or '.join(COLUMNS)}, found none")
        questions.append(value)
    return questions


def _print(gaps: Sequence[Gap], asked: int, uncovered: int) -> None:
    console = Console()
    console.print(f"{uncovered} of {asked} questions are not covered")
    if not gaps:
        return
    table = Table(title="What to write next", title_justify="left", show_lines=True)
    for name in ("questions", "about", "such as", "nearest articles"):
        table.add_column(name, justify="right" if name == "questions" else "left")
    for gap in gaps:
        examples = "\n".join(gap.questions[:SHOWN_QUESTIONS])
        table.add_row(str(len(gap.questions)), ", ".join(gap.words), examples, "\n".join(gap.nearest))
    console.print(table, markup=False)
