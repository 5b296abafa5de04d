"""IngestReport: what a run did with every document and paragraph, as JSON and as tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, cast

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from ingest.dedupe import Merged
from ingest.screen import SetAside

Status = Literal["read", "empty", "refused"]

_LISTED = 12  # rows of a table that is not asked for in full


@dataclass(frozen=True, slots=True)
class DocumentReport:
    """What became of one document. `reason` is set when it was refused, or read and nothing of it was left."""

    name: str
    status: Status
    document_id: str = ""
    title: str = ""
    paragraphs: int = 0
    set_aside: int = 0
    merged: int = 0
    passages: int = 0
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Difference:
    """Document ids that this run adds to, removes from or changes in what was written before."""

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.changed)


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What one run did. `is_written` is false for a dry run and when nothing had changed.

    `rules_unused` are what the register says under `keep` and `set_aside` that names no paragraph (any more).
    """

    documents: tuple[DocumentReport, ...]
    set_aside: tuple[SetAside, ...] = ()
    merged: tuple[Merged, ...] = ()
    repairs: Mapping[str, int] = field(default_factory=dict)
    difference: Difference = field(default_factory=Difference)
    passages: int = 0
    rules_unused: tuple[str, ...] = ()
    is_written: bool = False
    seconds: float = 0.0

    @property
    def refused(self) -> tuple[DocumentReport, ...]:
        """Return the documents that could not be read."""
        return tuple(document for document in self.documents if document.status == "refused")

    @property
    def counts(self) -> dict[str, int]:
        """Return the numbers of the run, by name."""
        statuses = [document.status for document in self.documents]
        return {
            "read": statuses.count("read"),
            "empty": statuses.count("empty"),
            "refused": statuses.count("refused"),
            "paragraphs": sum(document.paragraphs for document in self.documents),
            "set_aside": len(self.set_aside),
            "merged": len(self.merged),
            "passages": self.passages,
        }

    def to_json(self) -> dict[str, object]:
        """Return the report as plain JSON values."""
        return {"counts": self.counts, **asdict(self)}


def report_from_json(raw: Mapping[str, object]) -> IngestReport:
    """Return the report written by `IngestReport.to_json`.

    Raises:
        KeyError, TypeError: if a field is missing or unknown.
    """
    values = {key: value for key, value in raw.items() if key != "counts"}
    values["documents"] = tuple(DocumentReport(**row) for row in _rows(raw["documents"]))
    values["set_aside"] = tuple(SetAside(**row) for row in _rows(raw["set_aside"]))
    values["rules_unused"] = tuple(cast(list[str], raw["rules_unused"]))
    values["merged"] = tuple(Merged(**row) for row in _rows(raw["merged"]))
    difference = raw["difference"]
    if not isinstance(difference, dict):
        raise TypeError("difference: expected an object")
    values["difference"] = Difference(**{key: tuple(ids) for key, ids in difference.items()})
    return IngestReport(**cast(dict[str, Any], values))


def print_report(report: IngestReport, console: Console, *, details: bool = False) -> None:
    """Print the report as tables; with `details` also every document, set-aside paragraph and merged passage.

    Without, the documents that are new or changed come first, and are listed where they are few.
    """
    news = {*report.difference.added, *report.difference.changed}
    if details and report.documents:
        console.print(_documents(report.documents))
    elif 0 < len(news) <= _LISTED:
        console.print(_documents([row for row in report.documents if row.document_id in news]))
    for document in report.documents:
        if document.reason:
            kind = "[red]refused[/]" if document.status == "refused" else "[yellow]nothing left[/]"
            console.print(f"{kind} {escape(document.name)}: {escape(document.reason)}")
    for rule in report.rules_unused:
        console.print(f"[yellow]no such paragraph[/] {escape(rule)}: change the rule in the register, or take it out")
    if report.set_aside:
        rows = sorted(report.set_aside, key=lambda row: row.document_id not in news)
        console.print(_set_aside(rows, limit=None if details else _LISTED))
    if details and report.merged:
        console.print(_merged(report))
    console.print(_counts(report))


def _rows(value: object) -> list[dict[str, Any]]:
    if not isinstance(value, (list, tuple)) or not all(isinstance(row, dict) for row in value):
        raise TypeError("expected a list of objects")
    return list(value)


def _documents(rows: Sequence[DocumentReport]) -> Table:
    table = Table("document", "status", "paragraphs", "set aside", "merged", "passages", title="Documents")
    for row in rows:
        numbers = (row.paragraphs, row.set_aside, row.merged, row.passages)
        table.add_row(escape(row.document_id or row.name), row.status, *map(str, numbers))
    return table


def _set_aside(rows: Sequence[SetAside], limit: int | None) -> Table:
    title = "Set aside (put the digest under `keep` in the source register to overrule)"
    table = Table("document", "reason", "digest", "begins", title=title)
    for row in rows[:limit]:
        table.add_row(escape(row.document_id), row.reason, row.digest, escape(row.text_start))
    if limit is not None and len(rows) > limit:
        table.add_row("…", f"{len(rows) - limit} more", "", "python -m ingest check lists all")
    return table


def _merged(report: IngestReport) -> Table:
    table = Table("passage", "merged into", "similarity", title="Merged")
    for row in report.merged:
        table.add_row(escape(row.passage_id), escape(row.kept_id), f"{row.similarity:.2f}")
    return table


def _counts(report: IngestReport) -> Table:
    table = Table(title="Ingest", show_header=False)
    for name, number in report.counts.items():
        table.add_row(name.replace("_", " "), f"{number:,}")
    if report.repairs:
        table.add_row("repaired", ", ".join(f"{kind} {count}" for kind, count in sorted(report.repairs.items())))
    for name in ("added", "removed", "changed"):
        ids: tuple[str, ...] = getattr(report.difference, name)
        if ids:
            shown = ", ".join(ids[:5]) + (f" and {len(ids) - 5} more" if len(ids) > 5 else "")
            table.add_row(name, f"{len(ids)}: {escape(shown)}")
    table.add_row("written", "yes" if report.is_written else "no")
    table.add_row("seconds", f"{report.seconds:.2f}")
    return table
