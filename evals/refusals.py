"""Refusals: what was not answered, counted by status, intent and nearest topic; no words of a message leave here.

Counts come from the server's figures (`/metrics`), which hold no text, or from the database of conversations where an
operator keeps one (PLUMBLINE_CONVERSATION_URL): its questions are read, searched for and forgotten.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO

from rich.console import Console
from rich.table import Table

from evals.errors import DatasetInvalid
from index.retriever import Retriever

REFUSED = ("no_evidence", "out_of_scope")
ANSWERS, NOT_COVERED = "answers_total", "answers_not_covered_total"  # of server.observability.Metrics
UNKNOWN = ""  # an intent or topic that was not counted


@dataclass(frozen=True, slots=True)
class Refusal:
    """What kind of question was refused; empty where it is not known."""

    status: str
    intent: str = UNKNOWN
    topic: str = UNKNOWN


@dataclass(frozen=True, slots=True)
class Refusals:
    """How many answers of each status were given, and of those refused how many of each kind."""

    answers: Counter[str] = field(default_factory=Counter)
    refused: Counter[Refusal] = field(default_factory=Counter)

    def to_json(self) -> dict[str, Any]:
        """Return counts alone, most frequent first."""
        rows = [
            {"status": one.status, "intent": one.intent, "topic": one.topic, "count": count}
            for one, count in self._ordered()
        ]
        return {"answers": dict(self.answers.most_common()), "refused": rows}

    def _ordered(self) -> list[tuple[Refusal, int]]:
        return sorted(self.refused.items(), key=lambda item: (-item[1], item[0].status, item[0].intent, item[0].topic))

    def print(self, console: Console, rows: int) -> None:
        """Print shares of all answers, then the kinds most often refused, at most `rows`."""
        total, refused = sum(self.answers.values()), sum(self.answers[status] for status in REFUSED)
        share = f" ({refused / total:.1%})" if total else ""
        console.print(f"{refused} of {total} answers{share} were not covered")
        console.print(", ".join(f"{name} {count}" for name, count in self.answers.most_common()), markup=False)
        if not any(one.intent or one.topic for one in self.refused):
            return
        table = Table(title="Not covered, by kind", title_justify="left")
        for name in ("count", "status", "asks for", "nearest topic"):
            table.add_column(name, justify="right" if name == "count" else "left")
        for one, count in self._ordered()[:rows]:
            table.add_row(str(count), one.status, one.intent, one.topic)
        console.print(table, markup=False)


def read_metrics(path: Path, standard_input: TextIO = sys.stdin) -> Refusals:
    """Return the counts in a saved answer of `/metrics`; `-` reads standard input. They run since the server started.

    Raises:
        DatasetInvalid: if it is not in the Prometheus text format or counts no answers.
    """
    from prometheus_client.parser import text_string_to_metric_families

    try:
        text = standard_input.read() if str(path) == "-" else path.read_text(encoding="utf-8")
        samples = [
            (sample.name, dict(sample.labels), int(sample.value))
            for family in text_string_to_metric_families(text)
            for sample in family.samples
            if sample.name in (ANSWERS, NOT_COVERED)
        ]
    except (OSError, ValueError, KeyError, IndexError) as exc:
        raise DatasetInvalid(f"{path}: expected figures in the Prometheus text format, found {exc}") from exc
    return _counted(path, samples)


def read_conversations(url: str, retriever: Retriever) -> Refusals:
    """Return the counts over a database of conversations, with the nearest topic of each refused question.

    Raises:
        DatasetInvalid: if it cannot be opened or holds no conversations; never repeats the address, which may hold a
            password, nor words of a message.
    """
    from server.intents import intent_of

    found = Refusals()
    for answer in _stored_answers(url):
        status = str(answer.get("status", ""))
        found.answers[status] += 1
        query = str(answer.get("query_used", ""))
        if status in REFUSED and query.strip():
            found.refused[Refusal(status, intent_of(query), nearest_topic(retriever, query))] += 1
    return found


def nearest_topic(retriever: Retriever, query: str) -> str:
    """Return the first topic of the nearest source, or its title where it has none; empty when nothing is near."""
    hits = retriever.search(query, 1)
    if not hits:
        return UNKNOWN
    source = hits[0].passage.source
    return source.topics[0] if source.topics else source.title


def _counted(path: Path, samples: Iterable[tuple[str, dict[str, str], int]]) -> Refusals:
    found = Refusals()
    for name, labels, value in samples:
        if name == ANSWERS:
            found.answers[labels.get("status", UNKNOWN)] += value
        elif labels:
            kind = Refusal(labels.get("status", UNKNOWN), labels.get("intent", UNKNOWN), labels.get("topic", UNKNOWN))
            found.refused[kind] += value
    if not found.refused:  # an older server counts them by status alone
        found.refused.update({Refusal(one): found.answers[one] for one in REFUSED if found.answers[one]})
    if not found.answers:
        raise DatasetInvalid(f"{path}: expected counts of answers ({ANSWERS}), found none; ask the server anything")
    return found


def _stored_answers(url: str) -> Iterator[dict[str, Any]]:
    from sqlalchemy import create_engine, text
    from sqlalchemy.exc import SQLAlchemyError

    try:
        engine = create_engine(url)
        if url.startswith("sqlite") and not Path(engine.url.database or "").is_file():
            raise DatasetInvalid("--conversations: expected a database that is there, found no such file")
        with engine.connect() as connection:
            rows = [row[0] for row in connection.execute(text("SELECT messages FROM conversations"))]
    except (SQLAlchemyError, ImportError) as exc:
        raise DatasetInvalid(
            "--conversations: expected the address in PLUMBLINE_CONVERSATION_URL; "
            f"reading it failed with {type(exc).__name__}"
        ) from exc
    for row in rows:
        yield from (message["answer"] for message in json.loads(row) if message.get("answer"))
