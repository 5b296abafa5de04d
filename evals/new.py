"""An operator's own questions: a CSV is checked line by line and laid out for `python -m evals retrieval --library`.

Columns, in any order: `question`; `section`, as `article-id#heading` (the heading may be written as in the article) or
`article-id` for the whole article; `grade` (2 answers, 1 related; 2 when the column is missing or blank). One line for
each judged section: a question with several sections takes several lines. `id` is optional; without it equal questions
are one, named by a digest of their words.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import io
import shutil
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path

from rich.console import Console

from evals.datasets import Grades, write_json_lines
from evals.errors import DatasetInvalid
from evals.library import heading_slug, open_library, section_id
from index.retriever import Retriever

REQUIRED = ("question", "section")
GRADES = {"2": 2, "1": 1, "": 2}
SPLIT = "test"


@dataclass
class Questions:
    """Questions by id and their judgements by section."""

    texts: dict[str, str] = field(default_factory=dict)
    grades: Grades = field(default_factory=dict)


def run_new(options: argparse.Namespace) -> int:
    """Check the CSV the options name against the installed library, lay it out as a folder, and return 0.

    Raises:
        DatasetInvalid: if a line is not what it should be; nothing is written.
    """
    questions = read_questions(options.questions, library_headings(open_library(options.var)))
    folder = options.out or options.var / "evals" / "questions" / options.questions.stem
    write_questions(folder, questions)
    judged = sum(len(grades) for grades in questions.grades.values())
    console = Console()
    console.print(f"{len(questions.texts)} questions with {judged} judged sections written to {folder}")
    console.print(f"now run: python -m evals retrieval --library --data {folder}", soft_wrap=True)
    return 0


def library_headings(retriever: Retriever) -> dict[str, list[str]]:
    """Return the section ids of each article."""
    articles: dict[str, list[str]] = defaultdict(list)
    for passage in retriever.passages:
        one = section_id(passage)
        if one not in articles[passage.document_id]:
            articles[passage.document_id].append(one)
    return dict(articles)


def read_questions(path: Path, articles: Mapping[str, list[str]]) -> Questions:
    """Return the questions of a CSV.

    Args:
        articles: article id → ids of its sections.

    Raises:
        DatasetInvalid: if a column is missing, a question is blank, a section is unknown (close ones are named), a
            grade is not 1 or 2, or a section is graded twice for a question in different ways.
    """
    questions = Questions()
    for number, row in _rows(path):
        text = " ".join(row["question"].split())
        if not text:
            raise DatasetInvalid(f"{path}, line {number}: expected words in 'question', found none")
        query_id = (row.get("id") or "").strip() or "q-" + hashlib.sha256(text.lower().encode()).hexdigest()[:10]
        if questions.texts.setdefault(query_id, text) != text:
            raise DatasetInvalid(f"{path}, line {number}: id {query_id!r} belongs to another question as well")
        grade = GRADES.get((row.get("grade") or "").strip())
        if grade is None:
            raise DatasetInvalid(f"{path}, line {number}: expected grade 2 or 1, found {row['grade']!r}")
        grades = questions.grades.setdefault(query_id, {})
        for one in _sections(path, number, row["section"], articles):
            if grades.setdefault(one, grade) != grade:
                raise DatasetInvalid(
                    f"{path}, line {number}: {one!r} has grade {grades[one]} for this question as well"
                )
    if not questions.texts:
        raise DatasetInvalid(f"{path}: expected at least one question below the header, found none")
    return questions


def write_questions(folder: Path, questions: Questions) -> None:
    """Write `queries.jsonl` and `qrels/test.tsv`; the folder appears whole, in the place of an earlier one."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    unfinished = Path(tempfile.mkdtemp(prefix=folder.name + ".", dir=folder.parent))
    try:
        (unfinished / "qrels").mkdir()
        write_json_lines(
            unfinished / "queries.jsonl", [{"_id": one, "text": text} for one, text in questions.texts.items()]
        )
        with (unfinished / "qrels" / f"{SPLIT}.tsv").open("w", encoding="utf-8") as out:
            out.write("query-id\tcorpus-id\tscore\n")
            for query_id, grades in questions.grades.items():
                out.writelines(f"{query_id}\t{one}\t{grade}\n" for one, grade in grades.items())
        if folder.exists():
            if not (folder / "queries.jsonl").is_file():
                raise DatasetInvalid(f"{folder}: expected a new folder or one of questions, found other files")
            shutil.rmtree(folder)
        unfinished.replace(folder)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as exc:
        raise DatasetInvalid(f"{path}: expected a CSV file in UTF-8, found {exc}") from exc
    first = text.partition("\n")[0]
    # Spreadsheets of some countries write semicolons.
    delimiter = ";" if first.count(";") > first.count(",") else ","
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter, restval="")
    reader.fieldnames = [name.strip().lower() for name in reader.fieldnames or ()]
    missing = [name for name in REQUIRED if name not in reader.fieldnames]
    if missing:
        found = ", ".join(reader.fieldnames) or "none"
        raise DatasetInvalid(f"{path}, line 1: expected columns {' and '.join(REQUIRED)}, found {found}")
    for row in reader:
        if None in row:
            raise DatasetInvalid(
                f"{path}, line {reader.line_num}: expected {len(reader.fieldnames)} columns, found more; "
                "put a question that holds a comma into quotation marks"
            )
        if any(value.strip() for value in row.values()):
            yield reader.line_num, row


def _sections(path: Path, number: int, written: str, articles: Mapping[str, list[str]]) -> list[str]:
    article, _, heading = written.strip().partition("#")
    if article not in articles:
        raise DatasetInvalid(
            f"{path}, line {number}: the library has no article {article!r}{_close(article, articles)}"
        )
    if not heading:
        return articles[article]
    wanted = f"{article}#{heading_slug(heading)}"
    if wanted not in articles[article]:
        raise DatasetInvalid(
            f"{path}, line {number}: article {article!r} has no section {heading!r}{_close(wanted, articles[article])}"
        )
    return [wanted]


def _close(wanted: str, known: Mapping[str, list[str]] | list[str]) -> str:
    close = get_close_matches(wanted, list(known), n=3, cutoff=0.5)
    return f"; close ones: {', '.join(close)}" if close else ""
