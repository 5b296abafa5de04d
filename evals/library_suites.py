"""Suites on the installed library: search, abstention, readability of our own words, the ingest screen."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from evals.datasets import Dataset, Topic
from evals.errors import DatasetInvalid
from evals.figures import Curve, Differences, Figure, SuiteContext, SuiteReport, mean_figure, share_figure
from evals.library import IN_DOMAIN, open_library, read_library_dataset, section_id
from evals.retrieval import Ranked, RetrievalResult, run_system, search_documents, served_search
from evals.retrieval_command import query_texts
from index.retriever import Retriever

LIBRARY = Path(__file__).parent.parent / "corpus" / "library"
MEASURED = ("nDCG@10", "R@5", "RR@10", "Judged@10")
RETRIEVAL_SYSTEMS = ("bm25", "dense", "hybrid", "served")
SHOWN_DIFFERENCES = 60
ANSWERS_GRADE = 2


def retrieval_suite(context: SuiteContext) -> SuiteReport:
    """Measure search on the judged questions, by words, by meaning and as the product does it.

    Raises:
        DatasetInvalid: if there are no judged questions.
        NothingInstalled: if there is no library.
    """
    retriever = open_library(context.var)
    dataset, gone = read_library_dataset(retriever, IN_DOMAIN, "test")
    results = {system: _run(dataset, retriever, system) for system in RETRIEVAL_SYSTEMS}
    figures = []
    for system, result in results.items():
        for measure in MEASURED:
            figures.append(_figure(f"{system} {measure}", result, measure))
        figures.append(_first_answer(system, result, dataset))
    notes = [f"{len(dataset.topics)} questions of the test half; {dataset.left_out} without an answer are left out."]
    if gone:
        notes.append(f"{len(gone)} judged sections are no longer in the library, such as {gone[0]}.")
    return SuiteReport(
        title="Search on judged questions about the library",
        figures=tuple(figures),
        notes=tuple(notes),
        differences=(_differences(results["bm25"], results["served"]),),
        details={"search_ms": {system: result.search_ms for system, result in results.items()}},
    )


def abstention_suite(context: SuiteContext) -> SuiteReport:
    """Measure whether the assistant tells what the library covers from what it does not.

    Raises:
        DatasetInvalid: if the labelled questions cannot be read.
        NothingInstalled: if there is no library.
    """
    from evals import evidence
    from server.evidence import DATA
    from server.logistic import load_model

    retriever = open_library(context.var)
    out_of_scope = context.shared / "data" / "out-of-scope" / "questions.jsonl"
    messages = context.shared / "data" / "patient-messages" / "messages.jsonl"
    try:
        found = evidence.examples(*(path if path.is_file() else None for path in (out_of_scope, messages)))
    except OSError as exc:
        raise DatasetInvalid(f"expected labelled questions, found {exc}") from exc
    model, values = load_model(DATA), evidence.measure(found, retriever)
    rows: dict[str, Any] = dict(evidence.report(found, values, model))
    curve = rows.pop("risk_coverage")
    figures = []
    for kind, row in rows.items():
        low, high = row["interval"]
        covered = "auroc" not in row
        name = f"{kind}: answered" if covered else f"{kind}: answered by mistake"
        figures.append(Figure(name, row["share"], low, high, row["n"], lower_is_better=not covered))
        if not covered:
            figures.append(Figure(f"{kind}: AUROC", row["auroc"], count=row["n"]))
    at_90 = next(point for point in curve if point["coverage"] == 0.9)
    figures.append(Figure("false answers at 90 % coverage", at_90["false"], lower_is_better=True))
    return SuiteReport(
        title="Answering only what the library covers",
        figures=tuple(figures),
        notes=(
            "Half of the questions, which the estimate was not fitted on.",
            "judged: questions that a section answers; those of the dev half were fitted on.",
        ),
        curves=(
            Curve(
                "Risk and coverage",
                "share of answerable questions answered",
                "share of others answered by mistake",
                tuple((point["coverage"], point["false"]) for point in curve),
            ),
        ),
    )


def readability_suite(context: SuiteContext) -> SuiteReport:  # noqa: ARG001  # every suite takes a context
    """Measure the reading grade of the library's articles.

    Raises:
        DatasetInvalid: if there are no articles.
    """
    from evals.readability import MAX_GRADE, find_problems, reading_grade, split_front_matter

    paths = sorted(LIBRARY.glob("*.md"))
    if not paths:
        raise DatasetInvalid(f"{LIBRARY}: expected articles, found none")
    grades = {path.stem: reading_grade(split_front_matter(path.read_text(encoding="utf-8"))[1]) for path in paths}
    known = frozenset(grades)
    without_problems = sum(not find_problems(path, known) for path in paths)
    hardest = sorted(grades, key=lambda name: -grades[name])[:5]
    return SuiteReport(
        title="Reading level of our own words",
        figures=(
            mean_figure("Flesch-Kincaid grade", list(grades.values()), unit="grade", lower_is_better=True),
            Figure("hardest article", max(grades.values()), unit="grade", count=len(grades), lower_is_better=True),
            share_figure("articles without problems", without_problems, len(paths)),
        ),
        notes=(f"Grades above {MAX_GRADE:.0f} count as problems. Hardest: {', '.join(hardest)}.",),
    )


def ingest_screen_suite(context: SuiteContext) -> SuiteReport:
    """Measure how well advice is told from furniture when documents are taken in."""
    from evals.ingest_screen import measure

    folders = [
        folder for folder in (context.shared / "seeds", context.shared / "data" / "documents") if folder.is_dir()
    ]
    figures = []
    for sample, raw in measure(folders).items():
        row: dict[str, Any] = dict(raw)
        for name, count in (("precision", row["set_aside"]), ("recall", row["not_advice"])):
            if row[name] is not None:
                low, high = row[f"{name}_interval"]
                figures.append(Figure(f"{sample}: {name}", row[name], low, high, count))
    return SuiteReport(title="Setting aside what is not advice", figures=tuple(figures))


def _run(dataset: Dataset, retriever: Retriever, system: str) -> RetrievalResult:
    if system == "served":
        return run_system("library", dataset, served_search(retriever, section_id), system)
    texts = query_texts(retriever, focused=system == "hybrid")

    def search(topic: Topic) -> list[Ranked]:
        text, lexical_text = texts(topic)
        return search_documents(retriever, text, system, section_id, lexical_text=lexical_text)

    return run_system("library", dataset, search, system)


def _figure(name: str, result: RetrievalResult, measure: str) -> Figure:
    low, high = result.intervals[measure]
    return Figure(name, result.metrics[measure], low, high, result.queries)


def _first_answer(system: str, result: RetrievalResult, dataset: Dataset) -> Figure:
    """Return the share of questions with an answering section (grade 2) among the first five."""
    answerable = {q: grades for q, grades in dataset.qrels.items() if max(grades.values()) >= ANSWERS_GRADE}
    if not answerable:
        return Figure(f"{system} answer in the first 5", 0.0, count=0)
    found = 0
    for query_id, grades in answerable.items():
        ranked = sorted(result.run.get(query_id, {}).items(), key=lambda item: -item[1])[:5]
        found += any(grades.get(document_id, 0) >= ANSWERS_GRADE for document_id, _ in ranked)
    return share_figure(f"{system} answer in the first 5", found, len(answerable))


def _differences(first: RetrievalResult, second: RetrievalResult) -> Differences:
    values = [
        (second.texts.get(query_id, query_id), one["nDCG@10"] - first.per_query[query_id]["nDCG@10"])
        for query_id, one in second.per_query.items()
    ]
    values.sort(key=lambda item: -item[1])
    changed = [item for item in values if item[1]]
    half = SHOWN_DIFFERENCES // 2
    shown = changed if len(changed) <= SHOWN_DIFFERENCES else changed[:half] + changed[-half:]
    return Differences(f"nDCG@10 per question, {second.system} minus {first.system}", tuple(shown))
