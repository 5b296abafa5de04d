"""A reply in process beside its floor, and the red-flag check with and without the learned reader."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from evals.bench_clock import memory_mb, quantiles, ratio
from evals.latency import measure_replies, once_each, sample_questions
from evals.library import open_library, open_services

if TYPE_CHECKING:
    from server.red_flags.reader import ClauseReader

QUESTIONS = 200
WARM_UP = 20
SHORT_WORDS = 60
SHORT_MESSAGES = 160
LONG_CHARS = 10_000
LONG_MESSAGES = 20
WARM_UP_MESSAGES = ("my back aches when I sit", "both hips click when I climb stairs")


def bench_reply(var: Path, count: int = QUESTIONS) -> dict[str, Any]:
    """Return quantiles of a reply, its steps and its floor over different questions, and how many texts were embedded.

    Raises:
        NothingInstalled: if there is no library.
    """
    measured = measure_replies(var, sample_questions(2 * (count + WARM_UP)), 2 * WARM_UP)
    rows = {name: quantiles(values) for name, values in measured.milliseconds.items()}
    made = [sum(map(len, passes)) for passes in measured.passes]
    needed = [sum(map(len, once_each(passes))) for passes in measured.passes]
    return {
        "questions": len(made),
        "ms": rows,
        "ratio": {
            "reply": {share: ratio(rows["reply"][share], rows["floor"][share]) for share in ("p50", "p95")},
            "search": {share: ratio(rows["search"][share], rows["search floor"][share]) for share in ("p50", "p95")},
        },
        "texts_embedded": round(float(np.mean(made)), 2),
        "texts_needed": round(float(np.mean(needed)), 2),
        "memory_mb": memory_mb(),
    }


def bench_red_flags(var: Path, *, short: int = SHORT_MESSAGES, long: int = LONG_MESSAGES) -> dict[str, Any]:
    """Return quantiles of the red-flag check over messages of about 60 words and of 10,000 characters.

    Messages are made of questions people ask, the long ones of those written for the library's sections. In turn, one
    is checked without the learned reader and the next with it: what was read once is kept. The reader's own model
    passes are part of its time.

    Raises:
        NothingInstalled: if there is no library.
    """
    wordings = [question for passage in open_library(var).passages for question in passage.questions]
    messages = {
        "60 words": of_words(sample_questions(10_000), SHORT_WORDS)[:short],
        "10,000 characters": of_chars(wordings)[:long],
    }
    report: dict[str, Any] = {}
    for name, texts in messages.items():
        # An embedder of its own each time: it may keep the vectors of clauses that both kinds of message share.
        reader = open_services(var).assistant.reader
        _checked(WARM_UP_MESSAGES, reader)  # reads the rules and the model
        report |= {"reader": reader is not None}
        report[name] = {
            "messages": len(texts),
            "mean_words": round(float(np.mean([len(text.split()) for text in texts])), 1),
            **{way: quantiles(times) for way, times in _checked(texts, reader).items()},
        }
    return report


def of_words(texts: Sequence[str], words: int) -> list[str]:
    """Return messages of `words` words or a little more, each made of texts that no other has."""
    messages: list[str] = []
    parts: list[str] = []
    for text in texts:
        parts.append(text)
        if sum(len(part.split()) for part in parts) >= words:
            messages.append(_joined(parts))
            parts = []
    return messages


def of_chars(texts: Sequence[str], chars: int = LONG_CHARS) -> list[str]:
    """Return messages of exactly `chars` characters, made of texts that no other has; what is left over is left out."""
    whole = _joined(texts)
    return [whole[start : start + chars] for start in range(0, len(whole) - chars + 1, chars)]


def _joined(parts: Sequence[str]) -> str:
    return " ".join(part if part.endswith((".", "?", "!")) else f"{part}." for part in parts)


def _checked(texts: Sequence[str], reader: ClauseReader | None) -> dict[str, list[float]]:
    """Return milliseconds without the reader for every second text, and with it for the others."""
    from server.conversations import Message
    from server.red_flags.assess import assess

    times: dict[str, list[float]] = {"without": [], "with": []}
    for number, text in enumerate(texts):
        name, used = ("with", reader) if number % 2 else ("without", None)
        started = time.perf_counter()
        assess((Message("user", text),), reader=used)
        times[name].append(1000 * (time.perf_counter() - started))
    return times
