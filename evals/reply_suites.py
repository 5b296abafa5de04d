"""Suites on whole replies and on safety: citations, support, follow-ups, red flags."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from evals.commands import read_rows
from evals.errors import DatasetInvalid
from evals.figures import Figure, SuiteContext, SuiteReport
from evals.library import IN_DOMAIN, open_library, open_services, read_library_dataset

DATA = Path(__file__).parent / "data"
CITATION_FIGURES = {
    "answered": "answerable questions answered",
    "citations_resolve": "citations resolve",
    "citations_verbatim": "citations verbatim",
    "stretches_with_a_citation": "stretches with a citation",
    "right_article_first": "right article first",
}

OWN_WORDS_FIGURES = {
    "emergency_urgent": "emergencies given an urgent card",
    "emergency_at_emergency": "emergencies at that level",
    "sensitivity": "signs found",
    "specificity": "look-alikes left alone",
}


def citation_suite(context: SuiteContext) -> SuiteReport:
    """Measure whether what is quoted is there, is cited, is from the right article, and what was found and not cited.

    Raises:
        NothingInstalled: if there is no library.
        DatasetInvalid: if there are no questions.
    """
    from evals.answers import measure_citations
    from evals.missed import missed_figures, read_replies

    questions = read_rows(DATA / "answerable.jsonl", ("text", "documents"))
    services = open_services(context.var)
    raw = measure_citations(services, questions)
    shares = [_share(name, raw[key]) for key, name in CITATION_FIGURES.items()]
    figures = [one for one in shares if one]
    notes = [f"{raw['questions']} questions; {raw['card_alone']} answered by an advice card alone and left out."]
    judged, _ = read_library_dataset(services.retriever, IN_DOMAIN, "test")
    replies = read_replies(services.assistant, judged)
    figures += missed_figures(replies)
    notes.append(
        f"Missed passages: {len(judged.topics)} judged questions of the test half, "
        f"{len(judged.topics) - len(replies)} answered by an advice card alone and left out."
    )
    uncited = {reply.query_id: sorted(reply.found) for reply in replies if reply.found and not reply.cited}
    return SuiteReport("Citations", tuple(figures), tuple(notes), details={"found_and_not_cited": uncited})


def support_suite(context: SuiteContext) -> SuiteReport:
    """Measure the check on a language model's sentences: how many are kept of those a passage supports and of others.

    Raises:
        NothingInstalled: if there is no library.
        DatasetInvalid: if there are no pairs.
    """
    from evals.support import measure, read_pairs

    pairs = read_pairs()
    embed = open_library(context.var).embed
    figures = []
    for way, raw in (("", measure(pairs, embed)), ("words alone, ", measure(pairs, None))):
        for group, value in raw.items():
            figure = _share(f"{way}{group}: kept", value)
            if figure:
                figures.append(replace(figure, lower_is_better=group.startswith("unsupported")))
    return SuiteReport(
        title="Checking a language model's sentences against their passages",
        figures=tuple(figures),
        notes=(f"{len(pairs)} pairs written by hand, in view while the check was made: upper bounds, wide intervals.",),
    )


def follow_up_suite(context: SuiteContext) -> SuiteReport:
    """Measure whether questions that lean on the conversation are searched for as they were meant.

    Raises:
        NothingInstalled: if there is no library.
        DatasetInvalid: if there are no conversations.
    """
    from evals.conversations import measure_follow_ups, measure_rewrites

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


def own_words_suite(context: SuiteContext) -> SuiteReport:
    """Measure the red-flag check as it is served, and its rules alone, on signs told without textbook words.

    Raises:
        NothingInstalled: if there is no library, whose model the reader uses.
        DatasetInvalid: if a line of the messages is not what it should be.
    """
    from evals.red_flags import load_own_words, predict, score_rows

    reader = open_services(context.var).assistant.reader
    figures: list[Figure] = []
    for part, rows in load_own_words().items():
        for how, model in (("rules alone", predict), ("as served", partial(predict, reader=reader))):
            scores = score_rows(rows, model)
            for key, name in OWN_WORDS_FIGURES.items():
                figures += _nested(f"{part}, {how}: {name}", scores[key])
    notes = (
        "lexicon: read while wordings were added; thresholds: while the reader was tuned; unseen: read by nobody then.",
        "long: messages of many facts, read while the rules were mended; long unseen: a fifth of them, read by nobody.",
    )
    return SuiteReport(title="Red flags in own words", figures=tuple(figures), notes=notes)


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
