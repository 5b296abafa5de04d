"""Suites on whole replies and on safety: citations, follow-ups, red flags."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from evals.errors import DatasetInvalid, NothingInstalled
from evals.figures import Figure, SuiteContext, SuiteReport
from evals.library import open_library
from index.errors import IndexingError

DATA = Path(__file__).parent / "data"
CITATION_FIGURES = {
    "answered": "answerable questions answered",
    "citations_resolve": "citations resolve",
    "citations_verbatim": "citations verbatim",
    "stretches_with_a_citation": "stretches with a citation",
    "right_article_first": "right article first",
}


def citation_suite(context: SuiteContext) -> SuiteReport:
    """Measure whether what is quoted is there, is cited, and is from the right article.

    Raises:
        NothingInstalled: if there is no library.
        DatasetInvalid: if there are no questions.
    """
    from evals.answers import measure_citations
    from server.bootstrap import build_services
    from server.settings import Settings

    questions = _rows(DATA / "answerable.jsonl")
    try:
        services = build_services(Settings(var=context.var))
    except IndexingError as exc:
        raise NothingInstalled(f"{context.var}: expected an installed library, found {exc}") from exc
    raw = measure_citations(services, questions)
    figures = [_share(name, raw[key]) for key, name in CITATION_FIGURES.items()]
    note = f"{raw['questions']} questions; {raw['card_alone']} were answered by an advice card alone and are left out."
    return SuiteReport(title="Citations", figures=tuple(one for one in figures if one), notes=(note,))


def follow_up_suite(context: SuiteContext) -> SuiteReport:
    """Measure whether questions that lean on the conversation are searched for as they were meant.

    Raises:
        NothingInstalled: if there is no library.
        DatasetInvalid: if there are no conversations.
    """
    from evals.conversations import FOLLOW_UPS, measure_follow_ups, measure_rewrites

    _rows(FOLLOW_UPS)
    raw: dict[str, Any] = measure_follow_ups(open_library(context.var)).to_json()
    figures = [
        _share("follow-ups resolved", raw["resolved"]),
        _share("right article first", raw["right_article_first"]["stand_alone_query"]),
        _share("right article first, message as written", raw["right_article_first"]["message_as_written"]),
    ]
    for path in sorted((context.shared / "data" / "cast-rewrites").glob("*.jsonl")):
        values = measure_rewrites(path)
        figures += [_number(f"{path.stem}: {name}", value) for name, value in values.items()]
    return SuiteReport(
        title="Follow-ups", figures=tuple(one for one in figures if one), details={"not_resolved": raw["not_resolved"]}
    )


def red_flag_suite(context: SuiteContext) -> SuiteReport:
    """Measure the red-flag check on labelled messages and conversations (section F of the specification).

    Raises:
        DatasetInvalid: if the labelled messages are not there.
    """
    from evals.red_flags import load_chats, load_rows, score_chats, score_rows

    folder = context.shared / "data" / "red-flags"
    if not folder.is_dir():
        raise DatasetInvalid(f"{folder}: expected labelled messages, found none; set PLUMBLINE_SHARED")
    messages, chats = score_rows(load_rows(folder)), score_chats(load_chats(folder))
    figures: list[Figure] = []
    for group, scores in (("", messages), ("conversations: ", chats)):
        for name, raw in scores.items():
            words = group + name.replace("_", " ")
            low_is_good = any(part in name for part in ("triage", "premature"))
            if name in ("by_phenomenon", "by_category") and isinstance(raw, dict):
                for inner, value in raw.items():
                    figures += _nested(f"{words.removeprefix('by ')} {inner}", value)
            elif isinstance(raw, dict) and raw.get("value") is not None:
                low, high = raw["interval"]
                figures.append(Figure(words, raw["value"], low, high, raw["n"], lower_is_better=low_is_good))
            elif isinstance(raw, float):
                figures.append(Figure(words, raw))
    missed = messages.get("missed_sh1_ce1")
    return SuiteReport(
        title="Red flags",
        figures=tuple(figures),
        notes=("On messages that were seen while the rules were written: an upper bound, not a forecast.",),
        details={"missed_sh1_ce1": missed},
    )


def _nested(name: str, raw: object) -> Iterator[Figure]:
    if not isinstance(raw, dict):
        return
    if "interval" in raw:
        if raw["value"] is not None:
            low, high = raw["interval"]
            yield Figure(name, raw["value"], low, high, raw["n"])
        return
    for inner, value in raw.items():
        yield from _nested(f"{name}: {str(inner).replace('_', ' ')}", value)


def _share(name: str, raw: object) -> Figure | None:
    if not isinstance(raw, Mapping) or "share" not in raw:
        return None
    low, high = raw["interval"]
    return Figure(name, float(raw["share"]), low, high, int(raw["n"]))


def _number(name: str, raw: object) -> Figure | None:
    if isinstance(raw, Mapping):
        return _share(name.replace("_", " "), raw)
    return Figure(name.replace("_", " "), raw) if isinstance(raw, float) else None


def _rows(path: Path) -> list[dict[str, Any]]:
    try:
        return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    except (OSError, ValueError) as exc:
        raise DatasetInvalid(f"{path}: expected JSON lines, found {exc}") from exc
