"""The steps of ingest: read → clean → screen → split → dedupe → write."""

from __future__ import annotations

import hashlib
import json
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import cache
from pathlib import Path

from index.errors import PassagesInvalid
from index.passages import INGEST_STATE_FILE, Passage, StoredDocument, read_documents, write_documents, write_passages
from ingest.clean import clean_content
from ingest.dedupe import Merged, merge_duplicates
from ingest.documents import Content, Document, lay_out
from ingest.errors import DocumentRefused, OutputUnwritable
from ingest.origins import Origin, find_origins
from ingest.questions import parse_questions, with_questions
from ingest.readers import read_content
from ingest.report import Difference, DocumentReport, IngestReport, report_from_json
from ingest.screen import SetAside, names_paragraph, screen_content
from ingest.sources import Entry, source_of_document
from ingest.split import SPLITTER_VERSION, split_document
from ingest.tokens import TokenCounter, token_counter

PASSAGES_FILE = "passages.jsonl"
DOCUMENTS_FILE = "documents.jsonl"

Progress = Callable[[Sequence[Origin]], Iterable[Origin]]


@dataclass(slots=True)
class _Outcome:
    """What has come out of the documents so far."""

    documents: list[StoredDocument] = field(default_factory=list)
    passages: list[Passage] = field(default_factory=list)
    reports: list[DocumentReport] = field(default_factory=list)
    set_aside: list[SetAside] = field(default_factory=list)
    repairs: Counter[str] = field(default_factory=Counter)
    names: dict[str, str] = field(default_factory=dict)
    rules_used: set[tuple[str, str]] = field(default_factory=set)  # id of the entry, rule that overrules the screening


def ingest(
    entries: Sequence[Entry],
    var: Path,
    *,
    dry_run: bool = False,
    refresh: bool = False,
    allow_private: bool = False,
    tokenizer_json: Path | None = None,
    progress: Progress = iter,
) -> IngestReport:
    """Take in every document of the entries, write passages and documents into `var`, and return what was done.

    Nothing is read again or written when neither the entries nor their files changed since the last run. A document
    that cannot be read is reported and left out; the others go in.

    Args:
        dry_run: report what would change, write nothing.
        refresh: fetch addresses again that were fetched before.
        allow_private: fetch from private and loopback addresses as well.
        progress: wraps the documents as they are worked through, for a progress bar.

    Raises:
        OutputUnwritable: if `var` cannot be written; the files there are as they were.
        IngestError: if the tokenizer is missing.
    """
    started = time.perf_counter()
    origins = find_origins(entries, var / "fetched", refresh=refresh, allow_private=allow_private, store=not dry_run)
    fingerprint = _fingerprint(entries, origins, tokenizer_json)
    if not dry_run and (earlier := _unchanged(var, fingerprint)):
        return replace(earlier, is_written=False, difference=Difference(), seconds=_since(started))
    outcome = _take_in(progress(origins), token_counter(tokenizer_json))
    passages, merged = merge_duplicates(outcome.passages)
    report = _report(outcome, passages, merged, _difference(var, outcome.documents))
    report = replace(report, rules_unused=_rules_unused(entries, outcome.rules_used))
    if not dry_run:
        report = replace(report, is_written=True)
        _write(var, outcome.documents, passages, fingerprint, report)
    return replace(report, seconds=_since(started))


def prepare(content: Content, origin: Origin) -> tuple[Document, Counter[str]]:
    """Return the cleaned document of an origin with its source, and the repairs made.

    Raises:
        DocumentRefused: if the front matter of the file is wrong.
    """
    cleaned, repairs = clean_content(content)
    document_id = origin.document_id(cleaned.metadata)
    source = source_of_document(origin.entry, document_id, cleaned.title or origin.title, cleaned, origin.name)
    return Document(document_id, source, cleaned, hashlib.sha256(origin.raw).hexdigest()), repairs


def _take_in(origins: Iterable[Origin], counter: TokenCounter) -> _Outcome:
    outcome = _Outcome()
    for origin in origins:
        try:
            outcome.reports.append(_take_in_one(origin, counter, outcome))
        except DocumentRefused as exc:
            outcome.reports.append(DocumentReport(origin.name, "refused", reason=str(exc)))
    return outcome


def _take_in_one(origin: Origin, counter: TokenCounter, outcome: _Outcome) -> DocumentReport:
    if origin.refusal is not None:
        raise origin.refusal
    content = read_content(origin.raw, origin.read_as or origin.name)
    document, repairs = prepare(content, origin)
    if document.content.is_empty:
        return DocumentReport(origin.name, "empty", document.document_id, document.source.title)
    _claim_id(document.document_id, origin, outcome)
    outcome.rules_used.update(_rules_about(origin.entry, document.content))
    paragraphs = sum(len(section.blocks) for section in document.content.sections)
    screened, set_aside = screen_content(
        document.document_id, document.content, origin.entry.keep, origin.entry.set_aside
    )
    stored, placed = lay_out(replace(document, content=screened))
    unrelated = document.content.has_unrelated_paragraphs
    headings = [section.heading_path[-1] for section in document.content.sections if section.heading_path]
    questions = parse_questions(origin.questions, headings, origin.name)
    passages = split_document(stored, placed, counter, has_unrelated_paragraphs=unrelated)
    passages = with_questions(passages, questions)
    outcome.repairs.update(repairs)
    outcome.set_aside.extend(set_aside)
    outcome.passages.extend(passages)
    if passages:
        outcome.documents.append(stored)
    return DocumentReport(
        origin.name,
        "read",
        document.document_id,
        document.source.title,
        paragraphs=paragraphs,
        set_aside=len(set_aside),
        passages=len(passages),
        reason="" if passages else "every paragraph was set aside; see `python -m ingest check`",
    )


