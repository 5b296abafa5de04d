"""Answers: are citations right, is the right passage first, and is what the library does not cover declined?

    python -m evals.answers [--var DIR] [--out-of-scope FILE] [--messages FILE]

Every question of `data/answerable.jsonl` goes through the assistant as the server builds it. Measured are:

* citations: does each point to a passage that exists (resolve), do its words stand there and in the answer (verbatim),
  and does every stretch that is not our own words have one (coverage);
* the article cited first, against those a person judged to answer the question;
* abstention: questions of several kinds that should, or should not, be answered.

A question shown an advice card alone is counted apart: nothing was to be answered then. Latency is of the whole reply
in this process, set against its floor: the one query embedding and the vector search.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from evals.commands import add_var, read_rows, run_command
from evals.stats import wilson_interval
from server.answers import Answer, AnswerStatus
from server.bootstrap import Services, build_services
from server.conversations import Conversation
from server.settings import Settings

HERE = Path(__file__).parent / "data"
ANSWERED = frozenset({AnswerStatus.ANSWERED, AnswerStatus.PARTIAL})


def measure_citations(services: Services, questions: Sequence[Mapping[str, Any]]) -> dict[str, object]:
    """Return resolve, verbatim and coverage of the citations, the right article first, and the latency."""
    citations = resolved = verbatim = stretches = covered = answered = first = cards = 0
    spent: list[float] = []
    for question in questions:
        started = time.perf_counter()
        answer = services.assistant.reply(Conversation("c"), question["text"])
        spent.append((time.perf_counter() - started) * 1000)
        cards += answer.status == AnswerStatus.SAFETY_ONLY
        answered += answer.status in ANSWERED
        for citation in answer.cited.citations:
            citations += 1
            text = services.retriever.document(citation.passage.document_id).text
            resolved += services.retriever.passage(citation.passage.passage_id) == citation.passage
            in_answer = answer.cited.text[slice(*citation.answer_span)] == citation.quote or answer.mode == "generated"
            verbatim += text[slice(*citation.source_span)] == citation.quote and in_answer
        quoted = [sentence for sentence in answer.cited.sentences if sentence.kind not in ("lead_in", "note")]
        stretches += len(quoted)
        covered += sum(bool(sentence.citations) for sentence in quoted)
        first += _first_document(answer) in question["documents"]
    asked = len(questions) - cards
    return {
        "questions": len(questions),
        "card_alone": cards,
        "answered": _share(answered, asked),
        "citations_resolve": _share(resolved, citations),
        "citations_verbatim": _share(verbatim, citations),
        "stretches_with_a_citation": _share(covered, stretches),
        "right_article_first": _share(first, asked),
        "reply_ms_p50": round(median(spent), 2),
        "floor_ms_p50": round(_floor_ms(services, [question["text"] for question in questions]), 2),
    }


def measure_abstention(services: Services, sets: Mapping[str, Sequence[str]]) -> dict[str, object]:
    """Return for each set of messages the share that was answered; a card alone counts apart."""
    report: dict[str, object] = {}
    for name, texts in sets.items():
        statuses = [services.assistant.reply(Conversation("c"), text).status for text in texts]
        cards = sum(status == AnswerStatus.SAFETY_ONLY for status in statuses)
        answered = sum(status in ANSWERED for status in statuses)
        report[name] = {"card_alone": cards, "answered": _share(answered, len(statuses) - cards)}
    return report


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print JSON."""
    parser = argparse.ArgumentParser(prog="python -m evals.answers", description=__doc__)
    add_var(parser)
    parser.add_argument("--out-of-scope", type=Path, help="JSON lines with text and kind of questions to decline")
    parser.add_argument("--messages", type=Path, help="JSON lines with text and scope of messages to answer")
    options = parser.parse_args(arguments)
    return run_command(lambda: _report(options))


def _report(options: argparse.Namespace) -> int:
    questions = read_rows(HERE / "answerable.jsonl", ("text", "documents"))
    sets: dict[str, list[str]] = {"near": [row["text"] for row in read_rows(HERE / "near-negatives.jsonl", ("text",))]}
    if options.out_of_scope:
        for row in read_rows(options.out_of_scope, ("text", "kind")):
            sets.setdefault(row["kind"], []).append(row["text"])
    if options.messages:
        rows = read_rows(options.messages, ("text",))
        sets["messages"] = [row["text"] for row in rows if row.get("scope", "core") == "core"]
    services = build_services(Settings(var=options.var))
    report = {"citations": measure_citations(services, questions), "abstention": measure_abstention(services, sets)}
    sys.stdout.write(json.dumps(report, indent=1) + "\n")
    return 0


def _floor_ms(services: Services, texts: Sequence[str]) -> float:
    """Return the median milliseconds of what no reply can do without: one embedding and one search by meaning."""
    spent = []
    for text in texts:
        started = time.perf_counter()
        services.retriever.search(text, 8, system="dense")
        spent.append((time.perf_counter() - started) * 1000)
    return median(spent)


def _first_document(answer: Answer) -> str:
    return answer.cited.citations[0].passage.document_id if answer.cited.citations else ""


def _share(part: int, whole: int) -> dict[str, object]:
    if not whole:
        return {"n": 0}
    low, high = wilson_interval(part, whole)
    return {"n": whole, "share": round(part / whole, 4), "interval": [round(low, 3), round(high, 3)]}


if __name__ == "__main__":
    raise SystemExit(main())
