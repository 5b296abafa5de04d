"""Public test collections: first the known figures, to prove the harness, then the product's own.

The data is not part of this project; `--shared` (or PLUMBLINE_SHARED) names the folder that holds it. Indexes are built
on first use and kept: about a quarter of an hour for MedQuAD on two quiet cores, two to four minutes for the others;
with sentences three to five times that.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from evals.corpora import open_corpus_index
from evals.datasets import Topic, read_dataset
from evals.errors import NothingInstalled
from evals.figures import Figure, SuiteContext, SuiteReport
from evals.progress import StageBars
from evals.provenance import index_provenance, provenance
from evals.retrieval import Ranked, plain_bm25_search, run_system, search_documents
from evals.retrieval_command import query_texts, write_report
from index.retriever import Retriever

MEASURE = "nDCG@10"


@dataclass(frozen=True, slots=True)
class Expected:
    """A run of a system on a collection, with the figure others or we measured before, if there is one."""

    data: str
    split: str
    system: str
    known: float | None = None  # nDCG@10
    corpus: str | None = None
    queries: str | None = None
    focused: bool = False
    sentences: bool = False  # each sentence embedded too, as the product does with its library

    @property
    def name(self) -> str:
        """Return a name that is unique among the runs and fit for a file."""
        parts = [self.data, Path(self.queries).stem if self.queries else "", self.split, self.system]
        return "-".join(part for part in parts if part) + "-focus" * self.focused + "-sentences" * self.sentences

    def command(self) -> str:
        """Return the command that makes the figure."""
        parts = [f"python -m evals retrieval --data $PLUMBLINE_SHARED/data/{self.data} --split {self.split}"]
        parts.append(f"--system {self.system}")
        if self.corpus:
            parts.append(f"--corpus $PLUMBLINE_SHARED/data/{self.corpus}")
        if self.queries:
            parts.append(f"--queries $PLUMBLINE_SHARED/data/{self.data}/{self.queries}")
        if self.focused:
            parts.append("--focus")
        if self.sentences:
            parts.append("--sentence-vectors")
        return " ".join([*parts, "--half-precision --no-texts"])


_MEDQUAD = "liveqa-medquad"
RUNS: tuple[Expected, ...] = (
    Expected("nfcorpus", "test", "bm25-plain", 0.322),
    Expected("nfcorpus", "test", "dense-cut", 0.316),
    Expected("nfcorpus", "test", "rrf", 0.355),
    Expected("nfcorpus", "test", "hybrid"),
    Expected("scifact", "test", "bm25-plain", 0.686),
    Expected("scifact", "test", "dense-cut", 0.645),
    Expected("scifact", "test", "rrf", 0.720),
    Expected("scifact", "test", "hybrid"),
    Expected("medquad-questions", "dev", "rrf", 0.724, corpus=_MEDQUAD),
    Expected("medquad-questions", "dev", "dense", 0.753, corpus=_MEDQUAD),
    Expected("medquad-questions", "test", "hybrid", corpus=_MEDQUAD),
    Expected(_MEDQUAD, "test", "rrf", 0.364),
    Expected(_MEDQUAD, "test", "rrf", 0.478, queries="queries-summary.jsonl"),
    Expected(_MEDQUAD, "test", "hybrid"),
    Expected(_MEDQUAD, "test", "hybrid", focused=True),
    Expected(_MEDQUAD, "test", "hybrid", queries="queries-summary.jsonl"),
)


def suite(context: SuiteContext) -> SuiteReport:
    """Run every collection that is there, and keep each result without its texts under `var/evals/public`.

    Raises:
        NothingInstalled: if none of the collections is there.
    """
    folder = context.shared / "data"
    there = [_asked_for(run, context) for run in RUNS if (folder / run.data).is_dir()]
    if not there:
        raise NothingInstalled(f"{folder}: expected public collections, found none; set PLUMBLINE_SHARED")
    figures = []
    notes = []
    for run in there:
        figure = _measured(run, folder, context.var)
        figures.append(figure)
        if run.known is not None:
            notes.append(f"{run.name}: known {run.known:.3f}, found {figure.value:.3f}")
    return SuiteReport(title="Search on public collections, nDCG@10", figures=tuple(figures), notes=tuple(notes))


def _asked_for(run: Expected, context: SuiteContext) -> Expected:
    """Return the run with sentences when they are asked for; only the product's own search uses them."""
    return replace(run, sentences=context.sentence_vectors and run.system == "hybrid")


def _measured(run: Expected, folder: Path, var: Path) -> Figure:
    dataset = read_dataset(
        folder / run.data,
        run.split,
        queries=folder / run.data / run.queries if run.queries else None,
        corpus=folder / run.corpus if run.corpus else None,
    )
    about: dict[str, object] = {}
    if run.system == "bm25-plain":
        search = plain_bm25_search(dataset)
    else:
        with StageBars() as bars:
            index = open_corpus_index(
                dataset.documents,
                dataset.corpus_digest,
                var,
                sentence_vectors=run.sentences,
                half_precision=True,
                progress=bars,
            )
        about = index_provenance(index.folder, index.retriever)
        search = _search(run, index.retriever)
    result = run_system(run.name, dataset, search, run.system)
    report = {**provenance(run.command()), "split": run.split, "index": about, **result.to_json(with_texts=False)}
    # What `compare` needs by default, so that two thousand queries stay a small file.
    report["per_query"] = {query_id: {MEASURE: values[MEASURE]} for query_id, values in report["per_query"].items()}
    write_report(var / "evals" / "public" / f"{run.name}.json", report)
    low, high = result.intervals[MEASURE]
    return Figure(run.name, result.metrics[MEASURE], low, high, result.queries)


def _search(run: Expected, retriever: Retriever) -> Callable[[Topic], list[Ranked]]:
    texts = query_texts(retriever, focused=run.focused)

    def search(topic: Topic) -> list[Ranked]:
        text, lexical_text = texts(topic)
        return search_documents(
            retriever, text, run.system, lambda passage: passage.document_id, lexical_text=lexical_text
        )

    return search