def _rules_about(entry: Entry, content: Content) -> Iterator[tuple[str, str]]:
    """Return the rules of an entry that overrule the screening of a paragraph of a document."""
    for rule in (*entry.keep, *entry.set_aside):
        if any(names_paragraph(rule, block.text) for section in content.sections for block in section.blocks):
            yield entry.source.source_id, rule


def _rules_unused(entries: Sequence[Entry], used: set[tuple[str, str]]) -> tuple[str, ...]:
    rules = [(entry.source.source_id, rule) for entry in entries for rule in (*entry.keep, *entry.set_aside)]
    return tuple(f"{source_id}: {rule}" for source_id, rule in rules if (source_id, rule) not in used)


def _claim_id(document_id: str, origin: Origin, outcome: _Outcome) -> None:
    if document_id in outcome.names:
        raise DocumentRefused(
            f"expected an id of its own, found {document_id!r}, which {outcome.names[document_id]} has; change one id"
        )
    outcome.names[document_id] = origin.name


def _report(
    outcome: _Outcome, passages: Sequence[Passage], merged: Sequence[Merged], difference: Difference
) -> IngestReport:
    merged_in = Counter(row.passage_id.split(":")[0] for row in merged)
    reports = tuple(
        replace(row, merged=merged_in[row.document_id], passages=row.passages - merged_in[row.document_id])
        for row in outcome.reports
    )
    return IngestReport(
        documents=reports,
        set_aside=tuple(outcome.set_aside),
        merged=tuple(merged),
        repairs=dict(outcome.repairs),
        difference=difference,
        passages=len(passages),
    )


def _fingerprint(entries: Sequence[Entry], origins: Sequence[Origin], tokenizer_json: Path | None) -> str:
    """Return a digest of everything the outputs depend on."""
    versions = [_code_digest(), str(tokenizer_json or "")]
    files = [
        (
            origin.name,
            origin.entry.source.source_id,
            hashlib.sha256(origin.raw + b"\0" + origin.questions).hexdigest(),
            str(origin.refusal or ""),
        )
        for origin in origins
    ]
    described = [{**asdict(entry), "path": str(entry.path or ""), "line": 0} for entry in entries]
    return hashlib.sha256(json.dumps([versions, files, described], sort_keys=True).encode()).hexdigest()


@cache
def _code_digest() -> str:
    """Return a digest of this package, so that a new release reads everything again."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.rglob("*")):
        if path.suffix in {".py", ".toml"}:
            digest.update(path.read_bytes())
    return digest.hexdigest()


def _unchanged(var: Path, fingerprint: str) -> IngestReport | None:
    """Return the report of the last run if its outputs are still there, whole, and would come out the same."""
    try:
        state = json.loads((var / INGEST_STATE_FILE).read_text(encoding="utf-8"))
        if state["fingerprint"] != fingerprint:
            return None
        if any(_digest(var / name) != digest for name, digest in state["outputs"].items()):
            return None
        return report_from_json(state["report"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _difference(var: Path, documents: Sequence[StoredDocument]) -> Difference:
    try:
        before = {document.document_id: document for document in read_documents(var / DOCUMENTS_FILE)}
    except PassagesInvalid:
        before = {}
    after = {document.document_id: document for document in documents}
    return Difference(
        added=tuple(sorted(after.keys() - before.keys())),
        removed=tuple(sorted(before.keys() - after.keys())),
        changed=tuple(sorted(name for name in after.keys() & before.keys() if after[name] != before[name])),
    )


def _write(
    var: Path, documents: Sequence[StoredDocument], passages: Sequence[Passage], fingerprint: str, report: IngestReport
) -> None:
    try:
        write_documents(var / DOCUMENTS_FILE, documents)
        write_passages(var / PASSAGES_FILE, passages)
        outputs = {name: _digest(var / name) for name in (DOCUMENTS_FILE, PASSAGES_FILE)}
        state = {
            "fingerprint": fingerprint,
            "splitter_version": SPLITTER_VERSION,
            "outputs": outputs,
            "report": report.to_json(),
        }
        write_json(var / INGEST_STATE_FILE, state)
    except OSError as exc:
        raise OutputUnwritable(
            f"{var}: expected a folder that can be written, found {exc.strerror or exc}; free space or give --var"
        ) from exc


def write_json(path: Path, value: object) -> None:
    """Write a value as JSON; the file appears whole or not at all.

    Raises:
        OSError: if it cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(path.name + ".unfinished")
    try:
        unfinished.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _since(started: float) -> float:
    return round(time.perf_counter() - started, 3)
