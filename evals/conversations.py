"""Follow-ups: does the stand-alone query hold what the message leans on, and does it find the right article?

    python -m evals.conversations [--var DIR] [--rewrites FILE …]

`data/followups.jsonl` holds conversations over the library. A follow-up counts as resolved when its stand-alone query
holds every word that must be there (one of each group of alternatives, compared by beginning) and none that must not.
With --rewrites, questions with a rewrite by a person are measured as well, by their words alone: of the words the
person added, how many did we add (recall), and how many of the words we added did the person add (precision).
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from evals.commands import add_var, read_rows, run_command
from evals.library import open_library
from evals.stats import wilson_interval
from index.retriever import Retriever
from server.conversations import Message
from server.evidence import CalibratedJudge
from server.fitness import find
from server.queries import Query, QueryBuilder
from server.red_flags.words import read_known_words
from server.replies import LibraryReplies
from server.words import content_stems
from server.writers.extractive import select

FOLLOW_UPS = Path(__file__).parent / "data" / "followups.jsonl"
TOP_K = 8


@dataclass(slots=True)
class Counts:
    """How the follow-ups of the library fared; `failed` lists what was not resolved."""

    follow_ups: int = 0
    resolved: int = 0
    judged: int = 0
    first_ours: int = 0
    first_raw: int = 0
    failed: list[dict[str, object]] = field(default_factory=list)

    def to_json(self) -> dict[str, object]:
        """Return shares with their 95 % intervals."""
        return {
            "follow_ups": self.follow_ups,
            "resolved": _share(self.resolved, self.follow_ups),
            "right_article_first": {
                "judged": self.judged,
                "stand_alone_query": _share(self.first_ours, self.judged),
                "message_as_written": _share(self.first_raw, self.judged),
            },
            "not_resolved": self.failed,
        }


def measure_follow_ups(retriever: Retriever, path: Path = FOLLOW_UPS) -> Counts:
    """Walk every conversation as a reader would, with real answers in between, and count."""
    queries = QueryBuilder(lambda: retriever.vocabulary, read_known_words())
    replies = LibraryReplies(lambda: retriever.vocabulary)
    judge = CalibratedJudge(lambda: retriever.vocabulary)
    counts = Counts()
    for conversation in read_rows(path, ("turns",)):
        messages: list[Message] = []
        for turn in conversation["turns"]:
            messages.append(Message("user", turn["text"]))
            query = queries.standalone_query(messages)
            answer = _answer(query, retriever, replies, judge)
            if "must" in turn:
                _count(turn, query, answer, retriever, counts)
            messages.append(Message("assistant", "…", answer=answer))
    return counts


def holds(text: str, must: Sequence[Sequence[str]], must_not: Sequence[str]) -> bool:
    """Return whether a query holds one word of every group and none of those it must not.

    >>> holds("exercises for sciatica", [["sciatica"], ["exercise", "stretch"]], ["hip"])
    True
    """
    plain = text.lower()
    return all(any(word in plain for word in group) for group in must) and not any(word in plain for word in must_not)


def measure_rewrites(path: Path) -> dict[str, object]:
    """Return recall and precision of the words added to questions, against the rewrites of people (one file)."""
    nothing: dict[str, int] = {}
    queries = QueryBuilder(lambda: nothing, read_known_words())
    questions = wanted = added = right = untouched = 0
    for row in read_rows(path, ("history", "raw", "manual_rewrite")):
        if not row["history"]:
            continue
        messages = [Message("user", text) for text in (*row["history"], row["raw"])]
        ours = set(content_stems(queries.standalone_query(messages).text))
        raw, human = set(content_stems(row["raw"])), set(content_stems(row["manual_rewrite"]))
        questions += 1
        wanted += len(human - raw)
        added += len(ours - raw)
        right += len((ours - raw) & human)
        untouched += not (human - raw) and not (ours - raw)
    return {
        "questions": questions,
        "recall_of_added_words": _share(right, wanted),
        "precision_of_added_words": _share(right, added),
        "left_alone_rightly": untouched,
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print JSON."""
    parser = argparse.ArgumentParser(prog="python -m evals.conversations", description=__doc__)
    add_var(parser)
    parser.add_argument(
        "--rewrites", type=Path, nargs="*", default=[], help="JSON lines with raw, manual_rewrite, history"
    )
    options = parser.parse_args(arguments)
    return run_command(lambda: _report(options))


def _report(options: argparse.Namespace) -> int:
    report: dict[str, object] = {path.stem: measure_rewrites(path) for path in options.rewrites}
    report = {"library": measure_follow_ups(open_library(options.var)).to_json()} | report
    sys.stdout.write(json.dumps(report, indent=1, ensure_ascii=False) + "\n")
    return 0


def _count(
    turn: Mapping[str, Any], query: Query, answer: Mapping[str, Any], retriever: Retriever, counts: Counts
) -> None:
    counts.follow_ups += 1
    if holds(query.text, turn["must"], turn["must_not"]):
        counts.resolved += 1
    else:
        counts.failed.append({"message": turn["text"], "query": query.text})
    if turn["documents"]:
        counts.judged += 1
        counts.first_ours += bool(answer["documents"]) and answer["documents"][0] in turn["documents"]
        raw = retriever.search(turn["text"], 1)
        counts.first_raw += bool(raw) and raw[0].passage.document_id in turn["documents"]


def _answer(query: Query, retriever: Retriever, replies: LibraryReplies, judge: CalibratedJudge) -> dict[str, Any]:
    """Return what the next turn may lean on: the parts of a served answer that the query step reads."""
    if replies.without_search(query) is not None:
        return {"query_used": query.text, "citations": [], "suggestions": [], "documents": []}
    hits = find(retriever, query, TOP_K)
    if not judge.confidence(query, hits).is_covered:
        return {"query_used": query.text, "citations": [], "suggestions": [], "documents": []}
    passages = [excerpt.hit.passage for excerpt in select(query, hits)]
    return {
        "query_used": query.text,
        "citations": [{"source": {"title": passage.source.title}} for passage in passages],
        "suggestions": list(replies.suggestions(query, hits)),
        "documents": [passage.document_id for passage in passages],
    }


def _share(part: int, whole: int) -> dict[str, object]:
    if not whole:
        return {"n": 0}
    low, high = wilson_interval(part, whole)
    return {"n": whole, "share": round(part / whole, 4), "interval": [round(low, 3), round(high, 3)]}


if __name__ == "__main__":
    raise SystemExit(main())
